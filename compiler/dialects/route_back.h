// "If validation fails, route back to writing code": the one sentence of prose that is a loop.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/workflow.h"

namespace wfc::dialects {

// A stretch of a text, in bytes.
struct Stretch {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// The first sentence that says "if ... back". Empty where there is none.
Stretch back_sentence(std::string_view text);

struct RouteBack {
  model::StepIndex from = model::none;  // What X means...
  model::StepIndex to = model::none;    // ... and what Y means; none: it cannot be read.
  Stretch condition, target;            // X and Y in the text.
  std::string trouble;                  // Why it cannot be read, as a label.
};
// Reads a closing step. X and Y each mean the step above that shares most words with them.
RouteBack read_route_back(std::string_view sentence, const std::vector<model::Step>& above);

}  // namespace wfc::dialects
