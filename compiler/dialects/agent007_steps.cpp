// agent007's steps that become more than one, or that decide about others.
//
// An evaluator is its agent and what is done about the verdict. A router is its agent, and a step behind it
// that chooses; the steps to choose from run when they are chosen. Workers are agents that run together,
// between a step that begins and one that joins what they gave. At a join a step that was not chosen counts
// as finished, and a step that only such steps lead to is passed over too: set_conditions().
#include <algorithm>

#include "compiler/dialects/agent007_keys.h"
#include "compiler/dialects/agent007_reader.h"
#include "compiler/dialects/phrase.h"

namespace wfc::dialects {

using namespace agent007_keys;
using dsl::BindingKind;
using dsl::Expr;
using dsl::ExprKind;
using model::none;
using wf::StepKind;

namespace {

constexpr std::string_view white = " \t\r\n";
constexpr std::string_view verdict_operators[] = {"contains", "not_contains", "equals", "starts_with"};

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(white);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(white) + 1 - begin);
}

// A word of `words` that stands alone in `text`: its place and which one it is.
struct Word {
  std::size_t begin = std::string_view::npos;
  std::string_view text;
};
Word find_word(std::string_view text, std::span<const std::string_view> words) {
  for (std::size_t at = text.find_first_not_of(white); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(white, at), text.size());
    const std::string_view word = text.substr(at, end - at);
    const bool alone = at > 0 && end < text.size();
    if (alone && std::find(words.begin(), words.end(), word) != words.end()) return {at, word};
    at = text.find_first_not_of(white, end);
  }
  return {};
}

// Takes white space from both ends of what a text begins and ends with; and quotes, where both ends have the
// same.
void trim_ends(std::vector<expr::TemplateNode>& nodes, bool quotes) {
  const auto is_text = [](const expr::TemplateNode& node) { return node.kind == expr::NodeKind::text; };
  if (!nodes.empty() && is_text(nodes.front()))
    nodes.front().text.erase(
        0, std::min(nodes.front().text.find_first_not_of(white), nodes.front().text.size()));
  if (!nodes.empty() && is_text(nodes.back()))
    nodes.back().text.erase(nodes.back().text.find_last_not_of(white) + 1);
  if (quotes && !nodes.empty() && is_text(nodes.front()) && is_text(nodes.back())) {
    std::string& begin = nodes.front().text;
    std::string& end = nodes.back().text;
    const bool enough = &begin != &end || begin.size() >= 2;
    if (enough && !begin.empty() && !end.empty() && begin.front() == end.back() &&
        (begin.front() == '"' || begin.front() == '\'')) {
      end.pop_back();
      begin.erase(0, 1);
    }
  }
  std::erase_if(nodes, [&](const expr::TemplateNode& node) { return is_text(node) && node.text.empty(); });
}

}  // namespace

// ------------------------------------------------------------------------------------------- what decides

// `max_retries` counts evaluations: 3 is two ways back.
void Agent007Reader::read_evaluator(const Fields& fields, StepIndex index, Scope& scope) {
  const yaml::Node* node = fields.find("evaluate");
  if (!node) return;
  const Fields evaluate(reader_, *node, evaluate_object);
  if (evaluate.broken()) return;
  Evaluator evaluator;
  evaluator.step = index;
  evaluator.span = fields.key_span("evaluate");
  evaluator.on_pass = evaluate.located("on_pass");
  evaluator.on_pass_key = evaluate.key_span("on_pass");
  evaluator.on_fail = evaluate.located("on_fail");
  evaluator.rounds = static_cast<std::uint32_t>(evaluate.integer("max_retries").value_or(3));
  evaluator.rounds_span = evaluate.find("max_retries") ? evaluate.find("max_retries")->span : evaluator.span;
  const yaml::Node* condition = evaluate.find("condition");
  const yaml::Node* field = evaluate.find("decision_field");
  if (condition) {
    evaluator.passes = read_condition(*condition);
    if (!evaluator.passes) workflow_.steps[index].broken = true;
    if (field) no_effect(evaluate, "decision_field", "the `condition` is used");
  } else if (field) {
    const Expr output = field_of(bound("result", field->span, BindingKind::result), "output", field->span);
    const Expr word = field_of(output, field->text, field->span);
    Expr parts[] = {tested(true, output, "object", field->span), tested(true, word, "string", field->span),
                    joined(ExprKind::equal, filtered(word, "lower", field->span),
                           text_constant("pass", field->span), field->span)};
    evaluator.passes = chained(ExprKind::and_, parts);
  } else if (!evaluate.written("condition") && !evaluate.written("decision_field")) {
    no_effect(fields, "evaluate", "without `condition` or `decision_field` every output passes");
  }
  scope.evaluators.push_back(std::move(evaluator));
}

// `{{review}} contains "APPROVED"`, whatever the case. The first operator that stands alone counts.
std::optional<Expr> Agent007Reader::read_condition(const yaml::Node& condition) {
  std::vector<expr::TemplateNode> nodes = template_of(condition).nodes;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].kind != expr::NodeKind::text) continue;
    const Word word = find_word(nodes[i].text, verdict_operators);
    if (word.text.empty()) continue;
    const std::string op(word.text);
    std::vector<expr::TemplateNode> right(
        std::make_move_iterator(nodes.begin() + static_cast<std::ptrdiff_t>(i)),
        std::make_move_iterator(nodes.end()));
    nodes.resize(i);
    expr::TemplateNode before = right.front();
    before.text.resize(word.begin);
    nodes.push_back(std::move(before));
    right.front().text.erase(0, word.begin + op.size());
    trim_ends(nodes, false);
    trim_ends(right, true);
    if (right.empty()) break;
    const Span span = condition.span;
    Expr of = text_value(std::move(nodes), span);
    Expr what = text_value(std::move(right), span);
    if (op == "equals") return joined(ExprKind::equal, std::move(of), std::move(what), span);
    if (op == "contains") return joined(ExprKind::member, std::move(what), std::move(of), span);
    if (op == "not_contains") return joined(ExprKind::not_member, std::move(what), std::move(of), span);
    Expr begins = tested(true, std::move(of), "starting_with", span);
    begins.children.push_back(std::move(what));
    begins.names.emplace_back();
    return begins;
  }
  reader_.report.add(diag::wrong_shape, condition.span, "`condition`", "a comparison of two texts")
      .help("write what is compared around " + spell_out(verdict_operators) +
            ", as in `{{review}} contains \"approved\"`");
  return std::nullopt;
}

// A text with placeholders as a value: in small letters, without white space at its ends.
Expr Agent007Reader::text_value(std::vector<expr::TemplateNode> nodes, Span span) {
  const auto is_tag = [](const expr::TemplateNode& node) {
    return node.kind != expr::NodeKind::text && node.kind != expr::NodeKind::value;
  };
  if (std::any_of(nodes.begin(), nodes.end(), is_tag))
    return filtered(filtered(value_of(std::move(nodes), span, workflow_), "lower", span), "trim", span);
  if (nodes.empty()) return text_constant("", span);
  std::vector<Expr> parts;
  for (expr::TemplateNode& node : nodes) {
    const bool text = node.kind == expr::NodeKind::text;
    parts.push_back(
        filtered(text ? text_constant(node.text, node.span) : std::move(node.expr), "lower", node.span));
  }
  return filtered(chained(ExprKind::concat, parts), "trim", span);
}

void Agent007Reader::read_router(const Fields& fields, StepIndex index, Scope& scope) {
  const yaml::Node* list = fields.find("routes");
  if (!list) return;
  Router router;
  router.step = index;
  for (const yaml::Node* item : list->items) {
    const Fields entry(reader_, *item, route_object);
    if (entry.broken()) continue;
    Route route{entry.located("goto"), {}, entry.boolean("default", false), entry.key_span("default")};
    if (const yaml::Node* when = entry.find("when")) {
      route.when = trimmed(when->text);
      route.span = when->span;
      if (route.when.empty())
        reader_.report.add(diag::wrong_shape, when->span, "`when`", "a text that is not blank");
    } else if (!route.otherwise && !entry.written("when")) {
      reader_.report.add(diag::missing_setting, entry.anchor(), "a route", "when")
          .label("it is never taken")
          .help("say for which text of the output it is, or write `default: true`");
    }
    // The first that fits is taken.
    const auto same = std::ranges::find_if(router.routes, [&](const Route& other) {
      return other.when == route.when && (!route.when.empty() || (route.otherwise && other.otherwise));
    });
    if (same != router.routes.end())
      reader_.report.add(diag::no_effect, route.span, route.when.empty() ? "default" : "when")
          .label("an earlier route is taken instead")
          .also(same->span, "this one");
    router.routes.push_back(std::move(route));
  }
  // The choice is a step of its own: it is made once, and seen.
  Step choice;
  const Span span = fields.key_span("routes");
  choice.id = {workflow_.steps[index].id.value + ":route", span};
  choice.id_generated = true;
  choice.span = span;
  choice.kind = StepKind::join;
  choice.broken = workflow_.steps[index].broken;
  choice.needs.push_back({.step = workflow_.steps[index].id, .target = index, .written = false});
  workflow_.steps.push_back(std::move(choice));
  router.choice = index + 1;
  scope.made.push_back(
      {.begin = index, .end = index + 2, .own = index, .first = index, .decided = index + 1, .ends = {}});
  scope.routers.push_back(std::move(router));
}

model::StepIndex Agent007Reader::known_step(const Located<std::string>& name, const Scope& scope) {
  const auto found = scope.ids.find(name.value);
  if (found != scope.ids.end()) return found->second;
  auto draft = reader_.report.add(diag::unknown_name, name.span, diag::Noun::step, name.value);
  draft.label("not a step in this workflow");
  if (++guesses_ > 100) return none;
  std::vector<std::string> ids;
  for (const auto& [id, step] : scope.ids) ids.push_back(id);
  draft.did_you_mean(diag::closest(name.value, ids), name.span);
  return none;
}

// The output is searched for the text of each route; the first that is found wins, else the default.
void Agent007Reader::finish_router(const Router& router, Scope& scope) {
  Step& choice = workflow_.steps[router.choice];
  const Step& asked = workflow_.steps[router.step];
  const Span span = choice.span;
  Expr options;
  options.kind = ExprKind::list;
  options.span = span;
  std::vector<Expr> any;
  const Route* otherwise = nullptr;
  const auto add = [&](Expr holds, const Route& route) {
    Expr option;
    option.kind = ExprKind::map;
    option.span = route.to.span;
    option.names = {"holds", "to"};
    option.children.push_back(std::move(holds));
    option.children.push_back(text_constant(route.to.value, route.to.span));
    options.children.push_back(std::move(option));
  };
  for (const Route& route : router.routes) {
    if (route.otherwise && !otherwise) otherwise = &route;
    if (!route.when.empty()) {
      const Expr text = filtered(bound(asked.id.value, route.to.span, BindingKind::output, router.step),
                                 "lower", route.to.span);
      Expr holds =
          joined(ExprKind::member, filtered(text_constant(route.when, route.to.span), "lower", route.to.span),
                 text, route.to.span);
      any.push_back(holds);
      add(std::move(holds), route);
    }
    const StepIndex to = known_step(route.to, scope);
    if (to == none) continue;
    const std::vector<model::Need>& needs = workflow_.steps[to].needs;
    const bool waits = std::any_of(needs.begin(), needs.end(),
                                   [&](const model::Need& need) { return need.target == router.choice; });
    if (!waits) {
      if (!workflow_.steps[to].broken)
        reader_.report.add(diag::not_ready, route.to.span, asked.id.value, workflow_.steps[to].id.value)
            .label("chosen here, and it starts without being chosen")
            .also(workflow_.steps[to].id.span, "it does not wait for the choice")
            .help("add `" + asked.id.value + "` to `depends_on` of step `" + workflow_.steps[to].id.value +
                  "`");
      continue;
    }
    std::vector<Lead>& leads = leads_[first(to, scope)];
    const bool again = std::any_of(leads.begin(), leads.end(), [&](const Lead& lead) {
      return lead.by == router.choice && lead.to == route.to.value;
    });
    if (!again) leads.push_back({router.choice, route.to.value, route.span});
  }
  if (options.children.empty() && !otherwise) return;
  if (!otherwise) {
    choice.kind = StepKind::check;
    choice.condition = chained(ExprKind::or_, any);
    choice.condition->span = span;
    model::Reaction fails;
    fails.on = model::Outcome::fail;
    fails.response = model::Response::fail;
    fails.text = expr::constant_template("no route matches", span);
    fails.span = span;
    choice.reactions.push_back(std::move(fails));
  }
  // One of these is always chosen.
  std::vector<std::string>& choices = choice.extras.emplace().output_choices;
  for (const Route& route : router.routes)
    if (std::find(choices.begin(), choices.end(), route.to.value) == choices.end())
      choices.push_back(route.to.value);
  Expr yes;
  yes.kind = ExprKind::boolean;
  yes.number = 1;
  yes.span = span;
  add(yes, otherwise ? *otherwise : Route{{"", span}, {}, true, span});
  Expr some = filtered(std::move(options), "filter", "attribute", text_constant("holds", span), span);
  some.names.emplace_back("value");
  some.children.push_back(std::move(yes));
  choice.output_value = field_of(filtered(std::move(some), "first", span), "to", span);
}

// What directly follows an evaluator runs only as its `on_pass`.
void Agent007Reader::finish_evaluators(Scope& scope) {
  if (scope.evaluators.empty()) return;
  std::unordered_map<StepIndex, const Evaluator*> evaluators;
  for (const Evaluator& evaluator : scope.evaluators) evaluators.emplace(evaluator.step, &evaluator);
  std::unordered_map<StepIndex, bool> followed;
  each_own(scope, [&](StepIndex own) {
    for (const model::Need& need : workflow_.steps[own].needs) {
      const auto found = evaluators.find(need.target);
      if (found == evaluators.end()) continue;
      const auto passed = scope.ids.find(found->second->on_pass.value);
      if (passed != scope.ids.end() && passed->second == own) {
        followed[need.target] = true;
      } else {
        leads_[first(own, scope)].push_back({need.target, {}, need.step.span});
      }
    }
  });
  for (const Evaluator& evaluator : scope.evaluators) {
    if (known_step(evaluator.on_pass, scope) != none && !followed[evaluator.step])
      reader_.report.add(diag::no_effect, evaluator.on_pass_key, "on_pass")
          .label("`" + evaluator.on_pass.value + "` does not wait for this step")
          .help("add `" + workflow_.steps[evaluator.step].id.value + "` to its `depends_on`");
    finish_evaluator(evaluator, scope);
  }
}

void Agent007Reader::finish_evaluator(const Evaluator& evaluator, Scope& scope) {
  const StepIndex back = known_step(evaluator.on_fail, scope);
  if (!evaluator.passes) return;
  Step& step = workflow_.steps[evaluator.step];
  if (back != none && evaluator.rounds > 1) {
    model::Reaction again;
    again.on = model::Outcome::holds;
    // Back to itself is to be asked again.
    again.response = back == evaluator.step ? model::Response::retry : model::Response::back;
    again.condition = negated(*evaluator.passes);
    again.max = {evaluator.rounds - 1, evaluator.rounds_span};
    if (back != evaluator.step)
      again.to = {workflow_.steps[first(back, scope)].id.value, evaluator.on_fail.span};
    again.span = evaluator.span;
    step.reactions.push_back(std::move(again));
  }
  model::Reaction fails;
  fails.on = model::Outcome::holds;
  fails.response = model::Response::fail;
  fails.condition = negated(*evaluator.passes);
  fails.span = evaluator.span;
  step.reactions.push_back(std::move(fails));
}

// --------------------------------------------------------------------------------- what becomes several

// A tool is called with `input`; no agent is asked.
void Agent007Reader::read_extract(const Fields& fields, Step& step) {
  step.kind = StepKind::action;
  step.agent = {};
  step.model.clear();
  const yaml::Node* node = fields.find("extract");
  if (!node) return;
  const Fields extract(reader_, *node, extract_object);
  step.broken = step.broken || extract.broken();
  step.target = extract.located("tool");
  refuse_blank(extract, "tool", step);
  if (extract.find("compact")) no_effect(extract, "compact", "what the tool gives is taken as it is");
  const yaml::Node* input = extract.find("input");
  if (!input) return;
  const std::size_t composed = workflow_.composed.size();
  if (input->is_mapping()) {
    values_.named(*input, step.with);
  } else {
    values_.named(*node, step.with);
    std::erase_if(step.with, [](const model::NamedValue& value) { return value.name.value != "input"; });
  }
  for (model::NamedValue& value : step.with) {
    if (value.value) replace(*value.value);
    if (value.text) replace(value.text->nodes);
  }
  for (std::size_t i = composed; i < workflow_.composed.size(); ++i)
    replace(workflow_.composed[i].text.nodes);
}

// Those that are `sequential` wait for the ones above them. The step gives what all of them gave, one after
// the other.
void Agent007Reader::read_workers(const Fields& fields, Step own, Scope& scope) {
  Made made;
  made.begin = static_cast<StepIndex>(workflow_.steps.size());
  const std::string id = own.id.value;
  const auto new_step = [&](std::string name, Span span, StepKind kind) -> Step& {
    Step& step = workflow_.steps.emplace_back();
    step.id = {id + ":" + name, span};
    step.id_generated = true;
    step.span = span;
    step.kind = kind;
    step.broken = own.broken;
    return step;
  };
  const auto add_need = [&](Step& step, StepIndex on) {
    step.needs.push_back({.step = workflow_.steps[on].id, .target = on, .written = false});
  };
  const auto group_number = static_cast<std::uint32_t>(workflow_.groups.size());
  model::Group group;
  group.name = id;
  group.span = own.id.span;
  const yaml::Node* list = fields.find("workers");
  new_step("start", own.span, StepKind::join);
  made.first = made.begin;
  std::unordered_map<std::string, int> personas;
  for (const yaml::Node* item : list ? list->items : decltype(list->items){}) {
    const Fields worker(reader_, *item, worker_object);
    const std::string persona = worker.text("persona");
    const int count = ++personas[persona];
    const auto index = static_cast<StepIndex>(workflow_.steps.size());
    Step& step =
        new_step(persona + (count > 1 ? ":" + std::to_string(count) : ""), worker.anchor(), StepKind::agent);
    step.broken = step.broken || worker.broken();
    step.agent = worker.located("persona");
    refuse_blank(worker, "persona", step);
    step.model = own.model;
    if (own.prompt.empty() || may_copy(own.prompt[0].text, step.span)) step.prompt = own.prompt;
    step.timeout_ms = own.timeout_ms;
    step.group = group_number;
    if (scope.retry) step.reactions.push_back(*scope.retry);
    std::string skills;
    for (const Located<std::string>& skill : worker.texts("skills"))
      skills += (skills.empty() ? "Use these skills: " : ", ") + skill.value;
    if (!skills.empty())
      step.instructions = expr::constant_template(std::move(skills), worker.find("skills")->span);
    const bool waits = worker.find("run") && worker.text("run") == "sequential";
    if (waits && !group.members.empty()) {
      for (const StepIndex above : made.ends) add_need(step, above);
      made.ends.clear();
    } else {
      add_need(step, made.first);
    }
    made.ends.push_back(index);
    group.members.push_back(index);
  }
  workflow_.groups.push_back(std::move(group));
  own.kind = StepKind::join;
  own.agent = {};
  own.model.clear();
  own.prompt.clear();
  own.timeout_ms = 0;
  const Span span = own.id.span;
  own.output_value = filtered(bound(id, span, BindingKind::group, group_number), "join", "sep",
                              text_constant("\n\n", span), span);
  made.own = made.decided = static_cast<StepIndex>(workflow_.steps.size());
  made.end = made.own + 1;
  workflow_.steps.push_back(std::move(own));
  scope.made.push_back(std::move(made));
}

// -------------------------------------------------------------------------------------- which steps run

Expr Agent007Reader::ran(StepIndex step, Span span, bool yes) const {
  return joined(
      yes ? ExprKind::not_equal : ExprKind::equal,
      field_of(bound(workflow_.steps[step].id.value, span, BindingKind::step, step), "status", span),
      text_constant("skipped", span), span);
}

Expr Agent007Reader::condition_of(StepIndex step, bool led_by_perhaps,
                                  const std::vector<char>& perhaps) const {
  std::vector<Expr> chosen, all;
  bool judged = false;
  const auto leads = leads_.find(step);
  if (leads != leads_.end()) {
    for (const Lead& lead : leads->second) {
      if (lead.to.empty()) {
        judged = true;
        all.push_back(ran(lead.by, lead.span, false));
        continue;
      }
      Expr is_it = joined(ExprKind::equal,
                          bound(workflow_.steps[lead.by].id.value, lead.span, BindingKind::output, lead.by),
                          text_constant(lead.to, lead.span), lead.span);
      if (perhaps[lead.by])
        is_it = joined(ExprKind::and_, ran(lead.by, lead.span), std::move(is_it), lead.span);
      chosen.push_back(std::move(is_it));
    }
  }
  if (!chosen.empty()) all.push_back(chained(ExprKind::or_, chosen));
  if (led_by_perhaps && (judged || chosen.empty())) {
    std::vector<Expr> any;
    for (const model::Need& need : workflow_.steps[step].needs)
      any.push_back(ran(need.target, need.step.span));
    all.push_back(chained(ExprKind::or_, any));
  }
  return chained(ExprKind::and_, all);
}

// Walks the steps in their order: each knows whether all that leads to it may be passed over.
void Agent007Reader::set_conditions() {
  if (leads_.empty()) return;
  std::vector<Step>& steps = workflow_.steps;
  std::vector<std::uint32_t> waits(steps.size(), 0);
  std::vector<std::vector<StepIndex>> followers(steps.size());
  std::vector<StepIndex> ready;
  for (StepIndex i = 0; i < steps.size(); ++i) {
    for (const model::Need& need : steps[i].needs) {
      if (need.target == none) continue;
      followers[need.target].push_back(i);
      waits[i] += 1;
    }
    if (waits[i] == 0) ready.push_back(i);
  }
  std::vector<char> perhaps(steps.size(), 0);
  while (!ready.empty()) {
    const StepIndex at = ready.back();
    ready.pop_back();
    Step& step = steps[at];
    const bool led_by_perhaps =
        !step.needs.empty() &&
        std::all_of(step.needs.begin(), step.needs.end(),
                    [&](const model::Need& need) { return need.target != none && perhaps[need.target]; });
    perhaps[at] = led_by_perhaps || leads_.contains(at);
    if (perhaps[at] && !step.broken) step.when = condition_of(at, led_by_perhaps, perhaps);
    for (const StepIndex follower : followers[at])
      if (--waits[follower] == 0) ready.push_back(follower);
  }
}

}  // namespace wfc::dialects
