// wfc bounds: how much a run may take, at least and at most.
#include <CLI/CLI.hpp>
#include <algorithm>

#include "compiler/driver/commands.h"
#include "compiler/insight/bounds.h"
#include "runtime/base/json.h"
#include "runtime/base/text.h"

namespace wfc::driver {
namespace {

using insight::Bound;
using insight::Count;
using insight::Measure;

struct BoundsOptions {
  InputOptions input;
  std::string file;
  std::string format = "text";
};

struct Row {
  Measure measure;
  const char* name;  // In JSON.
  const char* title;
};
constexpr Row rows[] = {{Measure::steps, "steps", "steps"},
                        {Measure::processes, "processes", "processes"},
                        {Measure::calls, "agent_calls", "agent calls"},
                        {Measure::credits, "credits", "credits"},
                        {Measure::tokens, "tokens", "tokens"},
                        {Measure::time, "wall_clock_ms", "wall clock"}};
constexpr std::size_t named_max = 3;

std::string shown(Measure measure, Count count) {
  if (count.too_large()) return "unbounded";
  if (measure != Measure::time) return std::to_string(count.value);
  return wf::format_duration(static_cast<std::int64_t>(std::min<std::uint64_t>(count.value, INT64_MAX)));
}

class BoundsView {
 public:
  explicit BoundsView(const Checked& checked)
      : checked_(checked),
        workflow_(checked.read.workflow),
        bounds_(insight::find_bounds(workflow_, *checked.graph)) {}

  std::string text() const {
    std::vector<std::array<std::string, 4>> lines{{"", "least", "most", "limit"}};
    for (const Row& row : rows) {
      const Bound& bound = bounds_.of(row.measure);
      const std::uint64_t limit = limit_of(row.measure);
      lines.push_back({row.title, shown(row.measure, bound.least), most(row.measure),
                       limit == 0 ? "" : shown(row.measure, Count{limit})});
    }
    lines.push_back({"at one time", "", std::to_string(bounds_.at_once),
                     workflow_.running_max == 0 ? "" : std::to_string(workflow_.running_max)});
    std::array<std::size_t, 4> widths{};
    for (const auto& line : lines)
      for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
    std::string out = "what a run of `" + workflow_.id.value + "` may take\n\n";
    for (const auto& line : lines) {
      std::string text = line[0] + std::string(widths[0] - line[0].size(), ' ');
      for (std::size_t i = 1; i < line.size(); ++i)
        text += std::string(widths[i] - line[i].size() + 2, ' ') + line[i];
      out += text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
    }
    return wf::printable(out + terms() + open() + no_work(), true);
  }

  std::string json() const {
    wf::Json document{{"version", 1}, {"file", checked_.summary.file}, {"workflow", workflow_.id.value}};
    const auto number = [](Count count) { return count.too_large() ? wf::Json() : wf::Json(count.value); };
    for (const Row& row : rows) {
      const Bound& bound = bounds_.of(row.measure);
      const std::uint64_t limit = limit_of(row.measure);
      wf::Json measure{{"least", number(bound.least)},
                       {"most", bound.open.empty() ? number(bound.worst) : wf::Json()},
                       {"known", number(bound.worst)},
                       {"limit", limit == 0 ? wf::Json() : wf::Json(limit)}};
      wf::Json terms = wf::Json::array();
      for (const insight::Term& term : bound.terms) {
        const insight::StepBound& step = bounds_.steps[term.step];
        terms.push_back({{"step", id(term.step)},
                         {"most", number(term.worst)},
                         {"rounds", number(step.rounds)},
                         {"tries", number(step.tries)}});
      }
      measure["terms"] = std::move(terms);
      wf::Json open = wf::Json::array();
      for (const model::StepIndex step : bound.open) open.push_back(id(step));
      measure["unbounded"] = std::move(open);
      document[row.name] = std::move(measure);
    }
    document["at_once"] = bounds_.at_once;
    return wf::write_json_pretty(document) + "\n";
  }

 private:
  const std::string& id(model::StepIndex step) const { return workflow_.steps[step].id.value; }

  std::string most(Measure measure) const {
    const Bound& bound = bounds_.of(measure);
    if (bound.open.empty()) return shown(measure, bound.worst);
    return bound.worst.value == 0 ? "unbounded" : shown(measure, bound.worst) + " + unbounded";
  }

  std::uint64_t limit_of(Measure measure) const {
    if (!workflow_.budget) return 0;
    const model::Budget& budget = *workflow_.budget;
    switch (measure) {
      case Measure::calls:
        return budget.calls;
      case Measure::credits:
        return budget.credits;
      case Measure::tokens:
        return budget.tokens;
      case Measure::time:
        return budget.time_ms;
      case Measure::steps:
      case Measure::processes:
        return 0;
    }
    return 0;
  }

  // What makes a measure large: steps that are repeated, or that cost more than others.
  std::string terms() const {
    std::string out;
    for (const Row& row : rows) {
      if (row.measure == Measure::processes) continue;  // As the steps.
      std::string line;
      for (const insight::Term& term : bounds_.of(row.measure).terms) {
        const insight::StepBound& step = bounds_.steps[term.step];
        if (term.worst.value <= 1) continue;
        if (!line.empty()) line += ", ";
        line += "`" + id(term.step) + "` " + shown(row.measure, term.worst);
        if (!term.whole) continue;
        if (step.rounds.value > 1 && step.tries.value > 1)
          line += " (" + shown(Measure::steps, step.rounds) + " rounds of " +
                  shown(Measure::steps, step.tries) + " tries)";
        else if (step.rounds.value > 1)
          line += " (" + shown(Measure::steps, step.rounds) + " rounds)";
        else if (step.tries.value > 1)
          line += " (" + shown(Measure::steps, step.tries) + " tries)";
      }
      if (!line.empty()) out += std::string("\nmost ") + row.title + ": " + line;
    }
    return out.empty() ? out : "\n" + out.substr(1) + "\n";
  }

  std::string open() const {
    std::string out;
    const auto add = [&](Measure measure, const std::string& what, const std::string& why) {
      const std::vector<model::StepIndex>& steps = bounds_.of(measure).open;
      if (steps.empty()) return;
      out += what + ": ";
      for (std::size_t i = 0; i < steps.size() && i < named_max; ++i)
        out += (i == 0 ? "`" : ", `") + id(steps[i]) + "`";
      if (steps.size() > named_max) out += " and " + std::to_string(steps.size() - named_max) + " more";
      out += " " + why + "\n";
    };
    const bool several_agents = bounds_.of(Measure::tokens).open.size() != 1;
    const bool several = bounds_.of(Measure::time).open.size() != 1;
    add(Measure::tokens, "unbounded tokens, and credits for them",
        several_agents ? "have no budget of tokens" : "has no budget of tokens");
    add(Measure::time, "unbounded time",
        several ? "have no `timeout`, or agents mend them" : "has no `timeout`, or an agent mends it");
    if (bounds_.loops_open) out += "unbounded repetition: there are too many long loops to follow\n";
    return out.empty() ? out : "\n" + out;
  }

  // Steps that `wfc build` counts, and nothing here does.
  std::string no_work() const {
    std::string named;
    std::size_t count = 0;
    for (model::StepIndex i = 0; i < workflow_.steps.size(); ++i) {
      if (insight::works(workflow_.steps[i].kind) || workflow_.steps[i].kind == wf::StepKind::join) continue;
      if (++count <= named_max) named += (named.empty() ? "`" : ", `") + id(i) + "`";
    }
    if (count == 0) return {};
    if (count > named_max) named += " and " + std::to_string(count - named_max) + " more";
    return "\nnot counted as steps, for they only ask or decide: " + named + "\n";
  }

  const Checked& checked_;
  const model::Workflow& workflow_;
  const insight::Bounds bounds_;
};

int bounds_command(Console& console, const BoundsOptions& options) {
  Session session(options.input.limits);
  int exit = fine;
  const auto checked = front_or_say(console, session, options.file, options.input, exit);
  if (!checked) return exit;
  const BoundsView view(*checked);
  console.out(options.format == "json" ? view.json() : view.text());
  return fine;
}

}  // namespace

Action add_bounds(const CommandContext& context) {
  auto options = std::make_shared<BoundsOptions>();
  CLI::App& app = context.app;
  app.description("Tell how much a run may take, at least and at most");
  app.add_option("file", options->file, "The definition, or - for standard input")
      ->type_name("FILE")
      ->required();
  app.add_option("--format", options->format, "text or json")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "json"}).description(""));
  add_input_options(app, options->input);
  return [options](Console& console) { return bounds_command(console, *options); };
}

}  // namespace wfc::driver
