// `reject`: the other vote.
#include "runtime/surface/commands.h"
#include "runtime/surface/commands/decide.h"

namespace wf::surface::commands {
namespace {
int act(Context& context) {
  return decide(context, false);
}
}  // namespace

const Command reject = {.name = "reject",
                        .words = "RUN STEP",
                        .words_min = 2,
                        .words_max = 2,
                        .summary = "say no to what a step asks",
                        .options = {decide_options, store_options, {}},
                        .changes = true,
                        .act = act};

}  // namespace wf::surface::commands
