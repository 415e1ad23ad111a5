// Two texts as a unified diff: Myers' search for the shortest edit, line by line.
//
// Fixes change few lines, so the search is short. Where two texts have little in common it gives up and shows
// the middle as replaced as a whole: right, if not short.
#include <algorithm>
#include <unordered_map>
#include <vector>

#include "compiler/diag/fixes.h"

namespace wfc::diag {
namespace {

constexpr int edits_max = 400;  // Each keeps how far it came.
constexpr std::size_t context = 3;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

// A stretch of lines that gives way to another; one of them may be empty.
struct Change {
  std::size_t before, before_end;
  std::size_t after, after_end;
};

class Differ {
 public:
  Differ(const std::vector<std::string_view>& before, const std::vector<std::string_view>& after)
      : a_(before), b_(after) {}

  std::vector<Change> changes() {
    std::size_t head = 0;
    while (head < a_.size() && head < b_.size() && a_[head] == b_[head]) ++head;
    std::size_t tail = 0;
    while (tail + head < a_.size() && tail + head < b_.size() &&
           a_[a_.size() - 1 - tail] == b_[b_.size() - 1 - tail])
      ++tail;
    a_end_ = a_.size() - tail;
    b_end_ = b_.size() - tail;
    if (head == a_end_ && head == b_end_) return {};
    if (!search(head)) return {{head, a_end_, head, b_end_}};
    return walk_back(head);
  }

 private:
  // How far each diagonal was reached after so many edits.
  using Reached = std::unordered_map<int, int>;

  bool search(std::size_t head) {
    const int n = static_cast<int>(a_end_ - head);
    const int m = static_cast<int>(b_end_ - head);
    Reached reached = {{1, 0}};
    for (int edits = 0; edits <= std::min(n + m, edits_max); ++edits) {
      for (int k = -edits; k <= edits; k += 2) {
        const bool down = k == -edits || (k != edits && at(reached, k - 1) < at(reached, k + 1));
        int x = down ? at(reached, k + 1) : at(reached, k - 1) + 1;
        while (x < n && x - k < m && x - k >= 0 &&
               a_[head + static_cast<std::size_t>(x)] == b_[head + static_cast<std::size_t>(x - k)])
          ++x;
        reached[k] = x;
        if (x >= n && x - k >= m) {
          steps_.push_back(reached);
          return true;
        }
      }
      steps_.push_back(reached);
    }
    return false;
  }

  static int at(const Reached& reached, int k) {
    const auto found = reached.find(k);
    return found == reached.end() ? -1 : found->second;
  }

  std::vector<Change> walk_back(std::size_t head) const {
    std::vector<Change> changes;
    int x = static_cast<int>(a_end_ - head);
    int y = static_cast<int>(b_end_ - head);
    for (std::size_t edits = steps_.size() - 1; edits > 0; --edits) {
      const Reached& before = steps_[edits - 1];
      const int k = x - y;
      const int e = static_cast<int>(edits);
      const bool down = k == -e || (k != e && at(before, k - 1) < at(before, k + 1));
      const int from_x = down ? at(before, k + 1) : at(before, k - 1);
      const int from_y = from_x - (down ? k + 1 : k - 1);
      const auto a = head + static_cast<std::size_t>(from_x);
      const auto b = head + static_cast<std::size_t>(from_y);
      const Change one = {a, a + (down ? 0 : 1), b, b + (down ? 1 : 0)};
      if (!changes.empty() && changes.back().before == one.before_end &&
          changes.back().after == one.after_end) {
        changes.back().before = one.before;
        changes.back().after = one.after;
      } else {
        changes.push_back(one);
      }
      x = from_x;
      y = from_y;
    }
    std::reverse(changes.begin(), changes.end());
    return changes;
  }

  const std::vector<std::string_view>& a_;
  const std::vector<std::string_view>& b_;
  std::size_t a_end_ = 0;
  std::size_t b_end_ = 0;
  std::vector<Reached> steps_;
};

std::string range_of(std::size_t begin, std::size_t end) {
  const std::size_t count = end - begin;
  // An empty stretch is named by the line before it.
  std::string text = std::to_string(count == 0 ? begin : begin + 1);
  if (count != 1) text += "," + std::to_string(count);
  return text;
}

void put(std::string& to, char sign, std::string_view line) {
  to += sign;
  to += line;
  if (!line.ends_with('\n')) to += "\n\\ No newline at end of file\n";
}

}  // namespace

std::string unified_diff(std::string_view name, std::string_view before, std::string_view after) {
  if (before == after) return {};
  const std::vector<std::string_view> a = lines_of(before);
  const std::vector<std::string_view> b = lines_of(after);
  const std::vector<Change> changes = Differ(a, b).changes();
  std::string out = "--- a/" + std::string(name) + "\n+++ b/" + std::string(name) + "\n";
  for (std::size_t first = 0; first < changes.size();) {
    // Changes whose surroundings meet are shown together.
    std::size_t last = first;
    while (last + 1 < changes.size() && changes[last + 1].before - changes[last].before_end <= 2 * context)
      ++last;
    const std::size_t lead = std::min(context, changes[first].before);
    const std::size_t begin = changes[first].before - lead;
    const std::size_t end = std::min(changes[last].before_end + context, a.size());
    const std::size_t trail = end - changes[last].before_end;
    out += "@@ -" + range_of(begin, end) + " +" +
           range_of(changes[first].after - lead, changes[last].after_end + trail) + " @@\n";
    std::size_t at = begin;
    for (std::size_t i = first; i <= last; ++i) {
      for (; at < changes[i].before; ++at) put(out, ' ', a[at]);
      for (; at < changes[i].before_end; ++at) put(out, '-', a[at]);
      for (std::size_t j = changes[i].after; j < changes[i].after_end; ++j) put(out, '+', b[j]);
    }
    for (; at < end; ++at) put(out, ' ', a[at]);
    first = last + 1;
  }
  return out;
}

}  // namespace wfc::diag
