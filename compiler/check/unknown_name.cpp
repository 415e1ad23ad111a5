// Finds names in expressions and texts that stand for nothing. Each is reported once, with the number of its
// uses.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "compiler/check/check.h"
#include "compiler/check/step_type.h"

namespace wfc::check {
namespace {

using dsl::BindingKind;
using dsl::Expr;

struct Unknown {
  Span span;
  int uses = 0;
};

class UnknownNames {
 public:
  UnknownNames(const Subject& in, diag::Report& report) : in_(in), workflow_(in.workflow), report_(report) {}

  void run() {
    for_each_expression(in_, [&](const Expr& expr, model::StepIndex step, std::string_view) {
      of_ = step;
      visit(expr);
    });
    for (const std::string_view name : order_) say(name, unknown_.at(name));
  }

 private:
  void visit(const Expr& expr) {
    for (const Expr& child : expr.children) visit(child);
    if (expr.kind == dsl::ExprKind::field) check_field(expr);
    if (expr.kind != dsl::ExprKind::name) return;
    if (expr.binding.kind == BindingKind::unknown) count(expr.text, expr.name_span);
  }

  // An input whose fields are known has no others; nor has a step.
  void check_field(const Expr& expr) {
    const Expr& of = expr.children[0];
    if (of.kind != dsl::ExprKind::name) return;
    if (of.binding.kind == BindingKind::step) {
      check_step_field(expr, type_of_step(workflow_.steps[of.binding.index]));
    } else if (of.binding.kind == BindingKind::result && of_ != model::none) {
      check_step_field(expr, type_of_result(workflow_.steps[of_]));
    } else if (of.binding.kind == BindingKind::input) {
      const std::vector<std::string>& fields = workflow_.inputs[of.binding.index].fields;
      if (fields.empty() || std::find(fields.begin(), fields.end(), expr.text) != fields.end()) return;
      count_field(expr, fields);
    }
  }

  void check_step_field(const Expr& expr, const expr::Type& step) {
    if (expr::has_open_fields(step)) return;
    std::vector<std::string> fields = expr::fields_of(step);
    if (std::find(fields.begin(), fields.end(), expr.text) != fields.end()) return;
    const std::string& whole = count_field(expr, fields);
    steps_.emplace(whole, step.work);
  }

  const std::string& count_field(const Expr& expr, std::vector<std::string> fields) {
    const std::string& whole = *texts_.insert(expr.children[0].text + "." + expr.text).first;
    fields_of_.emplace(whole, std::move(fields));
    count(whole, expr.name_span);
    return whole;
  }

  void count(std::string_view name, Span span) {
    const auto [entry, added] = unknown_.emplace(name, Unknown{span, 0});
    if (added) order_.push_back(name);
    entry->second.uses += 1;
  }

  diag::Draft add(std::string_view name, Span span) {
    if (const auto step = steps_.find(name); step != steps_.end()) {
      auto draft = report_.add(diag::unknown_name, span, diag::Noun::field, name);
      draft.label(std::string(verb_of(step->second)) + " has no such field");
      return draft;
    }
    auto draft = workflow_.texts_are_variables
                     ? report_.add(diag::unknown_variable, span, name)
                     : report_.add(diag::unknown_name, span, diag::Noun::variable, name);
    draft.label(workflow_.texts_are_variables ? "no output and no input of this name"
                                              : "nothing here is called that");
    return draft;
  }

  static std::string_view verb_of(wf::StepKind kind) {
    switch (kind) {
      case wf::StepKind::command:
        return "a `run` step";
      case wf::StepKind::deploy:
        return "a `deploy` step";
      case wf::StepKind::approve:
        return "an `approve` step";
      case wf::StepKind::check:
        return "a `check` step";
      default:
        return "this step";
    }
  }

  void say(std::string_view name, const Unknown& unknown) {
    auto draft = add(name, unknown.span);
    if (unknown.uses > 1) {
      const int more = unknown.uses - 1;
      draft.note("and " + std::to_string(more) + (more == 1 ? " more use" : " more uses"));
    }
    const std::string near = ++guesses_ > 100 ? std::string() : nearest(name);
    const bool field = fields_of_.contains(name);
    const std::string_view constant = field ? std::string_view() : constant_meant(name);
    if (!constant.empty()) {
      draft.did_you_mean(constant, unknown.span);
    } else if (const std::size_t dash = name.find('-');
               !field && dash != std::string_view::npos && knows(name.substr(0, dash))) {
      draft.help("`" + std::string(name) + "` is one name; to subtract, write `" +
                 std::string(name.substr(0, dash)) + " - " + std::string(name.substr(dash + 1)) + "`");
    } else if (!near.empty()) {
      draft.did_you_mean(near, unknown.span);
    } else if (steps_.contains(name)) {
      std::string all;
      for (const std::string& known : fields_of_.at(name)) all += (all.empty() ? "`" : ", `") + known + "`";
      draft.help("its fields are " + all + "; those of a JSON object it printed are under `output`");
    } else if (workflow_.may_be_defined && !field) {
      draft.help("give it a text with `--define " + std::string(name) + "=TEXT`, or name a step's output");
    }
  }

  // How other languages write constants.
  static std::string_view constant_meant(std::string_view name) {
    constexpr std::pair<std::string_view, std::string_view> written[] = {
        {"True", "true"}, {"TRUE", "true"}, {"False", "false"}, {"FALSE", "false"},
        {"None", "null"}, {"none", "null"}, {"nil", "null"},    {"Null", "null"}};
    for (const auto& [theirs, ours] : written)
      if (name == theirs) return ours;
    return {};
  }

  bool knows(std::string_view name) const {
    return std::any_of(workflow_.names.begin(), workflow_.names.end(),
                       [&](const model::Name& known) { return known.name == name; });
  }

  std::string nearest(std::string_view name) {
    const auto fields = fields_of_.find(name);
    if (fields != fields_of_.end()) return diag::closest(name.substr(name.rfind('.') + 1), fields->second);
    if (candidates_.empty())
      for (const model::Name& known : workflow_.names) candidates_.push_back(known.name);
    return diag::closest(name, candidates_);
  }

  const Subject& in_;
  const model::Workflow& workflow_;
  diag::Report& report_;
  std::unordered_map<std::string_view, Unknown> unknown_;
  std::vector<std::string_view> order_;
  std::unordered_set<std::string> texts_;
  std::unordered_map<std::string_view, std::vector<std::string>> fields_of_;
  std::unordered_map<std::string_view, wf::StepKind> steps_;  // Of the fields of steps: what the step does.
  std::vector<std::string> candidates_;
  int guesses_ = 0;
  model::StepIndex of_ = model::none;  // The step whose expression is looked at.
};

}  // namespace

void unknown_name(const Subject& in, diag::Report& report) {
  UnknownNames(in, report).run();
}

}  // namespace wfc::check
