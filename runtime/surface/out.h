// Where bytes leave the process: standard output, standard error, an events file.
//
// A reader that goes away (EPIPE) ends the writing, never the run. Whoever writes data of a definition, an
// agent or a child passes it through printable() first.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace wf::surface {

class Out {
 public:
  explicit Out(int fd) : fd_(fd) {}
  void write(std::string_view bytes);
  void line(std::string_view text);
  bool broken() const { return broken_; }
  int fd() const { return fd_; }
  bool is_terminal() const;
  // Columns and lines of the terminal, or of a usual one.
  struct Size {
    int columns = 80;
    int rows = 24;
  };
  Size size() const;

 private:
  int fd_;
  bool broken_ = false;
};

// As a word that a person may paste into a shell.
std::string shell_word(std::string_view text);
// The hour, minute and second here: 12:00:01.
std::string clock_time(std::int64_t wall_ms);
// Cut to so many columns, with `…` where something is missing. Only for text without control characters.
std::string fit(std::string_view text, int columns);
std::string pad(std::string_view text, int columns);
// A short elapsed time: `31ms`, `2.3s`, `12s`, `3m07s`, `2h05m`.
std::string elapsed(std::int64_t ms);

}  // namespace wf::surface
