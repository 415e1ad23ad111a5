// wfc explain: the page of a diagnostic, compiled in.
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "compiler/diag/render.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/page.h"

namespace wfc::driver {
namespace {

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

int list_all(Console& console, bool colour) {
  for (const diag::KindInfo* kind : diag::all_kinds()) {
    const std::string code = diag::code_of(*kind);
    console.out((colour ? "\x1b[1m" + code + "\x1b[0m" : code) + "  " + padded(kind->name, 26) +
                padded(kind->category, 16) + std::string(diag::name_of(kind->severity)) + "\n");
  }
  return fine;
}

int explain_command(Console& console, const std::string& code, const InputOptions& look) {
  const bool colour = use_colour(look, STDOUT_FILENO);
  if (code.empty()) return list_all(console, colour);
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
  // Whoever reads it with another program gets the page itself.
  const bool for_people = colour || Console::is_terminal(STDOUT_FILENO);
  const std::string shown =
      for_people ? render_page(page, {.colour = colour, .columns = terminal_columns()}) : std::string(page);
  console.out(shown);
  if (!shown.ends_with('\n')) console.out("\n");
  return fine;
}

}  // namespace

Action add_explain(const CommandContext& context) {
  auto code = std::make_shared<std::string>();
  CLI::App& app = context.app;
  app.description("Explain a diagnostic, with a wrong and a right example");
  app.add_option("code", *code, "WF0301, 301 or unknown-name; without one, all are listed")
      ->type_name("CODE");
  auto look = std::make_shared<InputOptions>();
  app.add_option("--color", look->color, "auto, always or never")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}).description(""));
  return [code, look](Console& console) { return explain_command(console, *code, *look); };
}

}  // namespace wfc::driver
