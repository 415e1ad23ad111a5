// What changes for a run between two drivers: the plan that it belongs to, and what people want of its steps.
#pragma once
#include <cstdint>
#include <vector>

#include "runtime/store/connection.h"
#include "runtime/store/lease.h"
#include "runtime/store/store.h"

namespace wf::store {

// The number of the plan, which is recorded once for all runs of it. Inside a transaction.
Result<std::int64_t> record_plan(Connection& connection, const NewRun& run);

Result<> adopt(Connection& connection, const RunLease& lease, const NewRun& plan, std::int64_t now_ms);
Result<> intervene(Connection& connection, const RunLease& lease, const std::vector<Intervention>& wishes,
                   std::int64_t now_ms);

}  // namespace wf::store
