// front and back: the two halves of the compiler, as every command uses them.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "compiler/check/check.h"
#include "compiler/diag/encoding.h"
#include "compiler/diag/selection.h"
#include "compiler/driver/driver.h"
#include "compiler/driver/fallback.h"
#include "compiler/driver/fixing.h"
#include "compiler/driver/lock.h"
#include "compiler/driver/settings.h"
#include "compiler/driver/suppressions.h"
#include "compiler/driver/version.h"
#include "compiler/plan/plan.h"
#include "runtime/base/digest.h"
#include "runtime/base/files.h"

namespace wfc::driver {
namespace {

// Is it among what `--deny` or wfc.toml name?
bool denies(const std::vector<std::string>& selectors, const diag::Diagnostic& said, bool silent) {
  return std::any_of(selectors.begin(), selectors.end(), [&](const std::string& selector) {
    if (selector == "warnings") return !silent && said.severity == diag::Severity::warning;
    return diag::find_kind(selector) == said.kind || selector == said.kind->category;
  });
}

// Standard input has no path, but perhaps the name of a file.
const std::string& place_of(const source::File& file) {
  return file.path.empty() ? file.name : file.path;
}

// Gives what was said the severity that people want it to have. Comments come first: what they allow is
// nobody's business any more.
void judge(Session& session, std::size_t first, const Checked& checked, const FrontOptions& options,
           const Settings& settings) {
  apply_suppressions(session, first, checked);
  std::set<const diag::Diagnostic*> off;
  const auto& all = session.report.all();
  for (std::size_t i = first; i < all.size(); ++i) {
    diag::Diagnostic& said = *all[i];
    const bool may_be_less = diag::may_be_silenced(*said.kind, said.severity);
    bool silent = false;
    if (said.span.known() && may_be_less && !settings.of_files.empty())
      silent = settings.allowed_in(place_of(session.sources.file(said.span.file)), *said.kind);
    if (const auto wanted = settings.severity.find(said.kind); wanted != settings.severity.end()) {
      if (!wanted->second)
        silent = silent || may_be_less;
      else if (may_be_less || *wanted->second == diag::Severity::error)
        said.severity = *wanted->second;
    }
    // Flags win over wfc.toml; but `--deny warnings` means the warnings that there are.
    if (denies(options.deny, said, silent) || (!silent && denies(settings.deny, said, false)))
      said.severity = diag::Severity::error;
    else if (silent)
      off.insert(&said);
  }
  if (!off.empty()) session.report.drop([&](const diag::Diagnostic& one) { return off.contains(&one); });
}

// A name with a character in it that cannot be read is not another mistake.
void drop_consequences(Session& session, FileId as_written, FileId as_read) {
  const std::string_view written = session.sources.file(as_written).text;
  const std::string_view read = session.sources.file(as_read).text;
  session.report.drop([&](const diag::Diagnostic& diagnostic) {
    const Span& span = diagnostic.span;
    if (span.file != as_read || span.begin >= read.size()) return false;
    const std::size_t size = std::max<std::size_t>(span.end - span.begin, 1);
    const std::string_view marked = read.substr(span.begin, size);
    // More than a name is not wrong because of one character.
    if (marked.find('\n') != std::string_view::npos) return false;
    return marked != written.substr(span.begin, size);
  });
}

const Settings& no_settings() {
  static const Settings none;
  return none;
}

}  // namespace

wf::Result<std::string> read_stdin(std::uint64_t size_max) {
  std::string text;
  std::vector<char> block(1u << 16);
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return wf::Error{"cannot read standard input: " + std::string(std::strerror(errno)), {}};
    if (got == 0) return text;
    text.append(block.data(), static_cast<std::size_t>(got));
    if (text.size() > size_max)
      return wf::Error{"standard input is larger than any definition may be",
                       "name its file: the message then says which limit to raise"};
  }
}

std::uint64_t definition_bytes_max(const source::Limits& limits) {
  return std::max({limits.yaml_bytes, limits.json_bytes, limits.wf_bytes});
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

const std::string& source_digest(const Session& session, const Checked& checked) {
  if (!checked.digest.empty()) return checked.digest;
  wf::Digest digest;
  digest.part("wf-source-1").part(session.sources.file(checked.file).text);
  for (FileId file = checked.file + 1; file < checked.files_end; ++file)
    digest.part(session.sources.file(file).name).part(session.sources.file(file).text);
  for (const dialects::Define& define : checked.defines) digest.part(define.name).part(define.text);
  return checked.digest = digest.hex();
}

wf::Result<Checked> front(Session& session, const std::string& path, const FrontOptions& options) {
  const bool from_stdin = path == "-";
  const source::Limits& limits = session.report.limits();
  const std::uint64_t size_max = definition_bytes_max(limits);
  const std::string* changed = session.sources.laid_over(path);
  auto text = changed      ? wf::Result<std::string>(*changed)
              : from_stdin ? read_stdin(size_max)
                           : source::load(path, size_max);
  if (!text) {
    if (from_stdin) return text.error();
    if (source::is_too_large(text.error())) {
      Checked refused;
      refused.summary.file = path;
      refused.file = session.sources.add(path, {}, path);
      refused.files_end = session.sources.count();
      const auto limit = path.ends_with(".wf")     ? &source::Limits::wf_bytes
                         : path.ends_with(".json") ? &source::Limits::json_bytes
                                                   : &source::Limits::yaml_bytes;
      session.report.add(diag::text_too_large, Span{refused.file, 0, 0}, "this file", spelt(limits, limit))
          .raise(limit);
      return refused;
    }
    return wf::Error{"cannot read `" + path + "`: " + text.error().message, {}};
  }
  Checked checked;
  const std::size_t said_before = session.report.all().size();
  const std::string name = from_stdin ? options.stdin_name : path;
  const Settings& settings = options.settings ? options.settings->of_file(name) : no_settings();
  checked.file = session.sources.add(name, std::move(*text), from_stdin ? std::string() : path);
  checked.damaged = !diag::diagnose_encoding(session.sources, checked.file, session.report);
  const bool readable = !diag::is_utf_16(session.sources.file(checked.file).text);
  if (checked.damaged) {
    // Whatever else is wrong shall be said too: reading goes on with a copy that can be read.
    checked.file = session.sources.add(
        name, diag::without_bad_characters(session.sources.file(checked.file).text), path);
  }
  const dialects::ReadContext context{.sources = session.sources,
                                      .file = checked.file,
                                      .report = session.report,
                                      .defines = options.defines,
                                      .root = folder_of(name),
                                      .allow_outside = options.allow_outside,
                                      .allow_unknown_keys = options.allow_unknown_keys,
                                      .damaged = checked.damaged};
  const FileId as_written = checked.file - (checked.damaged ? 1 : 0);
  if (readable)
    checked.read =
        dialects::read(context, options.dialect.empty() ? settings.dialect_of(name) : options.dialect);
  checked.summary.file = name;
  if (checked.read.dialect != nullptr) {
    const model::Workflow& workflow = checked.read.workflow;
    checked.summary.dialect = checked.read.dialect->name;
    checked.summary.workflow = workflow.id.value;
    if (workflow.steps.size() > limits.steps) {
      session.report
          .add(diag::too_many_steps, workflow.steps[limits.steps].span, spelt(limits, &source::Limits::steps))
          .raise(&source::Limits::steps);
      checked.files_end = session.sources.count();
      return checked;
    }
    checked.graph = std::make_unique<graph::StepGraph>(workflow);
    checked.summary.steps = static_cast<int>(workflow.steps.size());
    checked.summary.edges = static_cast<int>(checked.graph->edges());
    const check::Requirements requirements = {.programs_declared = !settings.programs.empty(),
                                              .programs = settings.programs,
                                              .sandbox_required = settings.sandbox == "required",
                                              .prices_declared = settings.prices_declared,
                                              .priced = settings.priced};
    check::run_all({.workflow = workflow,
                    .graph = *checked.graph,
                    .sources = &session.sources,
                    .requirements = &requirements,
                    .pedantic = options.pedantic.value_or(settings.pedantic.value_or(false))},
                   session.report);
    plan::check_commands(workflow, session.report);
  }
  if (checked.damaged) drop_consequences(session, as_written, checked.file);
  session.report.quote_words(session.sources, said_before);
  checked.files_end = session.sources.count();
  checked.defines = options.defines;
  const bool escalates = checked.graph != nullptr && !options.within && checked.read.workflow.escalation &&
                         checked.read.workflow.escalation->to == model::EscalateTo::workflow;
  // What it escalates to is granted as a part of it.
  if (checked.graph != nullptr && !options.approving && !options.within && !escalates)
    if (const auto held = hold_to_lock(name, checked.read.workflow, session.report); !held)
      return held.error();
  judge(session, said_before, checked, options, settings);
  const auto& said = session.report.all();
  checked.usable = checked.graph != nullptr &&
                   std::none_of(said.begin() + static_cast<std::ptrdiff_t>(said_before), said.end(),
                                [](const auto& one) { return one->severity == diag::Severity::error; });
  if (escalates)
    if (const auto read = read_fallback(session, checked, context, options); !read) return read.error();
  return checked;
}

plan::Plan lowered_plan(Session& session, const Checked& checked) {
  const std::string compiler = std::string("wfc ") + version;
  // Everything that lowering could say was said by front.
  diag::Report said_before;
  return plan::lower(checked.read.workflow, *checked.graph,
                     {.dialect = checked.summary.dialect,
                      .source_digest = source_digest(session, checked),
                      .compiler = compiler,
                      .sources = &session.sources,
                      .definition = checked.file},
                     said_before);
}

plan::Plan optimised_plan(Session& session, const Checked& checked, const passes::Trace& after) {
  plan::Plan plan = lowered_plan(session, checked);
  if (after) after("lower", plan);
  return passes::optimise(std::move(plan), {}, after);
}

Backed back(Session& session, const Checked& checked, const passes::Trace& after) {
  plan::Plan plan = optimised_plan(session, checked, after);
  emit::Options options;
  options.compiler = std::string("wfc ") + version;
  options.definition = checked.file;
  emit::Sources sources = emit::emit_cpp(plan, session.sources, options);
  return {std::move(plan), std::move(sources)};
}

}  // namespace wfc::driver
