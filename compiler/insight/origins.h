// Where a value comes from: whether whoever starts the run, an event or an agent has set it, and on which way
// it came.
//
// A value is an input, a `let`, what started the run, the output of a step, what a loop hands back, the list
// of a group. An edge a -> b reads "b is made with a". Built once, by three searches from what sets values;
// every question is then answered from the names in an expression.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "compiler/model/workflow.h"

namespace wfc::insight {

enum class Origin : std::uint8_t { input, event, agent };
inline constexpr std::size_t origins_count = 3;

// What a program prints is made of what it was given, or is not: for some questions the one is to be assumed,
// for some the other.
enum class Programs : std::uint8_t { pass_on, keep };

// What the names that a text declares itself (`set`, `for`) are made of: by slot, the value through which an
// origin reaches it. Found once for all questions about parts of the text.
using OwnNames = std::array<std::vector<std::uint32_t>, origins_count>;

// A value on its way: what it is, and where the next one takes it.
struct Hop {
  std::string what;  // "`task` is given by whoever starts the run"
  Span span;
};

class Origins {
 public:
  explicit Origins(const model::Workflow& workflow, Programs programs = Programs::pass_on);

  // Whether what `origin` sets reaches an expression of `step` (none: of the workflow).
  bool reaches(Origin origin, const model::Expr& expr, model::StepIndex step) const;
  // The same for the whole of a text, and for a part of one. What is only asked by an `if` or walked by a
  // `for` is no part of what the text says.
  bool reaches(Origin origin, const model::Template& text, model::StepIndex step) const;
  using Nodes = std::vector<expr::TemplateNode>;
  OwnNames own_names(const model::Template& text, model::StepIndex step) const;
  bool reaches(Origin origin, const Nodes& part, model::StepIndex step, const OwnNames& own) const;
  // A shortest way, from what is set to what the expression is made with; of a very long one its beginning
  // and its end. Empty when there is none.
  std::vector<Hop> way(Origin origin, const model::Expr& expr, model::StepIndex step) const;
  std::vector<Hop> way(Origin origin, const model::Template& text, model::StepIndex step) const;
  std::vector<Hop> way(Origin origin, const Nodes& part, model::StepIndex step, const OwnNames& own) const;

 private:
  friend class OriginsBuilder;
  static constexpr std::uint32_t no_value = 0xffffffff;
  struct Edge {
    std::uint32_t from, to;
    Span span;  // Where it is used.
  };
  // What a name of an expression stands for; no_value for what nobody sets.
  std::uint32_t value_of(const model::Expr& name, model::StepIndex step) const;
  std::uint32_t first_reached(Origin origin, const model::Expr& expr, model::StepIndex step,
                              const OwnNames* own = nullptr) const;
  std::uint32_t first_reached(Origin origin, const Nodes& part, model::StepIndex step,
                              const OwnNames& own) const;
  std::vector<Hop> way_to(Origin origin, std::uint32_t value) const;
  bool sets(Origin origin, std::uint32_t value) const;
  std::string name_of(std::uint32_t value) const;
  Span place_of(std::uint32_t value) const;

  const model::Workflow& workflow_;
  Programs programs_;
  Span event_;  // Where the definition says what brings one.
  // Values in one row: the event, inputs, lets, groups, what steps give, what loops hand back to steps.
  std::uint32_t inputs_ = 1, lets_ = 0, groups_ = 0, steps_ = 0, feedback_ = 0, count_ = 0;
  std::vector<Edge> edges_;                                          // By `from`.
  std::array<std::vector<std::uint32_t>, origins_count> came_by_;    // The edge; no_value: not reached.
  std::array<std::vector<std::uint32_t>, origins_count> begins_at_;  // What was set first on the way.
  std::array<std::vector<char>, origins_count> reached_;
};

}  // namespace wfc::insight
