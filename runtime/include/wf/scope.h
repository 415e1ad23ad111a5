// What emitted expressions call.
//
// Expressions are code over a Scope: `return in.boolean(in.truthy(in.field(in.step(0), "ok")));`. Every
// function takes and returns a Ref, a plain pointer into the scope's arena, so that emitted code needs no
// destructor, no exception and no standard header. An error (a missing value that is used, a type that does
// not fit, overflow) is recorded in the scope once, and from then on every function returns the missing
// value; whoever asked for the expression looks at Scope::failed afterwards. The compiler folds constants by
// calling these very functions.
//
// Filters, tests and functions of templates are free functions of the same form; `builtins.def` lists them.
#pragma once
#include <cstdint>

namespace wf {
class Value;
using Ref = const Value*;

class Scope {
 public:
  // Constants. Units: milliseconds, bytes, millionths of the currency.
  Ref missing();
  Ref null();
  Ref boolean(bool value);
  Ref integer(std::int64_t value);
  Ref real(double value);
  Ref text(const char* data, std::uint32_t size);
  Ref duration(std::int64_t ms);
  Ref size(std::int64_t bytes);
  Ref money(std::int64_t millionths);
  Ref list();
  Ref map();
  Ref append(Ref list, Ref item);  // The list with one more item; `list` itself is used up.
  Ref put(Ref map, const char* key, std::uint32_t size, Ref item);  // map with one more entry

  // What a name stands for. Indexes are rows of the program's tables.
  Ref input(std::uint32_t row);
  Ref let(std::uint32_t row);
  Ref step(std::uint32_t row);  // The step itself: prints its output, is true when ok, has the result fields.
  Ref output(std::uint32_t row);  // The step's output.
  Ref group(std::uint32_t row);   // The outputs of a group, in written order.
  Ref local(std::uint32_t slot);  // Bound by a template's `for` or `set`.
  Ref event();
  Ref run();
  Ref workflow();
  Ref project();
  Ref result();  // This step's result.
  Ref feedback();
  Ref secrets();                    // A map: of those that a step may have.
  Ref composed(std::uint32_t row);  // What a text of the program says.
  Ref step_info();                  // `id` and `title` of the step that a guardrail looks at.
  Ref loop();                       // `loop` of the innermost template loop.

  // Operators, as language.md section 7 has them.
  bool truthy(Ref value);                                      // Accepts a missing value.
  Ref field(Ref value, const char* name, std::uint32_t size);  // A missing field is the missing value.
  Ref index(Ref value, Ref key);
  Ref negate(Ref value);
  Ref add(Ref a, Ref b);
  Ref subtract(Ref a, Ref b);
  Ref multiply(Ref a, Ref b);
  Ref divide(Ref a, Ref b);
  Ref remainder(Ref a, Ref b);
  Ref concat(Ref a, Ref b);
  Ref equal(Ref a, Ref b);
  Ref not_equal(Ref a, Ref b);
  Ref less(Ref a, Ref b);
  Ref less_equal(Ref a, Ref b);
  Ref greater(Ref a, Ref b);
  Ref greater_equal(Ref a, Ref b);
  Ref member(Ref item, Ref container);

  bool failed() const;

 protected:
  Scope() = default;
  ~Scope() = default;
};

// Declares every builtin: `Ref trim(Scope& in, Ref value);`. Optional arguments that are not given are null
// pointers.
#define WF_FILTER(name, function, ...) \
  Ref function(Scope& in, Ref value, Ref a = nullptr, Ref b = nullptr, Ref c = nullptr);
#define WF_TEST(name, function, ...) Ref function(Scope& in, Ref value, Ref a = nullptr);
#define WF_FUNCTION(name, function, ...) \
  Ref function(Scope& in, Ref a = nullptr, Ref b = nullptr, Ref c = nullptr);
namespace builtin {
#include "wf/builtins.def"
}

struct Program;
// The whole of an executable's main: parses the command line, runs, prints, and returns the exit code.
int run_main(const Program& program, int argc, char** argv);
}  // namespace wf
