// Small definitions, each with one known mistake, written from the list of mistakes and not from the code:
// each mistake is found at the right place, with the right category and severity, and nothing else is said.
//
//   catalogue_test WFC FILE [PART OF A TITLE]
//
//   === TITLE | NAME.yaml | CATEGORY SEVERITY     `*`: the list leaves it open
//   $ --pedantic                                  more for the command line, if need be
//   The definition; ⟦ and ⟧ stand around what is wrong, ⟪e280ae⟫ is bytes.
//   --- prompts/plan.md
//   Another file it needs.
//
// The place is right when what is marked by wfc begins between ⟦ and ⟧.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/files.h"
#include "runtime/base/json.h"

namespace {

constexpr std::string_view opens = "⟦", closes = "⟧", bytes_open = "⟪", bytes_close = "⟫";

struct Place {
  int line = 1, column = 1;  // In code points.
  auto operator<=>(const Place&) const = default;
};
struct File {
  std::string name;
  std::string text;
  std::optional<Place> from, to;  // What is wrong.
};
struct Entry {
  std::string title, category, severity, flags;
  std::vector<File> files;  // The definition first.
};

[[noreturn]] void broken(const std::string& why) {
  std::printf("%s\n", why.c_str());
  std::exit(2);
}

// Takes the marks out of a file's text.
File unmarked(std::string name, std::string_view raw) {
  File file{std::move(name), {}, {}, {}};
  Place at;
  while (!raw.empty()) {
    if (raw.starts_with(opens)) {
      file.from = at;
      raw.remove_prefix(opens.size());
    } else if (raw.starts_with(closes)) {
      file.to = at;
      raw.remove_prefix(closes.size());
    } else if (raw.starts_with(bytes_open)) {
      const std::size_t end = raw.find(bytes_close);
      if (end == raw.npos) broken("bytes without an end: " + file.name);
      for (std::size_t i = bytes_open.size(); i + 1 < end; i += 2)
        file.text += static_cast<char>(std::stoi(std::string(raw.substr(i, 2)), nullptr, 16));
      raw.remove_prefix(end + bytes_close.size());
      ++at.column;  // One code point, or one byte that is none.
    } else {
      const auto byte = static_cast<unsigned char>(raw[0]);
      file.text += raw[0];
      raw.remove_prefix(1);
      if (byte == '\n') {
        at = {at.line + 1, 1};
      } else if (byte < 0x80 || byte >= 0xc0) {
        ++at.column;
      }
    }
  }
  return file;
}

std::vector<std::string_view> split(std::string_view text, std::string_view by) {
  std::vector<std::string_view> parts;
  for (std::size_t end = text.find(by); end != text.npos; end = text.find(by)) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + by.size());
  }
  parts.push_back(text);
  return parts;
}

Entry entry_of(std::string_view head, std::string_view body) {
  const std::vector<std::string_view> heads = split(head, " | ");
  if (heads.size() != 3) broken("three parts are wanted: " + std::string(head));
  const std::vector<std::string_view> kind = split(heads[2], " ");
  if (kind.size() != 2) broken("a category and a severity are wanted: " + std::string(head));
  Entry entry{std::string(heads[0]), std::string(kind[0]), std::string(kind[1]), {}, {}};
  if (body.starts_with("$ ")) {
    const std::size_t end = body.find('\n');
    entry.flags = body.substr(2, end - 2);
    body.remove_prefix(end + 1);
  }
  std::string name(heads[1]);
  std::string raw;
  for (const std::string_view line : split(body, "\n")) {
    const std::string_view bare = line.starts_with(closes) ? line.substr(closes.size()) : line;
    if (bare.starts_with("--- ")) {
      if (bare != line) raw += closes;
      entry.files.push_back(unmarked(name, raw));
      name = bare.substr(4);
      raw.clear();
    } else {
      raw += std::string(line) + "\n";
    }
  }
  raw.pop_back();  // Of the last split.
  entry.files.push_back(unmarked(name, raw));
  return entry;
}

std::vector<Entry> read_entries(const std::string& text) {
  std::vector<Entry> entries;
  std::string head, body;
  for (const std::string_view line : split(text, "\n")) {
    const std::string_view bare = line.starts_with(closes) ? line.substr(closes.size()) : line;
    if (!bare.starts_with("=== ")) {
      body += std::string(line) + "\n";
      continue;
    }
    if (bare != line) body += closes;
    if (!head.empty()) entries.push_back(entry_of(head, body));
    head = bare.substr(4);
    body.clear();
  }
  body.pop_back();
  entries.push_back(entry_of(head, body));
  return entries;
}

std::string output_of(const std::string& command, int& exit) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) broken("cannot run " + command);
  char buffer[4096];
  for (std::size_t got; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, got);
  const int status = pclose(pipe);
  exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return output;
}

// What is wrong with the answer; empty: nothing.
std::string judge(const Entry& entry, const std::string& folder, const std::string& output, int exit) {
  const auto answer = wf::parse_json(output);
  if (!answer) return "no JSON came back, exit " + std::to_string(exit);
  std::string said;
  int counted = 0;
  bool right = false;
  for (const wf::Json& diagnostic : (*answer)["diagnostics"]) {
    // What this version cannot run yet is no mistake of the definition.
    if (diagnostic["name"] == "not-run-yet") continue;
    ++counted;
    const wf::Json& start = diagnostic["range"]["start"];
    const Place at{start.is_object() ? start["line"].get<int>() : 0,
                   start.is_object() ? start["column"].get<int>() : 0};
    std::string file = diagnostic["file"].get<std::string>();
    if (file.starts_with(folder)) file = file.substr(folder.size() + 1);
    said += "    " + file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + " " +
            diagnostic["severity"].get<std::string>() + " " + diagnostic["category"].get<std::string>() +
            " " + diagnostic["code"].get<std::string>() + " " + diagnostic["message"].get<std::string>() +
            "\n";
    const auto marked = std::find_if(entry.files.begin(), entry.files.end(),
                                     [](const File& f) { return f.from.has_value(); });
    if (marked == entry.files.end()) broken("nothing is marked: " + entry.title);
    if (!marked->to) broken("the mark has no end: " + entry.title);
    const bool here =
        file == marked->name && at >= *marked->from && (at < *marked->to || at == *marked->from);
    right = here && (entry.category == "*" || diagnostic["category"] == entry.category) &&
            (entry.severity == "*" || diagnostic["severity"] == entry.severity);
    if (!right && here) said += "    (the place is right)\n";
    if (!right && !here)
      said += "    (wanted from " + std::to_string(marked->from->line) + ":" +
              std::to_string(marked->from->column) + " to " + std::to_string(marked->to->line) + ":" +
              std::to_string(marked->to->column) + ")\n";
  }
  if (counted == 1 && right) return {};
  return "wanted " + entry.severity + " " + entry.category + ", said\n" +
         (said.empty() ? "    nothing\n" : said);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) broken("usage: catalogue_test WFC FILE [PART OF A TITLE]");
  const auto text = wf::read_file(argv[2]);
  if (!text) broken(text.error().message);
  int failed = 0;
  int tried = 0;
  for (const Entry& entry : read_entries(*text)) {
    if (argc > 3 && entry.title.find(argv[3]) == entry.title.npos) continue;
    std::string folder = std::filesystem::temp_directory_path() / "wfc-catalogue-XXXXXX";
    if (mkdtemp(folder.data()) == nullptr) broken("no folder for the files");
    for (const File& file : entry.files) {
      const std::filesystem::path path = std::filesystem::path(folder) / file.name;
      std::filesystem::create_directories(path.parent_path());
      if (!wf::write_file(path, file.text)) broken("cannot write " + path.string());
    }
    int exit = 0;
    const std::string output = output_of("cd " + folder + " && '" + argv[1] + "' check --format json " +
                                             entry.flags + " " + entry.files[0].name + " 2>/dev/null",
                                         exit);
    const std::string wrong = judge(entry, folder, output, exit);
    std::filesystem::remove_all(folder);
    ++tried;
    if (wrong.empty()) continue;
    ++failed;
    std::printf("%s (%s): %s", entry.title.c_str(), entry.files[0].name.c_str(), wrong.c_str());
  }
  std::printf("%d of %d as the catalogue says\n", tried - failed, tried);
  return failed == 0 && tried > 0 ? 0 : 1;
}
