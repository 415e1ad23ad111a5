// Makes a plan cheaper without changing what it means. One file a pass; `optimise` is the documentation of
// the order.
#pragma once
#include <functional>
#include <string_view>

#include "compiler/plan/plan.h"

namespace wfc::passes {

struct Options {
  bool optimise = true;  // False: only what every plan needs.
};
// Called after each pass with its name; for timing and dumps.
using Trace = std::function<void(std::string_view pass, const plan::Plan& plan)>;

plan::Plan optimise(plan::Plan plan, const Options& options, const Trace& after);

}  // namespace wfc::passes
