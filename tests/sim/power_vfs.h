// A disk in memory for SQLite, with a power switch.
//
// What is written is at once what is read, but it lasts only when it was synced. At a power cut every write
// since the last sync of its file is kept, lost, or torn at any 512-byte piece, each by the seed; files whose
// creation was never synced may vanish, deleted ones come back. Faults of a healthy machine (a full disk, a
// sync that fails) are set beforehand. A disk registers itself with SQLite under a name of its own: give that
// to store::OpenOptions::vfs.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

namespace wf::sim {

class PowerDisk {
 public:
  explicit PowerDisk(std::uint64_t seed);
  ~PowerDisk();  // All connections are closed by then.
  PowerDisk(const PowerDisk&) = delete;
  PowerDisk& operator=(const PowerDisk&) = delete;

  const std::string& name() const;

  // The power goes after so many more operations that change something (writes, truncations, syncs,
  // deletions), in the middle of the last one. From then on every operation fails.
  void cut_after(std::uint64_t operations);
  void cut_now();
  bool is_off() const;
  // Decides what the platters hold, and lets new connections begin. Those from before stay dead.
  void power_on();
  // Only the process was killed (at the same moments: `cut_after`, `cut_now`). What was written can still be
  // read, and what of it was not synced can still be lost later.
  void restart();

  enum class Operation { write, sync, truncate };
  // From the `nth` (1 is the next) operation of that kind on fails with that SQLite code: SQLITE_FULL,
  // SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC ... A sync that fails may or may not have worked. `once`: only
  // that one.
  void fail(Operation operation, std::uint64_t nth, int code, bool once = false);
  void heal();  // No fault and no cut is ahead any more.

  std::uint64_t operations() const;  // Changing ones so far.
  std::uint64_t syncs() const;

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace wf::sim
