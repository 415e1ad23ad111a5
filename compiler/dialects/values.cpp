// Small readings of YAML values that dialects share: times, JSON, lists of words, policies.
#include <algorithm>

#include "compiler/dialects/fields.h"
#include "runtime/base/json.h"
#include "runtime/rules/quantity.h"

namespace wfc::dialects {
namespace {

wf::Json json_of(const yaml::Node& node) {
  switch (node.form) {
    case yaml::Form::null:
      return nullptr;
    case yaml::Form::mapping: {
      wf::Json map = wf::Json::object();
      // Not operator[], which searches an ordered map from its front: keys are known to differ.
      auto& entries = map.get_ref<wf::Json::object_t&>();
      for (const yaml::Entry& entry : node.entries)
        static_cast<wf::Json::object_t::Container&>(entries).emplace_back(std::string(entry.key),
                                                                          json_of(*entry.value));
      return map;
    }
    case yaml::Form::sequence: {
      wf::Json list = wf::Json::array();
      for (const yaml::Node* item : node.items) list.push_back(json_of(*item));
      return list;
    }
    case yaml::Form::scalar:
      break;
  }
  if (node.style != yaml::Style::plain) return std::string(node.text);
  if (yaml::is_no_value(node)) return nullptr;
  if (const auto value = yaml::as_bool(node)) return *value;
  if (const auto value = yaml::as_integer(node)) return *value;
  if (const auto value = yaml::as_number(node)) return *value;
  return std::string(node.text);
}

}  // namespace

std::string to_json(const yaml::Node& node) {
  return wf::write_json(json_of(node));
}

std::optional<std::uint64_t> parse_duration(std::string_view text) {
  const wf::Result<std::int64_t> ms = wf::rules::parse_duration(text);
  if (!ms || *ms < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*ms);
}

void list_policies(const yaml::Node& node, const Object& object, const std::string& prefix,
                   model::Workflow& workflow) {
  if (!node.is_mapping()) return;
  for (const yaml::Entry& entry : node.entries) {
    const auto key = std::find_if(object.keys.begin(), object.keys.end(),
                                  [&](const Key& k) { return k.name == entry.key; });
    if (key == object.keys.end() || entry.value->is_null()) continue;
    const std::string name = prefix + std::string(entry.key);
    if (key->shape == Shape::object && key->object) {
      list_policies(*entry.value, *key->object, name + ".", workflow);
    } else {
      const bool scalar = entry.value->is_scalar();
      workflow.policies.push_back({.name = name,
                                   .value = scalar ? std::string(entry.value->text) : to_json(*entry.value),
                                   .span = entry.value->span});
    }
  }
}

std::string slug(std::string_view title) {
  std::string made;
  for (const char c : title) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool kept =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
    if (upper) {
      made += static_cast<char>(c - 'A' + 'a');
    } else if (kept) {
      made += c;
    } else if (!made.empty() && made.back() != '-') {
      made += '-';
    }
  }
  // An id has at most 128 bytes; whole characters are kept.
  while (made.size() > 100 || (!made.empty() && made.back() == '-')) {
    while (!made.empty() && (static_cast<unsigned char>(made.back()) & 0xc0) == 0x80) made.pop_back();
    if (!made.empty()) made.pop_back();
  }
  return made;
}

std::string extension_metadata(const yaml::Node& root) {
  wf::Json metadata = wf::Json::object();
  for (const yaml::Entry& entry : root.entries)
    if (entry.key.starts_with("x-")) metadata[std::string(entry.key)] = json_of(*entry.value);
  return metadata.empty() ? std::string() : wf::write_json(metadata);
}

}  // namespace wfc::dialects
