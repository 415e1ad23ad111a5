// What is wrong with a text, collected before it is said: one statement is reported once.
#include "compiler/dsl/mistakes.h"

#include <algorithm>
#include <tuple>

namespace wfc::dsl {

void Mistakes::add(Stage stage, std::uint32_t offset, std::function<void(diag::Report&)> say) {
  mistakes_.push_back({stage, offset, std::move(say)});
}

bool Mistakes::any(Stage stage) const {
  return std::any_of(mistakes_.begin(), mistakes_.end(), [&](const Mistake& m) { return m.stage == stage; });
}

void Mistakes::report(const std::vector<std::uint32_t>& statements, diag::Report& report) {
  const auto statement_of = [&](std::uint32_t offset) {
    const auto after = std::upper_bound(statements.begin(), statements.end(), offset);
    return after == statements.begin() ? 0 : *(after - 1);
  };
  std::stable_sort(mistakes_.begin(), mistakes_.end(), [&](const Mistake& a, const Mistake& b) {
    return std::tuple(statement_of(a.offset), a.stage, a.offset) <
           std::tuple(statement_of(b.offset), b.stage, b.offset);
  });
  for (const Mistake& mistake : mistakes_) {
    const std::uint32_t statement = statement_of(mistake.offset);
    if (!spoiled_.empty() && spoiled_.back() == statement) continue;
    spoiled_.push_back(statement);
    mistake.say(report);
  }
}

bool Mistakes::within(std::uint32_t begin, std::uint32_t end) const {
  const auto first = std::lower_bound(spoiled_.begin(), spoiled_.end(), begin);
  return first != spoiled_.end() && *first < end;
}

}  // namespace wfc::dsl
