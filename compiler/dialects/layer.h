// What the parts of an agentic layer share while it is read: its phases, what they leave, and the files
// around it.
#pragma once
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/dialects/fields.h"

namespace wfc::dialects {

struct Phase {
  Located<std::string> name;
  Span span;                             // Of all that is written about it where it is declared.
  const yaml::Node* settings = nullptr;  // What a map or the engine's form says about it.
  model::StepIndex step = model::none;
  std::uint32_t place = 0;              // Phases that run together share one.
  std::uint32_t group = model::none;    // Likewise.
  bool routed = false;                  // Only some types of issues have it: `types`...
  std::vector<std::string_view> types;  // ... else those that do not have it.
  bool open = true;  // Its result has the fields of its answer; false: they stand below its `output`.
  std::vector<std::string> asked;       // What is asked of its answer, as a person reads it.
  wf::Boxed<model::Reaction> escalate;  // Where its gate says how.
};

// An issue's type for which something holds, or the types for which something else does. Empty: always.
struct Types {
  bool holds = true;  // False: for all but these.
  std::vector<std::string_view> names;
};

class Layer {
 public:
  explicit Layer(const ReadContext& context) : reader(context, "agentic-layer") {}

  Reader reader;
  model::Workflow workflow;
  std::vector<Phase> phases;  // In the order in which they run.
  // They are the steps of a `.wf` file that uses a gate file: their order is checked with that of all others.
  bool of_steps = false;

  void index_phases();
  // What it leaves has this name, too.
  void add_output(std::string_view name, std::size_t phase);
  Phase* find(std::string_view name);
  // Says so where there is none.
  Phase* find_at(std::string_view name, Span span);
  diag::Draft unknown_phase(std::string_view name, Span span);
  void unknown_key(std::string_view noun, const yaml::Entry& entry, std::string_view help,
                   const std::vector<std::string>& known = {});
  // The one that was meant. After many mistakes it is not looked for any more: each costs a look at all
  // names.
  std::string guess(std::string_view name, const std::vector<std::string>& known);
  model::Step& step_of(const Phase& phase) { return workflow.steps[phase.step]; }
  model::Extras& extras_of(const Phase& phase);

  // The phase that leaves what bears this name: `build_report`, `plan_artifact`, `plan`. Empty: it is no such
  // name. The phase need not be in this workflow.
  std::string_view producer_of(std::string_view artifact);
  // What that phase left, or `otherwise`.
  dsl::Expr output_of(const Phase& phase, Span span, dsl::Expr otherwise);
  // What kind of issue this is, as far as it is known when `at` starts.
  dsl::Expr issue_type(const Phase& at, Span span);
  // Null where that is always so.
  wf::Boxed<dsl::Expr> is_type(const Types& types, const Phase& at, Span span);
  dsl::Expr issue_field(std::string_view field, Span span);
  // A word that every result has: what an answer says under it stands below `output`.
  static bool is_own_field(std::string_view field);
  // A part of what the step left that has just ended; null when it has none.
  dsl::Expr result_field(std::string_view field, Span span);
  // What people are told under this name, when `at` (null: any phase) has ended. Empty ones are reported.
  dsl::Expr told(const Located<std::string>& name, const Phase* at);

  std::optional<FileId> file(const Located<std::string>& name);
  // Absence is not said.
  std::optional<FileId> file_if_there(const Located<std::string>& name, bool& absent);
  // The root of a YAML file, read once. Null when it cannot be used (reported).
  const yaml::Node* document(const Located<std::string>& name);

  void no_effect(const Fields& fields, std::string_view key, const std::string& why);

 private:
  std::unordered_map<std::string_view, std::size_t> index_;
  std::deque<std::string> outputs_;
  std::map<FileId, yaml::Document> documents_;
  std::vector<std::string> names_;
  int guesses_ = 0;
};

// `on fail RESPONSE`, as it begins.
inline model::Reaction on_fail(model::Response response, Span span) {
  model::Reaction reaction;
  reaction.response = response;
  reaction.span = span;
  return reaction;
}

// `after_test`, `before-test`: the phase, and whether before it. No phase: it is neither.
std::pair<std::string_view, bool> moment_of(std::string_view text);

// Where `size` bytes of `written` stand, of which `whole` is the place.
Span part_of(Span whole, std::string_view written, std::size_t offset, std::size_t size);

}  // namespace wfc::dialects
