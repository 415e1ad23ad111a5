// The reader of `.wf` files, shared by its parts: statements at the top (wf.cpp), policies (wf_policies.cpp),
// steps and their settings (wf_step.cpp), what answers outcomes (wf_reactions.cpp), gates (wf_gates.cpp),
// the order of steps (wf_flow.cpp), and definitions of steps (wf_define.cpp).
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/dialects/dialect.h"
#include "compiler/dialects/wf_words.h"
#include "compiler/dsl/dsl.h"

namespace wfc::dialects {

struct Phase;

using dsl::Item;
using dsl::ItemKind;
using model::Step;
using model::StepIndex;

class WfReader {
 public:
  WfReader(const dsl::File& file, const ReadContext& context);
  ~WfReader();
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
  void declare_broken(const Item& item);
  void read_workflow(const Item& item);
  void read_version(const Item& item);
  void read_enabled(const Item& item);
  void read_fail_fast(const Item& item);
  void read_max_parallel(const Item& item);
  void read_metadata(const Item& item);
  void read_project(const Item& item);
  void read_input(const Item& item);
  void read_let(const Item& item);
  struct AgentInfo {
    std::string model;
    wf::Boxed<expr::Template> instructions;
  };
  using AgentInfos = std::unordered_map<std::string, AgentInfo>;
  void read_top_agent(const Item& item);
  void read_agent(const Item& item, AgentInfos& agents);
  void read_defaults(const Item& item);
  void read_trigger(const Item& item);
  void read_webhook(Words& words, model::Trigger& trigger);
  void add_names();
  std::vector<model::Element> read_type(const dsl::Type& written);
  void set_type(const dsl::Type& written, model::Input& input);
  std::optional<wf::ValueType> plain_type(const dsl::Type::Atom& atom);
  void check_elements(std::span<const model::Element> levels, const expr::Expr& value,
                      const std::string& name);
  static std::string written_type(const model::Element& element);
  std::optional<std::string> constant(const dsl::Text* text, std::string_view what);
  std::string words_text(const Item& item) const;
  bool first_time(const Item& item, std::unordered_map<std::string_view, Span>& seen);
  void no_condition(const Item& item);
  void no_block(const Item& item);
  std::string source_of(Span span) const;

  // wf_policies.cpp: what is allowed, limited and watched.
  void read_rules(const Item& item, Step* step);
  void read_top_rules(const Item& item);
  void read_step_rules(const Item& item, Step& step);
  static std::string trouble_of_path(std::string_view path);
  void read_require(const Item& item);
  std::optional<model::Budget> read_budget_block(const Item& item, bool of_step);
  std::optional<std::uint64_t> read_money(Words& words);
  void read_budget(const Item& item);
  void read_step_budget(const Item& item, Step& step);
  void read_tools(const Item& item);
  void read_guardrail(const Item& item);
  void check_guardrail();
  void read_shadow(const Item& item);
  void read_escalation(const Item& item);
  void read_escalation_setting(const Item& setting, model::Escalation& escalation);
  void read_eval(const Item& item);
  void read_monitor(const Item& item);
  void read_risky(const Item& item, Step& step);
  void read_artifact(const Item& item, Step& step);

  // wf_reactions.cpp: what answers outcomes. Empty after a mistake.
  std::optional<model::Reaction> read_reaction(const Item& item);
  bool read_back(Words& words, model::Reaction& loop);
  void read_retry(Words& words, model::Reaction& retry);
  void read_step_reaction(const Item& item, Step& step);
  std::vector<model::Reaction> read_reactions(const std::vector<Item>& items, std::string_view whose,
                                              model::Outcome only);
  void apply_default_reactions(Step& step);
  static bool has_fields(const Step& step, const expr::Expr& condition);
  void settle_reactions(Step& step);

  // wf_gates.cpp: what must hold of a step's result.
  struct GateFiles;
  struct NamedGate {
    Located<std::string> file;
    std::size_t place;  // So many gates stand before it.
  };
  void read_quality_gate(const Item& item, Step& step);
  void read_gate_file(const Item& item, Words& words, Step& step);
  GateFiles& gate_files();
  static bool has_open_answer(const Step& step);
  void settle_gate_files(const std::vector<NamedGate>& files, Step& step);
  std::vector<const Phase*> answers_before(const Step& step, std::size_t max);
  void end_in_gate_escalation(Step& step);

  // wf_define.cpp: `define` and `import`.
  static constexpr std::size_t no_module = static_cast<std::size_t>(-1);
  // A file: the definition itself, or one that is imported.
  struct Module {
    FileId id = no_file;
    std::string folder;  // With a slash at its end; seen from the definition's.
    dsl::File parsed;
    const std::vector<Item>* items = nullptr;    // Null: the definition's.
    std::map<std::string, const Item*> defines;  // Null: there is one, and it could not be read.
    std::map<std::string, std::size_t> imports;
    bool unclear = false;  // It imports something whose name could not be read.
    AgentInfos agents;
  };
  using Arguments = std::map<std::string, expr::Expr>;
  void read_module(std::size_t number, std::vector<FileId>& around);
  template <class Take>
  void read_import(const Item& item, std::size_t number, std::vector<FileId>& around, const Take& take);
  const Item* find_define(const dsl::Arg& callee, std::size_t from, std::size_t& in);
  std::optional<Arguments> arguments_of(const dsl::Body& use, const Item& define, const Arguments* outer);
  void check_argument_types(const Item& define, const Arguments& arguments, Step& step);
  void read_use(const Item& item, Step& step);
  std::vector<const Item*> unused_defines() const;  // Of the definition itself, in its order.
  void report_unused(const std::vector<const Item*>& defines);
  void read_unused();
  void read_unused(const Item& define);
  Arguments placeholders(const Item& define);
  void substitute(expr::Expr& expr, const Arguments& arguments, const std::vector<std::string>& locals);
  void substitute(std::vector<expr::TemplateNode>& nodes, const std::vector<std::string>& locals);
  void substitute(Item& item);
  // A name that is no parameter of the definition in which it stands.
  struct Unseen {
    Span first;
    std::set<std::pair<FileId, std::uint32_t>> places;
    std::string near;
  };
  void count_unseen(const expr::Expr& name, const Arguments& parameters);
  void report_unseen();
  expr::Template own_names(expr::Template text);
  // What `step` stands for in `defaults`.
  static void about(expr::Expr& expr, const Step& step);
  static void about(std::vector<expr::TemplateNode>& nodes, const Step& step);
  static void about(expr::Template& text, const Step& step) { about(text.nodes, step); }
  static model::Reaction about(const model::Reaction& given, const Step& step);

  // wf_step.cpp: steps.
  void read_step(const Item& item, const Place& place, const Steps& before);
  void read_body(const Item& item, Step& step);
  void read_agent_body(Words& words, Step& step);
  void read_own_text(Words& words, Step& step);
  void read_setting(const Item& item, Step& step);
  void finish_step(Step& step);
  void check_fitting(const Step& step);
  void apply_defaults(Step& step);
  static void default_values(const std::vector<model::NamedValue>& given, const Step& step,
                             std::vector<model::NamedValue>& to);
  static void default_extras(const model::Extras& given, Step& step);
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
  void read_undo(const Item& item, Step& step);
  void keep_undo(const Step& of);
  static std::string_view text_setting_of(wf::StepKind kind);
  static model::Extras& extras_of(Step& step);
  expr::Template template_of(const dsl::Text& text);
  std::optional<expr::Template> template_from_file(const dsl::Text& path);

  // wf_flow.cpp: order.
  void index_steps(const std::vector<Item>& items);
  Steps read_flow(const std::vector<Item>& items, const Place& place, Steps before);
  Steps read_flow_item(const Item& item, const Place& place, const Steps& before);
  Steps read_parallel(const Item& item, const Place& place, const Steps& before);
  Steps read_branch(const Item& item, const Place& place, const Steps& before);
  std::string block_id(std::uint32_t group) const;
  StepIndex end_block(std::uint32_t group, StepIndex begin, const Place& place,
                      std::vector<model::Reaction> reactions);
  StepIndex last_answer(StepIndex step);
  Step& step_at(StepIndex step);  // Also of a join that is not among the steps yet.
  StepIndex add_join(const Steps& before, std::string id, Span span, const Place& place);
  Steps last_of(StepIndex begin, const Steps& otherwise);
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
  std::deque<Module> modules_;            // The definition first.
  std::size_t module_ = 0;                // The one that is read.
  const Arguments* arguments_ = nullptr;  // Of the defined step that is read.
  std::size_t uses_ = 0;
  std::size_t substituted_ = 0;  // Parts of expressions.
  std::unordered_set<const Item*> used_;
  std::map<std::string, Unseen> unseen_;
  std::optional<Step> defaults_;
  std::vector<NamedGate> default_gates_;
  std::vector<NamedGate> named_gates_;             // Of the step that is read.
  std::unique_ptr<GateFiles> gate_files_;          // Made for the first of them.
  std::optional<model::Reaction> gate_escalates_;  // As the files of the step that is read say.
  bool in_defaults_ = false;
  bool in_undo_ = false;
  bool reading_unused_ = false;
  bool after_written_ = false;
  bool verb_read_ = false;    // What kind of step is read is known.
  std::optional<Step> undo_;  // Of the step that is read.
  std::vector<Step> undos_;   // Appended when all steps are read, behind the joins.
  std::vector<Span> risky_;
  std::unordered_map<std::string_view, Span> named_in_step_;  // What `env` and `with` have named.
  std::vector<Step> joins_;                                   // Appended when all steps are read.
  std::unordered_map<std::uint32_t, StepIndex> block_ends_;   // By group, where it has reactions.
  struct Answered {
    bool reject = false, timeout = false;
  };
  Answered answered_around_;  // By blocks around what is read.
};

}  // namespace wfc::dialects
