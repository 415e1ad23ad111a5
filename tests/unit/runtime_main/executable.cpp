// fork and exec of this very file, with its streams in files so that nothing can block on a pipe.
#include "tests/unit/runtime_main/executable.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace wf::test {
namespace {

std::string read_all(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string fresh_name(const std::string& folder, const char* what) {
  static std::atomic<int> number = 0;
  return folder + "/." + what + std::to_string(++number);
}

}  // namespace

std::string this_executable() {
  return std::filesystem::read_symlink("/proc/self/exe").string();
}

std::string login_name() {
  const passwd* entry = ::getpwuid(::getuid());
  return entry ? entry->pw_name : "uid-" + std::to_string(::getuid());
}

Process::Process(const std::string& program, const std::vector<std::string>& words, const std::string& folder,
                 const std::vector<std::string>& environment, bool close_out, const std::string& out_to)
    : out_path_(fresh_name(folder, "out")), err_path_(fresh_name(folder, "err")) {
  const std::string exe = this_executable();
  std::vector<std::string> own = {"SURFACE_TEST_PROGRAM=" + program, "TEST_EXE=" + exe, "PATH=/usr/bin:/bin"};
  own.insert(own.end(), environment.begin(), environment.end());
  std::vector<char*> argv = {const_cast<char*>("./exe")};
  std::vector<char*> env;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  for (const std::string& entry : own) env.push_back(const_cast<char*>(entry.c_str()));
  argv.push_back(nullptr);
  env.push_back(nullptr);
  int gone[2] = {-1, -1};
  if (close_out) {
    EXPECT_EQ(::pipe2(gone, O_CLOEXEC), 0);
  }
  pid_ = ::fork();
  if (pid_ == 0) {
    if (close_out) {
      ::dup2(gone[1], 1);
      ::close(gone[0]);
      ::close(gone[1]);
    } else {
      const std::string& path = out_to.empty() ? out_path_ : out_to;
      ::dup2(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
    }
    ::dup2(::open(err_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
    ::dup2(::open("/dev/null", O_RDONLY), 0);
    if (::chdir(folder.c_str()) != 0) ::_exit(98);
    ::execve(exe.c_str(), argv.data(), env.data());
    ::_exit(97);
  }
  for (const int fd : gone)
    if (fd >= 0) ::close(fd);
  if (!out_to.empty()) out_path_.clear();
}

Process::Process(Process&& other) noexcept
    : pid_(other.pid_),
      out_path_(std::move(other.out_path_)),
      err_path_(std::move(other.err_path_)),
      status_(other.status_),
      reaped_(other.reaped_) {
  other.reaped_ = true;
}

Process& Process::operator=(Process&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(out_path_, other.out_path_);
  std::swap(err_path_, other.err_path_);
  std::swap(status_, other.status_);
  std::swap(reaped_, other.reaped_);
  return *this;
}

Process::~Process() {
  if (reaped_) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Process::send(int signal) const {
  ::kill(pid_, signal);
}

bool Process::running() {
  if (reaped_) return false;
  if (::waitpid(pid_, &status_, WNOHANG) == 0) return true;
  reaped_ = true;
  return false;
}

bool Process::ends() {
  for (int i = 0; i < 4000 && running(); ++i) ::usleep(5000);
  return !running();
}

Ended Process::wait() {
  if (!reaped_) ::waitpid(pid_, &status_, 0);
  reaped_ = true;
  return {.exit_code = WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_),
          .out = out_path_.empty() ? std::string() : read_all(out_path_),
          .err = read_all(err_path_)};
}

void ExecutableTest::SetUp() {
  std::string name = (std::filesystem::temp_directory_path() / "wf-main-XXXXXX").string();
  ASSERT_NE(::mkdtemp(name.data()), nullptr);
  folder_ = name;
}

void ExecutableTest::TearDown() {
  std::filesystem::remove_all(folder_);
}

Ended ExecutableTest::run(const std::string& program, const std::vector<std::string>& words,
                          const std::vector<std::string>& environment) {
  return Process(program, words, folder_, environment).wait();
}

Process ExecutableTest::begin(const std::string& program, const std::vector<std::string>& words) {
  return {program, words, folder_};
}

void ExecutableTest::write(const std::string& name, const std::string& bytes) const {
  std::ofstream(folder_ + "/" + name, std::ios::binary) << bytes;
}

std::string ExecutableTest::read(const std::string& name) const {
  return read_all(folder_ + "/" + name);
}

std::vector<std::string> ExecutableTest::lines(const std::string& name) const {
  std::vector<std::string> all;
  std::istringstream text(read(name));
  for (std::string line; std::getline(text, line);) all.push_back(line);
  return all;
}

void ExecutableTest::await(const std::string& name) const {
  for (int i = 0; i < 6000; ++i) {
    if (!read(name).empty()) return;
    ::usleep(5000);
  }
  FAIL() << name << " never came";
}

Json ExecutableTest::json(const Ended& ended) const {
  Result<Json> value = parse_json(ended.out);
  EXPECT_TRUE(value) << (value ? "" : value.error().message) << "\n" << ended.out << ended.err;
  return value ? *value : Json::object();
}

Json ExecutableTest::step(const Json& status, const std::string& id) const {
  for (const Json& step : status.at("steps"))
    if (step.at("id") == id) return step;
  ADD_FAILURE() << "no step " << id;
  return {};
}

}  // namespace wf::test
