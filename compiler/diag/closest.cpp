// "did you mean": the edit distance of Damerau and Levenshtein (optimal string alignment), with a limit.
//
// A file may name thousands of steps wrongly among thousands: names that cannot be near by their length or
// their letters are passed over before the table is filled.
#include <algorithm>
#include <array>
#include <bit>

#include "compiler/diag/report.h"
#include "runtime/base/text.h"

namespace wfc::diag {

namespace {

constexpr std::size_t length_max = 64;  // Nobody mistypes longer names by two letters and wants to be told.

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

std::uint64_t letters_of(std::string_view name) {
  std::uint64_t letters = 0;
  for (const char c : name) letters |= std::uint64_t{1} << (static_cast<unsigned char>(lower(c)) & 63);
  return letters;
}

int distance(std::string_view a, std::string_view b, int limit) {
  std::array<std::array<int, length_max + 1>, 3> rows{};
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i - 1) % 3];
    row[0] = static_cast<int>(i);
    int least = row[0];
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int change = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
        row[j] = std::min(row[j], rows[(i - 2) % 3][j - 2] + 1);
      least = std::min(least, row[j]);
    }
    // A swap reaches back two rows, but never makes more good than one.
    if (least > limit + 1) return limit + 1;
  }
  return rows[a.size() % 3][b.size()];
}

}  // namespace

std::string closest(std::string_view name, const std::vector<std::string>& candidates) {
  if (name.empty() || name.size() > length_max) return {};
  const std::uint64_t letters = letters_of(name);
  const std::size_t length = wf::code_points(name);
  // A name of one letter is near to every other one: only its case can be wrong.
  const int limit = length < 2 ? 0 : length < 5 ? 1 : 2;
  int best = limit + 1;
  const std::string* found = nullptr;
  for (const std::string& candidate : candidates) {
    const auto bound = static_cast<std::size_t>(std::min(limit, best));
    const std::size_t difference =
        std::max(candidate.size(), name.size()) - std::min(candidate.size(), name.size());
    // A byte of a longer code point may differ once an edit; plain letters are the common case, so bytes are
    // counted.
    if (candidate.empty() || candidate.size() > length_max || difference > bound) continue;
    if (std::popcount(letters ^ letters_of(candidate)) > 2 * static_cast<int>(bound)) continue;
    const int edits = distance(name, candidate, limit);
    if (edits > limit || edits > best || candidate == name) continue;
    if (edits < best) {
      best = edits;
      found = &candidate;
    } else if (found && *found != candidate) {
      found = nullptr;  // A tie; a nearer one may still come.
    }
  }
  return found ? *found : std::string();
}

}  // namespace wfc::diag
