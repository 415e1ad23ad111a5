// Files, read whole and written so that nobody sees half of one.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace wf {

Result<std::string> read_file(const std::string& path, std::uint64_t size_max = UINT64_MAX);
// Written beside its place, then renamed into it. `durable` also syncs the file and its folder.
Result<> write_file(const std::string& path, std::string_view bytes, unsigned mode = 0644,
                    bool durable = false);
Result<> make_folders(const std::string& path, unsigned mode = 0777);

}  // namespace wf
