// What YAML dialects share: objects described by tables, and one reader that holds a definition against them.
//
// A dialect lists the keys of each of its objects once. Fields then reports everything that does not fit
// (unknown keys with a near match, wrong shapes, words outside a closed list, what is missing) and hands out
// only what does, so that the code of a dialect is about meaning alone.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/dialect.h"
#include "compiler/yaml/yaml.h"

namespace wfc::dialects {

enum class Shape : std::uint8_t {
  text,      // any scalar, as it is written
  choice,    // one of `choices`
  boolean,   // true, false
  integer,   // from `min` to `max`
  number,    // likewise
  duration,  // a number in `unit`, or a text with a unit
  texts,     // a list of texts
  text_map,  // a mapping to texts
  map,       // a mapping to anything
  object,    // a mapping described by `object`
  objects,   // a list of such
  list,      // a list of anything
  any,
};

struct Object;
struct Key {
  std::string_view name;
  Shape shape = Shape::text;
  bool required = false;
  std::span<const std::string_view> choices = {};
  const Object* object = nullptr;
  double min = 0;
  double max = 9.2e18;
  std::string_view unit = {};                        // "s", "min", "ms", "h"; empty: a duration must say it.
  std::span<const std::string_view> elsewhere = {};  // Its names in other dialects: near matches.
  bool orders = false;                               // texts: steps that are waited for.
};

// The keys of an object, and how to find one fast: two dozen are asked for in each step of a definition.
class Keys {
 public:
  static constexpr std::size_t count_max = 32;
  constexpr Keys() = default;
  template <std::size_t count>
  constexpr Keys(const Key (&keys)[count]) : all_(keys) {  // NOLINT(google-explicit-constructor)
    static_assert(count <= count_max);
    for (std::size_t i = 0; i < count; ++i) marks_[i] = mark_of(keys[i].name);
  }
  constexpr std::size_t size() const { return all_.size(); }
  constexpr const Key& operator[](std::size_t i) const { return all_[i]; }
  constexpr auto begin() const { return all_.begin(); }
  constexpr auto end() const { return all_.end(); }
  // size() when there is none of that name.
  std::size_t index_of(std::string_view name) const {
    const std::uint16_t mark = mark_of(name);
    for (std::size_t i = 0; i < all_.size(); ++i)
      if (marks_[i] == mark && all_[i].name == name) return i;
    return all_.size();
  }

 private:
  // Most names differ in their length or their first letter.
  static constexpr std::uint16_t mark_of(std::string_view name) {
    if (name.empty()) return 0;
    return static_cast<std::uint16_t>((name.size() & 0xff) << 8 | static_cast<unsigned char>(name.front()));
  }
  std::span<const Key> all_;
  std::array<std::uint16_t, count_max> marks_{};
};

struct Object {
  std::string_view noun;  // "a step", "`budget`"
  Keys keys;
  // Objects whose keys people write here by mistake.
  std::span<const Object* const> elsewhere = {};
};

// The side of reading that all objects of a definition share.
class Reader {
 public:
  Reader(const ReadContext& context, std::string_view dialect);

  const ReadContext& context;
  diag::Report& report;
  std::string note;  // "read as the `agent007` dialect, because ..."

  // Says that `key` of `noun` is missing and what stands in for it.
  diag::Draft default_used(std::string_view noun, Span span, std::string_view key, std::string_view instead);
  expr::Template text_template(const yaml::Node& scalar) const;  // With {{ }}.
  expr::Expr condition(const yaml::Node& scalar) const;
};

class Fields {
 public:
  // Reports what is wrong with `node`, nested objects included.
  Fields(const Reader& reader, const yaml::Node& node, const Object& object);

  // Null when absent, without a value, or wrong (reported). A misspelt key counts as the one it is near to.
  const yaml::Node* find(std::string_view key) const;
  const yaml::Node& node() const { return *node_; }
  bool written(std::string_view key) const;   // Perhaps wrongly, which has been reported.
  Span key_span(std::string_view key) const;  // Where it is written; else anchor().
  Span anchor() const;                        // The smallest place that stands for the object.
  // The object with one more key. Nothing where there is no place for it that is surely right.
  std::optional<diag::Edit> with(std::string_view key, std::string_view value, bool text) const;
  bool broken() const { return broken_; }  // Something required is missing or wrong.
  // Part of it could not be read, and that was reported: what is missing may stand there.
  bool incomplete() const;

  std::string text(std::string_view key) const;
  Located<std::string> located(std::string_view key) const;
  bool boolean(std::string_view key, bool otherwise) const;
  std::optional<std::int64_t> integer(std::string_view key) const;
  std::uint64_t duration_ms(std::string_view key) const;  // 0 when absent.
  std::vector<Located<std::string>> texts(std::string_view key) const;

 private:
  struct Slot {
    const yaml::Node* value = nullptr;
    Span key_span;
  };
  void read_entry(const yaml::Entry& entry, std::size_t key);
  void report_unknown(const yaml::Entry& entry);
  bool fits(const yaml::Entry& entry, const Key& key) const;

  const Reader& reader_;
  const yaml::Node* node_;
  const Object& object_;
  std::array<Slot, Keys::count_max> slots_;
  bool broken_ = false;
};

// A time in milliseconds: `10m`, `1h30m`, `500ms`. Empty when it is not one or does not fit.
std::optional<std::uint64_t> parse_duration(std::string_view text);

// "a list", "a number": what stands there, for whoever asked for something else.
std::string_view form_of(const yaml::Node& node);

// One line of JSON. Plain scalars are read by the core schema.
std::string to_json(const yaml::Node& node);

// Of data that may be of any type. False, with an error: not all readers of YAML agree which number it is, or
// it is none that there is. A word that some take for a truth value gets a warning.
bool is_certain(const yaml::Node& value, diag::Report& report);
bool are_certain(const yaml::Node& node, diag::Report& report);  // All of it.

// Lists what stands in `node` as policies: "budget.max_credits" with its value, lists as JSON.
void list_policies(const yaml::Node& node, const Object& object, const std::string& prefix,
                   model::Workflow& workflow);

// Lower case letters, digits and single dashes.
std::string slug(std::string_view title);

// Keeps metadata: what stands under keys that begin with `x-`, as JSON. Empty when there is none.
std::string extension_metadata(const yaml::Node& root);

}  // namespace wfc::dialects
