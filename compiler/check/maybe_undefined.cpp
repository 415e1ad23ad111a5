// Finds values that may not be there when a step uses them: the step that gives them may have been passed
// over.
//
// Whether a value is needed depends on the text it stands in: what stands below `{% if x %}` is needed only
// where x holds, a truth test needs nothing, and `default` gives what is missing. Each producer is reported
// once, with the way that leads around it.
//
// Inputs that may be null and `feedback` have no value either, where nobody has said one. These are reported
// where they are printed and no condition on the way there looks at them.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "compiler/check/rewriting.h"
#include "compiler/expr/types.h"
#include "compiler/insight/paths.h"

namespace wfc::check {
namespace {

using dsl::BindingKind;
using dsl::ExprKind;
using expr::Expr;
using expr::NodeKind;
using expr::TemplateNode;
using insight::Conditions;
using insight::Missing;
using model::none;
using model::Step;
using model::StepIndex;

constexpr std::size_t uses_named_max = 3;

std::string quoted(const std::string& name) {
  return "`" + name + "`";
}

// What must hold, or must not, for a place in a text to be reached.
struct Guard {
  const Expr* condition;
  bool holds;
};

class Uses {
 public:
  Uses(const Subject& in, diag::Report& report)
      : in_(in),
        report_(report),
        workflow_(in.workflow),
        paths_(in.workflow, in.graph),
        unclear_(unclear_steps(in)),
        looked_at_(workflow_.inputs.size() + 1) {
    for (const model::Branch& branch : workflow_.branches) look_for(branch.condition);
    for (const Step& step : workflow_.steps) {
      if (step.when) look_for(*step.when);
      if (step.kind == wf::StepKind::check && step.condition) look_for(*step.condition);
    }
  }

  void run() {
    for (const StepIndex step : in_.graph.order())
      if (!unclear_[step]) look_at(step);
    say();
  }

  static bool needed(const model::Workflow& workflow) {
    const bool feedback =
        std::any_of(workflow.names.begin(), workflow.names.end(),
                    [](const model::Name& name) { return name.binding.kind == BindingKind::feedback; });
    if (feedback || std::any_of(workflow.inputs.begin(), workflow.inputs.end(), may_be_null)) return true;
    return std::any_of(workflow.steps.begin(), workflow.steps.end(), [](const Step& step) {
      return step.when || !step.reactions.empty() || step.branch != none || step.run_if == wf::RunIf::always;
    });
  }

 private:
  struct Use {
    StepIndex reader;
    Span span;
    bool printed;  // It is all that a `{{ }}` holds.
    Span text;     // In which it then stands.
  };
  struct Found {
    Missing missing;
    std::vector<Use> uses;
  };

  void look_at(StepIndex reader) {
    const Step& step = workflow_.steps[reader];
    reader_ = reader;
    guards_.clear();
    before_own_ = true;
    if (step.when) truth(*step.when);
    before_own_ = false;
    text(step.instructions);
    std::size_t earlier = 0;
    for (const model::Text& one : step.prompt) {
      if (one.when) truth(*one.when);
      if (one.when) guards_.push_back({&*one.when, true});
      text(one.text);
      if (one.when) guards_.back().holds = false;
      earlier += one.when ? 1 : 0;
    }
    guards_.resize(guards_.size() - earlier);
    if (step.condition) truth(*step.condition);
    for (const auto* values : {&step.env, &step.with}) {
      for (const model::NamedValue& one : *values) {
        if (one.value) value(*one.value);
        if (one.text) text(*one.text);
      }
    }
    text(step.inputs);
    text(step.folder);
    if (step.output_value) value(*step.output_value);
    if (step.gate && step.gate->message) text(*step.gate->message);
    if (step.extras) {
      for (const model::QualityGate& gate : step.extras->quality_gates)
        for (const model::Criterion& criterion : gate.criteria) truth(criterion.holds);
      for (const model::Artifact& artifact : step.extras->artifacts) text(artifact.from);
    }
    for (const model::Reaction& reaction : step.reactions) {
      if (reaction.condition) truth(*reaction.condition);
      if (reaction.when) truth(*reaction.when);
      text(reaction.text);
    }
  }

  // ------------------------------------------------------------------------------------- what may be null
  static bool may_be_null(const model::Input& input) {
    return input.nullable && (!input.default_value || input.default_value->kind == ExprKind::null);
  }
  // The place of an input or of `feedback` among these.
  std::optional<std::size_t> nullable(const Expr& name) const {
    if (name.binding.kind == BindingKind::feedback) return workflow_.inputs.size();
    if (name.binding.kind != BindingKind::input || !may_be_null(workflow_.inputs[name.binding.index]))
      return std::nullopt;
    return name.binding.index;
  }
  // Somebody asks about it: whether rightly, nobody asks here.
  void look_for(const Expr& condition) {
    if (condition.kind == ExprKind::name)
      if (const auto place = nullable(condition)) looked_at_[*place] = true;
    for (const Expr& child : condition.children) look_for(child);
  }
  bool asks_for(const Expr& condition, const Expr& name) const {
    if (condition.kind == ExprKind::name && condition.binding.kind == name.binding.kind &&
        condition.binding.index == name.binding.index)
      return true;
    return std::any_of(condition.children.begin(), condition.children.end(),
                       [&](const Expr& child) { return asks_for(child, name); });
  }
  void print_null(const Expr& path, const Expr& name, std::size_t place) {
    if (looked_at_[place] || nulls_said_.contains(place)) return;
    for (const Guard& guard : guards_)
      if (asks_for(*guard.condition, name)) return;
    nulls_said_.insert(place);
    const bool is_input = name.binding.kind == BindingKind::input;
    const std::string called = is_input ? workflow_.inputs[name.binding.index].name.value : "feedback";
    auto draft = report_.add(diag::maybe_undefined, path.span, called, workflow_.steps[reader_].id.value);
    draft.label("`null` cannot be printed");
    if (is_input)
      draft.severity(diag::Severity::warning)
          .note("it may be null", workflow_.inputs[name.binding.index].name.span);
    else
      draft.note("there is none before something goes back to this step");
    draft.help("say what stands there instead: `| default(value = \"\")`");
    const std::string nothing(2, quote_within(in_, text_));
    draft.fix("let nothing stand there", Span{path.span.file, path.span.end, path.span.end},
              " | default(value = " + nothing + ")",
              !is_input && workflow_.steps[reader_].kind == wf::StepKind::agent);
  }

  // -------------------------------------------------------------------------------- where values are needed
  void text(const wf::Boxed<expr::Template>& of) {
    if (of) text(*of);
  }
  void text(const expr::Template& of) {
    text_ = of.span;
    nodes(of.nodes);
  }

  void nodes(const std::vector<TemplateNode>& all) {
    for (const TemplateNode& node : all) {
      switch (node.kind) {
        case NodeKind::value:
          printed_ = true;
          value(node.expr);
          printed_ = false;
          break;
        case NodeKind::set:
          value(node.expr);
          break;
        case NodeKind::for_: {
          value(node.expr);
          for (const auto& body : node.block->bodies) nodes(body);
          break;
        }
        case NodeKind::if_: {
          const expr::TagBlock& block = *node.block;
          const std::size_t before = guards_.size();
          for (std::size_t i = 0; i < block.bodies.size(); ++i) {
            const bool guarded = i < block.conditions.size();
            if (guarded) truth(block.conditions[i]);
            if (guarded) guards_.push_back({&block.conditions[i], true});
            nodes(block.bodies[i]);
            if (guarded) guards_.back().holds = false;
          }
          guards_.resize(before);
          break;
        }
        case NodeKind::include:
          for (const auto& body : node.block->bodies) nodes(body);
          break;
        case NodeKind::text:
        case NodeKind::break_:
        case NodeKind::continue_:
        case NodeKind::begin:
          break;
      }
    }
  }

  static bool is_path(const Expr& of) {
    if (of.kind == ExprKind::name) return true;
    return (of.kind == ExprKind::field || of.kind == ExprKind::index) && is_path(of.children[0]);
  }

  // Asked only whether it is true: what has no value is not.
  void truth(const Expr& of) {
    switch (of.kind) {
      case ExprKind::not_:
        truth(of.children[0]);
        break;
      case ExprKind::and_:
      case ExprKind::or_:
        truth(of.children[0]);
        guards_.push_back({&of.children[0], of.kind == ExprKind::and_});
        truth(of.children[1]);
        guards_.pop_back();
        break;
      case ExprKind::name:
      case ExprKind::field:
      case ExprKind::index:
        places_in(of);
        break;
      default:
        value(of);
    }
  }

  // What stands in the brackets of a path is a value whatever becomes of the path.
  void places_in(const Expr& path) {
    if (path.kind == ExprKind::index) value(path.children[1]);
    if (path.kind == ExprKind::field || path.kind == ExprKind::index) {
      if (is_path(path.children[0])) return places_in(path.children[0]);
      value(path.children[0]);
    }
  }

  void value(const Expr& of) {
    switch (of.kind) {
      case ExprKind::and_:
      case ExprKind::or_:
      case ExprKind::not_:
        truth(of);
        return;
      case ExprKind::test:
      case ExprKind::not_test:
        if ((of.text == "defined" || of.text == "undefined") && is_path(of.children[0])) {
          places_in(of.children[0]);
          return;
        }
        break;
      case ExprKind::filter:
        if (of.text == "default" && is_path(of.children[0])) {
          places_in(of.children[0]);
          for (std::size_t i = 1; i < of.children.size(); ++i) unprinted(of.children[i]);
          return;
        }
        break;
      case ExprKind::name:
      case ExprKind::field:
      case ExprKind::index:
        if (!is_path(of)) break;
        places_in(of);
        use(of);
        return;
      default:
        break;
    }
    for (const Expr& child : of.children) unprinted(child);
  }

  void unprinted(const Expr& of) {
    const bool printed = std::exchange(printed_, false);
    value(of);
    printed_ = printed;
  }

  void use(const Expr& path) {
    const Expr* at = &path;
    const Expr* above = nullptr;
    while (at->kind != ExprKind::name) {
      above = at;
      at = &at->children[0];
    }
    const BindingKind kind = at->binding.kind;
    if (const auto place = nullable(*at); place && printed_) return print_null(path, *at, *place);
    if (kind != BindingKind::step && kind != BindingKind::output) return;
    if (kind == BindingKind::step && above && Conditions::is_common(*above)) return;
    const StepIndex producer = at->binding.index;
    if (producer == reader_ || unclear_[producer] || !in_.graph.precedes(producer, reader_)) return;
    if (above) read_failure(path, producer);
    if (surely_there(producer)) return;
    const auto known = found_.find(producer);
    if (known != found_.end() && known->second.missing.why != Missing::Why::failure &&
        known->second.uses.back().reader == reader_)
      return;
    paths_.begin();
    Conditions& conditions = paths_.conditions();
    insight::Conditions::Formula context = Conditions::always;
    for (const Guard& guard : guards_)
      context = conditions.both(context, guard.holds ? conditions.when_true(*guard.condition)
                                                     : conditions.when_false(*guard.condition));
    Missing missing = before_own_ ? paths_.missing_before(reader_, context, producer)
                                  : paths_.missing(reader_, context, producer);
    if (missing.why == Missing::Why::never) return;
    Found& found = found_[producer];
    const bool first = found.uses.empty();
    // A way without a failure is the worse one.
    if (first || (found.missing.why == Missing::Why::failure && missing.why != Missing::Why::failure)) {
      found.missing = std::move(missing);
      found.uses.insert(found.uses.begin(), {reader_, path.span, printed_, text_});
    } else if (found.uses.back().reader != reader_) {
      found.uses.push_back({reader_, path.span, printed_, text_});
    }
  }

  // The output of a step that has failed is what it printed, whatever was declared.
  void read_failure(const Expr& path, StepIndex producer) {
    const Step& from = workflow_.steps[producer];
    const bool has_parts = from.output_type == wf::ValueType::map || from.output_type == wf::ValueType::list;
    const bool goes_on =
        std::any_of(from.reactions.begin(), from.reactions.end(), [](const model::Reaction& of) {
          return of.response == model::Response::go_on && of.on != model::Outcome::holds;
        });
    if (!has_parts || !goes_on || failures_said_.contains(producer)) return;
    for (const Guard& guard : guards_)
      if (mentions(*guard.condition, producer)) return;
    if (!paths_.can_begin_after(reader_, producer, insight::failed)) return;
    failures_said_.insert(producer);
    report_.add(diag::maybe_undefined, path.span, from.id.value, workflow_.steps[reader_].id.value)
        .severity(diag::Severity::warning)
        .label("a part of its output is used here")
        .note("when " + quoted(from.id.value) +
                  " fails, the run goes on, and its output is the text it printed",
              from.id.span)
        .help("use it only where `" + from.id.value + ".ok`");
  }
  static bool mentions(const Expr& condition, StepIndex producer) {
    const BindingKind kind = condition.binding.kind;
    if (condition.kind == ExprKind::name && condition.binding.index == producer &&
        (kind == BindingKind::step || kind == BindingKind::output))
      return true;
    return std::any_of(condition.children.begin(), condition.children.end(),
                       [&](const Expr& child) { return mentions(child, producer); });
  }

  // Quickly, for most: no condition, or one that the reader shares.
  bool surely_there(StepIndex producer) {
    const Step& from = workflow_.steps[producer];
    const Step& to = workflow_.steps[reader_];
    if (!paths_.bound_to(producer, reader_)) return false;
    if (from.when) return false;
    if (from.branch == none) return true;
    std::uint32_t side = to.side;
    for (std::uint32_t at = to.branch; at != none;) {
      if (at == from.branch) return side == from.side;
      side = workflow_.branches[at].outer_side;
      at = workflow_.branches[at].outer < at ? workflow_.branches[at].outer : none;
    }
    return false;
  }

  // -------------------------------------------------------------------------------------------- what is said
  void say() {
    for (auto& [producer, found] : found_) {
      const Step& from = workflow_.steps[producer];
      const Use& use = found.uses[0];
      const Step& to = workflow_.steps[use.reader];
      auto draft = report_.add(diag::maybe_undefined, use.span, from.id.value, to.id.value);
      const bool failure = found.missing.why == Missing::Why::failure;
      if (failure) draft.severity(diag::Severity::warning);
      draft.label("its output is used here");
      say_way(draft, producer, found, to);
      for (std::size_t i = 1; i < found.uses.size() && i <= uses_named_max; ++i)
        draft.also(found.uses[i].span,
                   quoted(workflow_.steps[found.uses[i].reader].id.value) + " uses it, too");
      if (found.uses.size() > uses_named_max + 1)
        draft.note("and " + std::to_string(found.uses.size() - uses_named_max - 1) + " more uses");
      if (use.printed) {
        draft.help("say what stands there instead: `| default(value = \"\")`");
        const std::string nothing(2, quote_within(in_, use.text));
        // An agent reads over what is missing; a command may do something else without it. What runs after
        // a failure is often there to say so.
        draft.fix("let nothing stand there", Span{use.span.file, use.span.end, use.span.end},
                  " | default(value = " + nothing + ")", !failure && to.kind == wf::StepKind::agent);
      } else if (!from.when || from.run_if == wf::RunIf::always) {
        draft.help("use it only where " + quoted(from.id.value) + " has run");
      } else {
        draft.help("let " + quoted(to.id.value) + " have the condition of " + quoted(from.id.value) +
                   ", or give a default");
      }
    }
  }

  void say_way(diag::Draft& draft, StepIndex producer, const Found& found, const Step& to) {
    const Step& from = workflow_.steps[producer];
    std::string when;
    for (const auto& [name, value] : found.missing.example) {
      when += when.empty() ? ", for example with " : ", ";
      when += quoted(name) + (value.empty() ? " something else" : " = " + value);
    }
    const auto skipped = [&] {
      draft.path(from.when ? from.when->span : workflow_.branches[from.branch].span,
                 quoted(from.id.value) + " is skipped" +
                     (from.when ? " when this does not hold" : " on the other side of this `if`") + when);
    };
    switch (found.missing.why) {
      case Missing::Why::condition:
        skipped();
        break;
      case Missing::Why::stopped:
        draft.path(workflow_.steps[found.missing.by].id.span,
                   "when " + quoted(workflow_.steps[found.missing.by].id.value) +
                       " does not hold, what follows it is skipped, " + quoted(from.id.value) + " too");
        break;
      case Missing::Why::failure:
        if (found.missing.by != producer)
          draft.path(workflow_.steps[found.missing.by].id.span,
                     "when " + quoted(workflow_.steps[found.missing.by].id.value) + " fails, " +
                         quoted(from.id.value) + " is skipped");
        else
          skipped();
        break;
      case Missing::Why::never:
        break;
    }
    draft.path(to.id.span, quoted(to.id.value) +
                               (to.run_if == wf::RunIf::always ? " runs always" : " runs all the same"));
  }

  const Subject& in_;
  diag::Report& report_;
  const model::Workflow& workflow_;
  insight::Paths paths_;
  std::vector<char> unclear_;
  std::vector<Guard> guards_;
  std::map<StepIndex, Found> found_;
  std::vector<bool> looked_at_;  // By a condition on steps: inputs, then `feedback`.
  std::set<std::size_t> nulls_said_;
  std::set<StepIndex> failures_said_;
  StepIndex reader_ = none;
  bool printed_ = false;
  Span text_;                // The one that is being looked at.
  bool before_own_ = false;  // In the reader's own `when`.
};

}  // namespace

void maybe_undefined(const Subject& in, diag::Report& report) {
  if (Uses::needed(in.workflow)) Uses(in, report).run();
}

}  // namespace wfc::check
