// What it takes to let a step wait for another one, and to rename a step.
#include "compiler/check/rewriting.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "compiler/model/walk.h"

namespace wfc::check {
namespace {

using dsl::BindingKind;
using expr::Expr;
using model::Step;
using model::StepIndex;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// As it stands in a list of names: what a reader would take for something else stands between quotes.
std::string spelt(const std::string& id) {
  static constexpr std::string_view words[] = {"true", "false", "null", "yes", "no",  "on", "off", "y",
                                               "n",    "when",  "and",  "or",  "not", "in", "is",  "start"};
  const bool plain =
      !id.empty() && (is_letter(id[0]) || id[0] == '_') &&
      std::all_of(id.begin(), id.end(),
                  [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-'; }) &&
      std::find(std::begin(words), std::end(words), id) == std::end(words);
  return plain ? id : '"' + id + '"';
}

std::string_view without_quotes(std::string_view text) {
  if (text.size() > 1 && (text[0] == '"' || text[0] == '\'') && text.back() == text[0])
    text = text.substr(1, text.size() - 2);
  return text;
}

// Places that are to hold another name. One that holds something else than the old one spoils it all.
class Places {
 public:
  Places(const Subject& in, const std::string& old) : in_(in), old_(old) {}

  void add(Span span) {
    if (!span.known()) return;
    if (without_quotes(in_.sources->text(span)) != old_) return;
    if (seen_.insert({span.file, span.begin}).second) spans_.push_back(span);
  }
  void put_into(diag::Draft& draft, const std::string& title, const std::string& name, bool safe) const {
    if (spans_.empty()) return;
    draft.fix_word(title, spans_[0], name, safe);
    for (std::size_t i = 1; i < spans_.size(); ++i) draft.edit_word(spans_[i], name);
  }

 private:
  const Subject& in_;
  const std::string& old_;
  std::vector<Span> spans_;
  std::set<std::pair<FileId, std::uint32_t>> seen_;
};

}  // namespace

std::optional<diag::Edit> waiting_for(const Subject& in, StepIndex waits, StepIndex on) {
  const Step& step = in.workflow.steps[waits];
  const Step& before = in.workflow.steps[on];
  const std::string& key = in.workflow.needs_key;
  if (in.sources == nullptr || key.empty() || before.id_generated || !step.id.span.known()) return {};
  // Of a step that stands in another file, or that several uses share, this is not the place to say it.
  if (!step.span.known() || step.span.file != step.id.span.file) return {};
  const std::string id = spelt(before.id.value);
  const model::Need* last = nullptr;
  bool implied = false;
  for (const model::Need& need : step.needs) {
    // Some wait for a step because they name what it gives; there its id would be out of place.
    const bool by_output = need.written && need.step.span.known() &&
                           without_quotes(in.sources->text(need.step.span)) != need.step.value;
    if (by_output && !in.workflow.one_space) continue;
    if (need.written && need.step.span.known() && need.step.span.begin >= step.span.begin &&
        need.step.span.end <= step.span.end)
      last = &need;
    else if (need.target == model::none || (need.target != on && !in.graph.precedes(need.target, on)))
      implied = true;
  }
  if (last != nullptr) return diag::with_entry(*in.sources, last->step.span, id);
  // What is not written holds only as long as nothing is.
  if (implied) return {};
  if (!in.workflow.one_space) return diag::with_list(*in.sources, step.span, step.id.span, key, id);
  if (in.sources->text(step.span).find("after start") != std::string_view::npos) return {};
  return diag::with_setting(*in.sources, step.span, key + " " + id);
}

void rename_step(const Subject& in, diag::Draft& draft, StepIndex index, const std::string& id, bool safe) {
  const Step& step = in.workflow.steps[index];
  if (in.sources == nullptr || id.empty() || in.workflow.find_step(id) || !in.workflow.ids_differ()) return;
  Places places(in, step.id.value);
  places.add(step.id.span);
  const auto in_needs = [&](const std::vector<model::Need>& needs) {
    for (const model::Need& need : needs)
      if (need.target == index) places.add(need.step.span);
  };
  for (const Step& other : in.workflow.steps) in_needs(other.needs);
  for (const model::Branch& branch : in.workflow.branches) in_needs(branch.needs);
  model::for_each_reactions(in.workflow, [&](const std::vector<model::Reaction>& reactions, StepIndex) {
    for (const model::Reaction& reaction : reactions)
      if (reaction.target == index) places.add(reaction.to.span);
  });
  for (const Located<std::string>& name : in.workflow.approvals_required) places.add(name.span);
  for_each_expression(in, [&](const Expr& expr, StepIndex, std::string_view) {
    model::for_each_name(expr, [&](const Expr& name) {
      if (name.binding.kind == BindingKind::step && name.binding.index == index) places.add(name.name_span);
    });
  });
  places.put_into(draft, "name it `" + id + "`", id, safe);
}

void rename_output(const Subject& in, diag::Draft& draft, StepIndex index, const std::string& name,
                   bool safe) {
  const Step& step = in.workflow.steps[index];
  const std::string& old = step.output.value;
  const auto has = [&](const model::Name& one) { return one.name == name; };
  if (in.sources == nullptr || name.empty()) return;
  if (std::any_of(in.workflow.names.begin(), in.workflow.names.end(), has)) return;
  Places places(in, old);
  places.add(step.output.span);
  const auto look = [&](const auto& self, const Expr& expr) -> void {
    // `my-plan` is a name to whoever wrote it, and a subtraction to whoever reads it.
    if (expr.kind == dsl::ExprKind::subtract) places.add(expr.span);
    if (expr.kind == dsl::ExprKind::name && expr.binding.kind == BindingKind::output &&
        expr.binding.index == index)
      places.add(expr.name_span);
    for (const Expr& child : expr.children) self(self, child);
  };
  for_each_expression(in, [&](const Expr& expr, StepIndex, std::string_view) { look(look, expr); });
  for (const Step& other : in.workflow.steps)
    for (const model::Need& need : other.needs)
      if (need.target == index) places.add(need.step.span);
  places.put_into(draft, "name it `" + name + "`", name, safe);
}

std::string mended_name(std::string_view name, char instead, bool (*is_good)(char)) {
  std::string mended;
  for (const char c : name) {
    if (is_good(c))
      mended += c;
    else if (!mended.empty() && mended.back() != instead)
      mended += instead;
  }
  while (!mended.empty() && (mended.back() == instead || mended.back() == '.')) mended.pop_back();
  return mended;
}

char quote_within(const Subject& in, Span around) {
  if (in.sources == nullptr || !around.known()) return '"';
  const std::string_view text = in.sources->text(around);
  const bool whole_file = around.begin == 0 && text.size() == in.sources->file(around.file).text.size();
  return !whole_file && text.starts_with('"') && !text.starts_with("\"\"\"") ? '\'' : '"';
}

}  // namespace wfc::check
