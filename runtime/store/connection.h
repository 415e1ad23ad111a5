// One connection to the database file.
//
// Every write transaction holds a shared lock on `runs.db.ckpt`, and checkpoints hold it exclusively:
// SQLite's WAL-reset bug (3.7.0 to 3.51.2) needs a commit that falls into a checkpoint, and so there is none,
// whatever SQLite does inside. SQLite itself never checkpoints, neither by page count nor on close.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace wf::store {

// Before anything else is asked of SQLite.
void set_up_sqlite();

// A file with the kernel's advisory lock on it. The lock ends with the process, however that ends; the
// descriptor closes on exec.
class LockFile {
 public:
  LockFile() = default;
  explicit LockFile(int fd) : fd_(fd) {}
  LockFile(LockFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  LockFile& operator=(LockFile&& other) noexcept;
  ~LockFile();

  static Result<LockFile> open(const std::string& path);
  // False when another holds it in the way. Neither waits.
  bool try_exclusive();
  bool try_shared();
  void unlock();

 private:
  int fd_ = -1;
};

// A prepared statement. Texts are bound as they lie: they must live until `reset` or the next `run`.
class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  Statement(Statement&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  Statement& operator=(Statement&& other) noexcept;
  ~Statement();

  explicit operator bool() const { return statement_ != nullptr; }
  sqlite3_stmt* get() const { return statement_; }

  Statement& integer(int parameter, std::int64_t value);
  Statement& text(int parameter, std::string_view value);
  Statement& null(int parameter);

  // True while there is a row. An error ends the rows: `failed` says so.
  bool next();
  bool failed() const { return failed_; }
  // Executes a statement that gives no rows, and resets it. False on an error.
  bool run();
  void reset();

 private:
  sqlite3_stmt* statement_ = nullptr;
  bool failed_ = false;
};

struct ConnectionOptions {
  std::string path;
  std::string vfs;                               // Empty: the usual one.
  bool create = false;                           // Make an empty file if there is none.
  std::function<void(const std::string&)> warn;  // May be empty.
  std::int64_t busy_warn_ms = 5'000;             // Another's lock: after this a warning ...
  std::int64_t busy_max_ms = 60'000;             // ... and after this an error.
};

class Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(ConnectionOptions options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const std::string& path() const { return options_.path; }
  sqlite3* get() const { return db_; }

  Result<Statement> prepare(const char* sql);
  Result<> execute(const char* sql);             // Constant text, any number of statements.
  Result<std::int64_t> number(const char* sql);  // The first column of the first row.
  std::int64_t changes() const;

  // Turns the write-ahead log on. The file remembers it.
  Result<> use_log();

  // A write transaction. `begin` waits for others, within limits.
  Result<> begin();
  Result<> commit();
  void rollback();
  // Off: commits are seen by all at once, and last with the first later commit that is synced.
  Result<> sync_commits(bool on);
  // A consistent view of several reads.
  Result<> begin_read();

  // Moves what the log holds into the database file, unless another writes at the moment. `truncate` also
  // empties the log, so that the next process need not read it.
  void checkpoint(bool truncate);
  // At the end of a connection: empties a log that has become long.
  void tidy_up();
  std::int64_t log_pages() const { return log_pages_; }

  // What SQLite's last error means to a person.
  Error trouble(std::string_view doing) const;

 private:
  explicit Connection(ConnectionOptions options) : options_(std::move(options)) {}
  Result<> still_there();
  Error locked() const;

  ConnectionOptions options_;
  sqlite3* db_ = nullptr;
  LockFile checkpoint_lock_;
  Statement begin_, commit_, rollback_;
  std::int64_t log_pages_ = 0;
  struct Identity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    bool operator==(const Identity&) const = default;
  };
  Identity file_, log_;
  static Identity identity_of(const std::string& path);
};

// A transaction that is rolled back unless it was committed.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() {
    if (connection_) connection_->rollback();
  }
  Result<> commit() { return std::exchange(connection_, nullptr)->commit(); }

 private:
  Connection* connection_;
};

}  // namespace wf::store
