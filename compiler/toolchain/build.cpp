// Compiles and links, so that the same input gives the same bytes: a folder of our own with fixed names in
// it, fixed flags, no paths, no build id, and an environment that says nothing.
#include <sys/stat.h>

#include <chrono>

#include "compiler/toolchain/cache.h"
#include "compiler/toolchain/process.h"
#include "compiler/toolchain/toolchain.h"
#include "runtime/base/digest.h"
#include "runtime/base/files.h"

namespace wfc::toolchain {
namespace {

// The code is tables and a few calls: optimising it buys nothing and doubles the time
// (docs/decisions/emitted-code.md).
constexpr const char* compile_flags[] = {
    "-std=c++20", "-O0", "-fno-exceptions", "-fno-rtti", "-fno-asynchronous-unwind-tables", "-fno-pie", "-c"};
constexpr const char* link_flags[] = {"-no-pie",           "-static-libstdc++",   "-static-libgcc",
                                      "-Wl,--gc-sections", "-Wl,--build-id=sha1", "-s"};

double ms_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

std::string key_of(const BuildRequest& request, const Home& home, const Compiler& compiler) {
  wf::Digest digest;
  digest.part(request.cache_key).part(request.name).part(home.digest).part(compiler.digest);
  for (const char* flag : compile_flags) digest.part(flag);
  for (const char* flag : link_flags) digest.part(flag);
  for (const std::string& library : home.libraries) digest.part(library);
  return digest.hex();
}

// Removes its folder, unless it is to be kept.
class Workshop {
 public:
  explicit Workshop(std::string folder) : folder_(std::move(folder)) {}
  ~Workshop() {
    if (!kept_) remove_folder(folder_);
  }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;
  const std::string& folder() const { return folder_; }
  const std::string& keep() {
    kept_ = true;
    return folder_;
  }

 private:
  std::string folder_;
  bool kept_ = false;
};

struct Step {
  bool ok = true;
  double ms = 0;
};

wf::Result<Step> run_step(const std::vector<std::vector<std::string>>& commands, const std::string& folder,
                          BuildResult& result) {
  const auto begin = std::chrono::steady_clock::now();
  auto ran = run_all(commands, folder);
  if (!ran) return ran.error();
  Step step;
  for (const Ran& one : *ran) {
    if (one.exit_code == 0) continue;
    step.ok = false;
    result.toolchain_failed = true;
    result.toolchain_output += one.output;
    if (one.output.empty())
      result.toolchain_output += "it ended with " + std::to_string(one.exit_code) + "\n";
  }
  step.ms = ms_since(begin);
  return step;
}

wf::Result<BuildResult> compile_and_link(const BuildRequest& request, const Home& home,
                                         const Compiler& compiler, Workshop& workshop) {
  BuildResult result;
  std::vector<std::vector<std::string>> compiles;
  std::vector<std::string> link = {compiler.path};
  link.insert(link.end(), std::begin(link_flags), std::end(link_flags));
  if (!compiler.linker.empty()) link.push_back("-fuse-ld=" + compiler.linker);
  for (const SourceFile& source : request.sources()) {
    if (auto written = wf::write_file(workshop.folder() + "/" + source.name, source.text); !written)
      return written.error();
    std::vector<std::string> compile = {compiler.path};
    compile.insert(compile.end(), std::begin(compile_flags), std::end(compile_flags));
    const std::string object = source.name + ".o";
    compile.insert(compile.end(), {"-I" + home.include, source.name, "-o", object});
    compiles.push_back(std::move(compile));
    link.push_back(object);
  }
  link.insert(link.end(), home.libraries.begin(), home.libraries.end());
  link.insert(link.end(), {"-o", request.name});

  auto compiled = run_step(compiles, workshop.folder(), result);
  if (!compiled) return compiled.error();
  result.compile_ms = compiled->ms;
  if (compiled->ok) {
    auto linked = run_step({link}, workshop.folder(), result);
    if (!linked) return linked.error();
    result.link_ms = linked->ms;
  }
  if (result.toolchain_failed || request.keep_temporary) result.kept = workshop.keep();
  result.executable = workshop.folder() + "/" + request.name;
  return result;
}

}  // namespace

wf::Result<BuildResult> build(const BuildRequest& request, const Home& home, const Compiler& compiler,
                              const std::string& output) {
  struct stat status {};
  if (stat(output.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
    return wf::Error{"cannot write `" + output + "`: it is not a plain file", {}};
  const Cache cache(request.use_cache ? cache_folder() : std::string());
  const std::string key = key_of(request, home, compiler);
  if (auto entry = cache.find(key, request.name)) {
    if (auto placed = wf::write_file(output, entry->bytes, 0777); !placed) return placed.error();
    BuildResult result;
    result.executable = output;
    result.from_cache = true;
    return result;
  }
  auto folder = make_temporary_folder();
  if (!folder) return folder.error();
  Workshop workshop(*folder);
  auto result = compile_and_link(request, home, compiler, workshop);
  if (!result || result->toolchain_failed) return result;
  auto bytes = wf::read_file(result->executable);
  if (!bytes) return bytes.error();
  if (auto placed = wf::write_file(output, *bytes, 0777); !placed) return placed.error();
  // A cache that cannot be written costs the next build time and nothing else.
  if (cache.usable()) (void)cache.store(key, request.name, result->executable);
  result->executable = output;
  return result;
}

bool is_built(const BuildRequest& request, const Home& home, const Compiler& compiler,
              const std::string& output) {
  const Cache cache(cache_folder());
  return cache.usable() && cache.holds(key_of(request, home, compiler), request.name, output);
}

wf::Result<BuildResult> build_in_cache(const BuildRequest& request, const Home& home,
                                       const Compiler& compiler) {
  const Cache cache(cache_folder());
  if (!cache.usable())
    return wf::Error{"there is no folder to keep the executable in",
                     "set WFC_CACHE to one that can be written"};
  const std::string key = key_of(request, home, compiler);
  if (request.use_cache) {
    if (auto entry = cache.find(key, request.name)) {
      BuildResult result;
      result.executable = entry->path;
      result.from_cache = true;
      return result;
    }
  }
  auto folder = make_temporary_folder();
  if (!folder) return folder.error();
  Workshop workshop(*folder);
  auto result = compile_and_link(request, home, compiler, workshop);
  if (!result || result->toolchain_failed) return result;
  auto stored = cache.store(key, request.name, result->executable);
  if (!stored) return stored.error();
  result->executable = *stored;
  return result;
}

}  // namespace wfc::toolchain
