// Who drives: the kernel's lock first, then the row.
#include "runtime/store/lease.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

#include "runtime/base/files.h"
#include "runtime/store/rows.h"

namespace wf::store {

namespace {

constexpr int looks_max = 5;
constexpr useconds_t look_us = 2'000;
constexpr int holder_looks_max = 350;  // Who is told within a second shall know who it was.

std::string host_name() {
  struct utsname name {};
  return ::uname(&name) == 0 ? name.nodename : "";
}

std::string boot_id() {
  auto text = read_file("/proc/sys/kernel/random/boot_id", 64);
  if (!text) return {};
  while (!text->empty() && text->back() == '\n') text->pop_back();
  return *text;
}

// Field 22 of /proc/self/stat, in clock ticks since boot: together with the boot it tells a process from a
// later one with the same number. The name of the program, in parentheses, may hold anything.
std::int64_t start_of_this_process() {
  auto text = read_file("/proc/self/stat", 4096);
  if (!text) return 0;
  std::size_t at = text->rfind(')');
  for (int field = 2; field < 22 && at != std::string::npos; ++field) at = text->find(' ', at + 1);
  std::int64_t ticks = 0;
  if (at != std::string::npos) std::from_chars(text->data() + at + 1, text->data() + text->size(), ticks);
  return ticks;
}

// Does nobody of that number live on this host?
bool is_gone(const Holder& who) {
  if (who.pid <= 0) return true;
  return who.host == host_name() && ::kill(static_cast<pid_t>(who.pid), 0) != 0 && errno == ESRCH;
}

Result<Holder> read_holder(Connection& connection, std::string_view run_id) {
  auto select = connection.prepare(
      "SELECT d.pid, d.host, d.since_ms FROM drivers d JOIN runs r ON r.no = d.run WHERE r.id = ?");
  if (!select) return select.error();
  Holder holder;
  if (select->text(1, run_id).next()) {
    Reader read("drivers");
    holder.pid = read.integer(*select, 0);
    holder.host = read.text(*select, 1);
    holder.since_ms = read.integer(*select, 2);
    if (read.damaged()) return damaged_run(run_id, read.damage());
  }
  if (select->failed()) return connection.trouble("read");
  return holder;
}

}  // namespace

Result<std::optional<Holder>> find_driver(Connection& connection, const Layout& layout,
                                          std::string_view run_id) {
  auto run = read_run(connection, run_id);
  if (!run) return run.error();
  const std::string path = layout.lock(run_id);
  // Without a file there was never a driver.
  if (::access(path.c_str(), F_OK) != 0) return std::optional<Holder>();
  auto lock = LockFile::open(path);
  if (!lock) return lock.error();
  // Shared, so that those who only look never take each other for a driver.
  if (lock->try_shared()) return std::optional<Holder>();
  auto who = read_holder(connection, run_id);
  if (!who) return who.error();
  return std::optional<Holder>(std::move(*who));
}

Result<std::unique_ptr<Lease>> take_lease(Connection& connection, const Layout& layout,
                                          std::string_view run_id, Clock& clock, Holder& holder) {
  auto run = read_run(connection, run_id);
  if (!run) return run.error();
  if (auto made = make_folders(layout.folder + "/locks", 0700); !made) return made.error();
  auto lock = LockFile::open(layout.lock(run_id));
  if (!lock) return lock.error();
  bool ours = lock->try_exclusive();
  // Somebody who only looks holds the lock for a moment, too.
  for (int look = 0; !ours && look < looks_max; ++look) {
    ::usleep(look_us);
    ours = lock->try_exclusive();
  }
  if (!ours) {
    auto who = read_holder(connection, run_id);
    // It has the lock, and may be about to say so: what is recorded is then who drove before, or nobody.
    for (int look = 0; who && is_gone(*who) && look < holder_looks_max; ++look) {
      ::usleep(look_us);
      who = read_holder(connection, run_id);
    }
    if (!who) return who.error();
    if (!is_gone(*who)) holder = *who;
    return std::unique_ptr<Lease>();
  }
  auto lease = std::make_unique<RunLease>(std::string(run_id), std::move(*lock));
  lease->run = run->no;
  lease->since_monotonic_ms = clock.monotonic_ms();

  // For the first driver not synced: whoever looks sees the row at once, and if a power loss takes it, it
  // took this driver too. The first commit of the journal makes it durable along with its own. An earlier
  // driver may have been killed between a write and its sync; what it wrote would be read now, acted upon and
  // told, and could still be lost. This sync makes it last.
  auto driven = connection.prepare("SELECT EXISTS (SELECT 1 FROM drivers WHERE run = ?)");
  if (!driven) return driven.error();
  if (!driven->integer(1, run->no).next()) return connection.trouble("read");
  const bool first = sqlite3_column_int(driven->get(), 0) == 0;
  driven->reset();
  if (auto set = connection.sync_commits(!first); !set) return set.error();
  const auto record = [&]() -> Result<> {
    if (auto begun = connection.begin(); !begun) return begun;
    Transaction transaction(connection);
    auto insert = connection.prepare(
        "INSERT INTO drivers(run, epoch, boot, pid, started, host, since_ms, updated_ms, elapsed_ms) "
        "VALUES(?1, 1, ?2, ?3, ?4, ?5, ?6, ?6, 0) ON CONFLICT(run) DO UPDATE SET epoch = epoch + 1, "
        "boot = excluded.boot, pid = excluded.pid, started = excluded.started, host = excluded.host, "
        "since_ms = excluded.since_ms, updated_ms = excluded.updated_ms RETURNING epoch, elapsed_ms");
    if (!insert) return insert.error();
    const std::string boot = boot_id();
    const std::string host = host_name();
    insert->integer(1, run->no).text(2, boot).integer(3, ::getpid()).integer(4, start_of_this_process());
    insert->text(5, host).integer(6, clock.wall_ms());
    if (!insert->next()) return connection.trouble("write");
    Reader read("drivers");
    lease->epoch = read.integer(*insert, 0, 1);
    lease->elapsed_ms = read.integer(*insert, 1);
    insert->reset();
    if (read.damaged()) return damaged_run(run_id, read.damage());
    return transaction.commit();
  };
  auto recorded = record();
  if (auto set = connection.sync_commits(true); !set) return set.error();
  if (!recorded) return recorded.error();
  return std::unique_ptr<Lease>(std::move(lease));
}

}  // namespace wf::store
