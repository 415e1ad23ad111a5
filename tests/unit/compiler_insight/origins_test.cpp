// Where values come from, against an oracle that knows nothing of the graph: it walks every way from use to
// use.
#include "compiler/insight/origins.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <set>

namespace wfc::insight {
namespace {

using dsl::BindingKind;

// A value of a small random workflow, as the test thinks of it: what sets it, and which values it is made
// with.
struct Thing {
  dsl::Binding name;
  char kind;  // e event, i input, l let, a agent, c command, k check, g group, j join
  std::set<std::size_t> made_with;
  std::set<std::size_t> picked;       // Those of them that are named where the output is.
  std::set<std::size_t> handed_back;  // a, c: what a loop brings to it.
  bool uses_feedback = false;
};

struct Small {
  model::Workflow workflow;
  std::vector<Thing> things;
  std::size_t first_step = 0;
};

model::Expr name_expr(const Thing& thing, std::uint32_t place) {
  model::Expr expr;
  expr.kind = dsl::ExprKind::name;
  expr.binding = thing.name;
  expr.span = expr.name_span = {0, place, place + 1};
  return expr;
}

// The name, perhaps behind a filter and a field.
model::Expr wrapped(model::Expr expr, int how) {
  for (; how > 0; --how) {
    model::Expr outer;
    outer.kind = how % 2 ? dsl::ExprKind::filter : dsl::ExprKind::field;
    outer.text = how % 2 ? "trim" : "part";
    outer.span = expr.span;
    outer.children.push_back(std::move(expr));
    expr = std::move(outer);
  }
  return expr;
}

class Maker {
 public:
  explicit Maker(std::mt19937& random) : random_(random) {}

  Small make() {
    add('e', {BindingKind::event, 0});
    for (int i = pick(0, 2), n = 0; n < i; ++n) {
      made_.workflow.inputs.emplace_back().name.value = "in";
      add('i', {BindingKind::input, static_cast<std::uint32_t>(n)});
    }
    for (int i = pick(0, 2), n = 0; n < i; ++n) {
      Thing& let = add('l', {BindingKind::let, static_cast<std::uint32_t>(n)});
      model::Expr value = use_something(let);
      made_.workflow.lets.push_back({{"let", {}}, std::move(value)});
    }
    made_.first_step = made_.things.size();
    const int steps = pick(1, 5);
    for (int n = 0; n < steps; ++n)
      add("aacck" [pick(0, 4)], { BindingKind::step, static_cast<std::uint32_t>(n) });
    const bool grouped = pick(0, 2) == 0;
    if (grouped) {
      Thing& group = add('g', {BindingKind::group, 0});
      model::Group of;
      for (int n = 0; n < steps; ++n) {
        if (pick(0, 1) == 0) continue;
        of.members.push_back(static_cast<model::StepIndex>(n));
        group.made_with.insert(made_.first_step + static_cast<std::size_t>(n));
      }
      made_.workflow.groups.push_back(std::move(of));
    }
    made_.workflow.steps.resize(static_cast<std::size_t>(steps));
    for (int n = 0; n < steps; ++n) fill(static_cast<std::size_t>(n));
    return std::move(made_);
  }

 private:
  int pick(int low, int high) { return std::uniform_int_distribution(low, high)(random_); }
  Thing& add(char kind, dsl::Binding name) {
    made_.things.push_back({name, kind, {}, {}, {}, false});
    return made_.things.back();
  }

  // An expression with one or two names in it, some behind filters.
  model::Expr use_something(Thing& by) {
    model::Expr both;
    both.kind = dsl::ExprKind::concat;
    for (int n = pick(0, 2); n > 0; --n) {
      const auto which = static_cast<std::size_t>(pick(0, static_cast<int>(made_.things.size()) - 1));
      if (&made_.things[which] == &by) continue;
      if (by.kind == 'l' && made_.things[which].kind == 'l' && &made_.things[which] > &by) continue;
      by.made_with.insert(which);
      both.children.push_back(wrapped(name_expr(made_.things[which], place_++), pick(0, 2)));
    }
    return both;
  }

  void fill(std::size_t n) {
    Thing& thing = made_.things[made_.first_step + n];
    model::Step& step = made_.workflow.steps[n];
    step.id.value = "s" + std::to_string(n);
    step.kind = thing.kind == 'a'   ? wf::StepKind::agent
                : thing.kind == 'c' ? wf::StepKind::command
                                    : wf::StepKind::check;
    if (thing.kind == 'k') {
      // A condition chooses, and is no part of what it chooses.
      Thing nobody = thing;
      step.condition = use_something(nobody);
    } else {
      const std::string_view part[] = {"prompt", "env", "when", "output"};
      for (int uses = pick(0, 2); uses > 0; --uses) place_in(step, thing, part[pick(0, 3)]);
    }
    if (pick(0, 3) == 0) {
      const auto target = static_cast<std::size_t>(pick(0, static_cast<int>(n)));
      model::Reaction back;
      back.response = model::Response::back;
      back.target = static_cast<model::StepIndex>(target);
      back.to.span = {0, place_++, place_};
      step.reactions.push_back(back);
      made_.things[made_.first_step + target].handed_back.insert(made_.first_step + n);
    }
  }

  void place_in(model::Step& step, Thing& thing, std::string_view part) {
    if (part == "when") {
      Thing nobody = thing;
      step.when = use_something(nobody);
    } else if (part == "env") {
      step.env.push_back({.name = {"E", {}}, .value = use_something(thing), .text = {}});
    } else if (part == "output" && !step.output_value) {
      Thing nobody = thing;
      nobody.made_with.clear();
      step.output_value = use_something(nobody);
      thing.picked = nobody.made_with;
      thing.made_with.insert(thing.picked.begin(), thing.picked.end());
    } else if (part == "output") {
      step.with.push_back({.name = {"w", {}}, .value = use_something(thing), .text = {}});
    } else {
      expr::Template text;
      expr::TemplateNode& node = text.nodes.emplace_back();
      node.kind = expr::NodeKind::value;
      if (pick(0, 3) == 0) {
        node.expr.kind = dsl::ExprKind::name;
        node.expr.binding = {BindingKind::feedback, 0};
        thing.uses_feedback = true;
      } else {
        node.expr = use_something(thing);
      }
      step.prompt.push_back({.text = std::move(text), .when = {}});
    }
  }

  std::mt19937& random_;
  Small made_;
  std::uint32_t place_ = 1;
};

bool set_by(const Thing& thing, Origin origin) {
  return thing.kind == (origin == Origin::event ? 'e' : origin == Origin::input ? 'i' : 'a');
}

// Every way backwards from a value that passes no value twice; `found` is told of each that begins at a
// source.
void walk_ways(const Small& small, std::size_t at, Origin origin, std::vector<std::size_t>& way,
               const std::function<void(const std::vector<std::size_t>&)>& found, Programs programs) {
  if (std::find(way.begin(), way.end(), at) != way.end()) return;
  way.push_back(at);
  const Thing& thing = small.things[at];
  if (set_by(thing, origin)) found(way);
  const bool keeps = thing.kind == 'c' && programs == Programs::keep;
  for (const std::size_t before : keeps ? thing.picked : thing.made_with)
    walk_ways(small, before, origin, way, found, programs);
  if (thing.kind == 'a' || (thing.uses_feedback && !keeps))
    for (const std::size_t before : thing.handed_back) walk_ways(small, before, origin, way, found, programs);

  way.pop_back();
}

TEST(Origins, agree_with_all_ways_of_ten_thousand_small_workflows) {
  std::mt19937 random(4);
  std::uint64_t reached = 0, asked = 0;
  for (int round = 0; round < 10'000; ++round) {
    const Small small = Maker(random).make();
    const Programs programs = round % 3 == 0 ? Programs::keep : Programs::pass_on;
    const Origins origins(small.workflow, programs);
    for (std::size_t at = 0; at < small.things.size(); ++at) {
      for (const Origin origin : {Origin::input, Origin::event, Origin::agent}) {
        std::size_t shortest = 0;
        std::vector<std::size_t> way;
        walk_ways(
            small, at, origin, way,
            [&](const std::vector<std::size_t>& found) {
              // A loop hands a value over in a hop of its own.
              std::size_t hops = found.size();
              for (std::size_t i = 0; i + 1 < found.size(); ++i) {
                const Thing& one = small.things[found[i]];
                const bool keeps = one.kind == 'c' && programs == Programs::keep;
                if (!(keeps ? one.picked : one.made_with).contains(found[i + 1])) ++hops;
              }
              shortest = shortest == 0 ? hops : std::min(shortest, hops);
            },
            programs);
        const model::Expr name = name_expr(small.things[at], 0);
        ++asked;
        reached += shortest != 0;
        ASSERT_EQ(origins.reaches(origin, name, model::none), shortest != 0) << round << " " << at;
        ASSERT_EQ(origins.way(origin, name, model::none).size(), shortest) << round << " " << at;
      }
    }
  }
  // Both answers are common, or the test asks nothing.
  EXPECT_GT(reached, asked / 10);
  EXPECT_LT(reached, asked - asked / 10);
}

TEST(Origins, tell_of_a_very_long_way_its_beginning_and_its_end) {
  model::Workflow workflow;
  workflow.steps.resize(1000);
  for (std::uint32_t i = 0; i < workflow.steps.size(); ++i) {
    model::Step& step = workflow.steps[i];
    step.id.value = "s" + std::to_string(i);
    step.kind = wf::StepKind::command;
    const dsl::Binding before =
        i == 0 ? dsl::Binding{BindingKind::event, 0} : dsl::Binding{BindingKind::step, i - 1};
    step.env.push_back(
        {.name = {"E", {}}, .value = name_expr({before, 'c', {}, {}, {}, false}, i), .text = {}});
  }
  const Origins origins(workflow);
  const std::vector<Hop> way = origins.way(
      Origin::event, name_expr({{BindingKind::step, 999}, 'c', {}, {}, {}, false}, 0), model::none);
  ASSERT_EQ(way.size(), 22u);
  EXPECT_EQ(way[0].what, "whoever sends the event sets `event`");
  EXPECT_EQ(way[1].what, "it goes on through other values");
  EXPECT_EQ(way[2].what, "step `s980` is given it");
  EXPECT_EQ(way[21].what, "step `s999` is given it");
}

}  // namespace
}  // namespace wfc::insight
