// Texts with placeholders: cut, trimmed, nested, and reported.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <random>

#include "compiler/expr/builtins.h"
#include "runtime/base/files.h"
#include "tests/unit/compiler_expr/reading.h"

namespace wfc::expr {
namespace {

// A template as one line: text in quotes, {x} for a value, (if x: ... else: ...).
std::string outline(const std::vector<TemplateNode>& nodes) {
  std::string out;
  for (const TemplateNode& node : nodes) {
    if (!out.empty()) out += " ";
    switch (node.kind) {
      case NodeKind::text:
        out += "'" + node.text + "'";
        break;
      case NodeKind::value:
        out += "{" + node.expr.text + "}";
        break;
      case NodeKind::set:
        out += "(" + node.text + " = " + node.expr.text + ")";
        break;
      case NodeKind::if_:
        for (std::size_t i = 0; i < node.block->bodies.size(); ++i) {
          const bool last = i >= node.block->conditions.size();
          out += (i ? " " : "(") + (last ? "else" : "if " + node.block->conditions[i].text) + ": " +
                 outline(node.block->bodies[i]);
        }
        out += ")";
        break;
      case NodeKind::for_:
        out += "(for " + (node.block->key.empty() ? "" : node.block->key + ", ") + node.text + " in " +
               node.expr.text + ": " + outline(node.block->bodies[0]);
        if (node.block->bodies.size() > 1) out += " else: " + outline(node.block->bodies[1]);
        out += ")";
        break;
      case NodeKind::break_:
        out += "(break)";
        break;
      case NodeKind::continue_:
        out += "(continue)";
        break;
      case NodeKind::include:
        out += "(" + node.text + ": " + outline(node.block->bodies[0]) + ")";
        break;
      case NodeKind::begin:
        out += "(begin " + node.text + ")";
        break;
    }
  }
  return out;
}

std::string parsed(const std::string& text) {
  Reading r(text);
  const Template made = r.parse_template();
  return r.report.all().empty() ? outline(made.nodes) : r.said();
}

TEST(Template, values_and_text) {
  EXPECT_EQ(parsed("plain"), "'plain'");
  EXPECT_EQ(parsed(""), "");
  EXPECT_EQ(parsed("a {{ x }} b {{y}}"), "'a ' {x} ' b ' {y}");
  EXPECT_EQ(parsed("{ x } {% if a %}}{% endif %}"), "'{ x } ' (if a: '}')");
  EXPECT_EQ(parsed("a{# no {{ x }} #}b"), "'ab'");
  EXPECT_EQ(parsed("{{ \"}}\" }}{{ '{{' }} {% raw %}{{ x }}{% y %}{% endraw %}"), "'}}{{ {{ x }}{% y %}'");
}

TEST(Template, maps_inside_values_do_not_end_them) {
  Reading r("{{ {a: {b: 1}}.a.b }}!");
  EXPECT_EQ(r.parse_template().nodes.size(), 2u);
  EXPECT_EQ(r.said(), "");
}

TEST(Template, a_minus_trims_its_side) {
  EXPECT_EQ(parsed("a \n {{- x -}} \n b"), "'a' {x} 'b'");
  EXPECT_EQ(parsed("a {%- if x -%} b {%- endif -%} c"), "'a' (if x: 'b') 'c'");
  EXPECT_EQ(parsed("a {#- c -#} b"), "'ab'");
  EXPECT_EQ(parsed("a {%- raw -%} b {%- endraw -%} c"), "'abc'");
  EXPECT_EQ(parsed("a {{ -x }} b").substr(0, 5), "'a ' ");
}

TEST(Template, tags) {
  EXPECT_EQ(parsed("{% if a %}1{% elif b %}2{% else %}3{% endif %}"), "(if a: '1' if b: '2' else: '3')");
  EXPECT_EQ(parsed("{% for x in xs %}{{ x }},{% else %}none{% endfor %}"),
            "(for x in xs: {x} ',' else: 'none')");
  EXPECT_EQ(parsed("{% for k, v in m %}{% if k %}{{ v }}{% endif %}{% endfor %}"),
            "(for k, v in m: (if k: {v}))");
  EXPECT_EQ(parsed("{% set a = b %}{{ a }}"), "(a = b) {a}");
}

TEST(Template, constants) {
  Reading r("a {{ \"b\" }} c");
  const Template made = r.parse_template();
  EXPECT_TRUE(made.constant());
  EXPECT_EQ(made.constant_text(), "a b c");
  EXPECT_FALSE(Reading("{{ x }}").parse_template().constant());
}

TEST(Template, places_are_the_authors) {
  Reading r("ab {{ x.y }} {% if z == 1 %}{% endif %}");
  const Template made = r.parse_template();
  EXPECT_EQ(r.sources.text(made.nodes[1].span), "{{ x.y }}");
  EXPECT_EQ(r.sources.text(made.nodes[1].expr.span), "x.y");
  EXPECT_EQ(r.sources.text(made.nodes[3].block->conditions.at(0).span), "z == 1");
}

TEST(Template, what_is_never_closed) {
  EXPECT_EQ(parsed("a {{ x"), "WF0602 2 this `{{` is never closed\n");
  EXPECT_EQ(parsed("a {{ x {{ y }}"), "WF0602 2 this `{{` is never closed\n");
  EXPECT_EQ(parsed("{% if x"), "WF0602 0 this `{%` is never closed\n");
  EXPECT_EQ(parsed("{# x"), "WF0602 0 this `{#` is never closed\n");
  EXPECT_EQ(parsed("{% if x %}a"), "WF0602 0 this `{% if %}` is never closed\n");
  EXPECT_EQ(parsed("{% for x in y %}{% if x %}a{% endfor %}"), "WF0602 16 this `{% if %}` is never closed\n");
  EXPECT_EQ(parsed("{% raw %}a"), "WF0602 0 this `{% raw %}` is never closed\n");
  EXPECT_EQ(parsed("{{ don't }} x"), "WF0101 6 this text is never closed\n");
}

TEST(Template, tags_that_do_not_fit) {
  EXPECT_EQ(parsed("a{% endif %}"), "WF0103 4 `endif` does not belong here\n");
  EXPECT_EQ(parsed("{% else %}"), "WF0103 3 `else` does not belong here\n");
  EXPECT_EQ(parsed("{% if a %}{% else %}{% else %}{% endif %}"), "WF0103 23 `else` does not belong here\n");
  EXPECT_EQ(parsed("{% if a %}{% endif b %}"), "WF0103 19 `b` does not belong here\n");
  EXPECT_EQ(parsed("{% for in y %}{% endfor %}"), "WF0104 9 `in` is missing here\n");
  EXPECT_EQ(parsed("{% for x y %}{% endfor %}"), "WF0104 8 `in` is missing here\n");
  EXPECT_EQ(parsed("{% set x %}"), "WF0104 8 `=` is missing here\n");
  EXPECT_EQ(parsed("{% if %}{% endif %}"), "WF0104 6 an expression is missing here\n");
  EXPECT_EQ(parsed("{{ }}"), "WF0104 2 an expression is missing here\n");
  EXPECT_EQ(parsed("{% block x %}a{% endblock %}"),
            "WF0603 3 `block` is not part of this template language\n");
  EXPECT_EQ(parsed("{% iff x %}a{% endif %}"), "WF0603 3 `iff` is not part of this template language\n");
  EXPECT_EQ(parsed("{% if a %}{% else if b %}{% endif %}"),
            "WF0603 13 `else if` is not part of this template language\n");
  EXPECT_EQ(parsed("{{ a && b }}"), "WF0107 5 `&&` is written `and` here\n");
}

TEST(Template, break_and_continue_stand_in_loops) {
  EXPECT_EQ(parsed("{% for x in y %}{% if a %}{% break %}{% endif %}{% continue %}{% endfor %}"),
            "(for x in y: (if a: (break)) (continue))");
  EXPECT_EQ(parsed("{% break %}"), "WF0103 3 `break` does not belong here\n");
  EXPECT_EQ(parsed("{% for x in y %}{% else %}{% continue %}{% endfor %}"),
            "WF0103 29 `continue` does not belong here\n");
  EXPECT_EQ(parsed("{% for x in y %}{% for z in x %}{% else %}{% break %}{% endfor %}{% endfor %}"),
            "(for x in y: (for z in x:  else: (break)))");
  EXPECT_EQ(parsed("{% for x in y %}{% break now %}{% endfor %}"), "WF0103 25 `now` does not belong here\n");
}

// Texts of files, in a folder of the test's own.
class Files : public testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/wf-include-XXXXXX";
    folder_ = mkdtemp(pattern);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) {
    ASSERT_TRUE(wf::write_file(folder_ + "/" + name, text));
  }
  std::string parsed(const std::string& text) {
    Reading r(text);
    const TemplateStyle style = {.includes = {&r.sources, folder_, false, nullptr}};
    const Template made = parse_template(text, Span{r.id, 0, static_cast<std::uint32_t>(text.size())},
                                         r.place_of(), style, r.report);
    std::string said;
    r.report.sort();
    for (const auto& d : r.report.all())
      said += r.sources.file(d->span.file).name + " " + diag::code_of(*d->kind) + " " +
              std::to_string(d->span.begin) + " " + d->message + "\n";
    return said.empty() ? outline(made.nodes) : said;
  }
  std::string folder_;
};

TEST_F(Files, include_reads_what_stands_in_a_file) {
  write("a.txt", "A {{ x }}{% include \"b.txt\" %}");
  write("b.txt", "{%- set y = x -%}");
  EXPECT_EQ(parsed("< {%- include \"a.txt\" -%} >"), "'<' (a.txt: 'A ' {x} (b.txt: (y = x))) '>'");
  // A loop does not reach into the file, nor a tag out of it.
  write("break.txt", "{% break %}");
  write("open.txt", "{% if x %}");
  EXPECT_EQ(parsed("{% for x in y %}{% include 'break.txt' %}{% endfor %}"),
            "break.txt WF0103 3 `break` does not belong here\n");
  EXPECT_EQ(parsed("{% include 'open.txt' %}{% endif %}"),
            "t WF0103 27 `endif` does not belong here\n"
            "open.txt WF0602 0 this `{% if %}` is never closed\n");
}

TEST_F(Files, include_says_what_is_wrong_where_it_is) {
  EXPECT_EQ(parsed("{% include \"none.txt\" %}"),
            "t WF0307 11 cannot read `none.txt`: there is no such file\n");
  EXPECT_EQ(parsed("{% include \"../a.txt\" %}"),
            "t WF0308 11 `../a.txt` leads out of the definition's folder\n");
  EXPECT_EQ(parsed("{% include name %}"), "t WF0604 11 `include` needs the name of one file, in quotes\n");
  EXPECT_EQ(parsed("{% include %}"), "t WF0104 11 the file's name is missing here\n");
  EXPECT_EQ(parsed("{% include \"a.txt\" ignore missing %}"),
            "t WF0103 19 `ignore missing` does not belong here\n");
  write("bad.txt", "a {{ x | }}");
  EXPECT_EQ(parsed("{% include \"bad.txt\" %}{% include \"bad.txt\" %}"),
            "bad.txt WF0104 8 a filter is missing here\n");
  write("bytes.txt", "\xff {% include \"bytes.txt\" %}");
  EXPECT_EQ(parsed("{% include \"bytes.txt\" %}{% include \"bytes.txt\" %}").substr(0, 18),
            "bytes.txt WF0111 0");
}

TEST_F(Files, include_ends) {
  write("self.txt", "x{% include \"self.txt\" %}");
  EXPECT_EQ(parsed("{% include \"self.txt\" %}"), "self.txt WF0607 12 `self.txt` includes itself\n");
  write("p.txt", "{% include \"q.txt\" %}");
  write("q.txt", "{% include \"./p.txt\" %}");
  EXPECT_NE(parsed("{% include \"p.txt\" %}").find("WF0607"), std::string::npos);
  for (int i = 0; i < 30; ++i)
    write("d" + std::to_string(i), "{% include \"d" + std::to_string(i + 1) + "\" %}");
  EXPECT_EQ(parsed("{% include \"d0\" %}"), "d18 WF0110 11 nested more than 20 levels deep\n");
  // Ten times ten times ten times ...
  for (int i = 0; i < 9; ++i) {
    std::string text;
    for (int n = 0; n < 10; ++n) text += "{% include \"b" + std::to_string(i + 1) + "\" %}";
    write("b" + std::to_string(i), text);
  }
  write("b9", "x");
  // Sixteen files of 4 MiB are what one definition may take.
  write("large", std::string(4u << 20, 'x'));
  std::uint64_t bytes = 0;
  std::string said;
  for (int i = 0; i < 20; ++i) {
    Reading r("{% include \"large\" %}");
    const TemplateStyle style = {.includes = {&r.sources, folder_, false, &bytes}};
    (void)parse_template(r.sources.file(r.id).text, Span{}, r.place_of(), style, r.report);
    said += r.said();
  }
  EXPECT_EQ(said, "WF0114 11 the texts of this definition take more than 64 MiB from files\n");
  EXPECT_NE(parsed("{% include \"b0\" %}").find("one text includes more than 1,000 files"),
            std::string::npos);
}

TEST(Template, an_unknown_tag_is_one_mistake) {
  EXPECT_EQ(parsed("x {% foo %} y"), "WF0603 5 `foo` is not part of this template language\n");
  EXPECT_EQ(parsed("{% foo %} y {% endfoo %}"), "WF0603 3 `foo` is not part of this template language\n");
  EXPECT_EQ(parsed("{% fro x in xs %}{{ x }}{% endfor %}"),
            "WF0603 3 `fro` is not part of this template language\n");
}

TEST(Template, a_misspelt_argument_is_marked_itself) {
  Reading r("t | truncate(lenght = 3)");
  const Expr expr = r.parse_expression();
  resolve(expr, &r.report);
  ASSERT_EQ(r.report.all().size(), 1U);
  const diag::Diagnostic& only = *r.report.all()[0];
  EXPECT_EQ(r.sources.file(r.id).text.substr(only.span.begin, only.span.end - only.span.begin), "lenght");
  ASSERT_EQ(only.fixes.size(), 1U);
  EXPECT_EQ(only.fixes[0].edits.at(0).new_text, "length");
}

TEST(Template, depth_is_limited) {
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += "{% if a %}";
  for (int i = 0; i < 5'000; ++i) text += "{% endif %}";
  EXPECT_EQ(parsed(text), "WF0110 2003 nested more than 200 levels deep\n");
}

TEST(Template, any_text_is_read_to_its_end) {
  const std::string_view pieces[] = {"{{",   "}}",     "{%",       "%}",   "{#",   "#}",   "-",
                                     " if ", " else ", " endif ",  " x ",  "for ", " in ", " endfor ",
                                     "raw ", "endraw", "set a=1",  "\"",   "'",    "\n",   "{",
                                     "}",    "|",      "\xc3\xa9", "elif "};
  std::mt19937 random(3);
  for (int i = 0; i < 3'000; ++i) {
    std::string text;
    for (unsigned n = random() % 14; n > 0; --n) text += pieces[random() % std::size(pieces)];
    Reading r(text);
    const Template made = r.parse_template();
    for (const auto& d : r.report.all()) EXPECT_LE(d->span.end, text.size()) << text;
    if (made.constant()) made.constant_text();
  }
}

}  // namespace
}  // namespace wfc::expr
