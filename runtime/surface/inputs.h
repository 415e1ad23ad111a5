// From what a person typed to the inputs of a run, as the journal keeps them.
//
// Kept as one JSON object in the order of the declarations, defaults included, so that a run can be read
// without the executable. Amounts with a unit are texts (`"30s"`, `"4MiB"`, `"$12.50"`), exactly as --input
// takes them.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/result.h"
#include "wf/program.h"

namespace wf::surface {

struct GivenInputs {
  std::vector<std::pair<std::string, std::string>> texts;  // --input NAME=VALUE, in order.
  std::string json;                                        // --inputs; empty when not given.
};

// Every mistake ends here: an unknown name, a value of another type, a required input that is missing.
Result<std::string> inputs_json(const Program& program, const GivenInputs& given);

// `string`, `list`, `"bug" | "feature"`, ...: as the language names the type of an input.
std::string type_name(const InputRow& input);

}  // namespace wf::surface
