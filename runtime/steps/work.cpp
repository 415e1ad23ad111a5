// A child for a step: what it is given, what becomes of what it prints, and what its end means.
#include "runtime/steps/work.h"

#include <utility>

#include "runtime/base/json.h"
#include "runtime/base/text.h"
#include "runtime/steps/capture.h"

namespace wf::steps {

namespace {

// What Linux takes as one argument or variable (MAX_ARG_STRLEN), its final NUL included.
constexpr std::size_t value_max = 128 * 1024;
constexpr std::string_view by_file = "write it to a file and pass the file's name";

std::string_view view(const Text& text) {
  return {text.data, text.size};
}

// One attempt while its child lives.
struct Job {
  Job(Work& of_work, StepRun of_run, Conclude how)
      : work(of_work),
        run(std::move(of_run)),
        conclude(std::move(how)),
        out(work.outputs, [this] { return log_path(false); }),
        error_out(work.outputs, [this] { return log_path(true); }) {}

  std::string log_path(bool is_error) const {
    return work.outputs.log_path(run.attempt().key, run.attempt().number, is_error);
  }

  void take(std::string_view text, bool is_error) {
    if (text.empty()) return;
    (is_error ? error_out : out).append(text);
    run.printed(text, is_error);
  }

  Work& work;
  StepRun run;
  Conclude conclude;
  std::string program;
  TextFilter filter, error_filter;
  Capture out, error_out;
  std::string why;  // Somebody asked it to stop.
};

// The last line a program wrote to its standard error: nearly always the reason.
std::string last_line(std::string_view text) {
  constexpr std::size_t line_max = 300;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
    text.remove_suffix(1);
  const std::size_t begin = text.rfind('\n');
  if (begin != std::string_view::npos) text.remove_prefix(begin + 1);
  if (text.size() <= line_max) return std::string(text);
  text = text.substr(0, line_max);
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.remove_suffix(1);
  if (!text.empty())
    text.remove_suffix(1);  // The lead byte of the character that was cut, or one more letter.
  return std::string(text) + "...";
}

Outcome verdict(const Job& job, const Printed& printed) {
  const io::ChildEnd& end = printed.end;
  if (!job.why.empty()) return Outcome::ended_early(job.why);
  if (!end.not_started.empty()) {
    std::string error = end.not_started;
    if (end.argument_too_large)
      error += ": a value is too large for the environment; " + std::string(by_file);
    return Outcome::failed(reason::start, error);
  }
  if (end.signal != 0)
    return Outcome::failed("signal:" + std::to_string(end.signal),
                           "it was ended by signal " + std::to_string(end.signal));
  if (end.exit_code == 0) return job.conclude(job.run.attempt(), printed);
  std::string error = "it ended with exit code " + std::to_string(end.exit_code);
  if (const std::string line = last_line(printed.error_output.text); !line.empty()) error += ": " + line;
  return Outcome::failed(reason::exit_code, error);
}

void finish(Job& job, const io::ChildEnd& end) {
  job.work.over(job.run.attempt());
  job.work.artifact_folders.pass_back(job.run.attempt().artifacts_folder);
  job.take(job.filter.last(), false);
  job.take(job.error_filter.last(), true);
  Printed printed;
  printed.end = end;
  printed.program = job.program;
  Result<Output> output = job.out.finish(true);
  Result<Output> error_output = job.error_out.finish(false);
  if (output) printed.output = std::move(*output);
  if (error_output) printed.error_output = std::move(*error_output);
  Outcome outcome;
  if (output && error_output) {
    outcome = verdict(job, printed);
  } else {
    // A result of which a part is lost is no result.
    const Error& trouble = output ? error_output.error() : output.error();
    outcome = Outcome::failed(reason::store, "what it printed could not be kept: " + trouble.message);
  }
  outcome.output = std::move(printed.output);
  outcome.error_output = std::move(printed.error_output);
  if (end.exit_code >= 0) outcome.exit_code = end.exit_code;
  std::move(job.run).finish(std::move(outcome));
}

// Which value no program can be given, and why; empty when all can.
std::string unfit_value(const io::ChildSpec& child) {
  const auto too_large = [](const std::string& what, std::size_t size) {
    return what + " has " + std::to_string(size) +
           " bytes, which is too large for the environment of a command (128 KiB); " + std::string(by_file);
  };
  for (const auto& [name, value] : child.env_set) {
    const std::string what = "the value of `" + name + "`";
    if (name.empty() || name.find_first_of(std::string("=\0", 2)) != std::string::npos)
      return "`" + printable(name, false) + "` is no name of a variable";
    if (value.find('\0') != std::string::npos) return what + " holds a NUL byte, which no variable can";
    if (name.size() + value.size() + 2 > value_max) return too_large(what, value.size());
  }
  for (const std::string& argument : child.argv) {
    if (argument.find('\0') != std::string::npos)
      return "an argument holds a NUL byte, which no argument can";
    if (argument.size() + 1 > value_max)
      return too_large("an argument of `" + child.argv.front() + "`", argument.size());
  }
  return {};
}

}  // namespace

void Work::running(const Attempt& attempt, std::function<void(std::string_view)> stop) {
  running_[{attempt.key.step, attempt.key.iteration, attempt.number}] = std::move(stop);
}

void Work::over(const Attempt& attempt) {
  running_.erase({attempt.key.step, attempt.key.iteration, attempt.number});
}

void Work::stop(StepKey key, std::uint32_t attempt, std::string_view why) {
  const auto found = running_.find({key.step, key.iteration, attempt});
  if (found == running_.end()) return;
  const auto stop = found->second;  // It may end at once, and with it this entry.
  stop(why);
}

Result<io::ChildSpec> child_of(Work& work, const Attempt& attempt) {
  const Program& program = *attempt.program;
  io::ChildSpec child;
  child.token = attempt.idempotency_key;
  child.env_set = {{"WF_RUN", attempt.run_id},
                   {"WF_WORKFLOW", std::string(view(program.workflow))},
                   {"WF_STEP", std::string(view(program.steps[attempt.key.step].id))},
                   {"WF_ATTEMPT", std::to_string(attempt.number)},
                   {"WF_ITERATION", std::to_string(attempt.key.iteration)},
                   {"WF_ARTIFACTS", attempt.artifacts_folder},
                   {"WF_STORE", work.config.store_id}};
  for (const Argument& argument : attempt.arguments) {
    if (argument.name == "env") child.env_set.emplace_back(argument.key, argument.text);
    if (argument.name == "dir") child.folder = argument.text;
  }
  if (!attempt.artifacts_folder.empty()) {
    const Result<> stands = work.artifact_folders.provide(attempt.artifacts_folder);
    if (!stands) return stands.error();
  }
  return child;
}

void run_child(Work& work, StepRun run, io::ChildSpec child, Conclude conclude) {
  if (std::string unfit = unfit_value(child); !unfit.empty()) {
    std::move(run).finish(Outcome::failed(reason::start, std::move(unfit)));
    return;
  }
  const auto job = std::make_shared<Job>(work, std::move(run), std::move(conclude));
  job->program = child.argv.front();
  io::ChildEvents events;
  events.printed = [job](std::string_view bytes) { job->take(job->filter.next(bytes), false); };
  events.printed_error = [job](std::string_view bytes) { job->take(job->error_filter.next(bytes), true); };
  events.ended = [job](const io::ChildEnd& end) { finish(*job, end); };
  const io::Spawner::ChildId id = work.services.spawner.spawn(std::move(child), std::move(events));
  work.running(job->run.attempt(), [&work, job, id](std::string_view why) {
    if (job->why.empty()) job->why = why;
    work.services.spawner.end(id, work.config.grace_ms);
  });
}

std::vector<std::string> shell(std::string command) {
  return {"/bin/sh", "-c", std::move(command)};
}

std::string object_in(const Work& work, const Output& output) {
  const Result<std::string> text =
      output.is_here() ? Result<std::string>(output.text) : work.outputs.load(output);
  if (!text) return {};
  const std::size_t first = text->find_first_not_of(" \t\r\n");
  if (first == std::string::npos || (*text)[first] != '{') return {};
  const Result<Json> parsed = parse_json(*text);
  return parsed && parsed->is_object() ? write_json(*parsed) : std::string();
}

std::string last_url(std::string_view text) {
  for (std::size_t at = text.rfind("://"); at != std::string_view::npos && at > 0;
       at = text.rfind("://", at - 1)) {
    const std::size_t scheme = text.substr(0, at).ends_with("https")  ? 5
                               : text.substr(0, at).ends_with("http") ? 4
                                                                      : 0;
    if (scheme == 0) continue;
    std::size_t end = at + 3;
    while (end < text.size() && static_cast<unsigned char>(text[end]) > ' ' &&
           std::string_view("<>\"'`\\{}|^").find(text[end]) == std::string_view::npos)
      ++end;
    while (end > at + 3 && std::string_view(".,;:!?)]*").find(text[end - 1]) != std::string_view::npos) --end;
    if (end > at + 3) return std::string(text.substr(at - scheme, end - (at - scheme)));
  }
  return {};
}

}  // namespace wf::steps
