// Holds a mapping against the table of its keys.
#include "compiler/dialects/fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <optional>

#include "compiler/diag/edits.h"
#include "compiler/dialects/phrase.h"
#include "runtime/base/assert.h"

namespace wfc::dialects {
namespace {

// Of YAML 1.1: the keys of another mapping stand here, too.
constexpr std::string_view merge_key = "<<";

bool is_extension(std::string_view key) {
  return key.starts_with("x-");
}

bool is_digits(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_absent(const yaml::Node& node) {
  return node.is_null() || (node.is_scalar() && yaml::is_no_value(node));
}

std::string number_text(double value) {
  return std::to_string(static_cast<long long>(value));
}

std::string folded_case(std::string_view key) {
  std::string folded;
  for (const char c : key)
    if (c != '_' && c != '-') folded += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return folded;
}

// The key that was meant: the same one in another style or of another dialect, or one near by.
std::string near_key(std::string_view written, const Object& object) {
  const std::string folded = folded_case(written);
  std::vector<std::string> names;
  for (const Key& key : object.keys) {
    if (folded_case(key.name) == folded) return std::string(key.name);
    if (std::find(key.elsewhere.begin(), key.elsewhere.end(), written) != key.elsewhere.end())
      return std::string(key.name);
    names.emplace_back(key.name);
  }
  return diag::closest(written, names);
}

// The first thing that a person sees of a value: a block is marked by its first line.
Span first_of(const yaml::Node& node) {
  if (node.is_mapping() && !node.entries.empty()) return node.entries[0].key_span;
  if (node.is_sequence() && !node.items.empty()) return first_of(*node.items[0]);
  return node.span;
}

// The place of a value of the wrong form: what stands in brackets on one line as a whole.
Span mark_of(const source::SourceMap& sources, const yaml::Node& node) {
  if (node.span.known() && node.span.end > node.span.begin && (node.is_mapping() || node.is_sequence())) {
    const std::string& text = sources.file(node.span.file).text;
    const std::size_t line_end = std::min(text.find('\n', node.span.begin), text.size());
    const bool bracket = text[node.span.begin] == '[' || text[node.span.begin] == '{';
    if (bracket && node.span.end <= line_end) return node.span;
  }
  return first_of(node);
}

// What YAML 1.1 takes for a truth value and 1.2 for a text.
std::optional<bool> old_truth(const yaml::Node& value) {
  if (value.style != yaml::Style::plain || value.text.size() < 2 || value.text.size() > 3)
    return std::nullopt;
  for (const std::string_view word : {"yes", "Yes", "YES", "on", "On", "ON"})
    if (value.text == word) return true;
  for (const std::string_view word : {"no", "No", "NO", "off", "Off", "OFF"})
    if (value.text == word) return false;
  return std::nullopt;
}

void doubt(const yaml::Node& value, std::string_view other, diag::Report& report) {
  report.add(diag::implicit_typing, value.span, value.text, other)
      .label("a text without quotes")
      .fix("quote it", value.span, "\"" + std::string(value.text) + "\"");
}

// A text without quotes that other readers take for something whose text is another one. Here it is its own
// source text, so that only people are in doubt.
void warn_of_typing(const yaml::Node& value, diag::Report& report) {
  if (value.style != yaml::Style::plain || value.text.size() > 40) return;
  std::string other;
  if (const std::optional<bool> truth = old_truth(value)) {
    other = *truth ? "`true`" : "`false`";
  } else if (yaml::is_ambiguous_number(value)) {
    other = "a number";
  } else if (const std::optional<double> number = yaml::as_number(value)) {
    char shortest[64];
    const auto end = std::to_chars(std::begin(shortest), std::end(shortest), *number).ptr;
    if (value.text == std::string_view(shortest, static_cast<std::size_t>(end - shortest))) return;
    if (yaml::as_integer(value) && value.text.find_first_not_of("0123456789-") == std::string_view::npos)
      return;
    other = "`" + std::string(shortest, end) + "`";
  } else {
    return;
  }
  doubt(value, other, report);
}

}  // namespace

std::string_view form_of(const yaml::Node& node) {
  switch (node.form) {
    case yaml::Form::null:
      return "nothing";
    case yaml::Form::scalar:
      if (yaml::is_no_value(node)) return "nothing";
      if (yaml::as_bool(node)) return "a truth value";
      return yaml::as_number(node) ? "a number" : "a text";
    case yaml::Form::sequence:
      return "a list";
    case yaml::Form::mapping:
      return "a mapping";
  }
  return "nothing";
}

bool is_certain(const yaml::Node& value, diag::Report& report) {
  if (!value.is_scalar() || value.style != yaml::Style::plain) return true;
  if (yaml::is_ambiguous_number(value)) {
    report.add(diag::ambiguous_number, value.span, value.text)
        .help("write the number in decimal digits without a leading zero, or quote it if it is a text");
    return false;
  }
  if (yaml::is_too_large(value)) {
    const bool whole = value.text.find_first_of(".eE") == std::string_view::npos;
    report
        .add(diag::out_of_range, value.span, "this number",
             whole ? "a whole number of 64 bits" : "a finite number")
        .help("quote it if it is a text");
    return false;
  }
  if (const std::optional<bool> truth = old_truth(value)) doubt(value, *truth ? "`true`" : "`false`", report);
  return true;
}

bool are_certain(const yaml::Node& node, diag::Report& report) {
  bool certain = is_certain(node, report);
  for (const yaml::Node* item : node.items) certain = are_certain(*item, report) && certain;
  for (const yaml::Entry& entry : node.entries) certain = are_certain(*entry.value, report) && certain;
  return certain;
}

Reader::Reader(const ReadContext& context, std::string_view dialect)
    : context(context), report(context.report) {
  note = "read as the " + in_ticks(dialect) + " dialect";
  if (context.reason.empty()) {
    note += ", as `--dialect` says";
  } else {
    note += ", because " + context.reason + "; choose another with `--dialect`";
  }
}

diag::Draft Reader::default_used(std::string_view noun, Span span, std::string_view key,
                                 std::string_view instead) {
  auto draft = report.add(diag::default_used, span, noun, key);
  draft.note(std::string(instead));
  return draft;
}

namespace {

// Where each byte of a scalar stands: found out once, and only for a text that somebody asks about.
class Places {
 public:
  Places(const source::SourceMap& sources, const yaml::Node& scalar) : sources_(sources), scalar_(scalar) {}
  Span operator()(std::uint32_t begin, std::uint32_t end) {
    if (!places_) places_.emplace(sources_, scalar_);
    return places_->span(begin, end);
  }

 private:
  const source::SourceMap& sources_;
  const yaml::Node& scalar_;
  std::optional<yaml::ScalarPlaces> places_;
};

}  // namespace

expr::Template Reader::text_template(const yaml::Node& scalar) const {
  const expr::TemplateStyle style = {
      .braces = true, .expressions = {.c_operators = true}, .includes = includes_of(context)};
  Places places(context.sources, scalar);
  return expr::parse_template(scalar.text, scalar.span, std::ref(places), style, report);
}

expr::Expr Reader::condition(const yaml::Node& scalar) const {
  Places places(context.sources, scalar);
  const std::size_t said = report.all().size();
  expr::Expr parsed = dsl::parse_expression(scalar.text, std::ref(places), {.c_operators = true}, report);
  if (report.all().size() == said || scalar.text.find("{{") == scalar.text.npos) return parsed;
  // Written like a text, in which values stand between braces.
  diag::Draft draft(report.all()[said].get());
  bool first = true;
  for (const std::string_view brace : {"{{", "}}"}) {
    for (std::size_t at = scalar.text.find(brace); at != scalar.text.npos;
         at = scalar.text.find(brace, at + 2)) {
      // With the blank on its inner side.
      std::size_t begin = at, end = at + 2;
      if (brace == "{{" && end < scalar.text.size() && scalar.text[end] == ' ') ++end;
      if (brace == "}}" && begin > 0 && scalar.text[begin - 1] == ' ') --begin;
      const Span span = places(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end));
      if (first)
        draft.help("a condition is no text: names stand in it without braces")
            .fix("leave the braces out", span, "");
      else
        draft.edit(span, "");
      first = false;
    }
  }
  return parsed;
}

Fields::Fields(const Reader& reader, const yaml::Node& node, const Object& object)
    : reader_(reader), node_(&node), object_(object) {
  if (!node.is_mapping()) {
    broken_ = true;
    if (node.broken) return;
    reader.report.add(diag::wrong_shape, mark_of(reader.context.sources, node), object.noun, "a mapping")
        .label("this is " + std::string(form_of(node)));
    return;
  }
  std::vector<const yaml::Entry*> unknown;
  for (const yaml::Entry& entry : node.entries) {
    const std::size_t key = object_.keys.index_of(entry.key);
    if (key < object.keys.size()) {
      read_entry(entry, key);
    } else if (!is_extension(entry.key)) {
      unknown.push_back(&entry);
    }
  }
  // After the known ones: a misspelt key stands in for the one it is near to only where that is absent.
  for (const yaml::Entry* entry : unknown) report_unknown(*entry);
  for (std::size_t i = 0; i < object.keys.size(); ++i) {
    const Key& key = object.keys[i];
    if (!key.required || slots_[i].value) continue;
    broken_ = true;
    if (incomplete()) continue;
    if (slots_[i].key_span.known()) continue;  // It is there and wrong, which has been said.
    reader.report.add(diag::missing_setting, anchor(), object.noun, key.name)
        .label(in_ticks(key.name) + " is missing here");
  }
}

bool Fields::incomplete() const {
  return node_->broken || node_->has(merge_key);
}

std::optional<diag::Edit> Fields::with(std::string_view key, std::string_view value, bool text) const {
  if (node_->has(key)) return std::nullopt;  // Without a value.
  for (const yaml::Entry& entry : node_->entries) {
    if (!entry.value->is_scalar() || yaml::is_no_value(*entry.value)) continue;
    auto edit = diag::with_key(reader_.context.sources, node_->span, entry.value->span, key, value, text);
    if (edit) return edit;
  }
  return std::nullopt;
}

void Fields::read_entry(const yaml::Entry& entry, std::size_t key) {
  if (entry.value->broken && entry.value->is_null()) {
    // It is there, and could not be read; that has been said.
    slots_[key].key_span = entry.key_span;
    broken_ = true;
    return;
  }
  if (is_absent(*entry.value)) return;
  slots_[key].key_span = entry.key_span;
  if (fits(entry, object_.keys[key])) slots_[key].value = entry.value;
}

void Fields::report_unknown(const yaml::Entry& entry) {
  if (entry.key == merge_key) {
    reader_.report.add(diag::unknown_setting, entry.key_span, object_.noun, diag::Noun::field, entry.key)
        .label("keys of another mapping are not merged")
        .help("write those keys here");
    broken_ = true;
    return;
  }
  const std::string near = near_key(entry.key, object_);
  const Object* home = nullptr;
  for (const Object* other : object_.elsewhere)
    for (const Key& key : other->keys)
      if (key.name == entry.key && !home) home = other;
  const auto severity = reader_.context.allow_unknown_keys ? diag::Severity::warning : diag::Severity::error;
  // A key that exists one level up or down was surely meant, and `eval_gate` is near to `evaluate` only by
  // chance.
  if (home && folded_case(near) != folded_case(entry.key)) {
    reader_.report.add(diag::wrong_place, entry.key_span, entry.key)
        .severity(severity)
        .label("belongs to " + std::string(home->noun))
        .note(reader_.note);
    return;
  }
  const std::size_t key = object_.keys.index_of(near);
  auto draft =
      reader_.report.add(diag::unknown_setting, entry.key_span, object_.noun, diag::Noun::field, entry.key)
          .severity(severity)
          .label("unknown field")
          .note(reader_.note);
  // Where the near key stands too, writing it again would be another mistake.
  if (key < object_.keys.size() && slots_[key].key_span.known())
    draft.help("did you mean " + in_ticks(near) + "?");
  else
    draft.did_you_mean(near, entry.key_span);
  if (key < object_.keys.size() && !slots_[key].value) read_entry(entry, key);
}

bool Fields::fits(const yaml::Entry& entry, const Key& key) const {
  const yaml::Node& value = *entry.value;
  diag::Report& report = reader_.report;
  const auto name = [&] { return in_ticks(key.name); };
  const auto must_be = [&](std::string_view what) {
    report.add(diag::wrong_shape, mark_of(reader_.context.sources, value), name(), what)
        .label("this is " + std::string(form_of(value)));
    return false;
  };
  const auto out_of_range = [&](std::string_view what) {
    report.add(diag::out_of_range, value.span, name(), what);
    return false;
  };
  const auto ambiguous = [&] { return yaml::is_ambiguous_number(value) && !is_certain(value, report); };
  switch (key.shape) {
    case Shape::text:
      if (!value.is_scalar()) return must_be("a text");
      warn_of_typing(value, report);
      return true;
    case Shape::choice: {
      if (!value.is_scalar()) return must_be("one of " + spell_out(key.choices));
      if (std::find(key.choices.begin(), key.choices.end(), value.text) != key.choices.end()) return true;
      const std::string near =
          diag::closest(value.text, std::vector<std::string>(key.choices.begin(), key.choices.end()));
      auto draft = report.add(diag::unknown_choice, value.span, name(), value.text);
      if (near.empty()) {
        draft.help("write " + spell_out(key.choices));
      } else {
        draft.note("it can be " + spell_out(key.choices)).did_you_mean(near, value.span);
      }
      return false;
    }
    case Shape::boolean:
      if (value.is_scalar() && yaml::as_bool(value)) return true;
      if (const std::optional<bool> meant = old_truth(value)) {
        const std::string_view word = *meant ? "true" : "false";
        report.add(diag::implicit_typing, value.span, value.text, in_ticks(word))
            .severity(diag::Severity::error)
            .label("a text to YAML 1.2")
            .fix("write " + in_ticks(word), value.span, std::string(word));
        return false;
      }
      return must_be("`true` or `false`");
    case Shape::integer: {
      if (!value.is_scalar()) return must_be("a whole number");
      if (ambiguous()) return false;
      const std::optional<std::int64_t> number = yaml::as_integer(value);
      const double rounded = number ? static_cast<double>(*number) : 0;
      if (!number && value.style == yaml::Style::plain && is_digits(value.text))
        return out_of_range("a whole number of 64 bits");
      if (!number && yaml::as_number(value)) {
        report.add(diag::wrong_shape, value.span, name(), "a whole number").label("this is a fraction");
        return false;
      }
      if (!number) return must_be("a whole number");
      if (rounded < key.min) return out_of_range("at least " + number_text(key.min));
      if (rounded > key.max) return out_of_range("at most " + number_text(key.max));
      return true;
    }
    case Shape::number: {
      if (!value.is_scalar()) return must_be("a number");
      if (ambiguous()) return false;
      const std::optional<double> number = yaml::as_number(value);
      if (!number) return must_be("a number");
      if (!std::isfinite(*number)) return out_of_range("a finite number");
      if (*number < key.min) return out_of_range("at least " + number_text(key.min));
      if (*number > key.max) return out_of_range("at most " + number_text(key.max));
      return true;
    }
    case Shape::duration: {
      if (!value.is_scalar()) return must_be("a time, such as `10m`");
      if (ambiguous()) return false;
      if (parse_duration(value.text)) return true;
      const std::optional<double> number = yaml::as_number(value);
      if (!number) return must_be("a time, such as `10m`");
      if (!std::isfinite(*number) || *number < 0 || *number > 1e12)
        return out_of_range("a time of at least 0");
      if (!key.unit.empty()) return true;
      auto draft = report.add(diag::missing_unit, value.span, key.name);
      draft.severity(diag::Severity::warning).label("seconds, minutes or hours?");
      for (const char* unit : {"s", "m", "h"})
        draft.fix("write `" + std::string(value.text) + unit + "`", value.span,
                  "\"" + std::string(value.text) + unit + "\"", false);
      return false;
    }
    case Shape::texts: {
      if (!value.is_sequence()) return must_be("a list of texts");
      const auto& repeated = key.orders ? diag::repeated_dependency : diag::repeated_entry;
      std::vector<std::string_view> seen;
      for (const yaml::Node* item : value.items) {
        if (!item->is_scalar() || is_absent(*item)) {
          if (item->broken) continue;
          report
              .add(diag::wrong_shape, mark_of(reader_.context.sources, *item), "each entry of " + name(),
                   "a text")
              .label("this is " + std::string(form_of(*item)));
          continue;
        }
        warn_of_typing(*item, report);
        // Long lists are compared once, sorted, below.
        if (value.items.size() > 32) continue;
        if (std::find(seen.begin(), seen.end(), item->text) != seen.end())
          report.add(repeated, item->span, item->text)
              .label("again here")
              // Who writes a step twice may mean it.
              .fix("leave it out", diag::without_entry(reader_.context.sources, item->span),
                   key.name != "steps");
        seen.push_back(item->text);
      }
      if (value.items.size() > 32) {
        std::vector<const yaml::Node*> sorted(value.items.begin(), value.items.end());
        std::erase_if(sorted, [](const yaml::Node* item) { return !item->is_scalar(); });
        std::stable_sort(sorted.begin(), sorted.end(),
                         [](const yaml::Node* a, const yaml::Node* b) { return a->text < b->text; });
        for (std::size_t i = 1; i < sorted.size(); ++i)
          if (sorted[i]->text == sorted[i - 1]->text)
            report.add(repeated, sorted[i]->span, sorted[i]->text).label("again here");
      }
      return true;
    }
    case Shape::text_map:
      if (!value.is_mapping()) return must_be("a mapping of names to texts");
      for (const yaml::Entry& inner : value.entries) {
        if (inner.value->is_scalar()) {
          warn_of_typing(*inner.value, report);
        } else if (!inner.value->is_null()) {
          report
              .add(diag::wrong_shape, mark_of(reader_.context.sources, *inner.value), in_ticks(inner.key),
                   "a text")
              .label("this is " + std::string(form_of(*inner.value)));
        }
      }
      return true;
    case Shape::map:
      return value.is_mapping() || must_be("a mapping");
    case Shape::list:
      return value.is_sequence() || must_be("a list");
    case Shape::object:
      // Built for its reports; who needs the values asks again.
      return value.is_mapping() || must_be("a mapping");
    case Shape::objects:
      return value.is_sequence() || must_be("a list");
    case Shape::any:
      return true;
  }
  return true;
}

const yaml::Node* Fields::find(std::string_view key) const {
  const std::size_t index = object_.keys.index_of(key);
  WF_ASSERT(index < object_.keys.size());
  return slots_[index].value;
}

bool Fields::written(std::string_view key) const {
  return slots_[object_.keys.index_of(key)].key_span.known();
}

Span Fields::anchor() const {
  return first_of(*node_);
}

Span Fields::key_span(std::string_view key) const {
  const Slot& slot = slots_[object_.keys.index_of(key)];
  return slot.key_span.known() ? slot.key_span : anchor();
}

std::string Fields::text(std::string_view key) const {
  const yaml::Node* value = find(key);
  return value ? std::string(value->text) : std::string();
}

Located<std::string> Fields::located(std::string_view key) const {
  const yaml::Node* value = find(key);
  if (!value) return {{}, anchor()};
  return {std::string(value->text), value->span};
}

bool Fields::boolean(std::string_view key, bool otherwise) const {
  const yaml::Node* value = find(key);
  return value ? yaml::as_bool(*value).value_or(otherwise) : otherwise;
}

std::optional<std::int64_t> Fields::integer(std::string_view key) const {
  const yaml::Node* value = find(key);
  return value ? yaml::as_integer(*value) : std::nullopt;
}

std::uint64_t Fields::duration_ms(std::string_view key) const {
  const yaml::Node* value = find(key);
  if (!value) return 0;
  if (const std::optional<std::uint64_t> ms = parse_duration(value->text)) return *ms;
  const std::string_view unit = object_.keys[object_.keys.index_of(key)].unit;
  const double factor = unit == "ms" ? 1 : unit == "s" ? 1000 : unit == "min" ? 60'000 : 3'600'000;
  return static_cast<std::uint64_t>(std::llround(yaml::as_number(*value).value_or(0) * factor));
}

std::vector<Located<std::string>> Fields::texts(std::string_view key) const {
  std::vector<Located<std::string>> all;
  const yaml::Node* value = find(key);
  if (!value) return all;
  all.reserve(value->items.size());
  for (const yaml::Node* item : value->items)
    if (item->is_scalar() && !is_absent(*item)) all.push_back({std::string(item->text), item->span});
  return all;
}

}  // namespace wfc::dialects
