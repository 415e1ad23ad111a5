// What a `.wf` file allows, limits and watches: policies at the top, and those of one step.
#include <algorithm>
#include <limits>

#include "compiler/dialects/comparison.h"
#include "compiler/dialects/phrase.h"
#include "compiler/dialects/wf_reader.h"

namespace wfc::dialects {

using dsl::ExprKind;

namespace {

constexpr std::string_view rule_kinds[] = {"paths", "secrets", "tools"};
constexpr std::string_view limit_names[] = {"credits", "time", "tokens", "money", "calls"};

dsl::Expr name_of_path(const Located<std::string>& path) {
  dsl::Expr expr;
  std::size_t begin = 0;
  for (bool first = true;; first = false) {
    const std::size_t end = std::min(path.value.find('.', begin), path.value.size());
    dsl::Expr part;
    part.kind = first ? ExprKind::name : ExprKind::field;
    part.text = path.value.substr(begin, end - begin);
    part.span = part.name_span = path.span;
    if (!first) part.children.push_back(std::move(expr));
    expr = std::move(part);
    if (end == path.value.size()) return expr;
    begin = end + 1;
  }
}

}  // namespace

// `allow tools a.b, c`
void WfReader::read_rules(const Item& item, Step* step) {
  no_condition(item);
  no_block(item);
  const bool allow = item.head == "allow";
  Words words(item.args, item.head, item.head_span, report_);
  const auto kind = words.done() ? std::nullopt : words.name();
  if (!kind) return words.missing("`paths`, `secrets` or `tools`");
  if (std::find(std::begin(rule_kinds), std::end(rule_kinds), kind->value) == std::end(rule_kinds)) {
    report_.add(diag::unknown_choice, kind->span, in_ticks(item.head), kind->value)
        .note("it can be `paths`, `secrets` or `tools`")
        .did_you_mean(diag::closest(kind->value, {std::begin(rule_kinds), std::end(rule_kinds)}), kind->span);
    return;
  }
  if (step && kind->value != "tools") {
    report_.add(diag::wrong_place, kind->span, kind->value)
        .label("of a step, only tools can be allowed or denied")
        .help("write it at the top of the file, for every step");
    return;
  }
  if (words.done()) return words.missing("what " + kind->value);
  const bool paths = kind->value == "paths";
  model::Rules& rules = paths ? workflow_.paths : workflow_.secrets;
  for (bool first = true; !words.done() && !words.failed(); first = false) {
    if (!first && !words.at_comma()) break;
    if (paths) {
      const dsl::Arg* arg = words.next(true);
      if (arg->kind != dsl::ArgKind::text) {
        report_.add(diag::wrong_shape, arg->span, "a path", "a text, such as `\"src/\"`");
        return;
      }
      const auto path = constant(&arg->text, "a path");
      if (!path) continue;
      if (const std::string trouble = trouble_of_path(*path); !trouble.empty()) {
        report_.add(diag::path_escape, arg->span, *path).label(trouble);
        continue;
      }
      (allow ? rules.allow : rules.deny).push_back({*path, arg->span});
      continue;
    }
    const dsl::Arg* arg = words.peek(true);
    auto entry = words.path();
    if (!entry) {
      report_.add(diag::wrong_shape, arg->span, "each entry", "a name");
      return;
    }
    if (kind->value == "tools") {
      (step ? extras_of(*step).tools : workflow_.tools).push_back({allow, *entry, {}});
    } else {
      if (entry->value.starts_with("secrets.")) entry->value.erase(0, 8);
      (allow ? rules.allow : rules.deny).push_back(*entry);
    }
  }
  words.end();
}

std::string WfReader::trouble_of_path(std::string_view path) {
  if (path.empty()) return "it is empty";
  if (path.front() == '/' || path.front() == '~') return "paths begin at the repository's root";
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (path.substr(begin, end - begin) == "..") return "`..` leads out of it";
    begin = end + 1;
  }
  return {};
}

void WfReader::read_top_rules(const Item& item) {
  read_rules(item, nullptr);
}

void WfReader::read_step_rules(const Item& item, Step& step) {
  read_rules(item, &step);
}

void WfReader::read_require(const Item& item) {
  no_condition(item);
  no_block(item);
  Words words(item.args, item.head, item.head_span, report_);
  if (!words.word("approval") || !words.word("for")) return words.missing("`approval for`");
  if (words.done()) return words.missing("what needs it");
  for (bool first = true; !words.done() && !words.failed(); first = false) {
    if (!first && !words.at_comma()) break;
    const dsl::Arg* arg = words.peek(true);
    const auto action = words.path();
    if (!action) {
      report_.add(diag::wrong_shape, arg->span, "what needs approval", "an action, such as `deploy.prod`");
      return;
    }
    workflow_.approvals_required.push_back(*action);
  }
  words.end();
}

// `credits 50`, `tokens 200_000 per run`, `on breach degrade`
std::optional<model::Budget> WfReader::read_budget_block(const Item& item, bool of_step) {
  no_condition(item);
  if (!Words(item.args, item.head, item.head_span, report_).end()) return std::nullopt;
  model::Budget budget;
  budget.span = item.span;
  bool any = false, broken = false;
  std::unordered_map<std::string, Span> seen;
  for (const Item& setting : item.block) {
    broken = broken || setting.broken;
    if (setting.broken || setting.kind == ItemKind::reaction) continue;
    const auto* known = std::find(std::begin(limit_names), std::end(limit_names), setting.head);
    if (setting.kind != ItemKind::setting || known == std::end(limit_names)) {
      report_.add(diag::unknown_setting, setting.head_span, "`budget`", diag::Noun::setting, setting.head)
          .label("unknown setting")
          .did_you_mean(diag::closest(setting.head, {std::begin(limit_names), std::end(limit_names)}),
                        setting.head_span);
      broken = true;
      continue;
    }
    no_condition(setting);
    no_block(setting);
    Words words(setting.args, setting.head, setting.head_span, report_);
    const Span written = words.here();
    std::optional<std::uint64_t> limit;
    if (setting.head == "time") {
      limit = words.duration("time");
    } else if (setting.head == "money") {
      limit = read_money(words);
    } else if (const auto count =
                   words.integer(in_ticks(setting.head), std::numeric_limits<std::int64_t>::min())) {
      limit = static_cast<std::uint64_t>(std::max<std::int64_t>(*count, 0));
    }
    bool each = false;
    const Span per = words.here();
    if (!words.failed() && words.word("per")) {
      each = words.word("step");
      if (!each && !words.word("run")) words.missing("`run` or `step`");
      if (of_step && !words.failed()) {
        report_.add(diag::wrong_place, per, "per").label("this budget is of one step already");
        broken = true;
        continue;
      }
    }
    broken = broken || words.failed();
    if (!words.end() || !limit) continue;
    if (*limit == 0) {
      report_.add(diag::budget_exceeded, written, "a run cannot take less than nothing")
          .label("no step could start");
      broken = true;
      continue;
    }
    const auto [first, added] = seen.emplace(setting.head + (each ? " each" : ""), setting.head_span);
    if (!added) {
      report_.add(diag::repeated_setting, setting.head_span, setting.head)
          .label("again here")
          .also(first->second, "first here");
      continue;
    }
    any = true;
    wf::Limits& limits = each ? budget.each : budget;
    (setting.head == "credits"  ? limits.credits
     : setting.head == "time"   ? limits.time_ms
     : setting.head == "tokens" ? limits.tokens
     : setting.head == "calls"  ? limits.calls
                                : limits.micro_usd) = *limit;
    model::LimitSpans& at = each ? budget.each_at : budget.at;
    (setting.head == "credits"  ? at.credits
     : setting.head == "time"   ? at.time
     : setting.head == "tokens" ? at.tokens
     : setting.head == "calls"  ? at.calls
                                : at.money) = written;
  }
  budget.reactions = read_reactions(item.block, "a `budget`", model::Outcome::breach);
  if (!any && !broken) {
    report_.add(diag::empty_collection, item.head_span, "`budget`").label("it limits nothing");
    return std::nullopt;
  }
  return budget;
}

std::optional<std::uint64_t> WfReader::read_money(Words& words) {
  const dsl::Arg* arg = words.next();
  if (!arg) {
    words.missing("an amount, such as `$5`,");
    return std::nullopt;
  }
  if (arg->kind == dsl::ArgKind::literal && arg->value.kind == ExprKind::money)
    return static_cast<std::uint64_t>(arg->value.number);
  report_.add(diag::wrong_shape, arg->span, "`money`", "an amount, such as `$5`");
  return std::nullopt;
}

void WfReader::read_budget(const Item& item) {
  if (auto budget = read_budget_block(item, false)) workflow_.budget = std::move(*budget);
}

void WfReader::read_step_budget(const Item& item, Step& step) {
  if (auto budget = read_budget_block(item, true)) extras_of(step).budget = std::move(*budget);
}

// `tools { file_system from "tools/fs.yaml" }`
void WfReader::read_tools(const Item& item) {
  no_condition(item);
  if (!Words(item.args, item.head, item.head_span, report_).end()) return;
  std::unordered_map<std::string_view, Span> seen;
  for (const Item& entry : item.block) {
    if (entry.broken) continue;
    if (entry.kind != ItemKind::setting) {
      report_.add(diag::wrong_place, entry.head_span, entry.head)
          .label("here stand categories of tools, each `from` a file");
      continue;
    }
    if (!first_time(entry, seen)) continue;
    no_condition(entry);
    no_block(entry);
    Words words(entry.args, entry.head, entry.head_span, report_);
    const dsl::Text* path = words.word("from") ? words.text() : nullptr;
    if (!path) words.missing("`from` and the file's name");
    if (!words.end() || !path) continue;
    const auto name = constant(path, "a file's name");
    if (!name) continue;
    const expr::Includes includes = includes_of(context_);
    if (const auto file = expr::text_file(includes, *name, path->span, report_))
      workflow_.tool_files.push_back({{entry.head, entry.head_span}, context_.sources.file(*file).text});
  }
}

void WfReader::read_guardrail(const Item& item) {
  no_condition(item);
  no_block(item);
  Words words(item.args, item.head, item.head_span, report_);
  const dsl::Text* command = words.word("run") ? words.text() : nullptr;
  if (!command) words.missing("`run` and the command that looks at risky steps");
  if (!words.end() || !command) return;
  workflow_.guardrail = template_of(*command);
}

void WfReader::read_shadow(const Item& item) {
  no_condition(item);
  no_block(item);
  Words words(item.args, item.head, item.head_span, report_);
  if (!words.word("routing")) words.missing("`routing`");
  if (words.end()) workflow_.shadow_routing = true;
}

// `escalation human { timeout 24h ... }`, `escalation close`, `escalation workflow ID`
void WfReader::read_escalation(const Item& item) {
  no_condition(item);
  static constexpr std::string_view kinds[] = {"human", "close", "workflow"};
  Words words(item.args, item.head, item.head_span, report_);
  const auto kind = words.done() ? std::nullopt : words.name();
  if (!kind) return words.missing("`human`, `close` or `workflow`");
  const auto* known = std::find(std::begin(kinds), std::end(kinds), kind->value);
  if (known == std::end(kinds)) {
    report_.add(diag::unknown_choice, kind->span, "`escalation`", kind->value)
        .note("it can be `human`, `close` or `workflow`")
        .did_you_mean(diag::closest(kind->value, {std::begin(kinds), std::end(kinds)}), kind->span);
    return;
  }
  model::Escalation escalation;
  escalation.span = item.span;
  escalation.to = static_cast<model::EscalateTo>(known - std::begin(kinds));
  if (escalation.to == model::EscalateTo::workflow) {
    if (const auto id = words.done() ? std::nullopt : words.name())
      escalation.workflow = *id;
    else
      words.missing("the workflow's id");
  }
  if (!words.end()) return;
  std::unordered_map<std::string_view, Span> seen;
  static const std::vector<std::string> names = {"timeout", "notify", "include"};
  for (const Item& setting : item.block) {
    if (setting.broken) continue;
    if (setting.kind != ItemKind::setting ||
        std::find(names.begin(), names.end(), setting.head) == names.end()) {
      report_.add(diag::unknown_setting, setting.head_span, "`escalation`", diag::Noun::setting, setting.head)
          .label("unknown setting")
          .did_you_mean(diag::closest(setting.head, names), setting.head_span);
      continue;
    }
    if (!first_time(setting, seen)) continue;
    if (setting.head == "timeout" && escalation.to != model::EscalateTo::people) {
      report_.add(diag::wrong_place, setting.head_span, "timeout").label("only people are waited for");
      continue;
    }
    no_condition(setting);
    no_block(setting);
    read_escalation_setting(setting, escalation);
  }
  workflow_.escalation = std::move(escalation);
}

void WfReader::read_escalation_setting(const Item& setting, model::Escalation& escalation) {
  Words words(setting.args, setting.head, setting.head_span, report_);
  const Span written = words.here();
  if (setting.head == "timeout") {
    escalation.timeout_ms = words.duration("timeout").value_or(0);
    if (!words.failed() && escalation.timeout_ms == 0)
      report_.add(diag::gate_unsatisfiable, written, "nobody can answer in no time");
  } else if (setting.head == "notify") {
    if (const auto channel = words.done() ? std::nullopt : words.path())
      escalation.channel = *channel;
    else
      words.missing("a channel");
    if (words.word("mention")) {
      const dsl::Text* who = words.text();
      if (!who) words.missing("whom, as a text,");
      if (const auto text = constant(who, "`mention`")) escalation.mention = {*text, who->span};
    }
  } else {
    if (words.done()) words.missing("what people are shown");
    for (bool first = true; !words.done() && !words.failed(); first = false) {
      if (!first && !words.at_comma()) break;
      const auto name = words.path();
      if (!name) break;
      // People are asked wherever the run has come to: what is not there yet is left empty.
      escalation.include.push_back(
          {name->value, or_else(name_of_path(*name), null_constant(name->span), name->span)});
    }
  }
  words.end();
}

void WfReader::read_eval(const Item& item) {
  no_condition(item);
  if (!Words(item.args, item.head, item.head_span, report_).end()) return;
  model::Eval eval;
  eval.span = item.span;
  std::unordered_map<std::string_view, Span> seen;
  static const std::vector<std::string> names = {"window", "min_runs", "warn", "block"};
  for (const Item& setting : item.block) {
    if (setting.broken) continue;
    if (setting.kind != ItemKind::setting ||
        std::find(names.begin(), names.end(), setting.head) == names.end()) {
      report_.add(diag::unknown_setting, setting.head_span, "`eval`", diag::Noun::setting, setting.head)
          .label("unknown setting")
          .did_you_mean(diag::closest(setting.head, names), setting.head_span);
      continue;
    }
    if (!first_time(setting, seen)) continue;
    no_condition(setting);
    no_block(setting);
    Words words(setting.args, setting.head, setting.head_span, report_);
    const Span written = words.here();
    if (setting.head == "window" || setting.head == "min_runs") {
      const auto count = words.integer(in_ticks(setting.head), 1);
      if (words.end() && count)
        (setting.head == "window" ? eval.window : eval.runs_min) =
            static_cast<std::uint32_t>(std::min<std::int64_t>(*count, 1'000'000));
    } else {
      const auto drop = words.number(in_ticks(setting.head), 0);
      if (!words.end() || !drop) continue;
      if (*drop > 1) {
        report_.add(diag::out_of_range, written, in_ticks(setting.head), "at most 1")
            .label("scores are from 0 to 1");
        continue;
      }
      (setting.head == "warn" ? eval.score_drop_warn : eval.score_drop_block) = *drop;
    }
  }
  if (seen.contains("warn") && seen.contains("block") && eval.score_drop_warn > eval.score_drop_block) {
    report_.add(diag::gate_unsatisfiable, seen["warn"], "`warn` is above `block`")
        .label("a run is blocked before it is warned of")
        .also(seen["block"], "it is blocked from here on");
  }
  if (eval.runs_min > eval.window) {
    const Span at = seen.contains("min_runs") ? seen["min_runs"] : item.head_span;
    report_
        .add(diag::gate_unsatisfiable, at,
             "`min_runs` asks for more runs than the " + std::to_string(eval.window) + " of `window`")
        .label("no more runs than that are looked at");
  }
  workflow_.eval = std::move(eval);
}

// `monitor { track a, b  alert when escalation_rate > 0.3 }`
void WfReader::read_monitor(const Item& item) {
  no_condition(item);
  if (!Words(item.args, item.head, item.head_span, report_).end()) return;
  model::Monitor monitor;
  monitor.span = item.span;
  bool broken = false;
  for (const Item& setting : item.block) {
    if (setting.broken) {
      broken = true;
      continue;
    }
    broken = broken || (setting.head != "track" && setting.head != "alert");
    const bool alert = setting.kind == ItemKind::setting && setting.head == "alert";
    if (!alert && (setting.kind != ItemKind::setting || setting.head != "track")) {
      report_.add(diag::unknown_setting, setting.head_span, "`monitor`", diag::Noun::setting, setting.head)
          .label("unknown setting")
          .did_you_mean(diag::closest(setting.head, {"track", "alert"}), setting.head_span);
      continue;
    }
    no_block(setting);
    Words words(setting.args, setting.head, setting.head_span, report_);
    if (alert) {
      if (!setting.when && words.done()) words.missing("`when` and a condition");
      if (words.end() && setting.when)
        monitor.alerts.push_back({*setting.when, source_of(setting.when->span), setting.when->span});
      continue;
    }
    no_condition(setting);
    if (words.done()) words.missing("what to measure");
    for (bool first = true; !words.done() && !words.failed(); first = false) {
      if (!first && !words.at_comma()) break;
      const auto name = words.name();
      if (!name) break;
      const bool known = std::any_of(monitor.track.begin(), monitor.track.end(),
                                     [&](const auto& of) { return of.value == name->value; });
      if (known)
        report_.add(diag::repeated_entry, name->span, name->value).label("again here");
      else
        monitor.track.push_back(*name);
    }
    words.end();
  }
  if (monitor.track.empty() && monitor.alerts.empty()) {
    if (broken) return;
    report_.add(diag::empty_collection, item.head_span, "`monitor`").label("it measures nothing");
    return;
  }
  workflow_.monitor = std::move(monitor);
}

void WfReader::read_risky(const Item& item, Step& step) {
  no_condition(item);
  no_block(item);
  if (!Words(item.args, item.head, item.head_span, report_).end()) return;
  extras_of(step).risky = true;
  risky_.push_back(item.head_span);
}

void WfReader::check_guardrail() {
  if (workflow_.guardrail || risky_.empty()) return;
  report_.add(diag::no_effect, risky_[0], "risky")
      .label("there is no `guardrail` that would look at it")
      .help("write `guardrail run \"...\"` at the top");
}

// `artifact KIND`, `artifact KIND from "glob"`
void WfReader::read_artifact(const Item& item, Step& step) {
  static constexpr std::string_view kinds[] = {"patch",      "pr_link",       "test_report", "deploy_url",
                                               "log_bundle", "release_notes", "file"};
  no_condition(item);
  no_block(item);
  Words words(item.args, item.head, item.head_span, report_);
  model::Artifact artifact;
  if (const auto kind = words.done() ? std::nullopt : words.name()) {
    artifact.kind = *kind;
  } else {
    words.missing("what kind of artifact");
  }
  if (!words.failed() &&
      std::find(std::begin(kinds), std::end(kinds), artifact.kind.value) == std::end(kinds)) {
    report_.add(diag::unknown_choice, artifact.kind.span, "`artifact`", artifact.kind.value)
        .note(
            "it can be `patch`, `pr_link`, `test_report`, `deploy_url`, `log_bundle`, `release_notes` or "
            "`file`")
        .did_you_mean(diag::closest(artifact.kind.value, {std::begin(kinds), std::end(kinds)}),
                      artifact.kind.span);
    return;
  }
  if (words.word("from")) {
    if (const dsl::Text* paths = words.text())
      artifact.from = template_of(*paths);
    else
      words.missing("which files, as a text,");
  }
  if (words.end()) extras_of(step).artifacts.push_back(std::move(artifact));
}

}  // namespace wfc::dialects
