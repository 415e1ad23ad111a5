// Drives one of the test programs as a process of its own, in a folder of its own.
#pragma once
#include <gtest/gtest.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "runtime/base/json.h"

namespace wf::test {

struct Ended {
  int exit_code = -1;  // 128 + the signal, as a shell tells it.
  std::string out, err;
};

class Process {
 public:
  Process(const std::string& program, const std::vector<std::string>& words, const std::string& folder,
          const std::vector<std::string>& environment = {}, bool close_out = false,
          const std::string& out_to = {});
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();
  Ended wait();
  void send(int signal) const;
  bool running();
  // Whether it ends by itself soon.
  bool ends();
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  std::string out_path_, err_path_;  // No path: standard output went somewhere else.
  int status_ = 0;
  bool reaped_ = false;
};

// A folder of its own for each test, gone afterwards.
class ExecutableTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  Ended run(const std::string& program, const std::vector<std::string>& words,
            const std::vector<std::string>& environment = {});
  Process begin(const std::string& program, const std::vector<std::string>& words);
  void write(const std::string& name, const std::string& bytes) const;
  std::string read(const std::string& name) const;  // Empty when it is not there.
  std::vector<std::string> lines(const std::string& name) const;
  // Until the file is there; a test whose process never makes it fails here.
  void await(const std::string& name) const;
  Json json(const Ended& ended) const;
  // The step of that id in a status document.
  Json step(const Json& status, const std::string& id) const;

  std::string folder_;
};

std::string this_executable();
std::string login_name();

}  // namespace wf::test
