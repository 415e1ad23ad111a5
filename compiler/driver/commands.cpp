// What commands share: the options that say how a definition is read, and the way from it to an executable.
#include "compiler/driver/commands.h"

#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <limits>

#include "compiler/diag/selection.h"
#include "compiler/driver/version.h"
#include "runtime/base/digest.h"
#include "runtime/base/files.h"
#include "runtime/base/text.h"
#include "runtime/rules/quantity.h"

namespace wfc::driver {

namespace {

// `200_000`, `4MiB`.
void set_limit(const source::LimitInfo& limit, const std::string& written, source::Limits& limits) {
  const std::string flag = "`--" + std::string(limit.flag) + " " + written + "`";
  const bool bytes = limit.unit == source::LimitUnit::bytes;
  const wf::Result<std::int64_t> value =
      bytes ? wf::rules::parse_size(written) : wf::rules::parse_integer(written);
  if (!value)
    throw CLI::ValidationError(flag + (bytes ? " is no size, as `32MiB` is" : " is no whole number"));
  if (*value < static_cast<std::int64_t>(limit.least) || *value > static_cast<std::int64_t>(limit.most))
    throw CLI::ValidationError(flag + " is out of bounds: from " + source::spelt(limit, limit.least) +
                               " to " + source::spelt(limit, limit.most));
  limits.*limit.field = static_cast<std::uint64_t>(*value);
}

}  // namespace

void add_input_options(CLI::App& app, InputOptions& options) {
  app.add_option("--dialect", options.dialect, "Read as this dialect instead of the recognised one")
      ->type_name("NAME");
  app.add_option("--stdin-name,--stdin-filename", options.stdin_name,
                 "What standard input is called; files that it names are looked for beside that")
      ->type_name("NAME");
  app.add_option("--define", options.defines, "Define a variable of texts; @FILE takes a file's text")
      ->type_name("NAME=TEXT|@FILE")
      ->allow_extra_args(false);
  app.add_option("--deny", options.deny,
                 "What is an error: `warnings`, a code, a name or a category; may be given several times")
      ->type_name("WHAT")
      ->allow_extra_args(false);
  app.add_flag_callback(
      "--pedantic", [&options] { options.pedantic = true; }, "Say also what is a matter of taste");
  app.add_flag_callback(
      "--no-pedantic", [&options] { options.pedantic = false; }, "Do not, whatever wfc.toml says");
  app.add_option("--config", options.config, "Use this file instead of the nearest wfc.toml")
      ->type_name("FILE");
  app.add_flag("--no-config", options.no_config, "Use no wfc.toml");
  app.add_option("--color", options.color, "auto, always or never")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}).description(""));
  app.add_option("--max-errors", options.errors_max,
                 "How many errors are shown in full (0: all; default: 100)")
      ->type_name("N")
      ->check(CLI::Range(0, 1'000'000'000).description(""));
  app.add_flag("--allow-outside", options.allow_outside,
               "Let the definition name files outside of its folder");
  app.add_flag("--allow-unknown-keys", options.allow_unknown_keys,
               "Do not report settings that a dialect has not");
  for (const source::LimitInfo& limit : source::limit_infos) {
    const bool bytes = limit.unit == source::LimitUnit::bytes;
    const std::string usual = source::spelt(limit, options.limits.*limit.field);
    app.add_option_function<std::string>(
           "--" + std::string(limit.flag),
           [&options, &limit](const std::string& written) { set_limit(limit, written, options.limits); },
           limit.help + (" (" + usual + ")"))
        ->type_name(bytes ? "SIZE" : "N")
        ->group("Limits");
  }
  app.add_flag("-v,--verbose", options.verbose, "Say more");
}

wf::Result<FrontOptions> front_options(const InputOptions& options) {
  FrontOptions front;
  if (const std::vector<std::string> known = dialects::known_names();
      !options.dialect.empty() && std::find(known.begin(), known.end(), options.dialect) == known.end()) {
    const std::string near = diag::closest(options.dialect, known);
    std::string all;
    for (const std::string& name : known) all += (all.empty() ? "" : ", ") + name;
    return wf::Error{"no dialect is named `" + options.dialect + "`",
                     near.empty() ? "the dialects: " + all : "did you mean `" + near + "`?"};
  }
  front.dialect = options.dialect;
  front.stdin_name = options.stdin_name;
  front.allow_outside = options.allow_outside;
  front.allow_unknown_keys = options.allow_unknown_keys;
  front.pedantic = options.pedantic;
  for (const std::string& selector : options.deny) {
    if (selector == "warnings" || !diag::kinds_of(selector).empty()) continue;
    const std::string near = diag::closest(selector, {"warnings"}).empty() ? diag::near_selector(selector)
                                                                           : "did you mean `warnings`?";
    return wf::Error{
        "`--deny " + selector + "` names no diagnostic",
        near.empty() ? "it takes `warnings`, a code, a name or a category; `wfc explain` lists them" : near};
  }
  front.deny = options.deny;
  front.settings = std::make_shared<SettingsBook>(options.config, options.no_config);
  if (const std::string trouble = front.settings->trouble(); !trouble.empty())
    return wf::Error{"cannot read `" + options.config + "`: " + trouble, {}};
  for (const std::string& define : options.defines) {
    const std::size_t equals = define.find('=');
    if (equals == std::string::npos || equals == 0)
      return wf::Error{"`--define " + define + (equals == 0 ? "` has no name" : "` has no `=`"),
                       "write --define NAME=TEXT or --define NAME=@FILE"};
    std::string text = define.substr(equals + 1);
    if (text.starts_with('@')) {
      auto file = source::load(text.substr(1), 4u << 20);
      if (!file) return wf::Error{"cannot read `" + text.substr(1) + "`: " + file.error().message, {}};
      text = std::move(*file);
    }
    if (wf::invalid_utf8_at(text) != std::string::npos || text.find('\0') != std::string::npos)
      return wf::Error{"the text of `--define " + define.substr(0, equals) + "` is not UTF-8 text", {}};
    front.defines.push_back({define.substr(0, equals), std::move(text)});
  }
  return front;
}

int errors_max(const InputOptions& options, const Settings& settings) {
  const int shown = options.errors_max.value_or(settings.errors_max.value_or(100));
  return shown == 0 ? std::numeric_limits<int>::max() : shown;
}

bool use_colour(const InputOptions& options, int fd) {
  if (options.color == "always") return true;
  if (options.color == "never") return false;
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && no_color[0] != '\0') return false;
  const char* term = std::getenv("TERM");
  if (term != nullptr && std::string_view(term) == "dumb") return false;
  return Console::is_terminal(fd);
}

std::unique_ptr<Checked> front_or_say(Console& console, Session& session, const std::string& path,
                                      const InputOptions& options, int& exit) {
  auto front_settings = front_options(options);
  if (!front_settings) {
    console.trouble(front_settings.error().message, front_settings.error().hint);
    exit = usage;
    return nullptr;
  }
  auto checked = front(session, path, *front_settings);
  if (!checked) {
    console.trouble(checked.error().message, checked.error().hint);
    exit = usage;
    return nullptr;
  }
  front_settings->settings->report_into(session.sources, session.report);
  if (options.only_errors)
    session.report.drop([](const diag::Diagnostic& said) { return said.severity != diag::Severity::error; });
  if (!session.report.all().empty()) {
    session.report.sort();
    const diag::TextStyle style{.colour = use_colour(options, STDERR_FILENO),
                                .errors_max = errors_max(options, front_settings->settings->of_folder("."))};
    console.err(diag::render_text(session.report, session.sources, style));
    console.err(diag::text_summary(session.report, {checked->summary}) + "\n");
  }
  if (!checked->usable || session.report.has_errors()) {
    exit = has_errors;
    return nullptr;
  }
  if (options.verbose) {
    std::string said = checked->summary.file + ": " + checked->summary.dialect;
    if (!checked->read.reason.empty()) said += " (" + checked->read.reason + ")";
    said += ", workflow " + checked->summary.workflow + ", " + std::to_string(checked->summary.steps) +
            " steps, " + std::to_string(checked->summary.edges) + " edges\n";
    console.err(wf::printable(said, true));
  }
  return std::make_unique<Checked>(std::move(*checked));
}

std::unique_ptr<Tools> tools_or_say(Console& console) {
  auto home = toolchain::find_home();
  if (!home) {
    console.trouble(home.error().message, home.error().hint);
    return nullptr;
  }
  auto compiler = toolchain::find_compiler();
  if (!compiler) {
    console.trouble(compiler.error().message, compiler.error().hint);
    return nullptr;
  }
  return std::make_unique<Tools>(Tools{std::move(*home), std::move(*compiler)});
}

std::string own_identity() {
  struct stat status {};
  if (stat("/proc/self/exe", &status) != 0) return version;
  return std::string(version) + ' ' + std::to_string(status.st_size) + ' ' +
         std::to_string(status.st_mtim.tv_sec) + '.' + std::to_string(status.st_mtim.tv_nsec);
}

toolchain::BuildRequest request_for(Session& session, const Checked& checked, const InputOptions& options,
                                    Console& console) {
  toolchain::BuildRequest request;
  request.name = file_name_for(checked.summary.workflow);
  const std::string& file = checked.summary.file;
  request.cache_key = wf::Digest()
                          .part(own_identity())
                          .part(file.substr(file.rfind('/') + 1))
                          .part(checked.summary.dialect)
                          .part(source_digest(session, checked))
                          .part(options.allow_unknown_keys ? "unknown keys" : "")
                          .hex();
  request.sources = [&session, &checked, &options, &console] {
    const passes::Trace say = [&console](std::string_view pass, const plan::Plan& plan) {
      console.err("  " + std::string(pass) + ": " + std::to_string(plan.steps.size()) + " rows, " +
                  std::to_string(plan.expressions.size()) + " expressions\n");
    };
    Backed backed = back(session, checked, options.verbose ? say : passes::Trace());
    std::vector<toolchain::SourceFile> files;
    for (emit::SourceFile& source : backed.sources.files)
      files.push_back({std::move(source.name), std::move(source.text)});
    return files;
  };
  return request;
}

int say_toolchain_failed(Console& console, const toolchain::BuildResult& result, const Tools& tools) {
  console.trouble("the C++ compiler failed (" + tools.compiler.path + ")");
  console.err(wf::printable(result.toolchain_output, true));
  if (!result.toolchain_output.empty() && result.toolchain_output.back() != '\n') console.err("\n");
  console.trouble("the sources are kept in `" + result.kept + "`", "`wfc doctor` looks at the toolchain");
  return toolchain_failed;
}

std::string file_name_for(const std::string& workflow) {
  std::string name;
  for (const char c : workflow) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || (!name.empty() && (c == '.' || c == '-'));
    if (plain) name += c;
    if (name.size() == 100) break;
  }
  return name.empty() ? "workflow" : name;
}

std::string shell_word(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_./:,@%+=-").find(c) != std::string_view::npos;
  });
  if (plain) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace wfc::driver
