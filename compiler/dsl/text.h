// Texts as they are written, and the bytes they stand for.
#pragma once
#include <string_view>

#include "compiler/dsl/dsl.h"
#include "compiler/dsl/mistakes.h"

namespace wfc::dsl {

// Bytes [begin, end) of `source` are a text in `"` or `'`, quotes included. A text that was never closed is
// read too.
Text read_quoted(std::string_view source, std::uint32_t begin, std::uint32_t end, const Places& places,
                 Mistakes& mistakes);
// The same of a block text: `"""`, a line end, the text, a line that begins with `"""`.
Text read_block(std::string_view source, std::uint32_t begin, std::uint32_t end, const Places& places,
                Mistakes& mistakes);

}  // namespace wfc::dsl
