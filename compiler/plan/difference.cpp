// Compares two plans part by part.
//
// Long because every kind of row has its own idea of what is looser: one place knows them all.
//
// Parts are paired by their names; steps that are left over on both sides and do the same have been renamed.
// What cannot be shown to be tighter counts as looser where a policy is concerned: an approval under another
// condition may never be asked for.
#include "compiler/plan/difference.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "compiler/plan/meaning.h"
#include "runtime/rules/paths.h"
#include "runtime/rules/quantity.h"

namespace wfc::plan {
namespace {

// Approvals times steps that are looked at to see which steps an approval guards.
constexpr std::uint64_t looks_max = 100'000'000;
// Of a list of what is allowed or denied: beyond, comparing all with all would not be cheap.
constexpr std::size_t entries_max = 300;

std::string quoted(std::string_view text) {
  return "`" + std::string(text) + "`";
}

std::string_view word_of(wf::StepKind kind) {
  static constexpr std::string_view words[] = {
#define WF_STEP(kind, ...) #kind,
#include "wf/steps.def"
  };
  return words[static_cast<std::size_t>(kind)];
}

std::string_view word_of(wf::Response response) {
  static constexpr std::string_view words[] = {"retry",    "repair",  "back to", "approve", "escalate",
                                               "continue", "degrade", "stop",    "fail",    "cancel"};
  return words[static_cast<std::size_t>(response)];
}

std::set<std::string> set_of(const wf::Rows<wf::Text>& texts) {
  std::set<std::string> all;
  for (const wf::Text& text : texts) all.emplace(view(text));
  return all;
}

// A limit of 0 is none.
bool is_looser(std::uint64_t before, std::uint64_t after) {
  return before != 0 && (after == 0 || after > before);
}

class Difference {
 public:
  Difference(const Plan& before, const Plan& after)
      : a_(before), b_(after), old_(before, ids_of(before)), new_(after, ids_of(after)) {}

  std::vector<Change> run() {
    pair_steps();
    header();
    inputs();
    lets();
    outputs();
    triggers();
    steps();
    approvals();
    groups();
    policies();
    budget(a_.program.budget, b_.program.budget, "the run", {}, {});
    whole();
    std::stable_sort(changes_.begin(), changes_.end(), [](const Change& x, const Change& y) {
      const auto key = [](const Change& change) {
        const wf::Origin& at = change.after.line != 0 ? change.after : change.before;
        return std::tuple(!change.breaking, change.level, at.file, at.line, at.column);
      };
      return key(x) < key(y);
    });
    return std::move(changes_);
  }

 private:
  static constexpr std::uint32_t none = 0xffffffff;

  void say(Level level, std::string message, const wf::Origin& before, const wf::Origin& after,
           bool breaking = true) {
    changes_.push_back({level, breaking && level != Level::graph, std::move(message), before, after});
  }

  // --------------------------------------------------------------------------------------- which are which
  static std::vector<std::string> ids_of(const Plan& plan) {
    std::vector<std::string> ids;
    for (const wf::StepRow& step : plan.steps) ids.emplace_back(view(step.id));
    return ids;
  }

  static bool is_made_by_wfc(const wf::StepRow& step) { return step.kind == wf::StepKind::branch; }

  // The joins that stand for how blocks have ended.
  static std::vector<char> block_ends_of(const Plan& plan) {
    std::vector<char> ends(plan.steps.size(), 0);
    for (const wf::StepRow& step : plan.steps)
      if (step.answered_by != wf::no_row) ends[step.answered_by] = 1;
    return ends;
  }
  static std::string block_name(const wf::StepRow& end) {
    const std::string_view id = view(end.id);
    return "the block " + quoted(id.substr(0, id.rfind(':')));
  }

  // What a step does, without its name and what it waits for.
  static std::string deed(const Plan& plan, const Meaning& meaning, const wf::StepRow& step) {
    std::string text = Meaning::number(step.kind) + meaning.params(step.params);
    if (step.gate != wf::no_row) text += meaning.gate(plan.gates[step.gate]);
    return text;
  }

  void pair_steps() {
    partner_.assign(a_.steps.size(), none);
    partner_of_new_.assign(b_.steps.size(), none);
    std::unordered_map<std::string_view, std::uint32_t> by_id;
    for (std::uint32_t i = 0; i < b_.steps.size(); ++i)
      if (!is_made_by_wfc(b_.steps[i])) by_id.emplace(view(b_.steps[i].id), i);
    for (std::uint32_t i = 0; i < a_.steps.size(); ++i) {
      const auto found = by_id.find(view(a_.steps[i].id));
      if (is_made_by_wfc(a_.steps[i]) || found == by_id.end()) continue;
      partner_[i] = found->second;
      partner_of_new_[found->second] = i;
    }
    std::map<std::string, std::vector<std::uint32_t>> gone, made;
    for (std::uint32_t i = 0; i < a_.steps.size(); ++i)
      if (partner_[i] == none && !is_made_by_wfc(a_.steps[i])) gone[deed(a_, old_, a_.steps[i])].push_back(i);
    for (std::uint32_t i = 0; i < b_.steps.size(); ++i)
      if (partner_of_new_[i] == none && !is_made_by_wfc(b_.steps[i]))
        made[deed(b_, new_, b_.steps[i])].push_back(i);
    std::vector<std::string> names = ids_of(b_);
    for (const auto& [what, olds] : gone) {
      const auto found = made.find(what);
      // Of several that do the same nobody knows which became which.
      if (found == made.end() || olds.size() != 1 || found->second.size() != 1) continue;
      const std::uint32_t then = olds[0];
      const std::uint32_t now = found->second[0];
      partner_[then] = now;
      partner_of_new_[now] = then;
      names[now] = view(a_.steps[then].id);
      say(Level::resume,
          "the step " + quoted(view(a_.steps[then].id)) + " is now named " + quoted(view(b_.steps[now].id)),
          a_.steps[then].origin, b_.steps[now].origin);
    }
    // From here on a renamed step goes by its old name on both sides.
    new_ = Meaning(b_, std::move(names));
  }

  template <class Row, class KeyOf>
  static std::map<std::string, const Row*> by_key(const std::vector<Row>& rows, const KeyOf& key_of) {
    std::map<std::string, const Row*> all;
    for (const Row& row : rows) {
      std::string key = key_of(row);
      while (!all.emplace(key, &row).second) key += '\'';
    }
    return all;
  }

  // Calls `both(old, new)`, `gone(old)` or `made(new)` for each key.
  template <class Row, class KeyOf, class Both, class Gone, class Made>
  static void match(const std::vector<Row>& olds, const std::vector<Row>& news, const KeyOf& key_of,
                    const Both& both, const Gone& gone, const Made& made) {
    const auto before = by_key(olds, key_of);
    const auto after = by_key(news, key_of);
    for (const auto& [key, row] : before) {
      const auto found = after.find(key);
      found == after.end() ? gone(*row) : both(*row, *found->second);
    }
    for (const auto& [key, row] : after)
      if (!before.contains(key)) made(*row);
  }

  // ------------------------------------------------------------------------------------------------ outside
  void header() {
    const wf::Program& p = a_.program;
    const wf::Program& q = b_.program;
    if (view(p.workflow) != view(q.workflow))
      say(Level::api,
          "the workflow " + quoted(view(p.workflow)) + " is now named " + quoted(view(q.workflow)), {}, {});
    if (view(p.project) != view(q.project)) say(Level::graph, "the project is another one", {}, {});
    if (p.fail_fast != q.fail_fast)
      say(Level::graph,
          q.fail_fast ? "a failure now ends the run at once" : "other branches now go on after a failure", {},
          {});
    if (p.enabled != q.enabled)
      say(Level::graph, q.enabled ? "the workflow is now enabled" : "the workflow is now disabled", {}, {});
    if (p.running_max != q.running_max)
      say(is_looser(p.running_max, q.running_max) ? Level::policy : Level::graph,
          "at most " + limit(q.running_max) + " steps run at once, before " + limit(p.running_max), {}, {});
  }

  static std::string limit(std::uint64_t value) {
    return value == 0 ? "any number of" : std::to_string(value);
  }

  // What a dialect gives to every workflow, and neither this one uses nor the other one writes, is no part of
  // it.
  static std::vector<wf::InputRow> inputs_of(const Plan& plan, const Plan& other) {
    std::set<std::uint32_t> used;
    for (const Expression& one : plan.expressions) uses(one.tree, used);
    std::set<std::string_view> written;
    for (const wf::InputRow& row : other.inputs)
      if (row.origin.line != 0) written.insert(view(row.name));
    std::vector<wf::InputRow> rows;
    for (std::uint32_t i = 0; i < plan.inputs.size(); ++i) {
      const wf::InputRow& row = plan.inputs[i];
      if (row.origin.line != 0 || row.required || used.contains(i) || written.contains(view(row.name)))
        rows.push_back(row);
    }
    return rows;
  }
  static void uses(const expr::Expr& tree, std::set<std::uint32_t>& inputs) {
    if (tree.kind == dsl::ExprKind::name && tree.binding.kind == dsl::BindingKind::input)
      inputs.insert(tree.binding.index);
    for (const expr::Expr& child : tree.children) uses(child, inputs);
  }

  void inputs() {
    match(
        inputs_of(a_, b_), inputs_of(b_, a_),
        [](const wf::InputRow& row) { return std::string(view(row.name)); },
        [&](const wf::InputRow& x, const wf::InputRow& y) { input(x, y); },
        [&](const wf::InputRow& x) {
          say(Level::api, "the input " + quoted(view(x.name)) + " is gone", x.origin, {});
        },
        [&](const wf::InputRow& y) {
          say(Level::api,
              "the input " + quoted(view(y.name)) + (y.required ? " is new and required" : " is new"), {},
              y.origin, y.required);
        });
  }

  void input(const wf::InputRow& x, const wf::InputRow& y) {
    if (old_.input(x) == new_.input(y)) return;
    const std::string name = "the input " + quoted(view(x.name));
    if (x.required != y.required) {
      say(Level::api, name + (y.required ? " is required now" : " may be left out now"), x.origin, y.origin,
          y.required);
    } else if (old_.expression(x.default_value) != new_.expression(y.default_value)) {
      say(Level::api, name + " has another default", x.origin, y.origin);
    }
    if (x.type != y.type || spelt_elements(x) != spelt_elements(y))
      say(Level::api, name + " has another type", x.origin, y.origin);
    if (x.nullable != y.nullable)
      say(Level::api, name + (y.nullable ? " may be null now" : " may not be null any more"), x.origin,
          y.origin, !y.nullable);
    const std::set<std::string> olds = set_of(x.choices);
    const std::set<std::string> news = set_of(y.choices);
    for (const std::string& choice : olds)
      if (!news.contains(choice))
        say(Level::api, name + " cannot be " + quoted(choice) + " any more", x.origin, y.origin);
    for (const std::string& choice : news)
      if (!olds.contains(choice))
        say(Level::api, name + " may be " + quoted(choice) + " now", x.origin, y.origin, false);
    if (olds == news && !std::equal(x.choices.begin(), x.choices.end(), y.choices.begin(), y.choices.end(),
                                    [](const wf::Text& p, const wf::Text& q) { return view(p) == view(q); }))
      say(Level::graph, "the choices of " + name + " are in another order", x.origin, y.origin);
  }

  static std::string spelt_elements(const wf::InputRow& row) {
    return Meaning::all_of(row.elements, [](const wf::TypeRow& element) {
      std::string text = Meaning::number(element.type) + Meaning::number(element.nullable);
      for (const wf::Text& choice : element.choices) text += Meaning::field(view(choice));
      return text;
    });
  }

  void lets() {
    match(
        a_.lets, b_.lets, [](const wf::LetRow& row) { return std::string(view(row.name)); },
        [&](const wf::LetRow& x, const wf::LetRow& y) {
          if (old_.expression(x.value) != new_.expression(y.value))
            say(Level::resume, quoted(view(x.name)) + " stands for something else", {}, {});
        },
        [&](const wf::LetRow& x) {
          say(Level::graph, "the name " + quoted(view(x.name)) + " is gone", {}, {});
        },
        [&](const wf::LetRow& y) {
          say(Level::graph, "the name " + quoted(view(y.name)) + " is new", {}, {});
        });
  }

  // Outputs with names of their own, whichever step gives them.
  void outputs() {
    std::map<std::string, const wf::StepRow*> olds, news;
    for (const wf::StepRow& step : a_.steps)
      if (step.output.size > 0) olds.emplace(view(step.output), &step);
    for (const wf::StepRow& step : b_.steps)
      if (step.output.size > 0) news.emplace(view(step.output), &step);
    for (const auto& [name, step] : olds) {
      const auto found = news.find(name);
      if (found == news.end())
        say(Level::api, "the output " + quoted(name) + " is gone", step->origin, {});
      else if (step->output_type != found->second->output_type)
        say(Level::api, "the output " + quoted(name) + " has another type", step->origin,
            found->second->origin);
    }
    for (const auto& [name, step] : news)
      if (!olds.contains(name))
        say(Level::api, "the output " + quoted(name) + " is new", {}, step->origin, false);
  }

  static std::string trigger_name(const wf::TriggerRow& row) {
    switch (row.kind) {
      case wf::TriggerKind::manual:
        return "starting by hand";
      case wf::TriggerKind::cron:
        return "the schedule " + quoted(view(row.cron));
      case wf::TriggerKind::event:
        return "the event " + quoted(view(row.name));
      case wf::TriggerKind::webhook:
        return "the webhook " + quoted(view(row.name).empty() ? view(row.url) : view(row.name));
    }
    return {};
  }

  void triggers() {
    match(
        a_.triggers, b_.triggers, trigger_name,
        [&](const wf::TriggerRow& x, const wf::TriggerRow& y) {
          if (old_.trigger(x) == new_.trigger(y)) return;
          if (x.secret.size > 0 && y.secret.size == 0)
            say(Level::policy, trigger_name(x) + " needs no secret any more", x.origin, y.origin);
          else
            say(Level::api, trigger_name(x) + " starts runs in another way", x.origin, y.origin);
        },
        [&](const wf::TriggerRow& x) {
          say(Level::api, trigger_name(x) + " starts no run any more", x.origin, {});
        },
        [&](const wf::TriggerRow& y) {
          say(Level::api, trigger_name(y) + " starts runs now", {}, y.origin, false);
        });
  }

  // -------------------------------------------------------------------------------------------------- steps
  void steps() {
    const std::vector<char> old_ends = block_ends_of(a_), new_ends = block_ends_of(b_);
    for (std::uint32_t i = 0; i < a_.steps.size(); ++i) {
      const wf::StepRow& step = a_.steps[i];
      if (is_made_by_wfc(step)) continue;
      if (partner_[i] != none) {
        compare_step(step, b_.steps[partner_[i]], old_ends[i] ? block_name(b_.steps[partner_[i]]) : "");
      } else if (old_ends[i]) {
        reactions(step.reactions, {}, block_name(step), step.origin, {});
      } else if (step.kind == wf::StepKind::approve) {
        say(Level::policy, "the approval " + quoted(view(step.id)) + " is gone", step.origin, {});
      } else {
        say(Level::resume, "the step " + quoted(view(step.id)) + " is gone", step.origin, {});
      }
    }
    for (std::uint32_t i = 0; i < b_.steps.size(); ++i) {
      const wf::StepRow& step = b_.steps[i];
      if (partner_of_new_[i] != none || is_made_by_wfc(step)) continue;
      if (new_ends[i])
        reactions({}, step.reactions, block_name(step), {}, step.origin);
      else
        say(Level::graph, "the step " + quoted(view(step.id)) + " is new", {}, step.origin);
    }
  }

  // `block`: the step stands for how that has ended.
  void compare_step(const wf::StepRow& x, const wf::StepRow& y, const std::string& block) {
    const std::string name = block.empty() ? quoted(view(y.id)) : block;
    const auto changed = [&](Level level, const std::string& message) {
      say(level, message, x.origin, y.origin);
    };
    if (x.kind != y.kind) {
      changed(x.kind == wf::StepKind::approve ? Level::policy : Level::resume,
              "the step " + name + " is of the kind " + quoted(word_of(y.kind)) + ", before " +
                  quoted(word_of(x.kind)));
    } else if (old_.params(x.params) != new_.params(y.params)) {
      changed(Level::resume, "the " + params_that_differ(x, y) + " of " + name + " changed");
    }
    condition(x, y, name);
    needs(x, y, name);
    if (x.run_if != y.run_if)
      // It would run after a rejection, too.
      changed(
          y.run_if == wf::RunIf::always && has_approvals() ? Level::policy : Level::graph,
          name + (y.run_if == wf::RunIf::always ? " runs now whatever happened before it"
                                                : " does not run any more when something before it failed"));
    if (x.idempotent != y.idempotent)
      changed(y.idempotent ? Level::policy : Level::resume,
              name + (y.idempotent ? " may now simply run again after a crash"
                                   : " does not simply run again after a crash any more"));
    if (view(x.output) == view(y.output) &&
        (x.output_type != y.output_type ||
         old_.expression(x.output_value) != new_.expression(y.output_value))) {
      // Of an output with a name another type was told already.
      if (x.output.size == 0 || x.output_type == y.output_type)
        changed(x.output.size > 0 ? Level::api : Level::resume,
                "the output of " + name + " is made in another way");
    }
    if (x.timeout_ms != y.timeout_ms)
      changed(is_looser(x.timeout_ms, y.timeout_ms) ? Level::policy : Level::resume,
              "the time that " + name + " may take changed");
    reactions(old_.reactions_of(x), new_.reactions_of(y), name, x.origin, y.origin);
    gates(x, y, name);
    extras(x, y, name);
    if (old_.step_row(x.undoes) != new_.step_row(y.undoes))
      changed(Level::resume, name + " undoes another step");
    if (x.fallback != y.fallback) changed(Level::resume, name + " has another part in the escalation");
  }

  bool has_approvals() const {
    return std::any_of(a_.steps.begin(), a_.steps.end(), [](const wf::StepRow& step) {
      return step.kind == wf::StepKind::approve || step.gate != wf::no_row;
    });
  }

  std::string params_that_differ(const wf::StepRow& x, const wf::StepRow& y) const {
    std::set<std::string> differ;
    std::map<std::string, std::string> olds, news;
    for (const wf::Param& param : x.params)
      olds[std::string(view(param.name))] += Meaning::field(old_.param(param));
    for (const wf::Param& param : y.params)
      news[std::string(view(param.name))] += Meaning::field(new_.param(param));
    for (const auto& [key, value] : olds)
      if (!news.contains(key) || news[key] != value) differ.insert(key);
    for (const auto& [key, value] : news)
      if (!olds.contains(key)) differ.insert(key);
    // A command that needs no shell is the list of its words.
    if (differ.erase("arg") > 0) differ.insert("command");
    std::string text;
    for (const std::string& one : differ) text += (text.empty() ? "" : " and the ") + one;
    return text.empty() ? "order of what is given" : text;
  }

  void condition(const wf::StepRow& x, const wf::StepRow& y, const std::string& name) {
    // An approval that is skipped guards nothing.
    const bool guards = x.kind == wf::StepKind::approve;
    if (old_.expression(x.when) != new_.expression(y.when)) {
      const bool gone = y.when == wf::no_expr;
      say(guards && !gone ? Level::policy : Level::graph,
          gone ? name + " runs without a condition now" : "the condition of " + name + " changed", x.origin,
          y.origin);
    }
    if (old_.branch(x.branch) != new_.branch(y.branch) || x.side != y.side) {
      const bool gone = y.branch == wf::no_row;
      // Where there is no `if` around a step there is no side of it.
      if (gone && x.branch == wf::no_row) return;
      say(guards && !gone ? Level::policy : Level::graph,
          gone ? name + " stands under no `if` any more" : "the `if` around " + name + " changed", x.origin,
          y.origin);
    }
  }

  std::set<std::string> needs_of(const Plan& plan, const Meaning& meaning, const wf::StepRow& step) const {
    std::set<std::string> names;
    for (const wf::Row need : step.needs)
      if (!is_made_by_wfc(plan.steps[need])) names.insert(meaning.name(need));
    return names;
  }

  void needs(const wf::StepRow& x, const wf::StepRow& y, const std::string& name) {
    const std::set<std::string> olds = needs_of(a_, old_, x);
    const std::set<std::string> news = needs_of(b_, new_, y);
    for (const std::string& need : olds)
      if (!news.contains(need))
        say(Level::graph, name + " does not wait for " + quoted(need) + " any more", x.origin, y.origin);
    for (const std::string& need : news)
      if (!olds.contains(need))
        say(Level::graph, name + " waits for " + quoted(need) + " now", x.origin, y.origin);
  }

  // Which steps had an approval before them and have not any more.
  void approvals() {
    std::vector<std::uint32_t> both;
    for (std::uint32_t i = 0; i < a_.steps.size(); ++i)
      if (a_.steps[i].kind == wf::StepKind::approve && partner_[i] != none) both.push_back(i);
    if (std::uint64_t{both.size()} * (a_.steps.size() + b_.steps.size()) > looks_max) return;
    for (const std::uint32_t approval : both) {
      const std::vector<char> then = behind(a_, approval);
      const std::vector<char> now = behind(b_, partner_[approval]);
      const auto lost = [&](std::uint32_t old) {
        return partner_[old] != none && then[old] != 0 && now[partner_[old]] == 0;
      };
      for (std::uint32_t i = 0; i < a_.steps.size(); ++i) {
        if (!lost(i)) continue;
        // What follows a step that lost its guard is told by that step.
        const wf::Rows<wf::Row>& needs = b_.steps[partner_[i]].needs;
        if (std::any_of(needs.begin(), needs.end(), [&](wf::Row need) {
              return partner_of_new_[need] != none && lost(partner_of_new_[need]);
            }))
          continue;
        const std::string name = quoted(view(b_.steps[partner_[i]].id));
        const std::string said =
            name + " does not wait for " + quoted(view(a_.steps[approval].id)) + " any more";
        std::erase_if(changes_, [&](const Change& change) {
          return change.level == Level::graph && change.message == said;
        });
        say(Level::policy,
            name + " does not wait for the approval " + quoted(view(a_.steps[approval].id)) + " any more",
            a_.steps[i].origin, b_.steps[partner_[i]].origin);
      }
    }
  }

  static std::vector<char> behind(const Plan& plan, std::uint32_t step) {
    std::vector<char> found(plan.steps.size(), 0);
    std::vector<std::uint32_t> open = {step};
    while (!open.empty()) {
      const std::uint32_t at = open.back();
      open.pop_back();
      for (const wf::Row next : plan.steps[at].followers) {
        if (found[next] != 0) continue;
        found[next] = 1;
        open.push_back(next);
      }
    }
    return found;
  }

  // What answers an outcome: paired by outcome, response and where it goes.
  void reactions(const wf::Rows<wf::ReactionRow>& olds, const wf::Rows<wf::ReactionRow>& news,
                 const std::string& name, const wf::Origin& before, const wf::Origin& after) {
    if (old_.reactions(olds) == new_.reactions(news)) return;
    const auto key = [](const Meaning& meaning, const wf::ReactionRow& row) {
      return Meaning::number(row.on) + Meaning::number(row.response) + meaning.step_row(row.target);
    };
    std::map<std::string, std::vector<const wf::ReactionRow*>> left;
    for (const wf::ReactionRow& row : news) left[key(new_, row)].push_back(&row);
    bool said = false;
    const auto tell = [&](Level level, const std::string& message) {
      said = true;
      say(level, message, before, after);
    };
    for (const wf::ReactionRow& row : olds) {
      auto& same = left[key(old_, row)];
      if (same.empty()) {
        const bool asked = row.response == wf::Response::approve || row.response == wf::Response::escalate ||
                           row.response == wf::Response::stop || row.response == wf::Response::cancel;
        tell(asked ? Level::policy : Level::resume,
             name + " has no " + quoted(word_of(row.response)) + " any more");
        continue;
      }
      const wf::ReactionRow& now = *same.front();
      same.erase(same.begin());
      if (row.max != now.max) {
        tell(now.max > row.max ? Level::policy : Level::resume,
             "the " + quoted(word_of(row.response)) + " of " + name + " is tried up to " +
                 std::to_string(now.max) + " times, before " + std::to_string(row.max));
      }
      if (old_.reaction_but_max(row) != new_.reaction_but_max(now))
        tell(Level::resume, "the " + quoted(word_of(row.response)) + " of " + name + " changed");
    }
    for (const auto& [which, rows] : left)
      for (const wf::ReactionRow* row : rows)
        tell(row->response == wf::Response::go_on ? Level::policy : Level::resume,
             name + " has a new " + quoted(word_of(row->response)));
    if (said) return;
    // What runs again follows from the steps between, which are told as what they are.
    const auto spelt = [&](const Meaning& meaning, const wf::Rows<wf::ReactionRow>& rows) {
      return Meaning::all_of(rows, [&](const wf::ReactionRow& row) {
        return key(meaning, row) + Meaning::number(row.max) + meaning.reaction_but_max(row);
      });
    };
    if (spelt(old_, olds) != spelt(new_, news))
      tell(Level::resume, "what answers the outcome of " + name + " is in another order");
  }

  void gates(const wf::StepRow& x, const wf::StepRow& y, const std::string& name) {
    if (x.gate == wf::no_row && y.gate == wf::no_row) return;
    if (x.gate == wf::no_row) return say(Level::resume, name + " waits for people now", x.origin, y.origin);
    if (y.gate == wf::no_row)
      return say(Level::policy, name + " waits for nobody's approval any more", x.origin, y.origin);
    const wf::GateRow& p = a_.gates[x.gate];
    const wf::GateRow& q = b_.gates[y.gate];
    if (old_.gate(p) == new_.gate(q)) return;
    const auto changed = [&](Level level, const std::string& what) {
      say(level, what + " " + name, x.origin, y.origin);
    };
    const std::set<std::string> olds = set_of(p.approvers);
    const std::set<std::string> news = set_of(q.approvers);
    const auto needed = [](const wf::GateRow& gate, std::size_t people) {
      return gate.quorum != 0 ? gate.quorum : std::max<std::size_t>(people, 1);
    };
    // Looser: some people could open it now who could not before. Without names anybody may decide.
    const std::size_t then = needed(p, olds.size());
    const std::size_t now = needed(q, news.size());
    std::size_t strangers = 0;
    for (const std::string& one : news) strangers += olds.contains(one) ? 0 : 1;
    const std::size_t known = news.empty() ? 0 : now - std::min(now, strangers);
    const bool looser = olds.empty() ? now < then : known < then;
    if (olds != news)
      changed(looser ? Level::policy : Level::resume, "other people decide about");
    else if (then != now)
      changed(looser ? Level::policy : Level::resume,
              std::to_string(now) + " of the approvers must agree, before " + std::to_string(then) + ", to");
    const bool opens = q.on_timeout == wf::OnTimeout::proceed;
    if (p.on_timeout != q.on_timeout)
      changed(opens ? Level::policy : Level::resume,
              opens ? "nobody's answer now opens" : "something else happens when nobody answers");
    if (p.timeout_ms != q.timeout_ms)
      changed(opens && q.timeout_ms != 0 && (p.timeout_ms == 0 || q.timeout_ms < p.timeout_ms)
                  ? Level::policy
                  : Level::resume,
              "people have another time to decide about");
    if (p.on_reject != q.on_reject)
      say(Level::api,
          std::string("a run ends ") +
              (q.on_reject == wf::OnReject::fail ? "as failed (exit code 1)" : "as cancelled (exit code 4)") +
              " when " + name + " is rejected",
          x.origin, y.origin);
    if (p.content_may_change != q.content_may_change)
      changed(q.content_may_change ? Level::policy : Level::resume,
              q.content_may_change ? "people may now change the content of"
                                   : "people may not change any more the content of");
    if (old_.param(p.message) != new_.param(q.message))
      changed(Level::resume, "people are asked something else about");
  }

  void extras(const wf::StepRow& x, const wf::StepRow& y, const std::string& name) {
    static const wf::ExtrasRow nothing{};
    const wf::ExtrasRow& p = x.extras == wf::no_row ? nothing : a_.extras[x.extras];
    const wf::ExtrasRow& q = y.extras == wf::no_row ? nothing : b_.extras[y.extras];
    quality_gates(p, q, x, y, name);
    tools(p.tools, q.tools, " of " + name, x.origin, y.origin);
    const auto artifacts = [](const Meaning& meaning, const wf::ExtrasRow& row) {
      return Meaning::all_of(row.artifacts, [&](const wf::ArtifactRow& artifact) {
        return Meaning::field(view(artifact.kind)) + meaning.params(artifact.from);
      });
    };
    if (artifacts(old_, p) != artifacts(new_, q))
      say(Level::resume, "the artifacts of " + name + " changed", x.origin, y.origin);
    budget(p.budget, q.budget, name, x.origin, y.origin);
    if (p.risky != q.risky)
      say(q.risky ? Level::resume : Level::policy,
          name + (q.risky ? " is looked at by the guardrail now"
                          : " is not looked at by the guardrail any more"),
          x.origin, y.origin);
  }

  void quality_gates(const wf::ExtrasRow& p, const wf::ExtrasRow& q, const wf::StepRow& x,
                     const wf::StepRow& y, const std::string& name) {
    const auto changed = [&](Level level, const std::string& message) {
      say(level, message, x.origin, y.origin);
    };
    const std::uint32_t both = std::min(p.quality_gates.count, q.quality_gates.count);
    for (std::uint32_t i = 0; i < both; ++i) {
      const wf::QualityGateRow& g = p.quality_gates[i];
      const wf::QualityGateRow& h = q.quality_gates[i];
      std::set<std::string> olds, news;
      for (const wf::CriterionRow& row : g.criteria) olds.insert(old_.expression(row.holds));
      for (const wf::CriterionRow& row : h.criteria) news.insert(new_.expression(row.holds));
      if (!std::includes(news.begin(), news.end(), olds.begin(), olds.end()))
        changed(Level::policy, "a criterion of the gate of " + name + " changed or is gone");
      else if (olds != news)
        changed(Level::resume, "the gate of " + name + " has more criteria");
      if (g.blocks != h.blocks)
        changed(h.blocks ? Level::resume : Level::policy,
                "the gate of " + name + (h.blocks ? " blocks now" : " only warns now"));
      if (g.before != h.before) changed(Level::policy, "the gate of " + name + " is looked at elsewhere");
      if (view(g.name) != view(h.name)) changed(Level::resume, "the gate of " + name + " has another name");
      reactions(g.reactions, h.reactions, "the gate of " + name, x.origin, y.origin);
    }
    if (p.quality_gates.count > both) changed(Level::policy, "a gate of " + name + " is gone");
    if (q.quality_gates.count > both) changed(Level::resume, name + " has a new gate");
  }

  // ------------------------------------------------------------------------------------------------ policies
  void tools(const wf::Rows<wf::ToolRow>& olds, const wf::Rows<wf::ToolRow>& news, const std::string& of,
             const wf::Origin& before, const wf::Origin& after) {
    const auto names = [](const wf::Rows<wf::ToolRow>& rows, bool allow) {
      std::set<std::string> all;
      for (const wf::ToolRow& row : rows)
        if (row.allow == allow) all.emplace(view(row.tool));
      return all;
    };
    const auto old_allowed = names(olds, true), new_allowed = names(news, true);
    const auto old_denied = names(olds, false), new_denied = names(news, false);
    granted(old_allowed, new_allowed, "the tool", of, before, after, covers_tool);
    denied(old_denied, new_denied, "the tool", of, before, after, covers_tool);
    // The order of rules counts where they overlap, and so do the reasons that agents are given.
    if (old_allowed == new_allowed && old_denied == new_denied &&
        Meaning::tools(olds) != Meaning::tools(news))
      say(Level::resume, "the rules about tools" + of + " changed", before, after);
  }

  using Covers = bool (*)(const std::string& wide, const std::string& narrow);
  // A category stands for all that is in it.
  static bool covers_tool(const std::string& wide, const std::string& narrow) {
    return wide == narrow || narrow.starts_with(wide + ".");
  }
  static bool covers_secret(const std::string& wide, const std::string& narrow) { return wide == narrow; }
  static bool covers_allowed_path(const std::string& wide, const std::string& narrow) {
    return covers_path(wide, narrow, &PathRule::surely_allows);
  }
  static bool covers_denied_path(const std::string& wide, const std::string& narrow) {
    return covers_path(wide, narrow, &PathRule::surely_covers);
  }
  using PathRule = wf::rules::PathRule;
  static bool covers_path(const std::string& wide, const std::string& narrow,
                          bool (PathRule::*covers)(const PathRule&) const) {
    if (wide == narrow) return true;
    wf::rules::PathProblem problem;
    const auto outer = PathRule::read(wide, problem);
    const auto inner = PathRule::read(narrow, problem);
    return outer && inner && ((*outer).*covers)(*inner);
  }
  // Lists that are unreasonably long are compared by their words.
  static bool is_covered(const std::set<std::string>& by, const std::string& one, Covers covers) {
    if (by.contains(one)) return true;
    return by.size() <= entries_max &&
           std::any_of(by.begin(), by.end(), [&](const std::string& wide) { return covers(wide, one); });
  }

  // What is allowed is all there is, once something is.
  void granted(const std::set<std::string>& olds, const std::set<std::string>& news, const std::string& what,
               const std::string& of, const wf::Origin& before, const wf::Origin& after, Covers covers) {
    if (olds.empty() && news.empty()) return;
    if (news.empty())
      return say(Level::policy, what + "s" + of + " are limited to no list any more", before, after);
    if (olds.empty()) say(Level::graph, what + "s" + of + " are limited to a list now", before, after);
    // Without a list the whole repository may be written, but for what must be named.
    static const std::set<std::string> all_paths = {"."};
    const bool of_paths = covers == covers_allowed_path;
    if (olds.empty() && !of_paths) return;
    for (const std::string& one : news)
      if (!is_covered(olds.empty() ? all_paths : olds, one, covers))
        say(Level::policy, what + " " + quoted(one) + of + " is allowed now", before, after);
    for (const std::string& one : olds)
      if (!is_covered(news, one, covers))
        say(Level::graph, what + " " + quoted(one) + of + said_of_rest(news, one, covers, "allowed"), before,
            after);
  }
  void denied(const std::set<std::string>& olds, const std::set<std::string>& news, const std::string& what,
              const std::string& of, const wf::Origin& before, const wf::Origin& after, Covers covers) {
    for (const std::string& one : olds)
      if (!is_covered(news, one, covers))
        say(Level::policy, what + " " + quoted(one) + of + said_of_rest(news, one, covers, "denied"), before,
            after);
    for (const std::string& one : news)
      if (!is_covered(olds, one, covers))
        say(Level::graph, what + " " + quoted(one) + of + " is denied now", before, after);
  }
  // Of an entry that is covered no more: parts of it may be.
  static std::string said_of_rest(const std::set<std::string>& news, const std::string& gone, Covers covers,
                                  const std::string& verb) {
    std::string parts;
    for (const std::string& one : news)
      if (is_covered({gone}, one, covers)) parts += (parts.empty() ? "" : ", ") + quoted(one);
    if (parts.empty()) return " is not " + verb + " any more";
    return " is " + verb + " in parts only: " + parts;
  }

  void budget(wf::Row x, wf::Row y, const std::string& of, const wf::Origin& before,
              const wf::Origin& after) {
    static const wf::BudgetRow nothing{};
    const wf::BudgetRow& p = x == wf::no_row ? nothing : a_.budgets[x];
    const wf::BudgetRow& q = y == wf::no_row ? nothing : b_.budgets[y];
    const wf::Origin then = p.origin.line != 0 ? p.origin : before;
    const wf::Origin now = q.origin.line != 0 ? q.origin : after;
    const auto limits = [&](const wf::Limits& olds, const wf::Limits& news, const std::string& whose) {
      const auto one = [&](std::string_view what, std::uint64_t old_limit, std::uint64_t new_limit) {
        if (old_limit == new_limit) return;
        const bool looser = is_looser(old_limit, new_limit);
        say(looser ? Level::policy : Level::graph,
            std::string("the limit of ") + std::string(what) + " of " + whose +
                (new_limit == 0   ? " is gone"
                 : old_limit == 0 ? " is new"
                 : looser         ? " is raised"
                                  : " is lowered"),
            then, now);
      };
      one("credits", olds.credits, news.credits);
      one("time", olds.time_ms, news.time_ms);
      one("tokens", olds.tokens, news.tokens);
      one("calls", olds.calls, news.calls);
      one("money", olds.micro_usd, news.micro_usd);
    };
    limits(p.whole, q.whole, of);
    limits(p.each, q.each, "each step of " + of);
    const bool cuts = p.degraded_chars != q.degraded_chars || p.outputs_only != q.outputs_only ||
                      p.alert_percent != q.alert_percent;
    if (cuts)
      say(Level::policy, "what the budget of " + of + " counts, cuts or tells has changed", then, now);
    reactions(p.reactions, q.reactions, "the budget of " + of, then, now);
  }

  // A block that has no name and no limit is a way of writing.
  static std::vector<wf::GroupRow> groups_of(const Plan& plan) {
    std::vector<wf::GroupRow> rows;
    for (const wf::GroupRow& row : plan.groups)
      if (row.name.size > 0 || row.running_max > 0 || row.so_far) rows.push_back(row);
    return rows;
  }

  void groups() {
    match(
        groups_of(a_), groups_of(b_), [](const wf::GroupRow& row) { return std::string(view(row.name)); },
        [&](const wf::GroupRow& x, const wf::GroupRow& y) {
          if (old_.group(x) == new_.group(y)) return;
          const std::string name = view(x.name).empty() ? "a group" : "the group " + quoted(view(x.name));
          if (x.running_max != y.running_max)
            say(is_looser(x.running_max, y.running_max) ? Level::policy : Level::graph,
                "at most " + limit(y.running_max) + " steps of " + name + " run at once, before " +
                    limit(x.running_max),
                {}, {});
          const auto members = [](const Meaning& meaning, const wf::GroupRow& row) {
            std::multiset<std::string> names;
            for (const wf::Row member : row.members) names.insert(meaning.step_row(member));
            return names;
          };
          if (members(old_, x) != members(new_, y) || x.so_far != y.so_far)
            say(Level::graph, name + " has other steps", {}, {});
        },
        [&](const wf::GroupRow& x) {
          if (x.running_max > 0)
            say(Level::policy,
                "the limit of " + std::to_string(x.running_max) + " steps at once of a group is gone", {},
                {});
          else
            say(Level::graph, "a group is gone", {}, {});
        },
        [&](const wf::GroupRow&) { say(Level::graph, "a group is new", {}, {}); });
  }

  // Policies that are lists are compared as what they are; those that have rows of their own are told with
  // those; and the others, which nobody enforces yet, by what their names say about looser and stricter.
  void policies() {
    std::map<std::string_view, std::string_view> renamed;
    for (std::uint32_t i = 0; i < a_.steps.size(); ++i)
      if (partner_[i] != none && view(a_.steps[i].id) != view(b_.steps[partner_[i]].id))
        renamed.emplace(view(b_.steps[partner_[i]].id), view(a_.steps[i].id));
    // What is said of a renamed step goes by its old name. A name may hold dots.
    const auto old_name = [&](const wf::PolicyRow& row) {
      std::string name(view(row.name));
      constexpr std::string_view steps = "steps.";
      if (renamed.empty() || !name.starts_with(steps)) return name;
      for (std::size_t dot = name.rfind('.'); dot >= steps.size(); dot = name.rfind('.', dot - 1))
        if (const auto found = renamed.find(std::string_view(name).substr(steps.size(), dot - steps.size()));
            found != renamed.end())
          return name.replace(steps.size(), found->first.size(), found->second);
      return name;
    };
    std::vector<wf::PolicyRow> news;
    for (const wf::PolicyRow& row : b_.policies) news.push_back(row);
    std::map<const wf::PolicyRow*, std::string> names;
    for (const wf::PolicyRow& row : news) names.emplace(&row, old_name(row));
    match(
        a_.policies, news,
        [&](const wf::PolicyRow& row) {
          const auto found = names.find(&row);
          return found == names.end() ? std::string(view(row.name)) : found->second;
        },
        [&](const wf::PolicyRow& x, const wf::PolicyRow& y) {
          if (view(x.value) != view(y.value)) policy(&x, &y);
        },
        [&](const wf::PolicyRow& x) { policy(&x, nullptr); },
        [&](const wf::PolicyRow& y) { policy(nullptr, &y); });
  }

  static std::set<std::string> list_of(std::string_view json) {
    std::set<std::string> all;
    // A list of texts, as lowering writes it: what stands between quotes.
    for (std::size_t at = json.find('"'); at != std::string_view::npos; at = json.find('"', at + 1)) {
      std::string one;
      for (++at; at < json.size() && json[at] != '"'; ++at)
        one += json[at] == '\\' && at + 1 < json.size() ? json[++at] : json[at];
      all.insert(std::move(one));
      if (at >= json.size()) break;
    }
    return all;
  }

  // `x`, `y`: null where there is none.
  void policy(const wf::PolicyRow* x, const wf::PolicyRow* y) {
    const std::string_view name = view(x != nullptr ? x->name : y->name);
    const std::string_view then = x != nullptr ? view(x->value) : std::string_view();
    const std::string_view now = y != nullptr ? view(y->value) : std::string_view();
    const wf::Origin before = x != nullptr ? x->origin : wf::Origin{};
    const wf::Origin after = y != nullptr ? y->origin : wf::Origin{};
    const auto allow = [&](const std::string& what, Covers covers) {
      granted(list_of(then), list_of(now), what, {}, before, after, covers);
    };
    const auto deny = [&](const std::string& what, Covers covers) {
      denied(list_of(then), list_of(now), what, {}, before, after, covers);
    };
    if (name == "allow.paths") return allow("the path", covers_allowed_path);
    if (name == "deny.paths") return deny("the path", covers_denied_path);
    if (name == "allow.secrets") return allow("the secret", covers_secret);
    if (name == "deny.secrets") return deny("the secret", covers_secret);
    if (name == "require_approval") {
      const std::set<std::string> olds = list_of(then);
      const std::set<std::string> news = list_of(now);
      for (const std::string& one : olds)
        if (!news.contains(one))
          say(Level::policy, quoted(one) + " does not require an approval any more", before, after);
      for (const std::string& one : news)
        if (!olds.contains(one)) say(Level::graph, quoted(one) + " requires an approval now", before, after);
      return;
    }
    if (!has_rows(x) && !has_rows(y)) declared(x, y);
  }

  static std::string_view last_part(std::string_view name) { return name.substr(name.rfind('.') + 1); }

  // Is it told with the rows that the engine reads?
  bool has_rows(const wf::PolicyRow* row) const {
    if (row == nullptr) return false;
    const std::string_view name = view(row->name);
    if (row->enforced || name == "eval" || name == "guardrail" || name == "shadow_routing" ||
        name.starts_with("tools.") || name.ends_with("allow.tools") || name.ends_with("deny.tools"))
      return true;
    if (!name.starts_with("steps.")) return false;
    if (name.ends_with(".artifact")) return true;
    if (!name.ends_with(".risky")) return false;
    const auto marks = [&](const Plan& plan) {
      return std::any_of(plan.steps.begin(), plan.steps.end(), [&](const wf::StepRow& step) {
        return step.extras != wf::no_row && plan.extras[step.extras].risky &&
               name == "steps." + std::string(view(step.id)) + ".risky";
      });
    };
    return marks(a_) || marks(b_);
  }

  // When a policy that is only declared is looser than it was.
  enum class Looser : std::uint8_t {
    never,    // It limits nothing.
    unless,   // With any other value than before.
    higher,   // As a number.
    off,      // Written `true` it holds.
    shorter,  // A list of what is looked for.
    longer,   // A list of what is allowed.
  };
  struct Declared {
    std::string_view name;  // Its last part.
    Looser looser;
    std::string_view usual;  // What holds without it where its block is there: nothing, or ? where that is
                             // too long to tell.
  };
  static const Declared& declared_as(std::string_view name) {
    static constexpr Declared all[] = {
        {"enabled", Looser::off, "false"},
        {"release_class", Looser::off, "false"},
        {"risky", Looser::off, "false"},
        {"missing_requires_approval", Looser::off, "false"},
        {"warn_threshold", Looser::higher, ""},
        {"block_threshold", Looser::higher, ""},
        {"baseline_window", Looser::unless, "10"},
        {"min_baseline_runs", Looser::higher, "3"},
        {"max_quality_score_drop", Looser::higher, "15"},
        {"max_cost_usd_increase", Looser::higher, "0.5"},
        {"max_latency_ms_increase", Looser::higher, "30000"},
        {"max_retry_increase", Looser::higher, "1"},
        {"max_usd_per_task", Looser::higher, ""},
        {"max_tokens_per_session", Looser::higher, ""},
        {"max_degradations_per_run", Looser::higher, "1"},
        {"cost_ceiling", Looser::higher, ""},
        {"terms", Looser::shorter, "?"},
        {"low_terms", Looser::shorter, "?"},
        {"execute_allowlist", Looser::longer, ""},
        {"cache", Looser::never, ""},
        {"message", Looser::never, ""},
    };
    static constexpr Declared any = {"", Looser::unless, ""};
    for (const Declared& one : all)
      if (one.name == last_part(name)) return one;
    return any;
  }

  // Where no key is written, what is usual holds if the block of the key is there.
  static std::string value_of(const Plan& plan, const wf::PolicyRow* row, std::string_view name,
                              const Declared& about) {
    if (row != nullptr) return std::string(view(row->value));
    if (about.looser == Looser::off) return std::string(about.usual);
    const std::string_view block = name.substr(0, name.rfind('.') + 1);
    const bool there = std::any_of(plan.policies.begin(), plan.policies.end(), [&](const wf::PolicyRow& one) {
      return view(one.name).starts_with(block);
    });
    return there ? std::string(about.usual) : std::string();
  }

  void declared(const wf::PolicyRow* x, const wf::PolicyRow* y) {
    const std::string_view name = view(y != nullptr ? y->name : x->name);
    const Declared& about = declared_as(name);
    const std::string then = value_of(a_, x, x != nullptr ? view(x->name) : name, about);
    const std::string now = value_of(b_, y, name, about);
    if (then == now) return;
    const auto tell = [&](bool looser, std::string_view what) {
      say(looser ? Level::policy : Level::graph, "the policy " + quoted(name) + std::string(what),
          x != nullptr ? x->origin : wf::Origin{}, y != nullptr ? y->origin : wf::Origin{});
    };
    if (about.looser == Looser::off)
      return tell(then == "true", then == "true" ? " does not hold any more" : " holds now");
    if (now.empty()) return tell(about.looser != Looser::never, " is gone");
    if (then.empty()) return tell(about.looser == Looser::longer, " is new");
    const std::set<std::string> olds = list_of(then), news = list_of(now);
    if (about.looser == Looser::shorter && !olds.empty())
      return tell(!std::includes(news.begin(), news.end(), olds.begin(), olds.end()), " changed");
    if (about.looser == Looser::longer)
      return tell(!std::includes(olds.begin(), olds.end(), news.begin(), news.end()), " changed");
    const wf::Result<double> low = wf::rules::parse_real(then), high = wf::rules::parse_real(now);
    if (!low || !high || about.looser != Looser::higher)
      return tell(about.looser != Looser::never, " changed");
    if (*low != *high) tell(*high > *low, *high > *low ? " is raised" : " is lowered");
  }

  // --------------------------------------------------------------------------------------- the run as a
  // whole
  void whole() {
    const wf::Program& p = a_.program;
    const wf::Program& q = b_.program;
    if (old_.params(p.guardrail) != new_.params(q.guardrail))
      say(p.guardrail.count == 0 ? Level::graph : Level::policy,
          p.guardrail.count == 0   ? "there is a guardrail now"
          : q.guardrail.count == 0 ? "the guardrail is gone"
                                   : "the guardrail changed",
          {}, {});
    tools(p.tools, q.tools, "", {}, {});
    if (p.shadow_routing != q.shadow_routing)
      say(Level::graph,
          q.shadow_routing ? "routes are tried in the shadow now"
                           : "routes are not tried in the shadow any more",
          {}, {});
    const auto files = [](const wf::Program& program) {
      std::map<std::string, std::string> all;
      for (const wf::NamedText& file : program.tool_files) all.emplace(view(file.name), view(file.text));
      return all;
    };
    const auto olds = files(p);
    const auto news = files(q);
    for (const auto& [name, text] : olds) {
      const auto found = news.find(name);
      if (found == news.end() || found->second != text)
        say(Level::policy,
            "the tools " + quoted(name) +
                (found == news.end() ? " are described no more" : " are described differently"),
            {}, {});
    }
    for (const auto& [name, text] : news)
      if (!olds.contains(name)) say(Level::graph, "the tools " + quoted(name) + " are described now", {}, {});
    escalation();
    eval();
    monitor();
  }

  void escalation() {
    const auto spelt = [](const Meaning& meaning, const std::vector<wf::EscalationRow>& rows) {
      std::string text;
      for (const wf::EscalationRow& row : rows)
        text += Meaning::number(row.to) + Meaning::field(view(row.workflow)) +
                Meaning::number(row.timeout_ms) + Meaning::field(view(row.channel)) +
                Meaning::field(view(row.mention)) + meaning.named(row.include);
      return text;
    };
    if (spelt(old_, a_.escalation) == spelt(new_, b_.escalation)) return;
    const bool gone = b_.escalation.empty();
    say(gone ? Level::policy : Level::graph,
        a_.escalation.empty() ? "there is an escalation now"
        : gone                ? "the escalation is gone"
                              : "the escalation changed",
        gone ? a_.escalation[0].origin : wf::Origin{}, gone ? wf::Origin{} : b_.escalation[0].origin);
  }

  void eval() {
    if (a_.eval.empty() && b_.eval.empty()) return;
    if (a_.eval.empty())
      return say(Level::graph, "runs are compared with earlier ones now", {}, b_.eval[0].origin);
    const wf::EvalRow& x = a_.eval[0];
    if (b_.eval.empty())
      return say(Level::policy, "runs are not compared with earlier ones any more", x.origin, {});
    const wf::EvalRow& y = b_.eval[0];
    const auto numbers = [](const wf::EvalRow& row) {
      return std::tuple(row.window, row.runs_min, row.blocks, row.score_drop_warn, row.score_drop_block,
                        row.usd_rise, row.latency_ms_rise, row.retry_rise);
    };
    if (numbers(x) == numbers(y)) return;
    const auto tighter = [](double then, double now, double nothing) {
      return then == now || then <= nothing || (now > nothing && now < then);
    };
    const bool all_tighter =
        x.window == y.window && x.runs_min >= y.runs_min && y.blocks >= x.blocks &&
        tighter(x.score_drop_warn, y.score_drop_warn, 0) &&
        tighter(x.score_drop_block, y.score_drop_block, 0) && tighter(x.usd_rise, y.usd_rise, -1) &&
        tighter(x.latency_ms_rise, y.latency_ms_rise, -1) && tighter(x.retry_rise, y.retry_rise, -1);
    say(all_tighter ? Level::graph : Level::policy, "runs are compared with earlier ones in another way",
        x.origin, y.origin);
  }

  void monitor() {
    const auto alerts = [](const Meaning& meaning, const std::vector<wf::MonitorRow>& rows) {
      std::set<std::string> all;
      for (const wf::MonitorRow& row : rows)
        for (const wf::CriterionRow& alert : row.alerts) all.insert(meaning.expression(alert.holds));
      return all;
    };
    const auto tracks = [](const std::vector<wf::MonitorRow>& rows) {
      std::set<std::string> all;
      for (const wf::MonitorRow& row : rows)
        for (const wf::Text& name : row.track) all.emplace(view(name));
      return all;
    };
    const auto place = [](const std::vector<wf::MonitorRow>& rows) {
      return rows.empty() ? wf::Origin{} : rows[0].origin;
    };
    const std::set<std::string> olds = alerts(old_, a_.monitor);
    const std::set<std::string> news = alerts(new_, b_.monitor);
    if (!std::includes(news.begin(), news.end(), olds.begin(), olds.end()))
      say(Level::policy, "an alert changed or is gone", place(a_.monitor), place(b_.monitor));
    else if (olds != news)
      say(Level::graph, "there is a new alert", place(a_.monitor), place(b_.monitor));
    if (tracks(a_.monitor) != tracks(b_.monitor))
      say(Level::graph, "other numbers are tracked", place(a_.monitor), place(b_.monitor));
  }

  const Plan& a_;
  const Plan& b_;
  Meaning old_;
  Meaning new_;
  std::vector<std::uint32_t> partner_;         // Of each old step: the new one.
  std::vector<std::uint32_t> partner_of_new_;  // The other way round.
  std::vector<Change> changes_;
};

}  // namespace

std::string_view name_of(Level level) {
  static constexpr std::string_view names[] = {"api", "policy", "resume", "graph"};
  return names[static_cast<std::size_t>(level)];
}

std::vector<Change> difference(const Plan& before, const Plan& after) {
  return Difference(before, after).run();
}

}  // namespace wfc::plan
