// The Plan itself: where the texts and arrays live that its rows point to.
#include "compiler/plan/plan.h"

#include <limits>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "runtime/base/assert.h"

namespace wfc::plan {

struct Plan::Store {
  std::deque<std::string> texts;
  std::unordered_map<std::string_view, wf::Text> text_index;
  template <class... T>
  using Lists = std::tuple<std::deque<std::vector<T>>...>;
  Lists<wf::Row, wf::Text, wf::Param, wf::Piece, wf::ReactionRow, wf::CriterionRow, wf::QualityGateRow,
        wf::ToolRow, wf::ArtifactRow, wf::NamedExpr, wf::NamedText, wf::TypeRow>
      lists;
};

Plan::Plan() : store_(std::make_unique<Store>()) {}
Plan::Plan(Plan&&) noexcept = default;
Plan& Plan::operator=(Plan&&) noexcept = default;
Plan::~Plan() = default;

wf::Text Plan::text(std::string_view value) {
  if (value.empty()) return {};
  if (auto found = store_->text_index.find(value); found != store_->text_index.end()) return found->second;
  WF_ASSERT(value.size() < std::numeric_limits<std::uint32_t>::max());
  // The readers refuse NUL; an executable hands texts to system calls that end at one.
  WF_ASSERT(value.find('\0') == std::string_view::npos);
  const std::string& kept = store_->texts.emplace_back(value);
  const wf::Text text{kept.data(), static_cast<std::uint32_t>(kept.size())};
  store_->text_index.emplace(kept, text);
  return text;
}

template <class T>
wf::Rows<T> Plan::rows(std::vector<T> items) {
  if (items.empty()) return {};
  const std::vector<T>& kept =
      std::get<std::deque<std::vector<T>>>(store_->lists).emplace_back(std::move(items));
  return {kept.data(), static_cast<std::uint32_t>(kept.size())};
}
template wf::Rows<wf::Row> Plan::rows(std::vector<wf::Row>);
template wf::Rows<wf::Text> Plan::rows(std::vector<wf::Text>);
template wf::Rows<wf::Param> Plan::rows(std::vector<wf::Param>);
template wf::Rows<wf::Piece> Plan::rows(std::vector<wf::Piece>);
template wf::Rows<wf::ReactionRow> Plan::rows(std::vector<wf::ReactionRow>);
template wf::Rows<wf::CriterionRow> Plan::rows(std::vector<wf::CriterionRow>);
template wf::Rows<wf::QualityGateRow> Plan::rows(std::vector<wf::QualityGateRow>);
template wf::Rows<wf::ToolRow> Plan::rows(std::vector<wf::ToolRow>);
template wf::Rows<wf::ArtifactRow> Plan::rows(std::vector<wf::ArtifactRow>);
template wf::Rows<wf::NamedExpr> Plan::rows(std::vector<wf::NamedExpr>);
template wf::Rows<wf::NamedText> Plan::rows(std::vector<wf::NamedText>);
template wf::Rows<wf::TypeRow> Plan::rows(std::vector<wf::TypeRow>);

void Plan::set_edges(const std::vector<std::vector<wf::Row>>& needs) {
  WF_ASSERT(needs.size() == steps.size());
  // One flat array each way: first where each step's slice begins, then its entries.
  std::size_t edges = 0;
  std::vector<std::uint32_t> begins(steps.size() + 1, 0);
  for (const std::vector<wf::Row>& of_step : needs) {
    edges += of_step.size();
    for (wf::Row need : of_step) ++begins[need + 1];
  }
  for (std::size_t row = 0; row < steps.size(); ++row) begins[row + 1] += begins[row];
  std::vector<wf::Row> forward;
  forward.reserve(edges);
  std::vector<wf::Row> backward(edges);
  std::vector<std::uint32_t> filled(begins.begin(), begins.end() - 1);
  for (wf::Row row = 0; row < steps.size(); ++row) {
    for (wf::Row need : needs[row]) {
      WF_ASSERT(need < row);
      forward.push_back(need);
      backward[filled[need]++] = row;
    }
  }
  const wf::Rows<wf::Row> all_needs = rows(std::move(forward));
  const wf::Rows<wf::Row> all_followers = rows(std::move(backward));
  std::uint32_t at = 0;
  for (wf::Row row = 0; row < steps.size(); ++row) {
    const auto count = static_cast<std::uint32_t>(needs[row].size());
    const std::uint32_t followers = begins[row + 1] - begins[row];
    steps[row].needs = count == 0 ? wf::Rows<wf::Row>{} : wf::Rows<wf::Row>{all_needs.data + at, count};
    steps[row].followers =
        followers == 0 ? wf::Rows<wf::Row>{} : wf::Rows<wf::Row>{all_followers.data + begins[row], followers};
    at += count;
  }
}

void Plan::seal() {
  const auto point = [](auto& rows, const auto& items) {
    rows = {items.empty() ? nullptr : items.data(), static_cast<std::uint32_t>(items.size())};
  };
  point(program.steps, steps);
  point(program.joins, joins);
  point(program.inputs, inputs);
  point(program.lets, lets);
  point(program.gates, gates);
  point(program.extras, extras);
  point(program.budgets, budgets);
  point(program.groups, groups);
  point(program.triggers, triggers);
  point(program.policies, policies);
  point(program.beyond, beyond);
  point(program.escalation, escalation);
  point(program.eval, eval);
  point(program.monitor, monitor);
  point(program.files, files);
  point(program.footings, footings);
  program.expressions = static_cast<std::uint32_t>(expressions.size());
}

}  // namespace wfc::plan
