// Steps are found by their ids; an `if` is a row of the plan, but nobody's step.
#include "runtime/surface/step_row.h"

#include <string>
#include <vector>

#include "runtime/base/text.h"
#include "runtime/rules/near.h"

namespace wf::surface {

Result<Row> step_row(const Program& program, std::string_view id) {
  std::vector<std::string_view> ids;
  for (Row row = 0; row < program.steps.count; ++row) {
    if (program.steps[row].kind == StepKind::branch) continue;
    const Text& text = program.steps[row].id;
    ids.emplace_back(text.data, text.size);
    if (ids.back() == id) return row;
  }
  const std::string_view near = rules::closest(id, ids);
  return Error{"no step is named `" + printable(id, false) + "`",
               near.empty() ? std::string() : "did you mean `" + printable(near, false) + "`?"};
}

}  // namespace wf::surface
