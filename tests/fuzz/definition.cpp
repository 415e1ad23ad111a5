// Any bytes as a whole definition: recognised, read, checked, lowered and emitted.
#include <fcntl.h>
#include <unistd.h>

#include <cstdint>

#include "compiler/driver/driver.h"
#include "runtime/base/files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wfc;
  static const std::string path = "/tmp/wfc-fuzz-" + std::to_string(getpid());
  if (!wf::write_file(path, std::string_view(reinterpret_cast<const char*>(data), size))) return 0;
  driver::Session session;
  const auto checked = driver::front(session, path, {});
  if (checked && checked->usable) (void)driver::back(session, *checked);
  return 0;
}
