// Writes C++ text: literals that nothing can break out of, comments that nothing can continue.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "wf/program.h"

namespace wfc::emit {

// The longest text that is written without a warning of the compilers switched off: what C++ promises to
// take.
inline constexpr std::size_t literal_portable_max = 65'536;

class CodeWriter {
 public:
  CodeWriter& operator<<(std::string_view text) {
    out_ += text;
    return *this;
  }
  CodeWriter& operator<<(char c) {
    out_ += c;
    return *this;
  }
  CodeWriter& operator<<(std::uint64_t number) {
    out_ += std::to_string(number);
    return *this;
  }
  CodeWriter& operator<<(std::uint32_t number) { return *this << std::uint64_t{number}; }
  CodeWriter& operator<<(int number) {
    out_ += std::to_string(number);
    return *this;
  }
  // {"abc", 3}
  CodeWriter& text(const wf::Text& value, int indent = 12);
  // "abc", 3
  CodeWriter& arguments(std::string_view value);
  CodeWriter& real(double value);
  std::string take() { return std::move(out_); }
  std::string& out() { return out_; }

 private:
  std::string out_;
};

// A name in a comment: as it is when it is made of letters, digits and `._/-` alone, else without what is
// not. Empty when nothing is left of it.
std::string comment_name(std::string_view name);
// A piece of the definition's own text, such as a condition; empty when it holds anything that is not plain.
std::string comment_source(std::string_view text);

}  // namespace wfc::emit
