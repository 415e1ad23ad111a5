// Looks into nodes: members by key, and plain scalars as YAML's core schema reads them.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "compiler/yaml/document.h"

namespace wfc::yaml {

Document::Document() = default;
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

const Node* Document::root() const {
  return impl_ ? impl_->root : nullptr;
}

const Node* Node::find(std::string_view key) const {
  if (index) {
    const auto at = std::lower_bound(index->sorted.begin(), index->sorted.end(), key,
                                     [](const Entry* entry, std::string_view k) { return entry->key < k; });
    return at != index->sorted.end() && (*at)->key == key ? (*at)->value : nullptr;
  }
  const auto at =
      std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.key == key; });
  return at == entries.end() ? nullptr : at->value;
}

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_plain(const Node& node) {
  return node.is_scalar() && node.style == Style::plain;
}

template <class Keep>
bool all_of(std::string_view text, Keep keep) {
  return !text.empty() && std::all_of(text.begin(), text.end(), keep);
}

std::string_view without_sign(std::string_view text) {
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  return text;
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_decimal(std::string_view text) {
  text = without_sign(text);
  const auto digits = [&] {
    std::size_t count = 0;
    while (count < text.size() && is_digit(text[count])) ++count;
    text.remove_prefix(count);
    return count;
  };
  const std::size_t whole = digits();
  std::size_t fraction = 0;
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    fraction = digits();
  }
  if (whole + fraction == 0) return false;
  if (!text.empty() && (text[0] == 'e' || text[0] == 'E')) {
    text.remove_prefix(1);
    text = without_sign(text);
    if (digits() == 0) return false;
  }
  return text.empty();
}

template <class Number, class... Base>
std::optional<Number> parsed(std::string_view text, Base... base) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  Number number{};
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), number, base...);
  if (trouble != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<bool> as_bool(const Node& node) {
  if (!is_plain(node)) return std::nullopt;
  if (node.text == "true") return true;
  if (node.text == "false") return false;
  return std::nullopt;
}

std::optional<std::int64_t> as_integer(const Node& node) {
  if (!is_plain(node)) return std::nullopt;
  const std::string_view text = node.text;
  if (all_of(without_sign(text), is_digit)) return parsed<std::int64_t>(text, 10);
  const std::string_view rest = text.size() > 2 ? text.substr(2) : std::string_view();
  const auto starts = [&](std::string_view prefix) { return text.starts_with(prefix) && rest[0] != '-'; };
  if (!rest.empty() && starts("0x"))
    return parsed<std::int64_t>(rest[0] == '+' ? std::string_view("x") : rest, 16);
  if (!rest.empty() && starts("0o"))
    return parsed<std::int64_t>(rest[0] == '+' ? std::string_view("x") : rest, 8);
  return std::nullopt;
}

std::optional<double> as_number(const Node& node) {
  if (!is_plain(node)) return std::nullopt;
  if (is_decimal(node.text)) return parsed<double>(node.text);
  if (const auto integer = as_integer(node)) return static_cast<double>(*integer);
  return std::nullopt;
}

bool is_no_value(const Node& node) {
  return node.is_null();
}

bool is_too_large(const Node& node) {
  if (!is_plain(node)) return false;
  if (!is_decimal(node.text))
    return (node.text.starts_with("0x") || node.text.starts_with("0o")) &&
           all_of(node.text.substr(2),
                  [&](char c) {
                    return std::isxdigit(static_cast<unsigned char>(c)) != 0 &&
                           (node.text[1] == 'x' || c < '8');
                  }) &&
           !as_integer(node);
  const bool whole = node.text.find_first_of(".eE") == std::string_view::npos;
  return whole ? !as_integer(node) : !as_number(node);
}

bool is_ambiguous_number(const Node& node) {
  if (!is_plain(node)) return false;
  const std::string_view text = without_sign(node.text);
  if (text.empty() || !is_digit(text[0])) return false;
  const auto made_of = [&](std::string_view more) {
    return all_of(text, [&](char c) { return is_digit(c) || more.find(c) != std::string_view::npos; });
  };
  if (text.starts_with("0b"))
    return all_of(text.substr(2), [](char c) { return c == '0' || c == '1' || c == '_'; });
  // Octal to 1.1, decimal to 1.2.
  if (text.size() > 1 && text[0] == '0' && made_of("_")) return true;
  if (text.find('_') != std::string_view::npos && (made_of("_.") || text.starts_with("0x")))
    return all_of(text, [](char c) {
      return is_digit(c) || c == '_' || c == '.' || c == 'x' || (c >= 'a' && c <= 'f') ||
             (c >= 'A' && c <= 'F');
    });
  if (text.find(':') == std::string_view::npos || !made_of(":_.")) return false;
  // Base 60: groups of digits, each after the first below 60.
  std::size_t group = text.find(':');
  while (group != std::string_view::npos) {
    const std::size_t next = text.find(':', group + 1);
    const std::string_view digits =
        text.substr(group + 1, next == std::string_view::npos ? next : next - group - 1);
    const std::string_view whole = digits.substr(0, digits.find('.'));
    if (whole.empty() || whole.size() > 2 || (whole.size() == 2 && whole[0] > '5')) return false;
    group = next;
  }
  return true;
}

}  // namespace wfc::yaml
