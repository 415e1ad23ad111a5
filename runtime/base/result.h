// What an operation on the world gives back: a value, or why the world said no.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace wf {

// `message` says what happened, `hint` what to do about it; both may be shown to a person.
struct Error {
  std::string message;
  std::string hint;
};

struct Done {};

template <class T = Done>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}  // NOLINT(google-explicit-constructor): `return value;`
  Result(Error error)
      : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor): `return Error{...};`

  explicit operator bool() const { return state_.index() == 0; }
  T& value() { return std::get<0>(state_); }
  const T& value() const { return std::get<0>(state_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace wf
