// SQLite, opened carefully: what is forged must not run, what is locked is waited for, what fails is said
// plainly.
#include "runtime/store/connection.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

namespace wf::store {

namespace {

// Rows hold up to 64 KiB of output and gates up to 16 MiB of replaced content. A forged row cannot ask for
// more memory than this.
constexpr int row_bytes_max = 128 * 1024 * 1024;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

struct Wording {
  int code;
  const char* cause;
  const char* hint;
};
constexpr Wording wordings[] = {
    {SQLITE_FULL, "the disk is full", "make room, then go on with `resume`"},
    {SQLITE_IOERR, "the disk reports an error",
     "look at the disk (`dmesg`) and restart the machine, then go on with `resume`"},
    {SQLITE_CORRUPT, "its content is damaged",
     "`doctor` says more; move it away together with its `-wal` file to begin with an empty store"},
    {SQLITE_NOTADB, "it is not a store of wfc, nor any SQLite database",
     "name another with `--store`, or move the file away"},
    {SQLITE_READONLY, "it is read-only", "check who owns the file and its folder"},
    {SQLITE_PERM, "access is denied", "check who owns the file and its folder"},
    {SQLITE_AUTH, "access is denied", "check who owns the file and its folder"},
    {SQLITE_CANTOPEN, "it cannot be opened", "check that its folder exists and who owns it"},
    {SQLITE_BUSY, "another process keeps it locked",
     "look for a `sqlite3` with an open transaction, and end it"},
    {SQLITE_LOCKED, "another process keeps it locked",
     "look for a `sqlite3` with an open transaction, and end it"},
    {SQLITE_NOMEM, "memory is short", ""},
    {SQLITE_TOOBIG, "a text is too large for it", ""},
    {SQLITE_CONSTRAINT, "it refuses a contradiction", "`doctor` says more"},
};

// SQLite's errors that only say "I/O error" carry the system's reason beside them.
bool has_system_cause(int code) {
  return code == SQLITE_IOERR || code == SQLITE_CANTOPEN;
}

}  // namespace

void set_up_sqlite() {
  // Counting what it allocates takes SQLite a lock for every allocation. Refused, without harm, once it is in
  // use.
  [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

LockFile& LockFile::operator=(LockFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

LockFile::~LockFile() {
  if (fd_ >= 0) ::close(fd_);
}

Result<LockFile> LockFile::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    return Error{"cannot open the lock file `" + path + "`: " + std::strerror(errno),
                 "check who owns the file and its folder"};
  }
  return LockFile(fd);
}

bool LockFile::try_exclusive() {
  return ::flock(fd_, LOCK_EX | LOCK_NB) == 0;
}
bool LockFile::try_shared() {
  return ::flock(fd_, LOCK_SH | LOCK_NB) == 0;
}
void LockFile::unlock() {
  ::flock(fd_, LOCK_UN);
}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(statement_, other.statement_);
  std::swap(failed_, other.failed_);
  return *this;
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

Statement& Statement::integer(int parameter, std::int64_t value) {
  sqlite3_bind_int64(statement_, parameter, value);
  return *this;
}

Statement& Statement::text(int parameter, std::string_view value) {
  // A null pointer would be NULL, an empty text is not.
  sqlite3_bind_text64(statement_, parameter, value.data() ? value.data() : "", value.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
  return *this;
}

Statement& Statement::null(int parameter) {
  sqlite3_bind_null(statement_, parameter);
  return *this;
}

bool Statement::next() {
  const int code = sqlite3_step(statement_);
  failed_ = code != SQLITE_ROW && code != SQLITE_DONE;
  return code == SQLITE_ROW;
}

bool Statement::run() {
  const int code = sqlite3_step(statement_);
  failed_ = code != SQLITE_ROW && code != SQLITE_DONE;
  sqlite3_reset(statement_);
  return !failed_;
}

void Statement::reset() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Connection::Identity Connection::identity_of(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return {};
  return {info.st_dev, info.st_ino};
}

Result<std::unique_ptr<Connection>> Connection::open(ConnectionOptions options) {
  set_up_sqlite();
  std::unique_ptr<Connection> self(new Connection(std::move(options)));
  const std::string& path = self->options_.path;
  // One thread at a time uses a connection: SQLite needs no mutexes of its own.
  const int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (self->options_.create ? SQLITE_OPEN_CREATE : 0);
  const char* vfs = self->options_.vfs.empty() ? nullptr : self->options_.vfs.c_str();
  if (sqlite3_open_v2(path.c_str(), &self->db_, flags, vfs) != SQLITE_OK) return self->trouble("open");
  sqlite3* db = self->db_;
  sqlite3_extended_result_codes(db, 1);
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, row_bytes_max);
  // The file may be forged: nothing in its schema may act. We have no triggers, and read no views.
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_busy_timeout(db, static_cast<int>(std::min<std::int64_t>(5'000, self->options_.busy_warn_ms)));
  // Takes the place of the automatic checkpoint.
  sqlite3_wal_hook(
      db,
      [](void* of, sqlite3*, const char*, int pages) {
        static_cast<Connection*>(of)->log_pages_ = pages;
        return SQLITE_OK;
      },
      self.get());
  if (sqlite3_db_readonly(db, "main") == 1) {
    return Error{"cannot write the store `" + path + "`: it is read-only",
                 "check who owns the file and its folder"};
  }
  auto lock = LockFile::open(path + ".ckpt");
  if (!lock) return lock.error();
  self->checkpoint_lock_ = std::move(*lock);
  if (self->options_.vfs.empty()) self->file_ = identity_of(path);
  if (auto set = self->execute("PRAGMA mmap_size=0; PRAGMA synchronous=FULL"); !set) return set.error();
  return self;
}

Connection::~Connection() {
  begin_ = {};
  commit_ = {};
  rollback_ = {};
  sqlite3_close_v2(db_);
}

Result<Statement> Connection::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
    return trouble("read");
  }
  return Statement(statement);
}

Result<> Connection::execute(const char* sql) {
  if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return trouble("use");
  return Done{};
}

Result<std::int64_t> Connection::number(const char* sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  if (!statement->next()) return trouble("read");
  return std::int64_t{sqlite3_column_int64(statement->get(), 0)};
}

std::int64_t Connection::changes() const {
  return sqlite3_changes64(db_);
}

// A file that was removed or replaced takes our commits with it into nowhere, without an error from anyone.
Result<> Connection::still_there() {
  if (!options_.vfs.empty()) return Done{};
  if (identity_of(options_.path) != file_) {
    return Error{"the store `" + options_.path + "` was removed or replaced while it was in use",
                 "put the file back, then go on with `resume`"};
  }
  if (log_ != Identity{} && identity_of(options_.path + "-wal") != log_) {
    return Error{
        "the log of the store, `" + options_.path + "-wal`, was removed or replaced while it was in use",
        "the last steps may be lost; go on with `resume`"};
  }
  return Done{};
}

Error Connection::locked() const {
  return Error{"cannot write the store `" + options_.path + "`: another process keeps it locked",
               "look for a `sqlite3` with an open transaction, and end it"};
}

Result<> Connection::use_log() {
  // Two processes that make one store in place may refuse each other here, without a wait by SQLite.
  for (const std::int64_t began = now_ms();;) {
    if (sqlite3_exec(db_, "PRAGMA journal_mode=WAL", nullptr, nullptr, nullptr) == SQLITE_OK) return Done{};
    if ((sqlite3_extended_errcode(db_) & 0xff) != SQLITE_BUSY) return trouble("open");
    if (now_ms() - began >= options_.busy_max_ms) return locked();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

Result<> Connection::begin() {
  const std::int64_t began = now_ms();
  bool warned = false;
  const auto patient = [&] {
    const std::int64_t waited = now_ms() - began;
    if (waited >= options_.busy_warn_ms && !std::exchange(warned, true) && options_.warn) {
      options_.warn("the store `" + options_.path + "` is locked by another process; waiting");
    }
    return waited < options_.busy_max_ms;
  };

  // A checkpoint holds the lock for as long as its two syncs take.
  for (auto pause = std::chrono::microseconds(50); !checkpoint_lock_.try_shared();
       pause = std::min(pause * 2, std::chrono::microseconds(20'000))) {
    if (!patient()) return locked();
    std::this_thread::sleep_for(pause);
  }
  if (auto there = still_there(); !there) {
    checkpoint_lock_.unlock();
    return there.error();
  }
  if (!begin_) {
    auto statement = prepare("BEGIN IMMEDIATE");
    if (!statement) {
      checkpoint_lock_.unlock();
      return statement.error();
    }
    begin_ = std::move(*statement);
  }
  while (!begin_.run()) {
    const bool busy = (sqlite3_extended_errcode(db_) & 0xff) == SQLITE_BUSY;
    if (busy && patient()) continue;
    Error error = busy ? locked() : trouble("write");
    checkpoint_lock_.unlock();
    return error;
  }
  return Done{};
}

Result<> Connection::commit() {
  if (!commit_) {
    auto statement = prepare("COMMIT");
    if (!statement) {
      rollback();
      return statement.error();
    }
    commit_ = std::move(*statement);
  }
  if (!commit_.run()) {
    Error error = trouble("write");
    rollback();
    return error;
  }
  checkpoint_lock_.unlock();
  if (log_ == Identity{} && options_.vfs.empty()) log_ = identity_of(options_.path + "-wal");
  return Done{};
}

void Connection::rollback() {
  // After some errors SQLite has rolled back by itself.
  if (!sqlite3_get_autocommit(db_)) sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
  checkpoint_lock_.unlock();
}

Result<> Connection::sync_commits(bool on) {
  return execute(on ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
}

Result<> Connection::begin_read() {
  return execute("BEGIN");
}

void Connection::tidy_up() {
  // 512 KiB. A shorter log costs the next process less to read than two syncs would cost this one.
  if (log_pages_ > 128) checkpoint(true);
}

void Connection::checkpoint(bool truncate) {
  if (!checkpoint_lock_.try_exclusive()) return;
  // Readers that look at old pages are not worth waiting for: another time will do.
  sqlite3_busy_timeout(db_, 0);
  const int mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  // Where it fails, the log is merely longer, and the next commit meets whatever is wrong.
  sqlite3_wal_checkpoint_v2(db_, nullptr, mode, nullptr, nullptr);
  sqlite3_busy_timeout(db_, static_cast<int>(std::min<std::int64_t>(5'000, options_.busy_warn_ms)));
  checkpoint_lock_.unlock();
}

Error Connection::trouble(std::string_view doing) const {
  const int code = sqlite3_extended_errcode(db_);
  std::string message = "cannot " + std::string(doing) + " the store `" + options_.path + "`: ";
  for (const Wording& wording : wordings) {
    if (wording.code != (code & 0xff)) continue;
    message += wording.cause;
    const int system = has_system_cause(wording.code) ? sqlite3_system_errno(db_) : 0;
    message += std::string(" (") + (system ? std::strerror(system) : sqlite3_errmsg(db_)) + ")";
    return Error{std::move(message), wording.hint};
  }
  // What remains are mostly tables and columns that a forged or damaged schema does not have.
  return Error{message + sqlite3_errmsg(db_), "`doctor` says more"};
}

}  // namespace wf::store
