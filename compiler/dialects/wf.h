// The `.wf` language's way into the model.
#pragma once
#include "compiler/dialects/dialect.h"
#include "compiler/dsl/dsl.h"

namespace wfc::dialects {

model::Workflow read_wf(const dsl::File& file, const ReadContext& context);

}  // namespace wfc::dialects
