// Tera's documented behaviour, folded and compiled.
//
//   tera TABLE
//
// A line of the table is `TEXT => WHAT IT PRINTS`; tera.table says what else it may hold. Every text is
// compiled twice: with the values written in it, which folding evaluates, and with inputs in their place; and
// both with the passes and without them. The executables must print what the table says. A text that ends in
// an error must do so at run time with inputs, and be refused by the checks with the values written in it.
#include <algorithm>
#include <cctype>
#include <map>

#include "compiler/plan/plan.h"
#include "tests/fold/describe.h"
#include "tests/fold/workshop.h"

namespace {

using namespace wfc;
using fold::fail;
using fold::Workshop;

struct Case {
  std::string where;
  std::string text;
  std::string expected;
  bool error = false;
  bool refused = true;  // Of an error: the checks see it.
};

struct Table {
  std::vector<std::pair<std::string, std::string>> inputs;  // Name, expression.
  std::vector<Case> cases;
};

// `\n`, `\t`, `\\` and `\s`, a blank at the end of a line.
std::string unescaped(std::string_view text) {
  static const std::map<char, char> escapes = {{'n', '\n'}, {'t', '\t'}, {'s', ' '}, {'\\', '\\'}};
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto escape = i + 1 < text.size() && text[i] == '\\' ? escapes.find(text[i + 1]) : escapes.end();
    out += escape == escapes.end() ? text[i] : (++i, escape->second);
  }
  return out;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else
      out += c;
  }
  return out + '"';
}

Table read(const std::string& path, const std::string& folder) {
  const auto text = wf::read_file(path);
  if (!text) std::abort();
  Table table;
  int number = 0;
  for (const std::string& line : fold::lines_of(*text)) {
    ++number;
    if (line.empty() || line == "#" || line.starts_with("# ")) continue;
    const auto half = [&](const char* mark) {
      const std::size_t at = line.find(mark);
      if (at == std::string::npos) std::printf("line %d lacks `%s`\n", number, mark), std::exit(1);
      const std::size_t behind = at + std::string_view(mark).size();
      return std::pair(line.substr(0, at), behind < line.size() ? line.substr(behind) : std::string());
    };
    if (line.starts_with("input ")) {
      const auto [name, value] = half(" = ");
      table.inputs.emplace_back(name.substr(6), value);
    } else if (line.starts_with("file ")) {
      const auto [name, value] = half(" = ");
      if (!wf::write_file(folder + "/" + name.substr(5), unescaped(value))) std::abort();
    } else {
      const auto [before, after] = half(" =>");
      Case made{"line " + std::to_string(number) + ": " + before, unescaped(before), after};
      if (made.expected.starts_with(' ')) made.expected.erase(0, 1);
      made.refused = !made.expected.starts_with("run error: ");
      made.error = made.expected.starts_with("error: ") || !made.refused;
      if (made.error) made.expected.erase(0, made.refused ? 7 : 11);
      made.expected = unescaped(made.expected);
      table.cases.push_back(std::move(made));
    }
  }
  return table;
}

// `@people` is the input `people`, or what it is.
std::string with(const Table& table, const std::string& text, bool values) {
  std::string out;
  std::size_t at = 0;
  for (std::size_t mark; (mark = text.find('@', at)) != std::string::npos;) {
    std::size_t end = mark + 1;
    while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_'))
      ++end;
    const std::string name = text.substr(mark + 1, end - mark - 1);
    const auto found = std::find_if(table.inputs.begin(), table.inputs.end(),
                                    [&](const auto& input) { return input.first == name; });
    if (found == table.inputs.end()) fail(text, "there is no input `" + name + "`");
    out += text.substr(at, mark - at);
    out += values && found != table.inputs.end() ? "(" + found->second + ")" : name;
    at = end;
  }
  return out + text.substr(at);
}

struct Texts {
  driver::Session session;
  driver::Checked checked;
};
std::unique_ptr<Texts> checked(Workshop& workshop, const Table& table, const std::string& steps) {
  std::string text = "workflow tera\n\n";
  for (const auto& [name, value] : table.inputs) text += "input " + name + ": any = " + value + "\n";
  const std::string path = workshop.folder() + "/tera.wf";
  if (!wf::write_file(path, text + steps)) std::abort();
  auto texts = std::make_unique<Texts>();
  auto result = driver::front(texts->session, path, {});
  if (!result || !result->usable) return nullptr;
  texts->checked = std::move(*result);
  return texts;
}

std::string said(Workshop& workshop, const Table& table, const std::string& steps) {
  driver::Session session;
  std::string text;
  (void)checked(workshop, table, steps);
  (void)driver::front(session, workshop.folder() + "/tera.wf", {});
  for (const auto& diagnostic : session.report.all()) text += diagnostic->message + "; ";
  return text;
}

void run(Workshop& workshop, const Table& table) {
  std::string steps;
  std::vector<const Case*> order;
  const auto step = [&](const Case& one, bool values) {
    return "step s" + std::to_string(order.size()) + ": agent " + quoted(with(table, one.text, values)) +
           "\n";
  };
  for (const Case& one : table.cases) {
    for (const bool values : {true, false}) {
      const std::string text = step(one, values);
      const bool right = checked(workshop, table, text) != nullptr;
      const bool wanted = !one.error || !one.refused || !values;
      if (right != wanted)
        fail(one.where, right ? "is not refused" : "is refused: " + said(workshop, table, text));
      if (!right) continue;
      steps += text;
      order.push_back(&one);
    }
  }
  const auto texts = checked(workshop, table, steps);
  if (!texts) return fail("the table", "is right line by line and wrong as a whole");
  const plan::Plan plain = fold::plain_plan(texts->session, texts->checked);
  const plan::Plan optimised = driver::optimised_plan(texts->session, texts->checked);
  if (optimised.expressions.size() >= plain.expressions.size())
    fail("the table", "holds nothing that is folded");
  for (const auto& [plan, name] : {std::pair(&plain, "compiled"), std::pair(&optimised, "folded")}) {
    const std::vector<std::string> got =
        workshop.run(*plan, texts->session.sources, texts->checked.file, name);
    if (got.size() != plan->expressions.size() + order.size())
      return fail(name, "not as many results as texts");
    for (std::size_t i = 0; i < order.size(); ++i) {
      const std::string expected = fold::describe_text(
          order[i]->error ? wf::Result<std::string>(wf::Error{order[i]->expected, {}}) : order[i]->expected);
      const std::string& result = got[plan->expressions.size() + i];
      if (result != expected)
        fail(order[i]->where + " (" + name + ")", "gives " + result + "\n  not   " + expected);
    }
  }
  std::printf("%zu cases, %zu texts\n", table.cases.size(), order.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::optional<Workshop> workshop = fold::open_workshop();
  if (!workshop) return 1;
  const Table table = read(argv[1], workshop->folder());
  if (table.cases.size() < 150) fail(argv[1], "holds less than 150 cases");
  run(*workshop, table);
  return fold::close_workshop(*workshop);
}
