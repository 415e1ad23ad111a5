// The little of Markdown that a workflow is written in: a heading, the paragraph under it, an ordered list.
//
// A reader of our own, one line at a time and in linear time whatever the text is:
// docs/decisions/markdown.md.
#pragma once
#include <vector>

#include "compiler/dsl/dsl.h"
#include "compiler/source/source.h"

namespace wfc::dialects {

struct Outline {
  dsl::Text heading;             // The first one; its span is unknown where there is none.
  dsl::Text paragraph;           // The first one under it, as one line; likewise.
  std::vector<dsl::Text> items;  // Of the first ordered list, without the indentation of the item.
  Span list;                     // Its first marker; unknown where there is no list.
  std::vector<Span> unread;      // First lines of the blocks that are none of these.
};

Outline read_outline(const source::SourceMap& sources, FileId file);
// Whether the text may be such a definition: a heading and an ordered list, wherever they stand.
bool looks_like_outline(std::string_view text);

}  // namespace wfc::dialects
