// Follows what inputs, events and agents set to where something would read it as a program: into the scripts
// of interpreters, and into the prompts of agents that could do harm with what they are told.
#include <algorithm>
#include <iterator>
#include <optional>

#include "compiler/check/command_risks.h"
#include "compiler/check/shell_flow.h"
#include "compiler/diag/edits.h"
#include "compiler/insight/origins.h"

namespace wfc::check {
namespace {

using insight::Hop;
using insight::Origin;
using insight::Origins;
using model::StepIndex;
using shell::CommandPart;
using shell::ShellCommand;
using shell::ShellWord;

struct Interpreter {
  std::string_view name;     // Of the program, without its version.
  std::string_view letters;  // The last letter of the option before a script...
  std::string_view options;  // ... or the whole option.
  std::string_view language;
  enum Program : std::uint8_t {
    option,
    operand,
    input
  } program = option;  // What it runs without such options.
};
constexpr Interpreter interpreters[] = {
    {"python", "c", "-c", "Python", Interpreter::input},
    {"pypy", "c", "-c", "Python", Interpreter::input},
    {"perl", "eE", "-e", "Perl", Interpreter::input},
    {"ruby", "e", "-e", "Ruby", Interpreter::input},
    {"node", "ep", "--eval", "JavaScript", Interpreter::input},
    {"deno", "", "eval", "JavaScript"},
    {"bun", "e", "--eval", "JavaScript"},
    {"php", "r", "--run", "PHP", Interpreter::input},
    {"lua", "e", "-e", "Lua", Interpreter::input},
    {"Rscript", "e", "-e", "R"},
    {"pwsh", "c", "-Command", "PowerShell"},
    {"psql", "c", "--command", "SQL", Interpreter::input},
    {"mysql", "e", "--execute", "SQL", Interpreter::input},
    {"awk", "e", "--source", "awk", Interpreter::operand},
    {"gawk", "e", "--source", "awk", Interpreter::operand},
    {"mawk", "", "", "awk", Interpreter::operand},
    {"sed", "e", "--expression", "sed", Interpreter::operand},
    {"gsed", "e", "--expression", "sed", Interpreter::operand},
};
constexpr std::string_view shells[] = {"sh", "bash", "dash", "zsh", "ksh"};
constexpr std::string_view containers[] = {"docker", "podman", "nerdctl", "kubectl", "oc"};
constexpr std::string_view sign_words[] = {"python", "pypy", "perl",    "ruby",   "node",   "deno",  "bun",
                                           "php",    "lua",  "Rscript", "pwsh",   "psql",   "mysql", "awk",
                                           "ssh",    "eval", "sh",      "source", "/stdin", "sed"};

bool is_shell(std::string_view program) {
  return std::find(std::begin(shells), std::end(shells), program) != std::end(shells);
}

std::string_view without_version(std::string_view program) {
  while (!program.empty() && (program.back() == '.' || (program.back() >= '0' && program.back() <= '9')))
    program.remove_suffix(1);
  return program;
}

const Interpreter* interpreter_of(std::string_view program) {
  const auto known = std::find_if(
      std::begin(interpreters), std::end(interpreters),
      [&](const Interpreter& one) { return one.name == program || one.name == without_version(program); });
  return known == std::end(interpreters) ? nullptr : &*known;
}

// The host of `ssh`; options before it may have values.
std::size_t host_behind(const std::vector<ShellWord>& words, std::size_t ssh) {
  static constexpr std::string_view with_value = "bcDEeFIiJLlmOopQRSWw";
  std::size_t next = ssh + 1;
  while (next < words.size() && words[next].text.size() > 1 && words[next].text[0] == '-') {
    const bool value =
        words[next].text.size() == 2 && with_value.find(words[next].text[1]) != std::string_view::npos;
    next += value ? 2 : 1;
  }
  return next;
}

// ------------------------------------------------------------------------------------------ standard input
bool is_input(std::string_view word) {
  return word == "-" || word == "/dev/stdin" || word == "/dev/fd/0" || word == "/proc/self/fd/0";
}
bool is_option(const ShellWord& word) {
  return word.text.size() > 1 && (word.text[0] == '-' || word.text[0] == '+');
}

// Does a shell with these words behind its name run what it reads?
bool shell_runs_input(const std::vector<ShellWord>& words, std::size_t shell) {
  for (std::size_t i = shell + 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (!is_option(words[i])) return is_input(word);
    if (word == "--help" || word == "--version") return false;
    if (word.starts_with("--")) {
      if (word == "--rcfile" || word == "--init-file") ++i;
      continue;
    }
    // Its script; or it reads without running anything.
    if (word.find_first_of("cn") != std::string::npos) return false;
    if (word.find('s') != std::string::npos) return true;
    if (word.back() == 'o' || word.back() == 'O') ++i;
  }
  return true;
}

bool interpreter_runs_input(const Interpreter& one, const std::vector<ShellWord>& words, std::size_t at) {
  if (one.program != Interpreter::input) return false;
  const bool sql = one.language == "SQL";  // Its operands name a database.
  for (std::size_t i = at + 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (is_input(word)) return true;
    if (!is_option(words[i])) {
      if (sql) continue;
      return false;
    }
    if (word == one.options || word.starts_with(std::string(one.options) + "=") || word == "--version")
      return false;
    if (word.starts_with("--")) {
      if (word.starts_with("--file")) return false;
      continue;
    }
    // A script, a module, a file.
    if (word.find_first_of(std::string(one.letters) + (sql ? "f" : "m")) != std::string::npos) return false;
  }
  return true;
}

std::vector<ShellWord> split(const std::vector<ShellWord>& words, std::size_t from) {
  std::vector<ShellWord> all;
  for (; from < words.size(); ++from) {
    const std::string& text = words[from].text;
    for (std::size_t at = 0; at <= text.size();) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      if (end > at || text.empty()) all.push_back({.text = text.substr(at, end - at), .dynamic = true});
      at = end + 1;
    }
  }
  for (ShellWord& word : all) word.dynamic = word.text.empty();
  return all;
}

// What runs the standard input of such a command; empty: nothing does.
std::string runner_of_input(const std::vector<ShellWord>& words, std::size_t from = 0) {
  const std::size_t at = program_at(words, from);
  if (at >= words.size() || words[at].dynamic) return {};
  const std::string_view program = program_name(words[at].text);
  const std::string quoted = "`" + std::string(program) + "`";
  if (program == "." || program == "source")
    return at + 1 < words.size() && is_input(words[at + 1].text) ? quoted : "";
  if (is_shell(program)) return shell_runs_input(words, at) ? quoted : "";
  if (program == "ssh") {
    const std::size_t host = host_behind(words, at);
    if (host >= words.size()) return {};
    if (host + 1 == words.size()) return "the shell of the other host";
    return runner_of_input(split(words, host + 1));
  }
  if (std::find(std::begin(containers), std::end(containers), program) != std::end(containers)) {
    // What is started in there.
    for (std::size_t i = at + 1; i < words.size(); ++i) {
      const std::string_view inner = program_name(words[i].text);
      if (!words[i].dynamic && (is_shell(inner) || interpreter_of(inner) != nullptr))
        return runner_of_input(words, i);
    }
    return {};
  }
  const Interpreter* one = interpreter_of(program);
  return one != nullptr && interpreter_runs_input(*one, words, at) ? std::string(one->language) : "";
}

// A word that something reads as a program, and what reads it.
struct Script {
  const ShellWord* word;
  std::string reader;
};

class Injection {
 public:
  Injection(const Subject& in, diag::Report& report) : in_(in), report_(report) {}

  void commands() {
    for_each_command(in_.workflow, [&](const CommandText& command) {
      const bool values = !command.text->constant();
      const bool variables = command.step != model::none && !in_.workflow.steps[command.step].env.empty();
      if (!values && !variables) return;
      const std::string written = written_text(*command.text);
      if (std::none_of(std::begin(sign_words), std::end(sign_words),
                       [&](std::string_view sign) { return written.find(sign) != std::string::npos; }))
        return;
      for (const std::vector<CommandPart>& parts : shell::ways_of(*command.text).all) {
        const shell::ShellWords shell = shell::reading_of(parts);
        const ShellFlow flow(shell, Passing::parts);
        for (std::size_t i = 0; i < shell.commands.size(); ++i) look_at({command, parts, shell, flow}, i);
      }
    });
  }

  // Folders and files that somebody else than the author and whoever starts the run may name.
  void paths() {
    for (StepIndex i = 0; i < in_.workflow.steps.size(); ++i) {
      const model::Step& step = in_.workflow.steps[i];
      if (step.folder && !step.folder->constant()) path(*step.folder, i);
      if (!step.extras) continue;
      for (const model::Artifact& artifact : step.extras->artifacts)
        if (artifact.from && !artifact.from->constant()) path(*artifact.from, i);
    }
  }

  void prompts() {
    const auto& triggers = in_.workflow.triggers;
    const bool listens = std::any_of(triggers.begin(), triggers.end(), [](const model::Trigger& trigger) {
      return trigger.kind == wf::TriggerKind::event || trigger.kind == wf::TriggerKind::webhook;
    });
    if (!listens) return;
    // What a program prints need not be what an event brought, and people read it before they believe it.
    origins_.emplace(in_.workflow, insight::Programs::keep);
    find_approved();
    for (StepIndex i = 0; i < in_.workflow.steps.size(); ++i) {
      const model::Step& step = in_.workflow.steps[i];
      if (step.kind != wf::StepKind::agent || step.broken) continue;
      look_at_prompt(i, step);
    }
  }

 private:
  static constexpr std::string_view other_host = "the shell of the other host";
  static constexpr Origin all_origins[] = {Origin::event, Origin::agent, Origin::input};

  const Origins& origins() {
    if (!origins_) origins_.emplace(in_.workflow);
    return *origins_;
  }

  // A way through the text of a command, and what goes where on it.
  struct Reading {
    const CommandText& command;
    const std::vector<CommandPart>& parts;
    const shell::ShellWords& shell;
    const ShellFlow& flow;
  };

  void look_at(const Reading& reading, std::size_t index) {
    const ShellCommand& command = reading.shell.commands[index];
    const std::vector<Script> scripts = scripts_of(command);
    for (const Script& script : scripts) look_at(reading, reading.flow.in(*script.word), script.reader);
    if (!command.reads_pipe && command.inputs.empty()) return;
    std::string runner = runner_of_input(command.words);
    if (runner.empty()) runner = runner_of_arguments(command.words, scripts);
    if (!runner.empty()) look_at(reading, reading.flow.read_by(index), runner);
  }

  // `xargs sh -c`: what it reads is put behind the words, or where its `-I` says.
  static std::string runner_of_arguments(const std::vector<ShellWord>& words,
                                         const std::vector<Script>& scripts) {
    const std::size_t xargs = program_at(words);
    if (xargs >= words.size() || program_name(words[xargs].text) != "xargs") return {};
    std::string mark;
    for (std::size_t i = xargs + 1; i < words.size() && is_option(words[i]); ++i) {
      const std::string& word = words[i].text;
      if (word == "-I" && i + 1 < words.size())
        mark = words[++i].text;
      else if (word.starts_with("-I"))
        mark = word.substr(2);
      else if (word.starts_with("--replace="))
        mark = word.substr(10);
      else if (word == "-i" || word == "--replace")
        mark = "{}";
      else if (word.size() == 2 && std::string_view("nPLdsaE").find(word[1]) != std::string_view::npos)
        ++i;
    }
    for (const Script& script : scripts) {
      const bool remote = script.reader == other_host;
      if (mark.empty() ? remote : script.word->text.find(mark) != std::string::npos) return script.reader;
    }
    if (!mark.empty() || !scripts.empty() || words.size() < xargs + 3) return {};
    // The script is what comes.
    const std::string& last = words.back().text;
    for (std::size_t i = xargs + 1; i + 1 < words.size(); ++i) {
      const std::string_view program = program_name(words[i].text);
      const Interpreter* one = interpreter_of(program);
      if (is_shell(program) && is_option(words.back()) && last.ends_with('c'))
        return "`" + std::string(program) + " -c`";
      if (one != nullptr && last == one->options) return std::string(one->language);
    }
    return {};
  }

  // Where the word of that place is a program to be started, as far as that can be told.
  static bool starts(const std::vector<ShellWord>& words, std::size_t at) {
    if (at == program_at(words)) return true;
    const auto begins = [](const ShellWord& word) {
      static constexpr std::string_view before[] = {"xargs", "-exec", "-execdir", "-ok", "exec", "run"};
      return std::find(std::begin(before), std::end(before), program_name(word.text)) != std::end(before);
    };
    return std::any_of(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(at), begins);
  }

  static std::vector<Script> scripts_of(const ShellCommand& command) {
    std::vector<Script> scripts;
    const std::vector<ShellWord>& words = command.words;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i].dynamic) continue;
      const std::string_view program = program_name(words[i].text);
      const bool shell = is_shell(program);
      if (program == "eval" && i == 0) {
        for (std::size_t next = 1; next < words.size(); ++next) scripts.push_back({&words[next], "`eval`"});
        return scripts;
      }
      if (program == "ssh") {
        // All words after the host are joined and given to a shell over there.
        for (std::size_t next = host_behind(words, i) + 1; next < words.size(); ++next)
          scripts.push_back({&words[next], std::string(other_host)});
        return scripts;
      }
      if ((program == "." || program == "source") && i == 0) {
        if (words.size() > 1 && words[1].file)
          scripts.push_back({&words[1], "`" + std::string(program) + "`"});
        return scripts;
      }
      const Interpreter* known = interpreter_of(program);
      if (known == nullptr && !shell) continue;
      const Interpreter& one = shell ? interpreters[0] : *known;  // `-c`, as Python.
      if (one.program == Interpreter::operand) {
        if (!starts(words, i)) continue;
        add_operand(one, words, i, scripts);
        return scripts;
      }
      const std::string reader = shell ? "`" + std::string(program) + " -c`" : std::string(one.language);
      for (std::size_t next = i + 1; next < words.size(); ++next) {
        if (takes_script(one, words, next, reader, scripts)) return scripts;
        if (words[next].file)
          scripts.push_back({&words[next], shell ? "`" + std::string(program) + "`" : reader});
        if (!words[next].text.starts_with('-')) break;  // A file; what follows are its arguments.
      }
    }
    return scripts;
  }

  // An option with its script: within the same word, or in the next one.
  static bool takes_script(const Interpreter& one, const std::vector<ShellWord>& words, std::size_t at,
                           const std::string& reader, std::vector<Script>& scripts) {
    const std::string& word = words[at].text;
    const bool whole = !one.options.empty() && word == one.options;
    const bool letter = word.size() > 1 && word[0] == '-' && word[1] != '-' &&
                        one.letters.find(word.back()) != std::string_view::npos;
    const bool joined = one.options.starts_with("--") && word.starts_with(std::string(one.options) + "=");
    if (joined || ((whole || letter) && words[at].dynamic)) {
      scripts.push_back({&words[at], reader});
      return true;
    }
    if ((!whole && !letter) || at + 1 >= words.size()) return false;
    scripts.push_back({&words[at + 1], reader});
    return true;
  }

  // sed and awk: scripts of options, a file that holds one, or else the first operand.
  static void add_operand(const Interpreter& one, const std::vector<ShellWord>& words, std::size_t at,
                          std::vector<Script>& scripts) {
    const std::string reader(one.language);
    bool given = false;
    for (std::size_t next = at + 1; next < words.size(); ++next) {
      const std::string& word = words[next].text;
      if (word == "--") continue;
      if (word.size() < 2 || word[0] != '-') {
        if (!given) scripts.push_back({&words[next], reader});
        return;
      }
      const std::size_t before = scripts.size();
      if (takes_script(one, words, next, reader, scripts)) {
        given = true;
        if (scripts.size() > before && scripts.back().word != &words[next]) ++next;
      } else if (word == "-f" || word == "--file") {
        given = true;
        ++next;
      } else if (word.starts_with("-f") || word.starts_with("--file=")) {
        given = true;
      } else if (word == "-v" || word == "-F" || (word == "-l" && one.language == "sed")) {
        ++next;  // The value of an option.
      }
    }
  }

  void look_at(const Reading& reading, const Contents& contents, const std::string& reader) {
    const CommandText& command = reading.command;
    for (const std::size_t value : contents.values) {
      const CommandPart& part = reading.parts[value];
      // What is refused is, whoever sets it, and `safe` has a message of its own.
      const bool refused = std::any_of(reading.shell.refusals.begin(), reading.shell.refusals.end(),
                                       [&](const shell::Refusal& one) { return one.span == part.span; });
      if (refused || is_raw(part)) continue;
      if (own_of_ != command.text) own_ = origins().own_names(*command.text, command.step);
      own_of_ = command.text;
      for (const Origin origin : all_origins) {
        if (!origins().reaches(origin, part.value, command.step, own_)) continue;
        add(part.span, reader, origins().way(origin, part.value, command.step, own_));
        return;
      }
    }
    if (command.step == model::none) return;
    for (const std::string& variable : contents.variables) {
      for (const model::NamedValue& env : in_.workflow.steps[command.step].env) {
        if (env.name.value != variable) continue;
        for (const Origin origin : all_origins) {
          const bool reached = env.value  ? origins().reaches(origin, *env.value, command.step)
                               : env.text ? origins().reaches(origin, *env.text, command.step)
                                          : false;
          if (!reached) continue;
          auto way = env.value ? origins().way(origin, *env.value, command.step)
                               : origins().way(origin, *env.text, command.step);
          way.push_back({"`" + variable + "` holds it", env.name.span});
          add(place_of_variable(in_, *command.text, variable), reader, way);
          return;
        }
      }
    }
  }

  static bool is_raw(const CommandPart& part) {
    return part.value.size() == 1 && part.value[0].kind == expr::NodeKind::value &&
           part.value[0].expr.kind == dsl::ExprKind::filter && part.value[0].expr.text == "safe";
  }

  void path(const expr::Template& text, StepIndex step) {
    for (const Origin origin : {Origin::event, Origin::agent}) {
      if (!origins().reaches(origin, text, step)) continue;
      auto draft = report_.add(diag::untrusted_path, place_of_use(origin, text, step),
                               origin == Origin::event ? "whoever sends the event" : "an agent");
      draft.label("it may lead anywhere in the repository");
      for (const Hop& hop : origins().way(origin, text, step)) draft.path(hop.span, hop.what);
      draft.help("choose among paths that are written here, with `if`");
      return;
    }
  }

  void add(Span span, const std::string& reader, const std::vector<Hop>& way) {
    auto draft = report_.add(diag::command_injection, span, reader);
    draft.label("whoever sets this value can make it run anything");
    for (const Hop& hop : way) draft.path(hop.span, hop.what);
    draft.help("pass it with `env` and read it there as data, or as an argument behind the script");
  }

  // ---------------------------------------------------------------------------------------------- prompts
  // What tools are called, here and by agents that bring their own.
  struct Capability {
    std::vector<std::string_view> names;    // Any of them is enough to have it.
    std::vector<std::string_view> aliases;  // Likewise, where only what is named is allowed.
  };
  static bool holds(std::string_view category, std::string_view tool) {
    return tool.size() > category.size() && tool.starts_with(category) && tool[category.size()] == '.';
  }
  static bool same(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
      return (x >= 'A' && x <= 'Z' ? x - 'A' + 'a' : x) == (y >= 'A' && y <= 'Z' ? y - 'A' + 'a' : y);
    });
  }

  // By what the workflow and the step say of tools.
  bool may(const model::Step& step, const Capability& what) const {
    std::vector<const model::ToolRule*> rules;
    for (const model::ToolRule& rule : in_.workflow.tools) rules.push_back(&rule);
    if (step.extras)
      for (const model::ToolRule& rule : step.extras->tools) rules.push_back(&rule);
    const bool closed = std::any_of(rules.begin(), rules.end(), [](const auto* rule) { return rule->allow; });
    const auto has = [&](std::string_view name, bool alias) {
      bool allowed = !closed && !alias;
      for (const model::ToolRule* rule : rules) {
        const std::string& tool = rule->tool.value;
        const bool covers = same(tool, name) || holds(tool, name);
        if (!rule->allow && covers) return false;
        if (rule->allow && (covers || holds(name, tool))) allowed = true;
      }
      return allowed;
    };
    return std::any_of(what.names.begin(), what.names.end(),
                       [&](std::string_view name) { return has(name, false); }) ||
           std::any_of(what.aliases.begin(), what.aliases.end(),
                       [&](std::string_view name) { return has(name, true); });
  }
  bool may_write(const model::Step& step) const {
    return may(step,
               {{"file_system.write", "code_execution"}, {"write", "edit", "bash", "shell", "execute"}});
  }
  bool may_send(const model::Step& step) const {
    // Whoever denies the network by one of its names has closed it.
    for (const model::ToolRule& rule : step.extras ? step.extras->tools : in_.workflow.tools)
      for (const std::string_view name : {"network", "web", "http"})
        if (!rule.allow && same(rule.tool.value, name)) return false;
    return may(step, {{"external_apis"},
                      {"network", "web", "http", "browser", "fetch", "webfetch", "bash", "shell"}});
  }

  // Has a person said yes on every way to the step?
  void find_approved() {
    const std::vector<model::Step>& steps = in_.workflow.steps;
    approved_.assign(steps.size(), 0);
    for (const StepIndex step : in_.graph.order()) {
      for (const StepIndex before : in_.graph.needs(step)) {
        const model::Step& gate = steps[before];
        const bool asks = gate.kind == wf::StepKind::approve && !gate.when && gate.branch == model::none;
        if (asks || approved_[before]) approved_[step] = 1;
      }
    }
  }

  static const model::NamedValue* secret_of(const model::Step& step) {
    for (const auto* values : {&step.env, &step.with})
      for (const model::NamedValue& value : *values)
        if (value.value && value.value->kind == dsl::ExprKind::field && !value.value->children.empty() &&
            value.value->children[0].binding.kind == dsl::BindingKind::secrets)
          return &value;
    return nullptr;
  }

  void look_at_prompt(StepIndex i, const model::Step& step) {
    for (const model::Text& text : step.prompt) {
      if (!origins().reaches(Origin::event, text.text, i)) continue;
      const model::NamedValue* secret = secret_of(step);
      const bool writes = may_write(step);
      const bool steals = secret != nullptr && may_send(step);
      if ((!steals && !writes) || approved_[i]) return;
      const std::vector<Hop> way = origins().way(Origin::event, text.text, i);
      auto draft =
          report_.add(diag::prompt_injection, place_of_use(Origin::event, text.text, i), step.id.value);
      if (steals) {
        draft.severity(diag::Severity::error)
            .label("it may tell the agent to send `" + secret->name.value + "` away")
            .also(secret->name.span, "the agent holds a secret, and the network is open to it")
            .help("take the secret away from this step, or deny it the network: `deny tools external_apis`");
      } else {
        draft.label("it may tell the agent what to write and what to run")
            .help("let an agent that only reads look at it first, or put an approval in between");
        if (in_.sources != nullptr && in_.workflow.one_space)
          draft.fix(
              "let it only read",
              diag::with_setting(*in_.sources, step.span, "deny tools file_system.write, code_execution"),
              false);
      }
      for (const Hop& hop : way) draft.path(hop.span, hop.what);
      return;
    }
  }

  // The first placeholder through which it comes.
  Span place_of_use(Origin origin, const expr::Template& text, StepIndex step) {
    const insight::OwnNames own = origins().own_names(text, step);
    for (const expr::TemplateNode& node : text.nodes)
      if (origins().reaches(origin, {node}, step, own)) return node.span.known() ? node.span : text.span;
    return text.span;
  }

  const Subject& in_;
  diag::Report& report_;
  std::optional<Origins> origins_;
  const expr::Template* own_of_ = nullptr;  // The command whose ...
  insight::OwnNames own_;                   // ... own names these are.
  std::vector<char> approved_;              // Of each step: a person has said yes before it.
};

}  // namespace

void injection(const Subject& in, diag::Report& report) {
  Injection all(in, report);
  all.commands();
  all.paths();
  all.prompts();
}

}  // namespace wfc::check
