// Pieces of sentences.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace wfc::dialects {

inline std::string in_ticks(std::string_view name) {
  return "`" + std::string(name) + "`";
}

// "`a`, `b` or `c`"
inline std::string spell_out(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += in_ticks(words[i]);
  }
  return text;
}

}  // namespace wfc::dialects
