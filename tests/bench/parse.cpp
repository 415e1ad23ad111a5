// How long a `.wf` file takes to parse, beside ANTLR's own lexer and parser for the same grammar on the same
// text.
//
//   bench_parse [STEPS]
//
// Both in one run, taking turns; medians of processor time. The bar is twice the bare parse.
#include <WfLexer.h>
#include <WfParser.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "compiler/diag/report.h"
#include "compiler/dsl/dsl.h"

namespace {

// A file like those that people write: prompts, settings, reactions, conditions, blocks.
std::string file_of(int steps) {
  std::string text = "workflow large \"A large one\"\n\ninput task: string\n\n";
  for (int i = 0; i < steps; ++i) {
    const std::string n = std::to_string(i);
    switch (i % 4) {
      case 0:
        text += "step plan-" + n + ": agent Planner {\n  prompt \"\"\"\n    Plan part " + n +
                " of: {{ task }}\n    Keep it short.\n    \"\"\"\n  output plan_" + n +
                "\n  timeout 30m\n  on fail retry 2 wait 10s\n}\n\n";
        break;
      case 1:
        text += "# Builds what was planned.\nstep build-" + n + " \"Build\": run \"make part-" + n +
                "\" when run.attempt > 0 and task != \"none\" {\n  timeout 10m\n  env PART = \"" + n +
                "\"\n}\n";
        break;
      case 2:
        text += "step test-" + n + ": run \"make test\" {\n  on fail back to build-" + std::to_string(i - 1) +
                " max 3 cooldown 5s\n}\n";
        break;
      default:
        text += "parallel checks_" + n + " max 2 {\n  step style-" + n +
                ": agent Reviewer \"Review the style\"\n  step safety-" + n +
                ": agent Security \"Look for holes\" when test-" + std::to_string(i - 1) + ".ok\n}\n\n";
    }
  }
  return text;
}

double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

template <class Work>
double timed(Work work) {
  const double before = cpu_ms();
  work();
  return cpu_ms() - before;
}

[[noreturn]] void broken(const char* why) {
  std::fprintf(stderr, "%s\n", why);
  std::exit(1);
}

void bare(const std::string& text) {
  antlr4::ANTLRInputStream input(text);
  WfLexer lexer(&input);
  antlr4::CommonTokenStream tokens(&lexer);
  WfParser parser(&tokens);
  parser.getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(
      antlr4::atn::PredictionMode::SLL);
  parser.file();
  if (parser.getNumberOfSyntaxErrors() > 0) broken("the bare parser does not take the text");
}

void ours(const wfc::source::SourceMap& sources, wfc::FileId file) {
  wfc::diag::Report report;
  const wfc::dsl::File parsed = wfc::dsl::parse_file(sources, file, report);
  if (report.has_errors() || parsed.items.empty()) broken("the text does not parse");
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const int steps = argc > 1 ? std::atoi(argv[1]) : 5000;
  const std::string text = file_of(steps);
  wfc::source::SourceMap sources;
  const wfc::FileId file = sources.add("large.wf", text);
  std::vector<double> theirs, own;
  for (int round = 0; round < 7; ++round) {
    theirs.push_back(timed([&] { bare(text); }));
    own.push_back(timed([&] { ours(sources, file); }));
  }
  const auto lines = std::count(text.begin(), text.end(), '\n');
  std::printf("%ld lines, %zu bytes: bare ANTLR %.1f ms, .wf %.1f ms: %.2fx (bar 2)\n",
              static_cast<long>(lines), text.size(), median(theirs), median(own),
              median(own) / median(theirs));
  return 0;
}
