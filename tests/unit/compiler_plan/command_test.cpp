// Commands with placeholders: what they become, and that no shell ever parses a value.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <map>

#include "compiler/plan/plan.h"
#include "runtime/base/files.h"

namespace wfc::plan {
namespace {

using ::testing::HasSubstr;

// Every name is an input, unless it begins with `constant`: then it is a let with the text `<name>`.
struct Lowered {
  source::SourceMap sources;
  diag::Report report;
  model::Workflow workflow;
  Command command;
};

void bind(expr::Expr& expr, model::Workflow& workflow) {
  if (expr.kind == dsl::ExprKind::name) {
    if (expr.text.starts_with("constant")) {
      expr::Expr value;
      value.kind = dsl::ExprKind::text;
      value.text = "<" + expr.text + ">; echo";
      expr.binding = {dsl::BindingKind::let, static_cast<std::uint32_t>(workflow.lets.size())};
      workflow.lets.push_back({{expr.text, {}}, value});
    } else if (expr.text == "workflow") {
      expr.binding = {dsl::BindingKind::workflow, 0};
    } else {
      expr.binding = {dsl::BindingKind::input, static_cast<std::uint32_t>(expr.text[0])};
    }
  }
  for (expr::Expr& child : expr.children) bind(child, workflow);
}

void bind(std::vector<expr::TemplateNode>& nodes, model::Workflow& workflow) {
  for (expr::TemplateNode& node : nodes) {
    bind(node.expr, workflow);
    if (!node.block) continue;
    for (expr::Expr& condition : node.block->conditions) bind(condition, workflow);
    for (auto& body : node.block->bodies) bind(body, workflow);
  }
}

std::unique_ptr<Lowered> lower(const std::string& text, std::vector<std::string> taken = {}) {
  auto lowered = std::make_unique<Lowered>();
  const FileId file = lowered->sources.add("command.wf", text);
  expr::Template parsed = expr::parse_template(
      text, {file, 0, static_cast<std::uint32_t>(text.size())},
      [file](std::uint32_t begin, std::uint32_t end) {
        return Span{file, begin, end};
      },
      {}, lowered->report);
  EXPECT_FALSE(lowered->report.has_errors()) << text;
  bind(parsed.nodes, lowered->workflow);
  lowered->command = lower_command(parsed, {&lowered->workflow, std::move(taken)}, lowered->report);
  return lowered;
}

std::string shell_of(const std::string& text) {
  const auto lowered = lower(text);
  EXPECT_FALSE(lowered->report.has_errors()) << text;
  EXPECT_FALSE(lowered->command.direct) << text;
  EXPECT_TRUE(lowered->command.shell.constant()) << text;
  return lowered->command.shell.constant_text();
}

// The words of a direct command; `<a>` for a placeholder.
std::vector<std::string> words_of(const std::string& text) {
  const auto lowered = lower(text);
  EXPECT_FALSE(lowered->report.has_errors()) << text;
  if (!lowered->command.direct) return {"(through a shell)"};
  std::vector<std::string> words;
  for (const expr::Template& word : lowered->command.words) {
    std::string spelt;
    for (const expr::TemplateNode& node : word.nodes)
      spelt += node.kind == expr::NodeKind::text ? node.text : "<" + node.expr.text + ">";
    words.push_back(spelt);
  }
  return words;
}

std::string refusal_of(const std::string& text) {
  const auto lowered = lower(text);
  for (const auto& diagnostic : lowered->report.all())
    if (diagnostic->severity == diag::Severity::error)
      return diag::code_of(*diagnostic->kind) + " " + diagnostic->label;
  return "accepted: " + lowered->command.shell.constant_text();
}

using Words = std::vector<std::string>;

TEST(Command, without_shell_syntax_needs_no_shell) {
  EXPECT_EQ(words_of("cargo test"), (Words{"cargo", "test"}));
  EXPECT_EQ(words_of("  cargo\ttest  --release \n"), (Words{"cargo", "test", "--release"}));
  EXPECT_EQ(words_of("git commit -m 'two words' \"and three more\""),
            (Words{"git", "commit", "-m", "two words", "and three more"}));
  EXPECT_EQ(words_of("grep \"a\\\"b\\\\c\\d\" x\\ y ''"), (Words{"grep", "a\"b\\c\\d", "x y", ""}));
  EXPECT_EQ(words_of("make CC=gcc -j2 a=b"), (Words{"make", "CC=gcc", "-j2", "a=b"}));
  EXPECT_EQ(words_of("git log HEAD~1 a#b"), (Words{"git", "log", "HEAD~1", "a#b"}));
  EXPECT_EQ(words_of("a \\\n b"), (Words{"a", "b"}));
  EXPECT_EQ(words_of("true"), Words{"true"});
  EXPECT_EQ(words_of("find x -exec {} +"), (Words{"find", "x", "-exec", "{}", "+"}));
}

TEST(Command, with_shell_syntax_needs_one) {
  for (const char* text :
       {"a | b",    "a && b",   "a; b", "a > x",        "a < x",     "a $x",    "a `x`",
        "a $(x)",   "a \"$x\"", "a *",  "a ?",          "a [b]",     "a ~",     "a b=~",
        "a # b",    "A=b c",    "cd x", "export X",     "exit 1",    ". x",     ": x",
        "source x", "a\nb",     "a &",  "(a)",          "{ a; }",    "! a",     "if a; then b; fi",
        "a 'b",     "a \"b",    "a \\", "echo 'a\\nb'", "echo -e x", "a {b,c}", "a $'x'",
        "",         "   ",      "A+=b", "pwd",          "[ a ]"})
    EXPECT_EQ(words_of(text), Words{"(through a shell)"}) << text;
}

TEST(Command, placeholders_are_parts_of_words) {
  EXPECT_EQ(words_of("deploy {{ a }} --to={{ b }} \"x {{ a }} y\" '{{ b }}'"),
            (Words{"deploy", "<a>", "--to=<b>", "x <a> y", "<b>"}));
  EXPECT_EQ(words_of("echo {{ a }}"), (Words{"echo", "<a>"}));
  // Which program it is, the shell shall say: it may be a word of the shell's own.
  EXPECT_EQ(words_of("{{ a }} x"), Words{"(through a shell)"});
  EXPECT_EQ(shell_of("deploy {{ a }} && echo \"{{ b }}x\" '{{ a }}'"),
            "deploy \"$WF_1\" && echo \"${WF_2}x\" ''\"$WF_1\"''");
  EXPECT_EQ(shell_of("x=$(cat \"{{ a }}\"); echo \"got $x from {{ b }}\""),
            "x=$(cat \"${WF_1}\"); echo \"got $x from ${WF_2}\"");
  EXPECT_EQ(shell_of("a{{ a }}b >{{ b }}"), "a\"$WF_1\"b >\"$WF_2\"");
  EXPECT_EQ(shell_of("export A={{ a }}; for i in {{ b }}; do echo $i; done"),
            "export A=\"$WF_1\"; for i in \"$WF_2\"; do echo $i; done");
  EXPECT_EQ(shell_of("sh -c 'echo \"$1\"' sh {{ a }} | cat"), "sh -c 'echo \"$1\"' sh \"$WF_1\" | cat");
  EXPECT_EQ(shell_of("echo \"\\${{ a }}\"; echo '${{ a }}'"), "echo \"\\$${WF_1}\"; echo '$'\"$WF_1\"''");
}

TEST(Command, names_of_variables_are_nobody_elses) {
  EXPECT_EQ(lower("echo $WF_1 {{ a }}")->command.variables.at(0).first, "WF_2");
  EXPECT_EQ(lower("echo $x {{ a }}", {"WF_1", "WF_2"})->command.variables.at(0).first, "WF_3");
  EXPECT_EQ(lower("echo $x {{ a }} {{ b }} {{ a }}")->command.variables.size(), 2u);
}

TEST(Command, unclear_quoting_is_refused) {
  EXPECT_EQ(refusal_of("echo `cat {{ a }}`"), "WF0703 inside backquotes");
  EXPECT_EQ(refusal_of("echo \"`cat {{ a }}`\""), "WF0703 inside backquotes");
  EXPECT_EQ(refusal_of("echo ${x:-{{ a }}}"), "WF0703 inside `${...}`");
  EXPECT_EQ(refusal_of("echo \"${x:-{{ a }}}\""), "WF0703 inside `${...}`");
  EXPECT_EQ(refusal_of("echo $(( 1 + {{ a }} ))"), "WF0703 inside `$((...))`");
  EXPECT_EQ(refusal_of("cat <<END\n{{ a }}\nEND"), "WF0703 inside a here-document");
  EXPECT_EQ(refusal_of("cat <<'END'\n{{ a }}\nEND"), "WF0703 inside a here-document");
  EXPECT_EQ(refusal_of("cat <<A <<B\nx\nA\n{{ a }}\nB"), "WF0703 inside a here-document");
  EXPECT_EQ(refusal_of("cat <<END\nx\n END\necho {{ a }}"), "WF0703 inside a here-document");
  EXPECT_EQ(refusal_of("cat <<END\nx\nEND \necho {{ a }}"), "WF0703 inside a here-document");
  EXPECT_EQ(refusal_of("cat <<-END\nx\n  END\necho {{ a }}"), "WF0703 inside a here-document");
  for (const char* text :
       {"cat <<END\n$(cat <<X\nEND\nX\n)\nEND\necho {{ a }}", "cat <<END\n`x`\nEND\necho {{ a }}",
        "cat <<END\n${x:-\nEND\n}\nEND\necho {{ a }}", "cat <<END\nx\\\nEND\nEND\necho {{ a }}",
        "cat <<END \"\nEND\n\" \nEND\necho {{ a }}", "echo $(cat <<END\nx\nEND\n) {{ a }}",
        "cat <<<END {{ a }}", "cat <<E\"N\"D\nx\nEND\necho {{ a }}", "cat <<\\END\nx\nEND\necho {{ a }}",
        "cat <<{{ a }}\nx\n"})
    EXPECT_EQ(refusal_of(text), "WF0703 after `<<`") << text;
  EXPECT_EQ(refusal_of("echo a # {{ a }}"), "WF0703 inside a shell comment");
  EXPECT_EQ(refusal_of("echo \\{{ a }}"), "WF0703 directly after a backslash");
  EXPECT_EQ(refusal_of("echo \"\\{{ a }}\""), "WF0703 directly after a backslash");
  EXPECT_EQ(refusal_of("echo ${{ a }}"), "WF0703 directly after `$`");
  EXPECT_EQ(refusal_of("echo \"${{ a }}\""), "WF0703 directly after `$`");
  EXPECT_THAT(refusal_of("echo ${x#\"}\"} {{ a }}"), HasSubstr("after quotes inside `${...}`"));
  EXPECT_THAT(refusal_of("echo $'it\\'s' {{ a }}"), HasSubstr("after an escaped quote"));
  EXPECT_THAT(refusal_of("echo $(case x in x) echo;; esac) {{ a }}"), HasSubstr("after `case`"));
}

TEST(Command, values_do_not_reach_what_evaluates_them) {
  for (const char* text : {"eval {{ a }}",
                           "eval \"{{ a }}\"",
                           "x; eval '{{ a }}'",
                           "if true; then eval {{ a }}; fi",
                           "command eval {{ a }}",
                           "A=1 eval {{ a }}",
                           "2>/dev/null eval {{ a }}",
                           "e\"va\"l {{ a }}",
                           "(eval {{ a }})",
                           "$(eval {{ a }})",
                           "f() { eval {{ a }}; }",
                           "! eval {{ a }}",
                           "trap {{ a }} EXIT",
                           "let x={{ a }}",
                           "unset {{ a }}",
                           "read {{ a }} <x",
                           "declare -i x={{ a }}",
                           "export {{ a }}",
                           "export x{{ a }}=1",
                           "[[ {{ a }} -eq 1 ]]",
                           "(( {{ a }} ))",
                           "x[{{ a }}]=1",
                           "printf -v {{ a }} x",
                           "sh -c {{ a }}",
                           "sh -c \"echo {{ a }}\"",
                           "bash -xc 'echo {{ a }}'",
                           "docker exec c sh -c 'echo {{ a }}'",
                           "/bin/sh -ec \"{{ a }}\"",
                           "eval &>x {{ a }}"})
    EXPECT_THAT(refusal_of(text), ::testing::StartsWith("WF0703")) << text;
}

TEST(Command, tags_are_parts_of_one_word) {
  EXPECT_EQ(shell_of("x \"{% if a %}one {{ b }}{% else %}none{% endif %}\" | y"), "x \"${WF_1}\" | y");
  EXPECT_EQ(shell_of("x {% if a %}--flag={{ b }}{% endif %} | y"), "x ${WF_1:+\"$WF_1\"} | y");
  // What such a tag prints may be what makes the shell evaluate a value.
  EXPECT_THAT(refusal_of("{% if a %}eval{% else %}echo{% endif %} {{ b }}"), HasSubstr("`eval` does that"));
  EXPECT_THAT(refusal_of("sh {% if a %}-c{% endif %} {{ b }}"), HasSubstr("script of `sh -c`"));
  // What is set in a loop ends with it; what is set in an `if` would not be seen by the next variable.
  EXPECT_EQ(shell_of("x {% for i in a %}{% set b = i %}{{ b }}{% endfor %}!"), "x ${WF_1:+\"$WF_1\"}!");
  EXPECT_THAT(refusal_of("x {% if a %}{% set b = a %}{% endif %}"), HasSubstr("would not be seen after it"));
  const auto with_set = lower("x $y {% set b = a %}{{ b }}");
  ASSERT_EQ(with_set->command.variables.size(), 1u);
  EXPECT_EQ(with_set->command.variables[0].second.nodes[0].kind, expr::NodeKind::set);
}

// The text of the command as it is where a tag chooses its first body, or none.
std::string chosen(const std::vector<expr::TemplateNode>& nodes, bool first) {
  std::string text;
  for (const expr::TemplateNode& node : nodes) {
    text += node.text;
    if (!node.block) continue;
    const auto& bodies = node.block->bodies;
    if (first || bodies.size() > node.block->conditions.size())
      text += chosen(first ? bodies.front() : bodies.back(), first);
  }
  return text;
}

TEST(Command, tags_choose_among_texts) {
  const auto ways_of = [](const std::string& text) {
    const auto lowered = lower(text);
    EXPECT_FALSE(lowered->report.has_errors()) << text;
    EXPECT_FALSE(lowered->command.direct) << text;
    const auto& nodes = lowered->command.shell.nodes;
    return std::pair(chosen(nodes, true), chosen(nodes, false));
  };
  using Two = std::pair<std::string, std::string>;
  EXPECT_EQ(ways_of("{% if a %}make bug{% else %}make feature{% endif %}"), Two("make bug", "make feature"));
  EXPECT_EQ(ways_of("make{% if a %} -k{% endif %} all"), Two("make -k all", "make all"));
  EXPECT_EQ(ways_of("x {% if a %}--flag {{ b }}{% endif %} '{{ b }}'"),
            Two("x --flag \"$WF_1\" ''\"$WF_2\"''", "x  ''\"$WF_2\"''"));
  EXPECT_EQ(ways_of("x \"{% if a %}$(y {{ b }}){% endif %}\""), Two("x \"$(y \"$WF_1\")\"", "x \"\""));
  EXPECT_EQ(ways_of("x \"{% if a %}a\" \"{{ b }}{% endif %}\""), Two("x \"a\" \"${WF_1}\"", "x \"\""));
  EXPECT_EQ(ways_of("x {% if a %}{% if b %}1 2{% else %}3 {{ b }}{% endif %} 4{% endif %}"),
            Two("x 1 2 4", "x "));
  // A value is asked for only where its text is chosen: elsewhere it may be none.
  const auto guarded = lower("{% if a %}make {{ b }}{% else %}make all{% endif %}");
  ASSERT_EQ(guarded->command.variables.size(), 1u);
  EXPECT_EQ(guarded->command.variables[0].second.nodes.at(0).kind, expr::NodeKind::if_);

  EXPECT_THAT(refusal_of("x {% if a %}\"{% endif %}y\""), HasSubstr("opens or closes quotes"));
  EXPECT_THAT(refusal_of("x {% if a %}y \\{% endif %}{{ b }}"), HasSubstr("directly after a backslash"));
  EXPECT_THAT(refusal_of("x {% if a %}# y{% endif %}\n"), HasSubstr("opens or closes quotes"));
  EXPECT_THAT(refusal_of("{% if a %}cat <<X{% endif %}\ny\nX\n"), HasSubstr("opens or closes quotes"));
  EXPECT_THAT(refusal_of("{% if a %}eval x{% else %}echo x{% endif %} {{ b }}"),
              HasSubstr("`eval` does that"));
  EXPECT_THAT(refusal_of("{% if a %}x; {% else %}eval {% endif %}{{ b }}"), HasSubstr("`eval` does that"));
  EXPECT_THAT(refusal_of("sh {% if a %}-e -c{% endif %} {{ b }}"), HasSubstr("script of `sh -c`"));
  EXPECT_THAT(refusal_of("x {% for i in a %}{{ i }} {% endfor %}"), HasSubstr("known only when"));
  std::string many = "x";
  for (int i = 0; i < 12; ++i) many += "{% if a %} y{% endif %}";
  EXPECT_THAT(refusal_of(many), HasSubstr("too many ways"));
}

TEST(Command, safe_puts_only_constants_into_the_text) {
  EXPECT_EQ(shell_of("x {{ 'a b; c' | safe }}"), "x a b; c");
  EXPECT_EQ(shell_of("x {{ constant1 | safe }}"), "x <constant1>; echo");
  EXPECT_THAT(refusal_of("x {{ a | safe }}"), ::testing::StartsWith("WF0704"));
  const auto known_late = lower("x {{ workflow.id | safe }}");
  ASSERT_EQ(known_late->report.all().size(), 1u);
  EXPECT_EQ(known_late->report.all()[0]->severity, diag::Severity::warning);
  EXPECT_FALSE(known_late->command.shell.constant());
}

// ------------------------------------------------------------------------------- real shells and hostile
// values

// The value that a variable holds where every tag chooses its first body, or its last.
std::string held(const std::vector<expr::TemplateNode>& nodes, bool first,
                 const std::map<std::string, std::string>& values) {
  std::string all;
  for (const expr::TemplateNode& node : nodes) {
    if (node.kind == expr::NodeKind::value) all += values.at(node.expr.text);
    if (node.block)
      all += held(first ? node.block->bodies.front() : node.block->bodies.back(), first, values);
  }
  return all;
}

std::string run_in(const std::string& shell, const Command& command,
                   const std::map<std::string, std::string>& values, const std::string& folder,
                   bool first = true) {
  std::vector<std::string> env = {"PATH=/usr/bin:/bin"};
  for (const auto& [name, content] : command.variables)
    env.push_back(name + "=" + held(content.nodes, first, values));
  std::vector<char*> envp;
  for (std::string& variable : env) envp.push_back(variable.data());
  envp.push_back(nullptr);
  std::string text = chosen(command.shell.nodes, first);
  std::string program = shell;
  std::string flag = "-c";
  std::string as_sh = "sh";  // bash behaves as a POSIX shell then.
  char* argv[] = {as_sh.data(), flag.data(), text.data(), nullptr};
  const std::string log = folder + "/out";
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  pid_t pid = 0;
  EXPECT_EQ(posix_spawn(&pid, program.c_str(), &actions, nullptr, argv, envp.data()), 0);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  waitpid(pid, &status, 0);
  return *wf::read_file(log);
}

TEST(Command, shells_deliver_values_to_the_byte) {
  std::string folder = std::filesystem::temp_directory_path() / "wfc-command-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::string quote = "printf '[%s]' ";
  // A command, and what it prints, with `a` and `b` for the values.
  const std::vector<std::pair<std::string, std::string>> commands = {
      {quote + "{{ a }} {{ b }} | cat", "[a][b]"},
      {quote + "x{{ a }}y \"x{{ b }}y\" 'x{{ a }}y'; true", "[xay][xby][xay]"},
      {quote + "\"a quote: \\\" {{ a }}\" | cat", "[a quote: \" a]"},
      {quote + "\"$(printf '%s' \"{{ a }}\"; printf x)\" | cat", "[ax]"},
      {"v={{ a }}; " + quote + "\"$v\"", "[a]"},
      {"(" + quote + "{{ a }}) && { " + quote + "'{{ b }}'; }", "[a][b]"},
      {"for i in {{ a }} \"{{ b }}\"; do " + quote + "\"$i\"; done", "[a][b]"},
      {"case {{ a }} in {{ a }}) " + quote + "same;; *) " + quote + "other;; esac", "[same]"},
      {"f() { " + quote + "\"$1\" '{{ b }}'; }; f {{ a }}", "[a][b]"},
      {"sh -c 'printf \"[%s]\" \"$1\"' sh {{ a }}; true", "[a]"},
      {quote + "{{ a }}{{ b }} \"{{ a }}{{ b }}\" | cat", "[ab][ab]"},
      {quote + "'it'\\''s {{ a }}' \"${HOME:-none} {{ b }}\"", "[it's a][none b]"},
      {"cat <<END >/dev/null\nx $y \"'\nEND\n" + quote + "{{ a }} | cat", "[a]"},
      {"cat <<END >/dev/null; " + quote + "{{ a }}\nx # (\nEND\n" + quote + "'{{ b }}'", "[a][b]"},
      {"cat <<-'END' >/dev/null # why\n\t` $( \\\n\tEND\n" + quote + "{{ a }}; true", "[a]"},
      {"cat <<X - <<\"Y\" >/dev/null\nY\nX\n${\nY\n" + quote + "{{ a }}; true", "[a]"},
      {quote + "\"price: \\${{ a }}\" '${{ a }}'; :", "[price: $a][$a]"},
  };
  // The same of tags: what is printed where they choose their first bodies, and their last.
  const std::vector<std::array<std::string, 3>> tags = {
      {quote + "{% if x %}{{ a }} \"{{ b }}\"{% else %}'{{ b }}'{% endif %} {{ a }}", "[a][b][a]", "[b][a]"},
      {quote + "\"x{% if x %}{{ a }}y\" \"x{{ b }}{% else %}{{ b }}{% endif %}y\"", "[xay][xby]", "[xby]"},
      {"{% if x %}" + quote + "{{ a }} | cat{% else %}v={{ b }}; " + quote + "\"$v\"{% endif %}", "[a]",
       "[b]"},
      {quote + "{% if x %}\"$(printf '%s' {{ a }}; printf x)\" {% else %}{% if y %}1 2{% else %}{{ b }} "
               "{{ a }}{% endif %} {% endif %}'{{ b }}'",
       "[ax][b]", "[b][a][b]"},
  };
  const std::vector<std::string> values = {"plain",
                                           "",
                                           "two  words",
                                           "$(touch pwned)",
                                           "`touch pwned`",
                                           "'; touch pwned; '",
                                           "\"; touch pwned; \"",
                                           "\\",
                                           "\\\\'\"",
                                           "\n; touch pwned\n#",
                                           "*",
                                           "~",
                                           "-n",
                                           "%s %n",
                                           "$WF_1 ${WF_2}",
                                           "a=b",
                                           "!history",
                                           "emoji \xF0\x9F\x9A\x80 \xFF invalid",
                                           "x[$(touch pwned)]",
                                           "{a,b}",
                                           "&& touch pwned",
                                           "\t tabs \r"};
  const auto deliver = [&](const std::string& shell, const std::string& text, const std::string& expected,
                           bool first) {
    const auto lowered = lower(text);
    ASSERT_FALSE(lowered->report.has_errors()) << text;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::map<std::string, std::string> given = {{"a", values[i]},
                                                        {"b", values[(i + 7) % values.size()]}};
      std::string wanted;
      for (std::size_t at = 0; at < expected.size(); ++at) {
        // `a` and `b` as words of their own stand for values; letters in other words do not.
        const bool alone =
            (expected[at] == 'a' || expected[at] == 'b') &&
            (at == 0 || std::string_view("[xa $:").find(expected[at - 1]) != std::string_view::npos) &&
            std::string_view("]xyb").find(expected[at + 1]) != std::string_view::npos;
        wanted += alone ? given.at(std::string(1, expected[at])) : std::string(1, expected[at]);
      }
      EXPECT_EQ(run_in(shell, lowered->command, given, folder, first), wanted)
          << shell << ": " << text << " with " << values[i];
    }
  };
  for (const char* shell : {"/bin/dash", "/bin/bash"}) {
    if (access(shell, X_OK) != 0) continue;
    for (const auto& [text, expected] : commands) deliver(shell, text, expected, true);
    for (const auto& [text, first, last] : tags) {
      deliver(shell, text, first, true);
      deliver(shell, text, last, false);
    }
  }
  EXPECT_FALSE(std::filesystem::exists(folder + "/pwned"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace wfc::plan
