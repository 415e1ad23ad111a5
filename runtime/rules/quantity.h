// Durations, sizes and amounts of money as people write them: `1h30m`, `4MiB`, `$12.50`.
//
// The compiler reads these in definitions, an executable in `--input`; both must agree to the digit, so both
// call these functions. Units are never optional, nothing is rounded, and what does not fit 64 bits is an
// error.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace wf::rules {

Result<std::int64_t> parse_duration(std::string_view text);  // Milliseconds. `500ms 30s 5m 1h30m 1.5h 7d`.
Result<std::int64_t> parse_size(std::string_view text);      // Bytes. `10KB 4MiB 100B`.
Result<std::int64_t> parse_money(std::string_view text);     // Millionths. `$12.50`.

// The shortest text that reads back as the same amount: `$12.50`, `4MiB`, `1500B`.
std::string format_size(std::int64_t bytes);
std::string format_money(std::int64_t millionths);

// Whole numbers and fractions as definitions write them: `42`, `200_000`, `-3`, `0.15`.
Result<std::int64_t> parse_integer(std::string_view text);
Result<double> parse_real(std::string_view text);

}  // namespace wf::rules
