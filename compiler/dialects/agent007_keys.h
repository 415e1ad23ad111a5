// The keys of agent007's definitions.
#pragma once
#include "compiler/dialects/fields.h"

namespace wfc::dialects::agent007_keys {

inline constexpr std::string_view step_types[] = {"execute",      "evaluator", "router",
                                                  "sub-workflow", "extract",   "multi-agent"};
inline constexpr std::string_view exceed_words[] = {"stop", "pause", "alert-only"};
inline constexpr std::string_view eval_modes[] = {"fail-open", "fail-closed"};
inline constexpr std::string_view worker_runs[] = {"parallel", "sequential"};
inline constexpr double u32_max = 4294967295.0;

inline constexpr Key budget_keys[] = {
    {.name = "max_tokens_per_session", .shape = Shape::integer},
    {.name = "max_usd_per_task", .shape = Shape::number},
    {.name = "alert_at_percent", .shape = Shape::integer, .max = 255},
    {.name = "on_exceed", .shape = Shape::choice, .choices = exceed_words},
};
inline constexpr Object budget_object = {.noun = "`budget`", .keys = budget_keys};

inline constexpr Key recovery_keys[] = {
    {.name = "enabled", .shape = Shape::boolean},
    {.name = "max_step_retries", .shape = Shape::integer, .max = u32_max},
};
inline constexpr Object recovery_object = {.noun = "`recovery`", .keys = recovery_keys};
inline constexpr Key governor_keys[] = {
    {.name = "enabled", .shape = Shape::boolean},
    {.name = "max_degradations_per_run", .shape = Shape::integer},
    {.name = "degrade_output_chars", .shape = Shape::integer},
    {.name = "lazy_injection_threshold", .shape = Shape::number},
};
inline constexpr Object governor_object = {.noun = "`budget_governor`", .keys = governor_keys};
inline constexpr Key guardrails_keys[] = {
    {.name = "enabled", .shape = Shape::boolean},
    {.name = "terms", .shape = Shape::texts},
};
inline constexpr Object guardrails_object = {.noun = "`guardrails`", .keys = guardrails_keys};
inline constexpr Key confidence_keys[] = {
    {.name = "enabled", .shape = Shape::boolean},
    {.name = "low_terms", .shape = Shape::texts},
    {.name = "missing_requires_approval", .shape = Shape::boolean},
};
inline constexpr Object confidence_object = {.noun = "`confidence`", .keys = confidence_keys};
inline constexpr Key reliability_keys[] = {
    {.name = "enabled", .shape = Shape::boolean},
    {.name = "recovery", .shape = Shape::object, .object = &recovery_object},
    {.name = "budget_governor", .shape = Shape::object, .object = &governor_object},
    {.name = "guardrails", .shape = Shape::object, .object = &guardrails_object},
    {.name = "confidence", .shape = Shape::object, .object = &confidence_object},
};
inline constexpr Object reliability_object = {.noun = "`reliability`", .keys = reliability_keys};

inline constexpr Key threshold_keys[] = {
    {.name = "max_quality_score_drop", .shape = Shape::number},
    {.name = "max_cost_usd_increase", .shape = Shape::number},
    {.name = "max_latency_ms_increase", .shape = Shape::number},
    {.name = "max_retry_increase", .shape = Shape::number},
};
inline constexpr Object thresholds_object = {.noun = "`thresholds`", .keys = threshold_keys};
inline constexpr Key eval_keys[] = {
    {.name = "enabled", .shape = Shape::boolean},
    {.name = "release_class", .shape = Shape::boolean},
    {.name = "mode", .shape = Shape::choice, .choices = eval_modes},
    {.name = "baseline_window", .shape = Shape::integer, .min = 1},
    {.name = "min_baseline_runs", .shape = Shape::integer, .min = 1},
    {.name = "thresholds", .shape = Shape::object, .object = &thresholds_object},
    {.name = "warn_threshold", .shape = Shape::number, .max = 1},
    {.name = "block_threshold", .shape = Shape::number, .max = 1},
};
inline constexpr Object eval_object = {.noun = "`eval_gate`", .keys = eval_keys};

inline constexpr Key evaluate_keys[] = {
    {.name = "on_pass", .required = true},
    {.name = "on_fail", .required = true},
    {.name = "condition"},
    {.name = "decision_field"},
    {.name = "max_retries", .shape = Shape::integer, .max = u32_max},
};
inline constexpr Object evaluate_object = {.noun = "`evaluate`", .keys = evaluate_keys};
inline constexpr Key route_keys[] = {
    {.name = "goto", .required = true},
    {.name = "when"},
    {.name = "default", .shape = Shape::boolean},
};
inline constexpr Object route_object = {.noun = "a route", .keys = route_keys};
inline constexpr Key extract_keys[] = {
    {.name = "tool", .required = true},
    {.name = "input", .shape = Shape::any, .required = true},
    {.name = "compact", .shape = Shape::boolean},
};
inline constexpr Object extract_object = {.noun = "`extract`", .keys = extract_keys};
inline constexpr Key worker_keys[] = {
    {.name = "persona", .required = true},
    {.name = "skills", .shape = Shape::texts},
    {.name = "run", .shape = Shape::choice, .choices = worker_runs},
};
inline constexpr Object worker_object = {.noun = "a worker", .keys = worker_keys};

inline constexpr Key workflow_keys[] = {
    {.name = "name", .required = true},
    {.name = "description"},
    {.name = "budget", .shape = Shape::object, .object = &budget_object},
    {.name = "reliability", .shape = Shape::object, .object = &reliability_object},
    {.name = "eval_gate", .shape = Shape::object, .object = &eval_object},
    {.name = "steps", .shape = Shape::objects, .required = true},
};
// What other dialects call the same.
inline constexpr std::string_view ids[] = {"step_id"};
inline constexpr std::string_view agents[] = {"role", "agentId"};
inline constexpr std::string_view prompts[] = {"goal"};
inline constexpr std::string_view orders[] = {"dependencies", "after", "needs"};

inline constexpr Key step_keys[] = {
    {.name = "id", .required = true, .elsewhere = ids},
    {.name = "agent", .required = true, .elsewhere = agents},
    {.name = "type", .shape = Shape::choice, .choices = step_types},
    {.name = "prompt", .elsewhere = prompts},
    {.name = "skill"},
    {.name = "model"},
    {.name = "depends_on", .shape = Shape::texts, .elsewhere = orders, .orders = true},
    {.name = "inputs", .shape = Shape::texts},
    {.name = "output"},
    {.name = "requires_approval", .shape = Shape::boolean},
    {.name = "approval_prompt"},
    {.name = "evaluate", .shape = Shape::object, .object = &evaluate_object},
    {.name = "routes", .shape = Shape::objects, .object = &route_object},
    {.name = "workflow"},
    {.name = "extract", .shape = Shape::object, .object = &extract_object},
    {.name = "workers", .shape = Shape::objects, .object = &worker_object},
    {.name = "cache", .shape = Shape::boolean},
    {.name = "risky", .shape = Shape::boolean},
    {.name = "timeout_sec", .shape = Shape::duration, .unit = "s"},
};
inline constexpr Object workflow_words = {.noun = "the workflow", .keys = workflow_keys};
inline constexpr Object step_words = {.noun = "a step", .keys = step_keys};
inline constexpr const Object* beside_workflow[] = {&step_words, &reliability_object};
inline constexpr const Object* beside_steps[] = {&workflow_words, &reliability_object};
inline constexpr Object workflow_object = {
    .noun = "a workflow", .keys = workflow_keys, .elsewhere = beside_workflow};
inline constexpr Object step_object = {.noun = "a step", .keys = step_keys, .elsewhere = beside_steps};

}  // namespace wfc::dialects::agent007_keys
