// The patterns are few and broad on purpose: a variable withheld by mistake is named by `inspect` and can be
// given with `env`; a credential passed on by mistake cannot be taken back.
#include "runtime/rules/environment.h"

#include <string>

namespace wf::rules {
namespace {

// `pattern` has a `*` at its start, its end, both, or not at all.
bool matches(std::string_view pattern, std::string_view name) {
  const bool open_front = pattern.starts_with('*');
  const bool open_back = pattern.ends_with('*');
  if (open_front) pattern.remove_prefix(1);
  if (open_back) pattern.remove_suffix(1);
  if (open_front && open_back) return name.find(pattern) != std::string_view::npos;
  if (open_front) return name.ends_with(pattern);
  if (open_back) return name.starts_with(pattern);
  return name == pattern;
}

}  // namespace

const std::vector<std::string_view>& withheld_patterns() {
  static const std::vector<std::string_view> patterns = {
      "*TOKEN",         "*_TOKEN_*", "*_KEY",        "KEY",           "*APIKEY",       "*SECRET*",
      "*PASSWORD*",     "*PASSWD*",  "*PASSPHRASE*", "*_PAT",         "*CREDENTIAL*",  "*_AUTH",
      "AUTHORIZATION",  "AWS_*",     "DBUS_*",       "SSH_AUTH_SOCK", "SSH_AGENT_PID", "DOCKER_HOST",
      "GPG_AGENT_INFO", "*_DSN",     "DATABASE_URL"};
  return patterns;
}

bool looks_like_credential(std::string_view name) {
  std::string upper(name);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  for (const std::string_view pattern : withheld_patterns())
    if (matches(pattern, upper)) return true;
  return false;
}

bool passes_to_children(std::string_view name) {
  return !name.starts_with("WF_") && !looks_like_credential(name);
}

}  // namespace wf::rules
