// The fuzz targets where there is no fuzzer: each file of the corpus, and changes to it that are the same in
// every run.
//
//   fuzz_short TARGET FOLDER CHANGES
//
// FOLDER/corpus/TARGET holds the files (those of `definition` are the definitions of the others, too),
// FOLDER/TARGET.dict (where there is one) words that changes put in. What would be a crash for the fuzzer is
// one here; the input that is being tried is then in the file it names.
#include <unistd.h>
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "runtime/base/files.h"

#define FUZZ_TARGETS(X) X(yaml) X(json) X(wf) X(expression) X(template) X(markdown) X(pattern) X(definition)
#define DECLARE(name) extern "C" int fuzz_##name(const std::uint8_t* data, std::size_t size);
FUZZ_TARGETS(DECLARE)
#undef DECLARE

namespace {

namespace fs = std::filesystem;
using Target = int (*)(const std::uint8_t*, std::size_t);

std::string trying, kept_in;

void keep(int signal) {
  if (!kept_in.empty()) {
    std::FILE* file = std::fopen(kept_in.c_str(), "wb");
    if (file) {
      (void)std::fwrite(trying.data(), 1, trying.size(), file);
      (void)std::fclose(file);
    }
    std::fprintf(stderr, "ended by signal %d; the input is in %s\n", signal, kept_in.c_str());
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

// Words between quotes, with libFuzzer's escapes.
std::vector<std::string> read_words(const std::string& path) {
  std::vector<std::string> words;
  const wf::Result<std::string> text = wf::read_file(path);
  if (!text) return words;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    const std::string line = text->substr(at, end - at);
    at = end + 1;
    const std::size_t open = line.find('"'), close = line.rfind('"');
    if (line.starts_with('#') || open == std::string::npos || close <= open) continue;
    std::string word;
    for (std::size_t i = open + 1; i < close; ++i) {
      if (line[i] == '\\' && i + 3 < close + 1 && line[i + 1] == 'x') {
        word += static_cast<char>(std::stoi(line.substr(i + 2, 2), nullptr, 16));
        i += 3;
      } else if (line[i] == '\\') {
        word += line[++i];
      } else {
        word += line[i];
      }
    }
    words.push_back(std::move(word));
  }
  return words;
}

class Changes {
 public:
  Changes(const std::vector<std::string>& files, const std::vector<std::string>& words)
      : files_(files), words_(words) {}

  std::string make() {
    std::string text = files_[below(files_.size())];
    for (std::size_t i = below(4) + 1; i > 0; --i) change(text);
    if (text.size() > 4096) text.resize(4096);
    return text;
  }

 private:
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(dice_() % end); }

  void change(std::string& text) {
    const std::size_t at = below(text.size() + 1);
    const std::size_t length = std::min(below(16) + 1, text.size() - at);
    switch (below(6)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, text.substr(below(text.size() + 1), length));
        break;
      case 2:
        text.insert(at, 1, static_cast<char>(below(256)));
        break;
      case 3: {
        const std::string& other = files_[below(files_.size())];
        text.insert(at, other.substr(below(other.size() + 1), below(64)));
        break;
      }
      case 4:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
        break;
      default:
        if (!words_.empty()) text.insert(at, words_[below(words_.size())]);
    }
  }

  const std::vector<std::string>& files_;
  const std::vector<std::string>& words_;
  std::mt19937_64 dice_{1};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::string name = argv[1], folder = argv[2];
  Target target = nullptr;
#define FIND(known) \
  if (name == #known) target = fuzz_##known;
  FUZZ_TARGETS(FIND)
#undef FIND
  if (!target) return 2;
  std::vector<std::string> files;
  std::vector<fs::path> paths;
  std::vector<std::string> kinds = {name};
  if (name == "definition") kinds = {"definition", "wf", "yaml", "markdown"};
  for (const std::string& kind : kinds) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder + "/corpus/" + kind, ignored))
      paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const fs::path& path : paths) files.push_back(*wf::read_file(path.string()));
  if (files.empty()) {
    std::printf("there is no corpus in %s/corpus/%s\n", folder.c_str(), name.c_str());
    return 1;
  }
  const std::vector<std::string> words = read_words(folder + "/" + name + ".dict");
  kept_in = fs::temp_directory_path().string() + "/wfc-fuzz-" + name + "-" + std::to_string(getpid());
  for (const int signal : {SIGSEGV, SIGABRT, SIGILL, SIGTRAP, SIGFPE, SIGBUS}) std::signal(signal, keep);
  const auto run = [&](const std::string& text) {
    trying = text;
    (void)target(reinterpret_cast<const std::uint8_t*>(trying.data()), trying.size());
  };
  for (const std::string& file : files) run(file);
  Changes changes(files, words);
  const long count = std::strtol(argv[3], nullptr, 10);
  for (long i = 0; i < count; ++i) run(changes.make());
  std::printf("%s: %zu files and %ld changes to them\n", name.c_str(), files.size(), count);
  return 0;
}
