// `--events`: what happens, one JSON object a line, for programs.
//
// The file is a faithful but lagging view of the journal. `seq` only ever grows within a run, over crashes
// and resumes too, so that a reader who joins files can tell what is new.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/base/clock.h"
#include "runtime/surface/out.h"
#include "runtime/surface/run_service.h"

namespace wf::surface {

// Numbers that grow over restarts. They are set aside in blocks, in a small file: after a crash the rest of a
// block is lost, which leaves a gap and never a repetition.
class Sequence {
 public:
  explicit Sequence(std::string path) : path_(std::move(path)) {}
  ~Sequence();
  Sequence(const Sequence&) = delete;
  Sequence& operator=(const Sequence&) = delete;
  std::int64_t next();

 private:
  void reserve(std::int64_t through);

  std::string path_;
  std::int64_t last_ = -1;  // -1: the file was not read yet.
  std::int64_t reserved_ = 0;
};

class Events final : public Watcher {
 public:
  Events(const Program& program, Clock& clock, Out& out, std::string sequence_path)
      : program_(program), clock_(clock), out_(out), sequence_(std::move(sequence_path)) {}
  void begins(const store::Recovered& from, engine::Loop& loop) override;
  void noticed(const engine::Notice& notice) override;
  void printed(StepKey key, std::uint32_t attempt, std::string_view bytes, bool is_error) override;
  void ended(const engine::RunEnd& end) override;

 private:
  struct Fields;
  void write(std::string_view event, std::int64_t at_ms, const Fields& fields);

  const Program& program_;
  Clock& clock_;
  Out& out_;
  Sequence sequence_;
  std::string run_id_;
  // The beginning of a character whose other bytes have not been printed yet, by step and stream.
  std::map<std::pair<Row, bool>, std::string> cut_;
  // How much of what an attempt has printed was told.
  std::map<std::pair<Row, bool>, std::uint64_t> told_;
  bool told_end_ = false;
};

}  // namespace wf::surface
