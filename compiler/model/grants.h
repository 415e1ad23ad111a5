// What a workflow may get at: the list that people approve.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/workflow.h"

namespace wfc::model {

enum class GrantKind : std::uint8_t {
  secret,       // Allowed by a policy, or used.
  path,         // Of the repository; "*": all that is not denied.
  denied_path,  // Less of these is more.
  tool,         // Likewise; of one step as "step:tool".
  denied_tool,
  domain,  // A host that a trigger, a command or an action names.
  target,  // Of a deploy.
};
inline constexpr GrantKind grant_kinds[] = {GrantKind::secret, GrantKind::path,        GrantKind::denied_path,
                                            GrantKind::tool,   GrantKind::denied_tool, GrantKind::domain,
                                            GrantKind::target};
std::string_view name_of(GrantKind kind);  // "secrets", "denied_paths": as wfc.lock has it.
bool is_denial(GrantKind kind);

struct Grant {
  GrantKind kind = GrantKind::secret;
  std::string what;
  Span span;
};
// Each once, with the first place; by kind, then by name.
std::vector<Grant> grants_of(const Workflow& workflow);

}  // namespace wfc::model
