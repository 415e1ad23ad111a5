// Holds every byte read and turns offsets into lines and columns.
//
// Files are read once, validated as UTF-8, and live as long as the SourceMap; everything else points into
// them with Spans. A byte order mark is not part of the text. Lines and columns count from 1, columns in code
// points.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace wfc {

using FileId = std::uint32_t;
inline constexpr FileId no_file = 0xffffffff;

// Bytes [begin, end) of a file. An empty span is a place.
struct Span {
  FileId file = no_file;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool known() const { return file != no_file; }
  bool operator==(const Span&) const = default;
};

// A part of the model, with where it was written.
template <class T>
struct Located {
  T value{};
  Span span;
};

namespace source {

struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

struct File {
  std::string name;  // As the definition names it; of the definition itself, as it was given.
  std::string path;  // As it was opened; empty for standard input and texts of tests.
  std::string text;
  std::string shown;  // As it appears in messages: from where the person stands.
};

// Texts that stand for the files of these paths: changes that nobody has written yet. By plain_path.
using Overlay = std::map<std::string, std::string>;
std::string plain_path(const std::string& path);  // Without `.` and `a/..`.

class SourceMap {
 public:
  // Takes text as it is (also invalid UTF-8: check with diagnose_encoding in diag before parsing).
  FileId add(std::string name, std::string text, std::string path = {}, std::string shown = {});
  const File& file(FileId id) const;
  std::uint32_t count() const { return static_cast<std::uint32_t>(files_.size()); }

  // What files hold instead of what is on the disk; outlives the map.
  void lay_over(const Overlay* overlay) { overlay_ = overlay; }
  const std::string* laid_over(const std::string& path) const;  // Null: the file as it is.

  std::string_view text(const Span& span) const;
  Position position_of(FileId file, std::uint32_t offset) const;
  std::uint32_t line_count(FileId file) const;
  std::string_view line(FileId file, std::uint32_t number) const;  // Without its line end.
  std::uint32_t offset_of(FileId file, Position position) const;   // Clamped to the line.

 private:
  struct Entry {
    File file;
    // Made on first use. Some files are one line of many megabytes, so what a column needs is counted ahead:
    // the bytes before each block that do not begin a code point.
    mutable std::vector<std::uint32_t> line_starts;
    mutable std::vector<std::uint32_t> continuations;
  };
  const Entry& indexed(FileId file) const;
  std::deque<Entry> files_;
  const Overlay* overlay_ = nullptr;
};

// The message of a refusal because of the place; any other refusal says why in its own words.
inline constexpr std::string_view leads_outside = "it leads out of the definition's folder";

// And that of a file that is not there.
inline constexpr std::string_view no_such_file = "there is no such file";

// Of a file that is larger than it may be.
bool is_too_large(const wf::Error& error);

// Reads a file that a definition names. Refuses what is not a plain file, what is larger than `size_max`,
// and, unless `allow_outside`, what lies (links followed) outside the folder `root`. Messages say only why:
// the caller has the name as the author wrote it.
wf::Result<std::string> load(const std::string& path, std::uint64_t size_max);
wf::Result<std::string> load_inside(const std::string& root, const std::string& relative,
                                    std::uint64_t size_max, bool allow_outside);

}  // namespace source
}  // namespace wfc
