// wfc completions: scripts for shells, made from the very command line that they complete.
#include <CLI/CLI.hpp>

#include "compiler/driver/commands.h"

namespace wfc::driver {
namespace {

struct CommandWords {
  std::string name;
  std::string description;
  std::vector<std::string> flags;
};

std::vector<CommandWords> all_words(const CLI::App& whole) {
  std::vector<CommandWords> commands;
  for (const CLI::App* app : whole.get_subcommands(nullptr)) {
    CommandWords words{app->get_name(), app->get_description(), {}};
    for (const CLI::Option* option : app->get_options())
      for (const std::string& flag : option->get_lnames()) words.flags.push_back("--" + flag);
    commands.push_back(std::move(words));
  }
  // `help` is no subcommand of the command line's library.
  commands.push_back({"help", "Show help, also of one command", {}});
  return commands;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string without_quotes(std::string text) {
  std::erase_if(text, [](char c) { return c == '\'' || c == '`' || c == '[' || c == ']' || c == ':'; });
  return text;
}

std::string bash(const std::vector<CommandWords>& commands) {
  std::string names;
  std::string cases;
  for (const CommandWords& command : commands) {
    names += (names.empty() ? "" : " ") + command.name;
    cases += "    " + command.name + ") words='" + joined(command.flags) + "' ;;\n";
  }
  return "# bash completion for wfc:  source <(wfc completions bash)\n"
         "_wfc() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} words=\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "    COMPREPLY=($(compgen -W '" +
         names +
         "' -- \"$current\"))\n"
         "    return\n"
         "  fi\n"
         "  case ${COMP_WORDS[1]} in\n" +
         cases +
         "  esac\n"
         "  case $current in\n"
         "    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$current\")) ;;\n"
         "    *) COMPREPLY=($(compgen -f -- \"$current\")) ;;\n"
         "  esac\n"
         "}\n"
         "complete -o filenames -F _wfc wfc\n";
}

std::string zsh(const std::vector<CommandWords>& commands) {
  std::string names;
  std::string cases;
  for (const CommandWords& command : commands) {
    names += "    '" + command.name + ":" + without_quotes(command.description) + "'\n";
    cases += "    " + command.name + ") compadd -- " + joined(command.flags) + " ;;\n";
  }
  return "#compdef wfc\n"
         "# zsh completion for wfc:  wfc completions zsh > ~/.zfunc/_wfc\n"
         "_wfc() {\n"
         "  local -a commands=(\n" +
         names +
         "  )\n"
         "  if (( CURRENT == 2 )); then\n"
         "    _describe command commands\n"
         "    return\n"
         "  fi\n"
         "  if [[ $PREFIX != -* ]]; then\n"
         "    _files\n"
         "    return\n"
         "  fi\n"
         "  case $words[2] in\n" +
         cases +
         "  esac\n"
         "}\n"
         "_wfc \"$@\"\n";
}

std::string fish(const std::vector<CommandWords>& commands) {
  std::string text =
      "# fish completion for wfc:  wfc completions fish > ~/.config/fish/completions/wfc.fish\n";
  for (const CommandWords& command : commands) {
    text += "complete -c wfc -n __fish_use_subcommand -f -a " + command.name + " -d '" +
            without_quotes(command.description) + "'\n";
    for (const std::string& flag : command.flags)
      text +=
          "complete -c wfc -n '__fish_seen_subcommand_from " + command.name + "' -l " + flag.substr(2) + "\n";
  }
  return text;
}

}  // namespace

Action add_completions(const CommandContext& context) {
  auto shell = std::make_shared<std::string>();
  CLI::App& app = context.app;
  app.description("Write a completion script");
  app.add_option("shell", *shell, "bash, zsh or fish")
      ->type_name("SHELL")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}).description(""));
  const CLI::App* whole = &context.whole;
  return [shell, whole](Console& console) {
    const std::vector<CommandWords> commands = all_words(*whole);
    console.out(*shell == "bash" ? bash(commands) : *shell == "zsh" ? zsh(commands) : fish(commands));
    return static_cast<int>(fine);
  };
}

}  // namespace wfc::driver
