// Commands of a workflow, one by one, for the checks that look at what a shell would start.
#pragma once
#include <functional>
#include <string_view>

#include "compiler/check/check.h"
#include "compiler/shell/shell_words.h"

namespace wfc::check {

struct CommandText {
  const expr::Template* text;
  model::StepIndex step;  // none: the guardrail.
};
// Every command text of the workflow.
void for_each_command(const model::Workflow& workflow, const std::function<void(const CommandText&)>& visit);

// All that is written in it, without what stands for its placeholders.
std::string written_text(const expr::Template& text);

// Where `word` of it stands, not before `behind`; or the whole text.
Span place_of_word(const Subject& in, const expr::Template& text, std::string_view word,
                   std::string_view behind = {});

// Where `$NAME` or `${NAME...}` stands in it, likewise.
Span place_of_variable(const Subject& in, const expr::Template& text, std::string_view name,
                       std::string_view behind = {});

// `make` of `/usr/bin/make`.
std::string_view program_name(std::string_view path);

}  // namespace wfc::check
