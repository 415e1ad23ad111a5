// What must hold of what a phase left, in all the ways in which that is written.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/dialects/layer_prompts.h"

namespace wfc::dialects {

struct GateUse {
  Phase* phase = nullptr;
  model::Step* step = nullptr;   // Of the phase: it gets the gates.
  std::optional<bool> before;    // As the name of its key says.
  Located<std::string> binding;  // The key.
  Types types;
  // Whose answers a gate asks that looks before its phase, the latest first; empty: those of all phases
  // before it.
  std::function<std::vector<const Phase*>(std::size_t max)> earlier;
};

class LayerGates {
 public:
  explicit LayerGates(Layer& layer) : layer_(layer) {}
  // A file's name, `inline`, a gate, criteria alone, or a list of such.
  void read(const yaml::Node& node, const GateUse& use);
  void read_file(const Located<std::string>& name, const GateUse& use);
  // How a phase of the engine's form is mended: instead of what its gates say, where it has some.
  void read_healing(const yaml::Node& node, Phase& phase, LayerPrompts& prompts);

 private:
  struct Assertion {
    dsl::Expr holds;
    std::string text;
    Span span;
  };
  struct Repeats {
    bool patch = false;
    Located<std::string> strategy;
    Located<std::uint32_t> max;
    bool stop_on_no_progress = false;
    Span span;
  };
  // `criteria`, where they are not a field of the gate.
  void read_gate(const yaml::Node& node, const yaml::Node* criteria, const GateUse& use);
  void read_criteria(const yaml::Node& node, const GateUse& use, model::QualityGate& gate);
  bool is_before(const Fields& fields, const GateUse& use);
  void read_answer(const Fields& fields, model::QualityGate& gate, const GateUse& use);
  void set_escalation(const Fields& fields, std::uint32_t repeats, const GateUse& use,
                      model::Reaction& reaction);
  // Empty: there are none, or not to be understood (reported).
  std::optional<model::Reaction> repeated(const Repeats& how, const Phase& phase);
  expr::Template message(const yaml::Node& text, std::uint32_t repeats);

  std::vector<Assertion> all_of(const yaml::Node& node);
  std::optional<Assertion> one(const yaml::Entry& entry);
  std::optional<Assertion> any_of(const yaml::Entry& entry);
  std::optional<Assertion> all_together(const yaml::Node& node, Span span);
  Assertion number(const yaml::Entry& entry, dsl::Expr value);
  Assertion truth(const yaml::Entry& entry, bool value);
  dsl::Expr field(std::string_view name, Span span);
  dsl::Expr guarded(std::string_view name, Span span, dsl::Expr holds);

  std::vector<const Phase*> earlier(const GateUse& use) const;
  static bool is_below_output(const Phase& phase, std::string_view name);

  Layer& layer_;
  const Phase* phase_ = nullptr;     // Of the gate that is read...
  bool before_ = false;              // ... before which it looks, or after...
  std::vector<const Phase*> asked_;  // ... and then at these, the latest first.
  std::size_t criteria_ = 0;
};

}  // namespace wfc::dialects
