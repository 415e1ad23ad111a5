// What a loop runs again, and who waits until it has settled.
#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace wfc::graph {

// `on ... back to target` of `from`; numbers of nodes. There is a path from `target` to `from`.
struct Back {
  std::uint32_t target = 0;
  std::uint32_t from = 0;
};

// `needs[n]` are the nodes that node n waits for; they form no cycle, and still do not afterwards.
//
// Returns for each of `backs` the nodes that lie on a path from its target to its step, both included: they
// run again. Whatever else follows one of them must not begin before the loop has settled, so it is made to
// need the step, too. That may put new nodes on the path of another loop; it goes on until nothing changes.
//
// Empty when more than `effort_max` edges would have to be looked at: many long loops around each other.
std::optional<std::vector<std::vector<std::uint32_t>>> settle_loops(
    std::vector<std::vector<std::uint32_t>>& needs, std::span<const Back> backs,
    std::uint64_t effort_max = std::numeric_limits<std::uint64_t>::max());

}  // namespace wfc::graph
