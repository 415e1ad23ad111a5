// The order of a `.wf` file: top to bottom, the items of a `parallel` block together, `after` where it is
// written.
//
// Every item is read with the steps it follows, and gives the steps that whatever comes next has to wait for.
// After a block these are the steps of the block that no other step of it waits for; waiting for those is
// waiting for all. A block that says what follows from how it has ended has a join at its end, whose
// reactions these are, and nothing else waits for its steps.
#include <algorithm>

#include "compiler/dialects/comparison.h"
#include "compiler/dialects/wf_reader.h"

namespace wfc::dialects {

namespace {

// A block of many steps after a block of many steps would have an edge for each pair.
constexpr std::size_t direct_edges_max = 4096;

std::size_t steps_in(const std::vector<Item>& items) {
  std::size_t count = 0;
  for (const Item& item : items) {
    if (item.kind == ItemKind::step) count += 1;
    if (item.kind == ItemKind::parallel || item.kind == ItemKind::branch)
      count += steps_in(item.block) + steps_in(item.otherwise);
  }
  return count;
}

}  // namespace

// Steps are numbered as they will be read, so that `after` may look ahead.
void WfReader::index_steps(const std::vector<Item>& items) {
  for (const Item& item : items) {
    switch (item.kind) {
      case ItemKind::step:
        ids_.emplace(item.head, indexed_++);
        break;
      case ItemKind::parallel:
        index_steps(item.block);
        break;
      case ItemKind::branch:
        index_steps(item.block);
        index_steps(item.otherwise);
        break;
      default:
        break;
    }
  }
}

WfReader::Steps WfReader::read_flow(const std::vector<Item>& items, const Place& place, Steps before) {
  for (const Item& item : items) {
    switch (item.kind) {
      case ItemKind::step:
      case ItemKind::parallel:
      case ItemKind::branch:
        before = read_flow_item(item, place, before);
        break;
      case ItemKind::define:
        if (!item.broken)
          report_.add(diag::wrong_place, item.head_span, "define").label("it stands at the top of the file");
        break;
      default:
        report_.add(diag::wrong_place, item.head_span, item.kind == ItemKind::reaction ? "on" : item.head)
            .label("here stand `step`, `parallel` and `if`");
    }
  }
  return before;
}

WfReader::Steps WfReader::read_flow_item(const Item& item, const Place& place, const Steps& before) {
  switch (item.kind) {
    case ItemKind::step: {
      const auto index = static_cast<StepIndex>(workflow_.steps.size());
      read_step(item, place, before);
      return {index};
    }
    case ItemKind::parallel:
      return read_parallel(item, place, before);
    case ItemKind::branch:
      return read_branch(item, place, before);
    default:
      return before;
  }
}

WfReader::Steps WfReader::read_parallel(const Item& item, const Place& place, const Steps& before) {
  const auto number = static_cast<std::uint32_t>(workflow_.groups.size());
  workflow_.groups.emplace_back();
  model::Group group;
  group.span = item.head_span;
  group.outer = place.group;
  Words words(item.args, "parallel", item.head_span, report_);
  const dsl::Arg* first = words.peek();
  const bool limit =
      first && first->kind == dsl::ArgKind::path && first->path.size() == 1 && first->path[0] == "max";
  if (const auto name = first && !limit ? words.name() : std::nullopt) {
    group.name = name->value;
    group.span = name->span;
  }
  if (words.word("max"))
    if (const auto most = words.integer("`max`", 1))
      group.running_max = static_cast<std::uint32_t>(std::min<std::int64_t>(*most, 1'000'000));
  words.end();
  no_condition(item);
  workflow_.groups[number] = group;

  std::vector<model::Reaction> reactions;
  for (const Item& child : item.block)
    if (auto reaction = child.kind == ItemKind::reaction ? read_reaction(child) : std::nullopt)
      reactions.push_back(std::move(*reaction));
  const Answered answered = answered_around_;
  for (const model::Reaction& reaction : reactions) {
    answered_around_.reject |= reaction.on == model::Outcome::reject;
    answered_around_.timeout |= reaction.on == model::Outcome::timeout;
  }
  const auto begin = static_cast<StepIndex>(workflow_.steps.size());
  const bool again = std::ranges::any_of(
      reactions, [](const auto& reaction) { return reaction.response == model::Response::retry; });
  const Steps start = again ? Steps{add_join(before, block_id(number) + ":start", item.head_span, place)}
                            : join_if_large(before, steps_in(item.block));
  Place inside = place;
  inside.group = number;
  for (const Item& child : item.block) {
    switch (child.kind) {
      case ItemKind::step:
      case ItemKind::parallel:
      case ItemKind::branch:
        read_flow_item(child, inside, start);
        break;
      case ItemKind::reaction:
        break;
      default:
        report_.add(diag::wrong_place, child.head_span, child.head)
            .label("in a `parallel` block stand `step`, `parallel` and `if`");
    }
  }
  for (auto step = begin; step < workflow_.steps.size(); ++step)
    workflow_.groups[number].members.push_back(step);
  answered_around_ = answered;
  // What says itself what it follows begins again, too.
  for (auto step = begin; again && step < workflow_.steps.size(); ++step) {
    Step& inner = workflow_.steps[step];
    const bool follows =
        std::ranges::any_of(inner.needs, [&](const model::Need& need) { return need.target == start[0]; });
    if (!follows && inner.branch == place.branch) add_needs(start, inner.needs);
  }
  if (reactions.empty() || begin == workflow_.steps.size()) return last_of(begin, before);
  return {end_block(number, begin, place, std::move(reactions))};
}

std::string WfReader::block_id(std::uint32_t group) const {
  const std::string& name = workflow_.groups[group].name;
  return name.empty() ? "parallel:" + std::to_string(group + 1) : name;
}

// What answers how the steps from `begin` on have ended: a join behind all of them.
StepIndex WfReader::end_block(std::uint32_t group, StepIndex begin, const Place& place,
                              std::vector<model::Reaction> reactions) {
  Steps ends;
  for (auto step = begin; step < workflow_.steps.size(); ++step) ends.push_back(last_answer(step));
  std::ranges::sort(ends);
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  const Span span = workflow_.groups[group].span;
  const StepIndex index = add_join(ends, block_id(group) + ":end", span, place);
  for (const StepIndex step : ends) step_at(step).answered_by = index;
  for (std::size_t i = 0; i < reactions.size(); ++i) {
    if (reactions[i].response != model::Response::retry) continue;
    // A block has no attempts: it begins again. A retry that is used up does not escalate as loops do.
    const bool goes_on = std::any_of(reactions.begin() + static_cast<std::ptrdiff_t>(i) + 1, reactions.end(),
                                     [&](const auto& next) { return next.on == reactions[i].on; });
    if (!goes_on) {
      model::Reaction last = reactions[i];
      last.response = model::Response::fail;
      last.max = {};
      last.wait_ms = 0;
      reactions.push_back(std::move(last));
    }
    reactions[i].response = model::Response::back;
    reactions[i].to = {block_id(group) + ":start", reactions[i].span};
  }
  Step& end = step_at(index);
  end.ends_block = true;
  end.output_value = bound(block_id(group), span, dsl::BindingKind::group, group);
  end.reactions = std::move(reactions);
  block_ends_.emplace(group, index);
  return index;
}

// The step itself, or what answers for it and for what answers for that.
StepIndex WfReader::last_answer(StepIndex step) {
  while (step_at(step).answered_by != model::none) step = step_at(step).answered_by;
  return step;
}

Step& WfReader::step_at(StepIndex step) {
  return step < indexed_ ? workflow_.steps[step] : joins_[step - indexed_];
}

StepIndex WfReader::add_join(const Steps& before, std::string id, Span span, const Place& place) {
  Step join;
  join.kind = wf::StepKind::join;
  join.id = {std::move(id), span};
  join.id_generated = true;
  join.span = span;
  join.branch = place.branch;
  join.side = place.side;
  join.group = place.group;
  add_needs(before, join.needs);
  joins_.push_back(std::move(join));
  return static_cast<StepIndex>(indexed_ + joins_.size() - 1);
}

WfReader::Steps WfReader::read_branch(const Item& item, const Place& place, const Steps& before) {
  const auto begin = static_cast<StepIndex>(workflow_.steps.size());
  Place outer = place;
  Steps start = before;
  // `else if` goes on in the same loop: a chain of them may be long.
  for (const Item* at = &item;;) {
    const auto number = static_cast<std::uint32_t>(workflow_.branches.size());
    model::Branch branch;
    if (at->value) branch.condition = *at->value;
    branch.span = at->value ? at->value->span : at->head_span;
    branch.outer = outer.branch;
    branch.outer_side = outer.side;
    add_needs(join_if_large(start, steps_in(at->block) + steps_in(at->otherwise)), branch.needs);
    workflow_.branches.push_back(std::move(branch));
    Place inside = outer;
    inside.branch = number;
    inside.side = 1;
    // What the condition waits for has ended when it is decided: the first step of a side needs nothing more.
    read_flow(at->block, inside, {});
    inside.side = 0;
    const bool goes_on = at->otherwise.size() == 1 && at->otherwise[0].kind == ItemKind::branch;
    if (!goes_on) {
      read_flow(at->otherwise, inside, {});
      break;
    }
    outer = inside;
    start = {};
    at = &at->otherwise[0];
  }
  return last_of(begin, before);
}

WfReader::Steps WfReader::last_of(StepIndex begin, const Steps& otherwise) {
  const auto end = static_cast<StepIndex>(workflow_.steps.size());
  if (begin == end) return otherwise;
  std::vector<char> followed(end - begin, 0);
  std::unordered_set<StepIndex> followed_joins;
  const auto follow = [&](const model::Need& need) {
    if (need.target == model::none) return;
    if (need.target >= indexed_) followed_joins.insert(need.target);
    if (need.target >= begin && need.target < end) followed[need.target - begin] = 1;
  };
  for (StepIndex step = begin; step < end; ++step) {
    // A step that runs in any case says nothing about how what it follows has ended.
    if (workflow_.steps[step].run_if == wf::RunIf::always) continue;
    for (const model::Need& need : workflow_.steps[step].needs)
      if (need.target != step) follow(need);
    for (std::uint32_t at = workflow_.steps[step].branch; at != model::none;
         at = workflow_.branches[at].outer)
      for (const model::Need& need : workflow_.branches[at].needs) follow(need);
  }
  Steps last;
  for (StepIndex step = begin; step < end; ++step)
    if (!followed[step - begin]) last.push_back(last_answer(step));
  if (!block_ends_.empty()) {
    std::ranges::sort(last);
    last.erase(std::unique(last.begin(), last.end()), last.end());
    std::erase_if(last, [&](StepIndex step) { return followed_joins.contains(step); });
  }
  // Steps that wait for each other have no last one; the cycle is reported, and all of them are followed.
  if (last.empty())
    for (StepIndex step = begin; step < end; ++step) last.push_back(step);
  return last;
}

WfReader::Steps WfReader::join_if_large(const Steps& before, std::size_t readers) {
  if (before.size() < 2 || before.size() * readers <= direct_edges_max) return before;
  joins_.push_back(join_of(before, joins_.size() + 1));
  return {static_cast<StepIndex>(indexed_ + joins_.size() - 1)};
}

Step WfReader::join_of(const Steps& steps, std::size_t number) const {
  Step join;
  join.kind = wf::StepKind::join;
  join.id = {"join:" + std::to_string(number), workflow_.steps[steps[0]].id.span};
  join.id_generated = true;
  join.span = join.id.span;
  add_needs(steps, join.needs);
  return join;
}

void WfReader::add_needs(const Steps& before, std::vector<model::Need>& needs) const {
  for (const StepIndex step : before) {
    const Located<std::string> id =
        step < workflow_.steps.size() ? workflow_.steps[step].id : Located<std::string>{"join", {}};
    needs.push_back({.step = {id.value, {}}, .target = step, .written = false});
  }
}

// `after reviews`, where `reviews` is a `parallel` block, follows every step of it.
void WfReader::resolve_groups() {
  std::unordered_map<std::string_view, std::uint32_t> groups;
  for (std::uint32_t i = 0; i < workflow_.groups.size(); ++i)
    if (!workflow_.groups[i].name.empty()) groups.emplace(workflow_.groups[i].name, i);
  const auto group_of = [&](const model::Need& need) {
    const auto found = need.target == model::none ? groups.find(need.step.value) : groups.end();
    return found == groups.end() ? nullptr : &workflow_.groups[found->second];
  };
  std::unordered_map<const model::Group*, std::size_t> readers;
  for (const Step& step : workflow_.steps)
    for (const model::Need& need : step.needs)
      if (const model::Group* group = group_of(need)) readers[group] += 1;
  if (readers.empty()) return;
  std::unordered_map<const model::Group*, Steps> followed;
  std::vector<Step> joins;
  for (const auto& [group, count] : readers) followed[group] = group->members;
  for (const auto& [number, end] : block_ends_)
    if (const auto found = followed.find(&workflow_.groups[number]); found != followed.end())
      found->second = {end};
  // In source order, so that one definition always gives one program.
  for (const model::Group& group : workflow_.groups) {
    const auto count = readers.find(&group);
    if (count == readers.end() || followed[&group].size() * count->second <= direct_edges_max) continue;
    joins.push_back(join_of(group.members, joins_.size() + joins.size() + 1));
    followed[&group] = {static_cast<StepIndex>(workflow_.steps.size() + joins.size() - 1)};
  }
  for (Step& step : workflow_.steps) {
    std::vector<model::Need> needs;
    for (model::Need& need : step.needs) {
      const model::Group* group = group_of(need);
      if (!group) {
        needs.push_back(std::move(need));
        continue;
      }
      for (const StepIndex member : followed[group])
        needs.push_back({.step = need.step, .target = member, .written = true});
    }
    step.needs = std::move(needs);
  }
  for (Step& join : joins) workflow_.steps.push_back(std::move(join));
}

}  // namespace wfc::dialects
