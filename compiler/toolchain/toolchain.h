// Finds a C++ compiler and the runtime, builds reproducibly, and remembers by content what it built.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/result.h"

namespace wfc::toolchain {

// Where the runtime's headers and libraries lie: the build tree, an install prefix (also one that was moved), or
// WFC_HOME, which overrides.
struct Home {
  std::string include;             // Holds wf/program.h.
  std::vector<std::string> libraries;  // Link line, in order: full paths of archives, -l of system libraries.
  std::string found_by;            // "WFC_HOME", "build tree", "install prefix"
  bool static_tbb = false;
  std::string digest;              // Of the archives' names, sizes and times, for the cache's key.
};
wf::Result<Home> find_home();

struct Compiler {
  std::string path;
  std::string version;             // First line of --version.
  bool clang = false;
  std::string linker;              // "mold", "gold", "lld" or "" for the default.
};
wf::Result<Compiler> find_compiler();  // WFC_CXX, then g++, c++, clang++ on the PATH.

struct SourceFile {
  std::string name;
  std::string text;
};
struct BuildRequest {
  std::vector<SourceFile> sources;
  std::string output;              // Written beside its place and renamed into it.
  std::string cache_key;           // Digest of everything the result depends on but compiler and runtime.
  bool use_cache = true;
  bool keep_temporary = false;
  bool verbose = false;
};
struct BuildResult {
  bool from_cache = false;
  double compile_ms = 0, link_ms = 0;
};
wf::Result<BuildResult> build(const BuildRequest& request, const Home& home, const Compiler& compiler);

std::string cache_folder();        // XDG_CACHE_HOME/wfc or ~/.cache/wfc; WFC_CACHE overrides.

}  // namespace wfc::toolchain
