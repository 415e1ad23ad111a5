// A command with placeholders, as the executable runs it (language.md section 9).
//
// The template is cut into parts: the author's text, and what is rendered into one environment variable each.
// `{{ x | safe }}` becomes text again when its value is known now. shell_words then says what stands where.
#include <algorithm>

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
// alone wherever the tag stands.
bool is_quiet(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_./:,@%+=-").find(c) != std::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}
bool is_quiet_in_quotes(std::string_view text) {
  return text.find_first_of("'\"\\$`") == std::string_view::npos;
}

class Lowering {
 public:
  Lowering(const CommandNames& names, diag::Report& report) : names_(names), report_(report) {}

  Command run(const expr::Template& text) {
    cut(text.nodes);
    trim();
    name_variables(text);
    const ShellWords words = shell::shell_words(parts_, variable_names_);
    Command command;
    command.shell.span = text.span;
    for (const Refusal& refusal : words.refusals) {
      report_.add(diag::unclear_quoting, refusal.span, refusal.message)
          .label(refusal.label)
          .help(refusal.help.empty() ? "pass the value with `env`" : refusal.help);
    }
    for (const CommandPart& part : words.shell) {
      if (part.raw) {
        command.shell.nodes.insert(command.shell.nodes.end(), part.value.begin(), part.value.end());
        continue;
      }
      TemplateNode& node = command.shell.nodes.emplace_back();
      node.kind = NodeKind::text;
      node.text = part.text;
      node.span = text.span;
    }
    for (const std::size_t index : words.variables) {
      if (known(command, variable_names_[index])) continue;
      command.variables.emplace_back(variable_names_[index],
                                     expr::Template{parts_[index].value, parts_[index].span});
    }
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

  void add_text(std::string_view text) {
    WF_ASSERT(text.find('\0') == std::string_view::npos);  // The readers refuse it.
    if (parts_.empty() || !parts_.back().value.empty()) parts_.emplace_back();
    parts_.back().text += text;
  }

  void cut(const std::vector<TemplateNode>& nodes) {
    for (const TemplateNode& node : nodes) {
      switch (node.kind) {
        case NodeKind::text:
          add_text(node.text);
          break;
        case NodeKind::value:
          if (is_safe_filter(node.expr) && !node.expr.children.empty()) {
            safe(node);
          } else {
            add_value(node, false);
          }
          break;
        case NodeKind::set:
        case NodeKind::begin:
          sets_.push_back(node);  // Prints nothing; what follows may use it.
          break;
        case NodeKind::include:
          cut(node.block->bodies[0]);
          break;
        case NodeKind::break_:
        case NodeKind::continue_:
          break;  // Only within `for`, which stays whole.
        case NodeKind::if_:
        case NodeKind::for_:
          tag(node);
          break;
      }
    }
  }

  CommandPart& add_value(const TemplateNode& node, bool may_be_nothing) {
    CommandPart& part = parts_.emplace_back();
    part.value = sets_;
    part.value.push_back(node);
    part.span = node.span;
    part.may_be_nothing = may_be_nothing;
    return part;
  }

  void tag(const TemplateNode& node) {
    Inside inside;
    look_inside(node, inside);
    const char* why = nullptr;
    bool words = false;
    if (inside.sets) {
      why = "`set` inside this tag would not be seen after it";
    } else if (inside.safe) {
      why = "`safe` inside this tag";
    } else if (!is_quiet(inside.text) && !(is_quiet_in_quotes(inside.text) && inside_quotes())) {
      why = "the text inside this tag may be more than a part of one word";
      words = is_quiet_in_quotes(inside.text);
    }
    if (why != nullptr) {
      report_.add(diag::unclear_quoting, node.span, "the shell quoting around this tag is not clear")
          .label(why)
          .help(words ? "put quotes around the tag if this is one word, or write a step for each case"
                      : "pass the value with `env`");
      return;
    }
    add_value(node, true);
  }

  // Does a quote of the author's stand open where the text so far ends? shell_words knows for sure; the
  // question here is only whether blanks in a tag stay within one word, so it asks with the tag's place left
  // out.
  bool inside_quotes() const {
    std::vector<CommandPart> so_far = parts_;
    CommandPart& probe = so_far.emplace_back();
    probe.value.emplace_back();
    std::vector<std::string> names(so_far.size(), "P");
    const ShellWords words = shell::shell_words(so_far, names);
    if (words.shell.empty()) return false;
    const std::string& last = words.shell.back().text;
    return words.refusals.empty() && (last.ends_with("${P}") || last.ends_with("'\"$P\"'"));
  }

  void safe(const TemplateNode& node) {
    const expr::Expr value = with_lets(node.expr.children.front(), names_.workflow, 0);
    if (const auto folded = expr::fold(value)) {
      if (*folded) {
        if (const auto printed = wf::print(**folded); printed && printed->find('\0') == std::string::npos) {
          add_text(*printed);
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
    CommandPart& part = add_value(node, false);
    part.raw = true;
  }

  // Blank space around a command means nothing, and a block text of YAML ends with a line end.
  void trim() {
    constexpr std::string_view blank = " \t\n";
    if (!parts_.empty() && parts_.front().value.empty()) {
      std::string& text = parts_.front().text;
      text.erase(0, std::min(text.find_first_not_of(blank), text.size()));
    }
    if (!parts_.empty() && parts_.back().value.empty()) {
      std::string& text = parts_.back().text;
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
  std::vector<CommandPart> parts_;
  std::vector<std::string> variable_names_;
  std::vector<TemplateNode> sets_;
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
