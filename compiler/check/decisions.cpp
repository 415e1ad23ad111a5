// Finds decisions that do not decide what they seem to: ones that hang on the free text of an agent, ones
// that look for a part of a text where a member of a list is meant, and choices of which one is forgotten.
//
// A choice counts as handled where a condition names it. Only those are looked at that somebody goes through
// one by one: what two or more conditions of steps or `if`s compare, each for its own, and chains of `if`
// without an `else`. An input may well matter for some of its values only, so all but one have to be named.
#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include "compiler/check/check.h"
#include "compiler/expr/canonical.h"
#include "compiler/expr/types.h"

namespace wfc::check {
namespace {

using dsl::BindingKind;
using dsl::ExprKind;
using expr::Expr;
using expr::NodeKind;
using model::none;
using model::Step;
using model::StepIndex;

std::string quoted(const std::string& name) {
  return "`" + name + "`";
}

// What is compared, whatever letters and spaces are made of it.
const Expr& bare(const Expr& expr) {
  static constexpr std::string_view harmless[] = {"trim",       "lower",    "upper",
                                                  "trim_start", "trim_end", "default"};
  if (expr.kind != ExprKind::filter) return expr;
  const bool keeps = std::find(std::begin(harmless), std::end(harmless), expr.text) != std::end(harmless);
  return keeps ? bare(expr.children[0]) : expr;
}

class Decisions {
 public:
  Decisions(const Subject& in, diag::Report& report) : in_(in), report_(report), workflow_(in.workflow) {}

  void run() {
    for_each_expression(in_, [&](const Expr& expr, StepIndex step, std::string_view role) {
      if (step != none && workflow_.steps[step].broken) return;
      const bool decides = role == "when" || role == "check" || role == "branch" || role == "on" ||
                           role == "criterion" || role == "before";
      look(expr, step, decides);
    });
    choices_of_flow();
    for (StepIndex i = 0; i < workflow_.steps.size(); ++i)
      for (const model::Text& text : workflow_.steps[i].prompt) {
        choices_of_text(text.text.nodes);
        if (workflow_.steps[i].kind == wf::StepKind::command && !workflow_.steps[i].broken)
          decisions_of_text(text.text.nodes, i);
      }
  }

 private:
  // ------------------------------------------------------------------------------------------ free texts
  // The step whose whole answer, as free text, stands here.
  StepIndex free_text_of(const Expr& written, StepIndex own) const {
    const Expr& expr = bare(written);
    StepIndex step = none;
    // A step's name stands for its output.
    if (expr.kind == ExprKind::name &&
        (expr.binding.kind == BindingKind::output || expr.binding.kind == BindingKind::step))
      step = expr.binding.index;
    if (expr.kind == ExprKind::field && expr.text == "output" && expr.children[0].kind == ExprKind::name) {
      if (expr.children[0].binding.kind == BindingKind::step) step = expr.children[0].binding.index;
      if (expr.children[0].binding.kind == BindingKind::result) step = own;
    }
    if (step == none) return none;
    const Step& of = workflow_.steps[step];
    const bool free = of.kind == wf::StepKind::agent && !of.output_value &&
                      of.output_type == wf::ValueType::text && choices_of(of).empty();
    return free ? step : none;
  }

  static const std::vector<std::string>& choices_of(const Step& step) {
    static const std::vector<std::string> no_choices;
    // A router chooses among the steps that it leads to, each of which has its condition from it.
    const bool router = step.kind == wf::StepKind::join || step.kind == wf::StepKind::check;
    return step.extras && !router ? step.extras->output_choices : no_choices;
  }

  void look(const Expr& expr, StepIndex own, bool decides) {
    for (const Expr& child : expr.children) look(child, own, decides);
    switch (expr.kind) {
      case ExprKind::equal:
      case ExprKind::not_equal:
        if (!decides) return;
        if (expr.children[1].kind == ExprKind::text) say_free(expr.children[0], own);
        if (expr.children[0].kind == ExprKind::text) say_free(expr.children[1], own);
        return;
      case ExprKind::member:
      case ExprKind::not_member:
        if (decides && expr.children[0].kind == ExprKind::text &&
            !asks_for_field(expr.children[0].text, expr.children[1]))
          say_free(expr.children[1], own);
        if (decides && expr.children[1].kind == ExprKind::list) say_free(expr.children[0], own);
        check_member(expr.children[0], expr.children[1]);
        return;
      case ExprKind::test:
      case ExprKind::not_test:
        if (decides && expr.children.size() > 1 && asks_for_text(expr)) say_free(expr.children[0], own);
        return;
      default:
        return;
    }
  }

  // `step is containing("text")` and the like.
  bool asks_for_text(const Expr& expr) const {
    static constexpr std::string_view tests[] = {"containing", "starting_with", "ending_with", "matching"};
    const Expr& argument = expr.children[1];
    if (argument.kind != ExprKind::text ||
        std::find(std::begin(tests), std::end(tests), expr.text) == std::end(tests))
      return false;
    return expr.text != "containing" || !asks_for_field(argument.text, expr.children[0]);
  }

  // `"key" in step` asks whether a JSON answer has a field: for what looks like the name of one, unless the
  // agent was given the word and not a word about JSON.
  bool asks_for_field(const std::string& key, const Expr& of) const {
    if (of.kind != ExprKind::name || of.binding.kind != BindingKind::step) return false;
    const bool name = std::all_of(key.begin(), key.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!name) return false;
    std::string told;
    const Step& step = workflow_.steps[of.binding.index];
    const auto add = [&](const expr::Template& text) {
      for (const expr::TemplateNode& node : text.nodes) told += node.text + "\n";
    };
    for (const model::Text& text : step.prompt) add(text.text);
    if (step.instructions) add(*step.instructions);
    for (char& c : told) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return told.find("json") != std::string::npos || told.find(key) == std::string::npos;
  }

  // What a command does is decided by its tags, too.
  void decisions_of_text(const std::vector<expr::TemplateNode>& nodes, StepIndex own) {
    for (const expr::TemplateNode& node : nodes) {
      if (!node.block) continue;
      for (const auto& body : node.block->bodies) decisions_of_text(body, own);
      if (node.kind == NodeKind::if_)
        for (const Expr& condition : node.block->conditions) look(condition, own, true);
    }
  }

  void say_free(const Expr& expr, StepIndex own) {
    const StepIndex step = free_text_of(expr, own);
    if (step == none || !said_.insert(step).second) return;
    const Step& of = workflow_.steps[step];
    report_.add(diag::agent_text_as_decision, expr.span, of.id.value)
        .label("an agent may say the same in other words")
        .also(of.id.span, "it answers as it likes")
        .help(workflow_.one_space
                  ? "let it answer with one of some words: `output verdict: \"BUG\" | \"FEATURE\"`"
                  : "let it answer with a JSON object, and compare a field of it");
  }

  // --------------------------------------------------------------------------------- parts instead of
  // members `env in "dev,prod"` holds for `d`, too.
  void check_member(const Expr& item, const Expr& whole) {
    if (whole.kind != ExprKind::text || item.kind == ExprKind::text) return;
    std::vector<std::string> parts;
    std::string part;
    bool separated = false;
    for (const char c : whole.text + ",") {
      if (c == ',' || c == ';' || c == '|') {
        separated = separated || !parts.empty();
        const std::size_t begin = part.find_first_not_of(' '), end = part.find_last_not_of(' ');
        if (begin != std::string::npos) parts.push_back(part.substr(begin, end - begin + 1));
        part.clear();
      } else {
        part += c;
      }
    }
    if (parts.size() < 2) return;
    // In the quotes that the text has: others may stand around all of it.
    const std::string_view written = in_.sources ? in_.sources->text(whole.span) : std::string_view();
    const char quote = written.starts_with('\'') ? '\'' : '"';
    std::string list;
    for (const std::string& one : parts) list += (list.empty() ? "[" : ", ") + (quote + one) + quote;
    list += "]";
    auto draft = report_.add(diag::unsound_contains, whole.span);
    draft.label("`" + parts[0].substr(0, 1) + "` is in it, too").help("write `" + list + "`");
    if (written.size() > 1 && written[0] == quote && written.back() == quote)
      draft.fix("write a list", whole.span, list);
  }

  // ------------------------------------------------------------------------------------- forgotten choices
  struct Handled {
    const std::vector<std::string>* choices = nullptr;
    std::vector<std::string> named;
    std::set<std::vector<std::string>> conditions;  // What each of them names.
    Span last;
    std::string shown;
    bool otherwise = false;  // Something takes whatever is left.
  };

  const std::vector<std::string>* choices_at(const Expr& expr) const {
    if (expr.kind == ExprKind::name && expr.binding.kind == BindingKind::input) {
      const model::Input& input = workflow_.inputs[expr.binding.index];
      return input.choices.empty() ? nullptr : &input.choices;
    }
    const Expr* step = expr.kind == ExprKind::name ? &expr : nullptr;
    if (expr.kind == ExprKind::field && expr.text == "output" && expr.children[0].kind == ExprKind::name)
      step = &expr.children[0];
    if (step == nullptr) return nullptr;
    const bool output = step->binding.kind == BindingKind::output;
    if (!output && (step == &expr || step->binding.kind != BindingKind::step)) return nullptr;
    const std::vector<std::string>& choices = choices_of(workflow_.steps[step->binding.index]);
    return choices.empty() ? nullptr : &choices;
  }

  // Adds what a condition names, if it does nothing but name: `v == "a"`, `v == "a" or v == "b"`,
  // `v in ["a", "b"]`. Empty: it does not; `all`: everything that it asks about is then left alone.
  const Expr* named_by(const Expr& condition, std::vector<std::string>& named) const {
    if (condition.kind == ExprKind::or_) {
      const Expr* left = named_by(condition.children[0], named);
      const Expr* right = named_by(condition.children[1], named);
      const bool same = left && right && expr::canonical(*left) == expr::canonical(*right);
      return same ? left : nullptr;
    }
    if (condition.kind == ExprKind::equal && condition.children[1].kind == ExprKind::text &&
        choices_at(condition.children[0])) {
      named.push_back(condition.children[1].text);
      return &condition.children[0];
    }
    if (condition.kind == ExprKind::member && condition.children[1].kind == ExprKind::list &&
        choices_at(condition.children[0])) {
      for (const Expr& one : condition.children[1].children)
        if (one.kind == ExprKind::text) named.push_back(one.text);
      return &condition.children[0];
    }
    return nullptr;
  }

  // False: the condition is of another kind.
  bool add(const Expr& condition, std::map<std::string, Handled>& all) const {
    std::vector<std::string> named;
    const Expr* subject = named_by(condition, named);
    if (subject == nullptr) return false;
    Handled& handled = all[expr::canonical(*subject)];
    handled.choices = choices_at(*subject);
    handled.named.insert(handled.named.end(), named.begin(), named.end());
    std::sort(named.begin(), named.end());
    handled.conditions.insert(std::move(named));
    handled.last = condition.span;
    handled.shown = subject->kind == ExprKind::name ? subject->text : subject->children[0].text;
    return true;
  }

  void leave_alone(const Expr& condition, std::map<std::string, Handled>& all) const {
    if (choices_at(condition)) all[expr::canonical(condition)].otherwise = true;
    for (const Expr& child : condition.children) leave_alone(child, all);
  }

  static std::vector<std::string> forgotten(const Handled& handled) {
    std::vector<std::string> missing;
    for (const std::string& choice : *handled.choices)
      if (std::find(handled.named.begin(), handled.named.end(), choice) == handled.named.end())
        missing.push_back(choice);
    return missing;
  }

  void say_forgotten(const Handled& handled) {
    if (handled.choices == nullptr || handled.otherwise || handled.conditions.size() < 2) return;
    const std::vector<std::string> missing = forgotten(handled);
    if (missing.empty()) return;
    std::string all;
    for (const std::string& choice : missing) all += (all.empty() ? "" : " and ") + quoted(choice);
    report_.add(diag::non_exhaustive, handled.last, all)
        .label("the others of " + quoted(handled.shown) + " are handled")
        .help("say what happens then, if only with an `else`");
  }

  // `if ... else if ...`: all conditions of each, and whether an `else` takes what is left.
  struct Chain {
    std::vector<const Expr*> conditions;
    bool otherwise = false;
  };
  std::vector<Chain> chains_of_branches() const {
    const std::vector<model::Branch>& branches = workflow_.branches;
    std::vector<char> has_else(branches.size(), 0);
    std::vector<std::uint32_t> next(branches.size(), none);
    for (const Step& step : workflow_.steps)
      if (step.branch != none && step.side == 0) has_else[step.branch] = 1;
    for (std::uint32_t b = 0; b < branches.size(); ++b)
      if (branches[b].outer < b && branches[b].outer_side == 0) {
        if (next[branches[b].outer] != none) has_else[branches[b].outer] = 1;
        next[branches[b].outer] = b;
      }
    std::vector<Chain> chains;
    for (std::uint32_t b = 0; b < branches.size(); ++b) {
      if (branches[b].outer != none && branches[b].outer_side == 0) continue;
      Chain& chain = chains.emplace_back();
      for (std::uint32_t at = b; at != none; at = next[at]) {
        chain.conditions.push_back(&branches[at].condition);
        chain.otherwise = chain.otherwise || has_else[at];
      }
    }
    return chains;
  }

  // What steps and `if`s ask for, each for its own; then what a single chain of `if`s goes through.
  void choices_of_flow() {
    std::map<std::string, Handled> all;
    for (const Step& step : workflow_.steps) {
      if (!step.when || step.broken) continue;
      if (!add(*step.when, all)) leave_alone(*step.when, all);
    }
    const std::vector<Chain> chains = chains_of_branches();
    for (const Chain& chain : chains)
      for (const Expr* condition : chain.conditions)
        if (chain.otherwise || !add(*condition, all)) leave_alone(*condition, all);
    std::unordered_set<std::string> complete;
    for (const auto& [key, handled] : all) {
      if (handled.choices == nullptr || handled.otherwise) continue;
      const bool input = std::any_of(workflow_.inputs.begin(), workflow_.inputs.end(),
                                     [&](const auto& of) { return handled.choices == &of.choices; });
      if (input && forgotten(handled).size() > 1) continue;
      say_forgotten(handled);
      complete.insert(key);
    }
    for (const Chain& chain : chains) {
      std::map<std::string, Handled> own;
      const bool plain = std::all_of(chain.conditions.begin(), chain.conditions.end(),
                                     [&](const Expr* condition) { return add(*condition, own); });
      if (!plain || chain.otherwise || own.size() != 1 || complete.contains(own.begin()->first)) continue;
      say_forgotten(own.begin()->second);
    }
  }

  void choices_of_text(const std::vector<expr::TemplateNode>& nodes) {
    for (const expr::TemplateNode& node : nodes) {
      if (!node.block) continue;
      const expr::TagBlock& block = *node.block;
      for (const auto& body : block.bodies) choices_of_text(body);
      if (node.kind != NodeKind::if_ || block.bodies.size() != block.conditions.size()) continue;
      std::map<std::string, Handled> all;
      bool otherwise = false;
      for (const Expr& condition : block.conditions) otherwise = !add(condition, all) || otherwise;
      if (!otherwise && all.size() == 1) say_forgotten(all.begin()->second);
    }
  }

  const Subject& in_;
  diag::Report& report_;
  const model::Workflow& workflow_;
  std::unordered_set<StepIndex> said_;
};

}  // namespace

void decisions(const Subject& in, diag::Report& report) {
  Decisions(in, report).run();
}

}  // namespace wfc::check
