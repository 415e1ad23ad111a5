#include "runtime/rules/environment.h"

#include <gtest/gtest.h>

namespace wf::rules {
namespace {

TEST(Environment, withholds_what_looks_like_a_credential) {
  for (const char* name : {"GITHUB_TOKEN", "TOKEN", "NPM_TOKEN_READ", "ANTHROPIC_API_KEY", "my_secret",
                           "DB_PASSWORD", "AWS_REGION", "SSH_AUTH_SOCK", "DBUS_SESSION_BUS_ADDRESS",
                           "DOCKER_HOST", "GOOGLE_APPLICATION_CREDENTIALS", "WF_RUN", "WF_STORE",
                           "GPG_PASSPHRASE", "KEY", "NPM_CONFIG__AUTH", "PROXY_AUTH", "authorization"})
    EXPECT_FALSE(passes_to_children(name)) << name;
}

TEST(Environment, passes_what_programs_need) {
  for (const char* name : {"PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "TERM", "USER", "SHELL",
                           "MONKEY", "KEYBOARD", "AUTHOR", "CC", "CARGO_HOME", "WFX"})
    EXPECT_TRUE(passes_to_children(name)) << name;
}

}  // namespace
}  // namespace wf::rules
