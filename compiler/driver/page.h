// Pages of documentation, as a terminal shows them best.
#pragma once
#include <string>
#include <string_view>

namespace wfc::driver {

struct PageStyle {
  bool colour = false;
  int columns = 80;
};
// Markdown as pages of docs/diagnostics use it: headings, paragraphs, lists, fences, `code` and **strong**.
std::string render_page(std::string_view markdown, const PageStyle& style);

// Of the terminal that standard output is; 80 where it does not say.
int terminal_columns();

}  // namespace wfc::driver
