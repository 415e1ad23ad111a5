// The words after a statement's head, read from left to right.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/report.h"
#include "compiler/dsl/dsl.h"

namespace wfc::dialects {

class Words {
 public:
  // `head` is where the statement begins: what is missing is missing there.
  Words(const std::vector<dsl::Group>& groups, std::string_view name, Span head, diag::Report& report);

  bool done() const { return at_ >= args_.size(); }
  bool at_comma() const { return !done() && args_[at_].after_comma; }
  // The next argument; null at the end and, where it is not asked for with `over_comma`, at a comma.
  const dsl::Arg* peek(bool over_comma = false) const;
  const dsl::Arg* next(bool over_comma = false);
  // Takes the next argument if it is this word.
  bool word(std::string_view text);
  // Takes the next argument if it is a name, with or without dots or quotes.
  std::optional<Located<std::string>> name();
  std::optional<Located<std::string>> path();
  const dsl::Text* text();
  // These report when what stands there does not fit; empty when nothing stands there or it does not fit.
  std::optional<std::int64_t> integer(std::string_view what, std::int64_t min);
  std::optional<double> number(std::string_view what, double min);
  std::optional<std::uint64_t> duration(std::string_view what);
  std::optional<bool> boolean();
  // Reports that `what` should stand here.
  void missing(std::string_view what);
  // Reports what nobody took. False when there was something.
  bool end();
  Span here() const;  // Of the next argument, or the end of the last.
  bool failed() const { return failed_; }
  // The statement was reported: what is missing or too much in it is no second mistake.
  void quiet() { quiet_ = true; }

 private:
  struct Item {
    const dsl::Arg* arg;
    bool after_comma;
  };
  // Reports the next argument if it nearly is a word that was asked for there.
  bool misspelt();

  std::vector<Item> args_;
  std::size_t at_ = 0;
  std::vector<std::string> asked_;  // The words that the argument at `asked_at_` is not.
  std::size_t asked_at_ = 0;
  std::string name_;
  Span head_;
  diag::Report& report_;
  bool failed_ = false;
  bool quiet_ = false;
};

std::string join_path(const std::vector<std::string>& path);

}  // namespace wfc::dialects
