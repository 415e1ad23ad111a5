// A pipe that was handed to us may be shared with others, so it cannot simply be made non-blocking: it is
// opened once more, for ourselves.
#include "runtime/surface/pipe_writer.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>

namespace wf::surface {
namespace {

constexpr std::size_t queue_max = 16u << 20;
constexpr int look_every_ms = 50;

}  // namespace

std::unique_ptr<PipeWriter> PipeWriter::on(int fd) {
  struct stat file {};
  if (::fstat(fd, &file) != 0) return nullptr;
  if (S_ISSOCK(file.st_mode)) return std::unique_ptr<PipeWriter>(new PipeWriter(fd, true, false, true));
  if (!S_ISFIFO(file.st_mode)) return nullptr;
  if ((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0)
    return std::unique_ptr<PipeWriter>(new PipeWriter(fd, false, false, true));
  const std::string again = "/proc/self/fd/" + std::to_string(fd);
  const int own = ::open(again.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  const bool reopened = own >= 0;
  return std::unique_ptr<PipeWriter>(new PipeWriter(reopened ? own : fd, false, reopened, reopened));
}

PipeWriter::~PipeWriter() {
  finish(0);
  if (is_own_) ::close(fd_);
}

std::int64_t PipeWriter::try_write(std::string_view bytes) const {
  if (is_socket_) return ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (never_waits_) return ::write(fd_, bytes.data(), bytes.size());
  // Somebody else's pipe: one that is ready takes so much at once.
  pollfd ready{.fd = fd_, .events = POLLOUT, .revents = 0};
  if (::poll(&ready, 1, 0) == 1)
    return ::write(fd_, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
  errno = EAGAIN;
  return -1;
}

void PipeWriter::write(std::string_view piece) {
  const std::lock_guard lock(mutex_);
  if (error_ != 0 || stop_) return;
  std::string_view rest = piece;
  while (pending_ == 0 && !rest.empty()) {
    const std::int64_t n = try_write(rest);
    if (n >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      error_ = errno;
      return;
    }
  }
  if (rest.empty()) return;
  // What has been begun is ended: a reader never finds half a line between whole ones.
  if (rest.size() == piece.size() && pending_ + rest.size() > queue_max) {
    left_out_ += rest.size();
    return;
  }
  queue_ += rest;
  pending_ += rest.size();
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  changed_.notify_all();
}

void PipeWriter::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stop_ || !queue_.empty(); });
    if (stop_) return;
    const std::string batch = std::move(queue_);
    queue_.clear();
    std::string_view rest = batch;
    while (!rest.empty()) {
      lock.unlock();
      pollfd ready{.fd = fd_, .events = POLLOUT, .revents = 0};
      ::poll(&ready, 1, look_every_ms);
      const std::int64_t n = try_write(rest);
      const int why = n < 0 ? errno : 0;
      lock.lock();
      if (stop_) return;
      if (n > 0) {
        rest.remove_prefix(static_cast<std::size_t>(n));
        pending_ -= static_cast<std::size_t>(n);
      } else if (why != 0 && why != EAGAIN && why != EINTR) {
        error_ = why;
        pending_ = 0;
      }
      changed_.notify_all();
      if (error_ != 0) return;
    }
  }
}

void PipeWriter::finish(std::int64_t idle_ms) {
  {
    std::unique_lock lock(mutex_);
    while (pending_ != 0 && !stop_) {
      const std::size_t before = pending_;
      if (!changed_.wait_for(lock, std::chrono::milliseconds(idle_ms), [&] { return pending_ != before; }))
        break;
    }
    if (!stop_) left_out_ += pending_;
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

int PipeWriter::error() {
  const std::lock_guard lock(mutex_);
  return error_;
}

std::uint64_t PipeWriter::left_out() {
  const std::lock_guard lock(mutex_);
  return left_out_;
}

}  // namespace wf::surface
