// wfc doctor: can executables be built here, and what they will need where they run.
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "compiler/driver/commands.h"
#include "compiler/driver/version.h"

namespace wfc::driver {
namespace {

class Doctor {
 public:
  explicit Doctor(Console& console) : console_(console) {}

  int run() {
    console_.out(std::string("wfc ") + version + "\n");
    const auto compiler = toolchain::find_compiler();
    if (compiler) {
      good("C++ compiler", compiler->version + " (" + compiler->path + ")");
      if (compiler->linker == "mold" || compiler->linker == "gold" || compiler->linker == "lld") {
        good("linker", compiler->linker);
      } else {
        note("linker", "the compiler's own; `mold` or `gold` (Debian: mold, binutils) build faster");
      }
    } else {
      missing("C++ compiler", compiler.error().message, compiler.error().hint);
    }
    const auto home = toolchain::find_home();
    if (home) {
      good("runtime", home->folder + " (" + home->found_by + ")");
      if (home->static_tbb) {
        good("oneTBB", "static: executables need only the C library of a Linux no older than this one");
      } else {
        note("oneTBB", "shared: executables need libtbb.so.12 where they run (Debian: libtbb12)");
      }
    } else {
      missing("runtime", home.error().message, home.error().hint);
    }
    const std::string cache = toolchain::cache_folder();
    if (cache.empty()) {
      note("cache",
           "none: neither HOME nor WFC_CACHE is set, so every build starts anew and `wfc run` cannot");
    } else {
      good("cache", cache);
    }
    const std::string dot = toolchain::find_program("dot");
    if (dot.empty()) {
      note("dot", "not found; `wfc graph` writes DOT, which graphviz draws (Debian: graphviz)");
    } else {
      good("dot", dot);
    }
    return failed_ ? toolchain_failed : fine;
  }

 private:
  void line(std::string_view sign, std::string_view what, std::string_view detail) {
    std::string text = "  " + std::string(sign) + "  " + std::string(what);
    text.append(what.size() < 14 ? 14 - what.size() : 1, ' ');
    console_.out(text + std::string(detail) + "\n");
  }
  void good(std::string_view what, std::string_view detail) { line("ok     ", what, detail); }
  void note(std::string_view what, std::string_view detail) { line("note   ", what, detail); }
  void missing(std::string_view what, std::string_view detail, std::string_view hint) {
    failed_ = true;
    line("MISSING", what, detail);
    if (!hint.empty()) line("       ", "", hint);
  }

  Console& console_;
  bool failed_ = false;
};

}  // namespace

Action add_doctor(const CommandContext& context) {
  context.app.description("Find the C++ compiler and the runtime, and say what is missing");
  return [](Console& console) { return Doctor(console).run(); };
}

}  // namespace wfc::driver
