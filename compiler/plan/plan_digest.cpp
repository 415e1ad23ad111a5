// What a plan means, as a digest: a run may be resumed by any executable whose plan has the same one.
//
// Places, titles, descriptions, comments and names of files leave no trace; nor does the order of tables that
// are looked up by name. Two things that look like layout do count: the order of the steps, because the
// journal names a step by its row, and the order of a step's parameters, because the first that holds is
// used. The digest is taken before the passes, so that a cleverer wfc does not make running workflows
// strangers to themselves.
#include <algorithm>

#include "compiler/plan/meaning.h"
#include "runtime/base/digest.h"

namespace wfc::plan {
namespace {

template <class Row, class Spell>
void list(wf::Digest& all, const std::vector<Row>& rows, bool sorted, const Spell& spell) {
  std::vector<std::string> texts;
  texts.reserve(rows.size());
  for (const Row& row : rows) texts.push_back(spell(row));
  if (sorted) std::sort(texts.begin(), texts.end());
  all.part(std::to_string(texts.size()));
  for (const std::string& text : texts) all.part(text);
}

}  // namespace

std::string plan_digest(const Plan& plan) {
  const Meaning meaning(plan);
  wf::Digest all;
  all.part("wf-plan-2");
  all.part(meaning.workflow());
  list(all, plan.inputs, true, [&](const wf::InputRow& row) { return meaning.input(row); });
  list(all, plan.lets, true,
       [&](const wf::LetRow& row) { return Meaning::field(view(row.name)) + meaning.expression(row.value); });
  list(all, plan.steps, false, [&](const wf::StepRow& row) { return meaning.step(row); });
  list(all, plan.groups, true, [&](const wf::GroupRow& row) { return meaning.group(row); });
  list(all, plan.triggers, true, [&](const wf::TriggerRow& row) { return meaning.trigger(row); });
  list(all, plan.policies, true, [&](const wf::PolicyRow& row) {
    return Meaning::field(view(row.name)) + Meaning::field(view(row.value));
  });
  all.part(meaning.whole());
  return all.hex();
}

}  // namespace wfc::plan
