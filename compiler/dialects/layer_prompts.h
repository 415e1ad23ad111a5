// The prompts of the phases: files with `${name}` in them, chosen by the type of the issue.
#pragma once
#include <string>
#include <vector>

#include "compiler/dialects/layer.h"

namespace wfc::dialects {

class LayerPrompts {
 public:
  explicit LayerPrompts(Layer& layer) : layer_(layer) {}
  // Gives the phase its prompts. `routed` are the templates of types of issues, by type; `written` is the
  // phase's own. Where none always holds, `prompts/PHASE.md` does.
  struct Routed {
    std::string_view type;
    const yaml::Node* templates;
  };
  void read(Phase& phase, const yaml::Node* written, const std::vector<Routed>& routed);
  // A file as a text for `phase`, its variables in place. Empty when it cannot be read (reported).
  std::optional<expr::Template> text(const Located<std::string>& name, const Phase& phase);
  // Whose prompts name what which phase leaves.
  struct Use {
    std::string reader, producer;
  };
  const std::vector<Use>& uses() const { return uses_; }

 private:
  void add_all(const yaml::Node& node, Phase& phase, const Types& types);
  void add(const Located<std::string>& name, Phase& phase, const Types& types);
  void add_by_class(const Located<std::string>& name, Phase& phase, const Types& types);
  void add_default(Phase& phase);
  void add_text(expr::Template text, Phase& phase, const Types& types, Span span);
  expr::Template parse(std::string_view text, Span span, bool built_in, const Phase& phase);
  dsl::Expr variable(std::string_view name, Span span, bool built_in, const Phase& phase);

  Layer& layer_;
  std::vector<Use> uses_;
  std::size_t variables_ = 0;
  bool always_ = false;  // The phase has a prompt that always holds.
};

}  // namespace wfc::dialects
