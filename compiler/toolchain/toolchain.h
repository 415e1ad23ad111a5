// Finds a C++ compiler and the runtime, builds reproducibly, and remembers by content what it built.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "runtime/base/result.h"

namespace wfc::toolchain {

// Where the runtime's headers and libraries lie: the build tree, an install prefix (also one that was moved),
// or WFC_HOME, which overrides. All three have the same form: a folder `lib/wfc` with the archives and
// `runtime.txt`, which says what to link with them.
struct Home {
  std::string folder;                  // lib/wfc
  std::string include;                 // Holds wf/program.h.
  std::vector<std::string> libraries;  // Link line, in order: full paths of archives, -l of system libraries.
  std::string found_by;                // "WFC_HOME", "build tree", "install prefix"
  bool static_tbb = false;
  std::string digest;  // Of the archives' names, sizes and times, for the cache's key.
};
wf::Result<Home> find_home();

struct Compiler {
  std::string path;
  std::string version;  // First line of --version.
  bool clang = false;
  std::string linker;  // "mold", "gold", "lld" or "" for the default.
  std::string digest;  // Of the above and the program's size and time.
};
// WFC_CXX, then g++, c++, clang++ on the PATH. What a compiler answers is remembered until it changes.
wf::Result<Compiler> find_compiler();

struct SourceFile {
  std::string name;
  std::string text;
};
struct BuildRequest {
  std::function<std::vector<SourceFile>()> sources;  // Asked only when nothing suitable is remembered.
  std::string name;       // Of the executable inside the cache: letters, digits, `._-`.
  std::string cache_key;  // Digest of everything the result depends on but compiler and runtime.
  bool use_cache = true;
  bool keep_temporary = false;
};
struct BuildResult {
  std::string executable;
  bool from_cache = false;
  double compile_ms = 0, link_ms = 0;
  // The C++ compiler or the linker failed: what it said, and where the sources were kept.
  bool toolchain_failed = false;
  std::string toolchain_output;
  std::string kept;  // Also with keep_temporary.
};
// Builds `output`, written beside its place and renamed into it. The error is the world's (a folder that
// cannot be written); a toolchain that fails is in the result.
wf::Result<BuildResult> build(const BuildRequest& request, const Home& home, const Compiler& compiler,
                              const std::string& output);
// Likewise, into the cache: `executable` says where it lies.
wf::Result<BuildResult> build_in_cache(const BuildRequest& request, const Home& home,
                                       const Compiler& compiler);

// Is `output` already, byte for byte, the executable that is remembered for the request?
bool is_built(const BuildRequest& request, const Home& home, const Compiler& compiler,
              const std::string& output);

std::string cache_folder();  // WFC_CACHE, XDG_CACHE_HOME/wfc or ~/.cache/wfc. Empty: there is none.

// The whole of a program named without a slash, looked up on the PATH; empty when it is not there.
std::string find_program(const std::string& name);

}  // namespace wfc::toolchain
