// Makes drawings of workflows and of plans.
#include "compiler/views/drawing.h"

#include <algorithm>
#include <map>
#include <set>

#include "compiler/views/views.h"
#include "runtime/base/text.h"

namespace wfc::views {
namespace {

using dsl::BindingKind;
using model::none;

// One line, without the indentation that it had in the file.
std::string one_line(std::string_view text) {
  constexpr std::string_view blanks = " \t\n\r";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  const std::size_t end = text.find_last_not_of(blanks);
  std::string line;
  bool blank = false;
  for (const char c : text.substr(begin, end - begin + 1)) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      blank = true;
      continue;
    }
    if (blank) line += ' ';
    blank = false;
    line += c;
    // Nobody reads more in a drawing; whole characters are kept.
    if (line.size() > 400 && (static_cast<unsigned char>(c) & 0xc0) != 0x80) break;
  }
  return wf::replace_invalid_utf8(line);
}

// A text as the definition has it, without the quotes or the sign around it.
std::string_view unquoted(std::string_view text) {
  for (const std::string_view quote : {"\"\"\"\"", "\"\"\"", "\"", "'"}) {
    if (text.size() >= 2 * quote.size() && text.starts_with(quote) && text.ends_with(quote))
      return text.substr(quote.size(), text.size() - 2 * quote.size());
  }
  // A block scalar of YAML: `|-` and the like stand on the first line.
  if (text.starts_with('|') || text.starts_with('>'))
    return text.substr(std::min(text.find('\n'), text.size()));
  return text;
}

std::string trigger_text(wf::TriggerKind kind, std::string_view name, std::string_view cron,
                         std::string_view zone) {
  switch (kind) {
    case wf::TriggerKind::manual:
      return "manual";
    case wf::TriggerKind::cron:
      return "cron " + std::string(cron) + (zone.empty() ? "" : " " + std::string(zone));
    case wf::TriggerKind::event:
      return "event " + std::string(name);
    case wf::TriggerKind::webhook:
      return "webhook " + std::string(name);
  }
  return {};
}

std::string reaction_text(wf::StepOutcome on, wf::Response response) {
  return "on " + std::string(model::word_of(on)) + " " + std::string(model::word_of(response));
}

// Edges with what they carry. `needs` are drawn always; data that comes from further up gets an edge of its
// own.
class Edges {
 public:
  void need(std::uint32_t from, std::uint32_t to) { at(from, to).need = true; }
  void data(std::uint32_t from, std::uint32_t to, const std::string& name) {
    if (from == to) return;
    Edge& edge = at(from, to);
    if (std::find(edge.carries.begin(), edge.carries.end(), name) == edge.carries.end())
      edge.carries.push_back(name);
  }
  std::vector<Edge> take() {
    std::vector<Edge> edges;
    for (auto& [key, edge] : edges_) edges.push_back(std::move(edge));
    return edges;
  }

 private:
  Edge& at(std::uint32_t from, std::uint32_t to) {
    const auto [found, added] = edges_.try_emplace({to, from});
    if (added) found->second = {from, to, false, {}};
    return found->second;
  }
  std::map<std::pair<std::uint32_t, std::uint32_t>, Edge> edges_;
};

class OfWorkflow {
 public:
  OfWorkflow(const model::Workflow& workflow, const graph::StepGraph& graph, const source::SourceMap& sources)
      : workflow_(workflow), graph_(graph), sources_(sources) {}

  Drawing run() {
    drawing_.workflow = workflow_.id.value;
    drawing_.title = workflow_.title;
    for (const model::Trigger& trigger : workflow_.triggers)
      drawing_.triggers.push_back(
          trigger_text(trigger.kind, trigger.name.value, trigger.cron.value, trigger.timezone.value));
    for (const model::Step& step : workflow_.steps) add_step(step);
    const auto first_branch = static_cast<std::uint32_t>(drawing_.nodes.size());
    for (std::size_t i = 0; i < workflow_.branches.size(); ++i) add_branch(i);
    add_edges(first_branch);
    add_boxes(first_branch);
    nest_boxes(drawing_);
    return std::move(drawing_);
  }

 private:
  std::string source_of(const Span& span) const {
    return span.known() && span.file < sources_.count() ? one_line(sources_.text(span)) : std::string();
  }
  std::string text_of(const expr::Template& text) const {
    if (text.constant()) return one_line(text.constant_text());
    if (!text.span.known() || text.span.file >= sources_.count()) return {};
    return one_line(unquoted(sources_.text(text.span)));
  }

  void add_step(const model::Step& step) {
    Node& node = drawing_.nodes.emplace_back();
    node.id = step.id.value;
    node.kind = step.kind;
    node.title = step.title;
    node.gate = step.kind == wf::StepKind::approve || step.gate.has_value();
    node.output = step.output.value;
    if (step.when) node.when = source_of(step.when->span);
    for (const model::Reaction& reaction : step.reactions)
      if (reaction.response != wf::Response::back)
        node.reactions.push_back(reaction_text(reaction.on, reaction.response));
    if (step.undoes != none) node.undoes = workflow_.steps[step.undoes].id.value;
    if (step.extras) {
      node.risky = step.extras->risky;
      for (const model::QualityGate& gate : step.extras->quality_gates)
        for (const model::Criterion& criterion : gate.criteria)
          node.gates.push_back(one_line(criterion.text));
    }
    if (step.span.known() && step.span.file < sources_.count())
      node.line = sources_.position_of(step.span.file, step.span.begin).line;
    switch (step.kind) {
      case wf::StepKind::agent:
        node.detail = step.agent.value;
        break;
      case wf::StepKind::command:
      case wf::StepKind::approve:
        if (!step.prompt.empty()) node.detail = text_of(step.prompt.front().text);
        break;
      case wf::StepKind::deploy:
      case wf::StepKind::action:
        node.detail = step.target.value;
        break;
      case wf::StepKind::check:
        if (step.condition) node.detail = source_of(step.condition->span);
        break;
      case wf::StepKind::branch:
      case wf::StepKind::join:
        break;
    }
  }

  void add_branch(std::size_t index) {
    const model::Branch& branch = workflow_.branches[index];
    Node& node = drawing_.nodes.emplace_back();
    node.id = "if:" + std::to_string(index + 1);
    node.kind = wf::StepKind::branch;
    node.detail = source_of(branch.condition.span);
    if (branch.span.known() && branch.span.file < sources_.count())
      node.line = sources_.position_of(branch.span.file, branch.span.begin).line;
  }

  // The steps whose outputs a name stands for.
  std::vector<std::uint32_t> steps_behind(const dsl::Binding& binding) const {
    if (binding.kind == BindingKind::output || binding.kind == BindingKind::step) {
      if (binding.index < workflow_.steps.size()) return {binding.index};
    } else if (binding.kind == BindingKind::group && binding.index < workflow_.groups.size()) {
      return workflow_.groups[binding.index].members;
    }
    return {};
  }

  void add_edges(std::uint32_t first_branch) {
    Edges edges;
    for (std::uint32_t b = 0; b < workflow_.branches.size(); ++b) {
      const model::Branch& branch = workflow_.branches[b];
      for (const model::Need& need : branch.needs)
        if (need.target != none) edges.need(need.target, first_branch + b);
      if (branch.outer != none) edges.need(first_branch + branch.outer, first_branch + b);
      model::for_each_name(branch.condition, [&](const expr::Expr& name) {
        for (const std::uint32_t from : steps_behind(name.binding))
          edges.data(from, first_branch + b, name.text);
      });
    }
    for (std::uint32_t i = 0; i < workflow_.steps.size(); ++i) {
      const model::Step& step = workflow_.steps[i];
      bool inside = false;  // Follows a step on its own side of the `if`.
      for (const model::StepIndex need : graph_.needs(i)) {
        const model::Step& before = workflow_.steps[need];
        const bool same_side = before.branch == step.branch && before.side == step.side;
        inside = inside || (step.branch != none && same_side);
        const bool through_branch = step.branch != none && !same_side &&
                                    std::any_of(workflow_.branches[step.branch].needs.begin(),
                                                workflow_.branches[step.branch].needs.end(),
                                                [&](const model::Need& of) { return of.target == need; });
        if (!through_branch) edges.need(need, i);
      }
      if (step.branch != none && !inside) edges.need(first_branch + step.branch, i);
    }
    model::for_each_expression(workflow_,
                               [&](const expr::Expr& expr, model::StepIndex step, std::string_view) {
                                 if (step == none) return;
                                 model::for_each_name(expr, [&](const expr::Expr& name) {
                                   for (const std::uint32_t from : steps_behind(name.binding))
                                     edges.data(from, step, name.text);
                                 });
                               });
    drawing_.edges = edges.take();
    for (std::uint32_t i = 0; i < workflow_.steps.size(); ++i) {
      for (const model::Reaction& reaction : workflow_.steps[i].reactions)
        if (reaction.response == wf::Response::back && reaction.target != none)
          drawing_.loops.push_back(
              {i, reaction.target, model::word_of(reaction.on), reaction.name.value, reaction.max.value});
    }
  }

  void add_boxes(std::uint32_t first_branch) {
    for (const model::Group& group : workflow_.groups) {
      Box box;
      box.label = group.name;
      if (group.running_max > 0)
        box.label +=
            std::string(group.name.empty() ? "" : ", ") + "at most " + std::to_string(group.running_max);
      box.members = group.members;
      if (!box.members.empty()) drawing_.boxes.push_back(std::move(box));
    }
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::uint32_t>> sides;
    for (std::uint32_t i = 0; i < workflow_.steps.size(); ++i) {
      std::uint32_t branch = workflow_.steps[i].branch;
      std::uint32_t side = workflow_.steps[i].side;
      while (branch != none) {
        sides[{branch, side}].push_back(i);
        side = workflow_.branches[branch].outer_side;
        branch = workflow_.branches[branch].outer;
      }
    }
    for (auto& [key, members] : sides) {
      drawing_.boxes.push_back({.label = key.second == 1 ? "if so" : "else",
                                .branch = true,
                                .branch_node = first_branch + key.first,
                                .side = key.second,
                                .members = std::move(members)});
    }
  }

  const model::Workflow& workflow_;
  const graph::StepGraph& graph_;
  const source::SourceMap& sources_;
  Drawing drawing_;
};

class OfPlan {
 public:
  explicit OfPlan(const plan::Plan& plan) : plan_(plan) {}

  Drawing run() {
    drawing_.workflow = view(plan_.program.workflow);
    drawing_.title = view(plan_.program.title);
    for (const wf::TriggerRow& trigger : plan_.triggers)
      drawing_.triggers.push_back(
          trigger_text(trigger.kind, view(trigger.name), view(trigger.cron), view(trigger.timezone)));
    for (const wf::StepRow& step : plan_.steps) add_step(step);
    Edges edges;
    for (std::uint32_t row = 0; row < plan_.steps.size(); ++row) add_edges(row, edges);
    drawing_.edges = edges.take();
    for (std::uint32_t row = 0; row < plan_.steps.size(); ++row) {
      for (const wf::ReactionRow& reaction : plan_.steps[row].reactions)
        if (reaction.response == wf::Response::back)
          drawing_.loops.push_back({row, reaction.target, model::word_of(reaction.on),
                                    std::string(view(reaction.name)), reaction.max});
    }
    add_boxes();
    nest_boxes(drawing_);
    return std::move(drawing_);
  }

 private:
  static std::string_view view(const wf::Text& text) { return {text.data, text.size}; }

  static std::string text_of(const wf::Param& param) {
    if (param.kind == wf::ParamKind::literal) return std::string(view(param.literal));
    if (param.kind == wf::ParamKind::value) return "...";
    std::string text;
    for (const wf::Piece& piece : param.pieces)
      text += piece.kind == wf::PieceKind::text    ? std::string(view(piece.text))
              : piece.kind == wf::PieceKind::value ? "..."
                                                   : "";
    return text;
  }

  void add_step(const wf::StepRow& step) {
    Node node;
    node.id = view(step.id);
    node.kind = step.kind;
    node.title = view(step.title);
    node.gate = step.gate != wf::no_row;
    node.output = view(step.output);
    node.line = step.origin.line;
    if (step.when != wf::no_expr) node.when = "...";
    for (const wf::ReactionRow& reaction : step.reactions)
      if (reaction.response != wf::Response::back)
        node.reactions.push_back(reaction_text(reaction.on, reaction.response));
    if (step.undoes != wf::no_row) node.undoes = view(plan_.steps[step.undoes].id);
    if (step.extras != wf::no_row) {
      const wf::ExtrasRow& extras = plan_.extras[step.extras];
      node.risky = extras.risky;
      for (const wf::QualityGateRow& gate : extras.quality_gates)
        for (const wf::CriterionRow& criterion : gate.criteria)
          node.gates.push_back(one_line(view(criterion.text)));
    }
    for (const wf::Param& param : step.params) {
      const std::string_view name = view(param.name);
      if (name == "arg") {
        node.detail += (node.detail.empty() ? "" : " ") + text_of(param);
      } else if (node.detail.empty() && (name == "agent" || name == "command" || name == "target" ||
                                         name == "message" || name == "action")) {
        node.detail = text_of(param);
      }
    }
    node.detail = one_line(node.detail);
    drawing_.nodes.push_back(std::move(node));
  }

  void carried(wf::ExprId id, std::uint32_t to, Edges& edges) {
    if (id == wf::no_expr) return;
    model::for_each_name(plan_.expressions[id].tree, [&](const expr::Expr& name) {
      switch (name.binding.kind) {
        case BindingKind::output:
        case BindingKind::step:
          edges.data(name.binding.index, to, name.text);
          break;
        case BindingKind::group:
          // Of these, all that came before: lines from everywhere to everywhere would tell nothing.
          if (plan_.groups[name.binding.index].so_far) break;
          for (const wf::Row member : plan_.groups[name.binding.index].members)
            edges.data(member, to, name.text);
          break;
        default:
          break;
      }
    });
  }

  void add_edges(std::uint32_t row, Edges& edges) {
    const wf::StepRow& step = plan_.steps[row];
    for (const wf::Row need : step.needs) edges.need(need, row);
    const auto in_param = [&](const wf::Param& param) {
      carried(param.value, row, edges);
      carried(param.when, row, edges);
      for (const wf::Piece& piece : param.pieces) carried(piece.expr, row, edges);
    };
    for (const wf::Param& param : step.params) in_param(param);
    if (step.gate != wf::no_row) in_param(plan_.gates[step.gate].message);
    carried(step.when, row, edges);
  }

  void add_boxes() {
    for (const wf::GroupRow& group : plan_.groups) {
      Box box;
      box.label = view(group.name);
      box.members.assign(group.members.begin(), group.members.end());
      if (!box.members.empty() && !group.so_far) drawing_.boxes.push_back(std::move(box));
    }
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::uint32_t>> sides;
    for (std::uint32_t row = 0; row < plan_.steps.size(); ++row) {
      for (const wf::StepRow* at = &plan_.steps[row]; at->branch != wf::no_row; at = &plan_.steps[at->branch])
        sides[{at->branch, at->side}].push_back(row);
    }
    for (auto& [key, members] : sides) {
      drawing_.boxes.push_back({.label = key.second == 1 ? "if so" : "else",
                                .branch = true,
                                .branch_node = key.first,
                                .side = key.second,
                                .members = std::move(members)});
    }
  }

  const plan::Plan& plan_;
  Drawing drawing_;
};

}  // namespace

std::string_view name_of(wf::StepKind kind) {
  switch (kind) {
#define WF_STEP(name, ...) \
  case wf::StepKind::name: \
    return #name;
#include "wf/steps.def"
  }
  return {};
}

Drawing drawing_of(const model::Workflow& workflow, const graph::StepGraph& graph,
                   const source::SourceMap& sources) {
  return OfWorkflow(workflow, graph, sources).run();
}

Drawing drawing_of(const plan::Plan& plan) {
  return OfPlan(plan).run();
}

void nest_boxes(Drawing& drawing) {
  // What holds more is further out: each box lies in whatever its first member lay in before.
  std::stable_sort(drawing.boxes.begin(), drawing.boxes.end(),
                   [](const Box& a, const Box& b) { return a.members.size() > b.members.size(); });
  for (std::uint32_t i = 0; i < drawing.boxes.size(); ++i) {
    Box& box = drawing.boxes[i];
    box.outer = drawing.nodes[box.members.front()].box;
    for (const std::uint32_t member : box.members) drawing.nodes[member].box = i;
  }
  // An `if` stands where its sides stand.
  for (const Box& box : drawing.boxes)
    if (box.branch_node != outside) drawing.nodes[box.branch_node].box = box.outer;
}

std::string draw_dot(const model::Workflow& workflow, const graph::StepGraph& graph,
                     const source::SourceMap& sources) {
  return to_dot(drawing_of(workflow, graph, sources));
}
std::string draw_json(const model::Workflow& workflow, const graph::StepGraph& graph,
                      const source::SourceMap& sources) {
  return to_json(drawing_of(workflow, graph, sources));
}
std::string draw_dot(const plan::Plan& plan) {
  return to_dot(drawing_of(plan));
}
std::string draw_json(const plan::Plan& plan) {
  return to_json(drawing_of(plan));
}

}  // namespace wfc::views
