// Streams into texts and files.
#include "runtime/steps/capture.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "runtime/base/text.h"

namespace wf::steps {

namespace {

constexpr std::uint64_t half_max = stream_kept_max / 2;

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// How many bytes at the end are the beginning of a character whose rest may still come.
std::size_t cut_character(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const auto lead = static_cast<unsigned char>(text[text.size() - back]);
    if (continues(text[text.size() - back])) continue;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    return length > back && lead < 0xF8 ? back : 0;
  }
  return 0;
}

bool read_at(int file, char* to, std::size_t size, std::uint64_t offset) {
  while (size > 0) {
    const ssize_t got = ::pread(file, to, size, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    size -= static_cast<std::size_t>(got);
    offset += static_cast<std::uint64_t>(got);
  }
  return true;
}

}  // namespace

std::string_view TextFilter::next(std::string_view bytes) {
  const bool joined = !held_.empty();
  if (joined) {
    held_.append(bytes);
    text_ = std::exchange(held_, {});
    bytes = text_;
  }
  const std::size_t cut = cut_character(bytes);
  held_ = bytes.substr(bytes.size() - cut);
  bytes.remove_suffix(cut);
  if (invalid_utf8_at(bytes) == std::string_view::npos) return bytes;
  text_ = replace_invalid_utf8(bytes);
  return text_;
}

std::string_view TextFilter::last() {
  text_ = replace_invalid_utf8(std::exchange(held_, {}));
  return text_;
}

Capture::Capture(const OutputKeeper& outputs, std::function<std::string()> path)
    : outputs_(outputs), path_of_(std::move(path)) {}

Capture::~Capture() {
  if (file_ >= 0) ::close(file_);
}

void Capture::append(std::string_view text) {
  if (file_ < 0 && trouble_.empty() && size_ + text.size() > inline_output_max) spill();
  if (file_ < 0) {
    // Without a file what fits is still shown; finish() says what is missing.
    if (text_.size() < inline_output_max) text_.append(text.substr(0, inline_output_max - text_.size()));
    size_ += text.size();
    return;
  }
  while (!text.empty()) {
    const bool head = size_ < half_max;
    const std::uint64_t offset = head ? size_ : half_max + (size_ - half_max) % half_max;
    const std::uint64_t room = (head ? half_max : 2 * half_max) - offset;
    const std::string_view part = text.substr(0, static_cast<std::size_t>(room));
    write(part, offset);
    size_ += part.size();
    text.remove_prefix(part.size());
  }
}

void Capture::spill() {
  path_ = path_of_();
  // The name may lead to bytes that the journal refers to under another name: those stay as they are.
  ::unlink(path_.c_str());
  file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file_ < 0) {
    trouble_ = "cannot write `" + path_ + "`: " + std::strerror(errno);
    return;
  }
  write(text_, 0);
  std::exchange(text_, {}).shrink_to_fit();
}

void Capture::write(std::string_view text, std::uint64_t offset) {
  while (!text.empty() && trouble_.empty()) {
    const ssize_t wrote = ::pwrite(file_, text.data(), text.size(), static_cast<off_t>(offset));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) {
      trouble_ = "cannot write `" + path_ + "`: " + std::strerror(errno);
      return;
    }
    text.remove_prefix(static_cast<std::size_t>(wrote));
    offset += static_cast<std::uint64_t>(wrote);
  }
}

// The ring becomes the tail that follows the head, with a notice of what is missing between them. Characters
// that were cut at the seams go.
void Capture::join_halves() {
  kept_ = std::min(size_, stream_kept_max);
  if (size_ <= stream_kept_max) return;
  std::string ring(half_max, '\0');
  std::string seam(4, '\0');
  if (!read_at(file_, ring.data(), ring.size(), half_max) ||
      !read_at(file_, seam.data(), seam.size(), half_max - seam.size())) {
    trouble_ = "cannot read `" + path_ + "`";
    return;
  }
  std::rotate(ring.begin(), ring.begin() + static_cast<std::ptrdiff_t>((size_ - half_max) % half_max),
              ring.end());
  std::string_view tail = ring;
  while (!tail.empty() && continues(tail.front())) tail.remove_prefix(1);
  const std::uint64_t head = half_max - cut_character(seam);
  const std::uint64_t left_out = size_ - head - tail.size();
  std::string notice = "[wfc: " + std::to_string(left_out) + " bytes left out]\n";
  if (seam.back() != '\n') notice.insert(0, "\n");
  write(notice, head);
  write(tail, head + notice.size());
  kept_ = head + notice.size() + tail.size();
}

void Capture::strip(std::uint64_t& size) {
  char end[2] = {};
  const std::size_t count = std::min<std::uint64_t>(size, 2);
  if (!read_at(file_, end, count, size - count)) return;
  if (end[count - 1] != '\n') return;
  size -= count == 2 && end[0] == '\r' ? 2 : 1;
}

Result<Output> Capture::finish(bool strip_line_break) {
  Output output;
  if (file_ < 0 && trouble_.empty()) {
    if (strip_line_break && text_.ends_with('\n')) {
      text_.pop_back();
      if (text_.ends_with('\r')) text_.pop_back();
    }
    output.text = std::move(text_);
    output.size = output.text.size();
    return output;
  }
  if (trouble_.empty()) join_halves();
  if (trouble_.empty()) {
    if (strip_line_break) strip(kept_);
    if (::ftruncate(file_, static_cast<off_t>(kept_)) != 0)
      trouble_ = "cannot write `" + path_ + "`: " + std::strerror(errno);
  }
  if (file_ >= 0) ::close(std::exchange(file_, -1));
  if (!trouble_.empty()) return Error{trouble_, "make room, then resume the run"};
  Result<std::string> name = outputs_.keep(path_);
  if (!name) return name.error();
  output.file = std::move(*name);
  output.size = kept_;
  return output;
}

}  // namespace wf::steps
