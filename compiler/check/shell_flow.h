// What goes through the commands of a text: from words into what they print, through pipes and here-documents
// into what others read, and into files.
#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/shell/shell_words.h"

namespace wfc::check {

// The word that names the program: behind `sudo`, `env A=1`, `timeout 5` and the like. The number of words
// when there is none.
std::size_t program_at(const std::vector<shell::ShellWord>& words, std::size_t from = 0);

// What a text is made of: placeholders, entries of the parts, and variables that the shell was given.
struct Contents {
  std::set<std::size_t> values;
  std::set<std::string> variables;
};

// What a program that only passes on what it reads may do with it: `cut` takes a part, `cat` all.
enum class Passing : std::uint8_t { parts, whole };

class ShellFlow {
 public:
  // `environment`: variables that `env` and `printenv` print.
  ShellFlow(const shell::ShellWords& shell, Passing passing, const std::set<std::string>& environment = {});

  // What stands in a word, with what `$( )` and `<( )` in it print.
  Contents in(const shell::ShellWord& word) const;
  // By the number of the command.
  Contents read_by(std::size_t command) const;
  const Contents& printed_by(std::size_t command) const { return printed_[command]; }
  // Nothing between it and the log takes what it prints.
  bool prints_to_log(std::size_t command) const { return !taken_[command]; }

 private:
  bool spend(std::size_t effort) const { return (effort_ += effort) < effort_max; }
  void add(const Contents& from, Contents& to) const;
  void add_word(const shell::ShellWord& word, Contents& to) const;
  void add_printed(shell::CommandRange range, std::size_t depth, Contents& to) const;
  void resolve(Contents& contents) const;
  Contents find_printed(std::size_t command, const std::set<std::string>& environment) const;

  // Of a command that is unreasonably large, the first part.
  static constexpr std::size_t effort_max = 1'000'000;
  const shell::ShellWords& shell_;
  Passing passing_;
  std::vector<Contents> printed_;
  std::vector<char> taken_;
  mutable std::size_t effort_ = 0;
};

// Where the output of a command goes instead of the log; not `2> file`, and not `>&2`.
std::vector<const shell::ShellWord*> output_files(const shell::ShellCommand& command);
// The files that `tee` is told to write.
std::vector<const shell::ShellWord*> tee_files(const shell::ShellCommand& command);

struct WrittenFile {
  std::string name;
  bool whole = true;  // Not only lines at its end.
};
// Files that the commands surely write, as they are named there. Of commands that go to another folder, none.
std::vector<WrittenFile> files_written(const std::vector<shell::ShellCommand>& commands);

// One name for one place: `./a//b` is `a/b`.
std::string path_below(const std::string& folder, const std::string& file);

}  // namespace wfc::check
