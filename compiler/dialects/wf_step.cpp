// Steps of a `.wf` file: the verb, what it is given, and the settings of the block.
#include <algorithm>
#include <unordered_set>

#include "compiler/dialects/phrase.h"
#include "compiler/dialects/wf_reader.h"

namespace wfc::dialects {

using wf::StepKind;

namespace {

constexpr const char* verbs[] = {"agent", "run", "deploy", "approve", "action", "check"};

std::string_view verb_of(StepKind kind) {
  switch (kind) {
    case StepKind::agent:
      return "an `agent` step";
    case StepKind::command:
      return "a `run` step";
    case StepKind::approve:
      return "an `approve` step";
    case StepKind::deploy:
      return "a `deploy` step";
    case StepKind::action:
      return "an `action` step";
    case StepKind::check:
      return "a `check` step";
    default:
      return "a step";
  }
}

dsl::PlaceOf place_in(const dsl::Text& text) {
  return [at = &text](std::uint32_t begin, std::uint32_t end) { return at->span_of(begin, end); };
}

}  // namespace

std::string_view WfReader::text_setting_of(StepKind kind) {
  switch (kind) {
    case StepKind::agent:
      return "prompt";
    case StepKind::command:
      return "command";
    case StepKind::approve:
      return "message";
    default:
      return {};
  }
}

const std::vector<WfReader::StepSetting>& WfReader::step_settings() {
  static const std::vector<StepSetting> table = {
      {"prompt", &WfReader::read_text, false},
      {"command", &WfReader::read_text, false},
      {"message", &WfReader::read_text, false},
      {"after", &WfReader::read_after, true},
      {"output", &WfReader::read_output, true},
      {"env", &WfReader::read_env, false},
      {"with", &WfReader::read_with, false},
      {"dir", &WfReader::read_dir, true},
      {"by", &WfReader::read_by, true},
      {"timeout", &WfReader::read_timeout, true},
      {"always", &WfReader::read_always, true},
      {"idempotent", &WfReader::read_idempotent, true},
      {"risky", &WfReader::read_risky, true},
      {"allow", &WfReader::read_step_rules, false},
      {"deny", &WfReader::read_step_rules, false},
      {"budget", &WfReader::read_step_budget, true},
      {"gate", &WfReader::read_quality_gate, false},
      {"artifact", &WfReader::read_artifact, false},
      {"undo", &WfReader::read_undo, true},
  };
  return table;
}

void WfReader::read_step(const Item& item, const Place& place, const Steps& before) {
  Step step;
  step.id = {item.head, item.name_span.known() ? item.name_span : item.head_span};
  step.span = item.span;
  step.description = item.description;
  if (item.title) step.title = item.title->value;
  step.branch = place.branch;
  step.side = place.side;
  step.group = place.group;
  step.when = item.when;
  step.broken = item.broken;
  seen_in_step_.clear();
  named_in_step_.clear();
  named_gates_.clear();
  after_written_ = false;
  undo_.reset();
  if (item.body && item.body->kind == dsl::BodyKind::call) {
    read_use(item, step);
  } else {
    read_body(item, step);
  }
  for (const Item& setting : item.block) read_setting(setting, step);
  if (!after_written_) add_needs(before, step.needs);
  finish_step(step);
  if (undo_) keep_undo(step);
  workflow_.steps.push_back(std::move(step));
}

// What undoes a step is a step itself, that follows it and is followed by none.
void WfReader::read_undo(const Item& item, Step& step) {
  no_condition(item);
  Step undo;
  undo.id = {step.id.value + ":undo", item.head_span};
  undo.id_generated = true;
  undo.span = item.span;
  Item body = item;
  body.body.emplace();
  body.body->groups = item.args;
  const auto seen = std::exchange(seen_in_step_, {});
  const auto named = std::exchange(named_in_step_, {});
  const bool after = std::exchange(after_written_, false);
  const bool verb_read = verb_read_;
  const dsl::Arg* verb = item.args.empty() || item.args[0].empty() ? nullptr : &item.args[0][0];
  const bool asks =
      verb && verb->kind == dsl::ArgKind::path &&
      (verb->path == std::vector<std::string>{"approve"} || verb->path == std::vector<std::string>{"check"});
  undo.broken = !verb || asks;
  if (!verb) report_.add(diag::missing_value, item.head_span, "what undoes the step");
  if (asks) report_.add(diag::wrong_place, verb->span, verb->path[0]).label("it undoes nothing");
  if (!undo.broken) read_body(body, undo);
  static constexpr std::string_view fitting[] = {"prompt", "command", "env",        "with",
                                                 "dir",    "timeout", "idempotent", "message"};
  for (const Item& setting : item.block) {
    const bool fits = setting.kind == ItemKind::setting &&
                      std::find(std::begin(fitting), std::end(fitting), setting.head) != std::end(fitting);
    if (fits || setting.broken) {
      if (!asks) read_setting(setting, undo);
    } else {
      report_
          .add(diag::wrong_place, setting.head_span,
               setting.kind == ItemKind::reaction ? "on" : std::string_view(setting.head))
          .label("what undoes a step has no such setting");
    }
  }
  in_undo_ = true;
  finish_step(undo);
  in_undo_ = false;
  seen_in_step_ = seen;
  named_in_step_ = named;
  after_written_ = after;
  verb_read_ = verb_read;
  if (undo.broken) {
    step.broken = true;
  } else {
    undo_ = std::move(undo);
  }
}

void WfReader::keep_undo(const Step& of) {
  const auto index = static_cast<StepIndex>(workflow_.steps.size());
  undo_->branch = of.branch;
  undo_->side = of.side;
  undo_->undoes = index;
  undo_->needs.push_back({.step = {of.id.value, {}}, .target = index, .written = false});
  undos_.push_back(std::move(*undo_));
  undo_.reset();
}

model::Extras& WfReader::extras_of(Step& step) {
  return step.extras ? *step.extras : step.extras.emplace();
}

std::string WfReader::source_of(Span span) const {
  return std::string(context_.sources.text(span));
}

void WfReader::read_body(const Item& item, Step& step) {
  verb_read_ = false;
  if (!item.body) {
    step.broken = true;
    if (!item.broken) report_.add(diag::missing_value, step.id.span, "what the step does");
    return;
  }
  const dsl::Body& body = *item.body;
  if (body.kind == dsl::BodyKind::check) {
    step.kind = StepKind::check;
    step.condition = body.condition;
    verb_read_ = true;
    return;
  }
  Words words(body.groups, "step", step.id.span, report_);
  if (item.broken) words.quiet();
  const dsl::Arg* first = words.peek();
  if (!first) {
    step.broken = true;
    return;
  }
  if (first->kind == dsl::ArgKind::text) {
    step.kind = StepKind::agent;
    read_own_text(words, step);
  } else if (words.word("agent")) {
    read_agent_body(words, step);
  } else if (words.word("run")) {
    step.kind = StepKind::command;
    read_own_text(words, step);
  } else if (words.word("approve")) {
    step.kind = StepKind::approve;
    step.gate = model::Gate{.approvers = {}, .message = {}, .span = first->span};
    read_own_text(words, step);
  } else if (words.word("deploy")) {
    step.kind = StepKind::deploy;
    if (const auto target = words.done() ? std::nullopt : words.path()) {
      step.target = *target;
    } else {
      words.missing("where to deploy");
    }
  } else if (words.word("action")) {
    step.kind = StepKind::action;
    if (const auto name = words.done() ? std::nullopt : words.path()) {
      step.target = *name;
    } else {
      words.missing("the action's name");
    }
    if (words.word("as")) {
      if (const auto who = words.done() ? std::nullopt : words.name())
        step.agent = *who;
      else
        words.missing("the agent's name");
    }
  } else if (words.word("check")) {
    // What follows is more than a condition, or no condition at all.
    step.kind = StepKind::check;
    if (!words.next()) words.missing("the condition that is checked");
    step.broken = true;
  } else {
    const std::string written = first->kind == dsl::ArgKind::path ? dialects::join_path(first->path) : "this";
    report_.add(diag::unknown_choice, first->span, "what a step does", written)
        .help("begin with a text, or with `agent`, `run`, `deploy`, `approve`, `action` or `check`")
        .did_you_mean(diag::closest(written, {std::begin(verbs), std::end(verbs)}), first->span);
    step.broken = true;
    return;
  }
  verb_read_ = true;
  if (!words.end()) step.broken = true;
}

void WfReader::read_agent_body(Words& words, Step& step) {
  step.kind = StepKind::agent;
  const auto from_file = [&] {
    const dsl::Text* path = words.text();
    if (!path) return words.missing("the file's name");
    if (std::optional<expr::Template> text = template_from_file(*path)) {
      step.prompt.push_back({std::move(*text), {}});
    } else {
      step.broken = true;
    }
  };
  const dsl::Arg* who = words.peek();
  if (who && who->kind == dsl::ArgKind::path) {
    // An agent may be called `from`: the word means a file only where a text follows and nobody was named.
    const Located<std::string> name = *words.path();
    const bool file = name.value == "from" && words.peek() && words.peek()->kind == dsl::ArgKind::text;
    if (file) return from_file();
    step.agent = name;
  }
  if (words.word("from")) return from_file();
  read_own_text(words, step);
}

// The text on the step's own line. Where more follows, it may have ended too early: what is wrong inside of
// it is no second mistake.
void WfReader::read_own_text(Words& words, Step& step) {
  const dsl::Text* text = words.text();
  if (text && words.end()) step.prompt.push_back({template_of(*text), {}});
}

expr::Template WfReader::template_of(const dsl::Text& text) {
  return own_names(expr::parse_template(text.value, text.span, place_in(text),
                                        {.includes = includes_of(context_)}, report_));
}

std::optional<expr::Template> WfReader::template_from_file(const dsl::Text& path) {
  const std::optional<std::string> name = constant(&path, "a file's name");
  if (!name) return std::nullopt;
  const expr::Includes includes = includes_of(context_);
  // Names of files are seen from the file in which they stand.
  const std::optional<FileId> read =
      expr::text_file(includes, modules_[module_].folder + *name, path.span, report_);
  if (!read) return std::nullopt;
  const FileId file = *read;
  const std::string& text = context_.sources.file(file).text;
  const auto size = static_cast<std::uint32_t>(text.size());
  return own_names(expr::parse_template(
      text, {file, 0, size},
      [file](std::uint32_t begin, std::uint32_t end) {
        return Span{file, begin, end};
      },
      {.includes = includes}, report_));
}

void WfReader::read_setting(const Item& item, Step& step) {
  if (item.broken) {
    step.broken = true;
    return;
  }
  switch (item.kind) {
    case ItemKind::setting:
      break;
    case ItemKind::reaction:
      return read_step_reaction(item, step);
    case ItemKind::check:
      report_.add(diag::wrong_place, item.head_span, "check")
          .label("it stands in a `gate`, or is what a step does");
      return;
    default:
      report_.add(diag::wrong_place, item.head_span, item.kind == ItemKind::branch ? "if" : item.head)
          .label("steps stand beside each other, not in one another");
      return;
  }
  for (const StepSetting& setting : step_settings()) {
    if (setting.name != item.head) continue;
    if (setting.once && !first_time(item, seen_in_step_)) return;
    return (this->*setting.read)(item, step);
  }
  std::vector<std::string> known;
  for (const StepSetting& setting : step_settings()) known.emplace_back(setting.name);
  known.emplace_back("on");
  const std::string near = diag::closest(item.head, known);
  const bool elsewhere = std::any_of(statements().begin(), statements().end(),
                                     [&](const Statement& statement) { return statement.name == item.head; });
  if (near.empty() && elsewhere) {
    report_.add(diag::wrong_place, item.head_span, item.head).label("it stands at the top of the file");
  } else {
    report_.add(diag::unknown_setting, item.head_span, "a step", diag::Noun::setting, item.head)
        .label("unknown setting")
        .did_you_mean(near, item.head_span);
  }
  // A misspelt text is still a text: that it is missing need not be said as well.
  if (near == text_setting_of(step.kind)) step.broken = true;
  if (near == "after") after_written_ = true, step.broken = true;
}

// Settings that need others, and what is missing.
void WfReader::finish_step(Step& step) {
  const std::string_view wanted = text_setting_of(step.kind);
  if (!in_undo_) settle_gate_files(std::exchange(named_gates_, {}), step);
  if (defaults_ && !in_undo_) apply_defaults(step);
  if (!in_undo_) end_in_gate_escalation(step);
  settle_reactions(step);
  if (verb_read_) check_fitting(step);
  if (step.broken) return;
  if (!wanted.empty() && step.prompt.empty()) {
    report_.add(diag::missing_setting, step.id.span, verb_of(step.kind), wanted)
        .label("it has nothing to " + std::string(step.kind == StepKind::agent     ? "do"
                                                  : step.kind == StepKind::command ? "run"
                                                                                   : "ask"));
    step.broken = true;
    return;
  }
  for (std::size_t i = 0; i < step.prompt.size(); ++i) {
    const bool last = i + 1 == step.prompt.size();
    if (last && step.prompt[i].when)
      report_.add(diag::wrong_place, step.prompt[i].when->span, "when")
          .label("the last " + in_ticks(wanted) + " must always hold");
    if (!last && !step.prompt[i].when) {
      report_.add(diag::repeated_setting, step.prompt[i + 1].text.span, wanted)
          .label("again here")
          .also(step.prompt[i].text.span, "this one always holds");
      break;
    }
  }
}

// What only some kinds of steps have.
void WfReader::check_fitting(const Step& step) {
  const auto only_for = [&](std::string_view setting, bool fits, std::string_view whose) {
    const auto written = seen_in_step_.find(setting);
    if (fits || written == seen_in_step_.end()) return;
    report_.add(diag::wrong_place, written->second, setting)
        .label("only " + std::string(whose) + " has it, and this is " + std::string(verb_of(step.kind)));
  };
  only_for("by", step.kind == StepKind::approve, "an `approve` step");
  const bool child = step.kind == StepKind::command || step.kind == StepKind::deploy ||
                     step.kind == StepKind::agent || step.kind == StepKind::action;
  only_for("dir", child, "a step that runs something");
  if (!step.env.empty() && !child)
    report_.add(diag::wrong_place, step.env[0].name.span, "env")
        .label("only a step that runs something has it");
  if (!step.with.empty() && step.kind != StepKind::action)
    report_.add(diag::wrong_place, step.with[0].name.span, "with").label("only an `action` step has it");
}

void WfReader::apply_defaults(Step& step) {
  const Step& given = *defaults_;
  if (step.kind == StepKind::agent && step.agent.value.empty()) step.agent = given.agent;
  if (step.gate && step.kind == StepKind::approve) {
    if (step.gate->timeout_ms == 0) step.gate->timeout_ms = given.timeout_ms;
  } else if (step.timeout_ms == 0 && step.kind != StepKind::check) {
    step.timeout_ms = given.timeout_ms;
  }
  apply_default_reactions(step);
  const bool runs =
      step.kind == StepKind::command || step.kind == StepKind::deploy || step.kind == StepKind::agent;
  if (!step.folder && runs && given.folder) {
    step.folder = *given.folder;
    about(*step.folder, step);
  }
  if (!seen_in_step_.contains("idempotent")) step.idempotent = given.idempotent;
  if (step.gate && step.gate->approvers.empty()) {
    step.gate->approvers = given.gate->approvers;
    step.gate->quorum = given.gate->quorum;
  }
  if (runs || step.kind == StepKind::action) default_values(given.env, step, step.env);
  if (step.kind == StepKind::action) default_values(given.with, step, step.with);
  const bool gated = step.extras && !step.extras->quality_gates.empty();
  if (given.extras) default_extras(*given.extras, step);
  if (!gated) settle_gate_files(default_gates_, step);
}

// Those of a name that the step does not give itself.
void WfReader::default_values(const std::vector<model::NamedValue>& given, const Step& step,
                              std::vector<model::NamedValue>& to) {
  const std::size_t own = to.size();
  for (const model::NamedValue& value : given) {
    const bool said =
        std::any_of(to.begin(), to.begin() + static_cast<std::ptrdiff_t>(own),
                    [&](const model::NamedValue& of) { return of.name.value == value.name.value; });
    if (said) continue;
    to.push_back(value);
    if (to.back().value) about(*to.back().value, step);
  }
}

void WfReader::default_extras(const model::Extras& given, Step& step) {
  model::Extras& own = extras_of(step);
  if (own.quality_gates.empty()) own.quality_gates = given.quality_gates;
  if (own.tools.empty()) own.tools = given.tools;
  if (own.artifacts.empty()) own.artifacts = given.artifacts;
  if (!own.budget) own.budget = given.budget;
  own.risky = own.risky || given.risky;
}

void WfReader::read_text(const Item& item, Step& step) {
  const std::string_view wanted = text_setting_of(step.kind);
  if (item.head != wanted) {
    if (!verb_read_) return;
    auto draft = report_.add(diag::wrong_place, item.head_span, item.head);
    draft.label(std::string(verb_of(step.kind)) + " does not have it");
    if (!wanted.empty()) draft.help("write " + in_ticks(wanted));
    step.broken = true;
    return;
  }
  Words words(item.args, item.head, item.head_span, report_);
  std::optional<expr::Template> text;
  if (words.word("from")) {
    if (const dsl::Text* path = words.text()) {
      text = template_from_file(*path);
    } else {
      words.missing("the file's name");
    }
  } else if (const dsl::Text* written = words.text()) {
    text = template_of(*written);
  } else {
    words.missing("a text");
  }
  no_block(item);
  if (!words.end() || !text) {
    step.broken = true;
  } else {
    step.prompt.push_back({std::move(*text), item.when});
  }
}

void WfReader::read_after(const Item& item, Step& step) {
  after_written_ = true;
  no_condition(item);
  no_block(item);
  Words words(item.args, item.head, item.head_span, report_);
  if (item.args.size() == 1 && item.args[0].size() == 1 && words.word("start")) return;
  if (words.done()) words.missing("a step's name");
  std::unordered_map<std::string_view, int> listed;
  for (bool first = true; !words.done(); first = false) {
    if (!first && !words.at_comma()) break;
    const dsl::Arg* arg = words.peek(true);
    const auto name = words.name();
    if (!name) {
      if (arg->kind == dsl::ArgKind::path) {
        report_.add(diag::wrong_shape, arg->span, "each entry of `after`", "the name of a step");
        step.broken = true;
        return;
      }
      break;
    }
    const std::string_view text =
        arg->kind == dsl::ArgKind::path ? std::string_view(arg->path[0]) : arg->text.value;
    if (++listed[text] > 1) {
      report_.add(diag::repeated_dependency, name->span, name->value).label("again here");
      continue;
    }
    const auto found = ids_.find(name->value);
    step.needs.push_back({.step = *name, .target = found == ids_.end() ? model::none : found->second});
  }
  if (!words.end()) step.broken = true;
}

void WfReader::read_output(const Item& item, Step& step) {
  no_condition(item);
  no_block(item);
  Words words(item.args, item.head, item.head_span, report_);
  if (const auto name = words.done() ? std::nullopt : words.name()) {
    step.output = *name;
  } else {
    words.missing("the output's name");
  }
  words.end();
  if (item.type) {
    const std::vector<model::Element> levels = read_type(*item.type);
    if (!levels.empty())
      step.output_type = levels[0].type == wf::ValueType::choice ? wf::ValueType::text : levels[0].type;
    if (!levels.empty() && !levels[0].choices.empty()) extras_of(step).output_choices = levels[0].choices;
  }
  step.output_value = item.value;
}

void WfReader::read_env(const Item& item, Step& step) {
  read_named(item, step.env);
}

void WfReader::read_with(const Item& item, Step& step) {
  read_named(item, step.with);
}

void WfReader::read_named(const Item& item, std::vector<model::NamedValue>& to) {
  no_condition(item);
  no_block(item);
  Words words(item.args, item.head, item.head_span, report_);
  const auto name = words.done() ? std::nullopt : words.name();
  if (!name) words.missing("a name");
  if (!item.value && words.peek()) words.missing("`=`");
  if (!words.end()) return;
  if (!item.value) {
    report_.add(diag::missing_value, words.here(), "`= ` and a value");
    return;
  }
  // The step has either `env` or `with` of a name; no kind of step has both.
  const std::string_view written = item.args[0][0].kind == dsl::ArgKind::path
                                       ? std::string_view(item.args[0][0].path[0])
                                       : item.args[0][0].text.value;
  const auto [first, added] = named_in_step_.emplace(written, name->span);
  if (!added) {
    report_.add(diag::repeated_setting, name->span, name->value)
        .label("again here")
        .also(first->second, "first here");
    return;
  }
  to.push_back({.name = *name, .value = item.value, .text = {}});
}

void WfReader::read_dir(const Item& item, Step& step) {
  no_condition(item);
  no_block(item);
  Words words(item.args, item.head, item.head_span, report_);
  if (const dsl::Text* path = words.text()) {
    step.folder = template_of(*path);
  } else {
    words.missing("a folder, as a text,");
  }
  words.end();
}

void WfReader::read_by(const Item& item, Step& step) {
  no_condition(item);
  no_block(item);
  Words words(item.args, item.head, item.head_span, report_);
  std::optional<std::int64_t> quorum;
  const Span quorum_span = words.here();
  if (words.peek() && words.peek()->kind == dsl::ArgKind::literal) {
    quorum = words.integer("how many must approve", 1);
    if (quorum && !words.word("of")) words.missing("`of`");
  }
  std::vector<Located<std::string>> people, again;
  std::unordered_set<std::string> named;
  for (bool first = true; !words.done() && !words.failed(); first = false) {
    if (!first && !words.at_comma()) break;
    const auto person = words.path();
    if (!person) break;
    if (named.insert(person->value).second) {
      people.push_back(*person);
    } else {
      again.push_back(*person);
    }
  }
  const auto there = static_cast<std::int64_t>(people.size());
  const auto written = there + static_cast<std::int64_t>(again.size());
  const bool too_few = quorum && *quorum > there;
  // Where one name too many is what makes it impossible, that is the mistake.
  if (too_few && *quorum <= written && !words.failed()) {
    report_
        .add(diag::gate_unsatisfiable, again.front().span,
             std::to_string(*quorum) + " people must approve, of " + std::to_string(there))
        .label("again here, and one person has one vote");
    return;
  }
  for (const Located<std::string>& person : again)
    report_.add(diag::repeated_entry, person.span, person.value).label("again here");
  if (people.empty()) words.missing("who approves");
  if (!words.end()) return;
  if (too_few) {
    report_
        .add(diag::gate_unsatisfiable, quorum_span,
             std::to_string(*quorum) + " people must approve, of " + std::to_string(there))
        .label("more than there are");
    return;
  }
  if (!step.gate) return;
  step.gate->approvers = std::move(people);
  step.gate->quorum = static_cast<std::uint32_t>(quorum.value_or(0));
}

void WfReader::read_timeout(const Item& item, Step& step) {
  no_condition(item);
  no_block(item);
  Words words(item.args, item.head, item.head_span, report_);
  const Span written = words.here();
  const std::optional<std::uint64_t> ms = words.duration("timeout");
  if (!words.end() || !ms) return;
  if (*ms == 0) {
    if (step.gate && !in_defaults_)
      report_.add(diag::gate_unsatisfiable, written, "nobody can answer in no time");
    else
      report_.add(diag::out_of_range, written, "`timeout`", "more than 0");
    return;
  }
  (step.gate && !in_defaults_ ? step.gate->timeout_ms : step.timeout_ms) = *ms;
}

void WfReader::read_always(const Item& item, Step& step) {
  no_condition(item);
  no_block(item);
  if (Words(item.args, item.head, item.head_span, report_).end()) step.run_if = wf::RunIf::always;
}

void WfReader::read_idempotent(const Item& item, Step& step) {
  no_condition(item);
  no_block(item);
  Words words(item.args, item.head, item.head_span, report_);
  const std::optional<bool> value = words.done() ? std::optional<bool>(true) : words.boolean();
  if (words.end() && value) step.idempotent = *value;
}

}  // namespace wfc::dialects
