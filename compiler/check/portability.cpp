// Finds what holds on one machine, or on one day, and not on the next: programs that the project does not
// name, values that no environment has room for, builds that read the clock, rules that no kernel can keep.
#include <algorithm>
#include <iterator>
#include <set>

#include "compiler/check/command_risks.h"
#include "compiler/check/places.h"
#include "runtime/rules/paths.h"

namespace wfc::check {
namespace {

// What every system has; POSIX's utilities, and what shells do themselves.
constexpr std::string_view everywhere[] = {
    ".",       ":",        "[",       "alias",  "awk",   "basename", "bash",     "bg",      "break",
    "case",    "cat",      "cd",      "chgrp",  "chmod", "chown",    "cksum",    "cmp",     "comm",
    "command", "continue", "cp",      "cut",    "date",  "dd",       "declare",  "df",      "diff",
    "dirname", "do",       "done",    "du",     "echo",  "elif",     "else",     "env",     "esac",
    "eval",    "exec",     "exit",    "export", "expr",  "false",    "fi",       "find",    "fold",
    "for",     "function", "getopts", "grep",   "hash",  "head",     "hostname", "id",      "if",
    "in",      "jobs",     "join",    "kill",   "let",   "ln",       "local",    "ls",      "mkdir",
    "mkfifo",  "mktemp",   "mv",      "nice",   "nl",    "nohup",    "od",       "paste",   "pathchk",
    "pr",      "printf",   "ps",      "pwd",    "read",  "readonly", "return",   "rm",      "rmdir",
    "sed",     "seq",      "set",     "sh",     "shift", "sleep",    "sort",     "source",  "split",
    "stat",    "stty",     "tail",    "tee",    "test",  "then",     "time",     "timeout", "touch",
    "tr",      "trap",     "true",    "tsort",  "tty",   "type",     "typeset",  "ulimit",  "umask",
    "unalias", "uname",    "uniq",    "unset",  "until", "wait",     "wc",       "which",   "while",
    "who",     "whoami",   "xargs",   "yes"};
constexpr std::string_view builders[] = {"make",  "cmake", "ninja", "cargo", "go",      "docker", "podman",
                                         "npm",   "yarn",  "pnpm",  "mvn",   "gradle",  "bazel",  "dotnet",
                                         "meson", "gcc",   "g++",   "clang", "clang++", "rustc",  "tsc"};
struct Changing {
  std::string_view text, what;
};
constexpr Changing changing[] = {{"$(date", "the clock"},     {"`date", "the clock"},
                                 {"$RANDOM", "chance"},       {"$(hostname", "the machine"},
                                 {"$(whoami", "the account"}, {"$(curl ", "the network"},
                                 {"$(wget ", "the network"}};

class Portability {
 public:
  Portability(const Subject& in, diag::Report& report) : in_(in), report_(report) {}

  void run() {
    const bool programs = in_.requirements != nullptr && in_.requirements->programs_declared;
    for_each_command(in_.workflow, [&](const CommandText& command) {
      const std::string written = written_text(*command.text);
      const bool changes = std::any_of(std::begin(changing), std::end(changing), [&](const Changing& one) {
        return written.find(one.text) != std::string::npos;
      });
      if (!programs && !changes) return;
      for (const std::vector<shell::CommandPart>& parts : shell::ways_of(*command.text).all) {
        const auto commands = shell::commands_of(parts);
        if (changes) find_changing(command, commands, written);
        if (programs)
          for (const shell::ShellCommand& one : commands) find_missing(command, one);
      }
    });
    if (in_.requirements != nullptr && in_.requirements->sandbox_required) find_unenforced();
  }

 private:
  void find_missing(const CommandText& command, const shell::ShellCommand& one) {
    const shell::ShellWord& first = one.words.front();
    const std::string& program = first.text;
    if (first.dynamic || program.empty() || program.find('/') != std::string::npos) return;
    if (program.find_first_of("(){}!=$") != std::string::npos) return;
    if (std::find(std::begin(everywhere), std::end(everywhere), program) != std::end(everywhere)) return;
    const auto& known = in_.requirements->programs;
    if (std::find(known.begin(), known.end(), program) != known.end() || !said_.insert(program).second)
      return;
    report_.add(diag::missing_program, place_of_word(in_, *command.text, program), program)
        .label("it is used here")
        .help("add it to `requires` in `wfc.toml`");
  }

  // A build that says different things every time it is run.
  void find_changing(const CommandText& command, const std::vector<shell::ShellCommand>& commands,
                     const std::string& written) {
    const bool builds = std::any_of(commands.begin(), commands.end(), [](const shell::ShellCommand& one) {
      return std::find(std::begin(builders), std::end(builders), program_name(one.words.front().text)) !=
                 std::end(builders) &&
             std::any_of(one.words.begin(), one.words.end(),
                         [](const shell::ShellWord& word) { return word.dynamic; });
    });
    if (!builds) return;
    for (const Changing& one : changing) {
      if (written.find(one.text) == std::string::npos) continue;
      report_.add(diag::non_reproducible, place_of_word(in_, *command.text, one.text), one.what)
          .label("the same sources give another result each time")
          .help("give it as an input of the workflow, or take it from the commit that is built");
      return;
    }
  }

  // Kernels know files and folders. Which files have names of some form only a look afterwards can tell.
  void find_unenforced() {
    for (const Located<std::string>& written : in_.workflow.paths.deny) {
      wf::rules::PathProblem problem;
      const auto rule = wf::rules::PathRule::read(written.value, problem);
      if (!rule || !rule->has_wildcards()) continue;
      report_
          .add(diag::target_unsupported, place_of_part(in_, written.value, written.span, written.value),
               written.value)
          .label("no kernel can forbid names of some form, and `wfc.toml` says that the sandbox is required")
          .help("name the folders, or write `sandbox = \"auto\"`");
    }
  }

  const Subject& in_;
  diag::Report& report_;
  std::set<std::string> said_;
};

}  // namespace

void portability(const Subject& in, diag::Report& report) {
  Portability(in, report).run();
}

}  // namespace wfc::check
