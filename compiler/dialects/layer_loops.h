// Where a phase goes back to, who is asked when that no longer helps, and what is measured.
#pragma once
#include <optional>
#include <string>

#include "compiler/dialects/layer.h"

namespace wfc::dialects {

class LayerLoops {
 public:
  explicit LayerLoops(Layer& layer) : layer_(layer) {}
  // Loops for issues of some types; those of `replaced` that bear the same name do not hold for these.
  void read(const yaml::Node& loops, const Types& types);
  // Those that there are where none are written, as far as their phases are there.
  void add_defaults();
  void read_escalation(const yaml::Node* node);
  void read_monitoring(const yaml::Node& node);
  // Types of issues that have a loop of this name of their own.
  std::map<std::string_view, std::vector<std::string_view>> routed;

 private:
  struct Trigger {
    Phase* phase = nullptr;
    wf::Boxed<dsl::Expr> condition;  // Empty: the phase failed.
  };
  void read_loop(const yaml::Entry& entry, Types types);
  std::optional<Trigger> trigger_of(std::string_view text, Span span);
  std::optional<Located<std::string>> target_of(std::string_view action, Span span);
  void add(Trigger trigger, model::Reaction reaction, const Types& types);
  void read_alert(const yaml::Entry& entry, model::Monitor& monitor);

  Layer& layer_;
};

}  // namespace wfc::dialects
