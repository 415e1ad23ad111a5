// Comments that allow what wfc would report: `# wfc: allow WF0305 the reason`.
//
// A comment is about its own line, or, alone on its line, about the next one that is no such comment. Where a
// text of several lines begins there, it is about the whole text. Comments are those of YAML and `.wf`,
// `<!-- -->` in Markdown and `{# #}` in templates.
#pragma once
#include <set>

#include "compiler/driver/driver.h"
#include "compiler/driver/settings.h"

namespace wfc::driver {

// Takes what is allowed out of what was said about `checked` (the report from its `first` entry on), and
// reports comments that are wrong or of no use.
void apply_suppressions(Session& session, std::size_t first, const Checked& checked);

}  // namespace wfc::driver
