// How a definition takes in one more thing, or loses one, in whatever it is written: YAML in blocks or
// between brackets, JSON, `.wf`.
//
// All of it looks at the text around a place that is known. Where that could be read in two ways, where a
// comment would be lost, and where nothing would be left of what held the thing, there is no edit.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/report.h"

namespace wfc::diag {

// Without one entry of a list or of a mapping: with its comma, or with its lines.
std::optional<Edit> without_entry(const source::SourceMap& sources, Span entry);
// Without the lines of a statement of `.wf`, of which `within` is a part that reaches to its end. A
// description above it goes, too.
std::optional<Edit> without_lines(const source::SourceMap& sources, Span within);

// One more entry behind the last one of a list.
std::optional<Edit> with_entry(const source::SourceMap& sources, Span last, std::string_view name);
// A list as one more key of the mapping of which `value` is the value of a key; `mapping` is the whole of it.
std::optional<Edit> with_list(const source::SourceMap& sources, Span mapping, Span value,
                              std::string_view key, std::string_view name);
// A value as one more key, likewise. In JSON texts are quoted; `text` says that it is one.
std::optional<Edit> with_key(const source::SourceMap& sources, Span mapping, Span value, std::string_view key,
                             std::string_view written, bool text);
// One more line in the block of a statement of `.wf`; with a block, if it has none.
std::optional<Edit> with_setting(const source::SourceMap& sources, Span statement, std::string_view setting);
// One more line below the one on which `within` stands, as far in.
std::optional<Edit> with_line_below(const source::SourceMap& sources, Span within, std::string_view line);

}  // namespace wfc::diag
