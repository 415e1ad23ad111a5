// Folding an expression equals compiling and running it, errors and their sentences included.
//
//   fold EXPRESSIONS TEMPLATES SEED
//
// Each expression is evaluated here by the compiler, which is what folding does, and compiled twice: as it
// stands, and with inputs in place of its operands. Templates are compiled with and without the passes. The
// executables are built as every other, but for their main.
#include "compiler/expr/types.h"
#include "tests/fold/describe.h"
#include "tests/fold/expressions.h"
#include "tests/fold/workshop.h"

namespace {

using namespace wfc;
using fold::fail;
using fold::Workshop;

void bind_inputs(expr::Expr& expr) {
  if (expr.kind == dsl::ExprKind::name) {
    expr.binding = {dsl::BindingKind::input, static_cast<std::uint32_t>(std::atoi(expr.text.c_str() + 1))};
  }
  for (expr::Expr& child : expr.children) bind_inputs(child);
}

// The tree, or nothing where the grammar has something against it.
std::optional<expr::Expr> parsed(const std::string& text, source::SourceMap& sources,
                                 std::string* said = nullptr) {
  diag::Report report;
  const FileId file = sources.add("e", text);
  expr::Expr tree = dsl::parse_expression(
      text,
      [file](std::uint32_t begin, std::uint32_t end) {
        return Span{file, begin, end};
      },
      {}, report);
  if (report.has_errors()) {
    if (said) *said = report.all().front()->message;
    return std::nullopt;
  }
  // Types are left to the evaluation; that the arguments fit the builtin's parameters is not.
  expr::type_of(
      tree, [](const dsl::Binding&) { return expr::Type(); }, report);
  bind_inputs(tree);
  return tree;
}

void expressions(Workshop& workshop, int count, std::uint64_t seed) {
  source::SourceMap sources;
  plan::Plan plan;
  plan.program.abi = wf::program_abi;
  plan.program.workflow = plan.text("fold");
  std::vector<std::string> expected, texts;
  const auto add = [&](const std::string& text, const std::string& value, expr::Expr tree) {
    plan.expressions.push_back({std::move(tree), "value", Span()});
    texts.push_back(text);
    expected.push_back(value);
  };
  const auto fold_of = [](const expr::Expr& tree) {
    const auto folded = expr::fold(tree);
    return folded ? fold::describe(*folded) : std::string("not constant");
  };
  for (const std::string& operand : fold::operands()) {
    std::string said;
    auto tree = parsed(operand, sources, &said);
    if (!tree) return fail(operand, "does not parse: " + said);
    const std::string value = fold_of(*tree);
    add(operand, value, std::move(*tree));
  }
  fold::Maker maker(seed);
  int refused = 0, errors = 0;
  for (int i = 0; i < count; ++i) {
    const fold::Twice made = maker.expression();
    std::string said;
    auto constant = parsed(made.constant, sources, &said);
    auto inputs = parsed(made.inputs, sources);
    if (constant.has_value() != inputs.has_value() && !constant) {
      fail(made.constant, "parses only with inputs: " + said);
      continue;
    }
    if (!constant || !inputs) {
      if (refused++ == 0) std::printf("does not parse: %s: %s\n", made.constant.c_str(), said.c_str());
      continue;
    }
    const std::string value = fold_of(*constant);
    errors += value.starts_with("error") ? 1 : 0;
    add(made.constant, value, std::move(*constant));
    add(made.inputs + "  that is  " + made.constant, value, std::move(*inputs));
  }
  plan.seal();
  const std::vector<std::string> got = workshop.run(plan, sources, no_file, "expressions");
  if (got.size() != expected.size())
    fail("expressions", std::to_string(got.size()) + " results of " + std::to_string(expected.size()));
  for (std::size_t i = 0; i < got.size() && i < expected.size(); ++i)
    if (got[i] != expected[i])
      fail(texts[i], "folds to " + expected[i].substr(0, 300) + "\n  runs to  " + got[i].substr(0, 300));
  // A test of errors alone, or of none, would prove little.
  if (errors * 10 < count || errors * 10 > 9 * count || refused * 20 > count)
    fail("expressions", std::to_string(errors) + " errors and " + std::to_string(refused) + " refused of " +
                            std::to_string(count));
  std::printf("%zu expressions, %d of them errors\n", got.size(), 2 * errors);
}

// A definition whose steps are given these texts; without those that the checks refuse.
struct Texts {
  driver::Session session;
  driver::Checked checked;
};
std::unique_ptr<Texts> checked(Workshop& workshop, const std::string& steps) {
  std::string text = "workflow fold\n\n";
  for (std::size_t i = 0; i < fold::operands().size(); ++i)
    text += "input i" + std::to_string(i) + ": any = " + fold::operands()[i] + "\n";
  const std::string path = workshop.folder() + "/fold.wf";
  if (!wf::write_file(path, text + steps)) std::abort();
  auto texts = std::make_unique<Texts>();
  auto result = driver::front(texts->session, path, {});
  if (!result || !result->usable) return nullptr;
  texts->checked = std::move(*result);
  return texts;
}

void templates(Workshop& workshop, int count, std::uint64_t seed) {
  fold::Maker maker(seed);
  std::string steps;
  std::vector<fold::Twice> kept;
  const auto step = [](std::size_t number, const char* which, const std::string& text) {
    return "step " + std::string(which) + std::to_string(number) + ": agent \"" + text + "\"\n";
  };
  for (int i = 0; i < count; ++i) {
    const fold::Twice made = maker.text();
    const std::string both =
        step(kept.size(), "constant", made.constant) + step(kept.size(), "inputs", made.inputs);
    if (!checked(workshop, both)) continue;
    steps += both;
    kept.push_back(made);
  }
  if (kept.size() * 4 < static_cast<std::size_t>(count))
    fail("templates", "only " + std::to_string(kept.size()) + " are right");
  const auto texts = checked(workshop, steps);
  if (!texts) return fail("templates", "are right one by one and wrong together");
  const plan::Plan optimised = driver::optimised_plan(texts->session, texts->checked);
  const plan::Plan plain = fold::plain_plan(texts->session, texts->checked);
  std::vector<std::string> with =
      workshop.run(optimised, texts->session.sources, texts->checked.file, "optimised");
  std::vector<std::string> without =
      workshop.run(plain, texts->session.sources, texts->checked.file, "plain");
  if (with.size() != optimised.expressions.size() + 2 * kept.size() ||
      without.size() != plain.expressions.size() + 2 * kept.size())
    return fail("templates", "not as many results as texts");
  with.erase(with.begin(), with.end() - static_cast<std::ptrdiff_t>(2 * kept.size()));
  without.erase(without.begin(), without.end() - static_cast<std::ptrdiff_t>(2 * kept.size()));
  int errors = 0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const std::string& expected = without[2 * i];
    errors += expected.starts_with("error") ? 1 : 0;
    if (with[2 * i] != expected) fail(kept[i].constant, "runs to " + expected + "\n  folded  " + with[2 * i]);
    if (with[2 * i + 1] != expected)
      fail(kept[i].inputs, "runs to " + with[2 * i + 1] + "\n  as constants " + expected);
    if (without[2 * i + 1] != expected)
      fail(kept[i].inputs, "runs unoptimised to " + without[2 * i + 1] + "\n  as constants " + expected);
  }
  std::printf("%zu templates, %d of them errors\n", kept.size(), errors);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto seed = static_cast<std::uint64_t>(std::atoll(argv[3]));
  std::optional<Workshop> workshop = fold::open_workshop();
  if (!workshop) return 1;
  expressions(*workshop, std::atoi(argv[1]), seed);
  templates(*workshop, std::atoi(argv[2]), seed);
  return fold::close_workshop(*workshop);
}
