// Writes to the two streams, and notices when standard output does not take what it is given.
#include "compiler/driver/console.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "runtime/base/text.h"

namespace wfc::driver {

void Console::out(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) failed_ = true;
}

void Console::err(std::string_view text) {
  // What is on standard output so far belongs before it.
  if (std::fflush(stdout) != 0) failed_ = true;
  (void)std::fwrite(text.data(), 1, text.size(), stderr);
}

void Console::trouble(std::string_view message, std::string_view hint) {
  std::string text = "wfc: " + wf::printable(message, true) + "\n";
  if (!hint.empty()) text += "     " + wf::printable(hint, true) + "\n";
  err(text);
}

bool Console::flush() {
  if (std::fflush(stdout) != 0) failed_ = true;
  // A reader that left needs no message; whoever waits for a file does.
  if (failed_ && errno != EPIPE)
    trouble(std::string("cannot write to standard output: ") + std::strerror(errno));
  (void)std::fflush(stderr);
  return !failed_;
}

int Console::end(int exit) {
  // Nobody is told twice: a reader that left knows.
  return !flush() && exit == fine ? usage : exit;
}

bool Console::is_terminal(int fd) {
  return isatty(fd) == 1;
}

}  // namespace wfc::driver
