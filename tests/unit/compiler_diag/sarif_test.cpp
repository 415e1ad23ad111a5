// SARIF as the standard has it: every document is held against the OASIS schema of version 2.1.0, of which
// sarif-2.1.0.json is a copy without its descriptions (from @microsoft/sarif-multitool 5.7.0).
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>

#include "compiler/diag/line_hashes.h"
#include "compiler/diag/render.h"
#include "runtime/base/files.h"
#include "runtime/base/json.h"

namespace wfc::diag {
namespace {

// Where the document leaves the schema; empty: nowhere.
std::string against_schema(const std::string& text) {
  const auto schema_text = wf::read_file(WF_SOURCE_DIR "/tests/unit/compiler_diag/sarif-2.1.0.json");
  if (!schema_text) return "there is no schema";
  rapidjson::Document schema_document;
  if (schema_document.Parse(schema_text->c_str()).HasParseError()) return "the schema is no JSON";
  rapidjson::Document document;
  if (document.Parse(text.c_str()).HasParseError()) return "this is no JSON";
  const rapidjson::SchemaDocument schema(schema_document);
  rapidjson::SchemaValidator validator(schema);
  if (document.Accept(validator)) return {};
  rapidjson::StringBuffer place;
  validator.GetInvalidDocumentPointer().StringifyUriFragment(place);
  return std::string(place.GetString()) + " breaks " + validator.GetInvalidSchemaKeyword();
}

class Sarif : public ::testing::Test {
 protected:
  Sarif()
      : file_(sources_.add("/home/me/repo/flows/a b.yaml", "name: a\nsteps: []\n",
                           "/home/me/repo/flows/a b.yaml", "a b.yaml")) {}
  wf::Json rendered(const Standpoint& from = {}) {
    const std::string text = render_sarif(report_, sources_, "1.2.3", from);
    EXPECT_EQ(against_schema(text), "") << text;
    return *wf::parse_json(text);
  }
  wf::Json first_result(const Standpoint& from = {}) { return rendered(from)["runs"][0]["results"][0]; }

  source::SourceMap sources_;
  Report report_;
  FileId file_;
};

TEST_F(Sarif, the_schema_finds_mistakes) {
  EXPECT_NE(against_schema(R"({"version": "2.1.0", "runs": [{"tool": {"driver": {}}}]})"), "");
  EXPECT_NE(
      against_schema(
          R"({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "columnKind": "bytes"}]})"),
      "");
}

TEST_F(Sarif, nothing_to_say_is_valid_too) {
  EXPECT_TRUE(rendered()["runs"][0]["results"].empty());
}

TEST_F(Sarif, every_kind_of_diagnostic_is_valid) {
  for (const KindInfo* kind : all_kinds()) {
    Report one;
    one.add(Kind<>{*kind}, {file_, 0, 4}).also({file_, 6, 7}, "there").note("why").help("do this");
    // The kind that is reported has to be the one of the list, which knows its page.
    one.all().front()->kind = kind;
    ASSERT_EQ(against_schema(render_sarif(one, sources_, "1.2.3")), "") << kind->name;
  }
}

TEST_F(Sarif, places_are_those_of_the_repository) {
  report_.add(yaml_syntax, {file_, 8, 13}, "x");
  const wf::Json inside = first_result({"/home/me/repo/flows", "/home/me/repo"});
  const wf::Json& place = inside["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "flows/a%20b.yaml");
  EXPECT_EQ(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
  EXPECT_EQ(place["region"]["startLine"], 2);
  EXPECT_EQ(place["region"]["endColumn"], 6);
  const wf::Json alone = first_result();
  EXPECT_EQ(alone["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "a%20b.yaml");
  const FileId other = sources_.add("/srv/x.yaml", "a", "/srv/x.yaml");
  report_ = Report();
  report_.add(yaml_syntax, {other, 0, 1}, "x");
  const wf::Json outside = first_result({"/home/me/repo/flows", "/home/me/repo"});
  EXPECT_EQ(outside["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "file:///srv/x.yaml");
}

TEST_F(Sarif, a_path_is_a_code_flow) {
  report_.add(yaml_syntax, {file_, 0, 4}, "x")
      .path({file_, 0, 4}, "from here")
      .path({}, "somehow")
      .path({file_, 8, 13}, "to there");
  const wf::Json steps = first_result()["codeFlows"][0]["threadFlows"][0]["locations"];
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_EQ(steps[0]["location"]["message"]["text"], "from here");
  EXPECT_EQ(steps[2]["location"]["physicalLocation"]["region"]["startLine"], 2);
}

TEST_F(Sarif, a_path_ends_where_the_mistake_is) {
  report_.add(yaml_syntax, {file_, 8, 13}, "x").label("here").path({file_, 0, 4}, "from there");
  const wf::Json steps = first_result()["codeFlows"][0]["threadFlows"][0]["locations"];
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps[1]["location"]["message"]["text"], "here");
  EXPECT_EQ(steps[1]["location"]["physicalLocation"]["region"]["startLine"], 2);
}

// What a label says beside its place is not said again below.
TEST_F(Sarif, a_step_that_is_a_label_is_told_once) {
  report_.add(yaml_syntax, {file_, 0, 4}, "x")
      .label("here")
      .also({file_, 8, 13}, "and there")
      .path({file_, 0, 4}, "here")
      .path({file_, 8, 13}, "and there");
  EXPECT_EQ(first_result()["codeFlows"][0]["threadFlows"][0]["locations"].size(), 2u);
  EXPECT_EQ(render_text(report_, sources_, {}).find("note:"), std::string::npos);
  const std::string json = render_json(report_, sources_, {});
  EXPECT_EQ((*wf::parse_json(json))["diagnostics"][0]["notes"].size(), 2u) << json;
}

TEST_F(Sarif, fixes_are_replacements) {
  report_.add(yaml_syntax, {file_, 0, 4}, "x")
      .fix("write it", {file_, 0, 4}, "id")
      .edit({file_, 8, 8}, "# new\n");
  const wf::Json changes = first_result()["fixes"][0]["artifactChanges"];
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0]["replacements"][0]["insertedContent"]["text"], "id");
  EXPECT_EQ(changes[0]["replacements"][1]["deletedRegion"]["startLine"], 2);
}

TEST_F(Sarif, names_are_no_links) {
  report_.add(unknown_name, {file_, 0, 4}, Noun::step, "[x](https://example.com)");
  EXPECT_EQ(first_result()["message"]["text"], "no step is named `\\[x\\](https://example.com)`");
}

TEST_F(Sarif, rules_say_how_severe_they_are) {
  report_.add(written_secret, {file_, 0, 4});
  report_.add(yaml_syntax, {file_, 0, 4}, "x");
  const wf::Json rules = rendered()["runs"][0]["tool"]["driver"]["rules"];
  EXPECT_EQ(rules[0]["properties"]["security-severity"], "8.0");
  EXPECT_EQ(rules[0]["properties"]["tags"], wf::Json::array({"secret", "security"}));
  EXPECT_FALSE(rules[1]["properties"].contains("security-severity"));
  EXPECT_FALSE(rules[1]["fullDescription"]["text"].get<std::string>().empty());
}

// Numbers that GitHub's upload action gives.
TEST(LineHashes, are_those_of_github) {
  EXPECT_EQ(line_hashes(""), std::vector<std::string>{"c129715d7a2bc9a3:1"});
  EXPECT_EQ(line_hashes("a\nb"), line_hashes(" a\r\n\tb")) << "blanks and kinds of line ends do not count";
  EXPECT_EQ(line_hashes("a\nb").size(), 2u);
  EXPECT_NE(line_hashes("a\nb")[0], line_hashes("a\nc")[0]) << "what follows counts";
}

TEST(LineHashes, tell_equal_lines_apart) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "x\n";
  const std::vector<std::string> hashes = line_hashes(text);
  EXPECT_EQ(hashes[0].substr(hashes[0].find(':')), ":1");
  EXPECT_EQ(hashes[1], hashes[0].substr(0, hashes[0].find(':')) + ":2");
}

TEST(LineHashes, do_not_change_when_lines_are_added_above) {
  const std::string tail(200, 'y');
  EXPECT_EQ(line_hashes("step\n" + tail)[0], line_hashes("new\nlines\nstep\n" + tail)[2]);
}

TEST(Places, of_github_annotations_are_those_of_the_repository) {
  source::SourceMap sources;
  const FileId file = sources.add("a.yaml", "x", "a.yaml");
  Report report;
  report.add(yaml_syntax, {file, 0, 1}, "x");
  EXPECT_TRUE(
      render_github(report, sources, {"/r/deep", "/r"}).starts_with("::error file=deep/a.yaml,line=1,"));
  EXPECT_TRUE(render_github(report, sources, {}).starts_with("::error file=a.yaml,line=1,"));
}

}  // namespace
}  // namespace wfc::diag
