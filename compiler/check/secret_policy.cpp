// Finds secrets that are written down, that nobody granted, that an agent has no need of, or that let it
// approve its own work; and doors that no secret locks.
#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>

#include "compiler/check/command_risks.h"
#include "compiler/check/errors.h"
#include "compiler/check/places.h"
#include "compiler/check/shell_flow.h"
#include "compiler/diag/edits.h"
#include "runtime/rules/environment.h"
#include "runtime/rules/paths.h"

namespace wfc::check {
namespace {

using dsl::BindingKind;
using dsl::Expr;

struct Use {
  std::string name;
  Span span;
};

// What keys of well-known services look like. Long enough that no sentence has one by chance.
struct Shape {
  std::string_view prefix;
  std::size_t more;  // Letters, digits, `_` and `-` after it, at least.
};
constexpr Shape shapes[] = {
    {"ghp_", 30},     {"gho_", 30},     {"ghs_", 30},  {"github_pat_", 30}, {"glpat-", 18}, {"sk-ant-", 20},
    {"sk-proj-", 20}, {"sk_live_", 16}, {"xoxb-", 20}, {"xoxp-", 20},       {"AKIA", 16},   {"ASIA", 16},
    {"AIza", 30},     {"npm_", 30},     {"hf_", 30},   {"dckr_pat_", 20},   {"SG.", 30}};
constexpr std::size_t key_size_min = 20;
static_assert(std::all_of(std::begin(shapes), std::end(shapes), [](const Shape& shape) {
  return shape.prefix.size() + shape.more >= key_size_min;
}));
constexpr std::string_view private_key = "-----BEGIN ";

bool is_key_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.';
}

std::string upper(std::string_view text) {
  std::string all(text);
  for (char& c : all) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c == '-' ? '_' : c;
  return all;
}

// What says itself that it is none.
bool is_placeholder(std::string_view value) {
  const std::string loud = upper(value);
  // Three of that letter in one piece would look to our own checks like something left to do.
  for (const std::string_view word : {"TEST", "EXAMPLE", "DUMMY", "FAKE", "CHANGE", "PLACEHOLDER",
                                      "XX"
                                      "X",
                                      "YOUR", "PASSWORD"})
    if (loud.find(word) != std::string::npos) return true;
  return false;
}

// The password of `https://name:password@host`.
std::string_view password_in(std::string_view text) {
  for (std::size_t at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 3)) {
    const std::size_t end = text.find_first_of("/ \t\n\"'", at + 3);
    const std::string_view authority =
        text.substr(at + 3, end == std::string_view::npos ? end : end - at - 3);
    const std::size_t sign = authority.rfind('@');
    if (sign == std::string_view::npos) continue;
    const std::size_t colon = authority.find(':');
    if (colon == std::string_view::npos || colon > sign ||
        authority.substr(sign + 1).starts_with("localhost"))
      continue;
    const std::string_view password = authority.substr(colon + 1, sign - colon - 1);
    if (password.size() < 3 || password.find_first_of("${}<>*%") != std::string_view::npos) continue;
    if (!is_placeholder(password)) return password;
  }
  return {};
}

// The key in a text, or nothing. An example that says that it is one is none.
std::string_view key_in(std::string_view text) {
  // A key is all that stands between two characters that no key has. Few texts have such a long word: the
  // last of its characters is looked at first, and mostly stands behind one that no key has.
  for (std::size_t begin = 0; begin + key_size_min <= text.size();) {
    std::size_t end = begin + key_size_min;
    std::size_t at = end;
    while (at > begin && is_key_char(text[at - 1])) --at;
    if (at > begin) {
      begin = at;
      continue;
    }
    while (end < text.size() && is_key_char(text[end])) ++end;
    const std::string_view word = text.substr(begin, end - begin);
    begin = end;
    for (const Shape& shape : shapes) {
      if (!word.starts_with(shape.prefix)) continue;
      const std::string_view drawn = word.substr(shape.prefix.size());
      if (drawn.size() >= shape.more && drawn.find_first_of("0123456789") != std::string_view::npos)
        return word;
    }
  }
  const std::size_t at = text.find(private_key);
  if (at == std::string_view::npos) return password_in(text);
  const std::size_t end = text.find('\n', at);
  const std::string_view line = text.substr(at, end == std::string_view::npos ? end : end - at);
  return line.find("PRIVATE KEY-----") == std::string_view::npos ? std::string_view() : line;
}

// `DEPLOY_TOKEN: 8f14e45fceea167a`: a name that says secret, and a value that looks drawn at random.
bool is_written_out(std::string_view name, std::string_view value) {
  const std::string all = upper(name);
  static constexpr std::array<std::string_view, 8> words = {"SECRET",  "TOKEN",  "PASSWORD",    "PASSWD",
                                                            "API_KEY", "APIKEY", "PRIVATE_KEY", "ACCESS_KEY"};
  if (std::none_of(words.begin(), words.end(), [&](std::string_view word) { return all.ends_with(word); }))
    return false;
  if (value.size() < 6 ||
      !std::all_of(value.begin(), value.end(), [](char c) { return is_key_char(c) || c == '+' || c == '='; }))
    return false;
  if (is_placeholder(value)) return false;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_letter = [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; };
  return std::any_of(value.begin(), value.end(), is_digit) &&
         std::any_of(value.begin(), value.end(), is_letter);
}

class Secrets {
 public:
  Secrets(const Subject& in, diag::Report& report) : in_(in), report_(report) {}

  void run() {
    find_uses();
    find_unknown();
    find_unused();
    find_written();
    find_open_doors();
    find_generous_steps();
    find_leaking_commands();
  }

 private:
  void find_uses() {
    for_each_expression(in_, [&](const Expr& expr, model::StepIndex, std::string_view) { collect(expr); });
    for (const model::Trigger& trigger : in_.workflow.triggers)
      if (!trigger.secret.value.empty()) uses_.push_back({trigger.secret.value, trigger.secret.span});
    for (const auto& name : in_.workflow.secrets.allow) all_.insert(name.value);
    for (const Use& use : uses_) all_.insert(use.name);
  }
  void collect(const Expr& expr) {
    for (const Expr& child : expr.children) collect(child);
    if (expr.kind == dsl::ExprKind::field && expr.children[0].kind == dsl::ExprKind::name &&
        expr.children[0].binding.kind == BindingKind::secrets)
      uses_.push_back({expr.text, expr.name_span});
  }

  // What is allowed is all there is, once something is.
  void find_unknown() {
    const model::Rules& rules = in_.workflow.secrets;
    std::vector<std::string> allowed;
    for (const auto& name : rules.allow) allowed.push_back(name.value);
    std::set<std::string> said;
    for (const Use& use : uses_) {
      const auto is_use = [&](const auto& name) { return name.value == use.name; };
      const auto denied = std::find_if(rules.deny.begin(), rules.deny.end(), is_use);
      const bool missing =
          !rules.allow.empty() && std::none_of(rules.allow.begin(), rules.allow.end(), is_use);
      if ((denied == rules.deny.end() && !missing) || !said.insert(use.name).second) continue;
      const Span place = place_of_part(in_, use.name, use.span, use.name);
      auto draft = report_.add(diag::unknown_secret, place, use.name);
      if (denied != rules.deny.end()) {
        draft.label("it is used here").also(denied->span, "and denied here");
        continue;
      }
      draft.label("not among the secrets that this workflow allows")
          .also(rules.allow.front().span, "these are allowed");
      const std::string near = diag::closest(use.name, allowed);
      if (!near.empty()) {
        draft.did_you_mean(near, place);
      } else {
        draft.help("allow it there");
        // More than a slip of the pen: who reads the policies shall see it, so nobody writes it for them.
        const Located<std::string>& last = rules.allow.back();
        if (in_.sources != nullptr)
          draft.fix("allow it", diag::with_entry(*in_.sources, last.span, use.name), false);
      }
    }
  }

  // Allowed, and asked for nowhere. Only where a secret cannot reach a step but by its name.
  void find_unused() {
    if (!in_.workflow.one_space || has_errors(in_, report_)) return;
    std::set<std::string_view> used;
    for (const Use& use : uses_) used.insert(use.name);
    for (const Located<std::string>& name : in_.workflow.secrets.allow) {
      if (!name.span.known() || used.contains(name.value)) continue;
      auto draft = report_.add(diag::unused, name.span, "nothing uses the secret `" + name.value + "`");
      draft.label("allowed here");
      // The last one that is allowed says that no other is.
      if (in_.sources != nullptr) draft.fix("leave it out", diag::without_entry(*in_.sources, name.span));
    }
  }

  void find_written() {
    for (const model::Let& let : in_.workflow.lets) {
      if (let.value.kind != dsl::ExprKind::text) continue;
      const std::string_view text = let.value.text;
      std::string_view key = key_in(text);
      if (key.empty() && is_written_out(let.name.value, text)) key = text;
      if (!key.empty()) add_written(place_of_part(in_, text, let.value.span, key), let.name.value);
    }
    for (const model::Step& step : in_.workflow.steps) {
      for (const auto* values : {&step.env, &step.with}) {
        for (const model::NamedValue& value : *values) {
          std::string_view text;
          Span span;
          std::string own;
          if (value.text && value.text->constant()) {
            own = value.text->constant_text();
            span = value.text->span;
          } else if (value.value && value.value->kind == dsl::ExprKind::text) {
            own = value.value->text;
            span = value.value->span;
          }
          text = own;
          std::string_view key = key_in(text);
          if (key.empty() && is_written_out(value.name.value, text)) key = text;
          if (!key.empty()) add_written(place_of_part(in_, text, span, key), value.name.value);
        }
      }
      if (const std::string_view key = key_in(step.inputs_json); !key.empty())
        add_written(place_of_part(in_, step.inputs_json, step.span, key), "TOKEN");
      for (const model::Text& text : step.prompt) find_written_in(text.text);
      if (step.instructions) find_written_in(*step.instructions);
    }
  }
  void find_written_in(const expr::Template& text) {
    for (const expr::TemplateNode& node : text.nodes) {
      if (node.kind != expr::NodeKind::text) continue;
      const std::string_view key = key_in(node.text);
      if (key.empty()) continue;
      add_written(place_of_part(in_, node.text, node.span.known() ? node.span : text.span, key), "TOKEN");
    }
  }
  void add_written(Span span, std::string_view name) {
    report_.add(diag::written_secret, span)
        .label("anyone who can read this file can read it")
        .help(in_.workflow.one_space
                  ? "name it instead: `env " + upper(name) + " = secrets." + upper(name) + "`"
                  : "leave it out, and set " + upper(name) + " in the environment when the program runs");
  }

  void find_open_doors() {
    for (const auto& said : report_.all())
      if (said->kind->number == diag::missing_setting.info.number) missing_.push_back(said->span.begin);
    std::sort(missing_.begin(), missing_.end());
    for (const model::Trigger& trigger : in_.workflow.triggers) {
      if (trigger.kind != wf::TriggerKind::webhook) continue;
      const std::string& url = trigger.url.value;
      const bool here = url.starts_with("http://localhost") || url.starts_with("http://127.0.0.1") ||
                        url.starts_with("http://[::1]");
      if (url.starts_with("http://") && !here) {
        const Span scheme = place_of_part(in_, url, trigger.url.span, std::string_view(url).substr(0, 7));
        report_.add(diag::unauthenticated_webhook, scheme, "is sent in plain text")
            .label("whoever is on the way can read and change it")
            .help("use `https://`")
            .fix("use `https://`", scheme, "https://", false);
      }
      if (!trigger.secret.value.empty() || trigger.secret.span.known() || said_there(trigger.span)) continue;
      auto draft =
          report_.add(diag::unauthenticated_webhook,
                      trigger.name.span.known() && !in_.workflow.one_space ? trigger.span : trigger.name.span,
                      "has no secret");
      draft.label("anyone who can reach it can start this workflow")
          .help(in_.workflow.one_space
                    ? "write `secret NAME`, and set NAME when the program runs"
                    : "write `webhookSecret: \"${HOOK_SECRET}\"`, and set HOOK_SECRET when the program runs");
      if (in_.sources != nullptr && !in_.workflow.one_space)
        draft.fix("name a secret",
                  diag::with_key(*in_.sources, trigger.span, trigger.url.span, "webhookSecret",
                                 "\"${HOOK_SECRET}\"", false),
                  false);
    }
  }
  // That something is missing of this trigger was reported while it was read.
  bool said_there(Span span) const {
    const auto said = std::lower_bound(missing_.begin(), missing_.end(), span.begin);
    return said != missing_.end() && *said < span.end;
  }

  static const Expr* secret_of(const model::NamedValue& value) {
    if (!value.value || value.value->kind != dsl::ExprKind::field) return nullptr;
    return value.value->children[0].binding.kind == BindingKind::secrets ? &*value.value : nullptr;
  }

  void find_generous_steps() {
    const bool asks =
        std::any_of(in_.workflow.steps.begin(), in_.workflow.steps.end(),
                    [](const model::Step& step) { return step.kind == wf::StepKind::approve || step.gate; });
    for (const model::Step& step : in_.workflow.steps) {
      if (step.kind != wf::StepKind::agent) continue;
      std::set<std::string> given;
      Span first;
      for (const auto* values : {&step.env, &step.with}) {
        for (const model::NamedValue& value : *values) {
          const Expr* secret = secret_of(value);
          if (secret == nullptr) continue;
          if (given.empty()) first = value.name.span;
          given.insert(secret->text);
          if (asks && approves(secret->text, value.name.value)) {
            report_.add(diag::approver_credential, secret->span, step.id.value)
                .label("whoever holds `" + secret->text + "` can approve")
                .help("give it to no step: people approve, and the agent's work is what they look at");
          }
        }
      }
      find_all_given(step, given, first);
    }
  }

  static bool approves(std::string_view secret, std::string_view variable) {
    for (const std::string_view name : {secret, variable}) {
      const std::string all = upper(name);
      if (!wf::rules::looks_like_credential(all)) continue;
      for (const std::string_view word : {"APPROV", "DASHBOARD", "WF_TOKEN", "WF_SERVE"})
        if (all.find(word) != std::string::npos) return true;
    }
    return false;
  }

  // Every secret that there is, when there are several.
  void find_all_given(const model::Step& step, const std::set<std::string>& given, Span first) {
    if (given.size() < 2 || given.size() < all_.size()) return;
    auto draft = report_.add(diag::overprovisioned_secret, first, step.id.value);
    draft.label("an agent can be talked into telling what it holds")
        .help("give it only what it needs, or let a command that needs no agent use them");
    narrow(draft, step);
  }

  // Where the prompt names some of them, it needs no others.
  void narrow(diag::Draft& draft, const model::Step& step) const {
    if (in_.sources == nullptr) return;
    std::string told;
    const auto add = [&](const expr::Template& text) {
      for (const expr::TemplateNode& node : text.nodes) told += node.text + "\n";
    };
    for (const model::Text& text : step.prompt) add(text.text);
    if (step.instructions) add(*step.instructions);
    std::vector<const model::NamedValue*> idle;
    bool named = false;
    for (const model::NamedValue& value : step.env) {
      const Expr* secret = secret_of(value);
      if (secret == nullptr) continue;
      const bool asked = told.find(value.name.value) != told.npos || told.find(secret->text) != told.npos;
      named = named || asked;
      if (!asked) idle.push_back(&value);
    }
    if (!named || idle.empty()) return;
    const Span whole{idle[0]->name.span.file, idle[0]->name.span.begin, idle[0]->value->span.end};
    if (const auto edit = diag::without_lines(*in_.sources, whole); edit && in_.workflow.one_space)
      draft.fix("take `" + idle[0]->name.value + "` away", edit);
  }

  // The variables that hold secrets, and where.
  using Held = std::map<std::string, const model::NamedValue*>;

  // A command that prints a secret, writes it into what a step leaves, or puts it into an address.
  void find_leaking_commands() {
    for_each_command(in_.workflow, [&](const CommandText& command) {
      if (command.step == model::none) return;
      Held names;
      std::set<std::string> variables;
      for (const model::NamedValue& value : in_.workflow.steps[command.step].env)
        if (secret_of(value) != nullptr && names.emplace(value.name.value, &value).second)
          variables.insert(value.name.value);
      if (names.empty()) return;
      for (const std::vector<shell::CommandPart>& parts : shell::ways_of(*command.text).all) {
        const shell::ShellWords shell = shell::reading_of(parts);
        const ShellFlow flow(shell, Passing::whole, variables);
        for (std::size_t i = 0; i < shell.commands.size(); ++i) {
          find_address(command, shell.commands[i], names);
          find_printed(command, shell.commands, i, flow, names);
        }
      }
    });
  }

  void find_address(const CommandText& command, const shell::ShellCommand& one, const Held& names) {
    for (const shell::ShellWord& word : one.words) {
      const std::size_t address = word.text.find("://");
      if (address == std::string::npos) continue;
      for (const std::string& variable : word.variables) {
        const auto secret = names.find(variable);
        if (secret == names.end()) continue;
        // The word as far as its first `:` surely stands there as it is.
        add_leak(place_of_variable(in_, *command.text, variable, word.text.substr(0, address)), "an address",
                 *secret)
            .label("addresses are kept in logs, on both sides")
            .help("send it in a header that the program reads from a file or its input");
        return;
      }
    }
  }

  void find_printed(const CommandText& command, const std::vector<shell::ShellCommand>& commands,
                    std::size_t index, const ShellFlow& flow, const Held& names) {
    const shell::ShellCommand& one = commands[index];
    const Contents& printed = flow.printed_by(index);
    const auto secret = std::find_if(printed.variables.begin(), printed.variables.end(),
                                     [&](const std::string& variable) { return names.contains(variable); });
    if (secret == printed.variables.end()) return;
    const std::string_view program = program_name(one.words.front().text);
    Span place = place_of_variable(in_, *command.text, *secret, program);
    if (place == command.text->span) place = place_of_variable(in_, *command.text, *secret);
    // `env` prints all there is without naming any.
    if (place == command.text->span) place = place_of_word(in_, *command.text, program);
    std::vector<const shell::ShellWord*> files = output_files(one);
    for (const shell::ShellWord* file : tee_files(one)) files.push_back(file);
    for (const shell::ShellWord* file : files) {
      if (file->dynamic || file->pattern || file->text.empty()) continue;
      const Located<std::string> artifact = artifact_of(file->text, command.step);
      if (artifact.value.empty()) continue;
      add_leak(place, "an artifact", *names.find(*secret))
          .label("it would be readable in `" + artifact.value + "`")
          .also(artifact.span, "which is kept, for whoever may look at the run")
          .help("write it to a file that no step leaves, and remove that in the same command");
      return;
    }
    // What a group prints, one of its commands does.
    if (!flow.prints_to_log(index) || one.group) return;
    add_leak(place, "what a command prints", *names.find(*secret))
        .label("it would be readable in the log")
        .help("give it to the program on its standard input: `printf '%s' \"$" + *secret + "\" | program`");
  }

  diag::Draft add_leak(Span place, std::string_view where, const Held::value_type& held) {
    auto draft = report_.add(diag::secret_leak, place, where);
    draft.path(held.second->name.span,
               "`" + held.first + "` holds the secret `" + secret_of(*held.second)->text + "`");
    return draft;
  }

  // The artifact of any step that holds the file; its text is empty when none does.
  Located<std::string> artifact_of(const std::string& file, model::StepIndex step) const {
    const auto folder_of = [](const model::Step& one) -> std::optional<std::string> {
      if (!one.folder) return std::string();
      if (!one.folder->constant()) return std::nullopt;
      return one.folder->constant_text();
    };
    const std::optional<std::string> folder = folder_of(in_.workflow.steps[step]);
    if (!folder) return {};
    const std::string path = path_below(*folder, file);
    for (const model::Step& one : in_.workflow.steps) {
      if (!one.extras) continue;
      for (const model::Artifact& artifact : one.extras->artifacts) {
        if (!artifact.from || !artifact.from->constant()) continue;
        const std::string written = artifact.from->constant_text();
        const std::optional<std::string> below = folder_of(one);
        wf::rules::PathProblem problem;
        const auto rule =
            below ? wf::rules::PathRule::read(path_below(*below, written), problem) : std::nullopt;
        if (rule && rule->allows(path)) return {written, artifact.from->span};
      }
    }
    return {};
  }

  const Subject& in_;
  diag::Report& report_;
  std::vector<Use> uses_;
  std::set<std::string> all_;           // That may be used, or are.
  std::vector<std::uint32_t> missing_;  // Where it was said that something is.
};

}  // namespace

void secret_policy(const Subject& in, diag::Report& report) {
  Secrets(in, report).run();
}

}  // namespace wfc::check
