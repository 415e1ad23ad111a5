// Error recovery: what is wrong in one place of a `.wf` file says nothing about the others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../compiler_dialects/reading.h"
#include "compiler/check/check.h"

namespace wfc {
namespace {

std::vector<std::string> errors_of(const std::string& body) {
  const auto definition = read("a.wf", "workflow a\n" + body);
  const graph::StepGraph graph(definition->workflow());
  check::run_all({definition->workflow(), graph}, definition->report);
  definition->report.sort();
  std::vector<std::string> errors;
  for (const std::string& line : findings(*definition))
    if (line.starts_with("WF")) errors.push_back(line);
  return errors;
}

// Each file holds three mistakes, and gives three messages: none follows from another.
TEST(ThreeMistakes, give_three_messages) {
  const char* const files[] = {
      "step a: run \"x\" {\n  timeout 5\n}\nstep b: agnt \"y\"\nstep c: run \"z\" {\n  on fial retry 2\n}\n",
      "on cron\nbudget {\n  credit 5\n}\nescalation humn\nstep a: run \"x\"\n",
      "step a: run \"x\" {\n  gate {\n    check result.ok ==\n  }\n}\nstep b: run \"y\" {\n  artifact "
      "ptch\n}\neval {\n  windw 5\n}\n",
      "define step r(a: strng): run \"x {{ a }}\"\nstep a: r(b = 1)\nstep b: s(a = \"x\")\n",
      "import \"no.wf\" as n\nstep a: n.foo(x = 1)\nstep b: run \"x\" {\n  timeout 5 minutes\n}\nmonitor "
      "{\n  "
      "trak a\n}\n",
      "parallel p max {\n  step a: run \"x\"\n  on fail retri 1\n}\nstep b: run \"y\" {\n  by ana\n}\n",
      "if {\n  step a: run \"x\"\n}\nstep b: deploy\nstep c: run \"x\" when 1 +\n",
      "step a: run \"x\nstep b: run \"y\" {\n  dir 5\n}\nstep c: run \"z\" {\n  env A\n}\n",
      "step a: run \"x\" {\n  prompt \"y\"\n}\nagent W {\n  modl \"x\"\n}\nallow pats \"x\"\n",
      "defaults {\n  after x\n}\nrequire approval deploy\nstep a: run \"x\" {\n  undo run\n}\n",
      "tools {\n  fs \"x.yaml\"\n}\nguardrail \"x\"\nshadow rooting\nstep a: run \"x\"\n",
      "on webhook push secret \"9f86d081884c\"\non evnt x\nstep a: run \"x\" {\n  output 5\n}\n",
      "step a: run \"x\" {\n  budget {\n    tokens 5 per run\n  }\n}\nstep b: run \"x\" {\n  allow paths "
      "\"y\"\n}\nstep c: run \"x\" {\n  deny tols y\n}\n",
      "step a: \"x {{ \"\nstep b: \"{% if 1 == 1 %}\"\nstep c: \"{{ event | trimm }}\"\n",
      "step a: run \"x\" {\n  on fail degrade\n}\nstep b: run \"x\" {\n  on reject cancel\n}\nstep c: "
      "approve "
      "\"x\" {\n  on timeout sleep\n}\n",
      "version 1.2\nenabled maybe\nmax_parallel 0\nstep a: run \"x\"\n",
      "step a: check\nstep b: approve\nstep c: action\n",
      "step a: run \"x\" {\n  risky yes\n}\nstep b: run \"x\" {\n  with x = 1\n}\nstep c: run \"x\" {\n  "
      "always "
      "maybe\n}\n",
      "step a: run \"x\" }\nstep b: run \"y\" {\n  timeout\n}\nstep c: run \"z\" {\n  idempotent 3\n}\n",
      "metadata {\n  a\n}\nproject gitub \"a/b\"\nstep a: run \"x\" {\n  undo approve \"y\"\n}\n",
      "step a b: run \"x\"\nstep c run \"y\"\nstep d: run \"x\" {\n  on fail retry\n}\n",
      "let x =\nstep a: run \"x {{ x | trimm }}\"\nstep b: approve \"y\" {\n  by\n}\n",
      "input x string\nstep a: run \"{{ x }}\" {\n  timeout 0s\n}\nescalation human {\n  notfy x\n}\n",
      "workflow b\nstep a: run \"x\" {\n  idempotent 1\n}\nlet y\nstep b: run \"{{ y }}\"\n",
  };
  for (const char* body : files) {
    const std::vector<std::string> errors = errors_of(body);
    EXPECT_EQ(errors.size(), 3U) << body << testing::PrintToString(errors);
  }
}

}  // namespace
}  // namespace wfc
