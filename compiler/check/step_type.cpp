// What a step and its output are, as expressions see them.
#include "compiler/check/step_type.h"

namespace wfc::check {

using expr::TypeKind;

TypeKind kind_of(wf::ValueType type) {
  switch (type) {
    case wf::ValueType::text:
    case wf::ValueType::choice:
      return TypeKind::text;
    case wf::ValueType::any:
      return TypeKind::any;
    case wf::ValueType::boolean:
      return TypeKind::boolean;
    case wf::ValueType::integer:
      return TypeKind::integer;
    case wf::ValueType::real:
      return TypeKind::real;
    case wf::ValueType::duration:
      return TypeKind::duration;
    case wf::ValueType::size:
      return TypeKind::size;
    case wf::ValueType::money:
      return TypeKind::money;
    case wf::ValueType::map:
      return TypeKind::map;
    case wf::ValueType::list:
      return TypeKind::list;
  }
  return TypeKind::any;
}

expr::Type type_of_step(const model::Step& step) {
  // A step that did not parse may do anything, and be meant to give anything.
  if (step.broken || step.output_value) return expr::step_type(step.kind, TypeKind::any);
  // A text that is a JSON object is read as one.
  const bool answer = step.output_type == wf::ValueType::text;
  return expr::step_type(step.kind, answer ? TypeKind::answer : kind_of(step.output_type));
}

expr::Type type_of_result(const model::Step& step) {
  return expr::step_type(step.kind, step.broken ? TypeKind::any : TypeKind::answer);
}

}  // namespace wfc::check
