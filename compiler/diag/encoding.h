// Text that is no text, found before anything else reads it.
#pragma once
#include "compiler/diag/report.h"

namespace wfc::diag {

// Reports bytes that are not UTF-8 and control characters (line ends and tabs are none). True when there are
// none.
bool diagnose_encoding(const source::SourceMap& sources, FileId file, Report& report);

// Does it begin with the mark of UTF-16? Then nothing in it can be read.
bool is_utf_16(std::string_view text);

// The same text, byte for byte as long, with a `_` for each byte that diagnose_encoding objects to: reading
// goes on with it, and places stay what they are.
std::string without_bad_characters(std::string_view text);

}  // namespace wfc::diag
