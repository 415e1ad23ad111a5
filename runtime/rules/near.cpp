// Optimal string alignment, with names cut at a length that bounds the work whatever somebody types.
#include "runtime/rules/near.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace wf::rules {
namespace {

constexpr std::size_t length_max = 128;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

int distance(std::string_view a, std::string_view b) {
  std::array<std::array<int, length_max + 1>, 3> rows{};  // The row being filled and the two before it.
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i - 1) % 3];
    const auto& before = rows[(i + 1) % 3];
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const char x = lower(a[i - 1]);
      const char y = lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (x == y ? 0 : 1)});
      if (i > 1 && j > 1 && x == lower(b[j - 2]) && lower(a[i - 2]) == y)
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return rows[a.size() % 3][b.size()];
}

}  // namespace

std::string_view closest(std::string_view name, const std::vector<std::string_view>& candidates) {
  if (name.size() > length_max) return {};
  int nearest = name.size() < 5 ? 1 : 2;
  std::string_view found;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > length_max || candidate == found) continue;
    const int apart = distance(name, candidate);
    if (apart < nearest || (apart == nearest && found.empty())) {
      // Something strictly nearer than what was found is no tie.
      found = candidate;
      nearest = apart;
    } else if (apart == nearest) {
      found = {};
      nearest -= 1;  // From here on only something nearer than the two that tie may win.
    }
  }
  return found;
}

}  // namespace wf::rules
