// What is said about texts that cannot be read, and what of them is kept.
#include <gtest/gtest.h>

#include "tests/unit/compiler_yaml/reading.h"

namespace wfc::yaml {
namespace {

TEST(Mistakes, are_said_in_plain_words_at_the_place_to_mend) {
  struct Case {
    const char* text;
    const char* said;
    const char* kept;
  };
  const Case cases[] = {
      {"run: echo a: b\nx: 1\n", "WF0109 1:12 a value that holds `: ` must be in quotes\n", "{run:~,x:=1,}"},
      {"a: \"never\nb: 2\n", "WF0101 1:4 this text is never closed\n", "{a:~,b:=2,}"},
      {"a: 'never\nb: 'x'\nc: 3\n", "WF0101 1:4 this text is never closed\n", "{a:~,b:'x',c:=3,}"},
      {"a: [1, 2\nb: 3\n", "WF0102 1:4 this `[` is never closed\n", "{a:~,b:=3,}"},
      {"a: {b: c", "WF0102 1:4 this `{` is never closed\n", "{a:~,}"},
      {"a: [1 2: 3 4: 5]\n", nullptr, nullptr},
      {"a: [b c] d\ne: f\n", "WF0103 1:10 `d` does not belong here\n", "{a:~,e:=f,}"},
      {"a: \"x\" y # z\n", "WF0103 1:8 `y` does not belong here\n", "{a:~,}"},
      {"a: [,]\n", "WF0104 1:5 a value is missing here\n", "{a:~,}"},
      {"steps:\n  - id: a\n    prompt\n    agent: x\n  - id: b\n",
       "WF0105 3:5 `:` is missing after `prompt`\n", "{steps:[{id:=a,agent:=x,},{id:=b,},],}"},
      {"a: \"\\q\"\nb: 1\n", "WF0116 1:5 `\\q` is no escape\n", "{a:~,b:=1,}"},
      {"a: @x\n", "WF0109 1:4 a value cannot begin with `@`\n", "{a:~,}"},
      {"a: `x`\n", "WF0109 1:4 a value cannot begin with ```\n", "{a:~,}"},
      {"cron: * * * * *\nb: 2\n", "WF0109 1:7 `*` begins a reference to an anchor, and needs a name\n",
       "{cron:~,b:=2,}"},
      {"a: - b\nc: d\n", "WF0109 1:4 a list cannot begin on the line of its key\n", "{a:~,c:=d,}"},
      {"a: | text\nb: c\n", "WF0109 1:6 a text after `|` begins on the next line\n", "{a:~,b:=c,}"},
      {"a:\n  b: 1\n c: 2\n d: 3\ne: 4\n",
       "WF0109 3:2 this line is not indented like any line it could belong to\n", "{a:{b:=1,},e:=4,}"},
      {"a: b\n  c: d\ne: 5\n", "WF0109 2:3 a key cannot begin here\n", "{a:=b,e:=5,}"},
      {"a:\n\tb: 1\n\tc: 2\n", "WF0109 2:1 a tab indents this line\n", "{a:{b:=1,c:=2,},}"},
      {": x\n", "WF0109 1:1 a key is missing before this `:`\n", "nothing"},
      {"%nonsense\na: b\n", "WF0109 1:1 a line that begins with `%` is an instruction to the YAML reader\n",
       "nothing"},
      {"? [a]\n: b\nc: d\n", "WF0109 1:3 a key must be a text\n", "{c:=d,}"},
      {"{a: b}: c\nd: e\n", "WF0109 1:1 a key must be a text\n", "{d:=e,}"},
      {"a: !include x\n", "WF0109 1:4 the tag `!include` has no meaning here\n", "{a:=x,}"},
      {"a: !!binary aGk=\n", "WF0109 1:4 the tag `!!binary` has no meaning here\n", "{a:=aGk=,}"},
      {"a: !<tag:x> y\n", "WF0109 1:4 the tag `!<tag:x>` has no meaning here\n", "{a:=y,}"},
      {"a: 1\n---\nb: 2\n", "WF0205 2:1 a definition must be one YAML document\n", "{a:=1,}"},
      {"a: *b\nc: 1\n", "WF0113 1:4 no anchor is named `b`\n", "{a:~,c:=1,}"},
      {"a: &b\n  c: *b\n  d: 1\n", "WF0113 2:6 `b` would contain itself\n", "{a:{c:~,d:=1,},}"},
      {"a: &b x\n", "WF0113 1:4 this anchor is never used\n", "{a:=x,}"},
      {"a: 1\nb: 2\na: 3\na: 4\n",
       "WF0112 3:1 the key `a` stands here twice\nWF0112 4:1 the key `a` stands here twice\n",
       "{a:=1,b:=2,}"},
      {"a: 1\n\"a\": 2\n", "WF0112 2:1 the key `a` stands here twice\n", "{a:=1,}"},
      {"x: &d {a: 1}\ny:\n  <<: *d\n", "", "{x:{a:=1,},y:{<<:{a:=1,},},}"},
      {"a: \x01\n", "WF0111 1:4 a control character stands in the text\n", "{a:=_,}"},
      {"a: \xff\xfe\nb: c\n", "WF0111 1:4 this file is not UTF-8\n", "{a:=__,b:=c,}"},
  };
  for (const Case& c : cases) {
    const Reading r(c.text);
    if (!c.said) {
      EXPECT_NE(r.said(), "") << c.text;
      continue;
    }
    EXPECT_EQ(r.said(), c.said) << c.text;
    EXPECT_EQ(tree(r.document), c.kept) << c.text;
  }
}

TEST(Mistakes, of_json) {
  struct Case {
    const char* text;
    const char* said;
  };
  const Case cases[] = {
      {"{\"a\": 1,}", "WF0109 1:9 a key in quotes, or `}`, is missing here\n"},
      {"{\"a\" 1}", "WF0109 1:6 `:` is missing after this key\n"},
      {"{\"a\": 1 \"b\": 2}", "WF0109 1:9 `,` or `}` is missing here\n"},
      {"[1 2]", "WF0109 1:4 `,` or `]` is missing here\n"},
      {"]", "WF0109 1:1 a value is missing here\n"},
      {"{\"a\": 1} x", "WF0109 1:10 more text follows the end of the JSON value\n"},
      {"{\"a\": 1, \"b\": {\"c\": 1, \"c\": 2}, \"a\": 2}",
       "WF0112 1:24 the key `c` stands here twice\nWF0112 1:33 the key `a` stands here twice\n"},
      {"{'a': 1}", "WF0109 1:2 a key in quotes, or `}`, is missing here\n"},
      {"{\"a\": nul}", "WF0109 1:7 `nul` is no value of JSON\n"},
      {"{\"a\": }", "WF0109 1:7 a value is missing here\n"},
      {"[1.x]", "WF0109 1:4 digits are missing after the point\n"},
      {"[\"a\n\"]", "WF0109 1:4 a line end or a tab inside a text is written `\\n` or `\\t`\n"},
      {"[\"\\x\"]", "WF0109 1:3 this is no escape of JSON\n"},
      {"[\"a", "WF0109 1:4 this text is never closed\n"},
      {"", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(Reading(c.text, "w.json").said(), c.said) << c.text;
}

TEST(Mistakes, several_in_one_file_are_all_found) {
  const Reading r(
      "name: a: b\nsteps:\n  - id: one\n    prompt: \"\\q\"\n  - id: two\n    prompt: @x\n    id: again\n  - "
      "id: three\n");
  EXPECT_EQ(r.said(),
            "WF0109 1:8 a value that holds `: ` must be in quotes\n"
            "WF0116 4:14 `\\q` is no escape\n"
            "WF0109 6:13 a value cannot begin with `@`\n"
            "WF0112 7:5 the key `id` stands here twice\n");
  EXPECT_EQ(tree(r.document), "{name:~,steps:[{id:=one,prompt:~,},{id:=two,prompt:~,},{id:=three,},],}");
  EXPECT_TRUE(r.at("name").broken);
  EXPECT_TRUE(r.at("steps").items[0]->find("prompt")->broken);
  EXPECT_FALSE(r.at("steps").items[0]->broken) << "only the value is missing";
}

TEST(Mistakes, what_is_never_closed_may_have_swallowed_its_neighbours) {
  const Reading r("steps:\n  - id: one\n    prompt: 'never\n  - id: two\n    needs: [a\n");
  EXPECT_EQ(tree(r.document), "{steps:[{id:=one,prompt:~,},{id:=two,needs:~,},],}");
  EXPECT_TRUE(r.at("steps").items[0]->broken);
  EXPECT_TRUE(r.at("steps").items[1]->broken);
  EXPECT_FALSE(r.root().broken);
}

TEST(Mistakes, what_surrounds_a_line_that_is_left_out_is_broken) {
  const Reading r("steps:\n  - id: one\n     prompt: x\n  - id: two\n");
  EXPECT_EQ(tree(r.document), "{steps:[{id:=one,},{id:=two,},],}");
  EXPECT_TRUE(r.root().broken);
  EXPECT_TRUE(r.at("steps").items[0]->broken);
  EXPECT_FALSE(r.at("steps").items[1]->broken);
}

TEST(Mistakes, fixes_are_what_they_promise) {
  const char* texts[] = {"run: echo a: b\nx: 1\n", "run: it's a: b # c\n", "a:\n\tb: 1\n\tc:\n\t\td: 2\n"};
  for (const char* text : texts) {
    const Reading broken(text);
    ASSERT_EQ(broken.report.all().size(), 1u) << text;
    const diag::Fix& fix = broken.first().fixes.at(0);
    EXPECT_TRUE(fix.safe) << text;
    std::string mended = text;
    for (auto edit = fix.edits.rbegin(); edit != fix.edits.rend(); ++edit)
      mended.replace(edit->span.begin, edit->span.end - edit->span.begin, edit->new_text);
    EXPECT_EQ(Reading(mended).said(), "") << mended;
  }
}

TEST(Limits, depth) {
  const auto nested = [](int n) { return std::string(n, '[') + std::string(n, ']'); };
  for (const char* name : {"w.yaml", "w.json"}) {
    EXPECT_EQ(Reading(nested(200), name).said(), "") << name;
    EXPECT_EQ(Reading(nested(201), name).said(), "WF0110 1:201 nested more than 200 levels deep\n") << name;
    EXPECT_EQ(Reading(std::string(1'000'000, '['), name).said().substr(0, 6), "WF0110") << name;
  }
  std::string blocks;
  for (int i = 0; i < 300; ++i) blocks += std::string(i, ' ') + "a:\n";
  EXPECT_EQ(Reading(blocks).said().substr(0, 6), "WF0110");
  std::string through_alias =
      "a: &a " + nested(150) + "\nb: " + std::string(100, '[') + "*a" + std::string(100, ']') + "\n";
  EXPECT_EQ(Reading(through_alias).said().substr(0, 6), "WF0110");
}

TEST(Limits, aliases_of_aliases) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 0; k < 9; ++k) text += ", " + before;
    text += "]\n";
  }
  const Reading r(text);
  EXPECT_EQ(r.said().substr(0, 6), "WF0114");
  EXPECT_EQ(r.report.count(diag::Severity::error), 1);
}

TEST(Limits, aliases_of_a_long_text) {
  std::string text = "a: &a \"" + std::string(4'000'000, 'x') + "\"\nb:\n";
  for (int i = 0; i < 100; ++i) text += "  - *a\n";
  EXPECT_EQ(Reading(text).said().substr(0, 6), "WF0114");
}

TEST(Limits, texts_files_lines_and_nodes) {
  EXPECT_EQ(Reading("a: \"" + std::string((4 << 20) + 1, 'x') + "\"\nb: 1\na: 2").said(),
            "WF0804 1:4 this text is larger than 4 MiB\nWF0112 3:1 the key `a` stands here twice\n");
  source::Limits limits;
  limits.yaml_bytes = 1 << 20;
  EXPECT_EQ(Reading(std::string((1 << 20) + 1, '\n'), "w.yaml", limits).said(),
            "WF0804 1:1 this file is larger than 1 MiB\n");
  limits.nodes = 100;
  std::string items;
  for (int i = 0; i < 200; ++i) items += "- x\n";
  EXPECT_EQ(Reading(items, "w.yaml", limits).said().substr(0, 12), "WF0114 100:3");
  std::string flow = "a: [";
  for (int i = 0; i < 100'000; ++i) flow += "xxx, ";
  EXPECT_EQ(Reading(flow + "]").said().substr(0, 6), "WF0114");
  std::string lines = "a: [";
  for (int i = 0; i < 100'000; ++i) lines += i % 1000 == 0 ? "xxx,\n " : "xxx, ";
  EXPECT_EQ(Reading(lines + "]").said(), "");
  EXPECT_EQ(Reading("a: [\"" + std::string(300'000, 'x') + "\"]").said(), "") << "quoted texts do not count";
  EXPECT_EQ(Reading("a: " + std::string(300'000, 'x')).said(), "") << "only inside brackets";
}

TEST(Limits, hostile_shapes_take_no_long_time) {
  std::string duplicates;
  for (int i = 0; i < 50'000; ++i) duplicates += "k: 1\n";
  EXPECT_EQ(Reading(duplicates).report.count(diag::Severity::error), 49'999);
  std::string anchors;
  for (int i = 0; i < 20'000; ++i) anchors += "- &a" + std::to_string(i) + " x\n";
  EXPECT_EQ(Reading(anchors).report.count(diag::Severity::note), 20'000);
  std::string many_mistakes;
  for (int i = 0; i < 20'000; ++i) many_mistakes += "k" + std::to_string(i) + ": @\n";
  EXPECT_LE(Reading(many_mistakes).report.count(diag::Severity::error), 30);
}

// Numbers that are the same on every machine and every day.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t n) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::size_t>(state_ >> 33) % n;
  }

 private:
  std::uint64_t state_;
};

TEST(Mutations, never_crash_and_always_give_places_inside_the_file) {
  const std::string seeds[] = {
      "name: feature\nsteps:\n  - {id: research, agent: analyst, prompt: \"Study {{task}}\"}\n"
      "  - id: build\n    prompt: |\n      Do {{task}}\n\n      now\n    depends_on: [research]\n",
      "a: &x [1, 'it''s', \"q\\u00fc\\n\"]\nb: *x\nc: >-\n  one\n  two\n\nd: !!str 3\n? e\n: f\n",
      "{\"a\": [1, 2.5e3, true, null, \"x\\ud83d\\ude80\"], \"b\": {\"c\": \"d\"}}",
      "\xef\xbb\xbfx: gr\xc3\xbc\xc3\x9f\r\ny: [\xe6\xbc\xa2, \xf0\x9f\x9a\x80]\r\nz: |2\r\n   t\r\n",
  };
  const std::string pieces[] = {"\t", "\n",   " ",    ": ",   "- ",          "'",   "\"",  "[",
                                "]",  "{",    "}",    "&a ",  "*a ",         "|\n", ">\n", "\\",
                                "#",  "\xff", "\xc3", "\x01", "---\n",       "...", "!",   "%",
                                "@",  "? ",   ",",    "\r",   "\xe2\x80\xa8"};
  for (std::uint64_t seed = 0; seed < 6000; ++seed) {
    Chance chance(seed);
    std::string text = seeds[seed % std::size(seeds)];
    for (std::size_t change = 1 + chance.below(3); change > 0; --change) {
      const std::size_t at = chance.below(text.size() + 1);
      switch (chance.below(4)) {
        case 0:
          text.insert(at, pieces[chance.below(std::size(pieces))]);
          break;
        case 1:
          text.erase(at, 1 + chance.below(4));
          break;
        case 2:
          if (at < text.size()) text[at] = static_cast<char>(chance.below(256));
          break;
        default:
          text.insert(at, text.substr(chance.below(text.size() + 1), chance.below(20)));
      }
    }
    const Reading r(text, seed % 3 == 0 ? "w.json" : "w.yaml");
    const auto size = static_cast<std::uint32_t>(r.sources.file(r.file).text.size());
    for (const auto& d : r.report.all())
      ASSERT_TRUE(d->span.begin <= d->span.end && d->span.end <= size) << seed;
    ASSERT_FALSE(diag::render_text(r.report, r.sources, {}).empty() && !r.report.all().empty());
    const std::vector<const Node*> first = {r.document.root()};
    std::vector<const Node*> open = first[0] ? first : std::vector<const Node*>();
    int visited = 0;
    while (!open.empty() && ++visited < 1000) {
      const Node& node = *open.back();
      open.pop_back();
      ASSERT_TRUE(node.span.begin <= node.span.end && node.span.end <= size) << seed;
      if (node.is_scalar() && !node.text.empty()) {
        const auto length = static_cast<std::uint32_t>(node.text.size());
        const Span inner = span_in(r.sources, node, length / 2, length);
        ASSERT_TRUE(inner.begin <= inner.end && inner.end <= size) << seed;
      }
      for (const Node* item : node.items) open.push_back(item);
      for (const Entry& entry : node.entries) open.push_back(entry.value);
    }
  }
}

}  // namespace
}  // namespace wfc::yaml
