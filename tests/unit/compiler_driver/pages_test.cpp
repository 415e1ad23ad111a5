// Every page of docs/diagnostics keeps its word: its wrong example gives its diagnostic and nothing else, its
// right example gives none.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>

#include "compiler/diag/render.h"
#include "compiler/driver/driver.h"
#include "runtime/base/files.h"

namespace wfc::driver {
namespace {

// Pages whose example is a description, and why it is no file. A page not named here must prove itself.
const std::map<int, std::string> described_only = {
    {111, "the pages are UTF-8, so none can hold what is not"},
    {117, "no page has room for so many mistakes"},
    {310, "the example would need a second file"},
    {510, "it is said only when one asks for it"},
    {607, "the example would need a second file"},
    {608, "the example would need a second file"},
    {714, "the page would hold what it warns of"},
    {804, "the example would have megabytes"},
    {1020, "the example would need a wfc.toml"},
    {1202, "the example would need a wfc.toml"},
    {1203, "the example would need a wfc.toml"},
    {1205, "asked for with --shellcheck"},
    {1350, "said with --pedantic"},
    {1351, "said with --pedantic"},
    {1352, "said with --pedantic"},
    {1303, "the example is a wfc.toml"},
    {1305, "the example needs a wfc.lock"},
    {850, "the example would have a million steps"},
};

struct Block {
  std::string language;
  std::string role;  // "wrong", "right" or "example".
  std::string text;
};

std::vector<Block> blocks_of(std::string_view page) {
  std::vector<Block> blocks;
  bool inside = false;
  for (std::size_t at = 0; at < page.size();) {
    const std::size_t end = std::min(page.find('\n', at), page.size());
    const std::string_view line = page.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with("```")) {
      if (inside) blocks.back().text += std::string(line) + "\n";
      continue;
    }
    inside = !inside;
    if (!inside) continue;
    const std::size_t space = std::min(line.find(' '), line.size());
    blocks.push_back({std::string(line.substr(3, space - 3)),
                      space < line.size() ? std::string(line.substr(space + 1)) : "", ""});
  }
  return blocks;
}

class Pages : public testing::Test {
 protected:
  Pages() {
    std::string pattern = (std::filesystem::temp_directory_path() / "wfc-pages-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    // The prompts that phases have when nothing else is said.
    std::filesystem::create_directory(folder_ + "/prompts");
    for (const std::string phase :
         {"plan", "build", "test", "review", "document", "deploy", "deploy_prepare"})
      EXPECT_TRUE(wf::write_file(folder_ + "/prompts/" + phase + ".md", "Do it.\n"));
  }
  ~Pages() override { std::filesystem::remove_all(folder_); }

  // The codes that `check` gives for this text. Notes about other things than the page's do not count: that
  // a version cannot run something yet is no mistake.
  std::string said_about(const Block& block, const std::string& page) {
    const std::string path = folder_ + "/example." + block.language;
    if (!wf::write_file(path, block.text)) return "cannot write " + path;
    Session session;
    const auto checked = front(session, path, {});
    if (!checked) return checked.error().message;
    session.report.sort();
    std::string said;
    for (const auto& diagnostic : session.report.all()) {
      const std::string code = diag::code_of(*diagnostic->kind);
      if (diagnostic->severity != diag::Severity::note || code == page) said += code + "\n";
    }
    return said;
  }

  std::string folder_;
};

TEST_F(Pages, examples_give_what_they_promise) {
  for (const diag::KindInfo* kind : diag::all_kinds()) {
    const std::string code = diag::code_of(*kind);
    const std::vector<Block> blocks = blocks_of(diag::explanation(*kind));
    ASSERT_EQ(blocks.size(), 2u) << code << " shows one wrong and one right example";
    EXPECT_EQ(blocks[1].role, "right") << code;
    const std::string said = blocks[1].language == "text" ? std::string() : said_about(blocks[1], code);
    EXPECT_EQ(said, "") << code << ", the right example";
    if (described_only.count(kind->number) != 0) {
      EXPECT_EQ(blocks[0].role, "example") << code << " could now show a file: take it from the list";
      continue;
    }
    EXPECT_EQ(blocks[0].role, "wrong") << code;
    EXPECT_EQ(said_about(blocks[0], code), code + "\n") << code << ", the wrong example";
  }
}

TEST_F(Pages, belong_to_a_diagnostic_each) {
  for (const auto& entry : std::filesystem::directory_iterator(WF_SOURCE_DIR "/docs/diagnostics")) {
    const std::string name = entry.path().stem().string();
    if (!name.starts_with("WF")) continue;
    EXPECT_NE(diag::find_kind(name), nullptr) << entry.path();
  }
}

}  // namespace
}  // namespace wfc::driver
