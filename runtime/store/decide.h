// Votes, and the one outcome of a gate.
#pragma once
#include <string_view>

#include "runtime/store/connection.h"
#include "runtime/store/store.h"

namespace wf::store {

Result<Decided> decide(Connection& connection, std::string_view run_id, std::string_view step_id,
                       const Vote& vote, Clock& clock);

}  // namespace wf::store
