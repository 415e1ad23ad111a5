// Follows what inputs, events and agents set to where something would read it as a program: into the scripts
// of interpreters, and into the prompts of agents that could do harm with what they are told.
#include <algorithm>
#include <iterator>
#include <optional>

#include "compiler/check/command_risks.h"
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
  std::string_view options;  // ... or the whole option. Empty both: its first operand is one.
  std::string_view language;
};
constexpr Interpreter interpreters[] = {
    {"python", "c", "-c", "Python"},
    {"pypy", "c", "-c", "Python"},
    {"perl", "eE", "-e", "Perl"},
    {"ruby", "e", "-e", "Ruby"},
    {"node", "ep", "--eval", "JavaScript"},
    {"deno", "", "eval", "JavaScript"},
    {"bun", "e", "--eval", "JavaScript"},
    {"php", "r", "--run", "PHP"},
    {"lua", "e", "-e", "Lua"},
    {"Rscript", "e", "-e", "R"},
    {"pwsh", "c", "-Command", "PowerShell"},
    {"psql", "c", "--command", "SQL"},
    {"mysql", "e", "--execute", "SQL"},
    {"awk", "", "", "awk"},
    {"gawk", "", "", "awk"},
    {"mawk", "", "", "awk"},
};
constexpr std::string_view shells[] = {"sh", "bash", "dash", "zsh", "ksh"};
constexpr std::string_view sign_words[] = {"python", "pypy", "perl", "ruby",    "node", "deno",
                                           "bun",    "php",  "lua",  "Rscript", "pwsh", "psql",
                                           "mysql",  "awk",  "ssh",  "eval",    "sh"};

std::string_view without_version(std::string_view program) {
  while (!program.empty() && (program.back() == '.' || (program.back() >= '0' && program.back() <= '9')))
    program.remove_suffix(1);
  return program;
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
      const std::vector<CommandPart> parts = shell::parts_of(*command.text);
      for (const ShellCommand& one : shell::commands_of(parts)) {
        for (const Script& script : scripts_of(one)) look_at(command, parts, script);
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
  static constexpr Origin all_origins[] = {Origin::event, Origin::agent, Origin::input};

  const Origins& origins() {
    if (!origins_) origins_.emplace(in_.workflow);
    return *origins_;
  }

  static std::vector<Script> scripts_of(const ShellCommand& command) {
    std::vector<Script> scripts;
    const std::vector<ShellWord>& words = command.words;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i].dynamic) continue;
      const std::string_view program = program_name(words[i].text);
      const bool shell = std::find(std::begin(shells), std::end(shells), program) != std::end(shells);
      if (program == "eval" && i == 0) {
        for (std::size_t next = 1; next < words.size(); ++next) scripts.push_back({&words[next], "`eval`"});
        return scripts;
      }
      if (program == "ssh") {
        add_remote(words, i, scripts);
        return scripts;
      }
      const auto known =
          std::find_if(std::begin(interpreters), std::end(interpreters), [&](const Interpreter& one) {
            return one.name == program || one.name == without_version(program);
          });
      if (known == std::end(interpreters) && !shell) continue;
      const Interpreter& one = shell ? interpreters[0] : *known;  // `-c`, as Python.
      const std::string reader = shell ? "`" + std::string(program) + " -c`" : std::string(one.language);
      for (std::size_t next = i + 1; next < words.size(); ++next) {
        const std::string& word = words[next].text;
        if (one.letters.empty() && one.options.empty()) {
          if (!word.starts_with('-')) {
            scripts.push_back({&words[next], reader});
            return scripts;
          }
          if (word == "-v" || word == "-F") ++next;  // The value of an option.
          continue;
        }
        const bool option = word == one.options || (word.size() > 1 && word[0] == '-' && word[1] != '-' &&
                                                    one.letters.find(word.back()) != std::string_view::npos);
        if (option && next + 1 < words.size()) {
          scripts.push_back({&words[next + 1], reader});
          return scripts;
        }
        if (!word.starts_with('-')) break;  // A file; what follows are its arguments.
      }
    }
    return scripts;
  }

  // All words after the host are joined and given to a shell over there.
  static void add_remote(const std::vector<ShellWord>& words, std::size_t ssh, std::vector<Script>& scripts) {
    static constexpr std::string_view with_value = "bcDEeFIiJLlmOopQRSWw";
    std::size_t next = ssh + 1;
    while (next < words.size() && words[next].text.size() > 1 && words[next].text[0] == '-') {
      const bool value =
          words[next].text.size() == 2 && with_value.find(words[next].text[1]) != std::string_view::npos;
      next += value ? 2 : 1;
    }
    for (++next; next < words.size(); ++next)
      scripts.push_back({&words[next], "the shell of the other host"});
  }

  void look_at(const CommandText& command, const std::vector<CommandPart>& parts, const Script& script) {
    for (const std::size_t value : script.word->values) {
      // The shell's own are refused whoever sets them, and `safe` has a message of its own.
      if (script.reader.find("`") != std::string::npos || is_raw(parts[value])) continue;
      const std::vector<expr::TemplateNode>& part = parts[value].value;
      if (own_of_ != command.text) own_ = origins().own_names(*command.text, command.step);
      own_of_ = command.text;
      for (const Origin origin : all_origins) {
        if (!origins().reaches(origin, part, command.step, own_)) continue;
        add(parts[value].span, script.reader, origins().way(origin, part, command.step, own_));
        return;
      }
    }
    if (command.step == model::none) return;
    for (const std::string& variable : script.word->variables) {
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
          add(place_of_word(in_, *command.text, "$" + variable), script.reader, way);
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
