// What the engine and its nursery say to each other over their socket. Both are the same executable, so
// numbers travel as they lie in memory.
//
// Engine to nursery: orders of any length, each a Header and its body; descriptors travel beside, in the
// order in which the orders need them. Nursery to engine: reports of a fixed size.
#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace wf::io {

enum class OrderKind : std::uint32_t {
  spawn,  // Spawn, then argc + envc + 2 texts: arguments, environment, folder, token
  term,   // SIGTERM to the group
  kill,   // SIGKILL to the group and everything it started
  sweep,  // the child has ended: end what it left behind and answer `swept`
};

struct Header {
  std::uint32_t size = 0;  // Of the body.
  OrderKind kind = OrderKind::spawn;
  std::uint64_t child = 0;
};

struct Spawn {
  std::uint32_t slot = 0;
  std::uint32_t new_slot = 0;  // 1: two descriptors come along, the slot's stdout and stderr.
  std::uint32_t input = 0;     // 1: a further one is the child's standard input.
  std::uint32_t argc = 0;
  std::uint32_t envc = 0;
};

enum class ReportKind : std::uint32_t {
  hello,  // The nursery stands; `error` is why it does not.
  ended,
  swept,
};

struct Report {
  std::uint64_t child = 0;
  ReportKind kind = ReportKind::hello;
  std::int32_t status = 0;       // As waitpid(2) gives it.
  std::int32_t error = 0;        // errno when the child could not be started.
  std::uint8_t in_folder = 0;    // `error` is about entering the folder.
  std::uint8_t left_behind = 0;  // Something the child started still lives; its slot is gone.
  std::uint16_t unused = 0;
};
static_assert(sizeof(Report) == 24 && std::is_trivially_copyable_v<Report>);

template <class T>
void put(std::string& to, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// A text and the NUL after it, so that the nursery can hand the bytes to exec as they lie.
inline void put_text(std::string& to, std::string_view text) {
  put(to, static_cast<std::uint32_t>(text.size()));
  to.append(text).push_back('\0');
}

// Reads what `put` wrote. The writer is trusted: a short message is a bug, and `ok` says so.
class Reader {
 public:
  Reader(char* at, std::size_t size) : at_(at), end_(at + size) {}
  template <class T>
  T get() {
    T value = {};
    if (static_cast<std::size_t>(end_ - at_) < sizeof value) {
      ok_ = false;
      return value;
    }
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
    return value;
  }
  char* text() {
    const auto size = get<std::uint32_t>();
    if (!ok_ || static_cast<std::size_t>(end_ - at_) <= size) {
      ok_ = false;
      return nullptr;
    }
    char* const text = at_;
    at_ += size + 1;
    return text;
  }
  bool ok() const { return ok_; }

 private:
  char* at_;
  char* end_;
  bool ok_ = true;
};

}  // namespace wf::io
