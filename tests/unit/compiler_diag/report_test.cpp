// The report, the nearest name, and text that is no text.
#include "compiler/diag/report.h"

#include <gtest/gtest.h>

#include <set>

#include "compiler/diag/encoding.h"
#include "compiler/diag/render.h"

namespace wfc::diag {
namespace {

TEST(Report, puts_arguments_where_the_braces_stand) {
  Report report;
  report.add(wrong_shape, {}, "`{}` here", "a text");
  EXPECT_EQ(report.all().front()->message, "`{}` here must be a text");
}

TEST(Report, is_sorted_by_place_and_says_a_thing_once) {
  Report report;
  report.add(yaml_syntax, Span{0, 9, 10}, "b");
  report.add(default_used, Span{0, 3, 4}, "a step", "x");
  report.add(yaml_syntax, Span{0, 3, 4}, "a");
  report.add(yaml_syntax, Span{0, 9, 10}, "b");
  report.add(yaml_syntax, Span{0, 9, 10}, "c");
  report.add(yaml_syntax, Span{1, 0, 1}, "b");
  report.sort();
  std::vector<std::string> said;
  for (const auto& d : report.all()) said.push_back(d->message);
  EXPECT_EQ(said, (std::vector<std::string>{"a", "a step has no `x`", "b", "c", "b"}));
  EXPECT_EQ(report.count(Severity::error), 4);
  EXPECT_EQ(report.count(Severity::warning), 1);
  EXPECT_TRUE(report.has_errors());
}

TEST(Report, severity_can_be_changed) {
  Report report;
  report.add(yaml_syntax, {}, "b").severity(Severity::note);
  EXPECT_FALSE(report.has_errors());
}

TEST(Report, cuts_arguments_that_are_whole_texts) {
  Report report;
  report.add(yaml_syntax, {}, std::string(1'000'000, 'x'));
  EXPECT_LT(report.all().front()->message.size(), 500u);
}

TEST(Kinds, have_one_number_and_one_name_each) {
  std::set<int> numbers;
  std::set<std::string> names;
  for (const KindInfo* kind : all_kinds()) {
    EXPECT_TRUE(numbers.insert(kind->number).second) << kind->number;
    EXPECT_TRUE(names.insert(kind->name).second) << kind->name;
    EXPECT_EQ(find_kind(kind->name), kind);
    EXPECT_EQ(find_kind(code_of(*kind)), kind);
  }
  EXPECT_EQ(find_kind("301"), &unknown_name.info);
  EXPECT_EQ(find_kind("wf0301"), &unknown_name.info);
  EXPECT_EQ(find_kind("WF9999"), nullptr);
  EXPECT_EQ(find_kind(""), nullptr);
  EXPECT_EQ(code_of(unknown_name.info), "WF0301");
}

TEST(Kinds, have_a_page_each) {
  for (const KindInfo* kind : all_kinds()) {
    const std::string_view page = explanation(*kind);
    const std::string title = "# " + code_of(*kind) + " " + kind->name + "\n";
    EXPECT_TRUE(page.starts_with(title))
        << "docs/diagnostics/" << code_of(*kind) << ".md begins with " << title;
  }
}

TEST(Closest, finds_what_was_meant) {
  const std::vector<std::string> steps = {"build", "research", "deploy", "id", "s1"};
  EXPECT_EQ(closest("biuld", steps), "build") << "a swap";
  EXPECT_EQ(closest("reserch", steps), "research");
  EXPECT_EQ(closest("dploi", steps), "deploy");
  EXPECT_EQ(closest("BUILD", steps), "build");
  EXPECT_EQ(closest("ids", steps), "id") << "short names: one edit";
  EXPECT_EQ(closest("ixx", steps), "") << "short names: not two";
  EXPECT_EQ(closest("bxxxd", steps), "");
  EXPECT_EQ(closest("x", steps), "") << "one letter is near to everything";
  EXPECT_EQ(closest("", steps), "");
}

TEST(Closest, guesses_once_or_not_at_all) {
  EXPECT_EQ(closest("test", {"tests", "tent"}), "");
  EXPECT_EQ(closest("testing", {"testings", "testyngs"}), "testings") << "the nearer one wins";
  EXPECT_EQ(closest("testing", {"testyngs", "testings"}), "testings");
  EXPECT_EQ(closest("build", {"built", "built"}), "built") << "the same name twice is no tie";
}

TEST(Closest, long_names_cost_nothing) {
  const std::string name(100'000, 'a');
  EXPECT_EQ(closest(name, {name + "b"}), "");
}

TEST(Encoding, says_what_is_not_utf_8_once) {
  source::SourceMap sources;
  Report report;
  const FileId file = sources.add("w.yaml", "ok: gr\xc3\xbc\xc3\x9f\nbad: \xff\xfe x \xc3\n");
  EXPECT_FALSE(diagnose_encoding(sources, file, report));
  ASSERT_EQ(report.all().size(), 1u);
  EXPECT_EQ(render_text(report, sources, {}), R"(error[WF0111]: this file is not UTF-8
 --> w.yaml:2:6
  |
2 | bad: \xff\xfe x \xc3
  |      ^^^^ the byte 0xff
  |
  = note: there are 2 more in this file
  = help: save the file as UTF-8

)");
}

TEST(Encoding, finds_control_characters_wherever_they_hide) {
  for (const std::string_view bad : {"\x01", "\x1b", "\x7f", "\xc2\x9b", "\xef\xbb\xbf"}) {
    for (std::size_t at = 0; at < 40; ++at) {
      source::SourceMap sources;
      Report report;
      std::string text(40, 'x');
      text.insert(at, bad);
      if (at == 0 && bad.size() == 3) continue;  // A byte order mark.
      const FileId file = sources.add("w", text);
      ASSERT_FALSE(diagnose_encoding(sources, file, report)) << at;
      ASSERT_EQ(report.all().front()->span,
                (Span{file, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + bad.size())}));
      std::string repaired(40, 'x');
      repaired.insert(at, std::string(bad.size(), '_'));
      ASSERT_EQ(without_bad_characters(text), repaired);
    }
  }
}

TEST(Encoding, leaves_good_text_alone) {
  source::SourceMap sources;
  Report report;
  const FileId file = sources.add(
      "w", "tab\there\r\n\xf0\x9f\x9a\x80 \xef\xbf\xbd is a character of its own\n" + std::string(100, 'a'));
  EXPECT_TRUE(diagnose_encoding(sources, file, report));
  EXPECT_TRUE(report.all().empty());
}

}  // namespace
}  // namespace wfc::diag
