// The program of a scenario with fewer edges: what the compiler's passes make of it.
#pragma once
#include "compiler/plan/plan.h"
#include "wf/program.h"

namespace wf::sim {

class Saved {
 public:
  explicit Saved(const Program& first);
  Saved(const Saved&) = delete;
  Saved& operator=(const Saved&) = delete;

  const Program& program() const { return program_; }

 private:
  wfc::plan::Plan plan_;
  Program program_;
};

}  // namespace wf::sim
