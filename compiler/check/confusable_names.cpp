// Finds names that a reader cannot tell apart, and characters that turn the direction of text so that a file
// reads otherwise than it is.
//
// Letters that look alike are one letter here, by the table of Unicode's security mechanisms
// (docs/decisions/confusables.md). Two names of plain ASCII are never spoken of: `l` and `1` differ in any
// font that code is written in.
#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "compiler/check/check.h"
#include "runtime/base/text.h"
#include "runtime/rules/name_form.h"

namespace wfc::check {
namespace {

struct Pair {
  char32_t letter, looks_like;
};
constexpr Pair pairs[] = {
#include "compiler/check/confusables.inc"
};

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_invisible(char32_t c) {
  return c == 0xad || c == 0x34f || c == 0x61c || c == 0x115f || c == 0x1160 || c == 0x17b4 || c == 0x17b5 ||
         (c >= 0x180b && c <= 0x180f) || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0x3164 || (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff ||
         c == 0xffa0 || (c >= 0xe0000 && c <= 0xe0fff);
}

// What a name looks like.
std::string looks(std::string_view name) {
  const std::string composed = wf::rules::name_form(name, wf::rules::NameCase::kept);
  std::string all;
  for (std::size_t at = 0; at < composed.size();) {
    char32_t c = wf::next_code_point(composed, at);
    if (is_invisible(c)) continue;
    const auto known =
        std::lower_bound(std::begin(pairs), std::end(pairs), c,
                         [](const Pair& pair, char32_t letter) { return pair.letter < letter; });
    if (known != std::end(pairs) && known->letter == c) c = known->looks_like;
    if (c == 'I' || c == '1') c = 'l';
    if (c == '0') c = 'O';
    wf::append_utf8(all, c);
  }
  return all;
}

// "U+0440, U+0430": what in a name is not ASCII, and each once.
std::string strange_letters(std::string_view name) {
  std::vector<char32_t> seen;
  std::string all;
  for (std::size_t at = 0; at < name.size();) {
    const char32_t c = wf::next_code_point(name, at);
    if (c < 0x80 || std::find(seen.begin(), seen.end(), c) != seen.end()) continue;
    seen.push_back(c);
    char code[16];
    std::snprintf(code, sizeof code, "U+%04X", static_cast<unsigned>(c));
    all += (all.empty() ? "" : ", ") + std::string(code);
  }
  return all;
}

class Names {
 public:
  Names(const Subject& in, diag::Report& report) : report_(report) {
    const model::Workflow& workflow = in.workflow;
    for (const model::Input& input : workflow.inputs)
      if (!input.implied) add(input.name);
    for (const model::Let& let : workflow.lets) add(let.name);
    for (const model::Step& step : workflow.steps) {
      if (!step.id_generated) add(step.id);
      if (!step.output.value.empty()) add(step.output);
      if (!step.agent.value.empty()) add(step.agent);
      if (step.gate)
        for (const auto& person : step.gate->approvers) add(person);
    }
    for (const auto& name : workflow.secrets.allow) add(name);
  }

  void compare() {
    if (plain_) return;
    std::unordered_map<std::string, const Located<std::string>*> seen;
    for (const Located<std::string>* name : names_) {
      const auto [first, added] = seen.emplace(looks(name->value), name);
      if (added || first->second->value == name->value) continue;
      const Located<std::string>& other = *first->second;
      if (is_plain(name->value) && is_plain(other.value)) continue;
      // That the name cannot be one is the smaller mistake.
      report_.drop([&](const diag::Diagnostic& said) {
        return said.kind->number == diag::bad_identifier.info.number &&
               (said.span == name->span || said.span == other.span);
      });
      const std::string_view strange = is_plain(name->value) ? other.value : name->value;
      report_.add(diag::confusable_name, name->span, name->value, other.value)
          .label("nobody can tell them apart")
          .also(other.span, "the other one")
          .note("one of them is written with " + strange_letters(strange))
          .help("choose a name that looks different");
    }
  }

 private:
  void add(const Located<std::string>& name) {
    plain_ = plain_ && is_plain(name.value);
    names_.push_back(&name);
  }
  diag::Report& report_;
  std::vector<const Located<std::string>*> names_;
  bool plain_ = true;
};

// Every text that an agent is given.
std::vector<Span> prompts_of(const model::Workflow& workflow) {
  std::vector<Span> spans;
  for (const model::Step& step : workflow.steps) {
    if (step.kind != wf::StepKind::agent) continue;
    for (const model::Text& text : step.prompt) spans.push_back(text.text.span);
    if (step.instructions) spans.push_back(step.instructions->span);
  }
  return spans;
}

void find_directions(const Subject& in, diag::Report& report) {
  const FileId file = in.workflow.span.file;
  if (in.sources == nullptr || file == no_file) return;
  const std::string_view text = in.sources->file(file).text;
  std::vector<Span> prompts;
  bool any = false;
  for (const std::string_view lead : {"\xe2\x80", "\xe2\x81", "\xd8\x9c"}) {
    for (std::size_t at = text.find(lead); at != std::string_view::npos; at = text.find(lead, at + 1)) {
      std::size_t end = at;
      const char32_t c = wf::next_code_point(text, end);
      if (!wf::is_bidi_control(c)) continue;
      if (!any) prompts = prompts_of(in.workflow);
      any = true;
      const auto begin = static_cast<std::uint32_t>(at);
      const bool in_prompt = std::any_of(prompts.begin(), prompts.end(), [&](const Span& span) {
        return span.file == file && span.begin <= begin && begin < span.end;
      });
      char code[16];
      std::snprintf(code, sizeof code, "U+%04X", static_cast<unsigned>(c));
      auto draft = report.add(diag::hidden_direction, {file, begin, static_cast<std::uint32_t>(end)}, code);
      draft.label("the text behind it may be shown in another order than it has");
      draft.help("take it out");
      if (in_prompt) draft.severity(diag::Severity::warning);
      break;  // One message for each kind of them; whoever wrote one wrote more.
    }
  }
}

}  // namespace

void confusable_names(const Subject& in, diag::Report& report) {
  Names(in, report).compare();
  find_directions(in, report);
}

}  // namespace wfc::check
