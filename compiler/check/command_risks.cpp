// Finds commands that are dangerous whatever they are given: programs that nobody has pinned, agents that
// nothing confines, paths that one machine has.
#include "compiler/check/command_risks.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "compiler/check/places.h"

namespace wfc::check {

void for_each_command(const model::Workflow& workflow, const std::function<void(const CommandText&)>& visit) {
  for (model::StepIndex i = 0; i < workflow.steps.size(); ++i) {
    const model::Step& step = workflow.steps[i];
    if (step.kind != wf::StepKind::command || step.broken) continue;
    for (const model::Text& text : step.prompt) visit({&text.text, i});
  }
  if (workflow.guardrail) visit({&*workflow.guardrail, model::none});
}

namespace {

// Every text of it, those that its tags hold, too.
template <class Visit>
void for_each_text(const std::vector<expr::TemplateNode>& nodes, const Visit& visit) {
  for (const expr::TemplateNode& node : nodes) {
    if (node.kind == expr::NodeKind::text) visit(node);
    if (!node.block) continue;
    for (const std::vector<expr::TemplateNode>& body : node.block->bodies) for_each_text(body, visit);
  }
}

}  // namespace

std::string written_text(const expr::Template& text) {
  std::string all;
  for_each_text(text.nodes, [&](const expr::TemplateNode& node) { all += node.text; });
  return all;
}

Span place_of_word(const Subject& in, const expr::Template& text, std::string_view word,
                   std::string_view behind) {
  Span place = text.span;
  bool found = word.empty();
  for_each_text(text.nodes, [&](const expr::TemplateNode& node) {
    const std::size_t from = behind.empty() ? 0 : node.text.find(behind);
    const std::size_t at = from == std::string::npos ? from : node.text.find(word, from);
    if (at == std::string::npos || found) return;
    const Span span = node.span.known() ? node.span : text.span;
    place = place_of_part(in, node.text, span, std::string_view(node.text).substr(at, word.size()));
    found = true;
  });
  return place;
}

Span place_of_variable(const Subject& in, const expr::Template& text, std::string_view name,
                       std::string_view behind) {
  const Span place = place_of_word(in, text, "$" + std::string(name), behind);
  return place == text.span ? place_of_word(in, text, "${" + std::string(name), behind) : place;
}

std::string_view program_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

namespace {

using shell::ShellCommand;
using shell::ShellWord;

template <std::size_t N>
bool listed(const std::string_view (&list)[N], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

// Programs that fetch and run what a name and a version say.
constexpr std::string_view fetchers[] = {"npx", "bunx", "pnpx", "npm",  "pnpm", "yarn", "bun",
                                         "go",  "uvx",  "uv",   "pipx", "deno", "gh"};
constexpr std::string_view containers[] = {"docker", "podman", "nerdctl"};
constexpr std::string_view downloads[] = {"curl", "wget"};
constexpr std::string_view shells[] = {"sh", "bash", "dash", "zsh", "ksh"};
constexpr std::string_view confining[] = {"docker", "podman",    "nerdctl",     "bwrap",   "firejail",
                                          "nsjail", "minijail0", "systemd-run", "unshare", "sandbox-exec"};
constexpr std::string_view unconfined_flags[] = {"--dangerously-skip-permissions",
                                                 "--dangerously-bypass-approvals-and-sandbox",
                                                 "--allow-dangerously-skip-permissions",
                                                 "--dangerously-allow-all",
                                                 "--yolo",
                                                 "--allow-all-tools",
                                                 "--trust-all-tools",
                                                 "--permission-mode=bypassPermissions",
                                                 "--approval-mode=yolo",
                                                 "--sandbox=danger-full-access"};
struct FlagPair {
  std::string_view flag, value;
};
constexpr FlagPair unconfined_pairs[] = {{"--permission-mode", "bypassPermissions"},
                                         {"--approval-mode", "yolo"},
                                         {"--sandbox", "danger-full-access"},
                                         {"-s", "danger-full-access"}};
// Any of these stands in a text that is worth reading word by word.
constexpr std::string_view signs[] = {"latest",     "curl",
                                      "wget",       "--dangerously",
                                      "--yolo",     "bypassPermissions",
                                      "-all-tools", "danger-full-access",
                                      "yolo",       "/home/",
                                      "/Users/"};

class Risks {
 public:
  Risks(const Subject& in, diag::Report& report) : in_(in), report_(report) {}

  void look_at(const CommandText& command) {
    const std::string written = written_text(*command.text);
    if (std::none_of(std::begin(signs), std::end(signs),
                     [&](std::string_view sign) { return written.find(sign) != std::string::npos; }))
      return;
    text_ = command.text;
    for (const std::vector<shell::CommandPart>& parts : shell::ways_of(*command.text).all) {
      const std::vector<ShellCommand> commands = shell::commands_of(parts);
      for (std::size_t i = 0; i < commands.size(); ++i) {
        unpinned(commands[i]);
        downloaded(commands, i, written);
        unconfined(commands[i]);
        homes(commands[i]);
      }
    }
  }

 private:
  static bool starts(const ShellCommand& command, std::string_view program) {
    return std::any_of(command.words.begin(), command.words.end(),
                       [&](const ShellWord& word) { return program_name(word.text) == program; });
  }
  template <std::size_t N>
  static bool starts_one_of(const ShellCommand& command, const std::string_view (&programs)[N]) {
    return std::any_of(std::begin(programs), std::end(programs),
                       [&](std::string_view program) { return starts(command, program); });
  }

  void unpinned(const ShellCommand& command) {
    const bool fetches = starts_one_of(command, fetchers);
    const bool contains = starts_one_of(command, containers);
    if (!fetches && !contains) return;
    for (const ShellWord& word : command.words) {
      if (fetches && word.text.size() > 7 && word.text.ends_with("@latest")) {
        add_unpinned(word.text,
                     "a version, such as `" + word.text.substr(0, word.text.size() - 6) + "1.2.3`");
      } else if (contains && word.text.size() > 7 && word.text.ends_with(":latest")) {
        add_unpinned(word.text, "a tag that stays, or the image's digest");
      }
    }
  }
  void add_unpinned(const std::string& what, const std::string& instead) {
    report_.add(diag::unpinned_tool, place_of_word(in_, *text_, what), what)
        .label("whatever is published under this name is run")
        .help("name " + instead);
  }

  // `curl ... | sh`, `sh -c "$(curl ...)"`, `bash <(curl ...)`
  void downloaded(const std::vector<ShellCommand>& commands, std::size_t i, const std::string& written) {
    if (i == 0) return;
    const std::vector<ShellWord>& before = commands[i - 1].words;
    const auto program = std::find_if(before.begin(), before.end(), [](const ShellWord& word) {
      return listed(downloads, program_name(word.text));
    });
    if (program == before.end()) return;
    const ShellCommand& command = commands[i];
    const auto shell = std::find_if(command.words.begin(), command.words.end(), [](const ShellWord& word) {
      return listed(shells, program_name(word.text));
    });
    if (shell == command.words.end()) return;
    const std::string& download = program->text;
    const bool piped = command.reads_pipe && commands[i - 1].writes_pipe;
    const bool substituted = written.find("$(" + download) != std::string::npos ||
                             written.find("<(" + download) != std::string::npos;
    if (!piped && !substituted) return;
    report_.add(diag::unpinned_tool, place_of_word(in_, *text_, download), download)
        .label("what it downloads is run without anybody having seen it")
        .help("download it, compare its checksum, then run it");
  }

  void unconfined(const ShellCommand& command) {
    if (!in_.workflow.paths.allow.empty() || !in_.workflow.paths.deny.empty()) return;
    if (starts_one_of(command, confining)) return;
    for (std::size_t i = 0; i < command.words.size(); ++i) {
      const std::string& word = command.words[i].text;
      const bool pair =
          std::any_of(std::begin(unconfined_pairs), std::end(unconfined_pairs), [&](const FlagPair& one) {
            return word == one.flag && i + 1 < command.words.size() && command.words[i + 1].text == one.value;
          });
      if (!pair && !listed(unconfined_flags, word)) continue;
      const std::string flag = pair ? word + " " + command.words[i + 1].text : word;
      const Span place = place_of_word(in_, *text_, flag);
      auto draft = report_.add(diag::unsafe_agent_mode, place, flag);
      draft.label("the agent may do anything that this account may")
          .help("name what it may write, with `allow paths`, or start it in a container");
      if (in_.sources != nullptr && place.begin > 0 && in_.sources->text(place) == flag) {
        const Span with_space{place.file, place.begin - 1, place.end};
        const bool space = in_.sources->text(with_space).front() == ' ';
        draft.fix("let it ask", space ? with_space : place, "", false);
      }
      return;
    }
  }

  void homes(const ShellCommand& command) {
    for (const ShellWord& word : command.words) {
      const std::size_t equals = word.text.find('=');
      std::string_view path = word.text;
      if (equals != std::string::npos) path.remove_prefix(equals + 1);
      std::string_view home;
      for (const std::string_view root : {"/home/", "/Users/"}) {
        if (!path.starts_with(root) || path.size() == root.size()) continue;
        // `/home/$USER` is whoever runs it.
        const std::string_view who = path.substr(root.size());
        if (std::any_of(word.variables.begin(), word.variables.end(),
                        [&](const std::string& variable) { return who.starts_with(variable); }))
          continue;
        home = path.substr(0, std::min(path.find('/', root.size()), path.size()));
      }
      if (home.empty()) continue;
      report_.add(diag::host_specific_path, place_of_word(in_, *text_, home), home)
          .label("other machines do not have this folder")
          .help("write the path from the repository's root, or begin it with `$HOME`");
      return;
    }
  }

  const Subject& in_;
  diag::Report& report_;
  const expr::Template* text_ = nullptr;
};

}  // namespace

void command_risks(const Subject& in, diag::Report& report) {
  Risks risks(in, report);
  for_each_command(in.workflow, [&](const CommandText& command) { risks.look_at(command); });
}

}  // namespace wfc::check
