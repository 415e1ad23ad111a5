// A value of an expression, and the place where expressions are evaluated.
//
// Values are immutable and cheap to copy: texts, lists and maps are shared. Maps keep the order in which
// their entries were written. Durations are milliseconds, sizes bytes, money millionths.
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/result.h"
#include "wf/program.h"

namespace wf {

class Value {
 public:
  enum class Kind : std::uint8_t {
    missing,
    null,
    boolean,
    integer,
    real,
    text,
    list,
    map,
    duration,
    size,
    money,
    step
  };
  using List = std::vector<Value>;
  using Map = std::vector<std::pair<std::string, Value>>;

  Value() = default;  // Missing.
  // Missing, and known by the path that has no value (`review.blockers`), for messages.
  static Value missing(std::string path);
  static Value null();
  static Value boolean(bool value);
  static Value integer(std::int64_t value);
  static Value real(double value);
  static Value text(std::string value);
  static Value duration(std::int64_t ms);
  static Value size(std::int64_t bytes);
  static Value money(std::int64_t millionths);
  static Value list(List items);
  // `written`: the text it was read from, which is how it prints; empty: as JSON.
  static Value map(Map entries, std::string written = {});
  // A finished step: `fields` are its result fields, of which `output` is what it prints and `ok` its truth.
  static Value step(Map fields);

  Kind kind() const { return kind_; }
  bool as_boolean() const { return number_ != 0; }
  std::int64_t as_integer() const { return number_; }  // Also durations, sizes and money.
  double as_real() const { return real_; }             // Also integers, converted.
  const std::string& as_text() const;
  const List& as_list() const;
  const Map& as_map() const;                      // Of maps and steps.
  const std::string& written() const;             // Of a map; empty: nowhere.
  const Value* find(std::string_view key) const;  // In a map or a step; null when absent.
  std::string_view missing_path() const;          // Of a missing value; may be empty.

  // What it costs: bytes of all its texts and entries (what is shared counts each time, as it does when
  // printed), and how deep its lists and maps are nested. Expressions refuse to make values beyond the limits
  // below, so that printing, comparing and destroying a value is always bounded.
  std::uint64_t weight() const;
  int depth() const;

  // One item more, in place where nobody else holds the list; for building, which would else copy it every
  // time.
  void append(Value item);

 private:
  Kind kind_ = Kind::missing;
  std::int64_t number_ = 0;
  double real_ = 0;
  std::shared_ptr<const void> shared_;
};

inline constexpr std::uint64_t value_weight_max = 64u << 20;
inline constexpr int value_depth_max = 200;

// "a text", "a list", "no value", ... for messages.
std::string_view name_of(Value::Kind kind);

// False: `false`, null, no value, zero of any kind, empty texts, lists and maps, a step that is not `ok`.
bool truth(const Value& value);

// How a value appears in a text. Null, and no value, are errors.
Result<std::string> print(const Value& value);

// JSON, both ways. Reading keeps integers that fit 64 bits as integers; depth is limited to 200.
Result<Value> value_from_json(std::string_view json);
std::string value_to_json(const Value& value, bool pretty = false);
// What the output of a step stands for: a map where it parses as a JSON object, else the text itself. Either
// prints as the very bytes that were recorded.
Value value_of_output(std::string_view output);

// Where the names of a program get their values. Everything returned lives as long as the Names.
class Names {
 public:
  virtual ~Names() = default;
  // What is not known has no value.
  virtual Value input(Row) const { return {}; }
  virtual Value let(Row) const { return {}; }
  virtual Value step(Row) const { return {}; }
  virtual Value output(Row) const { return {}; }
  virtual Value group(Row) const { return {}; }
  virtual Value event() const { return {}; }
  virtual Value run() const { return {}; }
  virtual Value workflow() const { return {}; }
  virtual Value project() const { return {}; }
  virtual Value result() const { return {}; }
  virtual Value feedback() const { return {}; }
  virtual Value secrets() const { return {}; }
  virtual Value step_info() const { return {}; }
};

// The Scope that expressions run in: an arena for one evaluation or one text. Not shared between threads.
class Evaluation final : public Scope {
 public:
  // Without names only constants may be evaluated, and without a program no texts.
  explicit Evaluation(const Names* names, const Program* program = nullptr)
      : names_(names), program_(program) {}

  const std::string& error() const { return error_; }  // Empty unless failed().
  void fail(std::string message);                      // The first one stays. Never empty.
  Ref keep(Value value);                               // As it is, however large.
  Ref make(Value value);  // What an expression made: refused beyond the limits of a value.
  // Fails with a sentence, and gives the missing value.
  Ref refuse(std::string message);
  // Fails because `value` is missing: names it.
  Ref refuse_missing(const Value& value);
  // Forgets every value that was kept. Locals stay.
  void clear();

  void bind(Row local, Value value);
  // Templates tell where they are, for `loop`.
  struct Loop {
    std::vector<std::pair<Value, Value>> items;  // (key, value); key is missing for lists.
    std::size_t at = 0;
  };
  std::vector<Loop>& loops() { return loops_; }

 private:
  friend class Scope;
  const Names* names_;
  const Program* program_;
  std::deque<Value> arena_;
  std::vector<Value> locals_;
  std::vector<Loop> loops_;
  std::string error_;
};

// Runs expression `id` of the program. The error says what did not fit, without a place.
Result<Value> evaluate(const Program& program, ExprId id, const Names* names);
// As a condition: truth of the value, a missing one included.
Result<bool> holds(const Program& program, ExprId id, const Names* names);
// The text of a template. `size_max` in bytes bounds it.
Result<std::string> render(const Program& program, const Template& pieces, const Names* names,
                           std::uint64_t size_max = 64u << 20);

}  // namespace wf
