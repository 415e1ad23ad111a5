// What one stream of a step prints, whatever that is: kept whole while it is small, head and tail when it is
// not. Inside the room only.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/run/output_keeper.h"

namespace wf::steps {

// Makes valid UTF-8 of bytes that come in pieces: a character that is cut waits for its rest, what is no
// character becomes U+FFFD.
class TextFilter {
 public:
  // The text that is complete by now; valid until the next call.
  std::string_view next(std::string_view bytes);
  std::string_view last();

 private:
  std::string held_;  // At most three bytes, between calls.
  std::string text_;
};

// Memory: `inline_output_max` bytes. The rest lies in the attempt's log file, of which the second half is a
// ring once it is full, so that a step may print for ever.
class Capture {
 public:
  // `path` says where the log file is; it is asked only when one is needed.
  Capture(const OutputKeeper& outputs, std::function<std::string()> path);
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  ~Capture();

  void append(std::string_view text);  // Valid UTF-8.
  // Once. `strip_line_break` takes one final line break away.
  Result<Output> finish(bool strip_line_break);

 private:
  void spill();
  void write(std::string_view text, std::uint64_t offset);
  void join_halves();
  void strip(std::uint64_t& size);

  const OutputKeeper& outputs_;
  std::function<std::string()> path_of_;
  std::string text_;
  std::string path_;
  int file_ = -1;
  std::uint64_t size_ = 0;  // Of all that was printed.
  std::uint64_t kept_ = 0;  // Of the file, once halves are joined.
  std::string trouble_;     // Why the file could not be written.
};

}  // namespace wf::steps
