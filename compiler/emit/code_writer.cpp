// Writes C++ text.
//
// Everything of a definition enters the generated code through `literal` and nowhere else: printable ASCII
// stands for itself but for the quote, the backslash and the question mark (trigraphs), every other byte is a
// three-digit octal escape, which cannot run into what follows it. Raw strings would be prettier, and
// compilers change line ends inside them.
#include "compiler/emit/code_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "compiler/emit/emit.h"

namespace wfc::emit {
namespace {

bool stands_for_itself(unsigned char c) {
  return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '?';
}

}  // namespace

std::string literal(std::string_view bytes, int indent) {
  constexpr std::size_t line_bytes = 100;
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 20 + 8);
  std::size_t at = 0;
  do {
    if (at > 0) {
      text += '\n';
      text.append(static_cast<std::size_t>(std::max(indent, 0)), ' ');
    }
    text += '"';
    // A line of the author's ends a line of ours: prompts stay readable.
    for (std::size_t taken = 0; at < bytes.size() && taken < line_bytes; ++at, ++taken) {
      const auto c = static_cast<unsigned char>(bytes[at]);
      if (stands_for_itself(c)) {
        text += static_cast<char>(c);
        continue;
      }
      text += '\\';
      text += static_cast<char>('0' + (c >> 6));
      text += static_cast<char>('0' + ((c >> 3) & 7));
      text += static_cast<char>('0' + (c & 7));
      if (c == '\n') {
        ++at;
        break;
      }
    }
    text += '"';
  } while (at < bytes.size());
  return text;
}

CodeWriter& CodeWriter::text(const wf::Text& value, int indent) {
  out_ += '{';
  out_ += literal({value.data, value.size}, indent);
  out_ += ", ";
  out_ += std::to_string(value.size);
  out_ += '}';
  return *this;
}

CodeWriter& CodeWriter::arguments(std::string_view value) {
  out_ += literal(value, 10);
  out_ += ", ";
  out_ += std::to_string(value.size());
  return *this;
}

CodeWriter& CodeWriter::real(double value) {
  // The shortest form that reads back as the same number.
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  const std::string_view digits(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
  out_ += digits;
  if (digits.find_first_of(".en") == std::string_view::npos) out_ += ".0";
  return *this;
}

std::string comment_name(std::string_view name) {
  std::string text;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("._/-").find(c) != std::string_view::npos;
    if (!plain) continue;
    text += c;
    if (text.size() == 80) break;
  }
  return text;
}

std::string comment_source(std::string_view text) {
  if (text.size() > 90) return {};
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(" ._-=!<>()[],'\"+|~%").find(c) != std::string_view::npos;
  });
  return plain ? std::string(text) : std::string();
}

}  // namespace wfc::emit
