// Pages of documentation on a terminal.
#include "compiler/driver/page.h"

#include <gtest/gtest.h>

namespace wfc::driver {
namespace {

constexpr std::string_view page =
    "# WF0001 a-name\n\nA few words that are longer than the narrow terminal, with `one thing` in them.\n\n"
    "```wf wrong\nstep a\n```\n\n- an item that has to be\n  wrapped as well\n- **two**\n";

TEST(Page, is_wrapped_and_indented) {
  EXPECT_EQ(render_page(page, {.colour = false, .columns = 40}),
            "WF0001 a-name\n\nA few words that are longer than the\nnarrow terminal, with `one thing` in\n"
            "them.\n\n  wrong\n    step a\n\n  - an item that has to be wrapped as\n    well\n  - **two**\n");
}

TEST(Page, has_colours_when_asked) {
  const std::string shown = render_page(page, {.colour = true, .columns = 200});
  EXPECT_NE(shown.find("\x1b[1mWF0001 a-name\x1b[0m"), std::string::npos);
  EXPECT_NE(shown.find("\x1b[36mone thing\x1b[0m"), std::string::npos);
  EXPECT_NE(shown.find("\x1b[1mtwo\x1b[0m"), std::string::npos);
  EXPECT_EQ(shown.find('`'), std::string::npos);
}

TEST(Page, what_it_shows_cannot_steer_the_terminal) {
  EXPECT_EQ(render_page("a\x1b[2J", {}), "a\\x1b[2J\n");
}

}  // namespace
}  // namespace wfc::driver
