// Reads the words of a statement, and says what is wrong with one.
#include "compiler/dialects/wf_words.h"

#include <cmath>

namespace wfc::dialects {

using dsl::Arg;
using dsl::ArgKind;
using dsl::ExprKind;

std::string join_path(const std::vector<std::string>& path) {
  std::string joined;
  for (const std::string& part : path) joined += (joined.empty() ? "" : ".") + part;
  return joined;
}

Words::Words(const std::vector<dsl::Group>& groups, std::string_view name, Span head, diag::Report& report)
    : name_(name), head_(head), report_(report) {
  for (const dsl::Group& group : groups)
    for (std::size_t i = 0; i < group.size(); ++i) args_.push_back({&group[i], i == 0 && !args_.empty()});
}

const Arg* Words::peek(bool over_comma) const {
  if (done() || (args_[at_].after_comma && !over_comma)) return nullptr;
  return args_[at_].arg;
}

const Arg* Words::next(bool over_comma) {
  const Arg* arg = peek(over_comma);
  if (arg) ++at_;
  return arg;
}

bool Words::word(std::string_view text) {
  const Arg* arg = peek();
  if (!arg || arg->kind != ArgKind::path || arg->path.size() != 1) return false;
  if (arg->path[0] != text) {
    if (asked_at_ != at_) asked_.clear();
    asked_at_ = at_;
    asked_.emplace_back(text);
    return false;
  }
  ++at_;
  return true;
}

std::optional<Located<std::string>> Words::name() {
  const Arg* arg = peek(true);
  if (!arg) return std::nullopt;
  if (arg->kind == ArgKind::path && arg->path.size() == 1)
    return Located<std::string>{args_[at_++].arg->path[0], arg->span};
  if (arg->kind == ArgKind::text && !arg->text.block)
    return Located<std::string>{args_[at_++].arg->text.value, arg->span};
  return std::nullopt;
}

std::optional<Located<std::string>> Words::path() {
  const Arg* arg = peek(true);
  if (arg && arg->kind == ArgKind::path)
    return Located<std::string>{join_path(args_[at_++].arg->path), arg->span};
  return name();
}

const dsl::Text* Words::text() {
  const Arg* arg = peek();
  if (!arg || arg->kind != ArgKind::text) return nullptr;
  ++at_;
  return &arg->text;
}

std::optional<std::int64_t> Words::integer(std::string_view what, std::int64_t min) {
  const Arg* arg = next();
  if (!arg) {
    missing("a whole number");
    return std::nullopt;
  }
  if (arg->kind != ArgKind::literal || arg->value.kind != ExprKind::integer) {
    report_.add(diag::wrong_shape, arg->span, what, "a whole number");
    failed_ = true;
    return std::nullopt;
  }
  if (arg->value.number < min) {
    report_.add(diag::out_of_range, arg->span, what, "at least " + std::to_string(min));
    failed_ = true;
    return std::nullopt;
  }
  return arg->value.number;
}

std::optional<double> Words::number(std::string_view what, double min) {
  const Arg* arg = next();
  if (!arg) {
    missing("a number");
    return std::nullopt;
  }
  const bool integer = arg->kind == ArgKind::literal && arg->value.kind == ExprKind::integer;
  const bool real = arg->kind == ArgKind::literal && arg->value.kind == ExprKind::real;
  const double value = integer ? static_cast<double>(arg->value.number) : arg->value.real;
  if (!integer && !real) {
    report_.add(diag::wrong_shape, arg->span, what, "a number");
  } else if (value < min || !std::isfinite(value)) {
    report_.add(diag::out_of_range, arg->span, what,
                "at least " + std::to_string(static_cast<long long>(min)));
  } else {
    return value;
  }
  failed_ = true;
  return std::nullopt;
}

std::optional<std::uint64_t> Words::duration(std::string_view what) {
  const Arg* arg = next();
  if (!arg) {
    missing("a time, such as `10m`,");
    return std::nullopt;
  }
  if (arg->kind == ArgKind::literal && arg->value.kind == ExprKind::duration && arg->value.number >= 0)
    return static_cast<std::uint64_t>(arg->value.number);
  failed_ = true;
  if (arg->kind == ArgKind::literal && arg->value.kind == ExprKind::integer) {
    const std::string number = std::to_string(arg->value.number);
    auto draft = report_.add(diag::missing_unit, arg->span, what);
    draft.label("seconds, minutes or hours?")
        .help("write `" + number + "s`, `" + number + "m` or `" + number + "h`");
    for (const char* unit : {"s", "m", "h"})
      draft.fix("write `" + number + unit + "`", arg->span, number + unit, false);
  } else {
    report_.add(diag::wrong_shape, arg->span, "`" + std::string(what) + "`", "a time, such as `10m`");
  }
  return std::nullopt;
}

std::optional<bool> Words::boolean() {
  const Arg* arg = next();
  if (!arg) {
    missing("`true` or `false`");
    return std::nullopt;
  }
  if (arg->kind == ArgKind::literal && arg->value.kind == ExprKind::boolean) return arg->value.number != 0;
  report_.add(diag::wrong_shape, arg->span, "`" + name_ + "`", "`true` or `false`");
  failed_ = true;
  return std::nullopt;
}

void Words::missing(std::string_view what) {
  if (failed_) return;
  failed_ = true;
  if (!quiet_ && !misspelt()) report_.add(diag::missing_value, here(), what);
}

bool Words::misspelt() {
  const Arg* arg = peek();
  if (!arg || arg->kind != ArgKind::path) return false;
  const std::string written = join_path(arg->path);
  std::vector<std::string> known = {"when"};
  if (asked_at_ == at_) known.insert(known.end(), asked_.begin(), asked_.end());
  const std::string near = diag::closest(written, known);
  if (near.empty()) return false;
  report_.add(diag::extra_text, arg->span, written).did_you_mean(near, arg->span);
  return true;
}

bool Words::end() {
  if (done() || failed_) return !failed_;
  failed_ = true;
  if (quiet_ || misspelt()) return false;
  const Arg& arg = *args_[at_].arg;
  std::string shown = arg.text.value.substr(0, 40);
  if (arg.kind == ArgKind::path) shown = join_path(arg.path);
  if (arg.kind == ArgKind::text) shown = "\"" + shown + "\"";
  report_.add(diag::extra_text, arg.span, shown);
  return false;
}

Span Words::here() const {
  if (!done()) return args_[at_].arg->span;
  if (args_.empty()) return head_;
  const Span last = args_.back().arg->span;
  return {last.file, last.end, last.end};
}

}  // namespace wfc::dialects
