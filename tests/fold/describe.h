// What an evaluation came to, in one line that tells every two apart.
#pragma once
#include <string>

#include "runtime/value/value.h"

namespace fold {

std::string describe(const wf::Result<wf::Value>& value);
std::string describe_text(const wf::Result<std::string>& text);

}  // namespace fold
