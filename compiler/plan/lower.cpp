// Lowers a workflow: every name becomes a row number, every default is filled in.
//
// Steps are put into topological order first, with one row for each `if` before the steps that it decides
// about; everything else is then a walk over the model that writes rows. Long because each part of the model
// becomes rows here and nowhere else.
#include <algorithm>
#include <map>
#include <queue>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "compiler/expr/canonical.h"
#include "compiler/graph/loops.h"
#include "compiler/model/walk.h"
#include "compiler/plan/plan.h"
#include "runtime/base/assert.h"

namespace wfc::plan {
namespace {

using dsl::BindingKind;
using expr::NodeKind;
using expr::TemplateNode;
using model::none;
using model::StepIndex;

class Lower {
 public:
  Lower(const model::Workflow& workflow, const graph::StepGraph& graph, const LowerInfo& info,
        diag::Report& report)
      : workflow_(workflow), graph_(graph), info_(info), report_(report) {}

  Plan run() {
    find_order();
    model::for_each_reactions(workflow_, [&](const std::vector<model::Reaction>& reactions, StepIndex) {
      for (const model::Reaction& reaction : reactions)
        if (reaction.response == model::Response::back) loop_targets_.insert(reaction.target);
    });
    for (StepIndex i = 0; i < step_count(); ++i)
      if (workflow_.steps[i].results_follow) in_results_.push_back(i);
    header();
    for (const model::Input& input : workflow_.inputs) add_input(input);
    for (const model::Let& let : workflow_.lets)
      plan_.lets.push_back({plan_.text(let.name.value), expression(let.value, "let")});
    for (const model::Trigger& trigger : workflow_.triggers) add_trigger(trigger);
    for (const model::Policy& policy : workflow_.policies) {
      plan_.policies.push_back(
          {plan_.text(policy.name), plan_.text(policy.value), policy.enforced, origin(policy.span)});
    }
    for (const model::Beyond& beyond : workflow_.beyond)
      plan_.beyond.push_back({plan_.text(beyond.what), origin(beyond.span)});
    for (const model::Group& group : workflow_.groups) add_group(group);
    plan_.steps.reserve(nodes_.size());
    for (const std::uint32_t node : nodes_) {
      if (is_branch(node)) {
        add_branch(node - step_count());
      } else if (is_before(node)) {
        add_before(looks_before(node));
      } else {
        add_step(node);
      }
    }
    for (std::size_t i = 0; i < menders_.size(); ++i) add_mender(i);
    add_whole();
    plan_.set_edges(edges());
    plan_.program.locals = locals_;
    plan_.seal();
    plan_.program.plan_digest = plan_.text(plan_digest(plan_));
    for (const std::string& footing : footings(plan_)) plan_.footings.push_back(plan_.text(footing));
    plan_.seal();
    return std::move(plan_);
  }

 private:
  // ------------------------------------------------------------------------------------------------- order
  // Nodes are steps, then branches, then what looks before a step.
  std::uint32_t step_count() const { return static_cast<std::uint32_t>(workflow_.steps.size()); }
  std::uint32_t branch_count() const { return static_cast<std::uint32_t>(workflow_.branches.size()); }
  bool is_branch(std::uint32_t node) const {
    return node >= step_count() && node < step_count() + branch_count();
  }
  bool is_before(std::uint32_t node) const { return node >= step_count() + branch_count(); }
  StepIndex looks_before(std::uint32_t node) const { return befores_[node - step_count() - branch_count()]; }
  // The first of what a step has become.
  std::uint32_t first_node(StepIndex step) const {
    const auto found = before_nodes_.find(step);
    return found == before_nodes_.end() ? step : found->second;
  }

  void find_befores() {
    for (StepIndex i = 0; i < step_count(); ++i) {
      if (!workflow_.steps[i].extras) continue;
      const auto& gates = workflow_.steps[i].extras->quality_gates;
      if (std::none_of(gates.begin(), gates.end(), [](const auto& gate) { return gate.before; })) continue;
      before_nodes_[i] = step_count() + branch_count() + static_cast<std::uint32_t>(befores_.size());
      befores_.push_back(i);
    }
  }

  std::vector<std::uint32_t> needs_of(std::uint32_t node) const {
    std::vector<std::uint32_t> needs;
    std::uint32_t around = none;
    if (is_branch(node)) {
      const model::Branch& branch = workflow_.branches[node - step_count()];
      for (const model::Need& need : branch.needs) {
        WF_ASSERT(need.target < step_count());
        needs.push_back(need.target);
      }
      around = branch.outer;
    } else {
      const StepIndex step = is_before(node) ? looks_before(node) : node;
      for (const StepIndex need : graph_.needs(step)) needs.push_back(need);
      if (first_node(step) != node) needs.push_back(first_node(step));
      around = workflow_.steps[step].branch;
    }
    if (around != none) needs.push_back(step_count() + around);
    std::sort(needs.begin(), needs.end());
    needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
    return needs;
  }

  void find_order() {
    find_befores();
    const std::uint32_t branch_count = this->branch_count();
    // A branch stands where the first step stands that it decides about. One that decides about nothing is
    // left out.
    std::vector<std::uint32_t> first_step(branch_count, none);
    std::vector<std::uint32_t> depth(branch_count, 0);
    for (StepIndex i = 0; i < step_count(); ++i) {
      std::uint32_t nested = 0;
      for (std::uint32_t at = workflow_.steps[i].branch; at != none; at = workflow_.branches[at].outer) {
        first_step[at] = std::min(first_step[at], i);
        WF_ASSERT(++nested <= branch_count);
      }
    }
    for (std::uint32_t b = 0; b < branch_count; ++b)
      for (std::uint32_t at = workflow_.branches[b].outer; at != none; at = workflow_.branches[at].outer)
        ++depth[b];

    const std::uint32_t count = step_count() + branch_count + static_cast<std::uint32_t>(befores_.size());
    std::vector<std::vector<std::uint32_t>> needs(count);
    std::vector<std::vector<std::uint32_t>> followers(count);
    std::vector<std::uint32_t> waits(count, 0);
    // Smallest first: source order, an `if` before what it holds, outer ones before inner ones.
    using Key = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;
    std::priority_queue<Key, std::vector<Key>, std::greater<>> ready;
    const auto key = [&](std::uint32_t node) {
      if (is_before(node)) return Key{looks_before(node), none - 1, node};
      return is_branch(node) ? Key{first_step[node - step_count()], depth[node - step_count()], node}
                             : Key{node, none, node};
    };
    const auto is_left_out = [&](std::uint32_t node) {
      return is_branch(node) && first_step[node - step_count()] == none;
    };
    for (std::uint32_t node = 0; node < count; ++node)
      if (!is_left_out(node)) needs[node] = needs_of(node);
    find_bodies(needs);
    std::uint32_t expected = 0;
    for (std::uint32_t node = 0; node < count; ++node) {
      if (is_left_out(node)) continue;
      expected += 1;
      waits[node] = static_cast<std::uint32_t>(needs[node].size());
      for (const std::uint32_t need : needs[node]) followers[need].push_back(node);
      if (waits[node] == 0) ready.push(key(node));
    }
    row_of_.assign(count, wf::no_row);
    while (!ready.empty()) {
      const std::uint32_t node = std::get<2>(ready.top());
      ready.pop();
      row_of_[node] = static_cast<wf::Row>(nodes_.size());
      nodes_.push_back(node);
      for (const std::uint32_t follower : followers[node])
        if (--waits[follower] == 0) ready.push(key(follower));
    }
    WF_ASSERT(nodes_.size() == expected);  // The checks refuse cycles.
    needs_ = std::move(needs);
  }

  void find_bodies(std::vector<std::vector<std::uint32_t>>& needs) {
    std::vector<graph::Back> backs;
    const auto add = [&](const std::vector<model::Reaction>& reactions, std::uint32_t from) {
      for (const model::Reaction& reaction : reactions)
        if (reaction.response == model::Response::back) backs.push_back({first_node(reaction.target), from});
    };
    for (StepIndex i = 0; i < step_count(); ++i) {
      add(workflow_.steps[i].reactions, i);
      if (!workflow_.steps[i].extras) continue;
      for (const model::QualityGate& gate : workflow_.steps[i].extras->quality_gates)
        add(gate.reactions, gate.before ? first_node(i) : i);
    }
    std::vector<std::vector<std::uint32_t>> bodies = *graph::settle_loops(needs, backs);
    for (std::size_t i = 0; i < backs.size(); ++i)
      bodies_.emplace(std::pair(backs[i].from, backs[i].target), std::move(bodies[i]));
  }

  std::vector<std::vector<wf::Row>> edges() const {
    std::vector<std::vector<wf::Row>> rows(plan_.steps.size());
    for (std::size_t row = 0; row < nodes_.size(); ++row) {
      for (const std::uint32_t need : needs_[nodes_[row]]) rows[row].push_back(row_of_[need]);
      std::sort(rows[row].begin(), rows[row].end());
    }
    return rows;
  }

  // ------------------------------------------------------------------------------------------------- pieces
  wf::Origin origin(const Span& span) {
    if (!span.known() || info_.sources == nullptr || span.file >= info_.sources->count()) return {};
    const source::Position at = info_.sources->position_of(span.file, span.begin);
    return {at.line, at.column, file_row(span.file)};
  }

  std::uint32_t file_row(FileId file) {
    const auto [found, added] = file_rows_.emplace(file, static_cast<std::uint32_t>(plan_.files.size()));
    if (added) {
      // The definition without its folder: what is built must not depend on where it lies.
      const std::string& name = info_.sources->file(file).name;
      plan_.files.push_back(plan_.text(file == info_.definition ? name.substr(name.rfind('/') + 1) : name));
    }
    return found->second;
  }

  // Names of steps become rows.
  void bind_rows(expr::Expr& tree) {
    if (tree.kind == dsl::ExprKind::name) {
      switch (tree.binding.kind) {
        case BindingKind::step:
        case BindingKind::output:
          WF_ASSERT(tree.binding.index < step_count());
          tree.binding.index = row_of_[tree.binding.index];
          break;
        default:
          break;
      }
    }
    for (expr::Expr& child : tree.children) bind_rows(child);
  }

  wf::ExprId expression(const expr::Expr& written, std::string_view role) {
    expr::Expr tree = written;
    bind_rows(tree);
    const auto next = static_cast<wf::ExprId>(plan_.expressions.size());
    const auto [found, added] = expression_ids_.emplace(expr::canonical(tree), next);
    if (added) {
      const Span span = tree.span;
      plan_.expressions.push_back({std::move(tree), std::string(role), span});
    }
    return found->second;
  }
  template <class Maybe>
  wf::ExprId maybe(const Maybe& written, std::string_view role) {
    return written ? expression(*written, role) : wf::no_expr;
  }

  void pieces_of(const std::vector<TemplateNode>& nodes, std::string_view role, std::vector<wf::Piece>& to) {
    const auto here = [&] { return static_cast<std::uint32_t>(to.size()); };
    for (const TemplateNode& node : nodes) {
      switch (node.kind) {
        case NodeKind::text:
          if (!node.text.empty()) to.push_back({.kind = wf::PieceKind::text, .text = plan_.text(node.text)});
          break;
        case NodeKind::value:
          to.push_back({.kind = wf::PieceKind::value, .expr = expression(node.expr, role)});
          break;
        case NodeKind::set:
          to.push_back(
              {.kind = wf::PieceKind::set, .expr = expression(node.expr, role), .local = node.local});
          break;
        case NodeKind::if_: {
          const expr::TagBlock& block = *node.block;
          std::vector<std::uint32_t> to_end;
          for (std::size_t i = 0; i < block.bodies.size(); ++i) {
            const bool guarded = i < block.conditions.size();
            const std::uint32_t unless = here();
            if (guarded)
              to.push_back({.kind = wf::PieceKind::unless, .expr = expression(block.conditions[i], role)});
            pieces_of(block.bodies[i], role, to);
            if (i + 1 < block.bodies.size()) {
              to_end.push_back(here());
              to.push_back({.kind = wf::PieceKind::jump});
            }
            if (guarded) to[unless].target = here();
          }
          for (const std::uint32_t jump : to_end) to[jump].target = here();
          break;
        }
        case NodeKind::for_: {
          const expr::TagBlock& block = *node.block;
          const std::uint32_t loop = here();
          to.push_back({.kind = wf::PieceKind::loop,
                        .expr = expression(node.expr, role),
                        .local = node.local,
                        .key = block.key_local});
          loops_.emplace_back();
          if (!block.bodies.empty()) pieces_of(block.bodies[0], role, to);
          const std::uint32_t next = here();
          to.push_back({.kind = wf::PieceKind::next, .target = loop + 1});
          const bool has_else = block.bodies.size() > 1;
          const std::uint32_t over_else = here();
          for (const std::uint32_t jump : loops_.back().to_next) to[jump].target = next;
          for (const std::uint32_t jump : loops_.back().to_end) to[jump].target = over_else;
          loops_.pop_back();
          if (has_else) to.push_back({.kind = wf::PieceKind::jump});
          to[loop].target = here();
          if (has_else) {
            pieces_of(block.bodies[1], role, to);
            to[over_else].target = here();
          }
          break;
        }
        case NodeKind::begin:
          to.push_back(
              {.kind = wf::PieceKind::begin,
               .text = plan_.text(node.text),
               .expr = node.expr.kind == dsl::ExprKind::name ? expression(node.expr, role) : wf::no_expr,
               .local = node.local});
          break;
        case NodeKind::break_:
          WF_ASSERT(!loops_.empty());
          loops_.back().to_end.push_back(here());
          to.push_back({.kind = wf::PieceKind::leave});
          break;
        case NodeKind::continue_:
          WF_ASSERT(!loops_.empty());
          loops_.back().to_next.push_back(here());
          to.push_back({.kind = wf::PieceKind::jump});
          break;
        case NodeKind::include:
          pieces_of(node.block->bodies[0], role, to);
          break;
      }
    }
  }

  wf::Param param(std::string_view name, const expr::Template& text, std::string_view role) {
    wf::Param row{.name = plan_.text(name)};
    if (text.constant()) {
      row.literal = plan_.text(text.constant_text());
    } else if (text.nodes.size() == 1 && text.nodes[0].kind == NodeKind::value) {
      row.kind = wf::ParamKind::value;
      row.value = expression(text.nodes[0].expr, role);
    } else {
      row.kind = wf::ParamKind::pieces;
      std::vector<wf::Piece> pieces;
      pieces_of(text.nodes, role, pieces);
      row.pieces = plan_.rows(std::move(pieces));
    }
    return row;
  }
  wf::Param literal(std::string_view name, std::string_view text) {
    return {.name = plan_.text(name), .literal = plan_.text(text)};
  }
  wf::Param value(std::string_view name, const expr::Expr& written, std::string_view role) {
    return {.name = plan_.text(name), .kind = wf::ParamKind::value, .value = expression(written, role)};
  }
  void named_values(std::string_view name, const std::vector<model::NamedValue>& values,
                    std::vector<wf::Param>& to) {
    for (const model::NamedValue& written : values) {
      wf::Param row = written.value  ? value(name, *written.value, name)
                      : written.text ? param(name, *written.text, name)
                                     : literal(name, {});
      row.key = plan_.text(written.name.value);
      to.push_back(row);
    }
  }

  // ------------------------------------------------------------------------------------------------- rows
  void header() {
    wf::Program& program = plan_.program;
    program.abi = wf::program_abi;
    program.workflow = plan_.text(workflow_.id.value);
    program.title = plan_.text(workflow_.title);
    program.description = plan_.text(workflow_.description);
    program.version = plan_.text(workflow_.version);
    program.dialect = plan_.text(info_.dialect);
    program.compiler = plan_.text(info_.compiler);
    program.source_digest = plan_.text(info_.source_digest);
    program.project = plan_.text(workflow_.project_json);
    program.fail_fast = workflow_.fail_fast;
    program.enabled = workflow_.enabled;
    program.running_max = workflow_.running_max;
    if (info_.sources != nullptr && info_.definition != no_file) file_row(info_.definition);
  }

  void add_input(const model::Input& input) {
    std::vector<wf::Text> choices;
    for (const std::string& choice : input.choices) choices.push_back(plan_.text(choice));
    plan_.inputs.push_back({.name = plan_.text(input.name.value),
                            .type = input.type,
                            .required = input.required,
                            .nullable = input.nullable,
                            .default_value = maybe(input.default_value, "default"),
                            .choices = plan_.rows(std::move(choices)),
                            .elements = elements_of(input.elements),
                            .description = plan_.text(input.description),
                            .origin = origin(input.name.span)});
  }

  wf::Rows<wf::TypeRow> elements_of(const std::vector<model::Element>& elements) {
    std::vector<wf::TypeRow> rows;
    for (const model::Element& element : elements) {
      std::vector<wf::Text> choices;
      for (const std::string& choice : element.choices) choices.push_back(plan_.text(choice));
      rows.push_back({element.type, element.nullable, plan_.rows(std::move(choices))});
    }
    return plan_.rows(std::move(rows));
  }

  void add_trigger(const model::Trigger& trigger) {
    plan_.triggers.push_back({.kind = trigger.kind,
                              .name = plan_.text(trigger.name.value),
                              .cron = plan_.text(trigger.cron.value),
                              .timezone = plan_.text(trigger.timezone.value),
                              .url = plan_.text(trigger.url.value),
                              .secret = plan_.text(trigger.secret.value),
                              .when = maybe(trigger.when, "when"),
                              .overlap = trigger.overlap,
                              .catch_up = trigger.catch_up,
                              .origin = origin(trigger.span)});
  }

  void add_group(const model::Group& group) {
    std::vector<wf::Row> members;
    for (const StepIndex member : group.members) members.push_back(row_of_[member]);
    plan_.groups.push_back({.name = plan_.text(group.name),
                            .running_max = group.running_max,
                            .members = plan_.rows(std::move(members)),
                            .outer = group.outer == none ? wf::no_row : group.outer});
  }

  wf::Row limiting_group(std::uint32_t group) const {
    while (group != none && workflow_.groups[group].running_max == 0) group = workflow_.groups[group].outer;
    return group == none ? wf::no_row : group;
  }

  // Of a row that wfc made. A step may be called so, in quotes.
  wf::Text own_id(std::string id) {
    if (own_ids_.empty())
      for (const model::Step& step : workflow_.steps) own_ids_.insert(step.id.value);
    while (!own_ids_.insert(id).second) id += '\'';
    return plan_.text(id);
  }

  // What looks before a step is a check that holds, with gates on its result: whatever answers them answers
  // a step that ended before this one begins.
  void add_before(StepIndex index) {
    const model::Step& step = workflow_.steps[index];
    wf::StepRow row;
    row.id = own_id(step.id.value + ":before");
    row.kind = wf::StepKind::check;
    row.run_if = step.run_if;
    row.fallback = step.fallback;
    row.params = plan_.rows(std::vector<wf::Param>{literal("condition", "true")});
    if (step.branch != none) {
      row.branch = row_of_[step_count() + step.branch];
      row.side = step.side;
    }
    row.when = maybe(step.when, "when");
    plan_.extras.push_back({.quality_gates = gates_of(*step.extras, first_node(index), true)});
    row.extras = static_cast<wf::Row>(plan_.extras.size() - 1);
    row.origin = origin(step.extras->quality_gates.front().span);
    plan_.steps.push_back(row);
    plan_.source_step.push_back(none);
  }

  void add_branch(std::uint32_t index) {
    const model::Branch& branch = workflow_.branches[index];
    wf::StepRow row;
    row.id = own_id("if:" + std::to_string(index + 1));
    row.fallback = branch.fallback;
    row.kind = wf::StepKind::branch;
    row.params = plan_.rows(std::vector<wf::Param>{value("condition", branch.condition, "if")});
    if (branch.outer != none) {
      row.branch = row_of_[step_count() + branch.outer];
      row.side = branch.outer_side;
    }
    row.origin = origin(branch.span);
    plan_.steps.push_back(row);
    plan_.source_step.push_back(none);
  }

  void add_step(StepIndex index) {
    const model::Step& step = workflow_.steps[index];
    wf::StepRow row;
    row.id = plan_.text(step.id.value);
    row.title = plan_.text(step.title);
    row.kind = step.kind;
    row.run_if = step.run_if;
    row.idempotent = model::is_idempotent(step);
    row.params = plan_.rows(params_of(index));
    if (step.branch != none) {
      row.branch = row_of_[step_count() + step.branch];
      row.side = step.side;
    }
    row.when = maybe(step.when, "when");
    row.output = plan_.text(step.output.value);
    row.output_type = step.output_type;
    row.output_value = maybe(step.output_value, "output");
    row.timeout_ms = step.timeout_ms;
    row.reactions = plan_.rows(reaction_rows(step.reactions, index, Breaches::left_out));
    row.gate = gate_of(step, row.params);
    const bool breaches = std::any_of(step.reactions.begin(), step.reactions.end(), is_breach);
    // No temporary: those who mend are remembered where they stand.
    static const model::Extras no_extras;
    if (step.extras || breaches) row.extras = add_extras(step.extras ? *step.extras : no_extras, index);
    if (step.undoes != none) row.undoes = row_of_[step.undoes];
    row.fallback = step.fallback;
    row.group = limiting_group(step.group);
    if (step.answered_by != none) row.answered_by = row_of_[step.answered_by];
    row.origin = origin(step.span);
    plan_.steps.push_back(row);
    plan_.source_step.push_back(index);
  }

  // Who mends what fails has a row behind all others, without a place in the graph.
  void add_mender(std::size_t index) {
    const model::Reaction& reaction = *menders_[index].reaction;
    const StepIndex of = menders_[index].step;
    std::size_t number = 1;
    for (std::size_t i = index; i > 0 && menders_[i - 1].step == of; --i) ++number;
    std::vector<wf::Param> params;
    if (reaction.text) params.push_back(param("prompt", *reaction.text, "on"));
    if (!reaction.agent.value.empty()) params.push_back(literal("agent", reaction.agent.value));
    wf::StepRow row;
    row.id = plan_.text(workflow_.steps[of].id.value + ":repair" +
                        (number == 1 ? "" : "-" + std::to_string(number)));
    row.kind = wf::StepKind::agent;
    row.params = plan_.rows(std::move(params));
    row.origin = origin(reaction.span);
    plan_.steps.push_back(row);
    plan_.source_step.push_back(none);
  }

  wf::Rows<wf::Param> one_param(std::string_view name, const model::Boxed<expr::Template>& text,
                                std::string_view role) {
    return text ? plan_.rows(std::vector<wf::Param>{param(name, *text, role)}) : wf::Rows<wf::Param>{};
  }

  wf::Rows<wf::NamedExpr> told(const std::vector<model::Told>& items, std::string_view role) {
    std::vector<wf::NamedExpr> rows;
    for (const model::Told& item : items)
      rows.push_back({plan_.text(item.name), expression(item.value, role)});
    return plan_.rows(std::move(rows));
  }

  wf::Rows<wf::Row> body_of(std::uint32_t from, std::uint32_t target) {
    std::vector<wf::Row> rows;
    if (const auto body = bodies_.find({from, target}); body != bodies_.end())
      for (const std::uint32_t node : body->second) rows.push_back(row_of_[node]);
    std::sort(rows.begin(), rows.end());
    return plan_.rows(std::move(rows));
  }

  // Does that node do something that may come out otherwise the next time?
  bool repeats(std::uint32_t node) const {
    return node < step_count() && model::may_be_repeated(workflow_.steps[node].kind);
  }

  // `from`: the node that has them; none: not one of the graph.
  wf::Rows<wf::ReactionRow> reactions_of(const std::vector<model::Reaction>& reactions,
                                         std::uint32_t from = none) {
    return plan_.rows(reaction_rows(reactions, from, Breaches::as_they_are));
  }

  // `on breach` of a step is what its budget says, also where that has no limit of its own.
  static bool is_breach(const model::Reaction& reaction) { return reaction.on == wf::StepOutcome::breach; }
  enum class Breaches { as_they_are, left_out, alone };
  std::vector<wf::ReactionRow> reaction_rows(const std::vector<model::Reaction>& reactions,
                                             std::uint32_t from, Breaches breaches) {
    std::vector<wf::ReactionRow> rows;
    for (const model::Reaction& reaction : reactions) {
      if (breaches != Breaches::as_they_are && is_breach(reaction) != (breaches == Breaches::alone)) continue;
      const bool again =
          reaction.response == model::Response::retry || reaction.response == model::Response::repair;
      if (again && from != none && !repeats(from)) continue;  // The check futile_retry says so.
      const bool back = reaction.response == model::Response::back;
      WF_ASSERT(!back || reaction.target < step_count());
      const bool mends = reaction.response == model::Response::repair && from != none;
      if (mends) menders_.push_back({&reaction, from});
      rows.push_back({.on = reaction.on,
                      .response = reaction.response,
                      .condition = maybe(reaction.condition, "on"),
                      .when = maybe(reaction.when, "on"),
                      .max = reaction.max.value,
                      .wait_ms = reaction.wait_ms,
                      .backoff = reaction.backoff,
                      .target = back    ? row_of_[first_node(reaction.target)]
                                : mends ? static_cast<wf::Row>(nodes_.size() + menders_.size() - 1)
                                        : wf::no_row,
                      .body = back ? body_of(from, first_node(reaction.target)) : wf::Rows<wf::Row>{},
                      .stop_on_no_progress = reaction.stop_on_no_progress,
                      .name = plan_.text(reaction.name.value),
                      .agent = plan_.text(reaction.agent.value),
                      .text = one_param("text", reaction.text, "on"),
                      .include = told(reaction.include, "on"),
                      .origin = origin(reaction.span)});
    }
    return rows;
  }

  wf::Rows<wf::CriterionRow> criteria_of(const std::vector<model::Criterion>& criteria,
                                         std::string_view role) {
    std::vector<wf::CriterionRow> rows;
    for (const model::Criterion& criterion : criteria)
      rows.push_back({expression(criterion.holds, role), plan_.text(criterion.text), origin(criterion.span)});
    return plan_.rows(std::move(rows));
  }

  wf::Rows<wf::ToolRow> tools_of(const std::vector<model::ToolRule>& tools) {
    std::vector<wf::ToolRow> rows;
    for (const model::ToolRule& rule : tools)
      rows.push_back({plan_.text(rule.tool.value), rule.allow, plan_.text(rule.reason)});
    return plan_.rows(std::move(rows));
  }

  // `of`: the step that has it; none: the run.
  wf::Row add_budget(const model::Boxed<model::Budget>& given, StepIndex of = none) {
    std::vector<wf::ReactionRow> reactions;
    if (of != none) reactions = reaction_rows(workflow_.steps[of].reactions, none, Breaches::alone);
    if (!given && reactions.empty()) return wf::no_row;
    model::Budget nothing;
    if (of != none) nothing.span = workflow_.steps[of].span;
    const model::Budget* budget = given ? &*given : &nothing;
    for (wf::ReactionRow& row : reaction_rows(budget->reactions, none, Breaches::as_they_are))
      reactions.push_back(row);
    plan_.budgets.push_back({.whole = *budget,
                             .each = budget->each,
                             .reactions = plan_.rows(std::move(reactions)),
                             .degraded_chars = budget->degraded_chars,
                             .alert_percent = budget->alert_percent,
                             .outputs_only = budget->outputs_only,
                             .origin = origin(budget->span)});
    return static_cast<wf::Row>(plan_.budgets.size() - 1);
  }

  wf::Rows<wf::QualityGateRow> gates_of(const model::Extras& extras, std::uint32_t node, bool before) {
    std::vector<wf::QualityGateRow> gates;
    for (const model::QualityGate& gate : extras.quality_gates) {
      if (gate.before != before) continue;
      gates.push_back({.name = plan_.text(gate.name.value),
                       .criteria = criteria_of(gate.criteria, "gate"),
                       .blocks = gate.blocks,
                       .before = gate.before,
                       .reactions = reactions_of(gate.reactions, node),
                       .origin = origin(gate.span)});
    }
    return plan_.rows(std::move(gates));
  }

  wf::Row add_extras(const model::Extras& extras, StepIndex of) {
    std::vector<wf::ArtifactRow> artifacts;
    for (const model::Artifact& artifact : extras.artifacts)
      artifacts.push_back({plan_.text(artifact.kind.value), one_param("from", artifact.from, "artifact")});
    plan_.extras.push_back({.quality_gates = gates_of(extras, of, false),
                            .tools = tools_of(extras.tools),
                            .artifacts = plan_.rows(std::move(artifacts)),
                            .budget = add_budget(extras.budget, of),
                            .risky = extras.risky});
    return static_cast<wf::Row>(plan_.extras.size() - 1);
  }

  // What holds for the workflow as a whole.
  void add_whole() {
    wf::Program& program = plan_.program;
    program.budget = add_budget(workflow_.budget);
    for (const auto* of : {&workflow_.escalation, &workflow_.fallback_escalation}) {
      if (!*of) continue;
      const model::Escalation& escalation = **of;
      plan_.escalation.push_back({.to = escalation.to,
                                  .workflow = plan_.text(escalation.workflow.value),
                                  .timeout_ms = escalation.timeout_ms,
                                  .channel = plan_.text(escalation.channel.value),
                                  .mention = plan_.text(escalation.mention.value),
                                  .include = told(escalation.include, "include"),
                                  .origin = origin(escalation.span)});
    }
    if (workflow_.eval) {
      const model::Eval& eval = *workflow_.eval;
      plan_.eval.push_back({.window = eval.window,
                            .runs_min = eval.runs_min,
                            .blocks = eval.blocks,
                            .score_drop_warn = eval.score_drop_warn,
                            .score_drop_block = eval.score_drop_block,
                            .usd_rise = eval.usd_rise.value_or(-1),
                            .latency_ms_rise = eval.latency_ms_rise.value_or(-1),
                            .retry_rise = eval.retry_rise.value_or(-1),
                            .origin = origin(eval.span)});
    }
    if (workflow_.monitor) {
      std::vector<wf::Text> track;
      for (const Located<std::string>& name : workflow_.monitor->track)
        track.push_back(plan_.text(name.value));
      plan_.monitor.push_back({.track = plan_.rows(std::move(track)),
                               .alerts = criteria_of(workflow_.monitor->alerts, "alert"),
                               .origin = origin(workflow_.monitor->span)});
    }
    std::vector<wf::Param> composed;
    for (const model::Composed& text : workflow_.composed) {
      std::vector<wf::Piece> pieces;
      pieces_of(text.text.nodes, text.role, pieces);
      composed.push_back({.name = plan_.text("text"),
                          .kind = wf::ParamKind::pieces,
                          .pieces = plan_.rows(std::move(pieces))});
    }
    program.composed = plan_.rows(std::move(composed));
    if (workflow_.guardrail) {
      CommandNames names{&workflow_, {}};
      std::vector<wf::Param> params;
      model::Step runs;
      runs.prompt.emplace_back();
      command_params(runs, {*workflow_.guardrail, {}}, names, params);
      program.guardrail = plan_.rows(std::move(params));
    }
    program.tools = tools_of(workflow_.tools);
    std::vector<wf::NamedText> files;
    for (const model::NamedText& file : workflow_.tool_files)
      files.push_back({plan_.text(file.name.value), plan_.text(file.text)});
    program.tool_files = plan_.rows(std::move(files));
    program.shadow_routing = workflow_.shadow_routing;
  }

  static expr::Expr make(dsl::ExprKind kind, std::string text, std::vector<expr::Expr> children = {}) {
    expr::Expr made;
    made.kind = kind;
    made.text = std::move(text);
    made.children = std::move(children);
    return made;
  }
  static expr::Expr make_name(std::string text, dsl::Binding binding) {
    expr::Expr made = make(dsl::ExprKind::name, std::move(text));
    made.binding = binding;
    return made;
  }
  static std::vector<wf::Piece> pieces_of(const wf::Param& text) {
    std::vector<wf::Piece> pieces(text.pieces.begin(), text.pieces.end());
    if (text.kind == wf::ParamKind::literal)
      pieces.push_back({.kind = wf::PieceKind::text, .text = text.literal});
    if (text.kind == wf::ParamKind::value)
      pieces.push_back({.kind = wf::PieceKind::value, .expr = text.value});
    return pieces;
  }
  void set_pieces(wf::Param& text, std::vector<wf::Piece> pieces) {
    text.kind = wf::ParamKind::pieces;
    text.literal = {};
    text.value = wf::no_expr;
    text.pieces = plan_.rows(std::move(pieces));
  }

  // `{% for result in results | slice(end = N) %}`, where `results` is one group of all such steps: a list
  // for each step would be as many texts as there are pairs of steps.
  void append_results(StepIndex index, wf::Param& prompt) {
    const auto at = std::lower_bound(in_results_.begin(), in_results_.end(), index);
    const auto before = static_cast<std::int64_t>(at - in_results_.begin());
    if (before == 0) return;
    if (results_group_ == wf::no_row) {
      results_group_ = static_cast<wf::Row>(plan_.groups.size());
      std::vector<wf::Row> members;
      for (const StepIndex member : in_results_) members.push_back(row_of_[member]);
      plan_.groups.push_back(
          {.name = plan_.text("results"), .members = plan_.rows(std::move(members)), .so_far = true});
      results_local_ = locals_++;
    }
    expr::Expr end = make(dsl::ExprKind::integer, {});
    end.number = before;
    expr::Expr some = make(dsl::ExprKind::filter, "slice",
                           {make_name("results", {BindingKind::group, results_group_}), std::move(end)});
    some.names = {"end"};
    const wf::ExprId result = expression(make_name("result", {BindingKind::local, results_local_}), "prompt");
    const wf::ExprId number = expression(
        make(dsl::ExprKind::field, "index", {make_name("loop", {BindingKind::loop, 0})}), "prompt");
    std::vector<wf::Piece> pieces = pieces_of(prompt);
    const auto text = [&](std::string_view words) {
      pieces.push_back({.kind = wf::PieceKind::text, .text = plan_.text(words)});
    };
    text("\n\nResults of the steps before this one:");
    const auto loop = static_cast<std::uint32_t>(pieces.size());
    pieces.push_back({.kind = wf::PieceKind::loop,
                      .expr = expression(some, "prompt"),
                      .target = loop + 7,
                      .local = results_local_});
    // What was skipped has no result.
    pieces.push_back({.kind = wf::PieceKind::unless, .expr = result, .target = loop + 6});
    text("\n\nStep ");
    pieces.push_back({.kind = wf::PieceKind::value, .expr = number});
    text(":\n\n");
    pieces.push_back({.kind = wf::PieceKind::value, .expr = result});
    pieces.push_back({.kind = wf::PieceKind::next, .target = loop + 1});
    set_pieces(prompt, std::move(pieces));
  }

  bool asks_for_feedback(wf::ExprId id) const {
    bool asks = false;
    if (id != wf::no_expr)
      model::for_each_name(plan_.expressions[id].tree, [&](const expr::Expr& name) {
        asks = asks || name.binding.kind == BindingKind::feedback;
      });
    return asks;
  }

  // An agent that something goes back to is told what came of its work: at the end, where its text does not
  // say where.
  void append_feedback(wf::Param& prompt) {
    std::vector<wf::Piece> pieces = pieces_of(prompt);
    for (const wf::Piece& piece : pieces)
      if (asks_for_feedback(piece.expr)) return;
    const wf::ExprId id = expression(make_name("feedback", {BindingKind::feedback, 0}), "prompt");
    const auto end = static_cast<std::uint32_t>(pieces.size() + 3);
    pieces.push_back({.kind = wf::PieceKind::unless, .expr = id, .target = end});
    pieces.push_back({.kind = wf::PieceKind::text, .text = plan_.text("\n\n")});
    pieces.push_back({.kind = wf::PieceKind::value, .expr = id});
    set_pieces(prompt, std::move(pieces));
  }

  std::vector<wf::Param> params_of(StepIndex index) {
    const model::Step& step = workflow_.steps[index];
    std::vector<wf::Param> params;
    switch (step.kind) {
      case wf::StepKind::agent:
        for (const model::Text& prompt : step.prompt) {
          variant("prompt", prompt.text, prompt, params);
          if (step.results_follow) append_results(index, params.back());
          if (loop_targets_.contains(index)) append_feedback(params.back());
        }
        if (!step.agent.value.empty()) params.push_back(literal("agent", step.agent.value));
        if (!step.model.empty()) params.push_back(literal("model", step.model));
        // What follows the prompt, as JSON.
        if (!step.inputs_json.empty()) params.push_back(literal("inputs", step.inputs_json));
        if (step.instructions) params.push_back(param("instructions", *step.instructions, "instructions"));
        break;
      case wf::StepKind::command: {
        CommandNames names{&workflow_, {}};
        for (const model::NamedValue& variable : step.env) names.taken.push_back(variable.name.value);
        for (const model::Text& command : step.prompt) command_params(step, command, names, params);
        break;
      }
      case wf::StepKind::deploy:
        params.push_back(literal("target", step.target.value));
        if (!step.inputs_json.empty()) params.push_back(literal("inputs", step.inputs_json));
        break;
      case wf::StepKind::approve:
        for (const model::Text& message : step.prompt) variant("message", message.text, message, params);
        break;
      case wf::StepKind::action:
        params.push_back(literal("action", step.target.value));
        if (!step.agent.value.empty()) params.push_back(literal("agent", step.agent.value));
        break;
      case wf::StepKind::check:
      case wf::StepKind::branch:
        if (step.condition) params.push_back(value("condition", *step.condition, "check"));
        break;
      case wf::StepKind::join:
        break;
    }
    if (step.inputs) params.push_back(param("inputs", *step.inputs, "inputs"));
    named_values("env", step.env, params);
    named_values("with", step.with, params);
    if (step.folder) params.push_back(param("dir", *step.folder, "dir"));
    return params;
  }

  void variant(std::string_view name, const expr::Template& text, const model::Text& written,
               std::vector<wf::Param>& to) {
    wf::Param row = param(name, text, name);
    row.when = maybe(written.when, "when");
    to.push_back(row);
  }

  void command_params(const model::Step& step, const model::Text& written, CommandNames& names,
                      std::vector<wf::Param>& to) {
    const Command command = lower_command(written.text, names, report_);
    const wf::ExprId when = maybe(written.when, "when");
    // Of several commands, one is chosen at run time, and an argv is several parameters: those go through a
    // shell.
    const bool direct = command.direct && step.prompt.size() == 1;
    if (direct) {
      for (const expr::Template& word : command.words) to.push_back(param("arg", word, "command"));
      return;
    }
    wf::Param text = param("command", command.shell, "command");
    text.when = when;
    to.push_back(text);
    for (const auto& [name, content] : command.variables) {
      wf::Param variable = param("env", content, "command");
      variable.key = plan_.text(name);
      variable.when = when;
      to.push_back(variable);
      names.taken.push_back(name);  // Of several commands, each has variables of its own.
    }
  }

  wf::Row gate_of(const model::Step& step, const wf::Rows<wf::Param>& params) {
    if (!step.gate && step.kind != wf::StepKind::approve) return wf::no_row;
    static const model::Gate plain;
    const model::Gate& gate = step.gate ? *step.gate : plain;
    std::vector<wf::Text> approvers;
    std::set<std::string> seen;  // The same person twice counts once.
    for (const Located<std::string>& approver : gate.approvers)
      if (seen.insert(approver.value).second) approvers.push_back(plan_.text(approver.value));
    wf::GateRow row;
    row.approvers = plan_.rows(std::move(approvers));
    row.quorum = gate.quorum;
    row.timeout_ms = gate.timeout_ms;
    row.on_timeout = gate.on_timeout;
    row.on_reject = gate.on_reject;
    row.content_may_change = gate.content_may_change;
    if (gate.message) {
      row.message = param("message", *gate.message, "message");
    } else if (step.kind == wf::StepKind::approve && params.count > 0) {
      // The last variant is the one without a condition.
      for (const wf::Param& candidate : params)
        if (std::string_view(candidate.name.data, candidate.name.size) == "message") row.message = candidate;
    }
    plan_.gates.push_back(row);
    return static_cast<wf::Row>(plan_.gates.size() - 1);
  }

  const model::Workflow& workflow_;
  const graph::StepGraph& graph_;
  const LowerInfo& info_;
  diag::Report& report_;
  Plan plan_;
  std::vector<std::uint32_t> nodes_;               // Row -> node.
  std::vector<wf::Row> row_of_;                    // Node -> row.
  std::vector<std::vector<std::uint32_t>> needs_;  // Of nodes, in nodes.
  std::unordered_map<std::string, wf::ExprId> expression_ids_;
  std::unordered_map<FileId, std::uint32_t> file_rows_;
  std::unordered_set<std::string> own_ids_;                    // Taken ids.
  std::vector<StepIndex> befores_;                             // Steps before which gates look, ...
  std::unordered_map<StepIndex, std::uint32_t> before_nodes_;  // ... and the nodes that do.
  std::unordered_set<StepIndex> loop_targets_;
  std::map<std::pair<StepIndex, StepIndex>, std::vector<std::uint32_t>>
      bodies_;  // Of loops, by step and target.
  struct Mender {
    const model::Reaction* reaction = nullptr;
    StepIndex step = none;
  };
  std::vector<Mender> menders_;        // In the order of their rows.
  std::vector<StepIndex> in_results_;  // Steps whose results the later ones of them see.
  wf::Row results_group_ = wf::no_row;
  wf::Row results_local_ = 0;
  std::uint32_t locals_ = workflow_.locals;
  // Of the text that is being lowered: the loops around, and what jumps within them.
  struct Loop {
    std::vector<std::uint32_t> to_next;
    std::vector<std::uint32_t> to_end;
  };
  std::vector<Loop> loops_;
};

}  // namespace

Plan lower(const model::Workflow& workflow, const graph::StepGraph& graph, const LowerInfo& info,
           diag::Report& report) {
  return Lower(workflow, graph, info, report).run();
}

}  // namespace wfc::plan
