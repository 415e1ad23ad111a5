// The place on the disk that a path of the repository leads to.
#pragma once
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace wf::rules {

// `path` is normal, `root` an open folder. Links are followed as far as they stay below it; the answer is the
// path, relative to it, that a write would reach. What is not there yet may be made, so its name counts as it
// stands. Refused: links that lead out, to nothing or in a circle, magic links, other mounts, anything but
// plain files and folders, and files that have a second name.
Result<std::string> place_reached(int root, std::string_view path);

}  // namespace wf::rules
