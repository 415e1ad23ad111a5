// What every builtin needs: its input and arguments, looked at and refused in one way.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/value/operate.h"
#include "runtime/value/value.h"

namespace wf {

// A call of one builtin. After anything did not fit, `ok()` is false and `nothing()` is what to return.
class Call {
 public:
  Call(Scope& scope, std::string_view name) : in_(static_cast<Evaluation&>(scope)), name_(name) {}

  bool ok() const { return !in_.failed(); }
  Ref nothing() { return in_.missing(); }
  Evaluation& in() { return in_; }

  // The input, as what it must be. A step stands for its output, and an output that is a JSON object is the
  // text that was printed where a text is needed.
  const std::string& text(Ref value) {
    value = operate::plain(value);
    if (!value->written().empty()) return value->written();
    return get(value, Value::Kind::text, "a text")->as_text();
  }
  const Value::List& list(Ref value) { return get(value, Value::Kind::list, "a list")->as_list(); }
  std::int64_t integer(Ref value) {
    value = operate::plain(value);
    if (value->kind() == Value::Kind::integer) return value->as_integer();
    // A fraction is a number too, but not one of these.
    if (value->kind() == Value::Kind::real)
      in_.refuse(quoted() + " needs a whole number");
    else
      refuse(*value, "a whole number");
    return 0;
  }
  Ref number(Ref value) {
    value = operate::plain(value);
    if (!operate::is_number(*value)) refuse(*value, "a number");
    return value;
  }

  // An argument that may have been left out.
  std::string_view text_or(Ref argument, std::string_view parameter, std::string_view otherwise) {
    if (!argument || !ok()) return otherwise;
    argument = operate::plain(argument);
    if (argument->kind() == Value::Kind::text) return argument->as_text();
    refuse_argument(*argument, parameter, "a text");
    return otherwise;
  }
  std::int64_t integer_or(Ref argument, std::string_view parameter, std::int64_t otherwise) {
    if (!argument || !ok()) return otherwise;
    argument = operate::plain(argument);
    if (argument->kind() == Value::Kind::integer) return argument->as_integer();
    refuse_argument(*argument, parameter, "a whole number");
    return otherwise;
  }
  bool boolean_or(Ref argument, std::string_view parameter, bool otherwise) {
    if (!argument || !ok()) return otherwise;
    argument = operate::plain(argument);
    if (argument->kind() == Value::Kind::boolean) return argument->as_boolean();
    refuse_argument(*argument, parameter, "true or false");
    return otherwise;
  }

  void refuse(const Value& value, std::string_view wanted) {
    operate::refuse_one(in_, quoted() + " needs " + std::string(wanted), value);
  }
  void refuse_argument(const Value& value, std::string_view parameter, std::string_view wanted) {
    operate::refuse_one(
        in_, "the `" + std::string(parameter) + "` of " + quoted() + " must be " + std::string(wanted),
        value);
  }
  Ref refuse(std::string why) { return in_.refuse(quoted() + " " + std::move(why)); }

  Ref text_result(std::string text) { return ok() ? in_.make(Value::text(std::move(text))) : nothing(); }
  Ref list_result(Value::List items) { return ok() ? in_.make(Value::list(std::move(items))) : nothing(); }
  Ref boolean_result(bool value) { return ok() ? in_.keep(Value::boolean(value)) : nothing(); }
  Ref integer_result(std::int64_t value) { return ok() ? in_.keep(Value::integer(value)) : nothing(); }

  // Whether a text of this size may be made; says so when not.
  bool fits(std::uint64_t size) {
    if (size <= value_weight_max) return true;
    in_.refuse("the result of " + quoted() + " would be larger than 64 MiB");
    return false;
  }

 private:
  std::string quoted() const { return "`" + std::string(name_) + "`"; }
  Ref get(Ref value, Value::Kind kind, std::string_view wanted) {
    value = operate::plain(value);
    if (value->kind() != kind) refuse(*value, wanted);
    return value;
  }

  Evaluation& in_;
  std::string_view name_;
};

}  // namespace wf
