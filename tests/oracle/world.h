// A small random workflow in a form of its own, and everything that can happen in it.
//
// Written from the rules (language.md 4, 5 and 7), not from the compiler: it shares no code with the
// analyses. A world can be spelled as a `.wf` text for the compiler, and played with given values and
// outcomes.
#pragma once
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace wfc::oracle {

enum class Status : std::uint8_t { pending, succeeded, failed, skipped, cancelled };

struct Condition {
  enum class Kind : std::uint8_t {
    env_is,      // env == text
    env_is_not,  // env != text
    env_in,      // env in [two texts]
    flag,
    above,    // n > number
    at_most,  // n <= number
    is,       // n == number
    ok,       // of a step
    fail,
    was_skipped,
    gave,  // the output of a step == text
    not_,
    and_,
    or_
  };
  Kind kind = Kind::flag;
  int number = 0;
  int step = -1;
  std::vector<Condition> parts;
  std::string spelled() const;
};

struct Step {
  enum class Kind : std::uint8_t { work, check, approve, deploy };
  Kind kind = Kind::work;
  std::vector<int> needs;  // In the block of an `if`: none, its order says it.
  bool has_when = false;
  Condition when;
  Condition checked;
  bool always = false;
  bool forgives = false;  // on fail continue
  bool halts = false;     // on fail stop
  bool gives = false;     // An output that is "u" or "v".
  bool proceeds = false;  // approve: opens when nobody answers.
  int back_to = -1;       // on fail back to, max 1
  int branch = -1;        // Of World::branches...
  bool side = true;
};

struct Branch {
  Condition condition;
  int after = -1;  // The step above it.
};

struct World {
  bool fail_fast = true;
  std::vector<Step> steps;
  std::vector<Branch> branches;
  std::string spelled() const;
  // All that a step waits for, directly.
  std::vector<int> waits_for(int step) const;
  std::vector<char> before(int step) const;  // Directly or not.
};

// What is so in one run.
struct Chance {
  int env = 0;  // a, b, c
  bool flag = false;
  int n = 0;
  int order = 0;  // Of three.
  // By step and round: does it fail, what does it give, what do people say (0 yes, 1 no, 2 nothing)?
  std::vector<std::array<bool, 2>> fails;
  std::vector<bool> gives_u;
  std::vector<std::array<int, 2>> answers;
};
inline constexpr std::array<int, 5> numbers = {0, 5, 6, 7, 9};

struct Played {
  std::vector<Status> status;
  std::vector<char> begun;          // Its condition held, and it was started...
  std::vector<int> times;           // ... so often.
  std::vector<char> unguarded;      // Started, and nobody had said yes since it was started the last time.
  std::vector<char> after_failure;  // Something had failed when it was started.
  bool any_failure = false;         // Also of an expression.
};

struct Shape {
  int steps_max = 7;
  bool approvals = false;  // Approvals, a deploy at the end, and loops.
};
World random_world(std::mt19937_64& dice, const Shape& shape);
Played play(const World& world, const Chance& chance);

}  // namespace wfc::oracle
