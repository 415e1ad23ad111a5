// Any bytes as a whole definition: recognised, read, checked, lowered and emitted. Beside it lie files that
// it may name.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "compiler/driver/driver.h"
#include "runtime/base/files.h"

namespace {

struct Folder {
  std::string path = "/tmp/wfc-fuzz-" + std::to_string(getpid());
  Folder() {
    const bool done =
        (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) &&
        wf::write_file(path + "/a.yaml",
                       "name: a\nsteps: [{id: a, agent: b, prompt: '{{task}}', output: c}]\n") &&
        wf::write_file(path + "/a.md", "{% if task %}{{ task }}{% endif %}");
    if (!done) __builtin_trap();
  }
  ~Folder() {
    for (const char* name : {"/a.yaml", "/a.md", "/w"}) ::unlink((path + name).c_str());
    ::rmdir(path.c_str());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wfc;
  static const Folder folder;
  const std::string path = folder.path + "/w";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written = file >= 0 && ::write(file, data, size) == static_cast<ssize_t>(size);
  if (file >= 0) ::close(file);
  if (!written) return 0;
  driver::Session session;
  const auto checked = driver::front(session, path, {});
  if (checked && checked->usable) (void)driver::back(session, *checked);
  return 0;
}
