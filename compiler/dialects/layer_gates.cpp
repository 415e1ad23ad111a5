// Gates: criteria over what a phase left, and what is done when they do not hold.
#include "compiler/dialects/layer_gates.h"

#include <algorithm>

#include "compiler/dialects/comparison.h"
#include "compiler/dialects/phrase.h"

namespace wfc::dialects {

using dsl::BindingKind;
using dsl::Expr;
using dsl::ExprKind;
using model::Outcome;
using model::Reaction;
using model::Response;

namespace {

constexpr std::string_view versions[] = {"1"};
constexpr std::string_view severities[] = {"blocker", "warning"};
constexpr std::string_view answers[] = {"retry", "patch", "escalate", "log"};
constexpr std::string_view strategies[] = {"rebuild", "rebuild_and_retest", "redocument", "resolve_conflicts",
                                           "resolve-test"};
constexpr std::string_view healing_strategies[] = {
    "retry", "patch", "rebuild", "rebuild_and_retest", "redocument", "resolve_conflicts", "resolve-test"};
constexpr std::string_view handlers[] = {"human", "auto_close", "fallback_workflow"};
constexpr std::string_view after_exhaustion[] = {"escalate"};
constexpr std::string_view passes[] = {"proceed_to_next_phase"};
constexpr std::string_view fails[] = {"escalate_to_human", "escalate", "retry", "patch", "log"};
constexpr std::string_view conditions[] = {"checks", "assertions"};

constexpr std::uint32_t repeats_default = 3;
constexpr double repeats_max = 4294967295.0;
// Of a gate that looks before its phase: so many phases before it are asked.
constexpr std::size_t asked_max = 8;
// Of all gates of a definition: each becomes a piece of the program.
constexpr std::size_t criteria_max = 5000;

constexpr Key pass_keys[] = {{.name = "action", .shape = Shape::choice, .choices = passes}};
constexpr Object pass_object = {.noun = "`pass`", .keys = pass_keys};
constexpr Key fail_keys[] = {
    {.name = "action", .shape = Shape::choice, .required = true, .choices = fails},
    {.name = "reason"},
};
constexpr Object fail_object = {.noun = "`fail`", .keys = fail_keys};
constexpr Key escalation_keys[] = {
    {.name = "after_retries_exhausted", .shape = Shape::choice, .choices = handlers},
    {.name = "target", .shape = Shape::choice, .choices = handlers},
    {.name = "message"},
    {.name = "context", .shape = Shape::texts},
};
constexpr Object escalation_object = {.noun = "the `escalation` of a gate", .keys = escalation_keys};
constexpr Key gate_keys[] = {
    {.name = "gate"},
    {.name = "name"},
    {.name = "description"},
    {.name = "version", .shape = Shape::choice, .choices = versions},
    {.name = "trigger"},
    {.name = "severity", .shape = Shape::choice, .choices = severities},
    {.name = "criteria", .shape = Shape::any, .elsewhere = conditions},
    {.name = "on_fail", .shape = Shape::choice, .choices = answers},
    {.name = "on_exhaust", .shape = Shape::choice, .choices = after_exhaustion},
    {.name = "max_retries", .shape = Shape::integer, .max = repeats_max},
    {.name = "retry_strategy", .shape = Shape::choice, .choices = strategies},
    {.name = "stop_on_no_progress", .shape = Shape::boolean},
    {.name = "notify", .shape = Shape::any},
    {.name = "escalation", .shape = Shape::map},
    {.name = "pass", .shape = Shape::map},
    {.name = "fail", .shape = Shape::map},
};
constexpr Object gate_object = {.noun = "a gate", .keys = gate_keys};
constexpr Key inline_keys[] = {{.name = "inline", .shape = Shape::map, .required = true}};
constexpr Object inline_object = {.noun = "a gate", .keys = inline_keys};
constexpr Key healing_keys[] = {
    {.name = "strategy", .shape = Shape::choice, .required = true, .choices = healing_strategies},
    {.name = "prompt"},
    {.name = "plan_prompt"},
    {.name = "build_prompt"},
    {.name = "test_prompt"},
    {.name = "max_retries", .shape = Shape::integer, .max = repeats_max},
    {.name = "stop_on_no_progress", .shape = Shape::boolean},
};
constexpr Object healing_object = {.noun = "`healing`", .keys = healing_keys};

bool is_gate_key(std::string_view key) {
  return std::any_of(std::begin(gate_keys), std::end(gate_keys),
                     [&](const Key& known) { return known.name == key; });
}

Expr integer_constant(std::int64_t number, Span span) {
  Expr expr;
  expr.kind = ExprKind::integer;
  expr.number = number;
  expr.span = span;
  return expr;
}

Expr boolean_constant(bool value, Span span) {
  Expr expr;
  expr.kind = ExprKind::boolean;
  expr.number = value ? 1 : 0;
  expr.span = span;
  return expr;
}

// A number that a criterion speaks of: the field `coverage` of `coverage_minimum`, at least.
struct Bound {
  std::string field;
  ExprKind kind = ExprKind::equal;
};

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

// The words of `max_test_duration` and of `maxTestDuration`, as stretches of the name.
std::vector<std::string_view> words_of(std::string_view name) {
  std::vector<std::string_view> words;
  std::size_t begin = 0;
  for (std::size_t i = 1; i <= name.size(); ++i) {
    const bool end =
        i == name.size() || name[i] == '_' || name[i] == '-' || (is_upper(name[i]) && !is_upper(name[i - 1]));
    if (!end) continue;
    if (i > begin) words.push_back(name.substr(begin, i - begin));
    begin = i < name.size() && !is_upper(name[i]) ? i + 1 : i;
  }
  return words;
}

std::string lower_case(std::string_view word) {
  std::string lower(word);
  for (char& c : lower)
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

Bound bound_of(std::string_view name) {
  Bound made{std::string(name), ExprKind::equal};
  for (const std::string_view word : words_of(name)) {
    const std::string lower = lower_case(word);
    const bool least = lower == "min" || lower == "minimum";
    if (!least && lower != "max" && lower != "maximum") continue;
    made.kind = least ? ExprKind::greater_equal : ExprKind::less_equal;
    const auto at = static_cast<std::size_t>(word.data() - name.data());
    std::string_view before = name.substr(0, at);
    std::string_view after = name.substr(at + word.size());
    while (!before.empty() && (before.back() == '_' || before.back() == '-')) before.remove_suffix(1);
    if (before.empty())
      while (!after.empty() && (after.front() == '_' || after.front() == '-')) after.remove_prefix(1);
    const std::string rest = std::string(before) + std::string(after);
    if (rest.empty()) return made;
    made.field = rest;
    if (before.empty() && is_upper(made.field[0])) made.field[0] = lower_case(made.field.substr(0, 1))[0];
    return made;
  }
  return made;
}

std::string sign_of(ExprKind kind) {
  return kind == ExprKind::greater_equal ? " >= " : kind == ExprKind::less_equal ? " <= " : " == ";
}

}  // namespace

// ------------------------------------------------------------------------------------------------ criteria
// Of all phases: those of a definition that answers to many issues are many.
std::vector<const Phase*> LayerGates::earlier(const GateUse& use) const {
  if (use.earlier) return use.earlier(asked_max);
  std::vector<const Phase*> asked;
  for (auto phase = layer_.phases.rbegin(); phase != layer_.phases.rend() && asked.size() < asked_max;
       ++phase)
    if (phase->place < use.phase->place) asked.push_back(&*phase);
  return asked;
}

// A word that every result has, and whatever a step that is no agent prints, is looked for below its output.
bool LayerGates::is_below_output(const Phase& phase, std::string_view name) {
  return !phase.open || Layer::is_own_field(name);
}

// What the phase's answer says under a name; of a gate that looks before its phase, what the answers say that
// there are, the latest first. Null: nothing.
Expr LayerGates::field(std::string_view name, Span span) {
  if (!before_ && is_below_output(*phase_, name))
    return or_else(field_of(field_of(bound("result", span, BindingKind::result), "output", span), name, span),
                   null_constant(span), span);
  if (!before_) return layer_.result_field(name, span);
  Expr value = null_constant(span);
  for (auto phase = asked_.rbegin(); phase != asked_.rend(); ++phase) {
    Expr answer = bound((*phase)->name.value, span, BindingKind::step, (*phase)->step);
    if (!(*phase)->open) answer = field_of(std::move(answer), "output", span);
    value = or_else(field_of(std::move(answer), name, span), std::move(value), span);
  }
  return value;
}

// Only of an answer that is JSON.
Expr LayerGates::guarded(std::string_view name, Span span, Expr holds) {
  if (before_ || !is_below_output(*phase_, name)) return holds;
  Expr json =
      tested(true, field_of(bound("result", span, BindingKind::result), "output", span), "object", span);
  return joined(ExprKind::and_, std::move(json), std::move(holds), span);
}

LayerGates::Assertion LayerGates::truth(const yaml::Entry& entry, bool value) {
  const Span span = entry.key_span;
  const std::string_view name = entry.key;
  std::string text = std::string(name) + " == " + (value ? "true" : "false");
  const Expr own = field(name, span);
  Expr equal = joined(ExprKind::equal, own, boolean_constant(value, span), span);
  if (value && name.starts_with("has_")) return {guarded(name, span, own), std::string(name), entry.key_span};
  constexpr std::string_view no = "no_";
  if (!value || !name.starts_with(no) || name.size() == no.size())
    return {guarded(name, span, std::move(equal)), std::move(text), span};
  // `no_blockers` of an answer that lists its `blockers`.
  const std::string_view what = name.substr(no.size());
  const Expr listed = field(what, span);
  Expr silent = joined(ExprKind::equal, own, null_constant(span), span);
  Expr there = joined(ExprKind::not_equal, listed, null_constant(span), span);
  Expr none;
  none.kind = ExprKind::not_;
  none.span = span;
  none.children.push_back(listed);
  Expr empty = joined(ExprKind::and_, std::move(there), std::move(none), span);
  empty = guarded(what, span, joined(ExprKind::and_, std::move(silent), std::move(empty), span));
  return {joined(ExprKind::or_, std::move(equal), std::move(empty), span), std::move(text), span};
}

// A list counts as the number of its entries.
LayerGates::Assertion LayerGates::number(const yaml::Entry& entry, Expr value) {
  const Span span = entry.key_span;
  const Bound bound = bound_of(entry.key);
  Expr own = field(bound.field, span);
  if (bound.field != entry.key) own = or_else(std::move(own), field(entry.key, span), span);
  // `default` gives the other for null, too.
  Expr is_number = tested(true, own, "number", span);
  Expr is_list = tested(true, own, "iterable", span);
  Expr compared = joined(bound.kind, own, value, span);
  Expr counted = joined(bound.kind, filtered(own, "length", span), std::move(value), span);
  Expr as_number = joined(ExprKind::and_, std::move(is_number), std::move(compared), span);
  Expr as_list = joined(ExprKind::and_, std::move(is_list), std::move(counted), span);
  Expr holds = joined(ExprKind::or_, std::move(as_number), std::move(as_list), span);
  return {guarded(bound.field, span, std::move(holds)),
          bound.field + sign_of(bound.kind) + std::string(entry.value->text), span};
}

std::optional<LayerGates::Assertion> LayerGates::one(const yaml::Entry& entry) {
  diag::Report& report = layer_.reader.report;
  const yaml::Node& value = *entry.value;
  const Span span = entry.key_span;
  if (++criteria_ > criteria_max) {
    if (criteria_ == criteria_max + 1)
      report.add(diag::text_too_large, span, "the list of all criteria",
                 std::to_string(criteria_max) + " criteria");
    return std::nullopt;
  }
  if (entry.key == "any_of") return any_of(entry);
  if (entry.key == "all_of") return all_together(value, span);
  if (value.broken && value.is_null()) return std::nullopt;
  if (entry.key.empty()) {
    report.add(diag::bad_identifier, span, entry.key, "the name of a criterion");
    return std::nullopt;
  }
  if (!value.is_scalar() || yaml::is_no_value(value)) {
    auto draft = report.add(diag::wrong_shape, value.is_scalar() ? value.span : span,
                            "the criterion " + in_ticks(entry.key), "`true`, `false`, a number or a text");
    draft.did_you_mean(diag::closest(entry.key, {"any_of", "all_of"}), span);
    return std::nullopt;
  }
  if (!is_certain(value, report)) return std::nullopt;
  if (const std::optional<bool> flag = yaml::as_bool(value)) return truth(entry, *flag);
  if (const std::optional<std::int64_t> whole = yaml::as_integer(value))
    return number(entry, integer_constant(*whole, value.span));
  if (const std::optional<double> real = yaml::as_number(value)) {
    Expr constant;
    constant.kind = ExprKind::real;
    constant.real = *real;
    constant.span = value.span;
    return number(entry, std::move(constant));
  }
  if (bound_of(entry.key).kind != ExprKind::equal) {
    report.add(diag::wrong_shape, value.span, in_ticks(entry.key), "a number").label("this is a text");
    return std::nullopt;
  }
  return Assertion{
      guarded(entry.key, span,
              joined(ExprKind::equal, field(entry.key, span), text_constant(value.text, value.span), span)),
      std::string(entry.key) + " == \"" + std::string(value.text) + "\"", span};
}

// Of a mapping every entry, of a list those of every mapping in it.
std::vector<LayerGates::Assertion> LayerGates::all_of(const yaml::Node& node) {
  std::vector<Assertion> all;
  if (node.is_mapping()) {
    for (const yaml::Entry& entry : node.entries)
      if (std::optional<Assertion> made = one(entry)) all.push_back(std::move(*made));
  } else if (node.is_sequence()) {
    for (const yaml::Node* item : node.items) {
      std::vector<Assertion> more = all_of(*item);
      std::move(more.begin(), more.end(), std::back_inserter(all));
    }
  } else if (!node.broken) {
    layer_.reader.report.add(diag::wrong_shape, node.span, "criteria",
                             "a mapping of fields to what they must be, or a list of such");
  }
  return all;
}

std::optional<LayerGates::Assertion> LayerGates::all_together(const yaml::Node& node, Span span) {
  std::vector<Assertion> parts = all_of(node);
  if (parts.empty()) {
    const bool written =
        (node.is_mapping() && node.entries.empty()) || (node.is_sequence() && node.items.empty());
    if (written) layer_.reader.report.add(diag::empty_collection, node.span, "this list of criteria");
    return std::nullopt;
  }
  Assertion made;
  made.span = span;
  std::vector<Expr> all;
  for (Assertion& part : parts) {
    made.text += (made.text.empty() ? "" : " and ") + part.text;
    all.push_back(std::move(part.holds));
  }
  made.holds = chained(ExprKind::and_, all);
  return made;
}

std::optional<LayerGates::Assertion> LayerGates::any_of(const yaml::Entry& entry) {
  const yaml::Node& node = *entry.value;
  Assertion made;
  made.span = entry.key_span;
  std::vector<Expr> any;
  const auto add = [&](std::optional<Assertion> part) {
    if (!part) return;
    made.text += (made.text.empty() ? "(" : ") or (") + part->text;
    any.push_back(std::move(part->holds));
  };
  if (node.is_sequence()) {
    for (const yaml::Node* item : node.items) add(all_together(*item, item->span));
  } else if (node.is_mapping()) {
    for (const yaml::Entry& one_of : node.entries) add(one(one_of));
  } else if (!node.broken) {
    layer_.reader.report.add(diag::wrong_shape, entry.key_span, "`any_of`", "a list of criteria");
    return std::nullopt;
  }
  if (node.items.empty() && node.entries.empty() && !node.broken)
    layer_.reader.report.add(diag::empty_collection, entry.key_span, "`any_of`")
        .label("nothing could ever hold");
  if (any.empty()) return std::nullopt;
  made.text += ")";
  made.holds = chained(ExprKind::or_, any);
  return made;
}

// --------------------------------------------------------------------------------------------------- gates
void LayerGates::read(const yaml::Node& node, const GateUse& use) {
  if (node.is_scalar() && !yaml::is_no_value(node))
    return read_file({std::string(node.text), node.span}, use);
  if (node.is_sequence()) {
    for (const yaml::Node* item : node.items) {
      if (item->is_sequence() || item->is_null()) {
        layer_.reader.report.add(diag::wrong_shape, item->span, "a gate", "a file's name or a mapping");
      } else {
        read(*item, use);
      }
    }
    return;
  }
  if (!node.is_mapping()) {
    if (!node.broken)
      layer_.reader.report.add(diag::wrong_shape, use.binding.span, in_ticks(use.binding.value),
                               "a file's name or a gate");
    use.step->broken = true;
    return;
  }
  if (node.has("inline")) {
    const Fields fields(layer_.reader, node, inline_object);
    if (const yaml::Node* gate = fields.find("inline")) read_gate(*gate, nullptr, use);
    return;
  }
  if (node.has("criteria")) return read_gate(node, nullptr, use);
  // Criteria stand among the fields of the gate.
  yaml::Node gate = node, criteria = node;
  gate.index = criteria.index = nullptr;
  std::vector<yaml::Entry> own, others;
  for (const yaml::Entry& entry : node.entries)
    (is_gate_key(entry.key) || entry.key.starts_with("x-") ? own : others).push_back(entry);
  gate.entries = own;
  criteria.entries = others;
  read_gate(gate, &criteria, use);
}

void LayerGates::read_file(const Located<std::string>& name, const GateUse& use) {
  if (const yaml::Node* root = layer_.document(name)) {
    read_gate(*root, nullptr, use);
  } else {
    use.step->broken = true;
  }
}

bool LayerGates::is_before(const Fields& fields, const GateUse& use) {
  diag::Report& report = layer_.reader.report;
  const yaml::Node* trigger = fields.find("trigger");
  const bool before = use.before.value_or(false);
  if (!trigger) return before;
  const auto [phase, says_before] = moment_of(trigger->text);
  if (phase.empty()) {
    report.add(diag::wrong_shape, trigger->span, "`trigger`",
               "`after-` or `before-` and the name of a phase");
    return before;
  }
  const bool other = phase != use.phase->name.value;
  // A gate that was written for another workflow may be used in this one.
  if (other && !layer_.of_steps && !layer_.find(phase)) {
    layer_.unknown_phase(
        phase, part_of(trigger->span, trigger->text, trigger->text.size() - phase.size(), phase.size()));
    return before;
  }
  if (other || (use.before && *use.before != says_before))
    report.add(diag::no_effect, fields.key_span("trigger"), "trigger")
        .label("this gate is used elsewhere")
        .also(use.binding.span, "here it is looked at");
  return other || use.before ? before : says_before;
}

void LayerGates::read_gate(const yaml::Node& node, const yaml::Node* criteria, const GateUse& use) {
  const Fields fields(layer_.reader, node, gate_object);
  if (!node.is_mapping()) return;
  model::QualityGate gate;
  gate.span = use.binding.span;
  if (const yaml::Node* name = fields.find(fields.written("gate") ? "gate" : "name"))
    gate.name = {std::string(name->text), name->span};
  if (gate.name.value.empty()) gate.name = use.binding;
  gate.before = before_ = is_before(fields, use);
  phase_ = use.phase;
  if (before_) asked_ = earlier(use);
  if (!criteria) criteria = fields.find("criteria");
  if (!criteria) {
    if (!fields.written("criteria"))
      layer_.reader.report.add(diag::missing_setting, fields.anchor(), "a gate", "criteria")
          .label("`criteria` is missing here");
  } else {
    read_criteria(*criteria, use, gate);
  }
  layer_.no_effect(fields, "notify", "what a gate finds is reported in any case");
  read_answer(fields, gate, use);
  if (gate.criteria.empty()) return;
  model::Extras& extras = use.step->extras ? *use.step->extras : use.step->extras.emplace();
  extras.quality_gates.push_back(std::move(gate));
}

void LayerGates::read_criteria(const yaml::Node& node, const GateUse& use, model::QualityGate& gate) {
  std::vector<Assertion> all = all_of(node);
  const bool written = node.is_mapping() || node.is_sequence();
  if (written && node.entries.empty() && node.items.empty() && !node.broken)
    layer_.reader.report.add(diag::empty_collection, gate.span, "`criteria`")
        .label("nothing is asked of " + in_ticks(use.phase->name.value));
  std::string who;
  for (const std::string_view type : use.types.names) who += (who.empty() ? "" : ", ") + std::string(type);
  for (Assertion& part : all) {
    if (!gate.before) use.phase->asked.push_back(part.text);
    model::Criterion criterion{std::move(part.holds), std::move(part.text), part.span};
    if (!who.empty()) {
      Types others = use.types;
      others.holds = !others.holds;
      criterion.holds = joined(ExprKind::or_, *layer_.is_type(others, *use.phase, part.span),
                               std::move(criterion.holds), part.span);
      criterion.text += (use.types.holds ? ", of " : ", not of ") + who;
    }
    gate.criteria.push_back(std::move(criterion));
  }
}

// What is done when a criterion does not hold. What the gate says of people is for when nothing else is left:
// after the loops.
void LayerGates::read_answer(const Fields& fields, model::QualityGate& gate, const GateUse& use) {
  diag::Report& report = layer_.reader.report;
  gate.blocks = fields.text("severity") != "warning";
  std::string answer = fields.text("on_fail");
  Span at = fields.key_span("on_fail");
  Reaction escalate = on_fail(Response::escalate, at);
  bool told = false;
  if (const yaml::Node* pass = fields.find("pass")) const Fields checked(layer_.reader, *pass, pass_object);
  if (const yaml::Node* fail = fields.find("fail")) {
    const Fields said(layer_.reader, *fail, fail_object);
    if (fields.written("on_fail")) {
      report.add(diag::exclusive_settings, fields.key_span("fail"), "on_fail", "fail")
          .label("the same a second time")
          .also(at, "first here");
    } else {
      answer = said.text("action");
      at = said.key_span("action");
      if (answer == "escalate_to_human") answer = "escalate";
    }
    if (const yaml::Node* reason = said.find("reason")) {
      escalate.text = message(*reason, 0);
      told = true;
    }
  }
  const std::optional<std::int64_t> written = fields.integer("max_retries");
  if (answer.empty() && written.value_or(0) > 0) answer = "retry";
  const bool repeats = answer == "retry" || answer == "patch";
  const auto max = static_cast<std::uint32_t>(repeats ? written.value_or(repeats_default) : 0);
  if (repeats) {
    const Repeats how = {.patch = answer == "patch",
                         .strategy = fields.located("retry_strategy"),
                         .max = {max, fields.key_span("max_retries")},
                         .stop_on_no_progress = fields.boolean("stop_on_no_progress", false),
                         .span = at};
    if (std::optional<Reaction> made = repeated(how, *use.phase)) gate.reactions.push_back(std::move(*made));
  } else if (fields.find("on_fail") || !fields.written("on_fail")) {
    if (written.value_or(0) > 0) {
      layer_.no_effect(fields, "max_retries", in_ticks(answer) + " repeats nothing");
      layer_.no_effect(fields, "stop_on_no_progress", "nothing is repeated");
    }
    layer_.no_effect(fields, "retry_strategy", "nothing is repeated");
  }
  if (answer == "log" || !gate.blocks) gate.reactions.push_back(on_fail(Response::go_on, at));
  if (fields.find("escalation")) {
    set_escalation(fields, max, use, escalate);
    told = true;
  }
  escalate.when = layer_.is_type(use.types, *use.phase, at);
  if (answer == "escalate") {
    escalate.span = at;
    gate.reactions.push_back(std::move(escalate));
  } else if (told && !use.phase->escalate) {
    use.phase->escalate = std::move(escalate);
  }
}

void LayerGates::set_escalation(const Fields& gate, std::uint32_t repeats, const GateUse& use,
                                Reaction& reaction) {
  const Fields fields(layer_.reader, *gate.find("escalation"), escalation_object);
  reaction.span = gate.key_span("escalation");
  for (const std::string_view key : {"after_retries_exhausted", "target"}) {
    const yaml::Node* to = fields.find(key);
    if (to && to->text != "human")
      layer_.reader.report.add(diag::no_effect, to->span, to->text)
          .label("where escalations go is said once, in the workflow's `escalation`");
  }
  if (const yaml::Node* text = fields.find("message")) reaction.text = message(*text, repeats);
  for (const Located<std::string>& item : fields.texts("context"))
    reaction.include.push_back({item.value, layer_.told(item, use.phase)});
}

// `{retries}` and `{blocker_count}` are known; other braces are text.
expr::Template LayerGates::message(const yaml::Node& scalar, std::uint32_t repeats) {
  const yaml::ScalarPlaces places(layer_.reader.context.sources, scalar);
  const std::string_view text = scalar.text;
  const auto place = [&](std::size_t begin, std::size_t end) {
    return places.span(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end));
  };
  expr::Template made;
  made.span = scalar.span;
  const auto add_text = [&](std::size_t begin, std::size_t end) {
    if (begin == end) return;
    expr::TemplateNode& node = made.nodes.emplace_back();
    node.text = text.substr(begin, end - begin);
    node.span = place(begin, end);
  };
  std::size_t done = 0;
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    for (const std::string_view word : {"{retries}", "{blocker_count}"}) {
      if (text.substr(at, word.size()) != word) continue;
      add_text(done, at);
      done = at + word.size();
      expr::TemplateNode& node = made.nodes.emplace_back();
      node.kind = expr::NodeKind::value;
      node.span = place(at, done);
      if (word == "{retries}") {
        node.expr = integer_constant(repeats, node.span);
      } else {
        Expr none;
        none.kind = ExprKind::list;
        none.span = node.span;
        const Expr result = bound("result", node.span, BindingKind::result);
        Expr listed = or_else(field_of(result, "blockers", node.span), std::move(none), node.span);
        node.expr = or_else(field_of(result, "blocker_count", node.span),
                            filtered(std::move(listed), "length", node.span), node.span);
      }
    }
  }
  add_text(done, text.size());
  return made;
}

// ----------------------------------------------------------------------------------------------- repetition
std::optional<Reaction> LayerGates::repeated(const Repeats& how, const Phase& phase) {
  if (how.max.value == 0) return std::nullopt;
  Reaction made = on_fail(how.patch ? Response::repair : Response::retry, how.span);
  made.max = how.max;
  made.stop_on_no_progress = how.stop_on_no_progress;
  const std::string& strategy = how.strategy.value;
  std::string_view to;
  if (strategy == "rebuild" || strategy == "rebuild_and_retest") to = "build";
  if (strategy == "redocument") to = "document";
  if (strategy.starts_with("resolve")) made.response = Response::repair;
  if (to.empty()) return made;
  // Who is to be repeated may be the phase itself.
  if (to == phase.name.value) {
    made.response = Response::retry;
    return made;
  }
  if (!layer_.find_at(to, how.strategy.span)) return std::nullopt;
  made.response = Response::back;
  made.to = {std::string(to), how.strategy.span};
  return made;
}

void LayerGates::read_healing(const yaml::Node& node, Phase& phase, LayerPrompts& prompts) {
  const Fields fields(layer_.reader, node, healing_object);
  if (fields.broken()) return;
  const std::string strategy = fields.text("strategy");
  Repeats how = {.patch = strategy != "retry",
                 .strategy = fields.located("strategy"),
                 .max = {static_cast<std::uint32_t>(fields.integer("max_retries").value_or(repeats_default)),
                         fields.key_span("max_retries")},
                 .stop_on_no_progress = fields.boolean("stop_on_no_progress", false),
                 .span = fields.key_span("strategy")};
  // A patch is planned, built and tested, and then looked at again.
  const bool planned = strategy == "patch" && fields.written("plan_prompt");
  if (planned) how.strategy.value = "rebuild_and_retest";
  std::optional<Reaction> made = repeated(how, phase);
  const std::string_view key = planned ? "plan_prompt" : "prompt";
  if (const yaml::Node* name = fields.find(key)) {
    std::optional<expr::Template> text = prompts.text({std::string(name->text), name->span}, phase);
    if (text && made) made->text = std::move(*text);
  }
  for (const std::string_view other : {"prompt", "plan_prompt", "build_prompt", "test_prompt"}) {
    if (other == key || !fields.find(other)) continue;
    const Phase* of = other == "build_prompt" ? layer_.find("build") : layer_.find("test");
    const yaml::Node* own =
        planned && other != "prompt" && of && of->settings ? of->settings->find("prompt") : nullptr;
    // The phases that run again have prompts of their own.
    if (!own || own->text != fields.find(other)->text)
      layer_.no_effect(fields, other,
                       planned ? "the phases that run again have prompts of their own"
                               : "the strategy " + in_ticks(strategy) + " does not use it");
  }
  if (!made) return;
  model::Extras& extras = layer_.extras_of(phase);
  bool placed = false;
  for (model::QualityGate& gate : extras.quality_gates) {
    for (Reaction& reaction : gate.reactions) {
      const bool repeats = reaction.response == Response::retry || reaction.response == Response::repair ||
                           reaction.response == Response::back;
      if (!repeats || placed) continue;
      reaction = *made;
      placed = true;
    }
  }
  if (!placed) layer_.step_of(phase).reactions.push_back(std::move(*made));
}

}  // namespace wfc::dialects
