// The events that a trigger may name, as far as they are known.
#pragma once
#include <span>
#include <string_view>

#include "compiler/diag/report.h"

namespace wfc::dialects {

struct EventSet {
  // "push", or "pull_request.opened": what happens to what.
  std::span<const std::string_view> names;
  bool open = false;  // There are others: only what is near to one of these is doubted.
};

// What the hosts of repositories send: https://docs.github.com/webhooks/webhook-events-and-payloads, and what
// GitLab sends under the same names.
extern const EventSet repository_events;
// What coder-ide's page names.
extern const EventSet ide_events;

// Warns where the name is none that is sent. An event without an action stands for all of its actions.
void check_event(const Located<std::string>& name, const EventSet& known, diag::Report& report);

}  // namespace wfc::dialects
