// The workflow to which a definition escalates.
#pragma once
#include "compiler/driver/driver.h"

namespace wfc::driver {

// Where the definition says `escalation workflow ID`: reads that one, a file of this name in its folder,
// checks it like any other, and makes it a part of the workflow.
wf::Result<> read_fallback(Session& session, Checked& checked, const dialects::ReadContext& context,
                           const FrontOptions& options);

}  // namespace wfc::driver
