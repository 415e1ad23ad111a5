// Lookups that all parts of an agentic layer need.
#include "compiler/dialects/layer.h"

#include <algorithm>

#include "compiler/dialects/comparison.h"
#include "compiler/dialects/phrase.h"
#include "compiler/expr/step_fields.h"

namespace wfc::dialects {

using dsl::BindingKind;
using dsl::Expr;
using dsl::ExprKind;

namespace {

// What the phases leave, under all names that are in use for it.
constexpr std::pair<std::string_view, std::string_view> artifacts[] = {
    {"intent_artifact", "intent"},    {"plan_artifact", "plan"},    {"original_plan", "plan"},
    {"build_artifact", "build"},      {"build_report", "build"},    {"test_results", "test"},
    {"test_artifact", "test"},        {"test_report", "test"},      {"review_artifact", "review"},
    {"review_results", "review"},     {"review_issues", "review"},  {"review_verdict", "review"},
    {"review_report", "review"},      {"doc_artifact", "document"}, {"document_artifact", "document"},
    {"deploy_artifact", "deploy"},    {"deploy_report", "deploy"},  {"monitor_artifact", "monitor"},
    {"classify_artifact", "classify"}};

constexpr int guesses_max = 100;

}  // namespace

Span part_of(Span whole, std::string_view written, std::size_t offset, std::size_t size) {
  // In quotes, or with escapes: not byte for byte.
  if (whole.end - whole.begin != written.size()) return whole;
  const auto begin = static_cast<std::uint32_t>(whole.begin + offset);
  return {whole.file, begin, static_cast<std::uint32_t>(begin + size)};
}

std::pair<std::string_view, bool> moment_of(std::string_view text) {
  for (const std::string_view word : {"after", "before"})
    if (text.size() > word.size() + 1 && text.starts_with(word) &&
        (text[word.size()] == '-' || text[word.size()] == '_'))
      return {text.substr(word.size() + 1), word == "before"};
  return {};
}

void Layer::index_phases() {
  index_.clear();
  names_.clear();
  for (std::size_t i = 0; i < phases.size(); ++i) {
    index_.emplace(phases[i].name.value, i);
    names_.push_back(phases[i].name.value);
  }
}

void Layer::add_output(std::string_view name, std::size_t phase) {
  index_.emplace(outputs_.emplace_back(name), phase);
}

Phase* Layer::find(std::string_view name) {
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : &phases[found->second];
}

Phase* Layer::find_at(std::string_view name, Span span) {
  Phase* phase = find(name);
  if (!phase) unknown_phase(name, span);
  return phase;
}

diag::Draft Layer::unknown_phase(std::string_view name, Span span) {
  auto draft =
      reader.report.add(diag::unknown_name, span, of_steps ? diag::Noun::step : diag::Noun::phase, name);
  draft.label(of_steps ? "not a step in this workflow" : "not among `phases`");
  draft.did_you_mean(guess(name, names_), span);
  return draft;
}

std::string Layer::guess(std::string_view name, const std::vector<std::string>& known) {
  return ++guesses_ <= guesses_max ? diag::closest(name, known) : std::string();
}

void Layer::unknown_key(std::string_view noun, const yaml::Entry& entry, std::string_view help,
                        const std::vector<std::string>& known) {
  auto draft = reader.report.add(diag::unknown_setting, entry.key_span, noun, diag::Noun::field, entry.key);
  if (reader.context.allow_unknown_keys) draft.severity(diag::Severity::warning);
  draft.help(std::string(help)).did_you_mean(guess(entry.key, known), entry.key_span);
}

model::Extras& Layer::extras_of(const Phase& phase) {
  model::Step& step = step_of(phase);
  return step.extras ? *step.extras : step.extras.emplace();
}

std::string_view Layer::producer_of(std::string_view artifact) {
  if (const Phase* step = of_steps ? find(artifact) : nullptr) return step->name.value;
  for (const auto& [name, phase] : artifacts)
    if (name == artifact) return phase;
  constexpr std::string_view ending = "_artifact";
  if (artifact.ends_with(ending)) artifact.remove_suffix(ending.size());
  const Phase* phase = find(artifact);
  return phase ? std::string_view(phase->name.value) : std::string_view();
}

Expr Layer::output_of(const Phase& phase, Span span, Expr otherwise) {
  return or_else(bound(phase.name.value, span, BindingKind::output, phase.step), std::move(otherwise), span);
}

Expr Layer::issue_field(std::string_view field, Span span) {
  return field_of(bound("issue", span, BindingKind::input, 0), field, span);
}

Expr Layer::issue_type(const Phase& at, Span span) {
  Expr otherwise = text_constant("", span);
  const Phase* classify = find("classify");
  if (classify && classify->place < at.place) {
    const Expr step = bound("classify", span, BindingKind::step, classify->step);
    otherwise = output_of(*classify, span, std::move(otherwise));
    for (const std::string_view field : {"type", "issue_type", "issue_class"})
      otherwise = or_else(field_of(step, field, span), std::move(otherwise), span);
  }
  return or_else(issue_field("type", span), std::move(otherwise), span);
}

wf::Boxed<Expr> Layer::is_type(const Types& types, const Phase& at, Span span) {
  if (types.names.empty()) return {};
  if (types.names.size() == 1)
    return joined(types.holds ? ExprKind::equal : ExprKind::not_equal, issue_type(at, span),
                  text_constant(types.names[0], span), span);
  Expr list;
  list.kind = ExprKind::list;
  list.span = span;
  for (const std::string_view name : types.names) list.children.push_back(text_constant(name, span));
  return joined(types.holds ? ExprKind::member : ExprKind::not_member, issue_type(at, span), std::move(list),
                span);
}

bool Layer::is_own_field(std::string_view field) {
  static const std::vector<std::string> own =
      expr::fields_of(expr::step_type(wf::StepKind::agent, expr::TypeKind::answer));
  return std::find(own.begin(), own.end(), field) != own.end();
}

Expr Layer::result_field(std::string_view field, Span span) {
  return or_else(field_of(bound("result", span, BindingKind::result), field, span), null_constant(span),
                 span);
}

Expr Layer::told(const Located<std::string>& name, const Phase* at) {
  if (name.value == "failure_history") {
    return field_of(bound("run", name.span, BindingKind::run), "failures", name.span);
  }
  const std::string_view producer = producer_of(name.value);
  if (at && producer == at->name.value)
    return field_of(bound("result", name.span, BindingKind::result), "output", name.span);
  const Phase* phase = producer.empty() ? nullptr : find(producer);
  if (phase && (!at || of_steps || phase->place < at->place))
    return output_of(*phase, name.span, null_constant(name.span));
  if (phase) {
    reader.report.add(diag::empty_variable, name.span, name.value)
        .label("the phase " + in_ticks(phase->name.value) + " does not run before " +
               in_ticks(at->name.value));
    return null_constant(name.span);
  }
  if (at && producer.empty()) return result_field(name.value, name.span);
  std::vector<std::string> known = names_;
  known.emplace_back("failure_history");
  for (const auto& [artifact, left_by] : artifacts)
    if (find(left_by)) known.emplace_back(artifact);
  auto draft = reader.report.add(diag::unknown_variable, name.span, name.value);
  draft.severity(diag::Severity::warning);
  if (producer.empty()) {
    draft.label("it stays empty").did_you_mean(guess(name.value, known), name.span);
  } else {
    draft.label("it stays empty: there is no " + std::string(of_steps ? "step " : "phase ") +
                in_ticks(producer));
  }
  return null_constant(name.span);
}

std::optional<FileId> Layer::file(const Located<std::string>& name) {
  return expr::text_file(includes_of(reader.context), name.value, name.span, reader.report);
}

std::optional<FileId> Layer::file_if_there(const Located<std::string>& name, bool& absent) {
  diag::Report said(reader.report.limits());
  const std::optional<FileId> file =
      expr::text_file(includes_of(reader.context), name.value, name.span, said);
  const auto& all = said.all();
  absent = std::any_of(all.begin(), all.end(), [](const auto& diagnostic) {
    return diagnostic->kind->number == diag::missing_input_file.info.number &&
           diagnostic->message.ends_with(source::no_such_file);
  });
  if (!absent) reader.report.append(std::move(said));
  return file;
}

const yaml::Node* Layer::document(const Located<std::string>& name) {
  const std::optional<FileId> file = this->file(name);
  if (!file) return nullptr;
  const auto [entry, added] = documents_.try_emplace(*file);
  if (added) entry->second = yaml::parse(reader.context.sources, *file, reader.report);
  const yaml::Node* root = entry->second.root();
  if (!root || root->is_null()) {
    if (added && !(root && root->broken))
      reader.report.add(diag::wrong_shape, name.span, in_ticks(name.value), "a mapping")
          .label("there is nothing in this file");
    return nullptr;
  }
  return root;
}

void Layer::no_effect(const Fields& fields, std::string_view key, const std::string& why) {
  if (fields.written(key) && fields.node().has(key))
    reader.report.add(diag::no_effect, fields.key_span(key), key).label(why);
}

}  // namespace wfc::dialects
