// wfc explain: the page of a diagnostic, compiled in.
#include <CLI/CLI.hpp>

#include "compiler/diag/render.h"
#include "compiler/driver/commands.h"

namespace wfc::driver {
namespace {

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

int list_all(Console& console) {
  for (const diag::KindInfo* kind : diag::all_kinds()) {
    console.out(diag::code_of(*kind) + "  " + padded(kind->name, 26) + padded(kind->category, 16) +
                std::string(diag::name_of(kind->severity)) + "\n");
  }
  return fine;
}

int explain_command(Console& console, const std::string& code) {
  if (code.empty()) return list_all(console);
  const diag::KindInfo* kind = diag::find_kind(code);
  if (kind == nullptr) {
    std::vector<std::string> known;
    for (const diag::KindInfo* one : diag::all_kinds()) {
      known.push_back(diag::code_of(*one));
      known.emplace_back(one->name);
    }
    const std::string near = diag::closest(code, known);
    console.trouble("no diagnostic is called `" + code + "`",
                    near.empty() ? "`wfc explain` alone lists them" : "did you mean `" + near + "`?");
    return usage;
  }
  const std::string_view page = diag::explanation(*kind);
  if (page.empty()) {
    console.out(diag::code_of(*kind) + " " + kind->name + " (" + std::string(diag::name_of(kind->severity)) +
                ", " + kind->category + "): " + kind->message + "\n");
    return fine;
  }
  console.out(page);
  if (page.back() != '\n') console.out("\n");
  return fine;
}

}  // namespace

Action add_explain(const CommandContext& context) {
  auto code = std::make_shared<std::string>();
  CLI::App& app = context.app;
  app.description("Explain a diagnostic, with a wrong and a right example");
  app.add_option("code", *code, "WF0301, 301 or unknown-name; without one, all are listed")
      ->type_name("CODE");
  return [code](Console& console) { return explain_command(console, *code); };
}

}  // namespace wfc::driver
