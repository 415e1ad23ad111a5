// Which tools each phase may use: a matrix, and what the definition says otherwise.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/dialects/layer.h"

namespace wfc::dialects {

class LayerTools {
 public:
  explicit LayerTools(Layer& layer) : layer_(layer) {}
  // `tools` of the layer; may be null.
  void read(const yaml::Node* tools);

 private:
  struct Rule {
    bool allow = true;
    bool written = false;  // Else it is the matrix that says so.
    Span span;
    std::string reason;
  };
  using Rules = std::map<std::string, Rule, std::less<>>;
  void read_configs(const yaml::Node& configs);
  void read_matrix_file(const yaml::Node& name);
  void read_overrides(const yaml::Node& overrides);
  void read_override(const yaml::Entry& entry, const Phase& phase);
  void read_phase(const Phase& phase);
  void read_list(const yaml::Node& list, std::string_view key, Rules& rules);
  void read_permissions(const yaml::Node& name, Rules& rules);
  void read_booleans(const yaml::Node& node, const Phase& phase, Rules& rules);
  bool is_tool(const Located<std::string>& tool);
  void check(const Phase& phase, const Rules& rules);
  void set(const Phase& phase, const Rules& rules);

  Layer& layer_;
  const Phase* phase_ = nullptr;             // That is read.
  std::set<std::string_view> unclear_;       // Phases of which a tool was not understood.
  std::map<std::string_view, Rules> rules_;  // By phase.
  const yaml::Node* matrix_ = nullptr;       // `permissions` of a file.
  std::map<std::string, std::vector<std::string>, std::less<>> capabilities_;  // Of categories with a file.
};

}  // namespace wfc::dialects
