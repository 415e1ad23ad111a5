// Compiles workflows whose texts are hostile, runs them, and compares what arrived byte for byte.
//
//   hostile WFC
//
// Each text travels three ways: as a prompt to an agent, as an agent's answer into a command, and as a part
// of the command itself. A file `x` that any of the texts would make if something executed it must never
// appear.
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "runtime/base/files.h"
#include "runtime/base/json.h"

extern char** environ;

namespace {

std::string folder;
int failures = 0;

void fail(const std::string& what) {
  ++failures;
  std::printf("FAILED: %s\n", what.c_str());
}

struct Ran {
  int exit = -1;
  std::string out;  // Both streams.
};

Ran run(const std::vector<std::string>& argv) {
  std::vector<char*> args;
  for (const std::string& arg : argv) args.push_back(const_cast<char*>(arg.c_str()));
  args.push_back(nullptr);
  const std::string log = folder + "/log";
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  pid_t pid = 0;
  Ran ran;
  const int error = posix_spawn(&pid, args[0], &actions, nullptr, args.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return ran;
  int status = 0;
  waitpid(pid, &status, 0);
  ran.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  ran.out = *wf::read_file(log);
  return ran;
}

void write(const std::string& name, const std::string& text, unsigned mode = 0644) {
  if (!wf::write_file(folder + "/" + name, text, mode)) std::abort();
}

std::string read(const std::string& name) {
  auto text = wf::read_file(folder + "/" + name);
  return text ? *text : "(no file " + name + ")";
}

// The text as a template that prints it.
std::string escape_braces(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{' && i + 1 < text.size() &&
        (text[i + 1] == '{' || text[i + 1] == '%' || text[i + 1] == '#')) {
      out += "{{ \"{" + std::string(1, text[i + 1]) + "\" }}";
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

// As a JSON string that is a YAML string too: YAML has DEL and the byte order mark only as escapes.
std::string yaml_text(const std::string& text) {
  std::string out = wf::write_json(wf::Json(text));
  const auto escape = [&](const std::string& bytes, const std::string& written) {
    for (std::size_t at = 0; (at = out.find(bytes, at)) != std::string::npos; at += written.size())
      out.replace(at, bytes.size(), written);
  };
  escape("\x7f", "\\u007f");
  escape("\xEF\xBB\xBF", "\\ufeff");
  return out;
}

std::string shell_quote(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::vector<std::string> texts() {
  std::vector<std::string> list = {
      "\"quoted\" and 'quoted' and `touch x`",
      ")\" )delim\" R\"( )\"",
      "a backslash at the end of a line \\\nand the next\\",
      "trigraphs ?"
      "?/ ?"
      "?= ?"
      "?' \?\?/\nend",
      "*/ // /* comment */ #include <x>",
      "%s %n %d %1$s %%",
      "$(touch x) ${IFS}touch x; touch x && touch x | touch x\ntouch x",
      "'; touch x; '",
      "\"; touch x; \"",
      "{{ braces }} {% if %} {# comment #}",
      "emoji \U0001F680\U0001F469\u200D\U0001F4BB and \u00e9\u0301 and \u4f60\u597d",
      "tabs\tand\rcarriage returns\r\nmixed",
      "\x01"
      "abc\x7f",
      "-n -e --version",
      "~ * ? [a-z] !history !! \\n \\0 \\x41",
      "WF0301 \xEF\xBB\xBF bom inside",
      "ends with newline\n",
      // An object as an output: its fields can be read, and its text is still its own.
      "{ \"z\": 1.10,\n\t\"id\": 12345678901234567890123, \"e\": \"\\u00e9\" }",
      "  spaces around  ",
      "#pragma once\n#error x",
      "\\u0041 \\101 \\\" \\' \\\\",
  };
  std::mt19937 random(7);
  for (int i = 0; i < 6; ++i) {
    static const char* const parts[] = {"\"", "'", "\\", "\n", "$", "`", "(",      ")", "{", "}",
                                        "%",  "?", "/",  "*",  "x", " ", "\u00e9", ";", "&", "|"};
    std::string text = "r";
    for (int k = 0; k < 200; ++k) text += parts[random() % (sizeof parts / sizeof *parts)];
    list.push_back(text);
  }
  return list;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string wfc = argv[1];
  char pattern[] = "/tmp/wf-hostile-XXXXXX";
  folder = mkdtemp(pattern);
  // The agent keeps the prompt it was given and answers nothing in particular.
  write("agent.sh", "#!/bin/sh\ncat > \"prompt.$WF_STEP\"\necho fine\n", 0755);

  const std::vector<std::string> list = texts();

  // As prompts, in YAML (written as JSON strings, which YAML reads alike) ...
  std::ostringstream yaml;
  yaml << "name: prompts\nsteps:\n";
  for (std::size_t i = 0; i < list.size(); ++i)
    yaml << "  - id: p" << i << "\n    agent: A\n    prompt: " << yaml_text(escape_braces(list[i])) << "\n";
  write("prompts.yaml", yaml.str());
  if (const Ran built = run({wfc, "build", "prompts.yaml", "-o", "prompts"}); built.exit != 0)
    fail("prompts.yaml: " + built.out);
  if (const Ran ran = run(
          {folder + "/prompts", "run", "--input", "task=t", "--agent", "A=command:./agent.sh", "--quiet"});
      ran.exit != 0)
    fail("prompts: exit " + std::to_string(ran.exit) + ": " + ran.out);
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (read("prompt.p" + std::to_string(i)) != list[i])
      fail("prompt " + std::to_string(i) +
           " did not arrive as it was written: " + wf::write_json(wf::Json(list[i])) + " became " +
           wf::write_json(wf::Json(read("prompt.p" + std::to_string(i)))));
  }

  // ... as answers into commands, inside and outside of quotes ...
  std::ostringstream dsl;
  wf::Json answers = wf::Json::object();
  dsl << "workflow answers\n\n";
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string n = std::to_string(i);
    answers["a" + n] = wf::Json::array({list[i]});
    dsl << "step a" << n << ": agent A \"say\"\n"
        << "step plain" << n << ": run \"printf %s {{ a" << n << " }} > plain." << n << "\"\n"
        << "step double" << n << ": run \"\"\"\n  printf %s \"<{{ a" << n << " }}>\" > double." << n
        << "\n  \"\"\"\n"
        << "step single" << n << ": run \"printf %s '<{{ a" << n << " }}>' > single." << n << "\"\n";
  }
  write("answers.wf", dsl.str());
  write("answers.json", wf::write_json({{"answers", answers}}));
  if (const Ran built = run({wfc, "build", "answers.wf", "-o", "answers"}); built.exit != 0)
    fail("answers.wf: " + built.out);
  if (const Ran ran = run({folder + "/answers", "run", "--agent", "A=replay:answers.json", "--quiet"});
      ran.exit != 0)
    fail("answers: exit " + std::to_string(ran.exit) + ": " + ran.out);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string n = std::to_string(i);
    if (read("plain." + n) != list[i])
      fail("answer " + n + " reached a command as " + wf::write_json(wf::Json(read("plain." + n))));
    if (read("double." + n) != "<" + list[i] + ">")
      fail("answer " + n + " in double quotes became " + wf::write_json(wf::Json(read("double." + n))));
    if (read("single." + n) != "<" + list[i] + ">")
      fail("answer " + n + " in single quotes became " + wf::write_json(wf::Json(read("single." + n))));
  }

  // ... and as commands that a person wrote (braces are text in this dialect).
  std::ostringstream coder;
  coder << "version: 1\nworkflow_id: commands\nname: commands\nproject: {provider: github, owner: o, repo: "
           "r}\ntriggers: [{type: manual}]\nsteps:\n";
  for (std::size_t i = 0; i < list.size(); ++i)
    coder << "  - {step_id: c" << i << ", type: command, name: c, command: "
          << yaml_text("printf %s " + shell_quote(list[i]) + " > command." + std::to_string(i)) << "}\n";
  write("commands.yaml", coder.str());
  if (const Ran built = run({wfc, "build", "commands.yaml", "-o", "commands"}); built.exit != 0)
    fail("commands.yaml: " + built.out);
  if (const Ran ran = run({folder + "/commands", "run", "--quiet"}); ran.exit != 0)
    fail("commands: exit " + std::to_string(ran.exit) + ": " + ran.out);
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (read("command." + std::to_string(i)) != list[i])
      fail("command " + std::to_string(i) + " delivered " +
           wf::write_json(wf::Json(read("command." + std::to_string(i)))));
  }

  // A megabyte arrives as a prompt, and as a word of a command it is a failed step that says why.
  std::string large = "begin ";
  while (large.size() < 1'000'000) large += "0123456789 \"'\\ \u00e9\n";
  large += "end";
  write("large.wf",
        "workflow large\n\nstep a: agent A \"say\"\nstep p: agent B \"{{ a }}\"\nstep c: run \"printf %s {{ "
        "a }}\"\n");
  write("large.json", wf::write_json({{"answers", {{"a", {large}}}}}));
  if (const Ran built = run({wfc, "build", "large.wf", "-o", "large"}); built.exit != 0)
    fail("large.wf: " + built.out);
  const Ran ran =
      run({folder + "/large", "run", "--agent", "A=replay:large.json", "--agent", "B=command:./agent.sh"});
  if (read("prompt.p") != large) fail("a prompt of a megabyte did not arrive");
  if (ran.exit != 1 || ran.out.find("too large") == std::string::npos)
    fail("a word of a megabyte: exit " + std::to_string(ran.exit) + ": " + ran.out);
  write("written.yaml", "name: w\nsteps:\n  - id: p\n    agent: A\n    prompt: " + yaml_text(large) + "\n");
  if (const Ran built = run({wfc, "build", "written.yaml", "-o", "written"}); built.exit != 0)
    fail("written.yaml: " + built.out);
  if (run({folder + "/written", "run", "--input", "task=t", "--agent", "A=command:./agent.sh", "--quiet"})
              .exit != 0 ||
      read("prompt.p") != large)
    fail("a written prompt of a megabyte did not arrive");

  // NUL is refused, however it is written.
  for (const std::string& prompt : {std::string("prompt: \"a\\0b\""), std::string("prompt: \"a\\x00b\""),
                                    std::string("prompt: a\0b", 11)}) {
    write("nul.yaml", "name: n\nsteps:\n  - {id: a, agent: A, " + prompt + "}\n");
    if (const Ran checked = run({wfc, "check", "nul.yaml"}); checked.exit != 1)
      fail("NUL is not refused: " + checked.out);
  }
  write("nul.wf", "workflow n\n\nstep a: run \"x\\u{0}y\"\n");
  if (const Ran checked = run({wfc, "check", "nul.wf"}); checked.exit != 1)
    fail("NUL is not refused in .wf: " + checked.out);

  if (access((folder + "/x").c_str(), F_OK) == 0) fail("something was executed: there is a file x");
  std::printf("%zu texts, four ways, %d failures\n", list.size(), failures);
  if (failures != 0) {
    std::printf("left in %s\n", folder.c_str());
    return 1;
  }
  return std::system(("rm -rf '" + folder + "'").c_str()) == 0 ? 0 : 1;
}
