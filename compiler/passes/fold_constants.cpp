// Texts that nothing has to run for become literals.
//
// An expression without names is evaluated now, by the very functions that an executable would call. One
// whose evaluation fails is left alone: it fails at its step, where the run can say so. Conditions are left
// alone too; the engine wants them as expressions.
#include <optional>
#include <vector>

#include "compiler/expr/types.h"
#include "compiler/passes/pass_list.h"

namespace wfc::passes {
namespace {

using wf::Piece;
using wf::PieceKind;

class Folding {
 public:
  explicit Folding(plan::Plan& plan)
      : plan_(plan), texts_(plan.expressions.size()), asked_(plan.expressions.size()) {}

  void param(wf::Param& param) {
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
    const std::vector<Piece> pieces = merged(folded(param.pieces));
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

  std::vector<Piece> folded(const wf::Template& pieces) {
    changed_ = false;
    std::vector<Piece> result(pieces.begin(), pieces.end());
    for (Piece& piece : result) {
      if (piece.kind != PieceKind::value) continue;
      if (const std::optional<std::string>& text = text_of(piece.expr)) {
        piece = {.kind = PieceKind::text, .text = plan_.text(*text)};
        changed_ = true;
      }
    }
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
  Folding folding(plan);
  for (wf::StepRow& step : plan.steps) {
    std::vector<wf::Param> params(step.params.begin(), step.params.end());
    for (wf::Param& param : params) folding.param(param);
    step.params = plan.rows(std::move(params));
  }
  for (wf::GateRow& gate : plan.gates) folding.param(gate.message);
  return plan;
}

}  // namespace wfc::passes
