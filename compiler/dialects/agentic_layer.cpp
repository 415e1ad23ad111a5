// The Agentic Layer's workflows: phases, and around them prompts, gates, loops and tools, in files of their
// own.
//
// Phases stand in a list of names, in a list of objects or in a map; all become steps for agents. What the
// phases are has to be known before anything that speaks of them can be read: this file finds that out, and
// the others (layer_*.cpp) read what is said about them.
#include <algorithm>
#include <list>
#include <set>
#include <unordered_set>

#include "compiler/diag/edits.h"
#include "compiler/dialects/comparison.h"
#include "compiler/dialects/layer_gates.h"
#include "compiler/dialects/layer_loops.h"
#include "compiler/dialects/layer_tools.h"
#include "compiler/dialects/listed_order.h"
#include "compiler/dialects/phrase.h"
#include "runtime/rules/identifier.h"

namespace wfc::dialects {
namespace {

using dsl::BindingKind;
using model::none;
using model::Step;
using model::StepIndex;
using wf::StepKind;

constexpr std::string_view versions[] = {"1"};
constexpr std::string_view autonomies[] = {"assisted", "supervised", "autonomous", "ase"};
constexpr std::string_view approvals[] = {"human_approval"};
constexpr std::string_view merges[] = {"replace", "additive"};
constexpr std::string_view standard_phases[] = {"classify", "intent",   "plan",   "build",  "test",
                                                "review",   "document", "deploy", "monitor"};
// Each phase is a prompt, and each type of issue a condition.
constexpr std::size_t phases_max = 10'000;
constexpr std::size_t types_max = 32;

// What other dialects call the same.
constexpr std::string_view lists[] = {"steps", "stages"};
constexpr std::string_view names_of_name[] = {"id", "workflow_id", "phase", "step_id"};
constexpr std::string_view names_of_prompt[] = {"prompt_file", "instructions"};

constexpr Key phase_keys[] = {
    {.name = "name", .elsewhere = names_of_name},
    {.name = "description"},
    {.name = "template", .shape = Shape::any},
    {.name = "prompt", .shape = Shape::any, .elsewhere = names_of_prompt},
    {.name = "permissions"},
    {.name = "tools", .shape = Shape::any},
    {.name = "required", .shape = Shape::boolean},
    {.name = "gate", .shape = Shape::any},
    {.name = "gates", .shape = Shape::any},
    {.name = "healing", .shape = Shape::map},
    {.name = "persona"},
};
constexpr Key route_keys[] = {
    {.name = "phases", .shape = Shape::texts},
    {.name = "templates", .shape = Shape::map},
    {.name = "gates", .shape = Shape::map},
    {.name = "loops", .shape = Shape::map},
};
constexpr Object route_object = {.noun = "an entry of `routing`", .keys = route_keys};
constexpr Key checkpoint_keys[] = {
    {.name = "require", .shape = Shape::choice, .required = true, .choices = approvals},
    {.name = "timeout", .shape = Shape::duration},
};
constexpr Object checkpoint_object = {.noun = "a checkpoint", .keys = checkpoint_keys};
constexpr Key merge_keys[] = {{.name = "enabled", .shape = Shape::boolean}, {.name = "delay"}};
constexpr Object merge_object = {.noun = "`auto_merge`", .keys = merge_keys};
constexpr Key team_keys[] = {{.name = "override_dir"},
                             {.name = "merge_strategy", .shape = Shape::choice, .choices = merges}};
constexpr Object team_object = {.noun = "`teams`", .keys = team_keys};
constexpr Key monitor_keys[] = {{.name = "anomaly_detection", .shape = Shape::any},
                                {.name = "rollback_on", .shape = Shape::any},
                                {.name = "auto_create_issue", .shape = Shape::any}};
constexpr Object monitor_object = {.noun = "`monitor`", .keys = monitor_keys};
constexpr Key layer_keys[] = {
    {.name = "version", .shape = Shape::choice, .choices = versions},
    {.name = "name"},
    {.name = "description"},
    {.name = "phases", .shape = Shape::any, .required = true, .elsewhere = lists},
    {.name = "templates", .shape = Shape::map},
    {.name = "loops", .shape = Shape::map},
    {.name = "escalation", .shape = Shape::map},
    {.name = "gates", .shape = Shape::map},
    {.name = "tools", .shape = Shape::any},
    {.name = "parallel", .shape = Shape::list},
    {.name = "monitoring", .shape = Shape::map},
    {.name = "monitor", .shape = Shape::map},
    {.name = "checkpoints", .shape = Shape::any},
    {.name = "routing", .shape = Shape::map},
    {.name = "autonomy", .shape = Shape::choice, .choices = autonomies},
    {.name = "auto_merge", .shape = Shape::map},
    {.name = "teams", .shape = Shape::map},
    {.name = "runner"},
    {.name = "agents_dir"},
    {.name = "pre_research", .shape = Shape::map},
    {.name = "utilities", .shape = Shape::map},
};
constexpr Object phase_words = {.noun = "a phase", .keys = phase_keys};
constexpr Object layer_words = {.noun = "the workflow", .keys = layer_keys};
constexpr const Object* beside_phase[] = {&layer_words};
constexpr const Object* beside_layer[] = {&phase_words};
constexpr Object phase_object = {.noun = "a phase", .keys = phase_keys, .elsewhere = beside_phase};
constexpr Object layer_object = {.noun = "a workflow", .keys = layer_keys, .elsewhere = beside_layer};

// What phases of these names hand to each other, whatever their prompts are.
struct Feeds {
  std::string_view from, to;
};
constexpr Feeds feeds[] = {{"classify", "plan"},  {"intent", "plan"},   {"plan", "build"},
                           {"plan", "review"},    {"build", "test"},    {"build", "review"},
                           {"build", "document"}, {"build", "deploy"},  {"test", "review"},
                           {"test", "deploy"},    {"review", "deploy"}, {"document", "deploy"},
                           {"deploy", "monitor"}};

std::string standard_output(std::string_view phase) {
  if (phase == "build") return "build_report";
  if (phase == "test") return "test_results";
  if (phase == "review") return "review_issues";
  return {};
}

// "feature-delivery" of "layers/feature-delivery.yaml".
std::string base_of(std::string_view file) {
  file.remove_prefix(file.rfind('/') + 1);
  for (const std::string_view end : {".yaml", ".yml", ".json"})
    if (file.size() > end.size() && file.ends_with(end)) file.remove_suffix(end.size());
  return std::string(file);
}

class AgenticLayerReader {
 public:
  explicit AgenticLayerReader(const ReadContext& context) : layer_(context) {}

  model::Workflow read(const yaml::Node& root) {
    const Fields top(layer_.reader, root, layer_object);
    if (!root.is_mapping()) return std::move(workflow_);
    read_head(top, root);
    if (const yaml::Node* phases = top.find("phases")) read_phases(*phases);
    if (const yaml::Node* routing = top.find("routing")) read_routing(*routing);
    if (const yaml::Node* parallel = top.find("parallel")) read_parallel(*parallel);
    set_places();
    add_steps(top.find("checkpoints"));
    read_gates(top.find("gates"));
    read_settings(top);
    read_loops(top);
    read_prompts(top);
    check_groups();
    loops_.read_escalation(top.find("escalation"));
    LayerTools(layer_).read(top.find("tools"));
    if (const yaml::Node* monitoring = top.find("monitoring")) loops_.read_monitoring(*monitoring);
    say_unused(top);
    end_in_escalation();
    add_names();
    return std::move(workflow_);
  }

 private:
  struct Route {
    std::string_view type;
    Fields fields;
  };
  struct Grouped {
    Span span;
    std::vector<Located<std::string>> names;
    std::uint32_t row = none;
  };

  diag::Report& report() { return layer_.reader.report; }

  // -------------------------------------------------------------------------------------------------- head
  void read_head(const Fields& top, const yaml::Node& root) {
    workflow_.span = top.anchor();
    workflow_.texts_are_variables = true;
    workflow_.description = top.text("description");
    workflow_.metadata_json = extension_metadata(root);
    std::string name = top.text("name");
    workflow_.title = name;
    if (name.empty()) name = base_of(layer_.reader.context.sources.file(layer_.reader.context.file).name);
    const bool named = top.find("name") != nullptr;
    workflow_.id = {wf::rules::is_identifier(name) ? name : slug(name),
                    named ? top.find("name")->span : top.anchor()};
    if (workflow_.id.value.empty() && named)
      report()
          .add(diag::bad_identifier, workflow_.id.span, name, "the name of a workflow")
          .help("it needs a letter or a digit at least");
    if (workflow_.id.value.empty()) workflow_.id.value = "workflow";
    model::Input& issue = workflow_.inputs.emplace_back();
    issue.name = {"issue", top.anchor()};
    issue.type = wf::ValueType::map;
    issue.required = false;
    issue.implied = true;
    issue.description = "what is to be done: `type`, `description` and whatever else is known of it";
    dsl::Expr empty;
    empty.kind = dsl::ExprKind::map;
    empty.span = top.anchor();
    issue.default_value = std::move(empty);
  }

  // ------------------------------------------------------------------------------------------------ phases
  void add_phase(const Located<std::string>& name, Span span, const yaml::Node* settings) {
    if (building_.size() >= phases_max) {
      if (building_.size() == phases_max && !too_many_)
        report().add(diag::text_too_large, name.span, "`phases`", std::to_string(phases_max) + " phases");
      too_many_ = true;
      return;
    }
    const auto phase = insert(building_.end(), name);
    phase->span = span;
    phase->settings = settings;
  }

  std::list<Phase>::iterator insert(std::list<Phase>::iterator before, const Located<std::string>& name) {
    const auto phase = building_.emplace(before);
    phase->name = name;
    phase->span = name.span;
    where_.emplace(phase->name.value, phase);
    return phase;
  }

  void read_phases(const yaml::Node& phases) {
    if (phases.is_sequence()) {
      for (const yaml::Node* item : phases.items) read_listed(*item);
    } else if (phases.is_mapping()) {
      for (const yaml::Entry& entry : phases.entries) {
        if (entry.key.starts_with("x-")) continue;
        const bool bare = entry.value->is_null();
        if (!entry.value->is_mapping() && !bare) {
          report()
              .add(diag::wrong_shape, entry.key_span, "the phase " + in_ticks(entry.key), "a mapping")
              .label("this one is " + std::string(form_of(*entry.value)));
        }
        add_phase({std::string(entry.key), entry.key_span}, entry.key_span,
                  entry.value->is_mapping() ? entry.value : nullptr);
      }
    } else if (!phases.broken) {
      report()
          .add(diag::wrong_shape, phases.span, "`phases`", "a list of names or a mapping")
          .label("this is " + std::string(form_of(phases)));
      return;
    }
    if (phases.items.empty() && phases.entries.empty() && !phases.broken)
      report()
          .add(diag::empty_collection, phases.span, "`phases`")
          .label("a workflow needs at least one phase");
  }

  void read_listed(const yaml::Node& item) {
    if (item.is_scalar() && !yaml::is_no_value(item))
      return add_phase({std::string(item.text), item.span}, item.span, nullptr);
    if (!item.is_mapping()) {
      if (!item.broken)
        report().add(diag::wrong_shape, item.span, "each entry of `phases`",
                     "a name, or a mapping with a `name`");
      return;
    }
    const yaml::Node* name = item.find("name");
    if (!name || !name->is_scalar() || yaml::is_no_value(*name)) {
      if (!item.broken)
        report()
            .add(diag::missing_setting, item.entries.empty() ? item.span : item.entries[0].key_span,
                 "a phase", "name")
            .label("`name` is missing here");
      return;
    }
    add_phase({std::string(name->text), name->span}, name->span, &item);
  }

  // Phases for some types of issues: what only they have is added behind what stands before it.
  void read_routing(const yaml::Node& routing) {
    for (const yaml::Entry& entry : routing.entries) {
      if (entry.key.starts_with("x-")) continue;
      if (routes_.size() >= types_max) {
        report().add(diag::text_too_large, entry.key_span, "`routing`",
                     std::to_string(types_max) + " types of issues");
        break;
      }
      if (entry.value->is_null() && !entry.value->broken) {
        report().add(diag::no_effect, entry.key_span, entry.key).label("nothing is said of such issues");
        continue;
      }
      routes_.push_back({entry.key, Fields(layer_.reader, *entry.value, route_object)});
      const Fields& fields = routes_.back().fields;
      if (fields.find("phases")) route_phases(entry.key, fields.texts("phases"));
      if (const yaml::Node* gates = fields.find("gates"))
        for (const yaml::Entry& gate : gates->entries) routed_gates_[gate.key].push_back(entry.key);
      if (const yaml::Node* loops = fields.find("loops"))
        for (const yaml::Entry& loop : loops->entries) loops_.routed[loop.key].push_back(entry.key);
    }
  }

  void route_phases(std::string_view type, const std::vector<Located<std::string>>& names) {
    std::unordered_map<std::string_view, std::uint32_t> places;
    for (Phase& phase : building_) {
      phase.place = static_cast<std::uint32_t>(places.size());
      places.emplace(phase.name.value, phase.place);
    }
    std::unordered_set<std::string_view> own;
    auto after = building_.begin();  // Where the next one may stand.
    for (const Located<std::string>& name : names) {
      if (!own.insert(name.value).second) continue;  // Said as an entry that stands there twice.
      const auto known = where_.find(name.value);
      if (known == where_.end()) {
        if (building_.size() >= phases_max) continue;
        const auto phase = insert(after, name);
        phase->routed = true;
        phase->types = {type};
        continue;
      }
      const auto found = known->second;
      const bool late = after == building_.end() || found->place < after->place;
      if (late) {
        report()
            .add(diag::wrong_place, name.span, name.value)
            .label("`phases` has it before the one above")
            .also(found->name.span, "it stands here");
        continue;
      }
      if (found->routed) found->types.push_back(type);
      after = std::next(found);
    }
    for (Phase& phase : building_)
      if (!phase.routed && !own.contains(phase.name.value)) phase.types.push_back(type);
  }

  // ------------------------------------------------------------------------------------------------ groups
  void read_parallel(const yaml::Node& parallel) {
    std::unordered_map<std::string, Span> grouped;
    std::uint32_t place = 0;
    for (Phase& phase : building_) phase.place = place++;
    if (parallel.items.empty())
      report().add(diag::empty_collection, parallel.span, "`parallel`").severity(diag::Severity::warning);
    for (const yaml::Node* item : parallel.items) {
      if (!item->is_sequence()) {
        if (!item->broken)
          report()
              .add(diag::wrong_shape, item->span, "each entry of `parallel`", "a list of phases")
              .help("write `- [document, deploy_prepare]`");
        continue;
      }
      Grouped group{.span = item->span, .names = {}};
      for (const yaml::Node* name : item->items) {
        if (!name->is_scalar() || yaml::is_no_value(*name)) {
          if (!name->broken) report().add(diag::wrong_shape, name->span, "each phase of a group", "a name");
          continue;
        }
        const auto [first, added] = grouped.emplace(std::string(name->text), name->span);
        if (added) {
          group.names.push_back({std::string(name->text), name->span});
        } else {
          report()
              .add(diag::repeated_entry, name->span, name->text)
              .label("again here")
              .also(first->second, "first here");
        }
      }
      if (item->items.empty())
        report().add(diag::empty_collection, item->span, "this group").severity(diag::Severity::warning);
      if (group.names.size() == 1 && item->items.size() == 1)
        report()
            .add(diag::no_effect, group.names[0].span, group.names[0].value)
            .label("nothing runs beside it");
      declare(group);
      if (group.names.size() > 1) groups_.push_back(std::move(group));
    }
  }

  // A name that is no phase becomes one, beside the others of its group.
  void declare(const Grouped& group) {
    auto after = building_.end();
    for (const Located<std::string>& name : group.names) {
      const auto at = where_.find(name.value);
      if (at == where_.end()) continue;
      const auto next = std::next(at->second);
      if (after == building_.end() || at->second->place >= std::prev(after)->place) after = next;
    }
    for (const Located<std::string>& name : group.names) {
      if (where_.contains(name.value) || building_.size() >= phases_max) continue;
      std::vector<std::string> names;
      if (building_.size() <= 100)
        for (const Phase& phase : building_) names.push_back(phase.name.value);
      auto draft = report().add(diag::undeclared_phase, name.span, name.value);
      draft.label("it becomes a phase of this group");
      const std::string near = layer_.guess(name.value, names);
      if (!near.empty()) draft.help("did you mean `" + near + "`?");
      const std::uint32_t place = after == building_.begin() ? 0 : std::prev(after)->place;
      insert(after, name)->place = place;
    }
  }

  // The members of a group stand side by side, and share one place.
  void set_places() {
    std::unordered_map<std::string_view, std::uint32_t> group_of;
    for (std::uint32_t i = 0; i < groups_.size(); ++i)
      for (const Located<std::string>& name : groups_[i].names) group_of.emplace(name.value, i);
    where_.clear();
    layer_.phases.reserve(building_.size());
    for (Phase& phase : building_) layer_.phases.push_back(std::move(phase));
    layer_.index_phases();
    std::uint32_t place = 0, open = none;
    std::unordered_set<std::uint32_t> closed;
    for (Phase& phase : layer_.phases) {
      const auto found = group_of.find(phase.name.value);
      const std::uint32_t group = found == group_of.end() ? none : found->second;
      if (group == none || group != open) ++place;
      if (open != none && open != group) closed.insert(open);
      open = group;
      phase.place = place;
      if (group == none) continue;
      if (closed.contains(group)) {
        // Said once; what the phases of this group wait for is not known.
        if (!apart_.contains(phase.name.value)) say_apart(groups_[group], phase);
        for (const Located<std::string>& name : groups_[group].names) apart_.insert(name.value);
        continue;
      }
      if (groups_[group].row == none) {
        groups_[group].row = static_cast<std::uint32_t>(workflow_.groups.size());
        workflow_.groups.emplace_back().span = groups_[group].span;
      }
      phase.group = groups_[group].row;
    }
  }

  void say_apart(const Grouped& group, const Phase& phase) {
    const Phase& before = *std::prev(&phase);
    const Located<std::string>* own = nullptr;
    const Located<std::string>* other = nullptr;
    for (const Located<std::string>& name : group.names)
      (name.value == phase.name.value ? own : other) = &name;
    if (!own || !other) return;
    report()
        .add(diag::parallel_contradiction, own->span, other->value, own->value)
        .label(in_ticks(before.name.value) + " runs between them")
        .also(before.name.span, "it stands here")
        .help("write the phases of a group one after the other in `phases`");
  }

  // Those that hand something to each other cannot run together.
  void check_groups() {
    std::set<std::pair<std::string_view, std::string_view>> said;
    const auto check = [&](std::string_view from, std::string_view to, const std::string& why) {
      const Phase* one = layer_.find(from);
      const Phase* other = layer_.find(to);
      if (!one || !other || one == other || one->group == none || one->group != other->group) return;
      if (!said.emplace(std::min(from, to), std::max(from, to)).second) return;
      Span one_span, other_span;
      for (const Grouped& group : groups_)
        for (const Located<std::string>& name : group.names) {
          if (name.value == from) one_span = name.span;
          if (name.value == to) other_span = name.span;
        }
      report()
          .add(diag::parallel_contradiction, other_span, from, to)
          .label(why)
          .also(one_span, "what this one leaves")
          .help("take one of them out of the group: phases run in the order of `phases`")
          .fix("take it out of the group", diag::without_entry(layer_.reader.context.sources, other_span),
               false);
    };
    for (const Feeds& feed : feeds)
      check(feed.from, feed.to, in_ticks(feed.to) + " needs what " + in_ticks(feed.from) + " leaves");
    for (const LayerPrompts::Use& use : prompts_.uses())
      check(use.producer, use.reader, "its prompt names what " + in_ticks(use.producer) + " leaves");
  }

  // ------------------------------------------------------------------------------------------------- steps
  struct Checkpoint {
    Located<std::string> key;
    std::uint64_t timeout_ms = 0;
    StepIndex step = none;
  };

  // Steps stand in the order in which they run, the approvals behind the phases that they wait for.
  void add_steps(const yaml::Node* checkpoints) {
    std::unordered_map<std::string_view, std::vector<Checkpoint>> approvals = read_checkpoints(checkpoints);
    std::vector<Listed> order;
    for (std::size_t begin = 0; begin < layer_.phases.size();) {
      std::size_t end = begin + 1;
      while (end < layer_.phases.size() && layer_.phases[end].place == layer_.phases[begin].place) ++end;
      Listed entry;
      entry.group = layer_.phases[begin].group;
      for (std::size_t i = begin; i < end; ++i) {
        add_step(layer_.phases[i]);
        Listed one;
        one.step = layer_.phases[i].step;
        if (entry.group == none) {
          entry = std::move(one);
        } else {
          workflow_.groups[entry.group].members.push_back(one.step);
          entry.children.push_back(std::move(one));
        }
      }
      order.push_back(std::move(entry));
      for (std::size_t i = begin; i < end; ++i)
        for (const Checkpoint& checkpoint : approvals[layer_.phases[i].name.value]) {
          Listed one;
          one.step = add_approval(checkpoint, layer_.phases[i]);
          order.push_back(std::move(one));
        }
      begin = end;
    }
    ListedOrder(workflow_).set(order);
  }

  void add_step(Phase& phase) {
    phase.step = static_cast<StepIndex>(workflow_.steps.size());
    Step& step = workflow_.steps.emplace_back();
    step.id = phase.name;
    step.span = phase.span;
    step.kind = StepKind::agent;
    step.group = phase.group;
    step.broken = apart_.contains(phase.name.value);
    step.output = {standard_output(phase.name.value), phase.name.span};
    step.when = layer_.is_type({phase.routed, phase.types}, phase, phase.name.span);
  }

  StepIndex add_approval(const Checkpoint& checkpoint, const Phase& phase) {
    const auto index = static_cast<StepIndex>(workflow_.steps.size());
    Step& step = workflow_.steps.emplace_back();
    step.id = checkpoint.key;
    step.span = checkpoint.key.span;
    step.kind = StepKind::approve;
    step.gate =
        model::Gate{.approvers = {}, .timeout_ms = checkpoint.timeout_ms, .message = {}, .span = step.span};
    step.when = layer_.is_type({phase.routed, phase.types}, phase, step.span);
    expr::Template text =
        expr::constant_template("Go on after the phase `" + phase.name.value + "`?\n\n", step.span);
    expr::TemplateNode& left = text.nodes.emplace_back();
    left.kind = expr::NodeKind::value;
    left.span = step.span;
    left.expr = layer_.output_of(phase, step.span, text_constant("", step.span));
    step.prompt.push_back({std::move(text), {}});
    return index;
  }

  std::unordered_map<std::string_view, std::vector<Checkpoint>> read_checkpoints(const yaml::Node* node) {
    std::unordered_map<std::string_view, std::vector<Checkpoint>> made;
    if (!node || (node->is_scalar() && node->text == "none")) return made;
    if (!node->is_mapping()) {
      if (!node->broken)
        report().add(diag::wrong_shape, node->span, "`checkpoints`",
                     "a mapping of `after_PHASE` to what is required, or `none`");
      return made;
    }
    for (const yaml::Entry& entry : node->entries) {
      if (entry.key.starts_with("x-")) continue;
      const auto [name, before] = moment_of(entry.key);
      if (name.empty() || before) {
        layer_.unknown_key("`checkpoints`", entry, "write `after_` and the name of a phase");
        continue;
      }
      const Phase* phase = layer_.find_at(
          name, part_of(entry.key_span, entry.key, entry.key.size() - name.size(), name.size()));
      const yaml::Node& value = *entry.value;
      Checkpoint checkpoint;
      checkpoint.key = {std::string(entry.key), entry.key_span};
      if (value.is_scalar()) {
        if (value.text == "none") continue;
        if (value.text != "human_approval") {
          report()
              .add(diag::unknown_choice, value.span, "a checkpoint", value.text)
              .help("write `human_approval` or `none`");
          continue;
        }
      } else {
        const Fields fields(layer_.reader, value, checkpoint_object);
        if (fields.broken()) continue;
        checkpoint.timeout_ms = fields.duration_ms("timeout");
        if (const yaml::Node* timeout = fields.find("timeout"); timeout && checkpoint.timeout_ms == 0)
          report().add(diag::gate_unsatisfiable, timeout->span, "nobody can answer in no time");
      }
      if (phase) made[phase->name.value].push_back(std::move(checkpoint));
    }
    return made;
  }

  // ------------------------------------------------------------------------------ what is said about phases
  void read_gates(const yaml::Node* gates) {
    if (gates) {
      for (const yaml::Entry& entry : gates->entries) {
        const auto own = routed_gates_.find(entry.key);
        read_gate(entry, own == routed_gates_.end() ? Types{} : Types{false, own->second});
      }
    }
    for (const Route& route : routes_)
      if (const yaml::Node* own = route.fields.find("gates"))
        for (const yaml::Entry& entry : own->entries) read_gate(entry, {true, {route.type}});
  }

  void read_gate(const yaml::Entry& entry, Types types) {
    if (entry.key.starts_with("x-")) return;
    GateUse use;
    use.binding = {std::string(entry.key), entry.key_span};
    use.types = std::move(types);
    use.phase = layer_.find(entry.key);
    if (!use.phase) {
      const auto [name, before] = moment_of(entry.key);
      if (name.empty()) {
        layer_.unknown_phase(entry.key, entry.key_span)
            .help("write `after_` or `before_` and the name of a phase");
        return;
      }
      use.before = before;
      use.phase = layer_.find_at(
          name, part_of(entry.key_span, entry.key, entry.key.size() - name.size(), name.size()));
    }
    if (!use.phase) return;
    use.step = &layer_.step_of(*use.phase);
    gates_.read(*entry.value, use);
  }

  void read_loops(const Fields& top) {
    const yaml::Node* loops = top.find("loops");
    if (loops) loops_.read(*loops, {});
    for (const Route& route : routes_)
      if (const yaml::Node* own = route.fields.find("loops")) loops_.read(*own, {true, {route.type}});
    if (!top.written("loops")) loops_.add_defaults();
  }

  // A phase that `templates` speak of and that there is not: perhaps only left out.
  void check_templates(const yaml::Node* templates) {
    if (!templates) return;
    for (const yaml::Entry& entry : templates->entries) {
      if (layer_.find(entry.key) || entry.key.starts_with("x-")) continue;
      const bool standard = std::find(std::begin(standard_phases), std::end(standard_phases), entry.key) !=
                            std::end(standard_phases);
      if (standard) {
        auto draft = report().add(diag::no_effect, entry.key_span, entry.key);
        draft.label("it is not among `phases`");
        if (entry.value->is_scalar())
          draft.fix("leave it out",
                    diag::without_entry(layer_.reader.context.sources,
                                        {entry.key_span.file, entry.key_span.begin, entry.value->span.end}),
                    false);
      } else {
        layer_.unknown_phase(entry.key, entry.key_span);
      }
    }
  }

  void read_prompts(const Fields& top) {
    const yaml::Node* templates = top.find("templates");
    check_templates(templates);
    for (const Route& route : routes_) check_templates(route.fields.find("templates"));
    for (Phase& phase : layer_.phases) {
      std::vector<LayerPrompts::Routed> routed;
      for (const Route& route : routes_)
        if (const yaml::Node* own = route.fields.find("templates"))
          if (const yaml::Node* file = own->find(phase.name.value)) routed.push_back({route.type, file});
      const yaml::Node* written = templates ? templates->find(phase.name.value) : nullptr;
      Span first = written ? written->span : Span{};
      for (const std::string_view key : {"template", "prompt"}) {
        const yaml::Node* own =
            phase.settings && phase.settings->is_mapping() ? phase.settings->find(key) : nullptr;
        if (!own || own->is_null()) continue;
        if (written) {
          report()
              .add(diag::exclusive_settings, own->span, "templates", key)
              .label("the same a second time")
              .also(first, "first here");
          continue;
        }
        written = own;
        first = own->span;
      }
      if (written && written->is_null()) written = nullptr;
      prompts_.read(phase, written, routed);
    }
  }

  // What the map and the engine's form say about a phase itself.
  void read_settings(const Fields& top) {
    const std::string folder = top.text("agents_dir");
    bool named = false;
    for (Phase& phase : layer_.phases) {
      if (!phase.settings) continue;
      const Fields fields(layer_.reader, *phase.settings, phase_object);
      Step& step = layer_.step_of(phase);
      step.description = fields.text("description");
      for (const std::string_view key : {"gate", "gates"})
        if (const yaml::Node* gate = fields.find(key))
          gates_.read(*gate, {.phase = &phase,
                              .step = &step,
                              .before = {},
                              .binding = {phase.name.value, fields.key_span(key)},
                              .types = {},
                              .earlier = {}});
      if (const yaml::Node* healing = fields.find("healing")) gates_.read_healing(*healing, phase, prompts_);
      if (!fields.boolean("required", true)) optional_.insert(phase.step);
      if (!fields.find("persona")) continue;
      named = true;
      read_persona(fields.located("persona"), folder, step);
    }
    if (!named) layer_.no_effect(top, "agents_dir", "no phase names a `persona`");
  }

  void read_persona(const Located<std::string>& name, const std::string& folder, Step& step) {
    step.agent = name;
    if (folder.empty()) return;
    const Located<std::string> file = {folder + "/" + name.value + ".md", name.span};
    if (const std::optional<FileId> read = layer_.file(file)) {
      const std::string& text = layer_.reader.context.sources.file(*read).text;
      step.instructions = expr::constant_template(text, {*read, 0, static_cast<std::uint32_t>(text.size())});
    } else {
      step.broken = true;
    }
  }

  void say_unused(const Fields& top) {
    layer_.no_effect(top, "autonomy", "approvals are asked for where `checkpoints` say so");
    layer_.no_effect(top, "auto_merge", "nothing here merges");
    layer_.no_effect(top, "teams", "a definition is read as it stands");
    layer_.no_effect(top, "runner", "which program an agent is, is said when the executable runs: `--agent`");
    layer_.no_effect(top, "pre_research", "a plan is made from its prompt alone");
    layer_.no_effect(top, "utilities", "only phases have prompts here");
    if (const yaml::Node* merge = top.find("auto_merge"))
      const Fields checked(layer_.reader, *merge, merge_object);
    if (const yaml::Node* teams = top.find("teams")) const Fields checked(layer_.reader, *teams, team_object);
    if (const yaml::Node* monitor = top.find("monitor")) {
      const Fields fields(layer_.reader, *monitor, monitor_object);
      layer_.no_effect(fields, "rollback_on", "nothing here is rolled back");
      layer_.no_effect(fields, "anomaly_detection", "what is measured stands in `monitoring`");
      layer_.no_effect(fields, "auto_create_issue", "nothing here creates issues");
    }
  }

  // Behind its gates and loops every phase escalates; one that is not required is passed over with a warning.
  void end_in_escalation() {
    for (Phase& phase : layer_.phases) {
      model::Reaction last = on_fail(model::Response::escalate, phase.name.span);
      if (phase.escalate) last = std::move(*phase.escalate);
      if (optional_.contains(phase.step)) last.response = model::Response::go_on;
      layer_.step_of(phase).reactions.push_back(std::move(last));
    }
  }

  void add_names() {
    std::vector<model::Name>& names = workflow_.names;
    names.push_back({.name = "issue", .binding = {BindingKind::input, 0}, .span = {}});
    for (StepIndex i = 0; i < workflow_.steps.size(); ++i) {
      const Step& step = workflow_.steps[i];
      if (step.id_generated) continue;
      if (!step.output.value.empty())
        names.push_back({.name = step.output.value,
                         .binding = {BindingKind::output, i},
                         .span = step.output.span,
                         .step = i});
      names.push_back(
          {.name = step.id.value, .binding = {BindingKind::step, i}, .span = step.id.span, .step = i});
    }
    for (const auto& [name, kind] :
         {std::pair("result", BindingKind::result), std::pair("run", BindingKind::run),
          std::pair("feedback", BindingKind::feedback)})
      if (!layer_.find(name)) names.push_back({.name = name, .binding = {kind, 0}, .span = {}});
  }

  Layer layer_;
  model::Workflow& workflow_ = layer_.workflow;
  LayerPrompts prompts_{layer_};
  LayerGates gates_{layer_};
  LayerLoops loops_{layer_};
  std::list<Phase> building_;
  std::unordered_map<std::string_view, std::list<Phase>::iterator> where_;  // The first of a name.
  std::vector<Grouped> groups_;
  std::unordered_set<std::string_view> apart_;  // Phases of groups that do not stand side by side.
  std::list<Route> routes_;
  std::map<std::string_view, std::vector<std::string_view>> routed_gates_;
  std::unordered_set<StepIndex> optional_;
  bool too_many_ = false;
};

std::string recognise(const yaml::Node& root) {
  return root.has("phases") ? "it has `phases`" : std::string();
}

}  // namespace

extern const Dialect agentic_layer;
constinit const Dialect agentic_layer = {
    .name = "agentic-layer",
    .recognise = recognise,
    .read = [](const yaml::Node& root,
               const ReadContext& context) { return AgenticLayerReader(context).read(root); },
};

}  // namespace wfc::dialects
