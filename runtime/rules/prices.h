// What steps cost in credits unless an adapter says so: the same for `wfc bounds` and for a run.
#pragma once
#include <cstdint>
#include <string_view>

namespace wf::rules {

inline constexpr std::uint64_t credits_of_attempt = 1;
inline constexpr std::uint64_t tokens_per_credit = 2000;  // Each that is begun, of an agent.
inline constexpr std::uint64_t credits_of_preview = 5, credits_of_production = 10;

constexpr bool is_production(std::string_view target) {
  return target == "prod" || target == "production";
}
// Of a deploy, beside that of its attempt.
constexpr std::uint64_t credits_of_deploy(std::string_view target) {
  return is_production(target) ? credits_of_production : target == "preview" ? credits_of_preview : 0;
}

}  // namespace wf::rules
