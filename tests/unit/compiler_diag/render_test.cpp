// The four forms of a report beyond the plain case.
#include "compiler/diag/render.h"

#include <gtest/gtest.h>

#include "runtime/base/json.h"

namespace wfc::diag {
namespace {

Span span(FileId file, std::uint32_t begin, std::uint32_t end) {
  return {file, begin, end};
}

TEST(RenderText, two_marks_on_one_line) {
  source::SourceMap sources;
  const FileId file = sources.add("w.yaml", "{a: 1, b: 2, a: 3}");
  Report report;
  report.add(duplicate_key, span(file, 13, 14), "a").label("again").also(span(file, 1, 2), "first here");
  EXPECT_EQ(render_text(report, sources, {}), R"(error[WF0112]: the key `a` stands here twice
 --> w.yaml:1:14
  |
1 | {a: 1, b: 2, a: 3}
  |  -           ^ again
  |  |
  |  first here

)");
}

TEST(RenderText, three_marks_on_one_line_and_one_within_another) {
  source::SourceMap sources;
  const FileId file = sources.add("w", "aa bb cc dd");
  Report report;
  report.add(yaml_syntax, span(file, 3, 8), "x")
      .label("main")
      .also(span(file, 0, 2), "left")
      .also(span(file, 6, 8), "inside")
      .also(span(file, 9, 11), "right");
  EXPECT_EQ(render_text(report, sources, {}), R"(error[WF0109]: x
 --> w:1:4
  |
1 | aa bb cc dd
  | -- ^^^^^ -- right
  | |  |
  | |  main
  | left
  |       -- inside

)");
}

TEST(RenderText, tabs_wide_characters_and_escapes_keep_the_marks_in_place) {
  source::SourceMap sources;
  const FileId file = sources.add("w", "\ta: \xe6\xbc\xa2\xe5\xad\x97 \x1b[31m x\n");
  Report report;
  report.add(yaml_syntax, span(file, 17, 18), "\x1b[2J").label("here\x07");
  EXPECT_EQ(render_text(report, sources, {}),
            "error[WF0109]: \\x1b[2J\n"
            " --> w:1:14\n"
            "  |\n"
            "1 |     a: \xe6\xbc\xa2\xe5\xad\x97 \\x1b[31m x\n"
            "  |                      ^ here\\x07\n"
            "\n");
}

TEST(RenderText, several_lines_are_marked_on_the_first) {
  source::SourceMap sources;
  const FileId file = sources.add("w", "a: |\n  one\n  two\nb: 1\n");
  Report report;
  report.add(yaml_syntax, span(file, 3, 16), "x").label("this text");
  EXPECT_EQ(render_text(report, sources, {}), R"(error[WF0109]: x
 --> w:1:4
  |
1 | a: |
  |    ^ this text

)");
}

TEST(RenderText, a_place_at_the_end_of_a_line_or_file_is_shown) {
  source::SourceMap sources;
  const FileId file = sources.add("w", "ab\r\n");
  Report report;
  report.add(yaml_syntax, span(file, 2, 2), "x");
  report.add(yaml_syntax, span(file, 4, 4), "y");
  EXPECT_EQ(render_text(report, sources, {}), R"(error[WF0109]: x
 --> w:1:3
  |
1 | ab
  |   ^

error[WF0109]: y
 --> w:2:1
  |
2 |
  | ^

)");
}

TEST(RenderText, line_numbers_are_aligned) {
  source::SourceMap sources;
  std::string text;
  for (int i = 0; i < 120; ++i) text += "line\n";
  const FileId file = sources.add("w", text);
  Report report;
  report.add(yaml_syntax, span(file, 40, 44), "x").also(span(file, 500, 504), "there").help("do this");
  EXPECT_EQ(render_text(report, sources, {}), R"(error[WF0109]: x
   --> w:9:1
    |
  9 | line
    | ^^^^
...
101 | line
    | ---- there
    |
    = help: do this

)");
}

TEST(RenderText, other_files_have_their_own_head) {
  source::SourceMap sources;
  const FileId first = sources.add("a.yaml", "one\n");
  const FileId second = sources.add("b.yaml", "two\n");
  Report report;
  report.add(yaml_syntax, span(first, 0, 3), "x")
      .label("here")
      .also(span(second, 0, 3), "and here")
      .note("because of that", span(second, 1, 2));
  EXPECT_EQ(render_text(report, sources, {}), R"(error[WF0109]: x
 --> a.yaml:1:1
  |
1 | one
  | ^^^ here
 ::: b.yaml:1:1
  |
1 | two
  | --- and here
  |
  = note: because of that (b.yaml:1:2)

)");
}

TEST(RenderText, a_message_without_a_place) {
  Report report;
  report.add(unknown_dialect, {}, "this is no workflow").help("write one");
  EXPECT_EQ(render_text(report, source::SourceMap(), {}),
            "error[WF0206]: this is no workflow\n  = help: write one\n\n");
}

TEST(RenderText, a_fix_helps_where_no_help_does) {
  source::SourceMap sources;
  const FileId file = sources.add("w", "one\n");
  Report report;
  report.add(yaml_syntax, span(file, 0, 3), "x").fix("remove it", span(file, 0, 3), "");
  EXPECT_NE(render_text(report, sources, {}).find("  = help: remove it\n"), std::string::npos);
}

TEST(RenderText, lines_that_a_fix_adds_after_the_last_one) {
  source::SourceMap sources;
  const FileId file = sources.add("w", "a {\n  b");
  Report report;
  report.add(unclosed_bracket, span(file, 2, 3), "{").fix("close it", span(file, 7, 7), "\n}\n");
  EXPECT_EQ(render_text(report, sources, {}), R"(error[WF0102]: this `{` is never closed
 --> w:1:3
  |
1 | a {
  |   ^
  |
3 + }
  = help: close it

)");
}

TEST(RenderText, long_lines_are_windows) {
  source::SourceMap sources;
  const FileId file = sources.add("w", std::string(5000, 'a') + "HERE" + std::string(5000, 'b') + "THERE");
  Report report;
  report.add(yaml_syntax, span(file, 5000, 5004), "x").label("this").also(span(file, 10004, 10009), "that");
  const std::string text = render_text(report, sources, {});
  std::size_t longest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    longest = std::max(longest, end - at);
    at = end + 1;
  }
  EXPECT_LT(longest, 160u);
  EXPECT_NE(text.find("1 | ..." + std::string(40, 'a') + "HEREbbb"), std::string::npos) << text;
  EXPECT_NE(text.find("  | " + std::string(43, ' ') + "^^^^ this\n"), std::string::npos) << text;
  EXPECT_NE(text.find("bbbTHERE\n  | " + std::string(43, ' ') + "----- that\n"), std::string::npos) << text;
}

TEST(RenderText, colours_only_when_asked) {
  source::SourceMap sources;
  const FileId file = sources.add("w", "one\n");
  Report report;
  report.add(yaml_syntax, span(file, 0, 3), "x").label("y").help("z");
  EXPECT_EQ(render_text(report, sources, {}).find('\x1b'), std::string::npos);
  std::string coloured = render_text(report, sources, {.colour = true});
  EXPECT_TRUE(coloured.starts_with("\x1b[1;31merror[WF0109]\x1b[0m"));
  for (std::size_t at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b'))
    coloured.erase(at, coloured.find('m', at) + 1 - at);
  EXPECT_EQ(coloured, render_text(report, sources, {}));
}

TEST(RenderText, counts_what_is_too_much) {
  source::SourceMap sources;
  const FileId file = sources.add("w", std::string(300, '\n'));
  Report report;
  for (std::uint32_t i = 0; i < 150; ++i) report.add(yaml_syntax, span(file, i, i), "x");
  report.add(default_used, span(file, 200, 200), "a step", "y");
  const std::string text = render_text(report, sources, {});
  EXPECT_TRUE(text.ends_with("\nand 50 more errors and 1 other message; `--max-errors` shows more\n\n"));
  EXPECT_EQ(text_summary(report, {{"a", "", "", 0, 0}, {"b", "", "", 0, 0}}),
            "2 files: 150 errors, 1 warning");
}

TEST(RenderText, hostile_places_are_no_trouble) {
  source::SourceMap sources;
  const FileId file = sources.add("w", "\xff\xe2\x82\n\xc3");
  Report report;
  report.add(yaml_syntax, span(file, 0, 100), "x").also(span(file, 90, 80), "y").also(span(file, 3, 2), "z");
  EXPECT_FALSE(render_text(report, sources, {}).empty());
  EXPECT_FALSE(render_json(report, sources, {}).empty());
  EXPECT_FALSE(render_github(report, sources).empty());
  EXPECT_FALSE(render_sarif(report, sources, "1.0").empty());
}

TEST(RenderJson, has_the_form_of_the_contract) {
  source::SourceMap sources;
  const FileId file = sources.add("release.yaml",
                                  "steps:\n  - needs: \xc3\xbc"
                                  "biul\n");
  Report report;
  const Span name = span(file, 20, 24);
  report.add(unknown_name, name, Noun::step, "biul")
      .label("here")
      .note("no place")
      .did_you_mean("build", name);
  const std::vector<FileSummary> files = {{"release.yaml", "coder", "wf_release_train", 4, 3}};
  EXPECT_EQ(
      render_json(report, sources, files),
      R"({"version":1,"diagnostics":[{"code":"WF0301","name":"unknown-name","category":"unknown-ref",)"
      R"("severity":"error","message":"no step is named `biul`","file":"release.yaml",)"
      R"("range":{"start":{"line":2,"column":13},"end":{"line":2,"column":17}},)"
      R"("notes":[{"message":"no place"}],)"
      R"("fixes":[{"title":"use `build`","safe":true,"edits":[{"range":{"start":{"line":2,"column":13},)"
      R"("end":{"line":2,"column":17}},"new_text":"build"}]}]}],)"
      R"("files":[{"file":"release.yaml","dialect":"coder","workflow":"wf_release_train","steps":4,"edges":3}],)"
      R"("summary":{"errors":1,"warnings":0,"notes":0}})"
      "\n");
}

TEST(RenderJson, second_places_are_notes) {
  source::SourceMap sources;
  const FileId file = sources.add("w", "a b\n");
  Report report;
  report.add(cycle, span(file, 0, 1)).label("`a` waits").also(span(file, 2, 3), "`b` waits").help("mend it");
  const auto json = wf::parse_json(render_json(report, sources, {}));
  ASSERT_TRUE(json);
  const auto& notes = (*json)["diagnostics"][0]["notes"];
  ASSERT_EQ(notes.size(), 3u);
  EXPECT_EQ(notes[0]["message"], "`a` waits");
  EXPECT_EQ(notes[1]["range"]["start"]["column"], 3);
  EXPECT_EQ(notes[1]["file"], "w");
  EXPECT_FALSE(notes[2].contains("range"));
  EXPECT_EQ(notes[2]["message"], "mend it");
}

TEST(RenderText, a_path_is_told_in_its_order_before_other_notes) {
  source::SourceMap sources;
  const FileId file = sources.add("w", "one\ntwo\nthree\n");
  Report report;
  report.add(yaml_syntax, span(file, 8, 13), "x")
      .note("last")
      .path(span(file, 0, 3), "from `one`")
      .path(span(file, 4, 7), "over `two`");
  EXPECT_EQ(render_text(report, sources, {}), R"(error[WF0109]: x
 --> w:3:1
  |
3 | three
  | ^^^^^
  |
  = note: from `one` (w:1:1)
  = note: over `two` (w:2:1)
  = note: last

)");
}

TEST(RenderJson, a_path_is_notes_with_places) {
  source::SourceMap sources;
  const FileId file = sources.add("w", "one\ntwo\n");
  Report report;
  report.add(yaml_syntax, span(file, 4, 7), "x").note("last").path(span(file, 0, 3), "from `one`");
  const auto json = wf::parse_json(render_json(report, sources, {}));
  const wf::Json& notes = (*json)["diagnostics"][0]["notes"];
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_EQ(notes[0]["message"], "from `one`");
  EXPECT_EQ(notes[0]["range"]["start"]["line"], 1);
}

TEST(RenderGithub, escapes_and_shows_ten_the_worst_first) {
  source::SourceMap sources;
  const FileId file = sources.add("a,b:c.yaml", "one\ntwo\n");
  Report report;
  report.add(default_used, span(file, 0, 3), "a step", "x");
  for (int i = 0; i < 11; ++i) report.add(yaml_syntax, span(file, 4, 7), "50%\n" + std::to_string(i));
  const std::string text = render_github(report, sources);
  EXPECT_TRUE(
      text.starts_with("::error file=a%2Cb%3Ac.yaml,line=2,endLine=2,col=1,endColumn=4,title=WF0109 "
                       "yaml-syntax::50%25%0A0\n"))
      << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 11);
  EXPECT_TRUE(text.ends_with("::notice title=wfc::and 2 more\n")) << text;
  EXPECT_EQ(text.find("::warning"), std::string::npos);
}

TEST(RenderSarif, is_one_run_of_2_1_0) {
  source::SourceMap sources;
  const FileId file = sources.add("my flow.yaml", "steps: \xc3\xbc b\n");
  Report report;
  const Span name = span(file, 10, 11);
  report.add(yaml_syntax, name, "b").also(span(file, 0, 5), "these").did_you_mean("build", name);
  report.add(yaml_syntax, span(file, 7, 9), "\xc3\xbc");
  const auto json = wf::parse_json(render_sarif(report, sources, "1.0"));
  ASSERT_TRUE(json);
  EXPECT_EQ((*json)["version"], "2.1.0");
  const auto& run = (*json)["runs"][0];
  EXPECT_EQ(run["columnKind"], "unicodeCodePoints");
  EXPECT_EQ(run["tool"]["driver"]["name"], "wfc");
  ASSERT_EQ(run["tool"]["driver"]["rules"].size(), 1u);
  EXPECT_EQ(run["tool"]["driver"]["rules"][0]["id"], "WF0109");
  EXPECT_FALSE(run["tool"]["driver"]["rules"][0]["help"]["text"].get<std::string>().empty());
  ASSERT_EQ(run["results"].size(), 2u);
  const auto& result = run["results"][0];
  EXPECT_EQ(result["ruleId"], "WF0109");
  EXPECT_EQ(result["level"], "error");
  const auto& place = result["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "my%20flow.yaml");
  EXPECT_EQ(place["region"]["startColumn"], 10);
  EXPECT_EQ(place["region"]["endColumn"], 11);
  EXPECT_EQ(result["relatedLocations"][0]["message"]["text"], "these");
  EXPECT_EQ(result["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"], "build");
}

}  // namespace
}  // namespace wfc::diag
