// Reuse in `.wf` files: `define` and `import`.
//
// A use of a defined step is read as if the definition stood there, with every parameter replaced by what it
// is given. What a parameter is given belongs to whoever gives it; nothing else of the place of use can be
// seen from inside, so a name that is no parameter stands for nothing.
#include <algorithm>
#include <set>

#include "compiler/diag/edits.h"
#include "compiler/dialects/phrase.h"
#include "compiler/dialects/wf_reader.h"

namespace wfc::dialects {

using dsl::BindingKind;
using dsl::ExprKind;

namespace {

constexpr std::size_t imports_max = 1'000;
constexpr std::size_t uses_deep_max = 50;
// What uses of uses of uses may come to: each is small, all of them are not.
constexpr std::size_t uses_max = 1'000'000;

// What is given is copied to every place where it is used, and what is given of what is given ...
constexpr std::size_t substituted_max = 1'000'000;

std::size_t parts_of(const expr::Expr& expr) {
  std::size_t parts = 1;
  for (const expr::Expr& child : expr.children) parts += parts_of(child);
  return parts;
}

int depth_of(const expr::Expr& expr) {
  int depth = 0;
  for (const expr::Expr& child : expr.children) depth = std::max(depth, depth_of(child));
  return depth + 1;
}

// What two settings must share for the later one to replace the earlier.
std::string key_of(const Item& item) {
  switch (item.kind) {
    case ItemKind::reaction:
      return "on " + (item.value && item.value->kind == ExprKind::name ? item.value->text : std::string("="));
    case ItemKind::setting:
      break;
    default:
      return {};
  }
  std::string key = item.head;
  const bool named = key == "env" || key == "with";
  if (named && !item.args.empty() && !item.args[0].empty()) {
    const dsl::Arg& name = item.args[0][0];
    key += " " + (name.kind == dsl::ArgKind::path ? join_path(name.path) : name.text.value);
  }
  return key;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

void collect_locals(const std::vector<expr::TemplateNode>& nodes, std::vector<std::string>& to) {
  for (const expr::TemplateNode& node : nodes) {
    if (node.kind == expr::NodeKind::for_ || node.kind == expr::NodeKind::set) to.push_back(node.text);
    if (!node.block) continue;
    if (!node.block->key.empty()) to.push_back(node.block->key);
    for (const auto& body : node.block->bodies) collect_locals(body, to);
  }
}

}  // namespace

// ------------------------------------------------------------------------------------------------- files
// Statements that say what there is to use, of the definition itself and of what it imports.
void WfReader::read_module(std::size_t number, std::vector<FileId>& around) {
  // Grows while it is read: by number, never by reference.
  const std::vector<Item>& items = modules_[number].items ? *modules_[number].items : file_.items;
  std::unordered_map<std::string, Span> taken;
  const auto take = [&](const std::string& name, Span span) {
    const auto [first, added] = taken.emplace(name, span);
    if (!added)
      report_.add(diag::repeated_name, span, name).label("again here").also(first->second, "first here");
    return added;
  };
  if (number != 0 && !items.empty() && items[0].kind == ItemKind::setting && items[0].head == "workflow") {
    report_.add(diag::wrong_place, items[0].head_span, items[0].head)
        .label("an imported file holds only `define`, `agent` and `import`");
    modules_[number].unclear = true;
    return;
  }
  for (const Item& item : items) {
    // What could not be read is there all the same: what is used of it is not a second mistake.
    if (item.kind == ItemKind::define && item.broken) modules_[number].defines.emplace(item.head, nullptr);
    if (item.broken) modules_[number].unclear = modules_[number].unclear || item.head == "import";
    if (item.broken) continue;
    if (item.kind == ItemKind::define) {
      if (take(item.head, item.name_span)) modules_[number].defines.emplace(item.head, &item);
      for (const dsl::Param& param : item.params) read_type(param.type);
    } else if (item.kind == ItemKind::setting && item.head == "import") {
      read_import(item, number, around, take);
    } else if (number != 0 && item.kind == ItemKind::setting && item.head == "agent") {
      read_agent(item, modules_[number].agents);
    } else if (number != 0) {
      const std::string head = item.kind == ItemKind::step       ? "step"
                               : item.kind == ItemKind::parallel ? "parallel"
                               : item.kind == ItemKind::branch   ? "if"
                               : item.kind == ItemKind::reaction ? "on"
                                                                 : item.head;
      report_.add(diag::wrong_place, item.head_span, head)
          .label("an imported file holds only `define`, `agent` and `import`");
    }
  }
}

template <class Take>
void WfReader::read_import(const Item& item, std::size_t number, std::vector<FileId>& around,
                           const Take& take) {
  no_condition(item);
  no_block(item);
  Words words(item.args, item.head, item.head_span, report_);
  const dsl::Text* path = words.text();
  if (!path) words.missing("the file's name, as a text,");
  std::optional<Located<std::string>> name;
  if (path && words.word("as")) {
    name = words.done() ? std::nullopt : words.name();
    if (!name) words.missing("a name for what is imported");
  } else if (path) {
    words.missing("`as` and a name for what is imported");
  }
  if (!words.end() || !name || !path) {
    modules_[number].unclear = true;
    return;
  }
  if (!take(name->value, name->span)) return;
  const auto written = constant(path, "`import`");
  const std::string file_name = modules_[number].folder + written.value_or("");
  const auto file = written ? expr::text_file(includes_of(context_), file_name, path->span, report_)
                            : std::optional<FileId>();
  const auto link = [&](std::size_t imported) { modules_[number].imports.emplace(name->value, imported); };
  if (!file) return link(no_module);
  const bool imports_itself = std::any_of(around.begin(), around.end(), [&](FileId open) {
    return open == *file || context_.sources.file(open).path == context_.sources.file(*file).path;
  });
  if (imports_itself) {
    report_.add(diag::import_cycle, path->span, *written)
        .label("it is being imported already")
        .help("move what both need into a file of its own");
    return link(no_module);
  }
  for (std::size_t known = 1; known < modules_.size(); ++known)
    if (modules_[known].id == *file) return link(known);
  if (modules_.size() > imports_max || around.size() > uses_deep_max) {
    report_.add(diag::resource_bomb, path->span,
                "one definition imports more than 1,000 files, or 50 from within each other");
    return link(no_module);
  }
  const std::size_t imported = modules_.size();
  Module& module = modules_.emplace_back();
  module.id = *file;
  module.folder = folder_of(file_name);
  module.parsed = dsl::parse_file(context_.sources, *file, report_);
  module.items = &module.parsed.items;
  link(imported);
  around.push_back(*file);
  read_module(imported, around);
  around.pop_back();
}

// ------------------------------------------------------------------------------------------------- uses
const Item* WfReader::find_define(const dsl::Arg& callee, std::size_t from, std::size_t& in) {
  in = from;
  std::string name = callee.path.empty() ? std::string() : callee.path[0];
  if (callee.path.size() == 2) {
    const auto import = modules_[from].imports.find(callee.path[0]);
    if (import != modules_[from].imports.end()) {
      if (import->second == no_module) return nullptr;
      in = import->second;
      name = callee.path[1];
    } else {
      name = join_path(callee.path);
    }
  } else if (callee.path.size() > 2) {
    name = join_path(callee.path);
  }
  const auto found = modules_[in].defines.find(name);
  if (found != modules_[in].defines.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [define, item] : modules_[in].defines) names.push_back(define);
  if (callee.path.size() == 2 && modules_[from].unclear) return nullptr;
  // The file was refused as a whole.
  if (in != from && modules_[in].unclear && modules_[in].defines.empty()) return nullptr;
  std::string near;
  if (callee.path.size() == 1) near = diag::closest(name, names);
  if (callee.path.size() == 2 && in != from) {
    near = diag::closest(name, names);
    if (!near.empty()) near = callee.path[0] + "." + near;
  } else if (callee.path.size() == 2) {
    // The import's name may be the one that is misspelt.
    std::vector<std::string> imports;
    for (const auto& [import, module] : modules_[from].imports)
      if (module != no_module && modules_[module].defines.contains(callee.path[1])) imports.push_back(import);
    near = diag::closest(callee.path[0], imports);
    if (!near.empty()) near += "." + callee.path[1];
  }
  report_.add(diag::unknown_name, callee.span, diag::Noun::defined_step, join_path(callee.path))
      .label("nothing of this name is defined")
      .did_you_mean(near, callee.span);
  return nullptr;
}

// What each parameter stands for; empty after a mistake.
std::optional<WfReader::Arguments> WfReader::arguments_of(const dsl::Body& use, const Item& define,
                                                          const Arguments* outer) {
  Arguments given;
  bool right = true;
  std::vector<std::string> names;
  std::vector<std::string> open;  // Those that are not given a value: one of them may be meant.
  for (const dsl::Param& param : define.params) {
    names.push_back(param.name);
    if (std::none_of(use.arguments.begin(), use.arguments.end(),
                     [&](const auto& argument) { return argument.first == param.name; }))
      open.push_back(param.name);
  }
  for (std::size_t i = 0; i < use.arguments.size(); ++i) {
    const auto& [name, value] = use.arguments[i];
    const Span span = i < use.argument_spans.size() ? use.argument_spans[i] : use.callee.span;
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      report_.add(diag::bad_call, span, in_ticks(define.head) + " has no parameter " + in_ticks(name))
          .label("it has no such parameter")
          .did_you_mean(diag::closest(name, open), span);
      right = false;
      continue;
    }
    expr::Expr argument = value;
    if (outer) substitute(argument, *outer, {});
    if (const auto most = static_cast<int>(report_.limits().depth); depth_of(argument) > most) {
      report_.add(diag::too_deep, span, std::int64_t{most}).raise(&source::Limits::depth);
      right = false;
      continue;
    }
    if (!given.emplace(name, std::move(argument)).second) {
      report_.add(diag::repeated_setting, span, name).label("again here");
      right = false;
    }
  }
  for (const dsl::Param& param : define.params) {
    if (given.contains(param.name)) continue;
    if (param.value) {
      given.emplace(param.name, *param.value);
    } else if (right) {
      report_.add(diag::bad_call, use.callee.span, in_ticks(define.head) + " needs " + in_ticks(param.name))
          .label(in_ticks(param.name) + " is not given")
          .also(param.span, "declared here");
      right = false;
    }
  }
  if (!right) return std::nullopt;
  return given;
}

// Reads a use into `step`: its definition first, then what stands in its own block.
void WfReader::read_use(const Item& item, Step& step) {
  struct Layer {
    const Item* define;
    std::size_t module;
    Arguments arguments;
  };
  verb_read_ = false;
  std::vector<Layer> layers;  // The outermost first.
  const dsl::Body* use = &*item.body;
  std::size_t module = module_;
  while (use->kind == dsl::BodyKind::call) {
    std::size_t in = module;
    const Item* define = find_define(use->callee, module, in);
    if (!define || !define->body) {
      step.broken = true;
      return;
    }
    used_.insert(define);
    const bool again =
        std::any_of(layers.begin(), layers.end(), [&](const Layer& of) { return of.define == define; });
    if (again || layers.size() >= uses_deep_max || ++uses_ > uses_max) {
      if (again)
        report_.add(diag::cycle, use->callee.span).label(in_ticks(define->head) + " is made of itself");
      else
        report_.add(diag::resource_bomb, use->callee.span, "this step is made of too many others");
      step.broken = true;
      return;
    }
    auto arguments = arguments_of(*use, *define, layers.empty() ? nullptr : &layers.back().arguments);
    if (!arguments) {
      step.broken = true;
      return;
    }
    check_argument_types(*define, *arguments, step);
    // What a definition that nobody uses gives to another is checked; what that makes of it is its own
    // matter.
    if (reading_unused_ && !layers.empty()) arguments = placeholders(*define);
    layers.push_back({define, in, std::move(*arguments)});
    module = in;
    use = &*define->body;
  }
  // What the use says, and what each definition around says, replaces what those further in say.
  std::vector<std::unordered_map<std::string, bool>> replaced(layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (i > 0) replaced[i] = replaced[i - 1];
    for (const Item& setting : i == 0 ? item.block : layers[i - 1].define->block)
      replaced[i].emplace(key_of(setting), true);
  }
  const std::size_t outer_module = module_;
  const Arguments* outer = arguments_;
  for (std::size_t i = layers.size(); i-- > 0;) {
    const Layer& layer = layers[i];
    module_ = layer.module;
    arguments_ = &layer.arguments;
    if (i + 1 == layers.size()) {
      Item body = *layer.define;
      substitute(body);
      read_body(body, step);
      if (replaced[i].contains(std::string(text_setting_of(step.kind)))) step.prompt.clear();
    }
    for (const Item& setting : layer.define->block) {
      if (setting.broken) step.broken = true;
      if (setting.broken || replaced[i].contains(key_of(setting))) continue;
      if (setting.kind == ItemKind::setting && setting.head == "after") {
        report_.add(diag::wrong_place, setting.head_span, "after")
            .label("a defined step sees no other steps: say it where it is used");
        continue;
      }
      Item own = setting;
      substitute(own);
      const std::size_t before = step.reactions.size();
      read_setting(own, step);
      for (std::size_t r = before; r < step.reactions.size(); ++r) {
        if (step.reactions[r].response != model::Response::back) continue;
        report_.add(diag::wrong_place, setting.head_span, "on")
            .label("a defined step sees no other steps: say it where it is used");
        step.reactions.resize(before);
      }
    }
    const auto agent = modules_[layer.module].agents.find(step.agent.value);
    if (layer.module != 0 && agent != modules_[layer.module].agents.end() &&
        step.kind == wf::StepKind::agent) {
      step.model = agent->second.model;
      step.instructions = agent->second.instructions;
    }
  }
  module_ = outer_module;
  arguments_ = outer;
  seen_in_step_.clear();
  named_in_step_.clear();
}

std::vector<const Item*> WfReader::unused_defines() const {
  std::vector<const Item*> unused;
  for (const Item& item : file_.items)
    if (item.kind == ItemKind::define && !item.broken && item.body && !used_.contains(&item))
      unused.push_back(&item);
  return unused;
}

// What is described and never called for. Where something is wrong, it may be that which would call for it.
void WfReader::report_unused(const std::vector<const Item*>& defines) {
  for (const auto& said : report_.all())
    if (said->severity == diag::Severity::error && said->span.known() && said->span.file >= context_.file)
      return;
  for (const Item* item : defines)
    report_.add(diag::unused, item->name_span, "no step is made with " + in_ticks(item->head))
        .label("defined here")
        .fix("leave it out", diag::without_lines(context_.sources, item->span));
  std::set<std::string_view> asked;
  const auto ask = [&](const Step& step) { asked.insert(step.agent.value); };
  for (const Step& step : workflow_.steps) ask(step);
  for (const model::Workflow& unused : workflow_.unused)
    for (const Step& step : unused.steps) ask(step);
  if (defaults_) ask(*defaults_);
  for (const Item& item : file_.items) {
    if (item.kind != ItemKind::setting || item.head != "agent" || item.broken || item.args.empty()) continue;
    const dsl::Arg& name = item.args[0][0];
    const std::string who = name.kind == dsl::ArgKind::path ? join_path(name.path) : name.text.value;
    if (asked.contains(who)) continue;
    report_.add(diag::unused, name.span, "no step asks " + in_ticks(who))
        .label("described here")
        .fix("leave it out", diag::without_lines(context_.sources, item.span));
  }
}

// A definition that nobody uses is checked like one that is: as if something of every parameter's type were
// given to it, in a workflow that never runs.
void WfReader::read_unused() {
  model::Workflow unused;
  unused.one_space = true;
  std::swap(workflow_.steps, unused.steps);
  std::swap(workflow_.inputs, unused.inputs);
  const std::optional<Step> defaults = std::exchange(defaults_, std::nullopt);
  const std::size_t undos = undos_.size();
  reading_unused_ = true;
  for (module_ = 0; module_ < modules_.size(); ++module_)
    for (const auto& [name, define] : modules_[module_].defines)
      if (define && define->body && !used_.contains(define)) read_unused(*define);
  module_ = 0;
  reading_unused_ = false;
  defaults_ = defaults;
  std::move(undos_.begin() + static_cast<std::ptrdiff_t>(undos), undos_.end(),
            std::back_inserter(workflow_.steps));
  undos_.resize(undos);
  std::swap(workflow_.steps, unused.steps);
  std::swap(workflow_.inputs, unused.inputs);
  if (unused.steps.empty()) return;
  for (const auto& [name, kind] :
       {std::pair("result", BindingKind::result), std::pair("feedback", BindingKind::feedback)})
    unused.names.push_back({.name = name, .binding = {kind, 0}, .span = {}});
  workflow_.unused.push_back(std::move(unused));
}

// Something of each parameter's type: inputs of the workflow that never runs.
WfReader::Arguments WfReader::placeholders(const Item& define) {
  Arguments given;
  for (const dsl::Param& param : define.params) {
    model::Input input;
    set_type(param.type, input);
    input.name = {param.name, param.span};
    if (param.value) {
      input.default_value = *param.value;
      substitute(*input.default_value, {}, {});
    }
    expr::Expr value;
    value.kind = ExprKind::name;
    value.text = param.name;
    value.span = value.name_span = param.span;
    value.binding = {BindingKind::input, static_cast<std::uint32_t>(workflow_.inputs.size())};
    workflow_.inputs.push_back(std::move(input));
    given.emplace(param.name, std::move(value));
  }
  return given;
}

void WfReader::read_unused(const Item& define) {
  Item use;
  use.span = define.span;
  use.body.emplace();
  use.body->kind = dsl::BodyKind::call;
  use.body->callee.path = {define.head};
  use.body->callee.span = define.name_span;
  for (const auto& [name, value] : placeholders(define)) {
    use.body->arguments.emplace_back(name, value);
    use.body->argument_spans.push_back(value.span);
  }
  Step step;
  // Two files may define steps of one name.
  step.id = {std::to_string(module_) + ":" + define.head, define.name_span};
  step.id_generated = true;
  step.span = define.span;
  seen_in_step_.clear();
  named_in_step_.clear();
  named_gates_.clear();
  undo_.reset();
  read_use(use, step);
  finish_step(step);
  if (undo_) keep_undo(step);
  workflow_.steps.push_back(std::move(step));
}

// What is given is checked when the types of steps are known; here it is kept.
void WfReader::check_argument_types(const Item& define, const Arguments& arguments, Step& step) {
  for (const dsl::Param& param : define.params) {
    const auto given = arguments.find(param.name);
    const std::vector<model::Element> levels = read_type(param.type);
    if (given == arguments.end() || levels.empty() || levels[0].type == wf::ValueType::any) continue;
    extras_of(step).arguments.push_back({param.name, given->second, levels[0].type, levels[0].nullable});
  }
}

// ------------------------------------------------------------------------------------------------- names
void WfReader::substitute(expr::Expr& expr, const Arguments& arguments,
                          const std::vector<std::string>& locals) {
  for (expr::Expr& child : expr.children) substitute(child, arguments, locals);
  if (expr.kind != ExprKind::name || expr.binding.kind != BindingKind::unbound) return;
  if (std::find(locals.begin(), locals.end(), expr.text) != locals.end()) return;
  const auto found = arguments.find(expr.text);
  if (found != arguments.end()) {
    // Its place is the parameter's use: what is wrong with it is wrong there, and shown there.
    substituted_ += parts_of(found->second);
    if (substituted_ <= substituted_max) {
      const expr::Expr given = found->second;
      expr = given;
      return;
    }
    if (substituted_ - parts_of(found->second) <= substituted_max)
      report_.add(diag::resource_bomb, expr.span,
                  "what defined steps are given comes to more than 1,000,000 parts");
    expr.kind = ExprKind::error;
    return;
  }
  static constexpr std::string_view visible[] = {"result", "feedback", "loop"};
  if (std::find(std::begin(visible), std::end(visible), expr.text) != std::end(visible)) return;
  count_unseen(expr, arguments);
  expr.kind = ExprKind::error;
}

// Once for each place: a definition is read as often as it is used.
void WfReader::count_unseen(const expr::Expr& name, const Arguments& parameters) {
  Unseen& unseen = unseen_[name.text];
  if (unseen.places.empty()) {
    unseen.first = name.name_span;
    std::vector<std::string> known;
    for (const auto& [parameter, value] : parameters) known.push_back(parameter);
    unseen.near = diag::closest(name.text, known);
  }
  unseen.places.insert({name.name_span.file, name.name_span.begin});
}

void WfReader::report_unseen() {
  for (const auto& [name, unseen] : unseen_) {
    auto draft = report_.add(diag::unknown_name, unseen.first, diag::Noun::variable, name);
    draft.label("a defined step sees only its parameters").did_you_mean(unseen.near, unseen.first);
    const std::size_t more = unseen.places.size() - 1;
    if (more > 0) draft.note("and " + std::to_string(more) + (more == 1 ? " more use" : " more uses"));
  }
}

void WfReader::substitute(std::vector<expr::TemplateNode>& nodes, const std::vector<std::string>& locals) {
  for (expr::TemplateNode& node : nodes) {
    if (node.kind == expr::NodeKind::value || node.kind == expr::NodeKind::set ||
        node.kind == expr::NodeKind::for_)
      substitute(node.expr, *arguments_, locals);
    if (!node.block) continue;
    for (expr::Expr& condition : node.block->conditions) substitute(condition, *arguments_, locals);
    for (auto& body : node.block->bodies) substitute(body, locals);
  }
}

expr::Template WfReader::own_names(expr::Template text) {
  if (!arguments_) return text;
  std::vector<std::string> locals;
  collect_locals(text.nodes, locals);
  substitute(text.nodes, locals);
  return text;
}

// `step.id` and `step.title` in `defaults` are those of the step that is given them.
void WfReader::about(expr::Expr& expr, const Step& step) {
  for (expr::Expr& child : expr.children) about(child, step);
  const bool field = expr.kind == ExprKind::field && expr.children[0].kind == ExprKind::name &&
                     expr.children[0].text == "step" && (expr.text == "id" || expr.text == "title");
  if (!field) return;
  expr::Expr text;
  text.kind = ExprKind::text;
  text.span = text.name_span = expr.span;
  text.text = expr.text == "id" || step.title.empty() ? step.id.value : step.title;
  expr = std::move(text);
}

void WfReader::about(std::vector<expr::TemplateNode>& nodes, const Step& step) {
  for (expr::TemplateNode& node : nodes) {
    about(node.expr, step);
    if (!node.block) continue;
    for (expr::Expr& condition : node.block->conditions) about(condition, step);
    for (auto& body : node.block->bodies) about(body, step);
  }
}

model::Reaction WfReader::about(const model::Reaction& given, const Step& step) {
  model::Reaction own = given;
  if (own.condition) about(*own.condition, step);
  if (own.when) about(*own.when, step);
  if (own.text) about(*own.text, step);
  return own;
}

// Every expression that stands in a statement. Its texts follow when they are read.
void WfReader::substitute(Item& item) {
  const auto maybe = [&](std::optional<expr::Expr>& expr) {
    if (expr) substitute(*expr, *arguments_, {});
  };
  const bool outcome = item.kind == ItemKind::reaction && item.value && item.value->kind == ExprKind::name;
  if (!outcome) maybe(item.value);
  maybe(item.when);
  if (item.body && item.body->kind == dsl::BodyKind::check) substitute(item.body->condition, *arguments_, {});
  for (Item& inner : item.block) substitute(inner);
}

}  // namespace wfc::dialects
