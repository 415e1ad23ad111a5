// The rolling hash of GitHub's upload action, over UTF-16 code units as there.
#include "compiler/diag/line_hashes.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <unordered_map>

#include "runtime/base/text.h"

namespace wfc::diag {
namespace {

constexpr std::size_t block = 100;
constexpr std::uint64_t factor = 37;
constexpr std::uint16_t end_of_text = 65535;

constexpr std::uint64_t factor_of_first() {
  std::uint64_t power = 1;
  for (std::size_t i = 0; i < block; ++i) power *= factor;
  return power;
}

class Hashes {
 public:
  void take(std::uint16_t unit) {
    if (unit == ' ' || unit == '\t' || (after_return_ && unit == '\n')) {
      after_return_ = false;
      return;
    }
    after_return_ = unit == '\r';
    if (after_return_) unit = '\n';
    settle();
    if (line_begins_) {
      line_begins_ = false;
      line_at_[at_] = ++lines_;
    }
    if (unit == '\n') line_begins_ = true;
    roll(unit);
  }

  std::vector<std::string> end() {
    take(end_of_text);
    for (std::size_t i = 0; i < block; ++i) {
      settle();
      roll(0);
    }
    return std::move(hashes_);
  }

 private:
  // The hash is of the whole window: once its first character is a line's first, it is the line's.
  void settle() {
    if (line_at_[at_] == 0) return;
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%llx", static_cast<unsigned long long>(hash_));
    hashes_.push_back(std::string(digits.data()) + ":" + std::to_string(++seen_[hash_]));
    line_at_[at_] = 0;
  }

  void roll(std::uint16_t unit) {
    static constexpr std::uint64_t first = factor_of_first();
    hash_ = factor * hash_ + unit - first * window_[at_];
    window_[at_] = unit;
    at_ = (at_ + 1) % block;
  }

  std::array<std::uint16_t, block> window_{};
  std::array<std::uint32_t, block> line_at_{};  // The line that begins there; 0: none does.
  std::size_t at_ = 0;
  std::uint64_t hash_ = 0;
  std::uint32_t lines_ = 0;
  bool line_begins_ = true;
  bool after_return_ = false;
  std::unordered_map<std::uint64_t, int> seen_;
  std::vector<std::string> hashes_;
};

}  // namespace

std::vector<std::string> line_hashes(std::string_view text) {
  Hashes hashes;
  // A file that is no UTF-8 has been reported as such; its lines still need to be told apart.
  const std::string repaired =
      wf::invalid_utf8_at(text) == std::string_view::npos ? std::string() : wf::replace_invalid_utf8(text);
  if (!repaired.empty()) text = repaired;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t point = wf::next_code_point(text, at);
    if (point < 0x10000) {
      hashes.take(static_cast<std::uint16_t>(point));
    } else {
      hashes.take(static_cast<std::uint16_t>(0xd800 + ((point - 0x10000) >> 10)));
      hashes.take(static_cast<std::uint16_t>(0xdc00 + ((point - 0x10000) & 0x3ff)));
    }
  }
  return hashes.end();
}

}  // namespace wfc::diag
