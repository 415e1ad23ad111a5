// Any bytes as a whole definition: recognised, read, checked, lowered and emitted. Beside it lie files that
// it may name.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>

#include "compiler/driver/driver.h"
#include "runtime/base/files.h"

namespace {

const std::string& folder() {
  static const std::string made = [] {
    std::string path = "/tmp/wfc-fuzz-" + std::to_string(getpid());
    const bool done =
        ::mkdir(path.c_str(), 0700) == 0 &&
        wf::write_file(path + "/a.yaml",
                       "name: a\nsteps: [{id: a, agent: b, prompt: '{{task}}', output: c}]\n") &&
        wf::write_file(path + "/a.md", "{% if task %}{{ task }}{% endif %}");
    if (!done) __builtin_trap();
    return path;
  }();
  return made;
}

struct Remove {
  ~Remove() {
    for (const char* name : {"/a.yaml", "/a.md", "/w"}) ::unlink((folder() + name).c_str());
    ::rmdir(folder().c_str());
  }
} const remove_at_the_end;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wfc;
  const std::string path = folder() + "/w";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written = file >= 0 && ::write(file, data, size) == static_cast<ssize_t>(size);
  if (file >= 0) ::close(file);
  if (!written) return 0;
  driver::Session session;
  const auto checked = driver::front(session, path, {});
  if (checked && checked->usable) (void)driver::back(session, *checked);
  return 0;
}
