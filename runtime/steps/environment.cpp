// What children inherit.
#include "runtime/rules/environment.h"

#include "runtime/steps/bodies.h"

namespace wf::steps {

std::vector<std::string> children_environment(char** environment, std::vector<std::string>* withheld) {
  std::vector<std::string> passed;
  for (char** at = environment; at != nullptr && *at != nullptr; ++at) {
    const std::string_view entry = *at;
    const std::size_t equals = entry.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    const std::string_view name = entry.substr(0, equals);
    if (rules::passes_to_children(name))
      passed.emplace_back(entry);
    else if (withheld != nullptr)
      withheld->emplace_back(name);
  }
  return passed;
}

}  // namespace wf::steps
