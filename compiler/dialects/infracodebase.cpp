// infracodebase: a name, a description, and steps that are sentences, in YAML or in Markdown.
//
// Every sentence is a task for the default agent, which is given what came of the sentences before it. Braces
// in them are text. One closing sentence is not a task but a loop: route_back.h.
#include <functional>

#include "compiler/dialects/fields.h"
#include "compiler/dialects/markdown.h"
#include "compiler/dialects/phrase.h"
#include "compiler/dialects/route_back.h"

namespace wfc::dialects {
namespace {

using model::Step;
using wf::StepKind;

constexpr std::uint32_t rounds = 3;  // "route back" does not say how often.

constexpr Key workflow_keys[] = {
    {.name = "name", .required = true},
    {.name = "description", .required = true},
    {.name = "steps", .shape = Shape::texts, .required = true},
    {.name = "enabled", .shape = Shape::boolean},
    {.name = "required", .shape = Shape::boolean},
};
constexpr Object workflow_object = {.noun = "a workflow", .keys = workflow_keys};

// Where a stretch of a step's text was written.
using PlaceOf = std::function<Span(model::StepIndex, const Stretch&)>;

class InfracodebaseReader {
 public:
  explicit InfracodebaseReader(const ReadContext& context) : context_(context), report_(context.report) {}

  model::Workflow read(const yaml::Node& root) {
    const Reader reader(context_, "infracodebase");
    const Fields top(reader, root, workflow_object);
    if (!root.is_mapping()) return std::move(workflow_);
    workflow_.span = top.anchor();
    if (top.find("name")) set_name(top.located("name"));
    if (top.find("description")) set_description(top.located("description"));
    workflow_.enabled = top.boolean("enabled", true);
    workflow_.metadata_json = extension_metadata(root);
    if (root.has("required") && top.find("required"))
      report_.add(diag::no_effect, top.key_span("required"), "required")
          .label("whether a workspace may detach it is not this program's to decide");
    if (const yaml::Node* steps = top.find("steps")) {
      if (steps->items.empty()) empty(steps->span);
      std::vector<const yaml::Node*> items;
      for (const yaml::Node* item : steps->items)
        if (item->is_scalar() && !yaml::is_no_value(*item)) items.push_back(item);
      for (const yaml::Node* item : items) add_step({std::string(item->text), item->span});
      read_prose([&](model::StepIndex step, const Stretch& at) {
        return yaml::span_in(context_.sources, *items[step], at.begin, at.end);
      });
    }
    return std::move(workflow_);
  }

  model::Workflow read_markdown() {
    const source::File& file = context_.sources.file(context_.file);
    const Span start{context_.file, 0, 0};
    const source::Limits& limits = report_.limits();
    if (file.text.size() > limits.yaml_bytes) {
      report_.add(diag::text_too_large, start, "this file", spelt(limits, &source::Limits::yaml_bytes))
          .raise(&source::Limits::yaml_bytes);
      return std::move(workflow_);
    }
    const Outline outline = read_outline(context_.sources, context_.file);
    const bool named = outline.heading.span.known();
    workflow_.span = named ? outline.heading.span : start;
    if (named) {
      set_name({outline.heading.value, outline.heading.span});
    } else {
      missing("name").label("a heading, `# Name`, is missing");
    }
    if (outline.paragraph.span.known()) {
      set_description({outline.paragraph.value, outline.paragraph.span});
    } else if (named) {
      missing("description").label("a paragraph under the heading is missing");
    }
    if (outline.items.empty() && named) missing("steps").label("an ordered list, `1. Do this`, is missing");
    for (const dsl::Text& item : outline.items) add_step({item.value, item.span});
    if (!outline.unread.empty() && named) {
      auto draft = report_.add(diag::no_effect, outline.unread[0], "this part");
      draft.label("only a heading, the paragraph under it and one ordered list are read");
      if (const std::size_t more = outline.unread.size() - 1; more > 0)
        draft.note("and " + std::to_string(more) + (more == 1 ? " more part" : " more parts"));
    }
    read_prose([&](model::StepIndex step, const Stretch& at) {
      return outline.items[step].span_of(at.begin, at.end);
    });
    return std::move(workflow_);
  }

 private:
  diag::Draft missing(std::string_view what) {
    return report_.add(diag::missing_setting, workflow_.span, "a workflow", what);
  }
  void empty(Span span) {
    report_.add(diag::empty_collection, span, "`steps`").label("a workflow needs at least one step");
  }

  static bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
  }
  bool refuse_blank(const Located<std::string>& text, const std::string& what) {
    if (!is_blank(text.value)) return false;
    report_.add(diag::wrong_shape, text.span, what, "a text that is not blank");
    return true;
  }

  void set_name(const Located<std::string>& name) {
    workflow_.title = name.value;
    workflow_.id = {slug(name.value), name.span};
    if (refuse_blank(name, "`name`") || !workflow_.id.value.empty()) return;
    report_.add(diag::bad_identifier, name.span, name.value, "the name of a workflow")
        .help("it needs a letter or a digit at least");
  }

  void set_description(const Located<std::string>& description) {
    workflow_.description = description.value;
    refuse_blank(description, "`description`");
  }

  void add_step(const Located<std::string>& text) {
    Step& step = workflow_.steps.emplace_back();
    step.id = {"s" + std::to_string(workflow_.steps.size()), text.span};
    step.id_generated = true;
    step.span = text.span;
    step.kind = StepKind::agent;
    step.results_follow = true;
    step.title = text.value.substr(0, text.value.find('\n'));
    step.broken = refuse_blank(text, "a step");
    if (text.value.size() > report_.limits().text_bytes) {
      report_
          .add(diag::text_too_large, text.span, "this step",
               spelt(report_.limits(), &source::Limits::text_bytes))
          .raise(&source::Limits::text_bytes);
      step.broken = true;
    }
    step.prompt.push_back({.text = expr::constant_template(text.value, text.span), .when = {}});
    const std::size_t count = workflow_.steps.size();
    if (count > 1)
      step.needs.push_back({.step = workflow_.steps[count - 2].id,
                            .target = static_cast<model::StepIndex>(count - 2),
                            .written = false});
  }

  // What sounds like a loop is one, or is said not to be.
  void read_prose(const PlaceOf& place) {
    if (workflow_.steps.empty()) return;
    const auto last = static_cast<model::StepIndex>(workflow_.steps.size() - 1);
    for (model::StepIndex i = 0; i <= last; ++i) {
      const std::string text = workflow_.steps[i].prompt.front().text.constant_text();
      const Stretch sentence = back_sentence(text);
      if (sentence.end == 0) continue;
      const Span span = place(i, sentence);
      RouteBack read;
      if (i == last) {
        Step closing = std::move(workflow_.steps.back());
        workflow_.steps.pop_back();
        read = read_route_back(text, workflow_.steps);
        if (read.to != model::none) return add_loop(read, span, place(i, read.target));
        workflow_.steps.push_back(std::move(closing));
      } else {
        read.trouble = "only the closing step may be a loop";
      }
      report_.add(diag::kept_as_text, span)
          .label(read.trouble)
          .help(
              "it is left to the agent; for a loop, close with `If X fails, route back to Y`, where X and "
              "Y share words with one step each");
    }
  }

  void add_loop(const RouteBack& read, Span sentence, Span target) {
    const Step& from = workflow_.steps[read.from];
    const Step& to = workflow_.steps[read.to];
    report_.add(diag::read_as_loop, sentence)
        .label("when `" + from.id.value + "` fails, back to `" + to.id.value + "`, at most " +
               std::to_string(rounds) + " times")
        .also(from.span, "`" + from.id.value + "`")
        .also(to.span, "`" + to.id.value + "`");
    model::Reaction loop;
    loop.response = model::Response::back;
    loop.to = {to.id.value, target};
    loop.max = {rounds, sentence};
    loop.span = sentence;
    workflow_.steps[read.from].reactions.push_back(std::move(loop));
  }

  const ReadContext& context_;
  diag::Report& report_;
  model::Workflow workflow_;
};

std::string recognise(const yaml::Node& root) {
  const yaml::Node* steps = root.find("steps");
  if (!steps || !steps->is_sequence() || steps->items.empty()) return {};
  bool texts = false;
  for (const yaml::Node* step : steps->items) {
    // One that is empty was to be a text like the others.
    if (!step->is_scalar() && !step->is_null()) return {};
    texts = texts || step->is_scalar();
  }
  return texts ? "its steps are texts" : "";
}

}  // namespace

extern const Dialect infracodebase;
constinit const Dialect infracodebase = {
    .name = "infracodebase",
    .recognise = recognise,
    .read = [](const yaml::Node& root,
               const ReadContext& context) { return InfracodebaseReader(context).read(root); },
    .read_text = [](const ReadContext& context) { return InfracodebaseReader(context).read_markdown(); },
};

}  // namespace wfc::dialects
