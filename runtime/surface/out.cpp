// Writes whole buffers, and shapes text for people.
#include "runtime/surface/out.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>

#include "runtime/base/text.h"

namespace wf::surface {
namespace {
constexpr std::int64_t idle_ms = 2'000;  // So long a reader may rest before it is given up at the end.
}  // namespace

Out::~Out() {
  settle();
}

void Out::write(std::string_view bytes) {
  if (pipe_) return pipe_->write(bytes);
  while (error_ == 0 && !bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      // Somebody who shares the terminal made it non-blocking.
      pollfd ready{.fd = fd_, .events = POLLOUT, .revents = 0};
      if (::poll(&ready, 1, -1) < 0 && errno != EINTR) error_ = errno;
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
}

void Out::never_wait() {
  if (!pipe_ && error_ == 0) pipe_ = PipeWriter::on(fd_);
}

void Out::settle() {
  if (!pipe_) return;
  pipe_->finish(idle_ms);
  error_ = pipe_->error();
  left_out_ += pipe_->left_out();
  // A line may be torn: whatever came behind it would be read as its end.
  if (error_ == 0 && pipe_->torn()) error_ = EPIPE;
  pipe_.reset();
}

int Out::error() const {
  return pipe_ ? pipe_->error() : error_;
}

void Out::line(std::string_view text) {
  std::string whole(text);
  whole += '\n';
  write(whole);
}

bool Out::is_terminal() const {
  return ::isatty(fd_) == 1;
}

Out::Size Out::size() const {
  winsize window{};
  Size size;
  if (::ioctl(fd_, TIOCGWINSZ, &window) != 0) return size;
  if (window.ws_col > 0) size.columns = window.ws_col;
  if (window.ws_row > 0) size.rows = window.ws_row;
  return size;
}

std::string shell_word(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-./:@%+,").find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return std::string(text);
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'')
      word += "'\\''";
    else
      word += c;
  }
  return word + "'";
}

std::string clock_time(std::int64_t wall_ms) {
  const std::time_t seconds = wall_ms / 1000;
  std::tm here{};
  ::localtime_r(&seconds, &here);
  char text[16];
  std::snprintf(text, sizeof text, "%02d:%02d:%02d", here.tm_hour, here.tm_min, here.tm_sec);
  return text;
}

std::string fit(std::string_view text, int columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns <= 0) return {};
  int used = 1;  // The sign that something is missing.
  std::size_t end = 0;
  while (end < text.size()) {
    std::size_t next = end;
    const int width = display_width(next_code_point(text, next));
    if (used + width > columns) break;
    used += width;
    end = next;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string pad(std::string_view text, int columns) {
  std::string padded = fit(text, columns);
  const int width = display_width(padded);
  if (width < columns) padded.append(static_cast<std::size_t>(columns - width), ' ');
  return padded;
}

std::string elapsed(std::int64_t ms) {
  ms = std::max<std::int64_t>(ms, 0);
  char text[32];
  const std::int64_t seconds = ms / 1000;
  if (ms < 1'000)
    std::snprintf(text, sizeof text, "%lldms", static_cast<long long>(ms));
  else if (ms < 10'000)
    std::snprintf(text, sizeof text, "%lld.%llds", static_cast<long long>(seconds),
                  static_cast<long long>(ms % 1000 / 100));
  else if (seconds < 60)
    std::snprintf(text, sizeof text, "%llds", static_cast<long long>(seconds));
  else if (seconds < 3600)
    std::snprintf(text, sizeof text, "%lldm%02llds", static_cast<long long>(seconds / 60),
                  static_cast<long long>(seconds % 60));
  else
    std::snprintf(text, sizeof text, "%lldh%02lldm", static_cast<long long>(seconds / 3600),
                  static_cast<long long>(seconds / 60 % 60));
  return text;
}

}  // namespace wf::surface
