// Ends the process when wfc or an executable it made is wrong about itself.
#include "runtime/base/assert.h"

#include <unistd.h>

#include <cstdio>

namespace wf {

void assertion_failed(const char* what, const char* file, int line) {
  std::fprintf(
      stderr,
      "internal error: `%s` does not hold (%s:%d)\n"
      "This is a mistake in wfc, not in your definition. Please report it with the definition and the "
      "command that led here.\n",
      what, file, line);
  std::fflush(stderr);
  // Neither destructors nor exit handlers: what they would tidy up is what cannot be trusted any more.
  _exit(70);
}

}  // namespace wf
