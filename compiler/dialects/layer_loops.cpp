// Loops, escalation and monitoring.
#include "compiler/dialects/layer_loops.h"

#include <algorithm>
#include <cmath>

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

struct Known {
  std::string_view name, trigger, action;
  std::uint32_t max;
};
constexpr Known known_loops[] = {{"test_retry", "test.fail", "rebuild", 3},
                                 {"review_patch", "review.blockers", "rebuild_and_retest", 3},
                                 {"full_rebuild", "review.architectural", "replan_and_rebuild", 1}};
constexpr std::pair<std::string_view, std::string_view> trigger_words[] = {
    {"test_failure", "test.fail"},
    {"blocker", "review.blockers"},
    {"architectural_issue", "review.architectural"}};
constexpr std::pair<std::string_view, std::string_view> actions[] = {
    {"rebuild", "build"}, {"rebuild_and_retest", "build"}, {"replan_and_rebuild", "plan"}};
constexpr std::uint32_t repeats_default = 3;

constexpr std::string_view after_exhaustion[] = {"escalate"};
constexpr std::string_view handlers[] = {"human", "auto_close", "fallback_workflow"};
constexpr std::string_view limits[] = {"max_retries", "max_iterations", "retries", "limit"};
constexpr std::string_view goals[] = {"back_to", "target", "goto"};

constexpr Key loop_keys[] = {
    {.name = "max", .shape = Shape::integer, .min = -9e18, .max = 4294967295.0, .elsewhere = limits},
    {.name = "trigger"},
    {.name = "action", .elsewhere = goals},
    {.name = "cooldown_ms", .shape = Shape::duration, .unit = "ms"},
    {.name = "ignore", .shape = Shape::texts},
    {.name = "on_exhaust", .shape = Shape::choice, .choices = after_exhaustion},
    {.name = "cost_ceiling", .shape = Shape::number},
    {.name = "context_includes", .shape = Shape::texts},
    {.name = "stop_on_no_progress", .shape = Shape::boolean},
};
constexpr Object loop_object = {.noun = "a loop", .keys = loop_keys};
constexpr Key notification_keys[] = {{.name = "channel"}, {.name = "mention"}};
constexpr Object notification_object = {.noun = "`notification`", .keys = notification_keys};
constexpr Key escalation_keys[] = {
    {.name = "handler", .shape = Shape::choice, .choices = handlers},
    {.name = "target", .shape = Shape::choice, .choices = handlers},
    {.name = "workflow"},
    {.name = "timeout_hours", .shape = Shape::duration, .unit = "h"},
    {.name = "notification", .shape = Shape::map},
    {.name = "notify", .shape = Shape::texts},
    {.name = "context", .shape = Shape::texts},
    {.name = "include", .shape = Shape::texts},
};
constexpr Object escalation_object = {.noun = "`escalation`", .keys = escalation_keys};
constexpr Key monitoring_keys[] = {{.name = "track", .shape = Shape::texts},
                                   {.name = "alert_on", .shape = Shape::map}};
constexpr Object monitoring_object = {.noun = "`monitoring`", .keys = monitoring_keys};
constexpr std::string_view metrics[] = {"workflow_success_rate", "average_iterations_per_loop",
                                        "phase_duration_ms", "cost_per_run", "escalation_rate"};
constexpr std::uint64_t day_ms = 24 * 3'600'000;

const Known* known_loop(std::string_view name) {
  for (const Known& known : known_loops)
    if (known.name == name) return &known;
  return nullptr;
}

// How the page itself shortens a metric.
std::string_view metric_of(std::string_view name) {
  return name == "avg_iterations" ? std::string_view("average_iterations_per_loop") : name;
}

}  // namespace

// --------------------------------------------------------------------------------------------------- loops
void LayerLoops::read(const yaml::Node& loops, const Types& types) {
  for (const yaml::Entry& entry : loops.entries) {
    if (entry.key.starts_with("x-")) continue;
    Types of = types;
    if (types.names.empty()) {
      // Types of issues that have a loop of this name of their own do without this one.
      const auto own = routed.find(entry.key);
      if (own != routed.end()) of = {false, own->second};
    }
    read_loop(entry, std::move(of));
  }
}

void LayerLoops::read_loop(const yaml::Entry& entry, Types types) {
  diag::Report& report = layer_.reader.report;
  static constexpr Object empty = {.noun = "a loop", .keys = loop_keys};
  yaml::Node nothing;
  nothing.form = yaml::Form::mapping;
  nothing.span = entry.key_span;
  // `test_retry:` alone is that loop with all that it has when nothing is said.
  const bool bare = entry.value->is_null() && !entry.value->broken;
  const Fields fields(layer_.reader, bare ? nothing : *entry.value, bare ? empty : loop_object);
  if (!bare && !entry.value->is_mapping()) return;
  const Known* known = known_loop(entry.key);
  const std::string noun = "the loop " + in_ticks(entry.key);
  const auto missing = [&](std::string_view key) {
    if (fields.written(key) || fields.incomplete()) return;
    auto draft = report.add(diag::missing_setting, entry.key_span, noun, key);
    draft.label(in_ticks(key) + " is missing here");
    std::vector<std::string> names;
    for (const Known& one : known_loops) names.emplace_back(one.name);
    draft.did_you_mean(diag::closest(entry.key, names), entry.key_span);
  };
  layer_.no_effect(fields, "ignore", "a loop goes by its `trigger`");
  const yaml::Node* trigger_node = fields.find("trigger");
  const yaml::Node* action_node = fields.find("action");
  if (!known && !trigger_node) return missing("trigger");
  if (!known && !action_node) return missing("action");
  if ((fields.written("trigger") && !trigger_node) || (fields.written("action") && !action_node)) return;
  std::optional<Trigger> trigger = trigger_node ? trigger_of(trigger_node->text, trigger_node->span)
                                                : trigger_of(known->trigger, entry.key_span);
  const std::optional<Located<std::string>> to = action_node ? target_of(action_node->text, action_node->span)
                                                             : target_of(known->action, entry.key_span);
  const std::int64_t max = fields.integer("max").value_or(repeats_default);
  const Span max_span = fields.find("max") ? fields.find("max")->span : entry.key_span;
  if (max <= 0) {
    report.add(diag::loop_limit, max_span, max)
        .label("at least 1")
        .help("leave the loop out, or say how often it may go back");
    return;
  }
  if (fields.written("max") && !fields.find("max")) return;
  if (!trigger || !to) return;
  if (const yaml::Node* cost = fields.find("cost_ceiling"))
    layer_.workflow.policies.push_back({.name = "loops." + std::string(entry.key) + ".cost_ceiling",
                                        .value = std::string(cost->text),
                                        .span = cost->span});
  Reaction loop = on_fail(Response::back, entry.key_span);
  loop.max = {static_cast<std::uint32_t>(max), max_span};
  loop.wait_ms = fields.duration_ms("cooldown_ms");
  loop.name = {std::string(entry.key), entry.key_span};
  loop.to = *to;
  loop.stop_on_no_progress = fields.boolean("stop_on_no_progress", false);
  if (!types.names.empty() && types.holds) loop.name.value += "." + std::string(types.names[0]);
  for (const Located<std::string>& item : fields.texts("context_includes"))
    loop.include.push_back({item.value, layer_.told(item, trigger->phase)});
  add(std::move(*trigger), std::move(loop), types);
}

// `test.fail`, `review.blockers`: a phase, and what is true of it.
std::optional<LayerLoops::Trigger> LayerLoops::trigger_of(std::string_view text, Span span) {
  diag::Report& report = layer_.reader.report;
  std::string_view meant = text;
  for (const auto& [word, trigger] : trigger_words)
    if (word == text) meant = trigger;
  const std::size_t dot = meant.find('.');
  const auto blank = [](std::string_view part) {
    return part.empty() || part.find_first_of(" \t\r\n()[]{}\"'=<>!&|") != std::string_view::npos;
  };
  if (dot == std::string_view::npos || blank(meant.substr(0, dot)) || blank(meant.substr(dot + 1)) ||
      meant.ends_with('.') || meant.find("..") != std::string_view::npos) {
    std::vector<std::string> known;
    for (const auto& [word, trigger] : trigger_words) known.emplace_back(word);
    for (const Known& one : known_loops) known.emplace_back(one.trigger);
    report.add(diag::unknown_choice, span, "a trigger", text)
        .help("write a phase and what is true of it: `test.fail`, `review.blockers`")
        .did_you_mean(diag::closest(text, known), span);
    return std::nullopt;
  }
  const std::string_view phase = meant.substr(0, dot);
  const bool as_written = meant == text;
  const std::string_view rest = meant.substr(dot + 1);
  Trigger made;
  made.phase = layer_.find_at(phase, as_written ? part_of(span, text, 0, dot) : span);
  if (!made.phase) return std::nullopt;
  if (rest == "fail") return made;
  const Span field_span = as_written ? part_of(span, text, dot + 1, rest.size()) : span;
  const std::string near = diag::closest(rest, {"fail", "blockers", "architectural"});
  if (!near.empty() && near != rest)
    report.add(diag::unknown_choice, field_span, "a trigger", rest)
        .severity(diag::Severity::warning)
        .label("a field of what `" + std::string(phase) + "` answers")
        .did_you_mean(near, field_span);
  Expr condition = bound("result", field_span, BindingKind::result);
  for (std::size_t begin = 0; begin <= rest.size();) {
    const std::size_t end = std::min(rest.find('.', begin), rest.size());
    condition = field_of(std::move(condition), rest.substr(begin, end - begin), field_span);
    begin = end + 1;
  }
  made.condition = std::move(condition);
  return made;
}

std::optional<Located<std::string>> LayerLoops::target_of(std::string_view action, Span span) {
  std::string_view to = action;
  for (const auto& [word, phase] : actions)
    if (word == action) to = phase;
  if (layer_.find(to)) return Located<std::string>{std::string(to), span};
  if (to != action) {
    layer_.unknown_phase(to, span);
    return std::nullopt;
  }
  std::vector<std::string> known;
  for (const auto& [word, phase] : actions) known.emplace_back(word);
  for (const Phase& phase : layer_.phases) known.push_back(phase.name.value);
  layer_.reader.report.add(diag::unknown_name, span, diag::Noun::action, action)
      .label("neither an action nor a phase")
      .help("write `rebuild`, `rebuild_and_retest`, `replan_and_rebuild`, or the phase to go back to")
      .did_you_mean(layer_.guess(action, known), span);
  return std::nullopt;
}

void LayerLoops::add(Trigger trigger, Reaction reaction, const Types& types) {
  reaction.on = trigger.condition ? Outcome::holds : Outcome::fail;
  reaction.condition = std::move(trigger.condition);
  reaction.when = layer_.is_type(types, *trigger.phase, reaction.span);
  layer_.step_of(*trigger.phase).reactions.push_back(std::move(reaction));
}

void LayerLoops::add_defaults() {
  for (const Known& known : known_loops) {
    const std::string_view from = known.trigger.substr(0, known.trigger.find('.'));
    std::string_view to;
    for (const auto& [word, phase] : actions)
      if (word == known.action) to = phase;
    const Phase* back = layer_.find(to);
    const Phase* at = layer_.find(from);
    if (!at || !back || back->place >= at->place) continue;
    const Span span = at->name.span;
    std::optional<Trigger> trigger = trigger_of(known.trigger, span);
    if (!trigger) continue;
    if (trigger->condition)
      trigger->phase->asked.push_back(std::string(known.trigger.substr(from.size() + 1)) + ": go back to " +
                                      in_ticks(to));
    Reaction loop = on_fail(Response::back, span);
    loop.max = {known.max, span};
    loop.name = {std::string(known.name), span};
    loop.to = {std::string(to), span};
    add(std::move(*trigger), std::move(loop), {});
  }
}

// ---------------------------------------------------------------------------------------------- escalation
// Every phase ends in it: where its gates and loops are used up, and where its agent fails.
void LayerLoops::read_escalation(const yaml::Node* node) {
  model::Escalation escalation;
  escalation.timeout_ms = day_ms;
  escalation.span = layer_.workflow.span;
  if (node) {
    const Fields fields(layer_.reader, *node, escalation_object);
    diag::Report& report = layer_.reader.report;
    escalation.span = fields.anchor();
    const auto spelling = [&](std::string_view one, std::string_view other) {
      if (fields.written(one) && fields.written(other))
        report.add(diag::exclusive_settings, fields.key_span(other), one, other)
            .label("the same a second time")
            .also(fields.key_span(one), "first here");
      return fields.written(one) ? one : other;
    };
    const std::string_view handler = spelling("handler", "target");
    const std::string who = fields.text(handler);
    if (who == "auto_close") escalation.to = model::EscalateTo::close;
    if (who == "fallback_workflow") {
      escalation.to = model::EscalateTo::workflow;
      escalation.workflow = fields.located("workflow");
      if (!fields.written("workflow"))
        report.add(diag::missing_setting, fields.find(handler)->span, "`fallback_workflow`", "workflow")
            .label("which workflow is not said");
    } else {
      layer_.no_effect(fields, "workflow", "only `fallback_workflow` uses it");
    }
    if (const yaml::Node* hours = fields.find("timeout_hours")) {
      escalation.timeout_ms = fields.duration_ms("timeout_hours");
      if (escalation.timeout_ms == 0)
        report.add(diag::gate_unsatisfiable, hours->span, "nobody can answer in no time");
      if (escalation.to != model::EscalateTo::people)
        layer_.no_effect(fields, "timeout_hours", "nobody is waited for");
    }
    if (const yaml::Node* notification = fields.find("notification")) {
      const Fields said(layer_.reader, *notification, notification_object);
      if (said.find("channel")) escalation.channel = said.located("channel");
      if (said.find("mention")) escalation.mention = said.located("mention");
    }
    const std::vector<Located<std::string>> channels = fields.texts("notify");
    if (!channels.empty() && escalation.channel.value.empty()) {
      escalation.channel = channels[0];
      for (std::size_t i = 1; i < channels.size(); ++i)
        report.add(diag::no_effect, channels[i].span, channels[i].value)
            .label("one channel is told: " + in_ticks(channels[0].value));
    } else if (!channels.empty()) {
      layer_.no_effect(fields, "notify", "the `channel` of `notification` is told");
    }
    for (const Located<std::string>& item : fields.texts(spelling("context", "include")))
      escalation.include.push_back({item.value, layer_.told(item, nullptr)});
  }
  layer_.workflow.escalation = std::move(escalation);
}

// ---------------------------------------------------------------------------------------------- monitoring
void LayerLoops::read_monitoring(const yaml::Node& node) {
  const Fields fields(layer_.reader, node, monitoring_object);
  model::Monitor monitor;
  monitor.span = fields.anchor();
  monitor.track = fields.texts("track");
  const std::vector<std::string> known(std::begin(metrics), std::end(metrics));
  for (const Located<std::string>& name : monitor.track)
    if (std::find(known.begin(), known.end(), name.value) == known.end())
      layer_.reader.report.add(diag::unknown_choice, name.span, "a metric", name.value)
          .severity(diag::Severity::warning)
          .label("nothing of this name is measured")
          .note("what is measured is " + spell_out(metrics))
          .did_you_mean(diag::closest(name.value, known), name.span);
  if (const yaml::Node* alerts = fields.find("alert_on"))
    for (const yaml::Entry& entry : alerts->entries) read_alert(entry, monitor);
  layer_.workflow.monitor = std::move(monitor);
}

// `escalation_rate_above: 0.3`
void LayerLoops::read_alert(const yaml::Entry& entry, model::Monitor& monitor) {
  diag::Report& report = layer_.reader.report;
  if (entry.key.starts_with("x-")) return;
  std::string_view metric = entry.key;
  ExprKind kind = ExprKind::error;
  if (metric.ends_with("_above")) kind = ExprKind::greater;
  if (metric.ends_with("_below")) kind = ExprKind::less;
  metric.remove_suffix(kind == ExprKind::error ? 0 : std::string_view("_above").size());
  metric = metric_of(metric);
  const bool known = std::find(std::begin(metrics), std::end(metrics), metric) != std::end(metrics);
  if (kind == ExprKind::error || !known) {
    std::vector<std::string> names = {"avg_iterations_above", "avg_iterations_below"};
    for (const std::string_view name : metrics)
      for (const std::string_view end : {"_above", "_below"})
        names.push_back(std::string(name) + std::string(end));
    layer_.unknown_key("`alert_on`", entry, "write a metric with `_above` or `_below` behind it", names);
    return;
  }
  const std::optional<double> limit = entry.value->is_scalar() ? yaml::as_number(*entry.value) : std::nullopt;
  if (!limit || !std::isfinite(*limit) || yaml::is_ambiguous_number(*entry.value)) {
    if (!entry.value->broken)
      report.add(diag::wrong_shape, entry.value->is_scalar() ? entry.value->span : entry.key_span,
                 in_ticks(entry.key), "a number");
    return;
  }
  Expr number;
  number.kind = ExprKind::real;
  number.real = *limit;
  number.span = entry.value->span;
  // An alert looks at what is measured, in the order of `track`.
  const auto tracked = std::find_if(monitor.track.begin(), monitor.track.end(),
                                    [&](const Located<std::string>& name) { return name.value == metric; });
  const auto slot = static_cast<std::uint32_t>(tracked - monitor.track.begin());
  if (tracked == monitor.track.end()) monitor.track.push_back({std::string(metric), entry.key_span});
  layer_.workflow.locals = std::max(layer_.workflow.locals, slot + 1);
  Expr measured = bound(metric, entry.key_span, BindingKind::local, slot);
  monitor.alerts.push_back(
      {joined(kind, std::move(measured), std::move(number), entry.key_span),
       std::string(metric) + (kind == ExprKind::greater ? " > " : " < ") + std::string(entry.value->text),
       entry.key_span});
}

}  // namespace wfc::dialects
