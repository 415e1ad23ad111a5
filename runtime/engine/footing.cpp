// Compares footings as `wfc diff` compares plans, and matches rows by name. What the store holds may be
// damaged or forged: whatever is not as it should be reads as nothing.
#include "runtime/engine/footing.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "runtime/base/json.h"
#include "runtime/engine/engine.h"

namespace wf::engine {
namespace {

std::string_view view(const Text& text) {
  return {text.data, text.size};
}
std::string ticked(std::string_view text) {
  return "`" + std::string(text) + "`";
}

const Json& nothing() {
  static const Json none;
  return none;
}
const Json& part(const Json& of, const char* name) {
  if (!of.is_object()) return nothing();
  const auto found = of.find(name);
  return found == of.end() ? nothing() : *found;
}
// A list, whatever is there.
const Json& list_in(const Json& of, const char* name) {
  static const Json empty = Json::array();
  const Json& value = part(of, name);
  return value.is_array() ? value : empty;
}
std::string text_in(const Json& of, const char* name) {
  const Json& value = part(of, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}
std::uint64_t number_in(const Json& of, const char* name) {
  const Json& value = part(of, name);
  return value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
}
bool flag_in(const Json& of, const char* name) {
  const Json& value = part(of, name);
  return value.is_boolean() && value.get<bool>();
}
std::set<std::string> names_in(const Json& of, const char* name) {
  std::set<std::string> all;
  for (const Json& one : list_in(of, name))
    if (one.is_string()) all.insert(one.get<std::string>());
  return all;
}
Json read(std::string_view text) {
  Result<Json> json = parse_json(text, 8);
  return json && json->is_object() ? std::move(*json) : Json::object();
}

constexpr std::string_view responses[] = {"retry",    "repair",  "back to", "approve", "escalate",
                                          "continue", "degrade", "stop",    "fail",    "cancel"};
Response response_of(const Json& reaction) {
  return static_cast<Response>(std::min<std::uint64_t>(number_in(reaction, "do"), std::size(responses) - 1));
}
std::string word_of(const Json& reaction) {
  return ticked(responses[static_cast<std::size_t>(response_of(reaction))]);
}

bool is_looser(std::uint64_t before, std::uint64_t after) {
  return before != 0 && (after == 0 || after > before);
}

using Key = std::tuple<std::uint64_t, std::uint64_t, std::string>;
Key key_of(const Json& reaction) {
  return {number_in(reaction, "on"), number_in(reaction, "do"), text_in(reaction, "to")};
}

// Of each old reaction, which of the new ones it is now.
std::vector<Row> matched(const Json& olds, const Json& news) {
  std::map<Key, std::vector<Row>> left;
  for (std::size_t i = news.size(); i-- > 0;) left[key_of(news[i])].push_back(static_cast<Row>(i));
  std::vector<Row> all;
  for (const Json& row : olds) {
    std::vector<Row>& same = left[key_of(row)];
    all.push_back(same.empty() ? no_row : same.back());
    if (!same.empty()) same.pop_back();
  }
  return all;
}

// Looks for what a run under way could not go on with. Long as difference.cpp is, and for the same reason.
class Changes {
 public:
  std::vector<std::string> found;

  void step(const Json& x, const Json& y, const std::string& name) {
    const std::string was = text_in(x, "kind"), is = text_in(y, "kind");
    if (was != is) {
      if (was != "approve")
        say("the step " + name + " is of the kind " + ticked(is) + ", before " + ticked(was));
    } else if (part(x, "params") != part(y, "params") || part(x, "order") != part(y, "order")) {
      say("the " + params_that_differ(x, y) + " of " + name + " changed");
    }
    if (!flag_in(x, "once") && flag_in(y, "once"))
      say(name + " does not simply run again after a crash any more");
    if (!flag_in(x, "named") && !flag_in(y, "named") && part(x, "output") != part(y, "output"))
      say("the output of " + name + " is made in another way");
    const std::uint64_t before = number_in(x, "timeout"), after = number_in(y, "timeout");
    if (before != after && !is_looser(before, after)) say("the time that " + name + " may take changed");
    reactions(list_in(x, "on"), list_in(y, "on"), name);
    gates(part(x, "gate"), part(y, "gate"), name);
    quality_gates(list_in(x, "gates"), list_in(y, "gates"), name);
    tools(part(x, "tools"), part(y, "tools"), " of " + name);
    if (part(x, "artifacts") != part(y, "artifacts")) say("the artifacts of " + name + " changed");
    reactions(list_in(x, "budget"), list_in(y, "budget"), "the budget of " + name);
    if (!flag_in(x, "risky") && flag_in(y, "risky")) say(name + " is looked at by the guardrail now");
    if (text_in(x, "undoes") != text_in(y, "undoes")) say(name + " undoes another step");
    if (flag_in(x, "fallback") != flag_in(y, "fallback")) say(name + " has another part in the escalation");
  }

  void whole(const Json& x, const Json& y) {
    const Json& news = part(y, "lets");
    for (const auto& [name, value] : part(x, "lets").items())
      if (const Json& now = part(news, name.c_str()); !now.is_null() && now != value)
        say(ticked(name) + " stands for something else");
    reactions(list_in(x, "budget"), list_in(y, "budget"), "the budget of the run");
    tools(part(x, "tools"), part(y, "tools"), "");
  }

  // What answers how a block has ended is new, or gone.
  void block(const Json& olds, const Json& news, const std::string& end) {
    reactions(list_in(olds, "on"), list_in(news, "on"), "the block " + ticked(end.substr(0, end.rfind(':'))));
  }

  void say(std::string change) { found.push_back(std::move(change)); }

 private:
  static std::string params_that_differ(const Json& x, const Json& y) {
    std::set<std::string> differ;
    for (const auto& [one, other] : {std::pair(&x, &y), std::pair(&y, &x)})
      for (const auto& [name, value] : part(*one, "params").items())
        if (part(part(*other, "params"), name.c_str()) != value) differ.insert(name);
    // A command that needs no shell is the list of its words.
    if (differ.erase("arg") > 0) differ.insert("command");
    std::string text;
    for (const std::string& one : differ) text += (text.empty() ? "" : " and the ") + one;
    return text.empty() ? "order of what is given" : text;
  }

  void reactions(const Json& olds, const Json& news, const std::string& name) {
    if (olds == news) return;
    const std::vector<Row> now_at = matched(olds, news);
    std::unordered_set<Row> taken;
    bool said = false;
    const auto tell = [&](bool level_resume, std::string change) {
      said = true;
      if (level_resume) say(std::move(change));
    };
    for (std::size_t i = 0; i < now_at.size(); ++i) {
      const Json& row = olds[i];
      if (now_at[i] == no_row) {
        const Response how = response_of(row);
        const bool asked = how == Response::approve || how == Response::escalate || how == Response::stop ||
                           how == Response::cancel;
        tell(!asked, name + " has no " + word_of(row) + " any more");
        continue;
      }
      taken.insert(now_at[i]);
      const Json& now = news[now_at[i]];
      const std::uint64_t before = number_in(row, "max"), after = number_in(now, "max");
      if (before != after)
        tell(after < before, "the " + word_of(row) + " of " + name + " is tried up to " +
                                 std::to_string(after) + " times, before " + std::to_string(before));
      if (part(row, "rest") != part(now, "rest"))
        tell(true, "the " + word_of(row) + " of " + name + " changed");
    }
    for (std::size_t i = 0; i < news.size(); ++i)
      if (taken.count(static_cast<Row>(i)) == 0)
        tell(response_of(news[i]) != Response::go_on, name + " has a new " + word_of(news[i]));
    // What runs again follows from the steps between, which are told as what they are.
    if (!said && !std::is_sorted(now_at.begin(), now_at.end()))
      say("what answers the outcome of " + name + " is in another order");
  }

  void gates(const Json& p, const Json& q, const std::string& name) {
    if (p.is_null() && q.is_null()) return;
    if (p.is_null()) return say(name + " waits for people now");
    if (q.is_null()) return;
    const std::set<std::string> olds = names_in(p, "by"), news = names_in(q, "by");
    const auto needed = [](const Json& gate, std::size_t people) {
      const std::uint64_t quorum = number_in(gate, "quorum");
      return quorum != 0 ? quorum : std::max<std::size_t>(people, 1);
    };
    const std::uint64_t then = needed(p, olds.size()), now = needed(q, news.size());
    std::uint64_t strangers = 0;
    for (const std::string& one : news) strangers += olds.count(one) == 0 ? 1 : 0;
    const std::uint64_t known = news.empty() ? 0 : now - std::min(now, strangers);
    const bool looser = olds.empty() ? now < then : known < then;
    if (olds != news) {
      if (!looser) say("other people decide about " + name);
    } else if (then != now && !looser) {
      say(std::to_string(now) + " of the approvers must agree, before " + std::to_string(then) + ", to " +
          name);
    }
    const bool opens = number_in(q, "silence") == static_cast<std::uint64_t>(OnTimeout::proceed);
    if (number_in(p, "silence") != number_in(q, "silence") && !opens)
      say("something else happens when nobody answers " + name);
    const std::uint64_t before = number_in(p, "timeout"), after = number_in(q, "timeout");
    const bool sooner = opens && after != 0 && (before == 0 || after < before);
    if (before != after && !sooner) say("people have another time to decide about " + name);
    if (flag_in(p, "content") && !flag_in(q, "content"))
      say("people may not change any more the content of " + name);
    if (part(p, "message") != part(q, "message")) say("people are asked something else about " + name);
  }

  void quality_gates(const Json& olds, const Json& news, const std::string& name) {
    const std::size_t both = std::min(olds.size(), news.size());
    for (std::size_t i = 0; i < both; ++i) {
      const std::set<std::string> then = names_in(olds[i], "holds"), now = names_in(news[i], "holds");
      if (then != now && std::includes(now.begin(), now.end(), then.begin(), then.end()))
        say("the gate of " + name + " has more criteria");
      if (!flag_in(olds[i], "blocks") && flag_in(news[i], "blocks"))
        say("the gate of " + name + " blocks now");
      if (part(olds[i], "name") != part(news[i], "name")) say("the gate of " + name + " has another name");
      reactions(list_in(olds[i], "on"), list_in(news[i], "on"), "the gate of " + name);
    }
    if (news.size() > both) say(name + " has a new gate");
  }

  // Where the lists differ, something is allowed or denied that was not: that is another level.
  void tools(const Json& olds, const Json& news, const std::string& of) {
    if (names_in(olds, "allow") == names_in(news, "allow") &&
        names_in(olds, "deny") == names_in(news, "deny") && part(olds, "rules") != part(news, "rules"))
      say("the rules about tools" + of + " changed");
  }
};

// The steps of a plan, parsed, and found by name.
struct Read {
  std::vector<Json> steps;
  std::unordered_map<std::string_view, Row> by_id;
};
bool is_branch(const Json& step) {
  return text_in(step, "kind") == "branch";
}
Read read_all(const store::Footings& from) {
  Read all;
  for (Row row = 0; row < from.steps.size(); ++row) {
    all.steps.push_back(read(from.steps[row].text));
    const bool there = !from.steps[row].text.empty();
    if (there && !is_branch(all.steps.back())) all.by_id.emplace(from.steps[row].id, row);
  }
  return all;
}

// What a step does, without its name and what it waits for.
std::string deed(const Json& step) {
  return write_json(
      Json::array({part(step, "kind"), part(step, "params"), part(step, "order"), part(step, "gate")}));
}

// Steps that are gone, but for those that do the same under another name: of one and only one.
std::map<Row, Row> renamed(const Read& before, const Read& after) {
  std::map<std::string, std::vector<Row>> gone, made;
  for (const auto& [id, row] : before.by_id)
    if (after.by_id.count(id) == 0) gone[deed(before.steps[row])].push_back(row);
  for (const auto& [id, row] : after.by_id)
    if (before.by_id.count(id) == 0) made[deed(after.steps[row])].push_back(row);
  std::map<Row, Row> pairs;
  for (const auto& [what, olds] : gone)
    if (const auto found = made.find(what);
        found != made.end() && olds.size() == 1 && found->second.size() == 1)
      pairs.emplace(olds[0], found->second[0]);
  return pairs;
}

void compare(const store::Footings& before, const store::Footings& after, const Read& olds, const Read& news,
             Changes& changes) {
  const std::map<Row, Row> other_names = renamed(olds, news);
  for (Row row = 0; row < olds.steps.size(); ++row) {
    const auto mine = olds.by_id.find(before.steps[row].id);
    if (mine == olds.by_id.end() || mine->second != row) continue;
    const std::string name = ticked(before.steps[row].id);
    if (const auto now = news.by_id.find(before.steps[row].id); now != news.by_id.end()) {
      if (before.steps[row].text != after.steps[now->second].text)
        changes.step(olds.steps[row], news.steps[now->second], name);
    } else if (const auto other = other_names.find(row); other != other_names.end()) {
      changes.say("the step " + name + " is now named " + ticked(after.steps[other->second].id));
    } else if (flag_in(olds.steps[row], "ends")) {
      changes.block(olds.steps[row], nothing(), before.steps[row].id);
    } else if (text_in(olds.steps[row], "kind") != "approve") {
      changes.say("the step " + name + " is gone");
    }
  }
  for (const auto& [id, row] : news.by_id)
    if (flag_in(news.steps[row], "ends") && !olds.by_id.contains(id))
      changes.block(nothing(), news.steps[row], std::string(id));
  if (before.whole != after.whole) changes.whole(read(before.whole), read(after.whole));
}

// Ifs have no names: by what they ask and around what they stand, then by what they ask, then by around what.
void match_branches(const Read& olds, const Read& news, RowMap& rows) {
  using Ask = std::pair<std::string, std::string>;
  for (const int pass : {0, 1, 2}) {
    const auto key = [&](const Json& step) -> Ask {
      return {pass == 2 ? "" : text_in(step, "if"), pass == 1 ? "" : write_json(part(step, "around"))};
    };
    std::map<Ask, std::vector<Row>> left;
    for (Row row = static_cast<Row>(news.steps.size()); row-- > 0;)
      if (is_branch(news.steps[row]) && rows.of_run[row] == no_row) left[key(news.steps[row])].push_back(row);
    for (Row row = 0; row < olds.steps.size(); ++row) {
      if (!is_branch(olds.steps[row]) || rows.of_program[row] != no_row) continue;
      const auto found = left.find(key(olds.steps[row]));
      if (found == left.end() || found->second.empty()) continue;
      rows.of_program[row] = found->second.back();
      rows.of_run[found->second.back()] = row;
      found->second.pop_back();
    }
  }
}

RowMap match(const store::Footings& before, const Read& olds, const Read& news) {
  RowMap rows;
  rows.same = false;
  rows.of_program.assign(before.steps.size(), no_row);
  rows.of_run.assign(news.steps.size(), no_row);
  for (const auto& [id, row] : olds.by_id) {
    const auto found = news.by_id.find(id);
    if (found == news.by_id.end()) continue;
    rows.of_program[row] = found->second;
    rows.of_run[found->second] = row;
  }
  match_branches(olds, news, rows);
  Row next = static_cast<Row>(before.steps.size());
  for (Row& row : rows.of_run)
    if (row == no_row) row = next++;
  return rows;
}

// What `wfc diff` cannot know: where this very run stands.
void obstacles(const Program& program, const store::Recovered& run, const Read& olds, const Read& news,
               const RowMap& rows, Changes& changes) {
  const auto name = [&](Row old) { return ticked(run.step_ids[old]); };
  for (const store::RecoveredReaction& happened : run.reactions) {
    const Row now = rows.of_program[happened.step];
    if (now == no_row || happened.reaction == of_escalation) continue;
    const Json& then = list_in(olds.steps[happened.step], "on");
    const Json& answers = list_in(news.steps[now], "on");
    if (happened.reaction >= then.size()) continue;
    // Records name reactions by their place.
    const std::vector<Row> places = matched(then, answers);
    if (places[happened.reaction] != happened.reaction)
      changes.say("the " + word_of(then[happened.reaction]) + " of " + name(happened.step) +
                  " is gone or stands elsewhere, and it was taken already");
    else if (text_in(then[happened.reaction], "body") != text_in(answers[happened.reaction], "body"))
      changes.say(name(happened.step) + " repeats other steps now, and it has gone back already");
  }
  const store::Recovered moved = in_rows_of(program, run, rows);
  const std::vector<std::uint32_t> now_in = iterations(program, moved);
  std::vector<const store::RecoveredStep*> at(program.steps.count, nullptr);
  for (const store::RecoveredStep& step : moved.steps)
    if (step.step < at.size() && step.iteration == now_in[step.step]) at[step.step] = &step;
  for (const store::RecoveredStep& step : moved.steps) {
    if (step.ended || (step.attempts.empty() && !step.gate)) continue;
    if (step.step >= at.size()) {
      if (step.gate && step.gate->open)
        changes.say("the run waits for a decision about " + ticked(moved.step_ids[step.step]) +
                    ", which is gone");
      continue;
    }
    if (at[step.step] != &step) continue;
    const StepRow& row = program.steps[step.step];
    if (row.never) changes.say(ticked(view(row.id)) + " has begun, and its condition cannot hold any more");
    const bool asked = std::any_of(moved.reactions.begin(), moved.reactions.end(), [&](const auto& happened) {
      return happened.step == step.step && happened.iteration == step.iteration;
    });
    if (step.gate && step.gate->open && row.gate == no_row && !asked)
      changes.say("the run waits for a decision about " + ticked(view(row.id)) +
                  ", which asks nobody any more");
    for (const Row need : row.needs)
      if (!at[need] || !at[need]->ended)
        changes.say(ticked(view(row.id)) + " has begun, and waits now for " +
                    ticked(view(program.steps[need].id)) + ", which has not ended");
  }
}

}  // namespace

bool has_rows_of(const Program& program, const store::Recovered& run) {
  if (run.step_ids.size() != program.steps.count) return false;
  for (Row row = 0; row < program.steps.count; ++row)
    if (run.step_ids[row] != view(program.steps[row].id)) return false;
  return true;
}

store::Footings footings_of(const Program& program) {
  store::Footings all;
  if (program.footings.count != program.steps.count + 1) return all;
  all.known = true;
  for (Row row = 0; row < program.steps.count; ++row)
    all.steps.push_back({std::string(view(program.steps[row].id)), std::string(view(program.footings[row]))});
  all.whole = view(program.footings[program.steps.count]);
  return all;
}

std::vector<std::string> changes_between(const store::Footings& before, const store::Footings& after) {
  Changes changes;
  compare(before, after, read_all(before), read_all(after), changes);
  return std::move(changes.found);
}

Fit fit(const Program& program, const store::Recovered& run, const store::Footings& before, bool relaxed) {
  Fit fit;
  const store::Footings after = footings_of(program);
  const Read olds = read_all(before), news = read_all(after);
  fit.rows = match(before, olds, news);
  Changes changes;
  if (!relaxed) {
    compare(before, after, olds, news, changes);
  } else {
    std::set<Row> recorded;
    for (const store::RecoveredStep& step : run.steps) recorded.insert(step.step);
    for (const Row row : recorded) {
      if (row >= before.steps.size() || is_branch(olds.steps[row])) continue;
      const Row now = fit.rows.of_program[row];
      if (before.steps[row].text.empty()) continue;  // Gone already when the run came to its plan.
      if (now == no_row)
        changes.say("the step " + ticked(run.step_ids[row]) + " is gone, and it is recorded");
      else if (before.steps[row].text != after.steps[now].text)
        changes.say("the step " + ticked(run.step_ids[row]) + " is not what it was, and it is recorded");
    }
  }
  obstacles(program, run, olds, news, fit.rows, changes);
  fit.changes = std::move(changes.found);
  return fit;
}

store::Recovered in_rows_of(const Program& program, store::Recovered run, const RowMap& rows) {
  if (rows.same) return run;
  constexpr std::string_view kinds[] = {
#define WF_STEP(kind, ...) #kind,
#include "wf/steps.def"
  };
  std::vector<Row> now = rows.of_program;
  store::Recovered moved;
  for (const StepRow& step : program.steps) {
    moved.step_ids.emplace_back(view(step.id));
    moved.step_kinds.emplace_back(kinds[static_cast<std::size_t>(step.kind)]);
  }
  moved.rows = rows.of_run;
  for (Row row = 0; row < now.size(); ++row) {
    if (now[row] != no_row) continue;
    now[row] = static_cast<Row>(moved.step_ids.size());
    moved.step_ids.push_back(row < run.step_ids.size() ? run.step_ids[row] : "");
    moved.step_kinds.push_back(row < run.step_kinds.size() ? run.step_kinds[row] : "");
    moved.rows.push_back(row);
  }
  const auto move = [&](auto& from, auto& to) {
    for (auto& item : from) {
      if (item.step >= now.size()) continue;  // Only a damaged store can say so.
      item.step = now[item.step];
      to.push_back(std::move(item));
    }
  };
  move(run.steps, moved.steps);
  move(run.reactions, moved.reactions);
  move(run.interventions, moved.interventions);
  move(run.charges, moved.charges);
  moved.limits = std::move(run.limits);
  std::ranges::sort(moved.steps, {}, [](const auto& step) { return std::pair(step.step, step.iteration); });
  moved.run = std::move(run.run);
  moved.cancel_requested = run.cancel_requested;
  return moved;
}

void RowJournal::append(std::vector<store::Record> batch, std::function<void(Result<>)> durable) {
  for (store::Record& record : batch)
    if (record.step != no_row) record.step = rows_.of_run[record.step];
  journal_.append(std::move(batch), std::move(durable));
}

}  // namespace wf::engine
