// What a run may cost: limits, what is spent, and what attempts in flight have set aside
// (reliability.md 5.7).
//
// Whole numbers only; a sum that does not fit passes every limit. An attempt sets aside what it may cost
// before it starts, so that steps at one time cannot pass a limit together; when it ends, that is replaced by
// what it has cost. What nobody knows is charged at its ceiling, never at nothing.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/run/cost.h"
#include "runtime/run/outcome.h"
#include "wf/program.h"

namespace wf::policy {

// A limit that was passed, or would be.
struct Breach {
  Row budget = no_row;  // Of Program::budgets.
  bool of_run = true;   // Else of the step alone.
  Measure measure = Measure::credits;
  std::int64_t limit = 0;
  std::int64_t spent = 0;
};
// "the budget of the run is 50 credits, of which 49 credits are spent"
std::string text_of(const Breach& breach);
std::string amount_text(Measure measure, std::int64_t amount);

class Budgets {
 public:
  // Whether the program limits anything.
  static bool needed(const Program& program);
  explicit Budgets(const Program& program);

  // Of the run; nothing: it has none.
  std::optional<std::int64_t> limit(Measure measure) const;
  std::optional<std::int64_t> declared(Measure measure) const;  // By the program.
  void set_limit(Measure measure, std::int64_t limit);
  std::int64_t spent(Measure measure) const { return spent_[measure]; }
  std::int64_t set_aside(Measure measure) const { return aside_[measure]; }
  void set_time(std::int64_t elapsed_ms) { spent_[Measure::time] = elapsed_ms; }

  // What the next attempt of the step sets aside.
  Cost needs(Row step) const;
  enum class Fit : std::uint8_t {
    yes,
    later,  // When attempts in flight have cost less than they have set aside, or it is on record that not.
    never
  };
  Fit fit(Row step, const Cost& needs, Breach& why) const;
  void reserve(Row step, const Cost& needs);
  const Cost& reserved(Row step) const { return steps_[step].aside; }
  // What the attempt that has been reserved may take of the step's own budget; nothing: that has no limit.
  std::optional<std::int64_t> ceiling(Row step, Measure measure) const;
  bool reserves(Row step) const { return steps_[step].reserves; }
  void release(Row step);  // It never began, and nothing says that it would.
  // What has ended gives back what is left of it only when its end is recorded: whoever is cut off before
  // that pays all that was set aside. What the attempt that has ended has cost; what the outcome does not say
  // is charged at its ceiling.
  Cost cost_of(Row step, const Outcome* outcome, std::int64_t took_ms) const;
  void settle(Row step, const Cost& cost);
  void give_up(Row step);                                         // It has not begun after all.
  void recorded(Row step);                                        // How it has ended.
  void correct(Row step, const Cost& before, const Cost& after);  // What was settled.
  // The limit of the step or, if there is none, of the run that this attempt has passed. What others have
  // cost counts when it is on record: who ends a run for it must not be all that is left of it after a crash.
  std::optional<Breach> passed(Row step, const Cost& cost) const;
  // Of an attempt of earlier drivers. `counts_for_step`: nobody has let the step run again since.
  void recover(Row step, const Cost& cost, bool counts_for_step);

  // From now on that budget binds nobody; or this step is bound by none.
  void lift(bool of_run, Row step);
  bool is_lifted(bool of_run, Row step) const { return of_run ? run_lifted_ : steps_[step].lifted; }
  // What is left of the time of a step; nothing: it has no limit.
  std::optional<std::int64_t> time_left(Row step) const;
  // An attempt that runs has taken so long; nothing: it may go on.
  std::optional<Breach> out_of_time(Row step, std::int64_t took_ms) const;

 private:
  struct OfStep {
    Cost spent, aside, largest;
    Cost left_over, unrecorded;  // Of what has ended and is not on record yet: what it gives back; its cost.
    bool reserves = false;
    bool lifted = false;
  };
  struct Cap {
    std::int64_t limit = 0;
    Row budget = no_row;
  };
  void keep_aside(Row step, const Cost& cost);
  std::optional<Cap> cap(Row step, Measure measure) const;
  std::int64_t fixed_credits(Row step) const;
  bool counts_outputs() const;
  static void add(std::int64_t& sum, std::int64_t amount, bool& overflows);

  const Program& program_;
  std::array<std::optional<std::int64_t>, measures.size()> limits_;
  Cost spent_, aside_;
  Cost unrecorded_;  // Of spent_.
  std::vector<OfStep> steps_;
  bool run_lifted_ = false;
  bool overflows_ = false;
};

// Whether so much is that share of the limit.
bool reaches(std::int64_t amount, std::uint32_t percent, std::int64_t limit);
// What is left of a text of that many bytes when so many of `cost` are paid.
std::uint64_t paid_share(std::uint64_t bytes, std::int64_t paid, std::int64_t cost);
// The first `chars` characters of valid UTF-8 (`bytes`: so many bytes, no half character), and a line that
// says so. A text that is not longer is left as it is.
std::string cut_to_chars(const std::string& text, std::uint64_t chars);
std::string cut_to_bytes(const std::string& text, std::uint64_t bytes);

}  // namespace wf::policy
