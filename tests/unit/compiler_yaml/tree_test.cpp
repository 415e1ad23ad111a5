// What is read, and where it stands.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "tests/unit/compiler_yaml/reading.h"

namespace wfc::yaml {
namespace {

TEST(Tree, keeps_order_styles_and_texts) {
  const Reading r(
      "name: feature\nplain: 1.10\nno: no\nhex: 0x1F\nsingle: 'it''s'\ndouble: \"a\\tb\"\n"
      "literal: |\n  one\n   two\n\nfolded: >-\n  one\n  two\n\n  three\n"
      "list: [a, 'b', {c: d}]\nempty:\nnull: ~\nitems:\n- x\n-\n- k: v\n  l: w\n");
  EXPECT_EQ(r.said(), "");
  EXPECT_EQ(tree(r.document),
            "{name:=feature,plain:=1.10,no:=no,hex:=0x1F,single:'it's',double:'a\tb',literal:'one\n two\n',"
            "folded:'one two\nthree',list:[=a,'b',{c:=d,},],empty:~,null:~,items:[=x,~,{k:=v,l:=w,},],}");
  EXPECT_EQ(r.at("literal").style, Style::literal);
  EXPECT_EQ(r.at("folded").style, Style::folded);
  EXPECT_EQ(r.at("null").text, "~");
  EXPECT_TRUE(r.root().has("empty"));
  EXPECT_EQ(r.root().find("absent"), nullptr);
}

TEST(Tree, spans_are_the_authors_own_text) {
  const Reading r(
      "# \xc3\xbc\nname: gr\xc3\xbc\xc3\x9f dich  # comment\nquoted: \"a b\" \nblock: |  # c\n  one\n  "
      "two\n\n# after\n"
      "anchored: &x !!str text\nlist: [a, b]\nmap:\n  k: v\n  l:\n    - x\n    - y\n\nempty:\nlast: *x\n");
  EXPECT_EQ(r.said(), "");
  EXPECT_EQ(r.source(r.at("name").span), "gr\xc3\xbc\xc3\x9f dich");
  EXPECT_EQ(r.source(r.at("quoted").span), "\"a b\"");
  EXPECT_EQ(r.source(r.at("block").span), "|  # c\n  one\n  two");
  EXPECT_EQ(r.source(r.at("anchored").span), "text");
  EXPECT_EQ(r.source(r.at("list").span), "[a, b]");
  EXPECT_EQ(r.source(r.at("map").span), "k: v\n  l:\n    - x\n    - y");
  EXPECT_EQ(r.source(r.at("map").find("l")->span), "- x\n    - y");
  EXPECT_EQ(r.source(r.at("empty").span), "empty") << "nothing stands at its key";
  EXPECT_EQ(&r.at("last"), &r.at("anchored")) << "an alias is the same node";
  for (const Entry& entry : r.root().entries) EXPECT_EQ(r.source(entry.key_span), entry.key);
}

TEST(Tree, places_survive_byte_order_marks_and_other_line_ends) {
  const Reading r(
      "\xef\xbb\xbfname: x\r\nsteps:\r\n  - id: \xc3\xbc\r\n    text: |\r\n      one\r\n      two\r\n  - "
      "z\r\n");
  EXPECT_EQ(r.said(), "");
  const Node& step = *r.at("steps").items[0];
  EXPECT_EQ(r.source(step.find("id")->span), "\xc3\xbc");
  EXPECT_EQ(step.find("text")->text, "one\ntwo\n");
  EXPECT_EQ(r.place(step.find("text")->span), "4:11");
  EXPECT_EQ(r.place(r.at("steps").items[1]->span), "7:5");
}

TEST(Tree, empty_items_and_indentless_lists_have_places) {
  const Reading r("a:\n-\n- b\nc: {d, e: f}\ng: [h: i]\n");
  EXPECT_EQ(tree(r.document), "{a:[~,=b,],c:{d:~,e:=f,},g:[{h:=i,},],}");
  EXPECT_EQ(r.place(r.at("a").items[0]->span), "2:1");
  EXPECT_EQ(r.source(r.at("a").span), "-\n- b");
  EXPECT_EQ(r.source(r.at("c").find("d")->span), "d");
}

TEST(Tree, plain_words_are_read_by_the_core_schema) {
  const Reading r(
      "[true, false, yes, on, True, 12, -7, +3, 0o17, 0x1F, 010, 1_000, 1:30, 9223372036854775807, "
      "9223372036854775808, 1.5, -.5, 1e3, .inf, '1', \"true\", ~, null, nil, 0x, 1e, '', 0b1, 1.2.3]");
  const auto items = r.root().items;
  EXPECT_EQ(as_bool(*items[0]), true);
  EXPECT_EQ(as_bool(*items[1]), false);
  for (int i = 2; i < 5; ++i) EXPECT_EQ(as_bool(*items[i]), std::nullopt);
  EXPECT_EQ(as_integer(*items[5]), 12);
  EXPECT_EQ(as_integer(*items[6]), -7);
  EXPECT_EQ(as_integer(*items[7]), 3);
  EXPECT_EQ(as_integer(*items[8]), 15);
  EXPECT_EQ(as_integer(*items[9]), 31);
  EXPECT_EQ(as_integer(*items[10]), 10);
  EXPECT_EQ(as_integer(*items[11]), std::nullopt);
  EXPECT_EQ(as_integer(*items[12]), std::nullopt);
  EXPECT_EQ(as_integer(*items[13]), INT64_MAX);
  EXPECT_EQ(as_integer(*items[14]), std::nullopt);
  EXPECT_EQ(as_number(*items[15]), 1.5);
  EXPECT_EQ(as_number(*items[16]), -0.5);
  EXPECT_EQ(as_number(*items[17]), 1000.0);
  EXPECT_EQ(as_number(*items[18]), std::nullopt);
  EXPECT_EQ(as_number(*items[5]), 12.0);
  EXPECT_EQ(as_integer(*items[19]), std::nullopt) << "quoted";
  EXPECT_EQ(as_bool(*items[20]), std::nullopt) << "quoted";
  EXPECT_TRUE(is_no_value(*items[21]));
  EXPECT_TRUE(is_no_value(*items[22]));
  EXPECT_FALSE(is_no_value(*items[23]));
  EXPECT_EQ(as_integer(*items[24]), std::nullopt);
  EXPECT_EQ(as_number(*items[25]), std::nullopt);
  EXPECT_FALSE(is_no_value(*items[26]));
  std::string ambiguous;
  for (const Node* item : items)
    if (is_ambiguous_number(*item)) ambiguous += std::string(item->text) + " ";
  EXPECT_EQ(ambiguous, "010 1_000 1:30 0b1 ");
}

TEST(Tree, tags_make_texts_of_words) {
  const Reading r("a: !!str 12\nb: ! no\nc: !!int 3\nd: !!map {}\ne: !!seq\n- x\n");
  EXPECT_EQ(r.said(), "");
  EXPECT_EQ(as_integer(r.at("a")), std::nullopt);
  EXPECT_EQ(r.at("a").text, "12");
  EXPECT_EQ(as_integer(r.at("c")), 3);
}

TEST(Tree, large_mappings_are_found_in_too) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "key" + std::to_string(i) + ": " + std::to_string(i * i) + "\n";
  const Reading r(text);
  ASSERT_EQ(r.said(), "");
  for (int i = 0; i < 5000; i += 7) ASSERT_EQ(as_integer(r.at("key" + std::to_string(i))), i * i);
  EXPECT_EQ(r.root().find("key5000"), nullptr);
  EXPECT_EQ(r.root().entries[4999].key, "key4999");
}

TEST(Tree, nothing_is_nothing) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n..."}) {
    const Reading r(text);
    EXPECT_EQ(r.said(), "") << text;
  }
  EXPECT_EQ(Reading("").document.root(), nullptr);
}

TEST(Json, becomes_the_same_tree) {
  const std::string text =
      R"({"name": "f\u00fc\ud83d\ude80", "steps": [ {"id" : "a", "n": -1.50e2, "t": true, "x": null}, [], {} ], "": "\/"})";
  for (const std::string name : {"w.json", "w.yaml"}) {
    const Reading r(text, name);
    EXPECT_EQ(r.said(), "");
    EXPECT_EQ(tree(r.document),
              "{name:'f\xc3\xbc\xf0\x9f\x9a\x80',steps:[{id:'a',n:=-1.50e2,t:=true,x:~,},[],{},],:'/',}");
    EXPECT_EQ(r.source(r.at("name").span), R"("f\u00fc\ud83d\ude80")");
    EXPECT_EQ(r.source(r.at("steps").items[0]->find("n")->span), "-1.50e2");
    EXPECT_EQ(r.source(r.at("steps").items[0]->find("x")->span), "null");
    EXPECT_EQ(r.source(r.at("steps").items[0]->entries[0].key_span), "\"id\"");
    EXPECT_EQ(r.source(r.at("steps").items[2]->span), "{}");
    EXPECT_EQ(r.source(r.at("steps").items[0]->span), R"({"id" : "a", "n": -1.50e2, "t": true, "x": null})");
    EXPECT_EQ(r.source(r.root().span), text);
  }
}

TEST(Json, what_only_looks_like_it_is_yaml) {
  const Reading r("{a: 1, b: [c, d]}");
  EXPECT_EQ(r.said(), "");
  EXPECT_EQ(tree(r.document), "{a:=1,b:[=c,=d,],}");
}

// yaml-cpp reads the same texts: two readers that agree are probably right.
void write_second_opinion(std::ostream& out, const YAML::Node& node) {
  if (node.IsNull() || !node.IsDefined()) {
    out << "~";
  } else if (node.IsScalar()) {
    const bool plain = node.Tag() == "?";
    out << (plain ? "=" : "'") << node.Scalar() << (plain ? "" : "'");
  } else if (node.IsSequence()) {
    out << "[";
    for (const YAML::Node& item : node) {
      write_second_opinion(out, item);
      out << ",";
    }
    out << "]";
  } else {
    out << "{";
    for (const auto& entry : node) {
      out << entry.first.Scalar() << ":";
      write_second_opinion(out, entry.second);
      out << ",";
    }
    out << "}";
  }
}

std::string second_opinion(const std::string& text) {
  std::ostringstream out;
  write_second_opinion(out, YAML::Load(text));
  return out.str();
}

TEST(SecondOpinion, agrees) {
  const char* texts[] = {
      "a: 1\nb: [x, y]\nc: {d: e}\n",
      "- a\n- - b\n  - c\n- d: e\n  f: g\n",
      "text: |\n  one\n\n    two\n  three\n\n\nnext: |-\n  x\n\nkeep: |+\n  y\n\n\nend: z\n",
      "text: >\n  one\n  two\n\n  three\n    more\n    more\n  four\n\nstrip: >-\n  a\n  b\n",
      "text: |2\n    indented\n  less\nx: >1\n  a\n b\n",
      "a: 'one\n  two\n\n  three'\nb: \"x \\\n   y\\n z\n  w\"\n",
      "a: plain text\n  that goes on\n\n  here\nb: c\n",
      "? key\n: value\n? other\n",
      "a: &x {b: c}\nd: *x\ne: [*x, *x]\n",
      "\"quoted key\": 'x'\n'single': \"\\u00fc\\x41\\U0001F680\"\n",
      "a: \"tab\\tnl\\nbell\\a\\e\"\n",
      "url: http://x.y/z?a=b#c\ntime: 12:30:45\nq: what? # comment\nneg: -x\nstar: a*b\namp: a&b\n",
      "a: []\nb: {}\nc: [ ]\nd: [a, [b, [c]]]\ne: {f: {g: h}, i: [j]}\n",
      "\xe6\xbc\xa2: \xe5\xad\x97\n\xf0\x9f\x9a\x80: [\xc3\xbc]\n",
  };
  for (const std::string text : texts) {
    const Reading r(text);
    std::string said;  // Anchors that nobody uses are only a remark.
    for (const auto& d : r.report.all())
      if (d->severity == diag::Severity::error) said += d->message;
    EXPECT_EQ(said, "") << text;
    EXPECT_EQ(tree(r.document), second_opinion(text)) << text;
  }
}

}  // namespace
}  // namespace wfc::yaml
