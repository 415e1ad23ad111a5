// What a run may end as: a model of product.md section 4 that knows nothing of the engine.
//
// It looks at how a run has ended and says what is wrong with that: for each step, from how the steps before
// it ended and from what the step and the people do, which ends are allowed. Written from the contract, line
// by line.
#pragma once
#include <string>

#include "tests/sim/scenario.h"

namespace wf::sim {

struct Facts {
  bool cancel_asked = false;
  const PretendStore* store = nullptr;
};

// Empty: this end is one that product.md allows.
std::string wrong_with(const Scenario& scenario, const Facts& facts);

}  // namespace wf::sim
