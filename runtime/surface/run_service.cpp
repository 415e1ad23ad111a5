// Opens the store, takes the lease, and puts an engine between them and the world.
#include "runtime/surface/run_service.h"

#include <elf.h>
#include <link.h>
#include <sched.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <optional>

#include "runtime/base/digest.h"
#include "runtime/base/files.h"
#include "runtime/base/ids.h"
#include "runtime/base/json.h"
#include "runtime/base/text.h"
#include "runtime/surface/inputs.h"
#include "runtime/surface/notifier.h"
#include "runtime/surface/outputs.h"
#include "runtime/surface/started.h"
#include "runtime/surface/tables.h"

namespace wf::surface {
namespace {

constexpr std::int64_t grace_ms = 10'000;

std::string text_of(const Text& text) {
  return {text.data, text.size};
}

std::uint32_t processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<std::uint32_t>(std::max(1, CPU_COUNT(&set)));
}

engine::MachineOptions limits(const Program& program, std::uint32_t jobs) {
  engine::MachineOptions options;
  const std::uint32_t wanted = jobs != 0 ? jobs : program.running_max;
  options.running_max = wanted;
  if (wanted == 0) options.commands_max = processors();
  return options;
}

// The bytes of the GNU build-id note, if the linker wrote one. Found in the program headers, so nothing is
// read.
std::optional<std::string> build_id() {
  // The kernel tells addresses as numbers. NOLINTBEGIN(performance-no-int-to-ptr)
  const auto* headers = reinterpret_cast<const ElfW(Phdr)*>(::getauxval(AT_PHDR));
  const std::size_t count = ::getauxval(AT_PHNUM);
  if (!headers) return std::nullopt;
  // Where the program was loaded: the difference between where its headers are and where they were linked.
  ElfW(Addr) base = 0;
  for (std::size_t i = 0; i < count; ++i)
    if (headers[i].p_type == PT_PHDR) base = reinterpret_cast<ElfW(Addr)>(headers) - headers[i].p_vaddr;
  for (std::size_t i = 0; i < count; ++i) {
    if (headers[i].p_type != PT_NOTE) continue;
    const char* at = reinterpret_cast<const char*>(base + headers[i].p_vaddr);
    const char* end = at + headers[i].p_memsz;
    while (static_cast<std::size_t>(end - at) > sizeof(ElfW(Nhdr))) {
      ElfW(Nhdr) note;
      std::memcpy(&note, at, sizeof note);
      const char* name = at + sizeof note;
      const char* bytes = name + ((note.n_namesz + 3) & ~3u);
      if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(name, "GNU", 4) == 0)
        return std::string(bytes, note.n_descsz);
      at = bytes + ((note.n_descsz + 3) & ~3u);
    }
  }
  // NOLINTEND(performance-no-int-to-ptr)
  return std::nullopt;
}

// The first few, in one sentence.
std::string list_of(const std::vector<std::string>& changes) {
  constexpr std::size_t shown = 5;
  std::string list;
  for (std::size_t i = 0; i < std::min(changes.size(), shown); ++i)
    list += (i ? "; " : "") + printable(changes[i], false);
  if (changes.size() > shown) list += "; and " + std::to_string(changes.size() - shown) + " more";
  return list;
}

store::NewRun plan_of(const Program& program) {
  store::NewRun plan;
  plan.workflow = text_of(program.workflow);
  plan.plan_digest = text_of(program.plan_digest);
  plan.binary_digest = binary_digest();
  for (const StepRow& row : program.steps) {
    plan.steps.push_back(text_of(row.id));
    plan.kinds.emplace_back(kind_name(row.kind));
  }
  if (program.footings.count == program.steps.count + 1)
    for (const Text& footing : program.footings) plan.footings.push_back(text_of(footing));
  return plan;
}

// The plan of a run that goes on with this program: its rows as they were, and after them what is new.
store::NewRun plan_after(const Program& program, const store::Recovered& run, const engine::RowMap& rows) {
  const store::NewRun ours = plan_of(program);
  store::NewRun plan;
  plan.plan_digest = ours.plan_digest;
  plan.binary_digest = ours.binary_digest;
  plan.steps = run.step_ids;
  plan.kinds = run.step_kinds;
  std::size_t count = run.step_ids.size();
  for (const Row row : rows.of_run) count = std::max<std::size_t>(count, row + 1u);
  plan.steps.resize(count);
  plan.kinds.resize(count);
  plan.footings.resize(count + 1);
  for (std::size_t row = 0; row < rows.of_run.size(); ++row) {
    plan.steps[rows.of_run[row]] = ours.steps[row];
    plan.kinds[rows.of_run[row]] = ours.kinds[row];
    if (!ours.footings.empty()) plan.footings[rows.of_run[row]] = ours.footings[row];
  }
  if (!ours.footings.empty()) plan.footings.back() = ours.footings.back();
  return plan;
}

// Hands what happens to everybody who watches.
class Audience {
 public:
  explicit Audience(const std::vector<Watcher*>& watchers) : watchers_(watchers) {}
  template <class Call>
  void tell(Call call) {
    for (Watcher* watcher : watchers_) call(*watcher);
  }

 private:
  const std::vector<Watcher*>& watchers_;
};

}  // namespace

std::string binary_digest() {
  if (const std::optional<std::string> id = build_id()) {
    std::string hex = "build-id:";
    for (const char c : *id) {
      constexpr char digits[] = "0123456789abcdef";
      hex += digits[static_cast<unsigned char>(c) >> 4];
      hex += digits[static_cast<unsigned char>(c) & 15];
    }
    return hex;
  }
  const Result<std::string> bytes = read_file("/proc/self/exe", 1u << 30);
  return bytes ? "sha256:" + sha256_hex(*bytes) : "unknown";
}

bool is_over(RunStatus status) {
  return status == RunStatus::completed || status == RunStatus::failed || status == RunStatus::cancelled;
}

engine::RunEnd end_of(const store::RunInfo& run) {
  engine::RunEnd end;
  end.status = run.status;
  end.reason = run.reason;
  end.exit_code = run.exit_code;
  return end;
}

RunService::RunService(const Program& program, Clock& clock, Random& random, Place place)
    : program_(program), clock_(clock), random_(random), place_(std::move(place)) {}

RunService::~RunService() = default;

Result<> RunService::open(bool create) {
  if (store_) return Done{};
  store::OpenOptions options;
  options.path = place_.store_path;
  options.create = create;
  options.any_file_system = place_.any_file_system;
  options.warn = place_.warn;
  Result<std::unique_ptr<store::Store>> store = store::open_store(options, clock_, random_);
  if (!store) return store.error();
  store_ = std::move(*store);
  outputs_ = std::make_unique<StoreOutputs>(*store_, "", std::vector<Row>());
  return Done{};
}

Result<store::RunInfo> RunService::start(const StartRequest& request) {
  if (Result<> opened = open(true); !opened) return opened.error();
  store::NewRun run = plan_of(program_);
  run.id = request.run_id.empty() ? new_run_id(clock_, random_) : request.run_id;
  if (!is_run_id(run.id))
    return Error{"`" + printable(run.id, false) + "` cannot be the id of a run",
                 "use up to 64 letters, digits, `.`, `_` and `-`, a letter or digit first"};
  run.inputs_json = request.inputs_json;
  run.event_json = request.event_json;
  run.durable = false;  // It is driven at once, and nothing starts before the first commit.
  return store_->create(run);
}

// Of inputs that are gone nobody asks any more; the others must be as a new run would have them.
Result<> RunService::inputs_fit(const store::RunInfo& run) const {
  const Result<Json> given = parse_json(run.inputs_json);
  if (!given || !given->is_object()) return Done{};
  Json known = Json::object();
  for (const InputRow& input : program_.inputs) {
    const std::string name = text_of(input.name);
    if (given->contains(name)) known[name] = (*given)[name];
  }
  const Result<std::string> read = inputs_json(program_, {.texts = {}, .json = write_json(known)});
  if (read) return Done{};
  return Error{"the inputs of run " + printable(run.id, false) +
                   " are not what this executable wants: " + read.error().message,
               "use the executable that started the run"};
}

Result<std::optional<engine::RowMap>> RunService::other_rows(const store::Recovered& run, bool accept_plan) {
  using Rows = std::optional<engine::RowMap>;
  if (run.run.damaged)
    return Error{"the records of run " + printable(run.run.id, false) + " are damaged, so it cannot go on",
                 "other runs of the store are not affected; see `doctor`"};
  const bool same_plan = run.run.plan_digest == text_of(program_.plan_digest);
  if (same_plan && engine::has_rows_of(program_, run)) return Rows();
  const Result<store::Footings> before = store_->footings(run.run.id);
  if (!before) return before.error();
  if (!before->known)
    return Error{"run " + printable(run.run.id, false) + " was started with plan " +
                     printable(run.run.plan_digest, false) + ", this executable holds " +
                     text_of(program_.plan_digest) + ", and what the run relies on was not recorded",
                 "use the executable that started the run"};
  engine::Fit fit = engine::fit(program_, run, *before, accept_plan);
  if (same_plan) return Rows(std::move(fit.rows));
  if (!fit.changes.empty()) {
    const bool would_do = !accept_plan && engine::fit(program_, run, *before, true).changes.empty();
    return Error{
        "run " + printable(run.run.id, false) +
            " was started by another build, and this one cannot go on with it: " + list_of(fit.changes),
        would_do ? "nothing that is recorded has changed: `--accept-plan` goes on all the same"
                 : "use the executable that started the run"};
  }
  if (Result<> inputs = inputs_fit(run.run); !inputs) return inputs.error();
  return Rows(std::move(fit.rows));
}

Result<store::Recovered> RunService::fits(store::Recovered run, bool accept_plan) {
  if (!run.rows.empty()) return run;  // It is already.
  Result<std::optional<engine::RowMap>> rows = other_rows(run, accept_plan);
  if (!rows) return rows.error();
  return *rows ? engine::in_rows_of(program_, std::move(run), **rows) : std::move(run);
}

// Now the run belongs to the plan of this program.
Result<store::Recovered> RunService::adopt(store::Lease& lease, store::Recovered run,
                                           const DriveRequest& request, engine::RowMap& rows) {
  Result<std::optional<engine::RowMap>> other = other_rows(run, request.accept_plan);
  if (!other) return other.error();
  if (!*other) return run;
  const bool goes_on = !is_over(run.run.status) || request.wishes.any();
  if (goes_on && run.run.plan_digest != text_of(program_.plan_digest)) {
    if (Result<> adopted = store_->adopt(lease, plan_after(program_, run, **other)); !adopted)
      return adopted.error();
    return recorded(lease.run_id(), rows);
  }
  rows = std::move(**other);
  return engine::in_rows_of(program_, std::move(run), rows);
}

// A run of this very plan.
Result<store::Recovered> RunService::recorded(const std::string& run_id, engine::RowMap& rows) {
  Result<store::Recovered> run = store_->recover(run_id);
  if (!run) return run;
  Result<std::optional<engine::RowMap>> other = other_rows(*run, false);
  if (!other) return other.error();
  rows = *other ? std::move(**other) : engine::RowMap();
  return engine::in_rows_of(program_, std::move(*run), rows);
}

Result<> RunService::ours(const std::string& run_id) {
  if (Result<> opened = open(false); !opened) return opened.error();
  const Result<std::optional<store::RunInfo>> run = store_->find(run_id);
  if (!run) return run.error();
  // What is not there or cannot be read is the business of whoever asks next.
  if (!*run || (*run)->damaged || (*run)->workflow == text_of(program_.workflow)) return Done{};
  return Error{"run " + printable(run_id, false) + " belongs to workflow `" +
                   printable((*run)->workflow, false) + "`, and this is `" +
                   printable(text_of(program_.workflow), false) + "`",
               "use the executable of that workflow"};
}

Result<Driven> RunService::drive(const std::string& run_id, const DriveRequest& request, Workplace& workplace,
                                 const Settings& settings, const std::vector<Watcher*>& watchers) {
  if (Result<> opened = open(false); !opened) return opened.error();
  store::Holder holder;
  Result<std::unique_ptr<store::Lease>> lease = store_->lease(run_id, holder);
  if (!lease) return lease.error();
  if (!*lease) return Driven{.end = {}, .was_over = false, .held = true, .holder = holder, .warnings = {}};
  // Watched before it is read: whoever decides from here on is noticed.
  engine::Engine* driver = nullptr;
  workplace.watch(store_->wake_path(run_id), [&driver] {
    if (driver) driver->wishes_changed();
  });
  Result<store::Recovered> from = store_->recover(run_id);
  if (!from) return from.error();
  engine::RowMap rows;
  from = adopt(**lease, std::move(*from), request, rows);
  if (!from) return from.error();
  if (request.wishes.any()) {
    Result<std::vector<store::Intervention>> wanted = engine::interventions(program_, *from, request.wishes);
    if (!wanted) return wanted.error();
    if (!rows.same)
      for (store::Intervention& one : *wanted)
        if (one.step != no_row) one.step = rows.of_run[one.step];
    if (Result<> recorded = store_->intervene(**lease, *wanted); !recorded) return recorded.error();
    from = recorded(run_id, rows);
    if (!from) return from.error();
  }
  if (is_over(from->run.status))
    return Driven{.end = end_of(from->run), .was_over = true, .held = false, .holder = {}, .warnings = {}};

  // Whoever drove this run before is dead, or the lease would not be ours; make sure that its children are
  // too.
  if (!from->steps.empty()) workplace.end_leftovers(run_id, store_->id());

  // A surface's own note, beside the store and never in it: it may be lost and nothing is wrong.
  if (note(run_id).lifeline != workplace.lifeline()) {
    const std::string path = note_path(run_id);
    static_cast<void>(make_folders(path.substr(0, path.rfind('/')), 0700));
    static_cast<void>(write_file(path, workplace.lifeline(), 0600));
  }

  StoreOutputs outputs(*store_, run_id, from->rows);
  Result<StepBodies*> bodies = workplace.equip(settings, store_->id(), outputs, grace_ms);
  if (!bodies) return bodies.error();
  Result<std::unique_ptr<store::Journal>> journal = store_->journal(**lease);
  if (!journal) return journal.error();

  engine::RowJournal in_rows_of_run(**journal, rows);
  StartedNotes noted(**bodies, started_path(run_id), from->rows);
  Audience audience(watchers);
  Notifier notifier(program_, settings, workplace, run_id, store_->id(), told_path(run_id));
  engine::Parts parts{
      .loop = notifier.loop(),
      .clock = clock_,
      .random = random_,
      .journal = rows.same ? **journal : in_rows_of_run,
      .bodies = noted,
      .outputs = outputs,
      .notice =
          [&audience](const engine::Notice& notice) {
            audience.tell([&notice](Watcher& watcher) { watcher.noticed(notice); });
          },
      .wishes = [this, run_id, &rows]() -> Result<store::Recovered> {
        Result<store::Recovered> wishes = store_->wishes(run_id);
        if (!wishes) return wishes;
        return engine::in_rows_of(program_, std::move(*wishes), rows);
      },
      .printed =
          [&audience](StepKey key, std::uint32_t attempt, std::string_view bytes, bool is_error) {
            audience.tell([&](Watcher& watcher) { watcher.printed(key, attempt, bytes, is_error); });
          },
      .escalated = [&notifier](const engine::Escalated& escalated) { notifier.tell(escalated); }};
  engine::EngineOptions options;
  options.machine = limits(program_, request.jobs);
  options.run_id = run_id;
  options.store_id = store_->id();
  options.machine.wait = request.wait;
  options.machine.notices = !watchers.empty() || program_.escalation.count != 0;
  options.artifacts_folder = artifacts_folder(run_id);
  options.grace_ms = grace_ms;
  engine::Engine engine(program_, parts, options);
  driver = &engine;
  // Whoever ends the process that holds the children has ended them, and no step has failed by itself.
  workplace.on_children_lost([&engine] { engine.interrupt(SIGKILL); });
  bool interrupted = false;
  workplace.on_signal([&](int signal) {
    // Whoever asks twice does not want to wait for the grace time. The journal holds whatever was reported,
    // and the children end with this process.
    audience.tell([signal](Watcher& watcher) { watcher.interrupted(signal); });
    if (interrupted) ::_exit(128 + signal);
    interrupted = true;
    notifier.hurry();
    engine.interrupt(signal);
  });

  audience.tell([&](Watcher& watcher) { watcher.begins(*from, workplace.loop()); });
  Driven driven;
  driven.end = engine.drive(*from);
  workplace.on_children_lost({});
  driven.warnings = notifier.warnings();
  audience.tell([&](Watcher& watcher) { watcher.ended(driven.end); });
  return driven;
}

Result<store::Decided> RunService::decide(const std::string& run_id, const std::string& step,
                                          const store::Vote& vote) {
  if (Result<> own = ours(run_id); !own) return own.error();
  if (vote.content) {
    bool may_change = false;
    for (const StepRow& row : program_.steps)
      if (step == std::string_view(row.id.data, row.id.size) && row.gate != no_row)
        may_change = program_.gates[row.gate].content_may_change;
    if (!may_change)
      return Error{"what `" + printable(step, false) + "` asks for has no content that could be replaced",
                   "leave `--content` out"};
  }
  return store_->decide(run_id, step, vote);
}

Result<> RunService::ask_cancel(const std::string& run_id) {
  if (Result<> own = ours(run_id); !own) return own.error();
  return store_->request_cancel(run_id);
}

Result<store::Recovered> RunService::look(const std::string& run_id) {
  if (Result<> opened = open(false); !opened) return opened.error();
  if (!run_id.empty()) {
    if (!is_run_id(run_id)) return Error{"`" + printable(run_id, false) + "` is not the id of a run", ""};
    if (Result<> own = ours(run_id); !own) return own.error();
    return looked_at(store_->recover(run_id));
  }
  Result<std::vector<store::RunInfo>> runs = this->runs();
  if (!runs) return runs.error();
  if (runs->empty())
    return Error{"there are no runs of `" + printable(text_of(program_.workflow), false) + "` yet in " +
                     printable(place_.store_path, false),
                 ""};
  return looked_at(store_->recover(runs->front().id));
}

// In the rows of this program where it is the run's own, however its rows came to stand.
Result<store::Recovered> RunService::looked_at(Result<store::Recovered> run) {
  if (!run || run->run.plan_digest != text_of(program_.plan_digest)) return run;
  run = fits(std::move(*run), false);
  if (run) leave_out_unstarted(program_, *run, started_path(run->run.id));
  return run;
}

Result<std::vector<store::RunInfo>> RunService::runs(bool of_all_workflows) {
  if (Result<> opened = open(false); !opened) return opened.error();
  Result<std::vector<store::RunInfo>> runs = store_->runs();
  if (runs && !of_all_workflows)
    std::erase_if(*runs, [this](const store::RunInfo& run) {
      return !run.damaged && run.workflow != text_of(program_.workflow);
    });
  return runs;
}

std::string RunService::artifacts_folder(std::string_view run_id) const {
  return store_->folder() + "/artifacts/" + sha256_hex(run_id).substr(0, 32);
}

std::string RunService::note_path(std::string_view run_id) const {
  // Named by digest: a run's id never becomes part of a path.
  return store_->folder() + "/drives/" + sha256_hex(run_id).substr(0, 32) + ".lifeline";
}

std::string RunService::started_path(std::string_view run_id) const {
  return store_->folder() + "/drives/" + sha256_hex(run_id).substr(0, 32) + ".started";
}

std::string RunService::told_path(std::string_view run_id) const {
  return store_->folder() + "/drives/" + sha256_hex(run_id).substr(0, 32) + ".told";
}

DriveNote RunService::note(std::string_view run_id) const {
  const Result<std::string> text = read_file(note_path(run_id), 64);
  if (text && (*text == "namespace" || *text == "guardian")) return {*text};
  return {};
}

}  // namespace wf::surface
