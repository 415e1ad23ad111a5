// From prompt files to texts, and what phases are told that have no file.
#include "compiler/dialects/layer_prompts.h"

#include <algorithm>

#include "compiler/dialects/comparison.h"
#include "compiler/dialects/phrase.h"

namespace wfc::dialects {

using dsl::BindingKind;
using dsl::Expr;
using model::none;

namespace {

// Each becomes a piece of the program.
constexpr std::size_t variables_max = 20'000;
// What `{issue_class}` in the name of a file stands for. The last is for all others.
constexpr std::string_view classes[] = {"bug", "task", "patch", "chore", "feature"};
constexpr std::string_view class_word = "{issue_class}";

// Those that are no artifact.
constexpr std::string_view other_variables[] = {"raw_request", "issue_description", "issue_type",
                                                "previous_patches", "branch_name"};
constexpr std::string_view known_variables[] = {
    "raw_request",    "intent_artifact", "issue_description", "issue_type",   "plan_artifact",
    "build_artifact", "build_report",    "test_results",      "doc_artifact", "review_artifact",
    "review_results", "review_issues",   "deploy_artifact",   "branch_name",  "previous_patches",
};

struct BuiltIn {
  std::string_view phase, text;
};
constexpr BuiltIn built_in[] = {
    {"classify",
     "Read this issue and say of which type it is. Change nothing.\n\n${raw_request}\n\n"
     "Answer with a JSON object whose field `issue_class` is `feature`, `bug`, `task`, `patch` or "
     "`chore`.\n"},
    {"intent",
     "Turn this request into a clear requirement: what is wanted, why, and how it is seen to be done. Change "
     "nothing.\n\n${raw_request}\n"},
    {"plan",
     "Write a plan for this issue: the steps to take, the files they touch, the tests that show they work. "
     "Change nothing.\n\n${raw_request}\n\n${intent_artifact}\n"},
    {"build",
     "Carry out this plan in the working directory, tests included, and report what you changed.\n\n"
     "${raw_request}\n\n${plan_artifact}\n"},
    {"test",
     "Run the project's checks and tests on what was built, and report the results. Fail if any of them "
     "fails.\n\n${build_artifact}\n"},
    {"review",
     "Review what was built against its plan: correctness, security, clarity. Change nothing.\n\n"
     "Plan:\n${plan_artifact}\n\nBuild:\n${build_artifact}\n\nTests:\n${test_results}\n\n"
     "Answer with a JSON object whose field `blockers` lists what must be mended before this may be "
     "released, and whose field `architectural` is true if the plan itself must change.\n"},
    {"document",
     "Bring the documentation and the changelog up to date with what was built.\n\n${plan_artifact}\n\n"
     "${build_artifact}\n"},
    {"deploy",
     "Prepare the release of what was built: commit it, bring the branch up to date, open the pull request. "
     "Report where it is.\n\n${build_artifact}\n\n${doc_artifact}\n"},
    {"monitor",
     "Look at what was released and report whether it works as it should, with the measurements that show "
     "it. Change nothing.\n\n${deploy_artifact}\n"},
};

std::string generic_text(const Phase& phase) {
  return "Do the phase `" + phase.name.value +
         "` of this work, and report what came of it.\n\n${raw_request}\n\n${plan_artifact}\n\n"
         "${build_artifact}\n";
}

bool is_name_char(char c, bool first) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  return letter || (!first && c >= '0' && c <= '9');
}

// The name in `${name}` at `at`; empty when none is written there.
std::string_view variable_at(std::string_view text, std::size_t at) {
  std::size_t end = at + 2;
  while (end < text.size() && is_name_char(text[end], end == at + 2)) ++end;
  const bool closed = end < text.size() && text[end] == '}' && end > at + 2;
  return closed ? text.substr(at + 2, end - at - 2) : std::string_view();
}

void add_piece(expr::Template& to, std::string_view text, Span span) {
  if (text.empty()) return;
  expr::TemplateNode& node = to.nodes.emplace_back();
  node.text = text;
  node.span = span;
}

}  // namespace

// A name of the table stands for what its phase left. What a later phase leaves comes back as `feedback`,
// which is added to the prompt of whoever runs again; here it is nothing.
Expr LayerPrompts::variable(std::string_view name, Span span, bool built_in, const Phase& phase) {
  const Expr nothing = text_constant("", span);
  if (name == "raw_request" || name == "issue_description") {
    const bool raw = name == "raw_request";
    Expr otherwise = or_else(layer_.issue_field(raw ? "description" : "body", span), nothing, span);
    return or_else(layer_.issue_field(raw ? "raw_request" : "description", span), std::move(otherwise), span);
  }
  if (name == "issue_type") return layer_.issue_type(phase, span);
  if (name == "branch_name") return or_else(layer_.issue_field("branch_name", span), nothing, span);
  if (name == "previous_patches")
    return or_else(bound("feedback", span, BindingKind::feedback), nothing, span);
  const Phase* producer = layer_.find(layer_.producer_of(name));
  if (producer && producer->step != phase.step) uses_.push_back({phase.name.value, producer->name.value});
  if (producer && producer->place < phase.place) return layer_.output_of(*producer, span, nothing);
  // That they cannot run side by side is said of the group.
  const bool beside = producer && producer->step != phase.step && producer->group != model::none &&
                      producer->group == phase.group;
  if (!built_in && !beside) {
    auto draft = layer_.reader.report.add(diag::empty_variable, span, name);
    if (!producer) {
      draft.label("there is no phase " + in_ticks(layer_.producer_of(name)));
    } else if (producer->step == phase.step) {
      draft.label("it is what this phase itself leaves");
    } else {
      draft.label("the phase " + in_ticks(producer->name.value) + " does not run before " +
                  in_ticks(phase.name.value));
    }
  }
  return nothing;
}

expr::Template LayerPrompts::parse(std::string_view text, Span span, bool built_in, const Phase& phase) {
  expr::Template made;
  made.span = span;
  const auto place = [&](std::size_t begin, std::size_t end) {
    if (built_in) return span;
    return Span{span.file, span.begin + static_cast<std::uint32_t>(begin),
                span.begin + static_cast<std::uint32_t>(end)};
  };
  std::size_t done = 0;
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
    const std::string_view name = variable_at(text, at);
    if (name.empty()) continue;
    const std::size_t end = at + name.size() + 3;
    const Span span_of_name = place(at + 2, end - 1);
    const bool known = std::find(std::begin(other_variables), std::end(other_variables), name) !=
                           std::end(other_variables) ||
                       !layer_.producer_of(name).empty();
    if (!known) {
      layer_.reader.report.add(diag::unknown_variable, span_of_name, name)
          .severity(diag::Severity::warning)
          .label("it stays in the text as it is")
          .did_you_mean(diag::closest(name, std::vector<std::string>(std::begin(known_variables),
                                                                     std::end(known_variables))),
                        span_of_name);
      continue;
    }
    if (++variables_ > variables_max) {
      if (variables_ == variables_max + 1)
        layer_.reader.report.add(diag::text_too_large, span_of_name, "the text of all prompts",
                                 std::to_string(variables_max) + " variables");
      break;
    }
    add_piece(made, text.substr(done, at - done), place(done, at));
    expr::TemplateNode& node = made.nodes.emplace_back();
    node.kind = expr::NodeKind::value;
    node.span = place(at, end);
    node.expr = variable(name, span_of_name, built_in, phase);
    done = end;
  }
  add_piece(made, text.substr(done), place(done, text.size()));
  return made;
}

std::optional<expr::Template> LayerPrompts::text(const Located<std::string>& name, const Phase& phase) {
  const std::optional<FileId> file = layer_.file(name);
  if (!file) return std::nullopt;
  const std::string& text = layer_.reader.context.sources.file(*file).text;
  return parse(text, {*file, 0, static_cast<std::uint32_t>(text.size())}, false, phase);
}

void LayerPrompts::read(Phase& phase, const yaml::Node* written, const std::vector<Routed>& routed) {
  always_ = false;
  for (const Routed& route : routed) {
    add_all(*route.templates, phase, {true, {route.type}});
    // Only of issues of other types it is not the last word.
    always_ = false;
  }
  if (written) add_all(*written, phase, {});
  if (!always_) add_default(phase);
}

// A file's name, or names by the type of the issue.
void LayerPrompts::add_all(const yaml::Node& node, Phase& phase, const Types& types) {
  if (node.is_scalar()) return add({std::string(node.text), node.span}, phase, types);
  diag::Report& report = layer_.reader.report;
  if (!node.is_mapping()) {
    if (!node.broken)
      report.add(diag::wrong_shape, node.span, "the template of a phase",
                 "a file's name, or names by the type of the issue");
    layer_.step_of(phase).broken = true;
    always_ = true;
    return;
  }
  const yaml::Entry* otherwise = nullptr;
  for (const yaml::Entry& entry : node.entries) {
    if (!entry.value->is_scalar()) {
      if (!entry.value->broken)
        report.add(diag::wrong_shape, entry.key_span, in_ticks(entry.key), "a file's name");
      layer_.step_of(phase).broken = true;
    } else if (entry.key == "default") {
      otherwise = &entry;
    } else if (types.names.empty()) {
      add({std::string(entry.value->text), entry.value->span}, phase, {true, {entry.key}});
    } else {
      // The type has been asked for already.
      report.add(diag::wrong_place, entry.key_span, entry.key)
          .label("here all issues are of the type " + in_ticks(types.names[0]));
    }
  }
  if (otherwise) add({std::string(otherwise->value->text), otherwise->value->span}, phase, types);
}

void LayerPrompts::add(const Located<std::string>& name, Phase& phase, const Types& types) {
  if (name.value.find(class_word) != std::string::npos) return add_by_class(name, phase, types);
  std::optional<expr::Template> read = text(name, phase);
  if (types.names.empty()) always_ = true;
  if (!read) {
    layer_.step_of(phase).broken = true;
    return;
  }
  add_text(std::move(*read), phase, types, name.span);
}

void LayerPrompts::add_by_class(const Located<std::string>& name, Phase& phase, const Types& types) {
  std::string found;
  for (const std::string_view type : classes) {
    Located<std::string> of = name;
    of.value.replace(of.value.find(class_word), class_word.size(), type);
    const bool last = type == std::end(classes)[-1];
    bool absent = false;
    // The one for all others has to be there.
    const std::optional<FileId> there = last ? layer_.file(of) : layer_.file_if_there(of, absent);
    if (!there) {
      if (!absent) layer_.step_of(phase).broken = true;
      continue;
    }
    found += (found.empty() ? "`" : ", `") + std::string(type) + "`";
    if (std::optional<expr::Template> read = text(of, phase))
      add_text(std::move(*read), phase, last ? types : Types{true, {type}}, name.span);
  }
  if (types.names.empty()) always_ = true;
  // Said every time: a file that comes to be changes what this means.
  if (!found.empty())
    layer_.reader.report.add(diag::files_by_type, name.span, name.value)
        .label("there is one for " + found)
        .note("an issue of any other type has the one for `feature`");
}

void LayerPrompts::add_default(Phase& phase) {
  const Located<std::string> name = {"prompts/" + phase.name.value + ".md", phase.name.span};
  bool absent = false;
  const std::optional<FileId> there = layer_.file_if_there(name, absent);
  if (there) {
    if (std::optional<expr::Template> read = text(name, phase))
      add_text(std::move(*read), phase, {}, name.span);
    return;
  }
  if (!absent) {
    layer_.step_of(phase).broken = true;
    return;
  }
  std::string text = generic_text(phase);
  bool standard = false;
  for (const BuiltIn& entry : built_in) {
    if (entry.phase != phase.name.value) continue;
    text = entry.text;
    standard = true;
  }
  if (!phase.asked.empty()) {
    text += "\nAnswer with a JSON object. It is held against:\n";
    for (const std::string& asked : phase.asked) text += "- " + asked + "\n";
  }
  auto draft = layer_.reader.report.add(diag::default_used, phase.name.span,
                                        "the phase " + in_ticks(phase.name.value), name.value);
  draft.note(standard ? "a built-in prompt stands in for it" : "a prompt made of its name stands in for it");
  if (!standard) {
    std::vector<std::string> names;
    for (const BuiltIn& entry : built_in) names.emplace_back(entry.phase);
    const std::string near = diag::closest(phase.name.value, names);
    if (!near.empty()) draft.help("did you mean `" + near + "`?");
  }
  add_text(parse(text, phase.name.span, true, phase), phase, {}, phase.name.span);
}

void LayerPrompts::add_text(expr::Template text, Phase& phase, const Types& types, Span span) {
  layer_.step_of(phase).prompt.push_back({std::move(text), layer_.is_type(types, phase, span)});
}

}  // namespace wfc::dialects
