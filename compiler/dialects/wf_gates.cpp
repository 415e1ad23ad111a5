// Gates of a `.wf` file: what is checked of a step, written there or in a file of the agentic layer's form.
#include <algorithm>

#include "compiler/dialects/layer_gates.h"
#include "compiler/dialects/phrase.h"
#include "compiler/dialects/wf_reader.h"
#include "compiler/expr/step_fields.h"

namespace wfc::dialects {

using model::Outcome;
using model::Reaction;
using model::Response;

struct WfReader::GateFiles {
  explicit GateFiles(const ReadContext& context) : layer(context) {
    layer.of_steps = true;
    layer.reader.note = "it is read as a gate of the `agentic-layer` dialect";
  }
  Layer layer;
  LayerGates gates{layer};
  std::size_t named = 0;  // Of so many steps the outputs are known.
};

WfReader::WfReader(const dsl::File& file, const ReadContext& context)
    : file_(file), context_(context), report_(context.report) {}
WfReader::~WfReader() = default;

// `gate NAME { check ... on fail ... }`, `gate from "file.yaml"`
void WfReader::read_quality_gate(const Item& item, Step& step) {
  no_condition(item);
  Words words(item.args, item.head, item.head_span, report_);
  model::QualityGate gate;
  gate.span = item.span;
  const bool from_file = words.peek() && words.word("from");
  if (from_file && words.peek() && words.peek()->kind == dsl::ArgKind::text) {
    return read_gate_file(item, words, step);
  }
  if (from_file) {
    // A gate may be called `from`.
    if (!item.has_block) return words.missing("the file's name");
    gate.name = {"from", item.args[0][0].span};
  } else if (const auto name = words.done() ? std::nullopt : words.name()) {
    gate.name = *name;
  }
  if (!words.end()) return;
  for (const Item& entry : item.block) {
    if (entry.broken) {
      step.broken = true;
    } else if (entry.kind == ItemKind::check && entry.value) {
      gate.criteria.push_back({*entry.value, source_of(entry.value->span), entry.value->span});
    } else if (entry.kind != ItemKind::reaction) {
      report_.add(diag::wrong_place, entry.head_span, entry.head)
          .label("in a `gate` stand `check` and `on fail`");
    }
  }
  gate.reactions = read_reactions(item.block, "a `gate`", Outcome::fail);
  if (gate.criteria.empty() && !step.broken) {
    report_.add(diag::empty_collection, item.head_span, "the gate").label("it checks nothing");
    return;
  }
  extras_of(step).quality_gates.push_back(std::move(gate));
}

// What a gate says of the steps around it is known when the step's own order is: it is read in the end.
void WfReader::read_gate_file(const Item& item, Words& words, Step& step) {
  no_block(item);
  const dsl::Text* path = words.text();
  const auto name = constant(path, "a file's name");
  if (!words.end() || !name) {
    step.broken = true;
    return;
  }
  const std::size_t place = step.extras ? step.extras->quality_gates.size() : 0;
  // Names of files are seen from the file in which they stand.
  named_gates_.push_back({{modules_[module_].folder + *name, path->span}, place});
}

WfReader::GateFiles& WfReader::gate_files() {
  if (!gate_files_) {
    gate_files_ = std::make_unique<GateFiles>(context_);
    std::vector<Phase>& steps = gate_files_->layer.phases;
    for (const auto& [name, index] : ids_) {
      Phase& step = steps.emplace_back();
      step.name.value = name;
      step.step = index;
    }
    gate_files_->layer.index_phases();
  }
  Layer& layer = gate_files_->layer;
  if (reading_unused_) return *gate_files_;  // The steps of the workflow are away.
  for (std::size_t& i = gate_files_->named; i < workflow_.steps.size(); ++i) {
    const Step& step = workflow_.steps[i];
    Phase* phase = layer.find(step.id.value);
    if (!phase || phase->step != i) continue;
    phase->open = has_open_answer(step);
    if (step.output.value.empty()) continue;
    layer.add_output(step.output.value, static_cast<std::size_t>(phase - layer.phases.data()));
  }
  return *gate_files_;
}

bool WfReader::has_open_answer(const Step& step) {
  return expr::has_open_fields(expr::step_type(step.kind, expr::TypeKind::answer));
}

void WfReader::settle_gate_files(const std::vector<NamedGate>& files, Step& step) {
  if (files.empty()) return;
  GateFiles& known = gate_files();
  Phase phase;
  phase.name = step.id;
  phase.step = static_cast<StepIndex>(workflow_.steps.size());
  phase.open = has_open_answer(step);
  std::size_t added = 0;
  for (const NamedGate& file : files) {
    Step read;
    const GateUse use = {.phase = &phase,
                         .step = &read,
                         .before = {},
                         .binding = file.file,
                         .types = {},
                         .earlier = [&](std::size_t max) { return answers_before(step, max); }};
    known.gates.read_file(file.file, use);
    step.broken = step.broken || read.broken;
    if (!read.extras) continue;
    std::vector<model::QualityGate>& from = read.extras->quality_gates;
    std::vector<model::QualityGate>& to = extras_of(step).quality_gates;
    const auto at = to.begin() + static_cast<std::ptrdiff_t>(std::min(file.place + added, to.size()));
    to.insert(at, std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    added += from.size();
  }
  if (phase.escalate) gate_escalates_ = std::move(*phase.escalate);
}

// The nearest steps before this one that answer something.
std::vector<const Phase*> WfReader::answers_before(const Step& step, std::size_t max) {
  std::vector<const Phase*> found;
  std::vector<StepIndex> open;
  std::unordered_set<StepIndex> seen;
  const auto follow = [&](const std::vector<model::Need>& needs) {
    for (auto need = needs.rbegin(); need != needs.rend(); ++need)
      if (need->target < workflow_.steps.size() && seen.insert(need->target).second)
        open.push_back(need->target);
  };
  follow(step.needs);
  // A few questions between them are passed over; a file of nothing else is not searched.
  for (std::size_t i = 0; i < open.size() && i < 4 * max && found.size() < max; ++i) {
    const Step& before = workflow_.steps[open[i]];
    const bool answers = before.kind == wf::StepKind::agent || before.kind == wf::StepKind::action ||
                         before.kind == wf::StepKind::command;
    const Phase* phase = answers ? gate_files_->layer.find(before.id.value) : nullptr;
    if (phase && phase->step == open[i]) found.push_back(phase);
    follow(before.needs);
  }
  return found;
}

// People are asked in the end, and told what the gate's file says: behind all that the step itself does about
// a failure.
void WfReader::end_in_gate_escalation(Step& step) {
  if (!gate_escalates_) return;
  Reaction last = std::move(*gate_escalates_);
  gate_escalates_.reset();
  for (Reaction& reaction : step.reactions) {
    if (reaction.on != Outcome::fail) continue;
    const bool used_up = reaction.response == Response::retry || reaction.response == Response::back ||
                         reaction.response == Response::repair;
    if (used_up || reaction.when) continue;
    if (reaction.response == Response::escalate && !reaction.text && reaction.include.empty()) {
      reaction.text = std::move(last.text);
      reaction.include = std::move(last.include);
    }
    return;
  }
  step.reactions.push_back(std::move(last));
}

}  // namespace wfc::dialects
