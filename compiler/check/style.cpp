// Notes for those who asked for them: what has no description, names of two fashions, business steps that
// prescribe tools.
#include <algorithm>
#include <iterator>

#include "compiler/check/check.h"
#include "compiler/check/places.h"
#include "compiler/check/rewriting.h"

namespace wfc::check {
namespace {

void find_undescribed(const Subject& in, diag::Report& report) {
  const model::Workflow& workflow = in.workflow;
  if (workflow.description.empty())
    report.add(diag::no_description, workflow.id.span, "the workflow `" + workflow.id.value + "`")
        .help(workflow.one_space ? "write `## ` and what it is for above it"
                                 : "say what it is for, and when to use it, with `description`");
  for (const model::Input& input : workflow.inputs)
    if (!input.implied && input.description.empty() && input.name.span.known())
      report.add(diag::no_description, input.name.span, "the input `" + input.name.value + "`")
          .help("whoever starts the program is shown it");
}

enum class Fashion { plain, dashes, underscores, humps };
Fashion fashion_of(std::string_view name) {
  const bool dash = name.find('-') != std::string_view::npos;
  const bool underscore = name.find('_', 1) != std::string_view::npos;
  if (dash != underscore) return dash ? Fashion::dashes : Fashion::underscores;
  for (std::size_t i = 1; i < name.size() && !dash; ++i)
    if (name[i] >= 'A' && name[i] <= 'Z' && name[i - 1] >= 'a' && name[i - 1] <= 'z') return Fashion::humps;
  return Fashion::plain;
}

// The fashion of most steps is the one that is meant.
void find_mixed_names(const Subject& in, diag::Report& report) {
  static constexpr std::string_view words[] = {"", "dashes", "underscores", "capitals"};
  int renamed = 0;
  std::size_t counts[4] = {};
  for (const model::Step& step : in.workflow.steps)
    if (!step.id_generated) counts[static_cast<std::size_t>(fashion_of(step.id.value))] += 1;
  const auto* most = std::max_element(std::begin(counts) + 1, std::end(counts));
  const auto main = static_cast<Fashion>(most - std::begin(counts));
  for (model::StepIndex i = 0; i < in.workflow.steps.size(); ++i) {
    const model::Step& step = in.workflow.steps[i];
    const Fashion own = fashion_of(step.id.value);
    if (step.id_generated || own == Fashion::plain || own == main) continue;
    auto draft = report.add(diag::inconsistent_naming, step.id.span, step.id.value);
    draft.label("most steps here part their words with " +
                std::string(words[static_cast<std::size_t>(main)]));
    // Who waits for a run by its steps' names knows the old one: its author decides.
    if (own == Fashion::humps || main == Fashion::humps || ++renamed > renamed_max) continue;
    std::string id = step.id.value;
    for (char& c : id)
      if (c == '-' || c == '_') c = main == Fashion::dashes ? '-' : '_';
    rename_step(in, draft, i, id, false);
  }
}

constexpr std::string_view tools[] = {
    "terraform", "kubectl", "helm",    "docker", "ansible", "npm",    "pip",     "curl",
    "git",       "make",    "pulumi",  "aws",    "gcloud",  "az",     "jenkins", "cloudformation",
    "packer",    "tflint",  "checkov", "pytest", "cargo",   "gradle", "maven"};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Steps of business processes say what is wanted; which tool does it is the agent's to know.
void find_tools(const Subject& in, diag::Report& report) {
  for (const model::Step& step : in.workflow.steps) {
    if (!step.results_follow) continue;
    for (const model::Text& text : step.prompt) {
      const std::string sentence = text.text.constant() ? text.text.constant_text() : std::string();
      for (std::size_t at = 0; at < sentence.size();) {
        if (!is_letter(sentence[at])) {
          ++at;
          continue;
        }
        std::size_t end = at;
        std::string word;
        for (; end < sentence.size() && is_letter(sentence[end]); ++end)
          word += static_cast<char>(sentence[end] | 0x20);
        // In quotes of code it is a command; otherwise some of these are words of the language, too.
        const bool quoted = at > 0 && sentence[at - 1] == '`';
        const bool named = std::find(std::begin(tools), std::end(tools), word) != std::end(tools);
        if (named && (quoted || (word != "make" && word != "helm" && word != "az"))) {
          const std::string_view part = std::string_view(sentence).substr(at, end - at);
          report.add(diag::process_not_technology, place_of_part(in, sentence, text.text.span, part), part)
              .help("say what the step is to achieve, and leave the tool to who does it");
          break;
        }
        at = end;
      }
    }
  }
}

}  // namespace

void style(const Subject& in, diag::Report& report) {
  if (!in.pedantic) return;
  find_undescribed(in, report);
  find_mixed_names(in, report);
  find_tools(in, report);
}

}  // namespace wfc::check
