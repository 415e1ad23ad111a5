// JSON for the whole runtime. Heavy to include (one second): only in .cpp files that read or write JSON.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace wf {
using Json = nlohmann::ordered_json;

// Strict RFC 8259: one value, valid UTF-8, no duplicate keys, at most `depth_max` levels. Input may be
// hostile.
Result<Json> parse_json(std::string_view text, int depth_max = 200);
// One line, invalid UTF-8 replaced by U+FFFD. Never throws.
std::string write_json(const Json& value);
std::string write_json_pretty(const Json& value);
}  // namespace wf
