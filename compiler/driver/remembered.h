// What a build found out about a definition, kept beside the executables: while nothing has changed, the next
// one need not read it again to know that.
//
// Only of definitions about which there was nothing to say: whatever was said is said each time.
#pragma once
#include <optional>
#include <string>

#include "compiler/driver/commands.h"

namespace wfc::driver {

struct Remembered {
  Session session;        // The texts as they are now.
  Checked checked;        // Usable for request_for, without model and graph.
  std::string arguments;  // What a run has to be given, as a person types it.
};
// Empty when any text, flag or define is not what it was, or this is another wfc.
std::optional<Remembered> recall(const std::string& path, const InputOptions& options);
void remember(const std::string& path, const InputOptions& options, const Session& session,
              const Checked& checked, const std::string& arguments);

}  // namespace wfc::driver
