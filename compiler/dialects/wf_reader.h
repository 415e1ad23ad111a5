// The reader of `.wf` files, shared by its three parts: statements at the top (wf.cpp), steps and their
// settings (wf_step.cpp), and the order between them (wf_flow.cpp).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/dialects/dialect.h"
#include "compiler/dialects/wf_words.h"
#include "compiler/dsl/dsl.h"

namespace wfc::dialects {

using dsl::Item;
using dsl::ItemKind;
using model::Step;
using model::StepIndex;

class WfReader {
 public:
  WfReader(const dsl::File& file, const ReadContext& context);
  model::Workflow read();

 private:
  using Handler = void (WfReader::*)(const Item& item);
  struct Statement {
    std::string_view name;
    Handler read;
    bool once;
  };
  using StepHandler = void (WfReader::*)(const Item& item, Step& step);
  struct StepSetting {
    std::string_view name;
    StepHandler read;
    bool once;
  };
  static const std::vector<Statement>& statements();
  static const std::vector<StepSetting>& step_settings();

  // Where a step stands: inside which block and which side of which `if`.
  struct Place {
    std::uint32_t branch = model::none;
    std::uint32_t side = 1;
    std::uint32_t group = model::none;
  };
  using Steps = std::vector<StepIndex>;

  // wf.cpp: statements at the top.
  void read_statement(const Item& item);
  void read_workflow(const Item& item);
  void read_version(const Item& item);
  void read_enabled(const Item& item);
  void read_fail_fast(const Item& item);
  void read_max_parallel(const Item& item);
  void read_metadata(const Item& item);
  void read_project(const Item& item);
  void read_input(const Item& item);
  void read_let(const Item& item);
  void read_agent(const Item& item);
  void read_defaults(const Item& item);
  void read_policy(const Item& item);
  void read_import(const Item& item);
  void read_trigger(const Item& item);
  void read_webhook(Words& words, model::Trigger& trigger);
  void check_policy_block(const Item& item, std::string_view head);
  void list_policy(const Item& item, const std::string& prefix);
  void add_names();
  bool read_type(const dsl::Type& type, wf::ValueType& value_type, bool& nullable,
                 std::vector<std::string>* choices);
  std::optional<wf::ValueType> plain_type(const dsl::Type::Atom& atom);
  void check_elements(const dsl::Type& list, const expr::Expr& value, const std::string& name);
  static std::string written_type(const dsl::Type& type);
  std::optional<std::string> constant(const dsl::Text* text, std::string_view what);
  std::string words_text(const Item& item) const;
  bool first_time(const Item& item, std::unordered_map<std::string_view, Span>& seen);
  void no_condition(const Item& item);
  void no_block(const Item& item);
  void not_yet(Span span, const std::string& what, Step* step = nullptr);

  // wf_step.cpp: steps.
  void read_step(const Item& item, const Place& place, const Steps& before);
  void read_body(const Item& item, Step& step);
  void read_agent_body(Words& words, Step& step);
  void read_setting(const Item& item, Step& step);
  void finish_step(Step& step);
  void apply_defaults(Step& step);
  void read_text(const Item& item, Step& step);
  void read_after(const Item& item, Step& step);
  void read_output(const Item& item, Step& step);
  void read_env(const Item& item, Step& step);
  void read_with(const Item& item, Step& step);
  void read_named(const Item& item, std::vector<model::NamedValue>& to);
  void read_dir(const Item& item, Step& step);
  void read_by(const Item& item, Step& step);
  void read_timeout(const Item& item, Step& step);
  void read_always(const Item& item, Step& step);
  void read_idempotent(const Item& item, Step& step);
  void read_step_policy(const Item& item, Step& step);
  void read_later(const Item& item, Step& step);
  void read_reaction(const Item& item, Step& step);
  void read_back(const Item& item, Words& words, model::Outcome on, Step& step);
  void read_retry(const Item& item, Words& words, Step& step);
  expr::Template template_of(const dsl::Text& text);
  std::optional<expr::Template> template_from_file(const dsl::Text& path);

  // wf_flow.cpp: order.
  void index_steps(const std::vector<Item>& items);
  Steps read_flow(const std::vector<Item>& items, const Place& place, Steps before);
  Steps read_flow_item(const Item& item, const Place& place, const Steps& before);
  Steps read_parallel(const Item& item, const Place& place, const Steps& before);
  Steps read_branch(const Item& item, const Place& place, const Steps& before);
  Steps last_of(StepIndex begin, const Steps& otherwise) const;
  Steps join_if_large(const Steps& before, std::size_t readers);
  Step join_of(const Steps& steps, std::size_t number) const;
  void add_needs(const Steps& before, std::vector<model::Need>& needs) const;
  void resolve_groups();

  const dsl::File& file_;
  const ReadContext& context_;
  diag::Report& report_;
  model::Workflow workflow_;
  std::unordered_map<std::string_view, StepIndex>
      ids_;  // First step of each name, known before steps are read.
  StepIndex indexed_ = 0;
  std::unordered_map<std::string_view, Span> seen_;
  std::unordered_map<std::string_view, Span> seen_in_step_;
  struct AgentInfo {
    std::string model;
    wf::Boxed<expr::Template> instructions;
  };
  std::unordered_map<std::string, AgentInfo> agents_;
  std::optional<Step> defaults_;
  bool in_defaults_ = false;
  bool after_written_ = false;
  std::unordered_map<std::string_view, Span> named_in_step_;  // What `env` and `with` have named.
  std::vector<Step> joins_;                                   // Appended when all steps are read.
};

}  // namespace wfc::dialects
