// Finds a C++ compiler and asks it once what it is.
//
// Asking costs a start of the compiler, more than a build from the cache may take in all: the answer is kept
// in the cache folder under the program's path, size and time.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "compiler/toolchain/process.h"
#include "compiler/toolchain/toolchain.h"
#include "runtime/base/digest.h"
#include "runtime/base/files.h"

namespace wfc::toolchain {
namespace {

bool is_program(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && access(path.c_str(), X_OK) == 0;
}

std::string identity(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return {};
  return path + ' ' + std::to_string(status.st_size) + ' ' + std::to_string(status.st_mtim.tv_sec) + '.' +
         std::to_string(status.st_mtim.tv_nsec);
}

wf::Result<std::string> ask_version(const std::string& path) {
  auto folder = make_temporary_folder();
  if (!folder) return folder.error();
  auto ran = run_all({{path, "--version"}}, *folder);
  remove_folder(*folder);
  if (!ran) return ran.error();
  const Ran& answer = ran->front();
  if (answer.exit_code != 0) return wf::Error{"`" + path + " --version` failed", {}};
  return answer.output.substr(0, answer.output.find('\n'));
}

}  // namespace

std::string find_program(const std::string& name) {
  if (name.empty()) return {};
  if (name.find('/') != std::string::npos) return is_program(name) ? name : std::string();
  const char* value = std::getenv("PATH");
  const std::string path = value != nullptr ? value : "/usr/local/bin:/usr/bin:/bin";
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find(':', begin), path.size());
    const std::string folder = path.substr(begin, end - begin);
    // Relative entries depend on where one stands, and compiling happens elsewhere.
    if (folder.starts_with('/') && is_program(folder + "/" + name)) return folder + "/" + name;
    begin = end + 1;
  }
  return {};
}

std::string cache_folder() {
  if (const char* own = std::getenv("WFC_CACHE"); own != nullptr && own[0] != '\0') return own;
  if (const char* base = std::getenv("XDG_CACHE_HOME"); base != nullptr && base[0] == '/')
    return std::string(base) + "/wfc";
  if (const char* home = std::getenv("HOME"); home != nullptr && home[0] == '/')
    return std::string(home) + "/.cache/wfc";
  return {};
}

wf::Result<Compiler> find_compiler() {
  Compiler compiler;
  if (const char* own = std::getenv("WFC_CXX"); own != nullptr && own[0] != '\0') {
    compiler.path = find_program(own);
    if (compiler.path.empty())
      return wf::Error{"WFC_CXX is `" + std::string(own) + "`, which is no program that can be run", {}};
  } else {
    for (const char* name : {"g++", "c++", "clang++"}) {
      compiler.path = find_program(name);
      if (!compiler.path.empty()) break;
    }
    if (compiler.path.empty()) {
      return wf::Error{"no C++ compiler: looked for g++, c++ and clang++ on the PATH",
                       "install one (Debian: apt-get install g++), or set WFC_CXX"};
    }
  }
  if (compiler.path[0] != '/') {
    if (char* absolute = realpath(compiler.path.c_str(), nullptr)) {
      compiler.path = absolute;
      std::free(absolute);
    }
  }
  const std::string who = identity(compiler.path);
  const std::string cache = cache_folder();
  const std::string note = cache + "/compilers/" + wf::sha256_hex(who).substr(0, 32);
  if (auto known = wf::read_file(note, 4096); !cache.empty() && known) {
    compiler.version = *known;
  } else {
    auto version = ask_version(compiler.path);
    if (!version) return version.error();
    compiler.version = *version;
    // Where the note cannot be kept, the compiler is asked again the next time.
    if (!cache.empty() && wf::make_folders(cache + "/compilers", 0700))
      (void)wf::write_file(note, compiler.version);
  }
  compiler.clang = compiler.version.find("clang") != std::string::npos;
  // The fastest that is there; gold belongs to binutils.
  for (const char* linker : {"mold", "gold", "lld"}) {
    if (find_program("ld." + std::string(linker)).empty()) continue;
    compiler.linker = linker;
    break;
  }
  compiler.digest = wf::Digest()
                        .part(who)
                        .part(compiler.version)
                        .part(compiler.linker)
                        .part(identity(find_program("ld." + compiler.linker)))
                        .hex();
  return compiler;
}

}  // namespace wfc::toolchain
