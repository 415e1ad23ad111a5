// Finds names that two things bear.
//
// Step ids are their own in every dialect. Where a dialect has one space of names, everything is compared
// with everything, except that an output may be called as its step. Elsewhere outputs are compared with
// outputs: of two steps in sequence the later one shadows.
#include <set>

#include "compiler/check/rewriting.h"

namespace wfc::check {
namespace {

using dsl::BindingKind;
using model::Name;

bool is_given(const model::Workflow& workflow, const Name& name) {
  switch (name.binding.kind) {
    case BindingKind::input:
      return workflow.inputs[name.binding.index].implied;
    case BindingKind::event:
    case BindingKind::run:
    case BindingKind::workflow:
    case BindingKind::project:
    case BindingKind::result:
    case BindingKind::feedback:
    case BindingKind::secrets:
    case BindingKind::step_info:
      return true;
    default:
      return false;
  }
}

// The step whose id already says that this name is taken.
bool same_step_id(const Name& a, const Name& b) {
  return a.binding.kind == BindingKind::step && b.binding.kind == BindingKind::step;
}

bool own_output(const Name& a, const Name& b) {
  return a.step != model::none && a.step == b.step;
}

void compare(const Subject& in, const Name& first, const Name& again, int& renamed, diag::Report& report) {
  if (same_step_id(first, again) || own_output(first, again)) return;
  if (is_given(in.workflow, first) || is_given(in.workflow, again)) {
    const Name& written = is_given(in.workflow, first) ? again : first;
    auto draft = report.add(diag::built_in_name, written.span, written.name);
    draft.label("choose another name");
    // What uses the name means the one that is built in, or this one: nobody can tell.
    if (written.binding.kind == BindingKind::output)
      draft.fix_word("name it `" + written.name + "_2`", written.span, written.name + "_2", false);
    return;
  }
  const bool outputs = first.binding.kind == BindingKind::output && again.binding.kind == BindingKind::output;
  const auto say_taken = [&] {
    // The table is ordered by kind, the reader's eye by place.
    const bool swapped = again.span.begin < first.span.begin;
    report.add(diag::repeated_name, swapped ? first.span : again.span, again.name)
        .label("again here")
        .also(swapped ? again.span : first.span, "first here");
  };
  if (in.workflow.one_space || !outputs) return say_taken();
  if (in.workflow.steps[first.step].broken || in.workflow.steps[again.step].broken) return;
  if (in.graph.precedes(first.step, again.step) || in.graph.precedes(again.step, first.step)) {
    auto draft = report.add(diag::output_shadowed, again.span, again.name);
    draft.label("again here").also(first.span, "first here").note("what follows both sees the later one");
    if (++renamed <= renamed_max) rename_output(in, draft, again.step, again.name + "_2", false);
  }
  // Those that may run at the same time are a race, see write_race.
}

// `step a b: ...` means neither `a` nor `b`: where its `:` is missed, a name may go on.
std::set<std::pair<FileId, std::uint32_t>> ends_without_colon(const diag::Report& report) {
  std::set<std::pair<FileId, std::uint32_t>> ends;
  for (const auto& said : report.all())
    if (said->kind == &diag::missing_colon.info) ends.emplace(said->span.file, said->span.begin);
  return ends;
}

}  // namespace

void repeated_name(const Subject& in, diag::Report& report) {
  const std::vector<model::Step>& steps = in.workflow.steps;
  const auto unread =
      in.workflow.ids_differ() ? std::set<std::pair<FileId, std::uint32_t>>() : ends_without_colon(report);
  const auto is_unread = [&](const Span& id) { return unread.contains({id.file, id.end}); };
  for (model::StepIndex i = 0; i < steps.size() && !in.workflow.ids_differ(); ++i) {
    const model::StepIndex first = in.workflow.find_step(steps[i].id.value).value_or(i);
    if (first == i || is_unread(steps[i].id.span) || is_unread(steps[first].id.span)) continue;
    auto draft = report.add(diag::repeated_name, steps[i].id.span, steps[i].id.value);
    draft.label("again here")
        .also(steps[first].id.span, "first here")
        .help("give each step an id of its own");
    if (steps[i].id_generated) continue;
    for (int number = 2; number < 100; ++number) {
      const std::string own = steps[i].id.value + "-" + std::to_string(number);
      if (in.workflow.find_step(own)) continue;
      draft.fix_word("name it `" + own + "`", steps[i].id.span, own, false);
      break;
    }
  }
  const std::vector<Name>& names = in.workflow.names;
  const auto name_of = [&](std::uint32_t row) -> std::string_view { return names[row].name; };
  model::NameIndex index;
  index.reserve(names.size());
  int renamed = 0;
  for (std::uint32_t i = 0; i < names.size(); ++i) {
    const std::uint32_t first = index.add(names[i].name, i, name_of);
    if (first != i) compare(in, names[first], names[i], renamed, report);
  }
}

}  // namespace wfc::check
