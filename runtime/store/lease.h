// The right to drive one run.
//
// The lock on the run's file is what keeps two drivers apart: the kernel gives it to one and takes it back
// when that one dies, however it dies. The row in `drivers` says who it is, and its epoch is the second net:
// every transaction of a journal changes that row where the epoch is still its own, and stops for good when
// it is not.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "runtime/base/clock.h"
#include "runtime/store/connection.h"
#include "runtime/store/layout.h"
#include "runtime/store/store.h"

namespace wf::store {

class RunLease final : public Lease {
 public:
  RunLease(std::string run_id, LockFile lock) : run_id_(std::move(run_id)), lock_(std::move(lock)) {}
  const std::string& run_id() const override { return run_id_; }

  std::int64_t run = 0;
  std::int64_t epoch = 0;
  std::int64_t elapsed_ms = 0;          // Of earlier drivers.
  std::int64_t since_monotonic_ms = 0;  // When this one began.

 private:
  std::string run_id_;
  LockFile lock_;
};

Result<std::unique_ptr<Lease>> take_lease(Connection& connection, const Layout& layout,
                                          std::string_view run_id, Clock& clock, Holder& holder);

// Who holds the lease, if anybody does.
Result<std::optional<Holder>> find_driver(Connection& connection, const Layout& layout,
                                          std::string_view run_id);

}  // namespace wf::store
