// wfc diff: what changed in meaning from one definition to another.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <memory>
#include <utility>

#include "compiler/driver/commands.h"
#include "compiler/plan/difference.h"
#include "runtime/base/json.h"
#include "runtime/base/text.h"

namespace wfc::driver {
namespace {

using wf::Json;

constexpr std::uint64_t program_bytes_max = 1u << 30;

struct DiffOptions {
  InputOptions input;
  std::string before, after;
  std::string format = "text";
};

// One of the two, lowered.
struct Side {
  explicit Side(const source::Limits& limits) : session(limits) {}

  Session session;
  std::unique_ptr<Checked> checked;
  plan::Plan plan;

  std::string place(const wf::Origin& at) const {
    return name(at) + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
  }
  // Files are named as the definition names them; itself as it was given.
  std::string name(const wf::Origin& at) const {
    const wf::Text& name = plan.program.files[at.file];
    return at.file == 0 ? checked->summary.file : std::string(name.data, name.size);
  }
};

class Diff {
 public:
  Diff(Console& console, const DiffOptions& options)
      : console_(console), options_(options), old_(options.input.limits), new_(options.input.limits) {}

  int run() {
    if (options_.before == "-" && options_.after == "-") {
      console_.trouble("standard input can be read once");
      return usage;
    }
    if (options_.before != "-" && is_program(options_.before)) return against_program();
    for (const auto& [side, path] : {std::pair(&old_, &options_.before), std::pair(&new_, &options_.after)}) {
      int exit = fine;
      side->checked = front_or_say(console_, side->session, *path, options_.input, exit);
      if (!side->checked) return exit;
      side->plan = lowered_plan(side->session, *side->checked);
    }
    const std::vector<plan::Change> changes = plan::difference(old_.plan, new_.plan);
    const auto breaking =
        std::count_if(changes.begin(), changes.end(), [](const plan::Change& one) { return one.breaking; });
    if (options_.format == "json")
      json(changes);
    else
      text(changes, static_cast<int>(breaking));
    return breaking > 0 ? has_errors : fine;
  }

 private:
  static bool is_program(const std::string& path) {
    constexpr std::string_view begins =
        "\x7f"
        "ELF";
    char first[4] = {};
    std::ifstream file(path, std::ios::binary);
    return file.read(first, sizeof first) && std::string_view(first, sizeof first) == begins;
  }

  // A program holds the digest of what it means, as text. It is not asked for more: who compares may not want
  // to run it, and conditions and texts stand in it as code.
  int against_program() {
    int exit = fine;
    new_.checked = front_or_say(console_, new_.session, options_.after, options_.input, exit);
    if (!new_.checked) return exit;
    new_.plan = lowered_plan(new_.session, *new_.checked);
    const wf::Text& digest = new_.plan.program.plan_digest;
    const auto program = source::load(options_.before, program_bytes_max);
    if (!program) {
      console_.trouble("cannot read `" + options_.before + "`: " + program.error().message);
      return usage;
    }
    const bool equal = program->find(std::string_view(digest.data, digest.size)) != std::string::npos;
    if (options_.format == "json")
      console_.out(wf::write_json({{"version", 1},
                                   {"old", {{"file", options_.before}, {"dialect", nullptr}}},
                                   {"new", about(new_)},
                                   {"equal", equal}}) +
                   "\n");
    else
      console_.out(equal ? "no difference in meaning\n"
                         : "the program means something else, or another wfc has built it\n");
    if (!equal && options_.format == "text")
      console_.trouble(
          "what changed is not to be seen in a program",
          "compare with the definition that it was built from: `wfc diff OLD " + options_.after + "`");
    return equal ? fine : has_errors;
  }

  void text(const std::vector<plan::Change>& changes, int breaking) {
    const bool colour = use_colour(options_.input, STDOUT_FILENO);
    const auto paint = [&](std::string_view code, const std::string& text) {
      return colour ? "\x1b[" + std::string(code) + "m" + text + "\x1b[0m" : text;
    };
    for (const plan::Change& change : changes) {
      std::string level(plan::name_of(change.level));
      for (char& c : level) c = static_cast<char>(c - 'a' + 'A');
      level.append(8 - level.size(), ' ');
      std::string place;
      if (change.after.line != 0)
        place = new_.place(change.after);
      else if (change.before.line != 0)
        place = old_.place(change.before);
      console_.out(paint(change.breaking ? "1;31" : "1;36", level) + wf::printable(change.message, false) +
                   (place.empty() ? "" : " (" + wf::printable(place, false) + ")") + "\n");
    }
    if (changes.empty())
      console_.out("no difference in meaning\n");
    else
      console_.out(std::to_string(changes.size()) + (changes.size() == 1 ? " change, " : " changes, ") +
                   std::to_string(breaking) + " breaking\n");
  }

  static Json place_of(const Side& side, const wf::Origin& at) {
    if (at.line == 0) return nullptr;
    return {{"file", side.name(at)}, {"line", at.line}, {"column", at.column}};
  }

  static Json about(const Side& side) {
    return {{"file", side.checked->summary.file},
            {"dialect", side.checked->summary.dialect},
            {"workflow", side.checked->summary.workflow}};
  }

  void json(const std::vector<plan::Change>& changes) {
    Json list = Json::array();
    Json summary = {{"api", 0}, {"policy", 0}, {"resume", 0}, {"graph", 0}, {"breaking", 0}};
    for (const plan::Change& change : changes) {
      list.push_back({{"level", plan::name_of(change.level)},
                      {"breaking", change.breaking},
                      {"message", change.message},
                      {"old", place_of(old_, change.before)},
                      {"new", place_of(new_, change.after)}});
      Json& count = summary[std::string(plan::name_of(change.level))];
      count = count.get<int>() + 1;
      if (change.breaking) summary["breaking"] = summary["breaking"].get<int>() + 1;
    }
    const Json document = {{"version", 1},
                           {"old", about(old_)},
                           {"new", about(new_)},
                           {"equal", changes.empty()},
                           {"changes", std::move(list)},
                           {"summary", std::move(summary)}};
    console_.out(wf::write_json(document) + "\n");
  }

  Console& console_;
  const DiffOptions& options_;
  Side old_, new_;
};

}  // namespace

Action add_diff(const CommandContext& context) {
  auto options = std::make_shared<DiffOptions>();
  CLI::App& app = context.app;
  app.description("What changed in meaning from one definition to another");
  app.add_option("old", options->before,
                 "The definition as it was, - for standard input, or a program that was built from it")
      ->type_name("OLD")
      ->required();
  app.add_option("new", options->after, "The definition as it is, in any dialect")
      ->type_name("NEW")
      ->required();
  app.add_option("--format", options->format, "text or json")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "json"}).description(""));
  add_input_options(app, options->input);
  // What else could be said about either is not what was asked.
  options->input.only_errors = true;
  return [options](Console& console) { return Diff(console, *options).run(); };
}

}  // namespace wfc::driver
