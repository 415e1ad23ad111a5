// The tables, as the emitter would spell them.
#include "tests/unit/runtime_main/programs.h"

#include <array>
#include <string>
#include <vector>

namespace wf::test {
namespace {

constexpr Text text(std::string_view chars) {
  return {chars.data(), static_cast<std::uint32_t>(chars.size())};
}

template <class T, std::size_t N>
constexpr Rows<T> rows(const T (&array)[N]) {
  return {array, static_cast<std::uint32_t>(N)};
}

constexpr Param param(std::string_view name, std::string_view literal) {
  return {.name = text(name), .literal = text(literal)};
}

// ------------------------------------------------------------- release: agent, approval, and what follows
constexpr Param draft_params[] = {param("prompt", "Write the notes"), param("agent", "Writer")};
constexpr Param left_params[] = {param("command", "echo left >> witness; echo left")};
constexpr Param right_params[] = {param("command", "echo right >> witness; echo right")};
constexpr Param ship_params[] = {
    param("command", "echo shipped >> witness; echo shipped; printf 'a\\033[31mb\\n'")};
constexpr Row draft_followers[] = {1, 2};
constexpr Row after_draft[] = {0};
constexpr Row both[] = {1, 2};
constexpr Row to_gate[] = {3};
constexpr Row after_gate[] = {3};
constexpr Row to_ship[] = {4};
constexpr GateRow release_gates[] = {{.message = param("message", "Ship it?\nReally?")}};
constexpr StepRow release_steps[] = {
    {.id = text("draft"),
     .kind = StepKind::agent,
     .followers = rows(draft_followers),
     .params = rows(draft_params)},
    {.id = text("left"),
     .kind = StepKind::command,
     .needs = rows(after_draft),
     .followers = rows(to_gate),
     .params = rows(left_params)},
    {.id = text("right"),
     .kind = StepKind::command,
     .needs = rows(after_draft),
     .followers = rows(to_gate),
     .params = rows(right_params)},
    {.id = text("sign-off"),
     .kind = StepKind::approve,
     .needs = rows(both),
     .followers = rows(to_ship),
     .gate = 0},
    {.id = text("ship"), .kind = StepKind::command, .needs = rows(after_gate), .params = rows(ship_params)}};
constexpr Text kinds[] = {text("bug"), text("feature")};
constexpr InputRow release_inputs[] = {
    {.name = text("task"), .type = ValueType::text, .description = text("what to release")},
    {.name = text("kind"), .type = ValueType::choice, .required = false, .choices = rows(kinds)},
    {.name = text("limit"), .type = ValueType::duration, .required = false},
    {.name = text("tags"), .type = ValueType::list, .required = false}};
constexpr BudgetRow release_budgets[] = {{.whole = {.credits = 50, .time_ms = 3'600'000}}};
constexpr PolicyRow release_policies[] = {{.name = text("budget.max_credits"), .value = text("50")},
                                          {.name = text("budget.max_wall_clock_sec"), .value = text("3600")},
                                          {.name = text("repo.allowed_paths"), .value = text("[\"src/\"]")}};
constexpr Program release = {.abi = program_abi,
                             .workflow = text("wf_release"),
                             .title = text("Release"),
                             .compiler = text("by hand"),
                             .plan_digest = text("1111111111111111"),
                             .inputs = rows(release_inputs),
                             .steps = rows(release_steps),
                             .gates = rows(release_gates),
                             .budgets = rows(release_budgets),
                             .policies = rows(release_policies),
                             .budget = 0};

// The same workflow, changed: what a run of `release` belongs to is not this.
constexpr Program changed = {.abi = program_abi,
                             .workflow = text("wf_release"),
                             .compiler = text("by hand"),
                             .plan_digest = text("2222222222222222"),
                             .steps = rows(release_steps),
                             .gates = rows(release_gates)};

// ------------------------------------------------------------------------- named: a gate with approvers
constexpr Text approvers[] = {text("ana"), text("bo")};
constexpr GateRow named_gates[] = {
    {.approvers = rows(approvers), .quorum = 1, .message = param("message", "May it?")}};
constexpr StepRow named_steps[] = {{.id = text("ask"), .kind = StepKind::approve, .gate = 0}};
constexpr Program named = {.abi = program_abi,
                           .workflow = text("named"),
                           .plan_digest = text("3333"),
                           .steps = rows(named_steps),
                           .gates = rows(named_gates)};

// ------------------------------------------------------------------------------ chain: slow enough to kill
constexpr int chain_length = 12;
constexpr Param chain_params[] = {
    param("command", "echo \"$WF_STEP $WF_ATTEMPT\" >> witness; sleep 0.05; echo \"out of $WF_STEP\"")};
struct Chain {
  std::vector<std::string> ids;
  std::vector<Row> numbers;
  std::vector<StepRow> steps;
  Program program;
  Chain() {
    ids.reserve(chain_length);
    for (Row i = 0; i < chain_length; ++i) {
      ids.push_back("s" + std::to_string(i));
      numbers.push_back(i);
    }
    for (Row i = 0; i < chain_length; ++i) {
      StepRow step{.id = text(ids[i]), .kind = StepKind::command, .params = rows(chain_params)};
      if (i > 0) step.needs = {&numbers[i - 1], 1};
      if (i + 1 < chain_length) step.followers = {&numbers[i + 1], 1};
      steps.push_back(step);
    }
    program = {.abi = program_abi, .workflow = text("chain"), .plan_digest = text("4444")};
    program.steps = {steps.data(), chain_length};
  }
};

// --------------------------------------------------- wide: 200 steps in layers of 20, one of which asks
// people
constexpr int layers = 10;
constexpr int layer_width = 20;
constexpr Param wide_params[] = {
    param("command",
          "for i in 1 2 3 4 5 6; do printf '%s: line %d of \\033[1mwork\\n' $WF_STEP $i; sleep 0.1; done")};
constexpr GateRow wide_gates[] = {{.message = param("message", "Go on with everything that follows?")}};
struct Wide {
  std::vector<std::string> ids;
  std::vector<std::vector<Row>> layer_rows;
  std::vector<StepRow> steps;
  Program program;
  Wide() {
    ids.reserve(layers * layer_width);
    layer_rows.resize(layers);
    for (Row i = 0; i < layers * layer_width; ++i) {
      ids.push_back("component-" + std::to_string(i / layer_width) + "-build-" +
                    std::to_string(i % layer_width));
      layer_rows[i / layer_width].push_back(i);
    }
    for (Row i = 0; i < layers * layer_width; ++i) {
      StepRow step{.id = text(ids[i]), .kind = StepKind::command, .params = rows(wide_params)};
      const Row layer = i / layer_width;
      if (layer > 0) step.needs = {layer_rows[layer - 1].data(), layer_width};
      if (layer + 1 < layers) step.followers = {layer_rows[layer + 1].data(), layer_width};
      if (i == 25) {
        step.kind = StepKind::approve;
        step.params = {};
        step.gate = 0;
      }
      steps.push_back(step);
    }
    program = {.abi = program_abi, .workflow = text("wide"), .plan_digest = text("abcd")};
    program.gates = rows(wide_gates);
    program.steps = {steps.data(), static_cast<std::uint32_t>(steps.size())};
  }
};

// ------------------------------------------------------- flaky: a repeat, a failure, and what follows it
constexpr Param flaky_params[] = {
    param("command", "echo try; [ -e tried ] && echo fine || { touch tried; echo sorry >&2; exit 3; }")};
constexpr Param broken_params[] = {param("command", "printf 'first\\nlast words\\n' >&2; exit 7")};
constexpr Param never_params[] = {param("command", "touch never")};
constexpr ReactionRow once_more[] = {{.response = Response::retry, .max = 1, .wait_ms = 10}};
constexpr Row first[] = {0};
constexpr Row second[] = {1};
constexpr Row third[] = {2};
constexpr StepRow flaky_steps[] = {
    {.id = text("flaky"),
     .kind = StepKind::command,
     .followers = rows(second),
     .params = rows(flaky_params),
     .reactions = rows(once_more)},
    {.id = text("broken"),
     .kind = StepKind::command,
     .needs = rows(first),
     .followers = rows(third),
     .params = rows(broken_params)},
    {.id = text("never"), .kind = StepKind::command, .needs = rows(second), .params = rows(never_params)}};
constexpr Program flaky = {
    .abi = program_abi, .workflow = text("flaky"), .plan_digest = text("5555"), .steps = rows(flaky_steps)};

// --------------------------------------------------------------------------------- long: one step that stays
constexpr Param long_params[] = {param("command", "echo $$ > child; echo begun; exec sleep 60")};
constexpr StepRow long_steps[] = {
    {.id = text("stay"), .kind = StepKind::command, .params = rows(long_params)}};
constexpr Program long_one = {
    .abi = program_abi, .workflow = text("long"), .plan_digest = text("6666"), .steps = rows(long_steps)};

// -------------------------------------------------------------------- talkative: more than a pipe holds
constexpr Param talk_params[] = {
    param("command",
          "head -c 600000 /dev/zero | tr '\\0' x; echo; echo $$ > child; [ -z \"$STAY\" ] || exec sleep 60")};
constexpr StepRow talk_steps[] = {
    {.id = text("talk"), .kind = StepKind::command, .params = rows(talk_params)}};
constexpr Program talkative = {.abi = program_abi,
                               .workflow = text("talkative"),
                               .plan_digest = text("6767"),
                               .steps = rows(talk_steps)};

// --------------------------------------------------------------- inside: a step that tries to decide by
// itself
constexpr Param inside_params[] = {
    param("command", "\"$TEST_EXE\" approve \"$WF_RUN\" ask > told 2>&1; echo $? > code")};
constexpr StepRow inside_steps[] = {
    {.id = text("self"), .kind = StepKind::command, .params = rows(inside_params)},
    {.id = text("ask"), .kind = StepKind::approve, .gate = 0}};
constexpr GateRow inside_gates[] = {{.message = param("message", "Well?")}};
constexpr Program inside = {.abi = program_abi,
                            .workflow = text("inside"),
                            .plan_digest = text("7777"),
                            .steps = rows(inside_steps),
                            .gates = rows(inside_gates)};

// ------------------------------------------------- both: two must approve what a step has produced, in time
constexpr Param both_params[] = {param("command", "echo made")};
constexpr Text both_people[] = {text("ana"), text("bo")};
constexpr GateRow both_gates[] = {{.approvers = rows(both_people), .quorum = 2, .timeout_ms = 3'600'000}};
constexpr StepRow both_steps[] = {
    {.id = text("make"), .kind = StepKind::command, .params = rows(both_params), .gate = 0}};
constexpr Program both_must = {.abi = program_abi,
                               .workflow = text("both"),
                               .plan_digest = text("7878"),
                               .steps = rows(both_steps),
                               .gates = rows(both_gates)};

// -------------------------------------------------------------------- brief: a gate that does not wait long
constexpr GateRow brief_gates[] = {{.timeout_ms = 1'500, .message = param("message", "Quick?")}};
constexpr StepRow brief_steps[] = {{.id = text("ask"), .kind = StepKind::approve, .gate = 0}};
constexpr Program brief = {.abi = program_abi,
                           .workflow = text("brief"),
                           .plan_digest = text("7a7a"),
                           .steps = rows(brief_steps),
                           .gates = rows(brief_gates)};

// --------------------------------------------------------------------------- many: more failures than told
constexpr Param fail_params[] = {param("command", "exit 4")};
constexpr StepRow many_steps[] = {{.id = text("f1"), .kind = StepKind::command, .params = rows(fail_params)},
                                  {.id = text("f2"), .kind = StepKind::command, .params = rows(fail_params)},
                                  {.id = text("f3"), .kind = StepKind::command, .params = rows(fail_params)},
                                  {.id = text("f4"), .kind = StepKind::command, .params = rows(fail_params)},
                                  {.id = text("f5"), .kind = StepKind::command, .params = rows(fail_params)}};
constexpr Program many = {.abi = program_abi,
                          .workflow = text("many"),
                          .plan_digest = text("7979"),
                          .steps = rows(many_steps),
                          .fail_fast = false};

constexpr Param deploy_params[] = {param("target", "prod")};
constexpr StepRow deploy_steps[] = {
    {.id = text("out"), .kind = StepKind::deploy, .idempotent = false, .params = rows(deploy_params)}};
constexpr Program deploy = {
    .abi = program_abi, .workflow = text("deploy"), .plan_digest = text("8888"), .steps = rows(deploy_steps)};

constexpr Program disabled = {
    .abi = program_abi, .workflow = text("off"), .plan_digest = text("9999"), .enabled = false};
constexpr Program other_abi = {.abi = program_abi + 1, .workflow = text("other")};

}  // namespace

const Program* program_named(std::string_view name) {
  static const Chain chain;
  static const Wide wide;
  const std::pair<std::string_view, const Program*> all[] = {
      {"both", &both_must},  {"many", &many},         {"brief", &brief},         {"release", &release},
      {"changed", &changed}, {"named", &named},       {"chain", &chain.program}, {"wide", &wide.program},
      {"flaky", &flaky},     {"long", &long_one},     {"talkative", &talkative}, {"inside", &inside},
      {"deploy", &deploy},   {"disabled", &disabled}, {"other_abi", &other_abi}};
  for (const auto& [known, program] : all)
    if (known == name) return program;
  return nullptr;
}

}  // namespace wf::test
