// Where a part of a text stands in the author's file.
#pragma once
#include <string>
#include <string_view>

#include "compiler/check/check.h"

namespace wfc::check {

// The place of `part`, some bytes of `text`, which stands at `span` between quotes, in a block or bare. The
// whole span when the text is not there as it is, or its part more than once.
inline Span place_of_part(const Subject& in, std::string_view text, Span span, std::string_view part) {
  if (in.sources == nullptr || !span.known()) return span;
  const std::string_view written = in.sources->text(span);
  std::size_t at = written.find(text);
  if (at != std::string_view::npos) {
    at += static_cast<std::size_t>(part.data() - text.data());
  } else {
    at = part.empty() ? std::string_view::npos : written.find(part);
    if (at == std::string_view::npos || written.find(part, at + 1) != std::string_view::npos) return span;
  }
  return {span.file, span.begin + static_cast<std::uint32_t>(at),
          span.begin + static_cast<std::uint32_t>(at + part.size())};
}

}  // namespace wfc::check
