// Edits that several checks offer.
#pragma once
#include <optional>
#include <string>

#include "compiler/check/check.h"
#include "compiler/diag/edits.h"

namespace wfc::check {

// `waits` with one more step to wait for. Nothing where the dialect has no word for it, or where saying it
// would unsay something else.
std::optional<diag::Edit> waiting_for(const Subject& in, model::StepIndex waits, model::StepIndex on);

// How many new names a check works out at most: each is a look at the whole workflow.
inline constexpr int renamed_max = 20;
// Gives a step, or what it gives, another name, here and wherever it is used. `draft` gets a fix only if all
// of these places are known.
void rename_step(const Subject& in, diag::Draft& draft, model::StepIndex step, const std::string& id,
                 bool safe);
void rename_output(const Subject& in, diag::Draft& draft, model::StepIndex step, const std::string& name,
                   bool safe);

// A name in which whatever `is_good` refuses is another character.
std::string mended_name(std::string_view name, char instead, bool (*is_good)(char));

// The quote in which a text may stand within the text at `around`, which has quotes of its own perhaps.
char quote_within(const Subject& in, Span around);

}  // namespace wfc::check
