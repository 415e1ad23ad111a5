// Where bytes leave the process: standard output, standard error, an events file.
//
// A reader that goes away (EPIPE) ends the writing, never the run. Whoever writes data of a definition, an
// agent or a child passes it through printable() first.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/surface/pipe_writer.h"

namespace wf::surface {

class Out {
 public:
  explicit Out(int fd) : fd_(fd) {}
  Out(Out&&) = default;
  Out& operator=(Out&&) = default;
  ~Out();
  void write(std::string_view bytes);
  void line(std::string_view text);
  // From now on a reader that is slow makes nobody wait; see PipeWriter. Only after the nursery was forked:
  // it may need a thread.
  void never_wait();
  // Gives a slow reader a last chance; then writing waits again.
  void settle();
  bool broken() const { return error() != 0; }
  int error() const;                                    // Why nothing more can be written, an errno, or 0.
  std::uint64_t left_out() const { return left_out_; }  // Bytes a slow reader was spared, once settled.
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
  int error_ = 0;
  std::uint64_t left_out_ = 0;
  std::unique_ptr<PipeWriter> pipe_;
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
