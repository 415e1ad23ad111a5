// Finds names that cannot be told apart, written or referred to wherever a name has to go.
#include "compiler/check/rewriting.h"
#include "runtime/rules/identifier.h"

namespace wfc::check {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool is_id_char(char c) {
  return is_letter_or_digit(c) || c == '-' || c == '.';
}

// The nearest name that can be one; nothing where little would be left of it.
std::string good(const std::string& name, char instead, bool (*is_good)(char)) {
  std::string mended = mended_name(name, instead, is_good);
  while (!mended.empty() && !is_letter_or_digit(mended[0])) mended.erase(0, 1);
  const bool most = mended.size() * 2 > name.size();
  return most && wf::rules::is_identifier(mended) ? mended : std::string();
}

}  // namespace

void bad_identifier(const Subject& in, diag::Report& report) {
  const auto is_bad = [](const Located<std::string>& name) {
    return !name.value.empty() && !wf::rules::is_identifier(name.value);
  };
  const auto say = [&](const Located<std::string>& name, std::string_view what) {
    return report.add(diag::bad_identifier, name.span, name.value, what)
        .help("begin with a letter, a digit or `_`, and go on with these, `-` and `.`; 128 bytes at most");
  };
  const model::Workflow& workflow = in.workflow;
  int renamed = 0;
  if (is_bad(workflow.id)) say(workflow.id, "the id of a workflow");
  for (const model::Input& input : workflow.inputs)
    if (is_bad(input.name)) say(input.name, "the name of an input");
  for (model::StepIndex i = 0; i < workflow.steps.size(); ++i) {
    const model::Step& step = workflow.steps[i];
    // Of a step that did not parse, more than its name may have been taken for it.
    const bool misread = step.broken && step.id.value.find(':') != std::string::npos;
    if (!step.id_generated && !misread && is_bad(step.id)) {
      auto draft = say(step.id, "the id of a step");
      if (++renamed <= renamed_max) rename_step(in, draft, i, good(step.id.value, '-', is_id_char), true);
    }
    // In the texts of the YAML dialects a dash subtracts and a dot asks for a field.
    const bool usable =
        !workflow.texts_are_variables || step.output.value.find_first_of("-.") == std::string::npos;
    if (usable) {
      if (is_bad(step.output)) say(step.output, "the name of an output");
    } else {
      auto draft =
          report.add(diag::bad_identifier, step.output.span, step.output.value, "the name of an output");
      draft.help("prompts could not name it: use letters, digits and `_`");
      if (++renamed <= renamed_max)
        rename_output(in, draft, i, good(step.output.value, '_', is_letter_or_digit), true);
    }
  }
}

}  // namespace wfc::check
