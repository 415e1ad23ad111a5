// Making worlds, spelling them, and playing them step by step.
#include "world.h"

#include <algorithm>
#include <functional>

namespace wfc::oracle {
namespace {

using Kind = Condition::Kind;

const char* const envs[] = {"a", "b", "c"};

std::string id(int step) {
  return "s" + std::to_string(step);
}

class Maker {
 public:
  Maker(std::mt19937_64& dice, const Shape& shape) : dice_(dice), shape_(shape) {}

  World make() {
    world_.fail_fast = !chance(30);
    const int count = 2 + below(shape_.steps_max - 1);
    while (static_cast<int>(world_.steps.size()) < count) {
      const int room = count - static_cast<int>(world_.steps.size());
      const int last = static_cast<int>(world_.steps.size()) - 1;
      if (last >= 0 && room >= 2 && chance(18) && world_.steps[last].branch < 0) {
        add_branch(last, room);
      } else {
        add_plain();
      }
    }
    if (shape_.approvals) add_deploy();
    return std::move(world_);
  }

 private:
  int below(int limit) { return limit <= 0 ? 0 : static_cast<int>(dice_() % static_cast<unsigned>(limit)); }
  bool chance(int percent) { return below(100) < percent; }

  Condition condition(const std::vector<char>& before, int depth) {
    Condition made;
    if (depth > 0 && chance(45)) {
      made.kind = chance(25) ? Kind::not_ : chance(50) ? Kind::and_ : Kind::or_;
      made.parts.push_back(condition(before, depth - 1));
      if (made.kind != Kind::not_) made.parts.push_back(condition(before, depth - 1));
      return made;
    }
    std::vector<int> known;
    for (int i = 0; i < static_cast<int>(before.size()); ++i)
      if (before[i]) known.push_back(i);
    if (!known.empty() && chance(45)) {
      made.step = known[below(static_cast<int>(known.size()))];
      constexpr Kind kinds[] = {Kind::ok, Kind::fail, Kind::was_skipped};
      made.kind = kinds[below(3)];
      if (world_.steps[made.step].gives && chance(60)) made.kind = Kind::gave;
      made.number = below(2);
      return made;
    }
    constexpr Kind kinds[] = {Kind::env_is, Kind::env_is_not, Kind::env_in, Kind::flag,
                              Kind::above,  Kind::at_most,    Kind::is};
    made.kind = kinds[below(7)];
    made.number = below(3);
    if (made.kind == Kind::above || made.kind == Kind::at_most || made.kind == Kind::is)
      made.number = 5 + below(3);
    return made;
  }

  void dress(Step& step, const std::vector<char>& before) {
    if (chance(shape_.approvals ? 35 : 45)) {
      step.has_when = true;
      step.when = condition(before, 2);
    }
    step.always = chance(14);
    if (shape_.approvals && chance(35)) {
      step.kind = Step::Kind::approve;
      step.always = false;
      step.proceeds = chance(20);
    } else if (chance(12)) {
      step.kind = Step::Kind::check;
      step.always = false;
      step.checked = condition(before, 1);
    }
    if (step.kind != Step::Kind::work) return;
    step.forgives = chance(14);
    step.halts = !step.forgives && chance(8);
    step.gives = chance(25);
  }

  void add_plain() {
    Step step;
    const int count = static_cast<int>(world_.steps.size());
    for (int i = 0; i < count; ++i)
      if (chance(i + 2 >= count ? 60 : 25)) step.needs.push_back(i);
    world_.steps.push_back(step);
    dress(world_.steps.back(), world_.before(count));
    add_loop(count);
  }

  void add_loop(int from) {
    if (!shape_.approvals || world_.steps[from].kind != Step::Kind::work || !chance(25)) return;
    Step& step = world_.steps[from];
    if (step.forgives || step.halts) return;
    const std::vector<char> before = world_.before(from);
    std::vector<int> targets;
    for (int i = 0; i < from; ++i)
      if (before[i]) targets.push_back(i);
    if (!targets.empty()) step.back_to = targets[below(static_cast<int>(targets.size()))];
  }

  void add_branch(int after, int room) {
    const int branch = static_cast<int>(world_.branches.size());
    std::vector<char> before = world_.before(after);
    before[after] = 1;
    world_.branches.push_back({condition(before, 1), after});
    const int yes = 1 + below(std::min(2, room - 1)), no = chance(60) ? 1 : 0;
    for (int i = 0; i < yes + no; ++i) {
      Step step;
      step.branch = branch;
      step.side = i < yes;
      const int index = static_cast<int>(world_.steps.size());
      if (i > 0 && i != yes) step.needs.push_back(index - 1);
      world_.steps.push_back(step);
      dress(world_.steps.back(), world_.before(index));
    }
  }

  void add_deploy() {
    add_plain();
    Step& step = world_.steps.back();
    step.kind = Step::Kind::deploy;
    step.forgives = step.halts = step.gives = step.proceeds = false;
    if (step.back_to >= 0 && chance(50)) step.back_to = -1;
    if (!chance(40)) return;
    Step after;
    after.needs.push_back(static_cast<int>(world_.steps.size()) - 1);
    world_.steps.push_back(after);
    const int index = static_cast<int>(world_.steps.size()) - 1;
    for (int tries = 0; tries < 3 && world_.steps[index].back_to < 0; ++tries) add_loop(index);
  }

  std::mt19937_64& dice_;
  const Shape& shape_;
  World world_;
};

// What an expression gives: no, yes, or an error.
enum class Truth : std::uint8_t { no, yes, error };

class Player {
 public:
  Player(const World& world, const Chance& chance)
      : world_(world), chance_(chance), count_(static_cast<int>(world.steps.size())) {
    played_.status.assign(count_, Status::pending);
    played_.begun.assign(count_, 0);
    played_.times.assign(count_, 0);
    played_.unguarded.assign(count_, 0);
    played_.after_failure.assign(count_, 0);
    blocks_.assign(count_, {});
    forgiven_.assign(count_, 0);
    held_.assign(count_, 0);
    round_.assign(count_, 0);
    said_yes_at_.assign(count_, -1);
    started_at_.assign(count_, -1);
    branches_.resize(world.branches.size());
    find_loops();
  }

  Played play() {
    for (int next = ready(); next >= 0; next = ready()) end(next);
    return std::move(played_);
  }

 private:
  struct Blocks {
    bool upstream = false, stopped = false, cancelled = false;
    void add(const Blocks& other) {
      upstream |= other.upstream;
      stopped |= other.stopped;
      cancelled |= other.cancelled;
    }
  };
  struct Decided {
    bool done = false;
    Status status = Status::pending;
    bool truth = false;
    Blocks blocks;
  };

  // ------------------------------------------------------------------------------------------------- loops
  bool leads(int from, int to, const std::vector<std::vector<int>>& followers) const {
    if (from == to) return true;
    for (const int next : followers[from])
      if (leads(next, to, followers)) return true;
    return false;
  }

  // The steps on a way from the target to the step run again; whoever follows one of them waits for the step.
  void find_loops() {
    needs_.resize(count_);
    for (int i = 0; i < count_; ++i) needs_[i] = world_.waits_for(i);
    bodies_.resize(count_);
    for (bool changed = true; changed;) {
      changed = false;
      std::vector<std::vector<int>> followers(count_);
      for (int i = 0; i < count_; ++i)
        for (const int need : needs_[i]) followers[need].push_back(i);
      for (int from = 0; from < count_ && !changed; ++from) {
        const int target = world_.steps[from].back_to;
        if (target < 0) continue;
        bodies_[from].assign(count_, 0);
        for (int i = 0; i < count_; ++i)
          bodies_[from][i] = leads(target, i, followers) && leads(i, from, followers);
        for (int i = 0; i < count_ && !changed; ++i) {
          if (!bodies_[from][i]) continue;
          for (const int follower : followers[i]) {
            if (bodies_[from][follower]) continue;
            std::vector<int>& needs = needs_[follower];
            if (std::find(needs.begin(), needs.end(), from) != needs.end()) continue;
            needs.push_back(from);
            changed = true;
            break;
          }
        }
      }
    }
  }

  // Which of those that may start does: the first, the last, or the first that may be passed over.
  int ready() const {
    int found = -1;
    for (int i = 0; i < count_; ++i) {
      if (played_.status[i] != Status::pending) continue;
      const bool all = std::all_of(needs_[i].begin(), needs_[i].end(),
                                   [&](int need) { return played_.status[need] != Status::pending; });
      if (!all) continue;
      const bool perhaps = world_.steps[i].has_when || world_.steps[i].branch >= 0;
      if (chance_.order == 0 || (chance_.order == 2 && perhaps)) return i;
      if (chance_.order == 1 || found < 0) found = i;
    }
    return found;
  }

  // -------------------------------------------------------------------------------------------- expressions
  Truth truth(const Condition& of) const {
    const auto yes = [](bool value) { return value ? Truth::yes : Truth::no; };
    switch (of.kind) {
      case Kind::env_is:
        return yes(chance_.env == of.number);
      case Kind::env_is_not:
        return yes(chance_.env != of.number);
      case Kind::env_in:
        return yes(chance_.env == of.number || chance_.env == (of.number + 1) % 3);
      case Kind::flag:
        return yes(chance_.flag);
      case Kind::above:
        return yes(chance_.n > of.number);
      case Kind::at_most:
        return yes(chance_.n <= of.number);
      case Kind::is:
        return yes(chance_.n == of.number);
      case Kind::ok:
        return yes(played_.status[of.step] == Status::succeeded &&
                   (world_.steps[of.step].kind != Step::Kind::check || held_[of.step]));
      case Kind::fail:
        return yes(played_.status[of.step] == Status::failed);
      case Kind::was_skipped:
        return yes(played_.status[of.step] == Status::skipped);
      case Kind::gave:
        // A step that has failed, or was never begun, gave neither.
        return yes(played_.status[of.step] == Status::succeeded &&
                   chance_.gives_u[of.step] == (of.number == 0));
      case Kind::not_: {
        const Truth part = truth(of.parts[0]);
        return part == Truth::error ? part : yes(part == Truth::no);
      }
      case Kind::and_:
      case Kind::or_: {
        const Truth left = truth(of.parts[0]);
        if (left == Truth::error || left == (of.kind == Kind::and_ ? Truth::no : Truth::yes)) return left;
        return truth(of.parts[1]);
      }
    }
    return Truth::no;
  }

  // ------------------------------------------------------------------------------------------------- steps
  Blocks blocks_of(int step) const {
    Blocks blocks;
    const Step& of = world_.steps[step];
    switch (played_.status[step]) {
      case Status::failed:
        if (of.halts)
          blocks.stopped = true;
        else if (!forgiven_[step])
          blocks.upstream = true;
        break;
      case Status::cancelled:
        blocks.cancelled = true;
        break;
      case Status::skipped:
        return blocks_[step];
      default:
        blocks.stopped = of.kind == Step::Kind::check && !held_[step];
    }
    return blocks;
  }

  const Decided& decide(int branch) {
    Decided& decided = branches_[branch];
    if (decided.done) return decided;
    decided.done = true;
    const int after = world_.branches[branch].after;
    decided.blocks = blocks_of(after);
    if (decided.blocks.upstream || decided.blocks.stopped) {
      decided.status = Status::skipped;
    } else if (decided.blocks.cancelled || stopping_) {
      decided.status = Status::cancelled;
    } else {
      const Truth truth = this->truth(world_.branches[branch].condition);
      decided.status = truth == Truth::error ? Status::failed : Status::succeeded;
      decided.truth = truth == Truth::yes;
      if (truth == Truth::error) fail();
    }
    return decided;
  }

  void fail() {
    played_.any_failure = true;
    if (world_.fail_fast) stopping_ = true;
  }

  void skip(int step, const Blocks& blocks) {
    played_.status[step] = Status::skipped;
    blocks_[step] = blocks;
  }

  void end(int index) {
    const Step& step = world_.steps[index];
    Blocks blocks;
    if (!step.always)
      for (const int need : needs_[index]) blocks.add(blocks_of(need));
    if (step.branch >= 0) {
      const Decided& branch = decide(step.branch);
      if (branch.status == Status::failed) blocks.upstream = true;
      if (branch.status == Status::cancelled) blocks.cancelled = true;
      if (branch.status == Status::skipped) blocks.add(branch.blocks);
      const bool decided = branch.status == Status::succeeded;
      if (decided && branch.truth != step.side) return skip(index, {});
    }
    if (blocks.upstream) return skip(index, {.upstream = true});
    if (blocks.stopped) return skip(index, {.stopped = true});
    if (blocks.cancelled || (stopping_ && !step.always)) {
      played_.status[index] = Status::cancelled;
      return;
    }
    const Truth when = step.has_when ? truth(step.when) : Truth::yes;
    if (when == Truth::no) return skip(index, {});
    if (when == Truth::error) return failed(index);
    begin(index);
  }

  void begin(int index) {
    const Step& step = world_.steps[index];
    played_.begun[index] = 1;
    ++played_.times[index];
    played_.after_failure[index] = played_.any_failure;
    if (step.kind == Step::Kind::deploy) {
      bool asked = false;
      const std::vector<char> before = world_.before(index);
      for (int i = 0; i < count_; ++i) asked = asked || (before[i] && said_yes_at_[i] > started_at_[index]);
      if (!asked) played_.unguarded[index] = 1;
    }
    started_at_[index] = ++clock_;
    const int round = std::min(round_[index], 1);
    switch (step.kind) {
      case Step::Kind::check: {
        const Truth holds = truth(step.checked);
        if (holds == Truth::error) return failed(index);
        held_[index] = holds == Truth::yes;
        played_.status[index] = Status::succeeded;
        return;
      }
      case Step::Kind::approve: {
        const int answer = chance_.answers[index][round];
        if (answer == 0) said_yes_at_[index] = ++clock_;
        if (answer == 0 || (answer == 2 && step.proceeds)) {
          played_.status[index] = Status::succeeded;
          return;
        }
        // Refused, or nobody answered: the run is cancelled.
        played_.status[index] = Status::cancelled;
        stopping_ = true;
        return;
      }
      case Step::Kind::work:
      case Step::Kind::deploy:
        if (chance_.fails[index][round]) return failed(index);
        played_.status[index] = Status::succeeded;
    }
  }

  void failed(int index) {
    const Step& step = world_.steps[index];
    played_.any_failure = true;
    played_.status[index] = Status::failed;
    forgiven_[index] = step.forgives;
    if (step.back_to >= 0 && !stopping_ && !gone_back_[index]) {
      gone_back_[index] = true;
      for (int i = 0; i < count_; ++i) {
        if (!bodies_[index][i]) continue;
        played_.status[i] = Status::pending;
        ++round_[i];
        const int branch = world_.steps[i].branch;
        if (branch >= 0) branches_[branch] = {};
      }
      return;
    }
    if (!step.forgives && !step.halts) fail();
  }

  const World& world_;
  const Chance& chance_;
  const int count_;
  Played played_;
  std::vector<Blocks> blocks_;
  std::vector<char> forgiven_, held_;
  std::vector<int> round_, said_yes_at_, started_at_;
  std::vector<Decided> branches_;
  std::vector<std::vector<int>> needs_;
  std::vector<std::vector<char>> bodies_;  // Of the loop of each step.
  std::array<bool, 64> gone_back_{};
  bool stopping_ = false;
  int clock_ = 0;
};

}  // namespace

std::string Condition::spelled() const {
  const std::string env = envs[number % 3];
  switch (kind) {
    case Kind::env_is:
      return "env == \"" + env + "\"";
    case Kind::env_is_not:
      return "env != \"" + env + "\"";
    case Kind::env_in:
      return "env in [\"" + env + "\", \"" + envs[(number + 1) % 3] + "\"]";
    case Kind::flag:
      return "flag";
    case Kind::above:
      return "n > " + std::to_string(number);
    case Kind::at_most:
      return "n <= " + std::to_string(number);
    case Kind::is:
      return "n == " + std::to_string(number);
    case Kind::ok:
      return id(step) + ".ok";
    case Kind::fail:
      return id(step) + ".fail";
    case Kind::was_skipped:
      return id(step) + ".status == \"skipped\"";
    case Kind::gave:
      // Asked of a step that was skipped, it would be an error.
      return "(" + id(step) + ".status != \"skipped\" and " + id(step) + ".output == \"" +
             (number == 0 ? "u" : "v") + "\")";
    case Kind::not_:
      return "not (" + parts[0].spelled() + ")";
    case Kind::and_:
      return "(" + parts[0].spelled() + ") and (" + parts[1].spelled() + ")";
    case Kind::or_:
      return "(" + parts[0].spelled() + ") or (" + parts[1].spelled() + ")";
  }
  return {};
}

std::string World::spelled() const {
  std::string text = "workflow w\n\ninput env: \"a\" | \"b\" | \"c\"\ninput flag: bool\ninput n: int\n\n";
  if (!fail_fast) text += "fail_fast false\n";
  int open = -1;
  bool side = true;
  for (int i = 0; i < static_cast<int>(steps.size()); ++i) {
    const Step& step = steps[i];
    if (step.branch != open) {
      if (open >= 0) text += "}\n";
      open = step.branch;
      side = true;
      if (open >= 0) text += "if " + branches[open].condition.spelled() + " {\n";
    }
    if (open >= 0 && step.side != side) {
      side = step.side;
      text += "} else {\n";
    }
    text += "step " + id(i) + ": ";
    switch (step.kind) {
      case Step::Kind::work:
        text += "run \"work\"";
        break;
      case Step::Kind::check:
        text += "check " + step.checked.spelled();
        break;
      case Step::Kind::approve:
        text += "approve \"Go on?\"";
        break;
      case Step::Kind::deploy:
        text += "deploy prod";
        break;
    }
    if (step.has_when) text += " when " + step.when.spelled();
    text += " {\n";
    if (step.branch < 0) {
      text += "  after ";
      for (std::size_t k = 0; k < step.needs.size(); ++k) text += (k > 0 ? ", " : "") + id(step.needs[k]);
      text += step.needs.empty() ? "start\n" : "\n";
    }
    if (step.always) text += "  always\n";
    if (step.gives) text += "  output o" + std::to_string(i) + ": \"u\" | \"v\"\n";
    if (step.forgives) text += "  on fail continue\n";
    if (step.halts) text += "  on fail stop\n";
    if (step.proceeds) text += "  timeout 1h\n  on timeout continue\n";
    if (step.back_to >= 0) text += "  on fail back to " + id(step.back_to) + " max 1\n";
    text += "}\n";
  }
  return text + (open >= 0 ? "}\n" : "");
}

std::vector<int> World::waits_for(int step) const {
  std::vector<int> needs = steps[step].needs;
  if (steps[step].branch >= 0) needs.push_back(branches[steps[step].branch].after);
  return needs;
}

std::vector<char> World::before(int step) const {
  std::vector<char> found(steps.size(), 0);
  const std::function<void(int)> walk = [&](int at) {
    for (const int need : waits_for(at)) {
      if (found[need]) continue;
      found[need] = 1;
      walk(need);
    }
  };
  walk(step);
  return found;
}

World random_world(std::mt19937_64& dice, const Shape& shape) {
  return Maker(dice, shape).make();
}

Played play(const World& world, const Chance& chance) {
  return Player(world, chance).play();
}

}  // namespace wfc::oracle
