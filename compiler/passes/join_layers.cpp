// Where all of many steps wait for all of many others, their edges meet in one row: n + m instead of n times
// m.
//
// First steps with the same followers are brought together, then steps that still need the same. The first
// finds layers whose steps need something else besides, the second those whose steps have other followers.
// Lists are compared by sorting them, so no chosen numbers make it slow.
#include <algorithm>
#include <numeric>

#include "compiler/passes/edges.h"
#include "compiler/passes/pass_list.h"

namespace wfc::passes {
namespace {

// Calls `visit(rows, list)` for all rows with an equal list, rows ascending.
template <class Visit>
void each_class(const RowLists& lists, const Visit& visit) {
  std::vector<wf::Row> rows(lists.size());
  std::iota(rows.begin(), rows.end(), 0u);
  std::erase_if(rows, [&](wf::Row row) { return lists[row].size() < 2; });
  std::stable_sort(rows.begin(), rows.end(), [&](wf::Row a, wf::Row b) {
    return lists[a].size() != lists[b].size() ? lists[a].size() < lists[b].size() : lists[a] < lists[b];
  });
  for (std::size_t begin = 0; begin < rows.size();) {
    std::size_t end = begin + 1;
    while (end < rows.size() && lists[rows[end]] == lists[rows[begin]]) ++end;
    visit(std::vector<wf::Row>(rows.begin() + static_cast<std::ptrdiff_t>(begin),
                               rows.begin() + static_cast<std::ptrdiff_t>(end)),
          lists[rows[begin]]);
    begin = end;
  }
}

bool saves(std::size_t needs, std::size_t followers) {
  return needs * followers > needs + followers;
}

}  // namespace

plan::Plan join_layers(plan::Plan plan) {
  const std::vector<bool> held = held_by_loops(plan);
  RowLists into = edges_into(plan);
  RowLists followers(into.size());
  for (wf::Row row = 0; row < into.size(); ++row)
    if (!held[row])
      for (const wf::Row need : into[row]) followers[need].push_back(row);
  std::vector<Join> joins;
  RowLists joined(into.size());  // Of a follower: what it is told of by joins.
  each_class(followers, [&](std::vector<wf::Row> needs, const std::vector<wf::Row>& of) {
    if (!saves(needs.size(), of.size())) return;
    for (const wf::Row follower : of)
      joined[follower].insert(joined[follower].end(), needs.begin(), needs.end());
    joins.push_back({std::move(needs), of});
  });
  RowLists rest(into.size());
  for (wf::Row row = 0; row < into.size(); ++row) {
    std::sort(joined[row].begin(), joined[row].end());
    std::vector<wf::Row> direct;
    std::set_difference(into[row].begin(), into[row].end(), joined[row].begin(), joined[row].end(),
                        std::back_inserter(direct));
    into[row] = std::move(direct);
    if (!held[row]) rest[row] = into[row];
  }
  each_class(rest, [&](std::vector<wf::Row> of, const std::vector<wf::Row>& needs) {
    if (!saves(needs.size(), of.size())) return;
    for (const wf::Row follower : of) into[follower].clear();
    joins.push_back({needs, std::move(of)});
  });
  std::sort(joins.begin(), joins.end(), [](const Join& a, const Join& b) {
    return a.followers != b.followers ? a.followers < b.followers : a.needs < b.needs;
  });
  set_edges(plan, into, joins);
  return plan;
}

}  // namespace wfc::passes
