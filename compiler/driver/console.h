// The two streams of a command, and its exit codes (product.md section 2).
#pragma once
#include <string_view>

namespace wfc::driver {

enum Exit : int { fine = 0, has_errors = 1, usage = 2, toolchain_failed = 3, internal = 70 };

class Console {
 public:
  void out(std::string_view text);
  void err(std::string_view text);
  // `wfc: message`, then the hint.
  void trouble(std::string_view message, std::string_view hint = {});
  // Writes what is held back. False when standard output did not take everything.
  bool flush();
  // The exit code of a command that ends with `exit`, everything written: output that did not arrive is no
  // success.
  int end(int exit);
  static bool is_terminal(int fd);

 private:
  bool failed_ = false;
};

}  // namespace wfc::driver
