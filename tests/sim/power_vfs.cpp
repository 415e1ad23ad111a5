// The disk as SQLite sees it (sqlite3_vfs), and what is left of it when the power goes.
#include "tests/sim/power_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <random>
#include <utility>
#include <vector>

namespace wf::sim {

namespace {

constexpr std::size_t sector = 512;

// A change that is not yet on the platters: bytes at a place, or with `bytes` empty a new size.
struct Change {
  std::size_t at = 0;
  std::string bytes;
  bool truncates = false;
};

void put(std::string& content, const Change& change) {
  if (change.truncates) {
    content.resize(change.at);
    return;
  }
  if (content.size() < change.at + change.bytes.size()) content.resize(change.at + change.bytes.size());
  content.replace(change.at, change.bytes.size(), change.bytes);
}

// The index of the write-ahead log lies in memory that connections share, and dies with the power.
struct Shared {
  std::vector<std::unique_ptr<std::array<char, 32 * 1024>>> regions;
  struct Slot {
    int readers = 0;
    const void* owner = nullptr;
  };
  std::array<Slot, SQLITE_SHM_NLOCK> slots;
  int users = 0;
};

struct File {
  std::string now;
  std::string durable;
  std::vector<Change> pending;
  bool exists_durably = false;
  // Locks of the rollback journal's modes.
  int readers = 0;
  const void* reserved = nullptr;
  const void* exclusive = nullptr;
  Shared shared;
};

}  // namespace

struct PowerDisk::Impl {
  mutable std::mutex mutex;
  std::string name;
  std::mt19937_64 chance;
  sqlite3_vfs vfs{};
  std::map<std::string, std::shared_ptr<File>> files;
  // Deleted, but the folder was not synced since.
  std::map<std::string, std::shared_ptr<File>> ghosts;
  std::uint64_t life = 1;  // Connections of an earlier life are dead.
  bool off = false;
  std::optional<std::uint64_t> cut_in;
  std::uint64_t operations = 0;
  std::uint64_t syncs = 0;
  struct Fault {
    std::uint64_t nth = 0;
    int code = 0;
    bool once = false;
  };
  std::map<Operation, Fault> faults;

  bool coin(unsigned percent) { return chance() % 100 < percent; }

  // SQLITE_OK, or the code with which the operation fails. `last` says that the power goes during it.
  int allow(Operation operation, bool& last) {
    last = false;
    if (off) return SQLITE_IOERR;
    ++operations;
    if (cut_in && (*cut_in)-- == 0) {
      off = last = true;
      return SQLITE_IOERR;
    }
    const auto fault = faults.find(operation);
    if (fault == faults.end()) return SQLITE_OK;
    if (fault->second.nth > 1) {
      --fault->second.nth;
      return SQLITE_OK;
    }
    const int code = fault->second.code;
    if (fault->second.once) faults.erase(fault);
    return code;
  }

  void sync_folder() {
    ghosts.clear();
    for (auto& [path, file] : files) file->exists_durably = true;
  }

  void sync(File& file) {
    // Only what is pending: bytes that a failed sync lost stay lost, though they can still be read.
    for (const Change& change : file.pending) put(file.durable, change);
    file.pending.clear();
  }

  std::string what_is_left(File& file) {
    std::string left = std::move(file.durable);
    for (const Change& change : file.pending) {
      if (change.truncates) {
        if (coin(50)) put(left, change);
        continue;
      }
      const unsigned kind = chance() % 4;
      if (kind == 0) continue;
      if (kind == 1) {
        put(left, change);
        continue;
      }
      for (std::size_t at = 0; at < change.bytes.size();) {
        // Pieces end where sectors of the disk do.
        const std::size_t end = std::min(change.bytes.size(), at + sector - (change.at + at) % sector);
        if (coin(50)) {
          Change piece{change.at + at, change.bytes.substr(at, end - at), false};
          if (coin(10)) {
            for (char& byte : piece.bytes) byte = static_cast<char>(chance());
          }
          put(left, piece);
        }
        at = end;
      }
    }
    return left;
  }
};

namespace {

using Impl = PowerDisk::Impl;
using Lock = std::lock_guard<std::mutex>;

// SQLite allocates this; its first member is what SQLite knows of it.
struct Handle {
  sqlite3_file base;
  Impl* disk;
  std::shared_ptr<File> file;
  std::string path;
  std::uint64_t life;
  int level;    // SQLITE_LOCK_*
  bool mapped;  // Uses the shared memory.
  bool delete_on_close;
  std::array<char, SQLITE_SHM_NLOCK> held;  // 0, 's' or 'x' for each slot.

  bool dead() const { return disk->off || life != disk->life; }
};

Handle& handle_of(sqlite3_file* file) {
  return *reinterpret_cast<Handle*>(file);
}

void release(Handle& handle, int level) {
  File& file = *handle.file;
  if (level < SQLITE_LOCK_EXCLUSIVE && file.exclusive == &handle) file.exclusive = nullptr;
  if (level < SQLITE_LOCK_RESERVED && file.reserved == &handle) file.reserved = nullptr;
  if (level < SQLITE_LOCK_SHARED && handle.level >= SQLITE_LOCK_SHARED) --file.readers;
  handle.level = std::min(handle.level, level);
}

void release_shared(Handle& handle) {
  for (std::size_t i = 0; i < handle.held.size(); ++i) {
    if (handle.held[i] == 's') --handle.file->shared.slots[i].readers;
    if (handle.held[i] == 'x') handle.file->shared.slots[i].owner = nullptr;
    handle.held[i] = 0;
  }
}

void unmap(Handle& handle) {
  if (!std::exchange(handle.mapped, false)) return;
  release_shared(handle);
  // The last one leaves nothing behind: the next connection reads the log again.
  if (--handle.file->shared.users == 0) handle.file->shared = Shared();
}

int close_file(sqlite3_file* base) {
  Handle& handle = handle_of(base);
  Impl& disk = *handle.disk;
  const Lock lock(disk.mutex);
  if (handle.life == disk.life) {
    release(handle, SQLITE_LOCK_NONE);
    unmap(handle);
    if (handle.delete_on_close && !disk.off) disk.files.erase(handle.path);
  }
  std::destroy_at(&handle.file);
  std::destroy_at(&handle.path);
  return SQLITE_OK;
}

int read_file(sqlite3_file* base, void* into, int size, sqlite3_int64 at) {
  Handle& handle = handle_of(base);
  const Lock lock(handle.disk->mutex);
  if (handle.dead()) return SQLITE_IOERR_READ;
  const std::string& content = handle.file->now;
  const std::size_t begin = std::min(content.size(), static_cast<std::size_t>(at));
  const std::size_t have = std::min(content.size() - begin, static_cast<std::size_t>(size));
  std::memcpy(into, content.data() + begin, have);
  std::memset(static_cast<char*>(into) + have, 0, static_cast<std::size_t>(size) - have);
  return have == static_cast<std::size_t>(size) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* base, const void* from, int size, sqlite3_int64 at) {
  Handle& handle = handle_of(base);
  Impl& disk = *handle.disk;
  const Lock lock(disk.mutex);
  if (handle.dead()) return SQLITE_IOERR_WRITE;
  bool last = false;
  const int code = disk.allow(PowerDisk::Operation::write, last);
  Change change{static_cast<std::size_t>(at),
                std::string(static_cast<const char*>(from), static_cast<std::size_t>(size)), false};
  // A write that fails, or that the power interrupts, has got somewhere.
  if (code != SQLITE_OK) change.bytes.resize(disk.chance() % (change.bytes.size() + 1));
  if (code != SQLITE_OK && !last && change.bytes.empty()) return code;
  put(handle.file->now, change);
  handle.file->pending.push_back(std::move(change));
  return code;
}

int truncate_file(sqlite3_file* base, sqlite3_int64 size) {
  Handle& handle = handle_of(base);
  Impl& disk = *handle.disk;
  const Lock lock(disk.mutex);
  if (handle.dead()) return SQLITE_IOERR_TRUNCATE;
  bool last = false;
  if (const int code = disk.allow(PowerDisk::Operation::truncate, last); code != SQLITE_OK) return code;
  Change change{static_cast<std::size_t>(size), "", true};
  put(handle.file->now, change);
  handle.file->pending.push_back(std::move(change));
  return SQLITE_OK;
}

int sync_file(sqlite3_file* base, int) {
  Handle& handle = handle_of(base);
  Impl& disk = *handle.disk;
  const Lock lock(disk.mutex);
  if (handle.dead()) return SQLITE_IOERR_FSYNC;
  bool last = false;
  const int code = disk.allow(PowerDisk::Operation::sync, last);
  if (code == SQLITE_OK) {
    ++disk.syncs;
    disk.sync(*handle.file);
    // As SQLite's own VFS does for files it has made: the folder is synced along with the first sync.
    if (!handle.file->exists_durably) disk.sync_folder();
    return SQLITE_OK;
  }
  // What failed may have happened all the same, in part or whole. What was not written is forgotten: the
  // kernel marks it clean, and no later sync writes it.
  if (!last) {
    handle.file->durable = disk.what_is_left(*handle.file);
    handle.file->pending.clear();
  }
  return code;
}

int size_of_file(sqlite3_file* base, sqlite3_int64* size) {
  Handle& handle = handle_of(base);
  const Lock lock(handle.disk->mutex);
  if (handle.dead()) return SQLITE_IOERR_FSTAT;
  *size = static_cast<sqlite3_int64>(handle.file->now.size());
  return SQLITE_OK;
}

int lock_file(sqlite3_file* base, int level) {
  Handle& handle = handle_of(base);
  const Lock lock(handle.disk->mutex);
  if (handle.dead()) return SQLITE_IOERR_LOCK;
  if (handle.level >= level) return SQLITE_OK;
  File& file = *handle.file;
  if (file.exclusive && file.exclusive != &handle) return SQLITE_BUSY;
  if (handle.level < SQLITE_LOCK_SHARED) {
    ++file.readers;
    handle.level = SQLITE_LOCK_SHARED;
  }
  if (level >= SQLITE_LOCK_RESERVED) {
    if (file.reserved && file.reserved != &handle) return SQLITE_BUSY;
    file.reserved = &handle;
    handle.level = SQLITE_LOCK_RESERVED;
  }
  if (level >= SQLITE_LOCK_EXCLUSIVE) {
    if (file.readers > 1) return SQLITE_BUSY;
    file.exclusive = &handle;
    handle.level = SQLITE_LOCK_EXCLUSIVE;
  }
  return SQLITE_OK;
}

int unlock_file(sqlite3_file* base, int level) {
  Handle& handle = handle_of(base);
  const Lock lock(handle.disk->mutex);
  if (handle.life == handle.disk->life) release(handle, level);
  return SQLITE_OK;
}

int is_reserved(sqlite3_file* base, int* result) {
  Handle& handle = handle_of(base);
  const Lock lock(handle.disk->mutex);
  *result = handle.file->reserved != nullptr;
  return SQLITE_OK;
}

int control(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}
int sector_size(sqlite3_file*) {
  return 4096;
}
// As SQLite assumes of the disks it meets: an interrupted write does not touch the bytes beside it.
int characteristics(sqlite3_file*) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int shm_map(sqlite3_file* base, int region, int size, int extend, void volatile** memory) {
  Handle& handle = handle_of(base);
  const Lock lock(handle.disk->mutex);
  *memory = nullptr;
  if (handle.dead()) return SQLITE_IOERR_SHMMAP;
  Shared& shared = handle.file->shared;
  if (!std::exchange(handle.mapped, true)) ++shared.users;
  const auto index = static_cast<std::size_t>(region);
  if (size != 32 * 1024) return SQLITE_IOERR_SHMMAP;
  if (index >= shared.regions.size()) {
    if (!extend) return SQLITE_OK;
    while (shared.regions.size() <= index) {
      shared.regions.push_back(std::make_unique<std::array<char, 32 * 1024>>());
    }
  }
  *memory = shared.regions[index]->data();
  return SQLITE_OK;
}

int shm_lock(sqlite3_file* base, int offset, int count, int flags) {
  Handle& handle = handle_of(base);
  const Lock lock(handle.disk->mutex);
  if (handle.life != handle.disk->life) return SQLITE_IOERR_SHMLOCK;
  if (!std::exchange(handle.mapped, true)) ++handle.file->shared.users;
  auto& slots = handle.file->shared.slots;
  const auto begin = static_cast<std::size_t>(offset);
  const std::size_t end = begin + static_cast<std::size_t>(count);
  if (flags & SQLITE_SHM_UNLOCK) {
    for (std::size_t i = begin; i < end; ++i) {
      if (handle.held[i] == 's') --slots[i].readers;
      if (handle.held[i] == 'x') slots[i].owner = nullptr;
      handle.held[i] = 0;
    }
    return SQLITE_OK;
  }
  const bool exclusive = flags & SQLITE_SHM_EXCLUSIVE;
  for (std::size_t i = begin; i < end; ++i) {
    const int other_readers = slots[i].readers - (handle.held[i] == 's');
    const bool other_owner = slots[i].owner && slots[i].owner != &handle;
    if (other_owner || (exclusive && other_readers > 0)) return SQLITE_BUSY;
  }
  for (std::size_t i = begin; i < end; ++i) {
    if (handle.held[i] == 's') --slots[i].readers;
    if (exclusive) {
      slots[i].owner = &handle;
    } else {
      ++slots[i].readers;
    }
    handle.held[i] = exclusive ? 'x' : 's';
  }
  return SQLITE_OK;
}

void shm_barrier(sqlite3_file* base) {
  const Lock lock(handle_of(base).disk->mutex);
}

int shm_unmap(sqlite3_file* base, int) {
  Handle& handle = handle_of(base);
  const Lock lock(handle.disk->mutex);
  if (handle.life == handle.disk->life) unmap(handle);
  return SQLITE_OK;
}

const sqlite3_io_methods methods = {2,           close_file,   read_file,       write_file,  truncate_file,
                                    sync_file,   size_of_file, lock_file,       unlock_file, is_reserved,
                                    control,     sector_size,  characteristics, shm_map,     shm_lock,
                                    shm_barrier, shm_unmap,    nullptr,         nullptr};

Impl& disk_of(sqlite3_vfs* vfs) {
  return *static_cast<Impl*>(vfs->pAppData);
}

int open_file(sqlite3_vfs* vfs, sqlite3_filename path, sqlite3_file* base, int flags, int* out_flags) {
  Impl& disk = disk_of(vfs);
  const Lock lock(disk.mutex);
  base->pMethods = nullptr;
  if (disk.off) return SQLITE_CANTOPEN;
  const std::string name = path ? path : "temporary-" + std::to_string(disk.chance());
  auto found = disk.files.find(name);
  if (found == disk.files.end()) {
    if (!(flags & SQLITE_OPEN_CREATE)) return SQLITE_CANTOPEN;
    found = disk.files.emplace(name, std::make_shared<File>()).first;
  }
  auto* handle = new (base) Handle{};
  handle->base.pMethods = &methods;
  handle->disk = &disk;
  handle->file = found->second;
  handle->path = name;
  handle->life = disk.life;
  handle->delete_on_close = flags & SQLITE_OPEN_DELETEONCLOSE;
  if (out_flags) *out_flags = flags;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  Impl& disk = disk_of(vfs);
  const Lock lock(disk.mutex);
  if (disk.off) return SQLITE_IOERR_DELETE;
  const auto found = disk.files.find(path);
  if (found == disk.files.end()) return SQLITE_IOERR_DELETE_NOENT;
  if (found->second->exists_durably) disk.ghosts[path] = found->second;
  disk.files.erase(found);
  if (sync_folder) disk.sync_folder();
  return SQLITE_OK;
}

int access_file(sqlite3_vfs* vfs, const char* path, int, int* result) {
  Impl& disk = disk_of(vfs);
  const Lock lock(disk.mutex);
  *result = disk.files.count(path) != 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* path, int size, char* into) {
  sqlite3_snprintf(size, into, "%s", path);
  return SQLITE_OK;
}

int randomness(sqlite3_vfs* vfs, int size, char* into) {
  Impl& disk = disk_of(vfs);
  const Lock lock(disk.mutex);
  for (int i = 0; i < size; ++i) into[i] = static_cast<char>(disk.chance());
  return size;
}

// Nobody is waited for: whoever holds a lock holds it in this very process.
int pause(sqlite3_vfs*, int microseconds) {
  return microseconds;
}

int current_time(sqlite3_vfs*, sqlite3_int64* now) {
  *now = 212'638'867'200'000;  // Milliseconds of the Julian calendar; the store asks its own clock.
  return SQLITE_OK;
}

int last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

}  // namespace

PowerDisk::PowerDisk(std::uint64_t seed) : impl_(std::make_unique<Impl>()) {
  static std::atomic<std::uint64_t> disks;
  impl_->name = "power-" + std::to_string(++disks);
  impl_->chance.seed(seed);
  sqlite3_vfs& vfs = impl_->vfs;
  vfs.iVersion = 2;
  vfs.szOsFile = sizeof(Handle);
  vfs.mxPathname = 1024;
  vfs.zName = impl_->name.c_str();
  vfs.pAppData = impl_.get();
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  vfs.xAccess = access_file;
  vfs.xFullPathname = full_path;
  vfs.xRandomness = randomness;
  vfs.xSleep = pause;
  vfs.xCurrentTimeInt64 = current_time;
  vfs.xGetLastError = last_error;
  sqlite3_vfs_register(&vfs, 0);
}

PowerDisk::~PowerDisk() {
  sqlite3_vfs_unregister(&impl_->vfs);
}

const std::string& PowerDisk::name() const {
  return impl_->name;
}

void PowerDisk::cut_after(std::uint64_t operations) {
  const Lock lock(impl_->mutex);
  impl_->cut_in = operations;
}

void PowerDisk::cut_now() {
  const Lock lock(impl_->mutex);
  impl_->off = true;
}

bool PowerDisk::is_off() const {
  const Lock lock(impl_->mutex);
  return impl_->off;
}

void PowerDisk::power_on() {
  const Lock lock(impl_->mutex);
  Impl& disk = *impl_;
  for (auto& [path, ghost] : disk.ghosts) {
    if (disk.coin(50)) disk.files.try_emplace(path, ghost);
  }
  disk.ghosts.clear();
  std::map<std::string, std::shared_ptr<File>> left;
  for (auto& [path, file] : disk.files) {
    if (!file->exists_durably && disk.coin(50)) continue;
    // A new object: connections from before keep the old one, whose locks mean nothing any more.
    auto fresh = std::make_shared<File>();
    fresh->now = fresh->durable = disk.what_is_left(*file);
    fresh->exists_durably = true;
    left.emplace(path, std::move(fresh));
  }
  disk.files = std::move(left);
  disk.off = false;
  disk.cut_in.reset();
  ++disk.life;
}

void PowerDisk::restart() {
  const Lock lock(impl_->mutex);
  Impl& disk = *impl_;
  for (auto& [path, file] : disk.files) {
    // Without the locks and the shared memory, which went with the process.
    auto same = std::make_shared<File>();
    same->now = file->now;
    same->durable = file->durable;
    same->pending = file->pending;
    same->exists_durably = file->exists_durably;
    file = std::move(same);
  }
  disk.off = false;
  disk.cut_in.reset();
  ++disk.life;
}

void PowerDisk::fail(Operation operation, std::uint64_t nth, int code, bool once) {
  const Lock lock(impl_->mutex);
  impl_->faults[operation] = {nth, code, once};
}

void PowerDisk::heal() {
  const Lock lock(impl_->mutex);
  impl_->faults.clear();
  impl_->cut_in.reset();
}

std::uint64_t PowerDisk::operations() const {
  const Lock lock(impl_->mutex);
  return impl_->operations;
}

std::uint64_t PowerDisk::syncs() const {
  const Lock lock(impl_->mutex);
  return impl_->syncs;
}

}  // namespace wf::sim
