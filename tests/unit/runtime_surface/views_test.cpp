// The live view, frame by frame: whatever happens in a run, the picture fits the window and holds no foreign
// control character.
#include "runtime/surface/views.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "runtime/base/text.h"

namespace wf::surface {
namespace {

using engine::Notice;
using What = engine::Notice::What;

// A program of so many steps that nothing else is known of.
struct Steps {
  explicit Steps(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) ids.push_back("step-with-a-longer-name-" + std::to_string(i));
    for (const std::string& id : ids)
      rows.push_back({.id = {id.data(), static_cast<std::uint32_t>(id.size())}, .kind = StepKind::command});
    program.steps = {rows.data(), static_cast<std::uint32_t>(rows.size())};
  }
  std::vector<std::string> ids;
  std::vector<StepRow> rows;
  Program program;
};

Notice notice(What what, Row row, std::int64_t at_ms, StepStatus status = StepStatus::succeeded) {
  Notice notice;
  notice.what = what;
  notice.key.step = row;
  notice.attempt = 1;
  notice.status = status;
  notice.at_ms = at_ms;
  return notice;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  return all;
}

TEST(LiveView, a_short_run_is_shown_whole_and_in_order) {
  const Steps steps(4);
  Picture picture(steps.program);
  picture.begin(1000);
  picture.notice(notice(What::step_started, 0, 1000));
  picture.notice(notice(What::step_finished, 0, 3500));
  picture.notice(notice(What::step_started, 1, 3500));
  picture.printed({.step = 1}, "compiling\nlinking 3 of 9\n");
  Notice gate = notice(What::gate_waiting, 2, 3600);
  gate.detail = "Ship it?\nSecond line";
  picture.notice(gate);
  const std::vector<std::string> lines =
      frame(picture, {.title = "r1", .how_to_decide = "say yes"}, {.columns = 100, .rows = 30}, 5500, false);
  ASSERT_EQ(lines.size(), 6u) << joined(lines);
  EXPECT_EQ(lines[0], "r1  1 running, 1 waiting, 1 succeeded, 1 pending  4s");
  EXPECT_NE(lines[1].find("✓ step"), std::string::npos);
  EXPECT_NE(lines[1].find("2.5s"), std::string::npos);
  EXPECT_NE(lines[2].find("linking 3 of 9"), std::string::npos);
  EXPECT_NE(lines[3].find("Ship it?"), std::string::npos);
  EXPECT_EQ(lines[3].find("Second"), std::string::npos);
  EXPECT_EQ(lines[5], "say yes");
}

TEST(LiveView, fits_any_window_in_any_state) {
  const Steps steps(200);
  Picture picture(steps.program);
  picture.begin(0);
  const auto check = [&](const char* when) {
    for (const int columns : {10, 20, 40, 80, 200}) {
      for (const int rows : {1, 2, 5, 8, 24, 60}) {
        const std::vector<std::string> lines =
            frame(picture, {.title = "run-with-a-name", .how_to_decide = "elsewhere: ./exe approve r STEP"},
                  {.columns = columns, .rows = rows}, 60'000, false);
        EXPECT_LE(lines.size(), static_cast<std::size_t>(std::max(rows - 1, 1))) << when << rows;
        for (const std::string& line : lines) {
          EXPECT_LT(display_width(line), columns) << when << line;
          for (const char c : line) EXPECT_FALSE(c >= 0 && c < 0x20) << when << line;
        }
      }
    }
  };
  check("nothing started");
  for (Row row = 0; row < 60; ++row) picture.notice(notice(What::step_started, row, row * 10));
  for (Row row = 0; row < 60; ++row)
    picture.printed({.step = row}, "\x1b[2J\x1b]0;title\x07 wide 表表表表表表 \xff\n");
  check("sixty run");
  for (Row row = 0; row < 30; ++row)
    picture.notice(
        notice(What::step_finished, row, 1000, row % 2 ? StepStatus::failed : StepStatus::succeeded));
  for (Row row = 100; row < 140; ++row) {
    Notice gate = notice(What::gate_waiting, row, 1000);
    gate.detail = "\x1b[31mred\r\nmore";
    picture.notice(gate);
  }
  check("thirty ended and forty wait");
}

TEST(LiveView, people_come_before_what_has_ended) {
  const Steps steps(200);
  Picture picture(steps.program);
  for (Row row = 0; row < 150; ++row) picture.notice(notice(What::step_finished, row, 1000));
  for (Row row = 150; row < 190; ++row) picture.notice(notice(What::step_started, row, 1000));
  Notice gate = notice(What::gate_waiting, 199, 1000);
  gate.detail = "Well?";
  picture.notice(gate);
  const std::string all = joined(
      frame(picture, {.title = "r", .how_to_decide = "decide"}, {.columns = 80, .rows = 12}, 2000, false));
  EXPECT_NE(all.find("Well?"), std::string::npos) << all;
  EXPECT_NE(all.find("decide"), std::string::npos) << all;
  EXPECT_NE(all.find("40 running"), std::string::npos) << all;
  EXPECT_NE(all.find("more running"), std::string::npos) << all;
}

TEST(Picture, keeps_little_of_a_talkative_child) {
  const Steps steps(1);
  Picture picture(steps.program);
  picture.notice(notice(What::step_started, 0, 1));
  const std::string block(1 << 20, 'x');
  for (int i = 0; i < 50; ++i) picture.printed({.step = 0}, block);
  EXPECT_LE(picture.step(0).open_line.size(), 1024u);
  for (int i = 0; i < 1000; ++i) picture.printed({.step = 0}, "line\n");
  EXPECT_LE(picture.step(0).lines.size(), 8u);
  picture.printed({.step = 0}, "10%\r50%\r100%\r\n");
  EXPECT_EQ(picture.step(0).lines.back(), "100%");
  picture.printed({.step = 7}, "a row that does not exist\n");
}

TEST(Picture, branches_are_nobodys_steps) {
  Steps steps(3);
  steps.rows[1].kind = StepKind::branch;
  Picture picture(steps.program);
  picture.notice(notice(What::step_finished, 1, 1));
  EXPECT_EQ(counts_text(picture), "2 pending");
}

TEST(Text, is_cut_and_padded_by_columns) {
  EXPECT_EQ(fit("abcdef", 4), "abc…");
  EXPECT_EQ(fit("表表表", 4), "表…");
  EXPECT_EQ(pad("表", 4), "表  ");
  EXPECT_EQ(fit("abc", 0), "");
  EXPECT_EQ(shell_word("plain-1.0"), "plain-1.0");
  EXPECT_EQ(shell_word("a'b $(x)"), "'a'\\''b $(x)'");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(elapsed(31), "31ms");
  EXPECT_EQ(elapsed(2'300), "2.3s");
  EXPECT_EQ(elapsed(187'000), "3m07s");
  EXPECT_EQ(elapsed(7'500'000), "2h05m");
  EXPECT_EQ(elapsed(-5), "0ms");
}

}  // namespace
}  // namespace wf::surface
