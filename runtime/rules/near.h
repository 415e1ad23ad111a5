// "Did you mean": the one name that a person surely meant, or none.
//
// One candidate within edit distance 2 (1 for names under 5 letters), a transposition counting 1, case
// ignored; two equally near candidates are no answer, because two guesses help nobody (language.md 13).
#pragma once
#include <string_view>
#include <vector>

namespace wf::rules {
// The candidate, or an empty text.
std::string_view closest(std::string_view name, const std::vector<std::string_view>& candidates);
}  // namespace wf::rules
