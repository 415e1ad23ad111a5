// The fields that the result of a step has, by what the step does (language.md 4).
#include "compiler/expr/step_fields.h"

#include <algorithm>

namespace wfc::expr {

namespace {

using wf::StepKind;

struct Field {
  std::string_view name;
  TypeKind kind;
  bool nullable = false;
};

constexpr Field common[] = {{"ok", TypeKind::boolean},       {"fail", TypeKind::boolean},
                            {"status", TypeKind::text},      {"reason", TypeKind::text, true},
                            {"error", TypeKind::text, true}, {"attempts", TypeKind::integer},
                            {"duration", TypeKind::duration}};

// Those besides the common ones. Of some kinds the run adds more: has_open_fields().
struct OwnField {
  StepKind work;
  Field field;
};
constexpr OwnField own[] = {{StepKind::command, {"exit_code", TypeKind::integer, true}},
                            {StepKind::command, {"stdout", TypeKind::text}},
                            {StepKind::command, {"stderr", TypeKind::text}},
                            {StepKind::deploy, {"url", TypeKind::text}},
                            {StepKind::approve, {"approved", TypeKind::boolean}},
                            {StepKind::approve, {"by", TypeKind::text}},
                            {StepKind::approve, {"comment", TypeKind::text, true}},
                            {StepKind::agent, {"confidence", TypeKind::real}},
                            {StepKind::action, {"confidence", TypeKind::real}}};

const Field* find(const Type& step, std::string_view name) {
  for (const Field& field : common)
    if (field.name == name) return &field;
  for (const OwnField& field : own)
    if (field.work == step.work && field.field.name == name) return &field.field;
  return nullptr;
}

}  // namespace

Type step_type(wf::StepKind work, TypeKind output) {
  Type type;
  type.kind = TypeKind::step;
  type.work = work;
  type.output = output;
  return type;
}

bool has_open_fields(const Type& step) {
  return step.work == StepKind::agent || step.work == StepKind::action || step.output == TypeKind::any ||
         step.output == TypeKind::map;
}

Type type_of_field(const Type& step, std::string_view name) {
  Type type;
  if (name == "output") {
    type.kind = step.output;
  } else if (const Field* field = find(step, name)) {
    type.kind = field->kind;
    type.nullable = field->nullable;
    if (name == "status") type.choices = {"succeeded", "failed", "skipped", "cancelled"};
  }
  return type;
}

std::vector<std::string> fields_of(const Type& step) {
  std::vector<std::string> names = {"output"};
  for (const Field& field : common) names.emplace_back(field.name);
  for (const OwnField& field : own)
    if (field.work == step.work) names.emplace_back(field.field.name);
  return names;
}

}  // namespace wfc::expr
