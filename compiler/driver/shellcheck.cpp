// Gives each command, as the shell would be given it, to ShellCheck, and finds the author's text again in
// what comes back.
//
// The script holds the author's words with references to variables between them. The words are looked for in
// their order, so that a position of the script is a position in one of them, or in a reference, for which
// the whole command is marked.
#include "compiler/driver/shellcheck.h"

#include "compiler/check/command_risks.h"
#include "compiler/check/places.h"
#include "compiler/plan/plan.h"
#include "compiler/toolchain/process.h"
#include "compiler/toolchain/toolchain.h"
#include "runtime/base/json.h"
#include "runtime/base/text.h"

namespace wfc::driver {
namespace {

// A stretch of the script that the author wrote.
struct Stretch {
  std::size_t begin, end;          // In the script.
  const expr::TemplateNode* node;  // Its text...
  std::size_t at;                  // ... and where in it the stretch begins.
};

struct Script {
  std::string text;
  std::vector<Stretch> stretches;
};

Script script_of(const expr::Template& command) {
  diag::Report said_before;
  const plan::Command lowered = plan::lower_command(command, {}, said_before);
  Script script;
  if (!lowered.shell.constant()) return script;
  script.text = lowered.shell.constant_text();
  std::size_t cursor = 0;
  for (const expr::TemplateNode& node : command.nodes) {
    if (node.kind != expr::NodeKind::text) continue;
    // Blank space around a command is left out.
    const std::size_t first = node.text.find_first_not_of(" \t\n");
    if (first == std::string::npos) continue;
    const std::size_t last = node.text.find_last_not_of(" \t\n");
    const std::string_view words = std::string_view(node.text).substr(first, last + 1 - first);
    const std::size_t found = script.text.find(words, cursor);
    if (found == std::string::npos) continue;
    script.stretches.push_back({found, found + words.size(), &node, first});
    cursor = found + words.size();
  }
  return script;
}

// Lines from 1, columns from 1 in code points.
std::size_t offset_of(std::string_view text, std::int64_t line, std::int64_t column) {
  std::size_t at = 0;
  for (; line > 1; --line) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) return text.size();
    at = end + 1;
  }
  for (; column > 1 && at < text.size() && text[at] != '\n'; --column) wf::next_code_point(text, at);
  return at;
}

class Asking {
 public:
  Asking(Session& session, const Checked& checked)
      : session_(session), subject_{checked.read.workflow, *checked.graph, &session.sources} {}

  wf::Result<> run() {
    const std::string program = toolchain::find_program("shellcheck");
    if (program.empty())
      return wf::Error{"`shellcheck` is not installed", "install it, or leave out `--shellcheck`"};
    const auto folder = toolchain::make_temporary_folder();
    if (!folder) return folder.error();
    wf::Result<> result = wf::Done{};
    check::for_each_command(subject_.workflow, [&](const check::CommandText& command) {
      if (result) result = ask(program, *folder, *command.text);
    });
    toolchain::remove_folder(*folder);
    return result;
  }

 private:
  wf::Result<> ask(const std::string& program, const std::string& folder, const expr::Template& command) {
    const Script script = script_of(command);
    if (script.text.empty()) return wf::Done{};
    // Variables come from outside, and the first line names no shell.
    const std::vector<std::string> words = {
        program, "--norc", "--shell=sh", "--format=json1", "--severity=info", "--exclude=SC2154,SC2148", "-"};
    const auto ran = toolchain::run_with_input(words, script.text + "\n", folder);
    if (!ran) return ran.error();
    const auto answer = wf::parse_json(ran->output);
    if (!answer || !answer->is_object() || !answer->contains("comments"))
      return wf::Error{"`shellcheck` gave an answer that wfc cannot read", {}};
    for (const wf::Json& comment : (*answer)["comments"]) add(comment, script, command);
    return wf::Done{};
  }

  void add(const wf::Json& comment, const Script& script, const expr::Template& command) {
    std::string message = comment.value("message", std::string());
    if (message.empty()) return;
    if (message.back() == '.') message.pop_back();
    if (message.size() > 1 && message[0] >= 'A' && message[0] <= 'Z' &&
        !(message[1] >= 'A' && message[1] <= 'Z'))
      message[0] = static_cast<char>(message[0] - 'A' + 'a');
    const std::string code = "SC" + std::to_string(comment.value("code", 0));
    bool exact = true;
    auto draft = session_.report.add(diag::shell_problem, place(comment, script, command, exact),
                                     wf::printable(message, false));
    draft.label(code).note("https://www.shellcheck.net/wiki/" + code);
    const auto fix = comment.find("fix");
    if (fix == comment.end() || !fix->is_object() || !fix->contains("replacements")) return;
    std::vector<diag::Edit> edits;
    for (const wf::Json& one : (*fix)["replacements"])
      edits.push_back({place(one, script, command, exact), one.value("replacement", std::string())});
    if (!exact || edits.empty()) return;
    draft.fix("do as ShellCheck advises", edits[0].span, edits[0].new_text, false);
    for (std::size_t i = 1; i < edits.size(); ++i) draft.edit(edits[i].span, edits[i].new_text);
  }

  Span place(const wf::Json& what, const Script& script, const expr::Template& command, bool& exact) const {
    const std::size_t begin = offset_of(script.text, what.value("line", 1), what.value("column", 1));
    const std::size_t end = offset_of(script.text, what.value("endLine", 1), what.value("endColumn", 1));
    for (const Stretch& one : script.stretches) {
      if (begin < one.begin || end > one.end || end < begin) continue;
      const std::string_view text = one.node->text;
      const Span whole = one.node->span.known() ? one.node->span : command.span;
      const Span span =
          check::place_of_part(subject_, text, whole, text.substr(one.at + begin - one.begin, end - begin));
      exact = exact && !(span == whole);
      return span;
    }
    exact = false;
    return command.span;
  }

  Session& session_;
  const check::Subject subject_;
};

}  // namespace

wf::Result<> ask_shellcheck(Session& session, const Checked& checked) {
  if (checked.graph == nullptr) return wf::Done{};
  return Asking(session, checked).run();
}

}  // namespace wfc::driver
