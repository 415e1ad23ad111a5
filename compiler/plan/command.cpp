// A command with placeholders, as the executable runs it (language.md section 9).
//
// The template is cut into parts: the author's text, and what is rendered into one environment variable each.
// `{{ x | safe }}` becomes text again when its value is known now. shell_words then says what stands where.
//
// An `{% if %}` whose texts are a part of one word is a part like a value. Any other stays an `{% if %}` of
// the command: which of the author's texts the shell is given is decided when the program runs, and each
// value in them has a variable of its own. The shell's reading is followed on every way through such tags,
// and has to be the same behind a tag whichever way was taken.
#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>

#include "compiler/expr/canonical.h"
#include "compiler/expr/types.h"
#include "compiler/plan/plan.h"
#include "compiler/shell/shell_words.h"
#include "runtime/base/assert.h"

namespace wfc::plan {
namespace {

using dsl::BindingKind;
using expr::NodeKind;
using expr::TemplateNode;
using shell::CommandPart;
using shell::Refusal;
using shell::ShellWords;

bool is_safe_filter(const expr::Expr& expr) {
  return expr.kind == dsl::ExprKind::filter && expr.text == "safe";
}

// Lets stand for their values, so that a constant behind one is seen.
expr::Expr with_lets(const expr::Expr& expr, const model::Workflow* workflow, int depth) {
  if (expr.kind == dsl::ExprKind::name && expr.binding.kind == BindingKind::let && workflow != nullptr &&
      expr.binding.index < workflow->lets.size() && depth < 32) {
    return with_lets(workflow->lets[expr.binding.index].value, workflow, depth + 1);
  }
  expr::Expr copy = expr;
  for (expr::Expr& child : copy.children) child = with_lets(child, workflow, depth);
  return copy;
}

// The first name in it that somebody else than the author gives its value: an agent, an event, whoever starts
// a run.
const expr::Expr* set_from_outside(const expr::Expr& expr) {
  if (expr.kind == dsl::ExprKind::name) {
    switch (expr.binding.kind) {
      case BindingKind::workflow:
      case BindingKind::project:
      case BindingKind::run:
      case BindingKind::step_info:
        return nullptr;
      default:
        return &expr;
    }
  }
  for (const expr::Expr& child : expr.children)
    if (const expr::Expr* found = set_from_outside(child)) return found;
  return nullptr;
}

// What a control-flow tag holds, as far as it matters for quoting.
struct Inside {
  std::string text;  // All its texts, one after the other.
  bool may_be_nothing = false;
  bool sets = false;
  bool safe = false;
};

void look_inside(const std::vector<TemplateNode>& nodes, Inside& inside);

void look_inside(const TemplateNode& node, Inside& inside) {
  switch (node.kind) {
    case NodeKind::text:
      inside.text += node.text;
      break;
    case NodeKind::value:
      inside.safe = inside.safe || is_safe_filter(node.expr);
      break;
    case NodeKind::set:
      inside.sets = true;
      break;
    case NodeKind::begin:
    case NodeKind::break_:
    case NodeKind::continue_:
      break;
    case NodeKind::for_:
    case NodeKind::include: {
      // What is set in there is not seen after it in any text.
      const bool sets = inside.sets;
      look_inside(node.block->bodies[0], inside);
      inside.sets = sets;
      if (node.block->bodies.size() > 1) look_inside(node.block->bodies[1], inside);
      break;
    }
    case NodeKind::if_:
      for (const std::vector<TemplateNode>& body : node.block->bodies) look_inside(body, inside);
      break;
  }
}

void look_inside(const std::vector<TemplateNode>& nodes, Inside& inside) {
  for (const TemplateNode& node : nodes) look_inside(node, inside);
}

// Texts of tags become part of one word. That is what the author meant only if a shell would have left them
// alone wherever the tag stands (is_quiet), or where this one does.
bool is_quiet_in_quotes(std::string_view text) {
  return text.find_first_of("'\"\\$`") == std::string_view::npos;
}

// What the command is made of, in its order: a part, or a tag that chooses among several texts.
struct Choice;
struct Item {
  std::size_t part = 0;
  std::unique_ptr<Choice> choice;
};
struct Choice {
  const TemplateNode* node;
  std::vector<TemplateNode> sets;  // What its conditions may use.
  std::vector<std::vector<Item>> bodies;
};
// A way through the choices: parts, and the places where a body begins and ends.
struct Stop {
  std::size_t part = 0;
  const TemplateNode* edge = nullptr;
};
using Way = std::vector<Stop>;

class Lowering {
 public:
  Lowering(const CommandNames& names, diag::Report& report) : names_(names), report_(report) {}

  Command run(const expr::Template& text) {
    cut(text.nodes, items_);
    trim();
    name_variables(text);
    // A tag may print what makes a shell evaluate the value behind it: `{% if x %}eval{% endif %} {{ value
    // }}`.
    if (holds_tags_ && !holds_safe_)
      for (const std::vector<CommandPart>& way : shell::ways_of(text).all)
        refuse(shell::reading_of(way).refusals);
    if (first_choice_ != nullptr) return of_all_ways(text);
    const ShellWords words = shell::shell_words(parts_, variable_names_);
    Command command;
    command.shell.span = text.span;
    refuse(words.refusals);
    for (const CommandPart& part : words.shell) {
      if (part.raw) {
        command.shell.nodes.insert(command.shell.nodes.end(), part.value.begin(), part.value.end());
      } else {
        add_shell_text(part.text, text.span, command.shell.nodes);
      }
    }
    for (const std::size_t index : words.variables) add_variable(index, command);
    command.direct = words.direct;
    for (const std::vector<TemplateNode>& word : words.words)
      command.words.push_back(word.empty() ? expr::constant_template({}, text.span)
                                           : expr::Template{word, text.span});
    return command;
  }

 private:
  static bool known(const Command& command, const std::string& name) {
    return std::any_of(command.variables.begin(), command.variables.end(),
                       [&](const auto& variable) { return variable.first == name; });
  }
  void add_variable(std::size_t part, Command& command) const {
    const std::string& name = variable_names_[part];
    if (!known(command, name))
      command.variables.emplace_back(name, expr::Template{parts_[part].value, parts_[part].span});
  }
  static void add_shell_text(const std::string& text, Span span, std::vector<TemplateNode>& nodes) {
    TemplateNode& node = nodes.emplace_back();
    node.kind = NodeKind::text;
    node.text = text;
    node.span = span;
  }

  void refuse(const std::vector<Refusal>& refusals) {
    for (const Refusal& refusal : refusals) {
      report_.add(diag::unclear_quoting, refusal.span, refusal.message)
          .label(refusal.label)
          .help(refusal.help.empty() ? "pass the value with `env`" : refusal.help);
    }
  }
  void refuse_tag(Span span, std::string why, std::string help) {
    report_.add(diag::unclear_quoting, span, "the shell quoting around this tag is not clear")
        .label(std::move(why))
        .help(std::move(help));
  }

  // ------------------------------------------------------------------------------------------------- ways
  Command of_all_ways(const expr::Template& text) {
    Command command;
    command.shell.span = text.span;
    // The checks go the same ways: what they do not see shall not be accepted.
    if (shell::ways_of(text).too_many) {
      refuse_tag(first_choice_->span, "there are too many ways through the tags of this command",
                 "write a step for each case");
      return command;
    }
    std::vector<Way> ways(1);
    walk(items_, ways);
    std::vector<std::optional<std::string>> references(parts_.size());
    for (const Way& way : ways) follow(way, references, command);
    build(items_, references, text.span, command.shell.nodes);
    return command;
  }

  static void walk(const std::vector<Item>& items, std::vector<Way>& ways) {
    for (const Item& item : items) {
      if (!item.choice) {
        for (Way& way : ways) way.push_back({item.part});
        continue;
      }
      const TemplateNode* node = item.choice->node;
      std::vector<Way> chosen;
      for (const std::vector<Item>& body : item.choice->bodies) {
        std::vector<Way> with = ways;
        for (Way& way : with) way.push_back({0, node});
        walk(body, with);
        for (Way& way : with) way.push_back({0, node});
        std::move(with.begin(), with.end(), std::back_inserter(chosen));
      }
      // Without an `else`, it may be that none of them is taken.
      if (item.choice->bodies.size() == node->block->conditions.size())
        std::move(ways.begin(), ways.end(), std::back_inserter(chosen));
      ways = std::move(chosen);
    }
  }

  // Reads the command as the shell does on this way, and finds out what has to stand for each value.
  void follow(const Way& way, std::vector<std::optional<std::string>>& references, Command& command) {
    std::vector<CommandPart> parts;
    std::vector<std::size_t> part_of;
    std::vector<std::string> names;
    const auto add = [&](const CommandPart& part, std::size_t index) {
      parts.push_back(part);
      part_of.push_back(index);
      names.push_back(variable_names_[index]);
    };
    const auto at_text = [&] { return !parts.empty() && parts.back().value.empty(); };
    for (const Stop& stop : way) {
      if (stop.edge != nullptr) {
        if (!at_text()) add({}, 0);
        parts.back().marks.push_back(parts.back().text.size());
      } else if (parts_[stop.part].value.empty() && at_text()) {
        parts.back().text += parts_[stop.part].text;
      } else {
        add(parts_[stop.part], stop.part);
      }
    }
    const ShellWords words = shell::shell_words(parts, names);
    refuse(words.refusals);
    compare_states(way, words.states);
    for (const std::size_t index : words.variables) {
      std::optional<std::string>& reference = references[part_of[index]];
      if (reference && *reference != words.references[index])
        refuse_tag(parts[index].span, "in quotes on one way through the tags, and not on another",
                   "write a step for each case");
      reference = words.references[index];
      add_variable(part_of[index], command);
    }
  }

  // Each body has to end as it began: then what follows is read the same on all ways.
  void compare_states(const Way& way, const std::vector<std::string>& states) {
    std::vector<std::size_t> open;
    std::vector<const TemplateNode*> nodes;
    std::size_t at = 0;
    for (const Stop& stop : way) {
      if (stop.edge == nullptr) continue;
      if (nodes.empty() || nodes.back() != stop.edge) {
        nodes.push_back(stop.edge);
        open.push_back(at++);
        continue;
      }
      if (states[open.back()] != states[at++])
        refuse_tag(stop.edge->span, "it opens or closes quotes, parentheses or the like on one way",
                   "let each of its texts close what it opens, or write a step for each case");
      nodes.pop_back();
      open.pop_back();
    }
  }

  void build(const std::vector<Item>& items, const std::vector<std::optional<std::string>>& references,
             Span span, std::vector<TemplateNode>& to) const {
    for (const Item& item : items) {
      if (item.choice) {
        to.insert(to.end(), item.choice->sets.begin(), item.choice->sets.end());
        TemplateNode& node = to.emplace_back();
        node.kind = NodeKind::if_;
        node.span = item.choice->node->span;
        expr::TagBlock& block = node.block.emplace();
        block.conditions = item.choice->node->block->conditions;
        for (const std::vector<Item>& body : item.choice->bodies)
          build(body, references, span, block.bodies.emplace_back());
        continue;
      }
      const CommandPart& part = parts_[item.part];
      if (part.raw) {
        to.insert(to.end(), part.value.begin(), part.value.end());
      } else if (part.value.empty()) {
        add_shell_text(part.text, span, to);
      } else if (references[item.part]) {
        add_shell_text(*references[item.part], span, to);
      }
    }
  }

  // ------------------------------------------------------------------------------------------------- parts
  std::size_t add_part(std::vector<Item>& items) {
    const std::size_t part = parts_.size();
    parts_.emplace_back();
    items.emplace_back().part = part;
    line_.push_back(part);
    return part;
  }

  void add_text(std::string_view text, std::vector<Item>& items) {
    WF_ASSERT(text.find('\0') == std::string_view::npos);  // The readers refuse it.
    const bool more = !items.empty() && !items.back().choice && parts_[items.back().part].value.empty();
    parts_[more ? items.back().part : add_part(items)].text += text;
  }

  void cut(const std::vector<TemplateNode>& nodes, std::vector<Item>& items) {
    for (const TemplateNode& node : nodes) {
      switch (node.kind) {
        case NodeKind::text:
          add_text(node.text, items);
          break;
        case NodeKind::value:
          if (is_safe_filter(node.expr) && !node.expr.children.empty()) {
            safe(node, items);
          } else {
            add_value(node, false, items);
          }
          break;
        case NodeKind::set:
        case NodeKind::begin:
          sets_.push_back(node);  // Prints nothing; what follows may use it.
          break;
        case NodeKind::include:
          cut(node.block->bodies[0], items);
          break;
        case NodeKind::break_:
        case NodeKind::continue_:
          break;  // Only within `for`, which stays whole.
        case NodeKind::if_:
        case NodeKind::for_:
          tag(node, items);
          break;
      }
    }
  }

  CommandPart& add_value(const TemplateNode& node, bool may_be_nothing, std::vector<Item>& items) {
    CommandPart& part = parts_[add_part(items)];
    part.value = guarded(node);
    part.span = node.span;
    part.may_be_nothing = may_be_nothing;
    return part;
  }

  // What is printed for a value: nothing where the tags around it choose another way, on which it may have no
  // value.
  std::vector<TemplateNode> guarded(const TemplateNode& node) const {
    std::vector<TemplateNode> inner;
    std::size_t sets_end = sets_.size();
    const auto put_sets_before = [&](std::size_t begin) {
      inner.insert(inner.begin(), sets_.begin() + static_cast<std::ptrdiff_t>(begin),
                   sets_.begin() + static_cast<std::ptrdiff_t>(sets_end));
      sets_end = begin;
    };
    inner.push_back(node);
    for (auto guard = guards_.rbegin(); guard != guards_.rend(); ++guard) {
      put_sets_before(guard->sets);
      TemplateNode around;
      around.kind = NodeKind::if_;
      around.span = guard->node->span;
      expr::TagBlock& block = around.block.emplace();
      block.conditions = guard->node->block->conditions;
      block.bodies.resize(guard->node->block->bodies.size());
      block.bodies[guard->body] = std::move(inner);
      inner.clear();
      inner.push_back(std::move(around));
    }
    put_sets_before(0);
    return inner;
  }

  void tag(const TemplateNode& node, std::vector<Item>& items) {
    Inside inside;
    look_inside(node, inside);
    if (inside.sets) {
      refuse_tag(node.span, "`set` inside this tag would not be seen after it", "pass the value with `env`");
    } else if (inside.safe) {
      refuse_tag(node.span, "`safe` inside this tag", "pass the value with `env`");
    } else if (shell::is_quiet(inside.text) || (is_quiet_in_quotes(inside.text) && inside_quotes())) {
      holds_tags_ = true;
      add_value(node, true, items);
    } else if (node.kind == NodeKind::for_) {
      refuse_tag(node.span, "how many words it gives is known only when the program runs",
                 is_quiet_in_quotes(inside.text)
                     ? "put quotes around the tag if this is one word, or pass the list with `env`"
                     : "pass the list with `env`");
    } else {
      choose(node, items);
    }
  }

  void choose(const TemplateNode& node, std::vector<Item>& items) {
    if (first_choice_ == nullptr) first_choice_ = &node;
    auto choice = std::make_unique<Choice>(Choice{&node, sets_, {}});
    const std::size_t sets = sets_.size(), line = line_.size();
    for (std::size_t body = 0; body < node.block->bodies.size(); ++body) {
      guards_.push_back({&node, body, sets});
      cut(node.block->bodies[body], choice->bodies.emplace_back());
      guards_.pop_back();
      sets_.resize(sets);
      // Each body ends as it began, or is refused: what follows is read as without the tag.
      line_.resize(line);
    }
    items.emplace_back().choice = std::move(choice);
  }

  // Does a quote of the author's stand open where the text so far ends? shell_words knows for sure; the
  // question here is only whether blanks in a tag stay within one word, so it asks with the tag's place left
  // out.
  bool inside_quotes() const {
    std::vector<CommandPart> so_far;
    for (const std::size_t part : line_) so_far.push_back(parts_[part]);
    CommandPart& probe = so_far.emplace_back();
    probe.value.emplace_back();
    std::vector<std::string> names(so_far.size(), "P");
    const ShellWords words = shell::shell_words(so_far, names);
    if (words.shell.empty()) return false;
    const std::string& last = words.shell.back().text;
    return words.refusals.empty() && (last.ends_with("${P}") || last.ends_with("'\"$P\"'"));
  }

  void safe(const TemplateNode& node, std::vector<Item>& items) {
    holds_safe_ = true;
    const expr::Expr value = with_lets(node.expr.children.front(), names_.workflow, 0);
    if (const auto folded = expr::fold(value)) {
      if (*folded) {
        if (const auto printed = wf::print(**folded); printed && printed->find('\0') == std::string::npos) {
          add_text(*printed, items);
          return;
        }
      }
    }
    if (const expr::Expr* name = set_from_outside(value)) {
      auto draft = report_.add(diag::unquoted, node.span);
      draft.severity(diag::Severity::error)
          .label("`" + name->text + "` is set by an agent, an event or whoever starts the run")
          .help("leave out `| safe`: the value is then passed as one word, whatever it contains");
      const Span before = node.expr.children.front().span;
      if (before.known() && before.file == node.expr.span.file && before.end < node.expr.span.end)
        draft.fix("leave out `| safe`", Span{before.file, before.end, node.expr.span.end}, "");
      return;
    }
    report_.add(diag::unquoted, node.span).help("leave out `| safe`: the value is then passed as one word");
    add_value(node, false, items).raw = true;
  }

  // Blank space around a command means nothing, and a block text of YAML ends with a line end.
  void trim() {
    constexpr std::string_view blank = " \t\n";
    const auto is_text = [&](const Item& item) { return !item.choice && parts_[item.part].value.empty(); };
    if (!items_.empty() && is_text(items_.front())) {
      std::string& text = parts_[items_.front().part].text;
      text.erase(0, std::min(text.find_first_not_of(blank), text.size()));
    }
    if (!items_.empty() && is_text(items_.back())) {
      std::string& text = parts_[items_.back().part].text;
      const std::size_t last = text.find_last_not_of(blank);
      // A backslash keeps the blank behind it.
      if (last == std::string::npos) {
        text.clear();
      } else if (text[last] != '\\') {
        text.erase(last + 1);
      }
    }
  }

  // WF_1, WF_2, ...: the same expression has one variable, and no name that the step or its text uses is
  // taken.
  void name_variables(const expr::Template& text) {
    Inside inside;
    look_inside(text.nodes, inside);
    const std::string& all = inside.text;
    const auto taken = [&](const std::string& name) {
      return all.find(name) != std::string::npos ||
             std::find(names_.taken.begin(), names_.taken.end(), name) != names_.taken.end();
    };
    std::vector<std::pair<std::string, std::string>> seen;  // Canonical expression, name.
    int number = 0;
    variable_names_.resize(parts_.size());
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const CommandPart& part = parts_[i];
      if (part.value.empty() || part.raw) continue;
      std::string key;
      if (part.value.size() == 1 && part.value[0].kind == NodeKind::value) {
        key = expr::canonical(part.value[0].expr);
        const auto same =
            std::find_if(seen.begin(), seen.end(), [&](const auto& entry) { return entry.first == key; });
        if (same != seen.end()) {
          variable_names_[i] = same->second;
          continue;
        }
      }
      std::string name;
      do {
        name = "WF_" + std::to_string(++number);
      } while (taken(name));
      variable_names_[i] = name;
      if (!key.empty()) seen.emplace_back(std::move(key), name);
    }
  }

  const CommandNames& names_;
  diag::Report& report_;
  struct Guard {
    const TemplateNode* node;
    std::size_t body;
    std::size_t sets;  // How many stood before it.
  };
  std::vector<CommandPart> parts_;
  std::vector<Item> items_;
  std::vector<std::size_t> line_;  // The parts before the place that is cut, without the choices among them.
  std::vector<std::string> variable_names_;
  std::vector<TemplateNode> sets_;
  std::vector<Guard> guards_;  // The tags around that place.
  const TemplateNode* first_choice_ = nullptr;
  bool holds_tags_ = false;  // That are a part of one word.
  bool holds_safe_ = false;
};

}  // namespace

Command lower_command(const expr::Template& text, const CommandNames& names, diag::Report& report) {
  return Lowering(names, report).run(text);
}

void check_commands(const model::Workflow& workflow, diag::Report& report) {
  for (const model::Step& step : workflow.steps) {
    if (step.kind != wf::StepKind::command || step.broken) continue;
    for (const model::Text& text : step.prompt) {
      if (text.text.constant()) continue;
      lower_command(text.text, {&workflow, {}}, report);
    }
  }
  for (const model::Workflow& unused : workflow.unused) check_commands(unused, report);
}

}  // namespace wfc::plan
