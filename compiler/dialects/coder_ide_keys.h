// The keys of Coder IDE's workflows.
#pragma once
#include "compiler/dialects/comparison.h"
#include "compiler/dialects/fields.h"

namespace wfc::dialects::coder_ide_keys {

inline constexpr std::string_view trigger_types[] = {"manual", "event", "scheduled", "webhook"};
inline constexpr std::string_view step_types[] = {"action", "condition", "parallel", "human_gate"};
inline constexpr std::string_view timeout_words[] = {"proceed", "cancel", "escalate"};
inline constexpr std::string_view backoffs[] = {"fixed", "exponential"};

// What other dialects call the same.
inline constexpr std::string_view workflow_ids[] = {"workflow_id"};
inline constexpr std::string_view step_ids[] = {"step_id"};
inline constexpr std::string_view orders[] = {"depends_on", "after", "needs"};
inline constexpr std::string_view agents[] = {"agent", "role"};
inline constexpr std::string_view events[] = {"event"};
inline constexpr std::string_view crons[] = {"cron"};
inline constexpr std::string_view secrets[] = {"secret_ref"};

inline constexpr Key trigger_keys[] = {
    {.name = "type", .shape = Shape::choice, .required = true, .choices = trigger_types},
    {.name = "condition"},
    {.name = "eventType", .elsewhere = events},
    {.name = "schedule", .elsewhere = crons},
    {.name = "webhookUrl"},
    {.name = "webhookSecret", .elsewhere = secrets},
};
inline constexpr Key condition_keys[] = {
    {.name = "field", .required = true},
    {.name = "operator", .shape = Shape::choice, .required = true, .choices = comparison_operators},
    {.name = "value", .shape = Shape::any},
};
inline constexpr Key retry_keys[] = {
    {.name = "maxAttempts", .shape = Shape::integer, .min = 1, .max = 4294967295.0},
    {.name = "max", .shape = Shape::integer, .min = 1, .max = 4294967295.0},
    {.name = "delay", .shape = Shape::duration, .unit = "ms"},
    {.name = "delay_ms", .shape = Shape::duration, .unit = "ms"},
    {.name = "backoff", .shape = Shape::choice, .choices = backoffs},
};
inline constexpr Object retry_object = {.noun = "`retry`", .keys = retry_keys};
inline constexpr Key gate_keys[] = {
    {.name = "message", .required = true},
    {.name = "requiredApprovers", .shape = Shape::texts, .required = true},
    {.name = "timeout", .shape = Shape::duration, .unit = "min"},
    {.name = "onTimeout", .shape = Shape::choice, .required = true, .choices = timeout_words},
    {.name = "escalateTo", .shape = Shape::texts},
};
inline constexpr Key step_keys[] = {
    {.name = "id", .required = true, .elsewhere = step_ids},
    {.name = "name", .required = true},
    {.name = "type", .shape = Shape::choice, .required = true, .choices = step_types},
    {.name = "action"},
    {.name = "agentId", .elsewhere = agents},
    {.name = "input", .shape = Shape::map},
    {.name = "output", .shape = Shape::map},
    {.name = "conditions", .shape = Shape::objects},
    {.name = "dependencies", .shape = Shape::texts, .elsewhere = orders, .orders = true},
    {.name = "retry", .shape = Shape::object, .object = &retry_object},
    {.name = "timeout", .shape = Shape::duration, .unit = "ms"},
    {.name = "humanGate", .shape = Shape::map},
    {.name = "steps", .shape = Shape::objects},
    {.name = "rollback"},
};
inline constexpr Key workflow_keys[] = {
    {.name = "id", .required = true, .elsewhere = workflow_ids},
    {.name = "name", .required = true},
    {.name = "version", .required = true},
    {.name = "description"},
    {.name = "trigger", .shape = Shape::map, .required = true},
    {.name = "steps", .shape = Shape::objects, .required = true},
    {.name = "variables", .shape = Shape::map},
    {.name = "metadata", .shape = Shape::map},
};
inline constexpr Object workflow_words = {.noun = "the workflow", .keys = workflow_keys};
inline constexpr Object trigger_words = {.noun = "`trigger`", .keys = trigger_keys};
inline constexpr Object step_words = {.noun = "a step", .keys = step_keys};
inline constexpr Object condition_words = {.noun = "an entry of `conditions`", .keys = condition_keys};
inline constexpr Object gate_words = {.noun = "`humanGate`", .keys = gate_keys};
inline constexpr const Object* beside_workflow[] = {&trigger_words, &step_words};
inline constexpr const Object* beside_trigger[] = {&workflow_words};
inline constexpr const Object* beside_step[] = {&gate_words, &retry_object, &condition_words, &trigger_words,
                                                &workflow_words};
inline constexpr const Object* beside_part[] = {&step_words};
inline constexpr Object workflow_object = {
    .noun = "a workflow", .keys = workflow_keys, .elsewhere = beside_workflow};
inline constexpr Object trigger_object = {
    .noun = "`trigger`", .keys = trigger_keys, .elsewhere = beside_trigger};
inline constexpr Object step_object = {.noun = "a step", .keys = step_keys, .elsewhere = beside_step};
inline constexpr Object condition_object = {
    .noun = "an entry of `conditions`", .keys = condition_keys, .elsewhere = beside_part};
inline constexpr Object gate_object = {.noun = "`humanGate`", .keys = gate_keys, .elsewhere = beside_part};

}  // namespace wfc::dialects::coder_ide_keys
