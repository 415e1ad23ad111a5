// Conditions as formulas, and whether one of them can hold at all.
//
// An atom asks one thing of one subject: a value (an input, a field of the event, the output of a step) or
// the way in which a step has ended. Atoms about one subject are not independent: what is `"x"` is not `"y"`,
// and what is above 5 is above 3. So a formula is decided by trying, for each subject, one value of each kind
// that its atoms can tell apart: the constants it is compared with, values between and beyond them, and
// others. What cannot be read so (`x | matches(...)`, a comparison of two values) is an atom that may be
// either way, the same wherever it is written the same.
//
// Answers are cut off after some effort: then a formula is taken for one that nobody can judge.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/expr/types.h"
#include "compiler/model/workflow.h"

namespace wfc::insight {

using model::StepIndex;

// How a step has ended, as a set.
enum Ended : std::uint8_t { succeeded = 1, failed = 2, skipped = 4, cancelled = 8 };
inline constexpr std::uint8_t any_end = succeeded | failed | skipped | cancelled;
inline constexpr std::uint8_t has_run = succeeded | failed | cancelled;

struct Constant {
  // `truthy` and `falsy` are values that are unlike every constant.
  enum class Kind : std::uint8_t { truthy, falsy, null, boolean, number, text, duration, size, money, list };
  Kind kind = Kind::truthy;
  double number = 0;
  std::string text = {};
  bool made_up = false;         // Only to be unlike others.
  std::string written() const;  // As a definition would have it; empty: of no value in particular.
};

class Conditions {
 public:
  using Formula = std::uint32_t;
  static constexpr Formula never = 0, always = 1;

  explicit Conditions(const model::Workflow& workflow);

  // Forgets all formulas but `never` and `always`.
  void begin();

  Formula both(Formula a, Formula b);
  Formula either(Formula a, Formula b);
  Formula ends(StepIndex step, std::uint8_t how);  // The step has ended in one of these ways.
  // The expression is evaluated and is true, or false. An error is neither.
  Formula when_true(const expr::Expr& expr) { return formula(expr, true); }
  Formula when_false(const expr::Expr& expr) { return formula(expr, false); }

  // Its evaluation is an error, for it uses what is not there.
  Formula errs(const expr::Expr& expr);

  // A field that a step's result has however the step has ended: `x.ok`, `x.status`.
  static bool is_common(const expr::Expr& path);

  // The steps whose endings a formula asks about.
  std::vector<StepIndex> steps_in(Formula formula);

  // What it asks about, each by a text of its own.
  std::vector<std::string> subjects_in(Formula formula);

  struct Answer {
    bool judged = false;
    bool possible = false;
    // Where it is possible: an example, of the subjects that have a name of their own.
    std::vector<std::pair<std::string, std::string>> example = {};
  };
  Answer possible(Formula formula);

  // What is decided once and nobody knows how: a formula and its opposite.
  std::pair<Formula, Formula> unknown();
  // The subject of each of its atoms: one that is asked for twice is there twice.
  std::vector<std::uint32_t> asked_in(Formula formula);

  // Goes through everything that can be at once: lays out which of these subjects are given values, as many,
  // from the first on, as make no more than `cases_max` cases. What else the formulas ask for stays open.
  // `ends`: how each step may have ended where it is asked for.
  std::uint64_t lay_out(const std::vector<Formula>& formulas, const std::vector<std::uint32_t>& subjects,
                        const std::vector<std::uint8_t>& ends, std::uint64_t cases_max);
  void choose(std::uint64_t number);  // One of these cases, from 0.
  // In the chosen case: 1 true, 0 false, -1 open.
  int holds(Formula formula) { return judge(formula); }
  // In the chosen case: the steps of which it says how they have ended.
  std::vector<std::pair<StepIndex, std::uint8_t>> chosen_ends() const;

 private:
  enum class Test : std::uint8_t { truthy, equal, less, less_equal, ended };
  enum class NodeKind : std::uint8_t { never, always, atom, both, either };
  struct Node {
    NodeKind kind = NodeKind::never;
    bool holds = true;  // Of an atom: it, or its opposite.
    Formula left = 0, right = 0;
    std::uint32_t subject = 0;
    Test test = Test::truthy;
    std::uint8_t ended = 0;
    std::uint32_t constant = 0;
  };
  struct Subject {
    std::string key;
    std::string shown = {};        // As it is written; empty: of no interest.
    StepIndex step = model::none;  // Whose ending it is.
    bool any_type = true;
    bool whole = false;  // Integers only.
    bool boolean = false;
    std::vector<std::string> choices = {};
  };
  struct Candidate {
    std::uint8_t ended = 0;
    Constant value;
  };

  Formula add(Node node);
  Formula atom(std::uint32_t subject, Test test, bool holds, const Constant* constant = nullptr);
  Formula formula(const expr::Expr& expr, bool holds);
  Formula make_formula(const expr::Expr& expr, bool holds);
  Formula value_errs(const expr::Expr& expr);
  Formula truth_of(const expr::Expr& expr, bool holds);
  Formula compared(const expr::Expr& left, dsl::ExprKind op, const expr::Expr& right, bool holds);
  Formula compared_with(const expr::Expr& path, dsl::ExprKind op, const Constant& constant, bool holds);
  Formula member(const expr::Expr& item, const expr::Expr& list, bool holds);
  Formula opaque(const expr::Expr& expr, bool holds);
  Formula has_value(const expr::Expr& path, bool holds);
  std::uint32_t subject_of(const expr::Expr& path);
  std::uint32_t subject(std::string key);
  std::optional<std::uint8_t> status_named(const std::string& name) const;
  static std::optional<Constant> constant_of(const expr::Expr& expr);
  static bool evaluate(const Node& atom, const Candidate& candidate, const Constant& constant);
  static int compare(const Constant& a, const Constant& b);
  std::vector<Candidate> candidates(std::uint32_t subject, const std::vector<Formula>& atoms) const;
  void collect(Formula formula, std::vector<Formula>& atoms);
  int judge(Formula formula);  // 1 true, 0 false, -1 not known yet.
  bool search(Formula formula, std::size_t next);

  const model::Workflow& workflow_;
  std::vector<Node> nodes_;
  std::vector<Constant> constants_;
  std::vector<Subject> subjects_;
  std::unordered_map<std::string, std::uint32_t> by_key_;
  std::map<std::pair<const expr::Expr*, bool>, Formula> known_;
  std::uint32_t unlike_any_ = 0;
  int checks_deep_ = 0;

  // Of the search under way.
  std::vector<std::uint32_t> order_;
  std::vector<std::vector<Candidate>> choices_;
  std::vector<int> chosen_;  // By subject: which candidate, or -1.
  std::vector<std::uint32_t> slot_;
  std::vector<std::uint32_t> seen_;
  std::uint32_t stamp_ = 0;
  std::uint64_t effort_ = 0;
};

}  // namespace wfc::insight
