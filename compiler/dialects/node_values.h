// What stands in YAML as values of expressions: constants, and data whose texts are templates.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/fields.h"

namespace wfc::dialects {

class NodeValues {
 public:
  // Texts with tags that stand within data are kept in the workflow.
  NodeValues(const Reader& reader, model::Workflow& workflow) : reader_(reader), workflow_(workflow) {}

  // As it is written, texts included. Empty when that cannot be (reported).
  std::optional<dsl::Expr> constant(const yaml::Node& node);
  // An entry for each key of a mapping that has a value.
  void named(const yaml::Node& mapping, std::vector<model::NamedValue>& to);
  // The mapping without `key`, as a text of JSON. Empty when nothing is left.
  wf::Boxed<expr::Template> rest_of(const yaml::Node& mapping, std::string_view key);

 private:
  enum class Texts { constant, templates };
  std::optional<dsl::Expr> value(const yaml::Node& node, Texts texts);
  std::optional<dsl::Expr> scalar(const yaml::Node& node, Texts texts);
  std::optional<dsl::Expr> text(const yaml::Node& node);
  bool count(const yaml::Node& node);

  const Reader& reader_;
  model::Workflow& workflow_;
  std::size_t counted_ = 0;
};

// What a text says, as a value.
dsl::Expr value_of(std::vector<expr::TemplateNode> nodes, Span span, model::Workflow& workflow);

// Of what the variable is that has this constant as its default.
wf::ValueType type_of_constant(const dsl::Expr& value);

// `metadata` and, beside it, what stands under keys that begin with `x-`, as JSON. Empty when there is
// neither.
std::string metadata_of(const yaml::Node& root, const yaml::Node* metadata);

}  // namespace wfc::dialects
