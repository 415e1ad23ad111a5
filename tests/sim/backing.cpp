// The book is all there is.
#include "tests/sim/backing.h"

namespace wf::sim {

std::optional<store::Recovered> PretendBacking::open(const Fault* fault) {
  journal_.emplace(book_, loop_, clock_, chance_, delay_max_ms_);
  if (fault && fault->what == Fault::What::disk_full) journal_->break_after(fault->after_batches);
  return book_.recover_without_outputs();
}

void PretendBacking::close(bool cut) {
  // What was on its way to the disk may or may not arrive.
  for (std::uint64_t arrives = chance_.below(4); cut && arrives > 0; --arrives) journal_->write_one_unheard();
  journal_->lose_all();
}

bool PretendBacking::decide(Row step, const store::Vote& vote) {
  book_.decide(step, vote, clock_.wall_ms());
  return true;
}

std::vector<store::Intervention> PretendBacking::intervene(const engine::Wishes& wishes) {
  auto records = engine::interventions(book_.program(), book_.recover(), wishes);
  if (!records) return {};
  book_.intervene(*records, clock_.wall_ms());
  return *records;
}

bool PretendBacking::request_cancel() {
  book_.request_cancel();
  return true;
}

}  // namespace wf::sim
