// From nodes to expressions.
#include "compiler/dialects/node_values.h"

#include "compiler/dialects/comparison.h"
#include "runtime/base/json.h"

namespace wfc::dialects {
namespace {

using dsl::Expr;
using dsl::ExprKind;

// Each becomes a piece of the program: data of this size is read at run time instead.
constexpr std::size_t values_max = 20'000;

bool is_absent(const yaml::Node& node) {
  return node.is_null() || (node.is_scalar() && yaml::is_no_value(node));
}

}  // namespace

bool NodeValues::count(const yaml::Node& node) {
  if (++counted_ != values_max + 1) return counted_ <= values_max;
  reader_.report.add(diag::text_too_large, node.span, "the data in this definition",
                     std::to_string(values_max) + " values");
  return false;
}

std::optional<Expr> NodeValues::constant(const yaml::Node& node) {
  return value(node, Texts::constant);
}

std::optional<Expr> NodeValues::value(const yaml::Node& node, Texts texts) {
  if (!count(node) || (node.broken && node.is_null())) return std::nullopt;
  Expr expr;
  expr.span = node.span;
  switch (node.form) {
    case yaml::Form::null:
      expr.kind = ExprKind::null;
      return expr;
    case yaml::Form::scalar:
      return scalar(node, texts);
    case yaml::Form::sequence:
      expr.kind = ExprKind::list;
      for (const yaml::Node* item : node.items) {
        std::optional<Expr> child = value(*item, texts);
        if (!child) return std::nullopt;
        expr.children.push_back(std::move(*child));
      }
      return expr;
    case yaml::Form::mapping:
      expr.kind = ExprKind::map;
      for (const yaml::Entry& entry : node.entries) {
        std::optional<Expr> child = value(*entry.value, texts);
        if (!child) return std::nullopt;
        expr.names.emplace_back(entry.key);
        expr.children.push_back(std::move(*child));
      }
      return expr;
  }
  return expr;
}

std::optional<Expr> NodeValues::scalar(const yaml::Node& node, Texts texts) {
  Expr expr;
  expr.span = node.span;
  if (!is_certain(node, reader_.report)) {
    expr.kind = ExprKind::error;  // What uses it is not to blame.
    return expr;
  }
  if (yaml::is_no_value(node)) {
    expr.kind = ExprKind::null;
  } else if (const std::optional<bool> truth = yaml::as_bool(node)) {
    expr.kind = ExprKind::boolean;
    expr.number = *truth ? 1 : 0;
  } else if (const std::optional<std::int64_t> whole = yaml::as_integer(node)) {
    expr.kind = ExprKind::integer;
    expr.number = *whole;
  } else if (const std::optional<double> number = yaml::as_number(node)) {
    expr.kind = ExprKind::real;
    expr.real = *number;
  } else if (texts == Texts::templates) {
    return text(node);
  } else {
    return text_constant(node.text, node.span);
  }
  return expr;
}

// A text that is all one placeholder is the value itself.
std::optional<Expr> NodeValues::text(const yaml::Node& node) {
  expr::Template text = reader_.text_template(node);
  if (text.constant()) return text_constant(text.constant_text(), node.span);
  return value_of(std::move(text.nodes), node.span, workflow_);
}

void NodeValues::named(const yaml::Node& mapping, std::vector<model::NamedValue>& to) {
  for (const yaml::Entry& entry : mapping.entries) {
    const yaml::Node& node = *entry.value;
    if (is_absent(node)) continue;
    model::NamedValue named;
    named.name = {std::string(entry.key), entry.key_span};
    const bool text = node.is_scalar() && !yaml::as_bool(node) && !yaml::as_number(node) &&
                      !yaml::is_ambiguous_number(node) && !yaml::is_too_large(node);
    if (text) {
      is_certain(node, reader_.report);
      named.text = reader_.text_template(node);
    } else {
      named.value = value(node, Texts::templates);
      if (!named.value) continue;
    }
    to.push_back(std::move(named));
  }
}

wf::Boxed<expr::Template> NodeValues::rest_of(const yaml::Node& mapping, std::string_view key) {
  Expr rest;
  rest.kind = ExprKind::map;
  rest.span = mapping.span;
  for (const yaml::Entry& entry : mapping.entries) {
    if (entry.key == key) continue;
    std::optional<Expr> child = value(*entry.value, Texts::templates);
    if (!child) continue;
    rest.names.emplace_back(entry.key);
    rest.children.push_back(std::move(*child));
  }
  if (rest.children.empty()) return {};
  expr::Template text;
  text.span = mapping.span;
  expr::TemplateNode& node = text.nodes.emplace_back();
  node.kind = expr::NodeKind::value;
  node.span = mapping.span;
  node.expr = std::move(rest);
  return text;
}

// Parts without tags are joined; with them the text is one of the workflow's own.
Expr value_of(std::vector<expr::TemplateNode> nodes, Span span, model::Workflow& workflow) {
  if (nodes.empty()) return text_constant("", span);
  std::vector<Expr> parts;
  for (const expr::TemplateNode& node : nodes) {
    if (node.kind == expr::NodeKind::text) {
      parts.push_back(text_constant(node.text, node.span));
    } else if (node.kind == expr::NodeKind::value) {
      parts.push_back(node.expr);
    } else {
      Expr named =
          bound("", span, dsl::BindingKind::composed, static_cast<std::uint32_t>(workflow.composed.size()));
      workflow.composed.push_back({.text = {.nodes = std::move(nodes), .span = span}, .role = {}});
      return named;
    }
  }
  return chained(ExprKind::concat, parts);
}

wf::ValueType type_of_constant(const Expr& value) {
  switch (value.kind) {
    case ExprKind::text:
      return wf::ValueType::text;
    case ExprKind::boolean:
      return wf::ValueType::boolean;
    case ExprKind::integer:
      return wf::ValueType::integer;
    case ExprKind::real:
      return wf::ValueType::real;
    case ExprKind::list:
      return wf::ValueType::list;
    case ExprKind::map:
      return wf::ValueType::map;
    default:
      return wf::ValueType::any;
  }
}

std::string metadata_of(const yaml::Node& root, const yaml::Node* metadata) {
  const std::string extensions = extension_metadata(root);
  if (!metadata) return extensions;
  std::string own = to_json(*metadata);
  if (extensions.empty()) return own;
  const wf::Result<wf::Json> more = wf::parse_json(extensions);
  wf::Result<wf::Json> all = wf::parse_json(own);
  if (!more || !all) return own;
  for (const auto& [key, value] : more->items()) (*all)[key] = value;
  return wf::write_json(*all);
}

}  // namespace wfc::dialects
