// Texts that nothing has to run for become literals, conditions that always hold are not asked.
//
// An expression without names is evaluated now, by the very functions that an executable would call. One
// whose evaluation fails is left alone: it fails at its step, where the run can say so. What `check` and
// branches ask is left alone too: their answers are recorded, so the engine asks. Steps whose condition never
// holds are prune_unreachable's.
#include <optional>
#include <vector>

#include "compiler/expr/types.h"
#include "compiler/passes/pass_list.h"

namespace wfc::passes {
namespace {

using wf::Piece;
using wf::PieceKind;

// Constant parts of an expression that has names become literals, where a literal can say what they are.
void fold_parts(expr::Expr& tree) {
  constexpr std::size_t text_max = 4'096;
  bool constant = !tree.children.empty();
  for (expr::Expr& child : tree.children) {
    fold_parts(child);
    constant = constant && dsl::is_literal(child.kind);
  }
  if (!constant) return;
  const auto folded = expr::fold(tree);
  if (!folded || !*folded) return;
  const wf::Value& value = **folded;
  expr::Expr literal;
  literal.span = tree.span;
  if (value.kind() == wf::Value::Kind::boolean) {
    literal.kind = dsl::ExprKind::boolean;
    literal.number = value.as_boolean() ? 1 : 0;
  } else if (value.kind() == wf::Value::Kind::integer) {
    literal.kind = dsl::ExprKind::integer;
    literal.number = value.as_integer();
  } else if (value.kind() == wf::Value::Kind::text && value.written().empty() &&
             value.as_text().size() <= text_max) {
    literal.kind = dsl::ExprKind::text;
    literal.text = value.as_text();
  } else {
    return;
  }
  tree = std::move(literal);
}

class Folding {
 public:
  explicit Folding(plan::Plan& plan)
      : plan_(plan), texts_(plan.expressions.size()), asked_(plan.expressions.size()) {}

  // Forgets a condition that always holds.
  void condition(wf::ExprId& when) {
    if (when != wf::no_expr && truth_of(when) == true) when = wf::no_expr;
  }

  void param(wf::Param& param) {
    if (const std::string_view name(param.name.data, param.name.size); name != "arg") condition(param.when);
    if (param.kind == wf::ParamKind::value) {
      if (std::string_view(param.name.data, param.name.size) == "condition") return;
      if (const std::optional<std::string>& text = text_of(param.value)) {
        param.literal = plan_.text(*text);
        param.value = wf::no_expr;
        param.kind = wf::ParamKind::literal;
      }
      return;
    }
    if (param.kind != wf::ParamKind::pieces) return;
    const std::vector<Piece> pieces = merged(without_dead_ends(folded(param.pieces)));
    if (pieces.empty() || (pieces.size() == 1 && pieces[0].kind == PieceKind::text)) {
      param.literal = pieces.empty() ? wf::Text{} : pieces[0].text;
      param.pieces = {};
      param.kind = wf::ParamKind::literal;
    } else if (pieces.size() != param.pieces.count || changed_) {
      param.pieces = plan_.rows(pieces);
    }
  }

 private:
  const std::optional<std::string>& text_of(wf::ExprId id) {
    if (!asked_[id]) {
      asked_[id] = true;
      if (const auto folded = expr::fold(plan_.expressions[id].tree); folded && *folded) {
        if (const auto printed = wf::print(**folded); printed && printed->find('\0') == std::string::npos)
          texts_[id] = *printed;
      }
    }
    return texts_[id];
  }

  std::optional<bool> truth_of(wf::ExprId id) {
    if (const auto folded = expr::fold(plan_.expressions[id].tree); folded && *folded)
      return wf::truth(**folded);
    return std::nullopt;
  }

  std::vector<Piece> folded(const wf::Template& pieces) {
    changed_ = false;
    std::vector<Piece> result(pieces.begin(), pieces.end());
    for (std::uint32_t i = 0; i < result.size(); ++i) {
      Piece& piece = result[i];
      if (piece.kind == PieceKind::unless) {
        const std::optional<bool> holds = truth_of(piece.expr);
        // A jump to the next piece goes with what is never reached.
        if (holds) piece = {.kind = PieceKind::jump, .target = *holds ? i + 1 : piece.target};
        changed_ = changed_ || holds.has_value();
      }
      if (piece.kind != PieceKind::value) continue;
      if (const std::optional<std::string>& text = text_of(piece.expr)) {
        piece = {.kind = PieceKind::text, .text = plan_.text(*text)};
        changed_ = true;
      }
    }
    return result;
  }

  // Without the pieces that no way leads to, and jumps that then lead nowhere else.
  static std::vector<Piece> without_dead_ends(const std::vector<Piece>& pieces) {
    std::vector<bool> kept(pieces.size(), false);
    std::vector<std::size_t> open = {0};
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      if (at >= pieces.size() || kept[at]) continue;
      kept[at] = true;
      const PieceKind kind = pieces[at].kind;
      if (has_target(pieces[at])) open.push_back(pieces[at].target);
      if (kind != PieceKind::jump && kind != PieceKind::leave) open.push_back(at + 1);
    }
    // From the back: what lies between a jump and its target is decided before the jump.
    std::vector<std::size_t> next_kept(pieces.size() + 1, pieces.size());
    for (std::size_t i = pieces.size(); i-- > 0;) {
      const bool leads_on =
          pieces[i].kind == PieceKind::jump && pieces[i].target > i && next_kept[i + 1] >= pieces[i].target;
      if (leads_on) kept[i] = false;
      next_kept[i] = kept[i] ? i : next_kept[i + 1];
    }
    std::vector<std::uint32_t> new_index(pieces.size() + 1, 0);
    std::vector<Piece> result;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      new_index[i] = static_cast<std::uint32_t>(result.size());
      if (kept[i]) result.push_back(pieces[i]);
    }
    new_index[pieces.size()] = static_cast<std::uint32_t>(result.size());
    for (Piece& piece : result)
      if (has_target(piece)) piece.target = new_index[piece.target];
    return result;
  }

  // Neighbouring texts become one, unless something jumps between them.
  std::vector<Piece> merged(const std::vector<Piece>& pieces) {
    std::vector<bool> jumped_to(pieces.size() + 1, false);
    for (const Piece& piece : pieces)
      if (has_target(piece)) jumped_to[piece.target] = true;
    std::vector<Piece> result;
    std::vector<std::uint32_t> new_index(pieces.size() + 1, 0);
    for (std::size_t i = 0; i < pieces.size();) {
      new_index[i] = static_cast<std::uint32_t>(result.size());
      result.push_back(pieces[i]);
      std::size_t end = i + 1;
      if (pieces[i].kind == PieceKind::text) {
        while (end < pieces.size() && pieces[end].kind == PieceKind::text && !jumped_to[end]) ++end;
      }
      if (end > i + 1) {
        std::string text;
        for (std::size_t at = i; at < end; ++at) text.append(pieces[at].text.data, pieces[at].text.size);
        result.back().text = plan_.text(text);
      }
      i = end;
    }
    new_index[pieces.size()] = static_cast<std::uint32_t>(result.size());
    for (Piece& piece : result)
      if (has_target(piece)) piece.target = new_index[piece.target];
    return result;
  }

  static bool has_target(const Piece& piece) {
    return piece.kind == PieceKind::jump || piece.kind == PieceKind::unless ||
           piece.kind == PieceKind::loop || piece.kind == PieceKind::next || piece.kind == PieceKind::leave;
  }

  plan::Plan& plan_;
  std::vector<std::optional<std::string>> texts_;  // Of expressions that are constant.
  std::vector<bool> asked_;
  bool changed_ = false;
};

}  // namespace

plan::Plan fold_constants(plan::Plan plan) {
  for (plan::Expression& expression : plan.expressions) fold_parts(expression.tree);
  Folding folding(plan);
  for (wf::StepRow& step : plan.steps) {
    folding.condition(step.when);
    std::vector<wf::Param> params(step.params.begin(), step.params.end());
    for (wf::Param& param : params) folding.param(param);
    step.params = plan.rows(std::move(params));
  }
  for (wf::GateRow& gate : plan.gates) folding.param(gate.message);
  return plan;
}

}  // namespace wfc::passes
