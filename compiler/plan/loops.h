// What a loop runs again, and who waits until it has settled.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace wfc::plan {

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
std::vector<std::vector<std::uint32_t>> settle_loops(std::vector<std::vector<std::uint32_t>>& needs,
                                                     std::span<const Back> backs);

}  // namespace wfc::plan
