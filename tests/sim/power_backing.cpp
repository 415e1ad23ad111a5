// What is recorded, against what was said to be.
#include "tests/sim/power_backing.h"

#include <sqlite3.h>
#include <unistd.h>

#include <utility>

namespace wf::sim {
namespace {

using store::Record;

constexpr std::string_view run_id = "r";

std::string_view view(const Text& text) {
  return {text.data, text.size};
}

Record copy_of(const Record& record) {
  Record copy{record.kind,  record.status,     record.step, record.iteration, record.attempt,
              record.at_ms, record.started_ms, nullptr,     nullptr};
  if (record.cost) copy.cost = std::make_unique<Cost>(*record.cost);
  if (record.detail) copy.detail = std::make_unique<store::Detail>(*record.detail);
  return copy;
}

void add(std::string& text, const Outcome& outcome) {
  text += " " + outcome.reason + "|" + outcome.error + "|" + outcome.output.text + "|" + outcome.fields_json;
  if (outcome.exit_code) text += "|" + std::to_string(*outcome.exit_code);
}

void add(std::string& text, const store::GateState& gate) {
  text += " gate " + gate.gate.id + "|" + gate.gate.subject_digest + "|" + gate.gate.message + "|" +
          std::to_string(gate.gate.quorum) + "|" + std::to_string(gate.gate.deadline_ms);
  for (const std::string& person : gate.gate.approvers) text += "|" + person;
  text += gate.open ? " open" : " " + gate.outcome;
  for (const store::Vote& vote : gate.votes)
    text += " " + vote.by + (vote.approve ? "+" : "-") + vote.content.value_or("") + "@" +
            std::to_string(vote.at_ms);
}

// Everything in it that was recorded, leaving out what merely follows from that.
std::string told(const store::Recovered& all) {
  std::string text = std::string(name_of(all.run.status)) + " " + all.run.reason + " " +
                     std::to_string(all.run.exit_code) + (all.cancel_requested ? " cancel" : "");
  for (const store::RecoveredStep& step : all.steps) {
    text += "\n" + std::to_string(step.step) + "." + std::to_string(step.iteration);
    if (step.produced) text += " produced";
    if (step.ended || step.produced) add(text, step.outcome);
    if (step.ended) text += " " + std::string(name_of(step.status)) + "@" + std::to_string(step.ended_ms);
    for (const store::RecoveredAttempt& attempt : step.attempts) {
      if (attempt.started_ms == 0) continue;  // Of a check: only its end is recorded.
      text += " #" + std::to_string(attempt.number) + "@" + std::to_string(attempt.started_ms);
      if (attempt.ended_ms == 0) continue;
      text += "-" + std::to_string(attempt.ended_ms) + " " + std::string(name_of(attempt.status)) + " " +
              std::to_string(attempt.due_ms);
      // The result of a step is that of its last attempt.
      if (!step.ended || &attempt != &step.attempts.back()) add(text, attempt.outcome);
    }
    if (step.gate) add(text, *step.gate);
  }
  for (const store::RecoveredReaction& happened : all.reactions)
    text += "\n" + std::to_string(happened.step) + "." + std::to_string(happened.iteration) + " reacts " +
            std::to_string(happened.reaction) + " due " + std::to_string(happened.due_ms);
  for (const store::Charge& charge : all.charges) {
    text += "\n" + std::to_string(charge.step) + "." + std::to_string(charge.iteration) + "#" +
            std::to_string(charge.attempt) + (charge.spent ? " costs" : " sets aside");
    for (const std::int64_t amount : charge.cost.amounts) text += " " + std::to_string(amount);
  }
  for (const store::LimitSet& set : all.limits)
    text += "\n" + set.by + " allows " + std::to_string(set.limit) + " " + std::string(name_of(set.measure)) +
            "@" + std::to_string(set.at_ms);
  for (const store::Intervention& said : all.interventions)
    text += "\n" + said.by + " wants " + std::to_string(static_cast<int>(said.what)) + " of " +
            std::to_string(said.step) + "." + std::to_string(said.iteration) + "#" +
            std::to_string(said.attempt) + "@" + std::to_string(said.at_ms);
  return text;
}

}  // namespace

class PowerBacking::Late final : public LateJournal {
 public:
  Late(PowerBacking& backing, PretendLoop& loop, PretendClock& clock, Chance& chance,
       std::int64_t delay_max_ms)
      : LateJournal(loop, clock, chance, delay_max_ms), backing_(backing) {}

 private:
  // Alone, or with all that waits: what is appended while the first is told of goes into one transaction.
  void write(Batch batch) override {
    backing_.prepare_disk();
    if (backing_.chance_.one_in(2)) {
      backing_.give(std::move(batch.records), std::move(batch.durable));
      return;
    }
    backing_.give(std::move(batch.records), [this, durable = std::move(batch.durable)](Result<> result) {
      durable(result);
      while (auto another = next()) backing_.give(std::move(another->records), std::move(another->durable));
    });
  }
  PowerBacking& backing_;
};

PowerBacking::PowerBacking(PretendStore& book, const Program& program, PretendLoop& loop, PretendClock& clock,
                           std::uint64_t seed, std::int64_t delay_max_ms, std::string folder)
    : book_(book),
      program_(program),
      loop_(loop),
      clock_(clock),
      chance_(seed),
      delay_max_ms_(delay_max_ms),
      folder_(std::move(folder)),
      disk_(seed) {}

PowerBacking::~PowerBacking() = default;

store::Journal& PowerBacking::journal() {
  return *late_;
}

void PowerBacking::breaks(std::string promise) {
  if (broken_.empty()) broken_ = std::move(promise);
}

Result<std::unique_ptr<store::Store>> PowerBacking::open_store() {
  store::OpenOptions options;
  options.path = folder_ + "/.wf/runs.db";
  options.vfs = disk_.name();
  options.journal_threads = false;
  return store::open_store(options, clock_, chance_);
}

Result<> PowerBacking::need_store() {
  if (store_) return Done{};
  auto opened = open_store();
  if (!opened) return opened.error();
  store_ = std::move(*opened);
  return Done{};
}

// For people, who may come before the next driver does.
Result<> PowerBacking::meet_store() {
  if (auto opened = need_store(); !opened) return opened;
  if (late_ || uncertain_.empty()) return Done{};
  auto recovered = store_->recover(run_id);
  if (!recovered) return recovered.error();
  compare(*recovered);
  // What was only seen can still be lost. A driver that comes and goes makes it last.
  store::Holder holder;
  auto lease = store_->lease(run_id, holder);
  if (!lease) return lease.error();
  return Done{};
}

// Whether that was to be expected. A dead process does nothing more.
bool PowerBacking::failed(const Error& error) {
  if (disk_.is_off()) {
    loop_.stop();
    return true;
  }
  if (!may_fail_) breaks("the store fails though its disk does not: " + error.message);
  return may_fail_;
}

std::optional<store::Recovered> PowerBacking::open(const Fault* fault) {
  fault_ = fault;
  batches_ = 0;
  may_fail_ = failed_ = usurped_ = false;
  store_.reset();
  if (fault && fault->after_operations) disk_.cut_after(*fault->after_operations);
  auto recovered = begin();
  if (!recovered) {
    failed(recovered.error());
    return std::nullopt;
  }
  compare(*recovered);
  late_ = std::make_unique<Late>(*this, loop_, clock_, chance_, delay_max_ms_);
  return std::move(*recovered);
}

// As `run` and `resume` do.
Result<store::Recovered> PowerBacking::begin() {
  if (auto opened = need_store(); !opened) return opened.error();
  if (auto sound = store_->quick_check(); !sound) return sound.error();
  store_id_ = store_->id();
  store::NewRun run;
  run.id = run_id;
  run.workflow = "made";
  run.inputs_json = run.event_json = "{}";
  run.plan_digest = "plan";
  for (const StepRow& step : program_.steps) {
    run.steps.emplace_back(view(step.id));
    run.kinds.emplace_back("kind " + std::to_string(static_cast<int>(step.kind)));
  }
  run.durable = chance_.one_in(2);
  auto found = store_->find(run_id);
  if (!found) return found.error();
  if (!*found) {
    if (created_ || book_.records != 0 || book_.cancel_requested()) breaks("the run itself is lost");
    auto created = store_->create(run);
    if (!created) return created.error();
    created_ = run.durable;
  }
  store::Holder holder;
  auto lease = store_->lease(run_id, holder);
  if (!lease) return lease.error();
  if (!*lease) return Error{"a dead process holds the lease", {}};
  lease_ = std::move(*lease);
  auto recovered = store_->recover(run_id);
  if (!recovered) return recovered.error();
  const std::string& belongs = recovered->run.plan_digest;
  if (belongs != plan_ && belongs != wanted_) breaks("the run belongs to a plan that nobody gave it");
  plan_ = belongs;
  wanted_ = newer_ ? "newer" : "plan";
  if (belongs != wanted_) {
    run.plan_digest = wanted_;
    if (auto adopted = store_->adopt(*lease_, run); !adopted) return adopted.error();
    plan_ = wanted_;
    recovered = store_->recover(run_id);
    if (!recovered) return recovered.error();
    if (recovered->run.plan_digest != plan_) breaks("the run does not belong to the plan that it was given");
  }
  if (recovered->run.first_plan_digest != "plan") breaks("the run has forgotten its first plan");
  auto real = store_->journal(*lease_);
  if (!real) return real.error();
  real_ = std::move(*real);
  return recovered;
}

void PowerBacking::compare(const store::Recovered& real) {
  const std::string found = told(real);
  PretendStore maybe = book_;
  for (std::size_t more = 0;; ++more) {
    if (told(maybe.recover()) == found) break;
    if (more == uncertain_.size()) {
      breaks("what was reported durable is not what is recovered:\n" + told(book_.recover()) +
             "\nwas reported, and recovered\n" + found);
      break;
    }
    uncertain_[more](maybe);
  }
  book_ = std::move(maybe);
  uncertain_.clear();
}

// The disk of a healthy machine fails: while the journal writes, so that it is the journal that must know.
void PowerBacking::prepare_disk() {
  if (!fault_ || batches_++ != fault_->after_batches) return;
  if (fault_->what == Fault::What::disk_full) {
    disk_.fail(PowerDisk::Operation::write, 1 + chance_.below(4), SQLITE_FULL);
    may_fail_ = true;
  } else if (fault_->what == Fault::What::sync_fails) {
    disk_.fail(PowerDisk::Operation::sync, 1, SQLITE_IOERR_FSYNC, true);
    may_fail_ = true;
  }
}

void PowerBacking::give(std::vector<Record> records, Told durable) {
  auto kept = std::make_shared<std::vector<Record>>();
  for (const Record& record : records) kept->push_back(copy_of(record));
  uncertain_.push_back([kept](PretendStore& book) {
    for (const Record& record : *kept) book.apply(record);
  });
  real_->append(std::move(records),
                [this, durable = std::move(durable)](Result<> result) { heard(result, durable); });
}

void PowerBacking::heard(const Result<>& result, const Told& durable) {
  if (result) {
    if (failed_) breaks("a batch is durable after one that is not");
    if (usurped_) breaks("two drivers write one run");
    uncertain_.front()(book_);
    uncertain_.pop_front();
  } else {
    failed_ = true;
    failed(result.error());
  }
  if (disk_.is_off())
    unheard_.push_back(durable);
  else
    durable(result);
}

Result<store::Recovered> PowerBacking::wishes() {
  return store_->wishes(run_id);
}

// Whoever removes the lock's file lets two drivers in. Then it is the epoch that keeps them apart.
void PowerBacking::usurp() {
  ::unlink(store_->wake_path(run_id).c_str());
  auto other = open_store();
  if (!other) return breaks("a second driver cannot open the store: " + other.error().message);
  store::Holder holder;
  auto lease = (*other)->lease(run_id, holder);
  if (!lease || !*lease) return breaks("the lock is gone, and a second driver gets no lease");
  usurped_ = may_fail_ = true;
}

void PowerBacking::close(bool cut) {
  if (cut && late_ && !disk_.is_off()) {
    // What was on its way gets somewhere.
    disk_.cut_after(chance_.below(12));
    for (std::uint64_t arrives = chance_.below(4); arrives > 0; --arrives) late_->write_one_unheard();
    disk_.cut_now();
  }
  // A fault whose time has not come strikes while the process tidies up, which may be a checkpoint.
  const bool late_fault = !cut && fault_ && !fault_->after_operations &&
                          (fault_->what == Fault::What::power_cut || fault_->what == Fault::What::killed);
  if (late_fault) disk_.cut_after(chance_.below(chance_.one_in(2) ? 8 : 60));
  if (late_) late_->lose_all();
  // What a failed sync has lost can still be read, and is believed by whoever comes next: until the machine
  // starts anew, as it must with such a disk.
  if (fault_ && fault_->what == Fault::What::sync_fails && failed_) disk_.cut_now();
  for (const Told& durable : std::exchange(unheard_, {})) durable(Error{"power cut", {}});
  late_.reset();
  real_.reset();
  lease_.reset();
  store_.reset();
  if (disk_.is_off()) fault_->what == Fault::What::killed ? disk_.restart() : disk_.power_on();
  disk_.heal();
  may_fail_ = false;
  fault_ = nullptr;
}

bool PowerBacking::decide(Row step, const store::Vote& vote) {
  if (auto met = meet_store(); !met) return failed(met.error()), false;
  const std::int64_t now_ms = clock_.wall_ms();
  auto decided = store_->decide(run_id, view(program_.steps[step].id), vote);
  if (!decided) {
    if (disk_.is_off()) uncertain_.push_back([=](PretendStore& book) { book.decide(step, vote, now_ms); });
    failed(decided.error());
    return false;
  }
  const bool counts = decided->decision == store::Decision::recorded;
  if ((book_.decide(step, vote, now_ms) == store::Decision::recorded) != counts)
    breaks(counts ? "a vote counts that must not" : "a vote does not count");
  return counts;
}

// Now and then the power fails in the middle of it: then all of it is recorded, or nothing.
std::vector<store::Intervention> PowerBacking::intervene(const engine::Wishes& wishes) {
  if (auto met = meet_store(); !met) {
    failed(met.error());
    return {};
  }
  auto records = engine::interventions(program_, book_.recover(), wishes);
  if (!records) return {};
  const std::int64_t now_ms = clock_.wall_ms();
  const bool cut = chance_.one_in(4);
  const auto record = [&]() -> Result<> {
    store::Holder holder;
    auto lease = store_->lease(run_id, holder);
    if (!lease) return lease.error();
    if (cut) disk_.cut_after(chance_.below(8));
    return store_->intervene(**lease, *records);
  };
  const Result<> recorded = record();
  const auto note = [told = *records, now_ms](PretendStore& book) { book.intervene(told, now_ms); };
  if (recorded)
    note(book_);
  else if (disk_.is_off())
    uncertain_.push_back(note);
  else
    breaks("people cannot intervene: " + recorded.error().message);
  if (cut) {
    disk_.cut_now();
    store_.reset();
    disk_.power_on();
    disk_.heal();
  }
  return recorded ? *records : std::vector<store::Intervention>();
}

bool PowerBacking::request_cancel() {
  if (auto met = meet_store(); !met) return failed(met.error()), false;
  if (auto requested = store_->request_cancel(run_id); !requested) {
    if (disk_.is_off()) uncertain_.push_back([](PretendStore& book) { book.request_cancel(); });
    failed(requested.error());
    return false;
  }
  book_.request_cancel();
  return true;
}

}  // namespace wf::sim
