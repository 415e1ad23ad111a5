// Tells a channel of wf.toml's [notify] that a run has escalated: a command gets JSON on its standard input,
// a webhook as its body.
//
// Nothing waits for it but the end of the process, and that not for long. What was told is noted beside the
// store: an escalation that was recorded by a process that then died is told by the next one. So each is told
// once, and perhaps a second time after a crash; its `id` stays the same. What cannot be delivered is a
// warning, and tried again by the next `resume`.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "runtime/engine/engine.h"
#include "runtime/surface/settings.h"
#include "runtime/surface/workshop.h"

namespace wf::surface {

// As the engine sees it, this loop stops when it says so; in truth once nothing is on its way any more.
class PatientLoop final : public engine::Loop {
 public:
  explicit PatientLoop(engine::Loop& loop) : loop_(loop) {}
  void post(std::function<void()> work) override { loop_.post(std::move(work)); }
  std::uint64_t at(std::int64_t monotonic_ms, std::function<void()> work) override {
    return loop_.at(monotonic_ms, std::move(work));
  }
  void cancel(std::uint64_t timer) override { loop_.cancel(timer); }
  void run() override { loop_.run(); }
  void stop() override;
  void sent() { ++on_their_way_; }
  void arrived();
  void hurry() { hurried_ = true; }  // Whoever ends the process does not want to wait.

 private:
  engine::Loop& loop_;
  std::uint32_t on_their_way_ = 0;
  bool stops_ = false, hurried_ = false;
};

class Notifier {
 public:
  // `note_path`: the file of what was told.
  Notifier(const Program& program, const Settings& settings, Workplace& workplace, std::string run_id,
           std::string store_id, std::string note_path);
  engine::Loop& loop() { return loop_; }
  void tell(const engine::Escalated& escalated);
  void hurry() { loop_.hurry(); }
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  void ended(const std::string& id, const std::string& channel, const Result<>& result);

  const Program& program_;
  const Settings& settings_;
  Workplace& workplace_;
  PatientLoop loop_;
  const std::string run_id_, store_id_, note_path_;
  std::string noted_;           // What the file says, ...
  std::set<std::string> told_;  // ... and what is on its way.
  std::vector<std::string> warnings_;
};

// Is it told by HTTP, rather than by a command?
bool is_webhook(std::string_view target);

}  // namespace wf::surface
