// Executes the examples of a page of documentation.
//
//   docs_test WFC PAGE.md
//
// Fenced blocks, in order, in one temporary folder:
//   ```wf                  a whole file when it begins with `workflow` (or comments before it): must check
//   clean
//   ```yaml, ```json       the same when the block is tagged `workflow`
//   ```LANG file=NAME      written to NAME for the blocks after it (and checked as above)
//   ```console             lines `$ COMMAND` are run with sh; what follows up to the next is the expected
//   output
// In expected output a line `...` stands for any lines, and `…` inside a line for any text.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "runtime/base/files.h"

namespace {

std::string wfc, folder;
int failures = 0, examples = 0;

struct Ran {
  int exit = -1;
  std::string out;
};

Ran run(const std::string& command) {
  Ran ran;
  const std::string whole = "cd '" + folder + "' && { " + command + "\n} 2>&1 </dev/null";
  FILE* pipe = popen(whole.c_str(), "r");
  if (pipe == nullptr) return ran;
  char buffer[4096];
  for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) ran.out.append(buffer, n);
  const int status = pclose(pipe);
  ran.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return ran;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.pop_back();
    lines.push_back(line);
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

// Does `line` fit a pattern in which `…` stands for any text?
bool line_fits(const std::string& pattern, const std::string& line) {
  static const std::string any = "\u2026";
  std::size_t at = 0, from = 0;
  bool first = true;
  for (;;) {
    const std::size_t next = pattern.find(any, from);
    const std::string part =
        pattern.substr(from, next == std::string::npos ? std::string::npos : next - from);
    if (next == std::string::npos) {
      if (first) return line == part;
      return line.size() >= at + part.size() && line.ends_with(part);
    }
    const std::size_t found = line.find(part, at);
    if (found == std::string::npos || (first && found != 0)) return false;
    at = found + part.size();
    from = next + any.size();
    first = false;
  }
}

bool fits(const std::vector<std::string>& pattern, std::size_t p, const std::vector<std::string>& lines,
          std::size_t l) {
  for (; p < pattern.size(); ++p, ++l) {
    if (pattern[p] == "...") {
      for (std::size_t rest = l; rest <= lines.size(); ++rest)
        if (fits(pattern, p + 1, lines, rest)) return true;
      return false;
    }
    if (l >= lines.size() || !line_fits(pattern[p], lines[l])) return false;
  }
  return l == lines.size();
}

void fail(const std::string& page, int line, const std::string& what) {
  ++failures;
  std::printf("%s:%d: %s\n", page.c_str(), line, what.c_str());
}

void check_file(const std::string& page, int line, const std::string& name) {
  const Ran ran = run("'" + wfc + "' check '" + name + "'");
  if (ran.exit != 0) fail(page, line, "this example does not check:\n" + ran.out);
}

void run_console(const std::string& page, int line, const std::string& block) {
  std::istringstream in(block);
  std::vector<std::pair<std::string, std::string>> commands;
  for (std::string text; std::getline(in, text);) {
    if (text.starts_with("$ ")) {
      commands.emplace_back(text.substr(2), "");
    } else if (!commands.empty()) {
      commands.back().second += text + "\n";
    }
  }
  for (const auto& [command, expected] : commands) {
    ++examples;
    const Ran ran = run(command);
    if (!fits(lines_of(expected), 0, lines_of(ran.out), 0))
      fail(page, line,
           "`" + command + "` does not print what the page says. It prints (exit " +
               std::to_string(ran.exit) + "):\n" + ran.out);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  wfc = argv[1];
  const std::string page = argv[2];
  char pattern[] = "/tmp/wf-docs-XXXXXX";
  folder = mkdtemp(pattern);
  const std::string path = wfc.substr(0, wfc.rfind('/')) + ":" + (getenv("PATH") ? getenv("PATH") : "");
  setenv("PATH", path.c_str(), 1);
  setenv("NO_COLOR", "1", 1);

  auto text = wf::read_file(page);
  if (!text) return 2;
  std::istringstream in(*text);
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (!line.starts_with("```") || line.size() == 3) continue;
    std::istringstream words(line.substr(3));
    std::string language, word, file;
    bool workflow = false;
    words >> language;
    while (words >> word) {
      if (word.starts_with("file=")) file = word.substr(5);
      if (word == "workflow") workflow = true;
    }
    const int begin = number;
    std::string block;
    while (std::getline(in, line) && !line.starts_with("```")) {
      ++number;
      block += line + "\n";
    }
    ++number;
    if (language == "console") {
      run_console(page, begin, block);
      continue;
    }
    if (!file.empty()) {
      const std::size_t slash = file.rfind('/');
      if (slash != std::string::npos && !wf::make_folders(folder + "/" + file.substr(0, slash))) return 2;
      if (!wf::write_file(folder + "/" + file, block)) return 2;
    }
    const bool whole = workflow || (language == "wf" && (block.starts_with("workflow") ||
                                                         block.find("\nworkflow ") != std::string::npos));
    if (whole) {
      ++examples;
      if (file.empty()) {
        file = "example-" + std::to_string(begin) + "." + language;
        if (!wf::write_file(folder + "/" + file, block)) return 2;
      }
      check_file(page, begin, file);
    }
  }
  std::printf("%s: %d examples, %d failures\n", page.c_str(), examples, failures);
  if (std::system(("rm -rf '" + folder + "'").c_str()) != 0) return 1;
  return failures == 0 ? 0 : 1;
}
