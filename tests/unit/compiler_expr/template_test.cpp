// Texts with placeholders: cut, trimmed, nested, and reported.
#include <gtest/gtest.h>

#include <random>

#include "compiler/expr/builtins.h"
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
  EXPECT_EQ(parsed("{% include \"x\" %}"),
            "WF0214 3 this version of wfc does not support the tag `include` yet\n");
  EXPECT_EQ(parsed("{{ a && b }}"), "WF0107 5 `&&` is written `and` here\n");
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
