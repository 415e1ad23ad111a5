// Writes a plan as C++: tables with designated initialisers, and the few expressions that need code.
#pragma once
#include <string>
#include <vector>

#include "compiler/plan/plan.h"

namespace wfc::emit {

struct SourceFile {
  std::string name;
  std::string text;  // ASCII only.
};
struct Sources {
  std::vector<SourceFile>
      files;  // The first is the main one. More than one above a few thousand expressions.
};

struct Options {
  std::string compiler;  // "wfc 0.1.0"
  // Named in comments without its folder; written so that it cannot end them.
  FileId definition = no_file;
};
Sources emit_cpp(const plan::Plan& plan, const source::SourceMap& sources, const Options& options);

// The text as a C++ string literal or several: printable ASCII but `"`, `\`, `?` as they are, every other
// byte as a three-digit octal escape, cut every 100 bytes (reliability.md 5.15).
std::string literal(std::string_view bytes, int indent);

}  // namespace wfc::emit
