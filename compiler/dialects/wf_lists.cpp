// What a list is declared to hold, held against the list that is written as a default.
#include <algorithm>

#include "compiler/dialects/phrase.h"
#include "compiler/dialects/wf_reader.h"
#include "compiler/expr/types.h"

namespace wfc::dialects {

namespace {

bool holds(wf::ValueType wanted, expr::TypeKind given) {
  using expr::TypeKind;
  switch (wanted) {
    case wf::ValueType::any:
      return true;
    case wf::ValueType::text:
    case wf::ValueType::choice:
      return given == TypeKind::text;
    case wf::ValueType::boolean:
      return given == TypeKind::boolean;
    case wf::ValueType::integer:
      return given == TypeKind::integer;
    case wf::ValueType::real:
      return given == TypeKind::real || given == TypeKind::integer;
    case wf::ValueType::duration:
      return given == TypeKind::duration;
    case wf::ValueType::size:
      return given == TypeKind::size;
    case wf::ValueType::money:
      return given == TypeKind::money;
    case wf::ValueType::map:
      return given == TypeKind::map;
    case wf::ValueType::list:
      return given == TypeKind::list;
  }
  return true;
}

}  // namespace

void WfReader::check_elements(const dsl::Type& list, const expr::Expr& value, const std::string& name) {
  if (list.atoms.size() != 1 || list.atoms[0].choice || list.atoms[0].of.empty()) return;
  if (value.kind != dsl::ExprKind::list) return;
  const dsl::Type& element = list.atoms[0].of[0];
  wf::ValueType wanted = wf::ValueType::any;
  bool nullable = false;
  std::vector<std::string> choices;
  if (!read_type(element, wanted, nullable, &choices)) return;
  for (const expr::Expr& item : value.children) {
    diag::Report said_by_the_checks;
    const expr::Type given = expr::type_of(item, {}, said_by_the_checks);
    if (given.kind == expr::TypeKind::any || (nullable && given.kind == expr::TypeKind::null)) continue;
    if (!holds(wanted, given.kind)) {
      report_.add(
          diag::wrong_type, item.span,
          "the list " + in_ticks(name) + " holds " + written_type(element) + ", not " + expr::name_of(given));
    } else if (!choices.empty() && std::find(choices.begin(), choices.end(), item.text) == choices.end()) {
      auto draft = report_.add(diag::unknown_choice, item.span, "an entry of " + in_ticks(name), item.text);
      const std::string near = diag::closest(item.text, choices);
      if (!near.empty())
        draft.help("did you mean `" + near + "`?").fix("use `" + near + "`", item.span, '"' + near + '"');
    } else if (wanted == wf::ValueType::list) {
      check_elements(element, item, name);
    }
  }
}

// "`int`", "`list`", "one of its choices"
std::string WfReader::written_type(const dsl::Type& type) {
  return type.atoms[0].choice ? "one of its choices" : in_ticks(type.atoms[0].name);
}

}  // namespace wfc::dialects
