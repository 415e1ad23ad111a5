// Finds names that cannot be told apart, written or referred to wherever a name has to go.
#include "compiler/check/check.h"
#include "runtime/rules/identifier.h"

namespace wfc::check {

void bad_identifier(const Subject& in, diag::Report& report) {
  const auto look_at = [&](const Located<std::string>& name, std::string_view what) {
    if (name.value.empty() || wf::rules::is_identifier(name.value)) return;
    report.add(diag::bad_identifier, name.span, name.value, what)
        .help("begin with a letter, a digit or `_`, and go on with these, `-` and `.`; 128 bytes at most");
  };
  const model::Workflow& workflow = in.workflow;
  look_at(workflow.id, "the id of a workflow");
  for (const model::Input& input : workflow.inputs) look_at(input.name, "the name of an input");
  for (const model::Step& step : workflow.steps) {
    // Of a step that did not parse, more than its name may have been taken for it.
    const bool misread = step.broken && step.id.value.find(':') != std::string::npos;
    if (!step.id_generated && !misread) look_at(step.id, "the id of a step");
    // In the texts of the YAML dialects a dash subtracts and a dot asks for a field.
    const bool usable =
        !workflow.texts_are_variables || step.output.value.find_first_of("-.") == std::string::npos;
    if (usable) {
      look_at(step.output, "the name of an output");
    } else {
      report.add(diag::bad_identifier, step.output.span, step.output.value, "the name of an output")
          .help("prompts could not name it: use letters, digits and `_`");
    }
  }
}

}  // namespace wfc::check
