// Writes into a pipe, a FIFO or a socket without ever waiting for whoever reads it.
//
// What the reader has not taken yet lies in a queue with a bound, from which a thread writes; the thread is
// made when the reader is slow for the first time. Past the bound whole pieces are left out and counted: a
// reader that stalls shall hold up neither a run nor the signals that end it.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace wf::surface {

class PipeWriter {
 public:
  // Null where writing waits for no reader: a file, a device, a terminal. `fd` must stay open.
  static std::unique_ptr<PipeWriter> on(int fd);
  ~PipeWriter();
  PipeWriter(const PipeWriter&) = delete;
  PipeWriter& operator=(const PipeWriter&) = delete;

  void write(std::string_view piece);  // Kept whole or left out whole.
  // Waits while the reader takes something at least every `idle_ms`, and leaves out what remains then.
  void finish(std::int64_t idle_ms);
  int error();  // Why nothing can be written any more, an errno, or 0.
  std::uint64_t left_out();
  bool torn() const { return pending_ != 0; }  // After `finish`: something begun was not ended.

 private:
  PipeWriter(int fd, bool is_socket, bool is_own, bool never_waits)
      : fd_(fd), is_socket_(is_socket), is_own_(is_own), never_waits_(never_waits) {}
  // How many bytes the reader had room for, or -1 with errno.
  std::int64_t try_write(std::string_view bytes) const;
  void work();

  const int fd_;
  const bool is_socket_, is_own_, never_waits_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string queue_;        // Behind what the thread has in its hands.
  std::size_t pending_ = 0;  // All bytes that are not written yet.
  std::uint64_t left_out_ = 0;
  int error_ = 0;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace wf::surface
