// A folder with one executable, whose runs are disturbed from outside.
#pragma once
#include <gtest/gtest.h>
#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "runtime/base/json.h"

namespace wf::faults {

struct Ended {
  int exit_code = -1;  // 128 + the signal, as a shell tells it.
  bool by_signal = false;
  double seconds = 0;
  long memory_kib = 0;  // The most that it or a child of it that has ended has had.
  std::string out, err;
};

// One process group, with output in files.
class Process {
 public:
  Process(const std::vector<std::string>& words, const std::string& folder,
          const std::vector<std::string>& environment = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  Ended wait();
  void send(int signal) const;
  void send_to_group(int signal) const;
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  bool reaped_ = false;
  double began_ = 0;
  std::string out_, err_;
};

class Faults : public ::testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;
  void TearDown() override;

  std::vector<std::string> words(const std::string& what, const std::string& id) const;
  Ended run(std::vector<std::string> words, const std::vector<std::string>& environment = {}) const;
  // With a fault in its system calls: `fdatasync:error=EIO:when=3`.
  Ended injected(const std::string& fault, const std::vector<std::string>& words,
                 const std::vector<std::string>& environment = {}) const;
  std::vector<std::string> under_strace(const std::string& fault, std::vector<std::string> words) const;
  Ended resume(const std::string& id, const std::vector<std::string>& environment = {}) const;
  Json status(const std::string& id) const;
  Json step(const std::string& id, const std::string& step) const;
  // The run goes on and completes; each step of `plain` has run once, or once more for each that was cut off.
  void completes(const std::string& id, int cuts) const;

  int count(const std::string& line) const;  // In the witness.
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  void write(const std::string& name, const std::string& bytes) const;
  std::string read(const std::string& name) const;
  bool await(const std::function<bool()>& holds, double seconds = 10) const;
  // Processes that this test has started, directly or not.
  std::vector<pid_t> alive() const;

  static std::string executable_;
  std::string folder_;
};

bool can_trace();

// A sanitizer takes memory of its own, looks for leaks where nobody traces, and wants to be loaded first.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr long of_memory(long kib) {
  return 4 * kib;
}
#else
constexpr long of_memory(long kib) {
  return kib;
}
#endif
inline constexpr const char* undisturbed = "ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0";

}  // namespace wf::faults
