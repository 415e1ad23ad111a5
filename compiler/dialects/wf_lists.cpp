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

void WfReader::check_elements(std::span<const model::Element> levels, const expr::Expr& value,
                              const std::string& name) {
  if (levels.empty() || value.kind != dsl::ExprKind::list) return;
  const model::Element& wanted = levels.front();
  for (const expr::Expr& item : value.children) {
    diag::Report said_by_the_checks;
    const expr::Type given = expr::type_of(item, {}, said_by_the_checks);
    if (given.kind == expr::TypeKind::any || (wanted.nullable && given.kind == expr::TypeKind::null))
      continue;
    if (!holds(wanted.type, given.kind)) {
      report_.add(
          diag::wrong_type, item.span,
          "the list " + in_ticks(name) + " holds " + written_type(wanted) + ", not " + expr::name_of(given));
    } else if (wanted.type == wf::ValueType::choice &&
               std::find(wanted.choices.begin(), wanted.choices.end(), item.text) == wanted.choices.end()) {
      auto draft = report_.add(diag::unknown_choice, item.span, "an entry of " + in_ticks(name), item.text);
      const std::string near = diag::closest(item.text, wanted.choices);
      if (!near.empty())
        draft.help("did you mean `" + near + "`?").fix("use `" + near + "`", item.span, '"' + near + '"');
    } else if (wanted.type == wf::ValueType::list) {
      check_elements(levels.subspan(1), item, name);
    }
  }
}

// "`int`", "`list`", "one of its choices"
std::string WfReader::written_type(const model::Element& element) {
  static constexpr std::string_view names[] = {"string",   "any",  "bool",  "int", "float",
                                               "duration", "size", "money", "map", "list"};
  if (element.type == wf::ValueType::choice) return "one of its choices";
  return in_ticks(names[static_cast<std::size_t>(element.type)]);
}

}  // namespace wfc::dialects
