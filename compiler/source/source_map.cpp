// Lines and columns, found when somebody asks.
#include <algorithm>
#include <filesystem>

#include "compiler/source/source.h"
#include "runtime/base/assert.h"

namespace wfc::source {

namespace {

constexpr std::uint32_t block_bytes = 4096;

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

std::uint32_t count_continuations(std::string_view bytes) {
  return static_cast<std::uint32_t>(std::count_if(bytes.begin(), bytes.end(), continues));
}

}  // namespace

FileId SourceMap::add(std::string name, std::string text, std::string path, std::string shown) {
  // Offsets are 32 bits; load never lets so much through.
  WF_ASSERT(text.size() < 0xffffffff);
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
  if (shown.empty()) shown = name;
  files_.push_back(Entry{File{std::move(name), std::move(path), std::move(text), std::move(shown)}, {}, {}});
  return static_cast<FileId>(files_.size() - 1);
}

const File& SourceMap::file(FileId id) const {
  WF_ASSERT(id < files_.size());
  return files_[id].file;
}

const SourceMap::Entry& SourceMap::indexed(FileId id) const {
  WF_ASSERT(id < files_.size());
  const Entry& entry = files_[id];
  if (!entry.line_starts.empty()) return entry;
  const std::string_view text = entry.file.text;
  entry.line_starts.push_back(0);
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    entry.line_starts.push_back(static_cast<std::uint32_t>(at + 1));
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < text.size(); at += block_bytes) {
    entry.continuations.push_back(sum);
    sum += count_continuations(text.substr(at, block_bytes));
  }
  entry.continuations.push_back(sum);
  return entry;
}

std::string plain_path(const std::string& path) {
  return std::filesystem::path(path).lexically_normal().string();
}

const std::string* SourceMap::laid_over(const std::string& path) const {
  if (overlay_ == nullptr || overlay_->empty()) return nullptr;
  const auto found = overlay_->find(plain_path(path));
  return found == overlay_->end() ? nullptr : &found->second;
}

std::string_view SourceMap::text(const Span& span) const {
  if (!span.known()) return {};
  const std::string_view all = file(span.file).text;
  const std::size_t begin = std::min<std::size_t>(span.begin, all.size());
  return all.substr(begin, std::max(span.begin, span.end) - span.begin);
}

Position SourceMap::position_of(FileId id, std::uint32_t offset) const {
  const Entry& entry = indexed(id);
  const std::string_view text = entry.file.text;
  offset = std::min(offset, static_cast<std::uint32_t>(text.size()));
  const auto after = std::upper_bound(entry.line_starts.begin(), entry.line_starts.end(), offset);
  const std::uint32_t start = *std::prev(after);
  const auto before = [&](std::uint32_t at) {
    const std::uint32_t block = at / block_bytes;
    return entry.continuations[block] +
           count_continuations(text.substr(std::size_t{block} * block_bytes, at % block_bytes));
  };
  const std::uint32_t inner = offset - start < block_bytes
                                  ? count_continuations(text.substr(start, offset - start))
                                  : before(offset) - before(start);
  return Position{static_cast<std::uint32_t>(after - entry.line_starts.begin()), offset - start - inner + 1};
}

std::uint32_t SourceMap::line_count(FileId id) const {
  return static_cast<std::uint32_t>(indexed(id).line_starts.size());
}

std::string_view SourceMap::line(FileId id, std::uint32_t number) const {
  const Entry& entry = indexed(id);
  if (number == 0 || number > entry.line_starts.size()) return {};
  const std::string_view text = entry.file.text;
  const std::uint32_t begin = entry.line_starts[number - 1];
  std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
  const bool ends_with_line_feed = begin + line.size() < text.size();
  if (ends_with_line_feed && line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::uint32_t SourceMap::offset_of(FileId id, Position position) const {
  const Entry& entry = indexed(id);
  const std::size_t number = std::clamp<std::size_t>(position.line, 1, entry.line_starts.size());
  const std::string_view content = line(id, static_cast<std::uint32_t>(number));
  std::size_t at = 0;
  for (std::uint32_t column = 1; column < position.column && at < content.size(); ++column) {
    ++at;
    while (at < content.size() && continues(content[at])) ++at;
  }
  return entry.line_starts[number - 1] + static_cast<std::uint32_t>(at);
}

}  // namespace wfc::source
