// Texts in random definitions are pieces that break careless writers of literals; every setting that has a
// column in the tables is used by some of them.
#include "tests/pair/definitions.h"

#include <algorithm>
#include <filesystem>
#include <random>
#include <sstream>

#include "runtime/base/files.h"
#include "runtime/base/json.h"

namespace pair {
namespace {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
  bool one_in(std::uint32_t n) { return below(n) == 0; }
  template <class T, std::size_t N>
  const T& any(const T (&list)[N]) {
    return list[below(N)];
  }

 private:
  std::mt19937_64 random_;
};

std::string hostile_text(Dice& dice) {
  static const char* const parts[] = {
      "\"",   "\\",   "\n", "\?\?/",      "*/", "//", ")\"", "R\"(", "%s", "$(x",     "`x`", "'", "\t",
      "\x01", "\x7f", "é",  "\U0001F680", "0",  "9",  "a",   "\\\n", "  ", "#if 1\n", "{",   "}", "\u202e"};
  std::string text;
  for (std::uint32_t i = dice.below(12) + 1; i > 0; --i) text += dice.any(parts);
  return text;
}

// A text of `.wf`; braces that would open a placeholder are kept apart.
std::string wf_text(const std::string& text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\\') {
      out += std::string("\\") + c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      char escape[16];
      std::snprintf(escape, sizeof escape, "\\u{%x}", static_cast<unsigned char>(c));
      out += escape;
    } else if (c == '{') {
      out += "{ ";
    } else if (text.compare(i, 3, "\u202e") == 0) {
      out += "\\u{202e}";
      i += 2;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// With placeholders between hostile texts.
std::string template_text(Dice& dice, const std::vector<std::string>& values) {
  std::string text = wf_text(hostile_text(dice));
  text.pop_back();
  for (std::uint32_t i = dice.below(4); i > 0; --i) {
    const std::string& value = values[dice.below(static_cast<std::uint32_t>(values.size()))];
    switch (dice.below(5)) {
      case 0:
        text += "{% if " + value + " %}yes{% else %}no " + std::to_string(dice.below(9)) + "{% endif %}";
        break;
      case 1:
        text +=
            "{% for x in [1, 2, " + std::to_string(dice.below(9)) + "] %}{{ x }}{{ loop.index }}{% endfor %}";
        break;
      case 2:
        text += "{% set y = " + value + " %}{{ y }}";
        break;
      case 3:
        text += "{{ 'constant ' ~ " + std::to_string(dice.below(99)) + " }}";
        break;
      default:
        text += "{{ " + value + " }}";
    }
    const std::string more = wf_text(hostile_text(dice));
    text += " " + more.substr(1, more.size() - 2);
  }
  return text + "\"";
}

class WfMaker {
 public:
  explicit WfMaker(std::uint64_t seed) : dice_(seed) {}

  std::string make() {
    out_ << "## "
         << "What it is for */ \\\nworkflow made-" << dice_.below(1000) << " " << wf_text(hostile_text(dice_))
         << "\n\n";
    if (dice_.one_in(2)) out_ << "version \"1." << dice_.below(9) << "\"\n";
    if (dice_.one_in(4)) out_ << "enabled false\n";
    if (dice_.one_in(3)) out_ << "fail_fast false\n";
    if (dice_.one_in(3)) out_ << "max_parallel " << dice_.below(9) + 1 << "\n";
    if (dice_.one_in(2)) out_ << "project github \"owner/repo\" at \"main\"\n";
    inputs();
    if (dice_.one_in(2)) out_ << "on cron \"0 9 * * " << dice_.below(7) << "\" timezone \"UTC\"\n";
    if (dice_.one_in(2))
      out_ << "on event made.thing when event.plan.confidence > 0." << dice_.below(9) << "\n";
    if (dice_.one_in(2)) out_ << "on webhook hook secret HOOK_SECRET\n";
    if (dice_.one_in(2)) out_ << "budget {\n  credits " << dice_.below(99) + 1000 << "\n  time 1h\n}\n";
    if (dice_.one_in(2)) out_ << "allow paths \"src/\", \"docs/\"\n";
    out_ << "\n";
    flow(0, dice_.below(8) + 4);
    // Something waits for every answer of people.
    out_ << "step last: run \"true\"\n";
    return out_.str();
  }

 private:
  std::string name(const char* what) { return what + std::to_string(++count_); }

  void inputs() {
    static const char* const types[] = {"string",   "int",          "float",   "bool",
                                        "duration", "size",         "money",   "map",
                                        "any",      "list<string>", "string?", "\"bug\" | \"feature\""};
    static const char* const defaults[] = {"\"d\"", "-5",     "0.1",      "true",       "1h30m",
                                           "4MiB",  "$12.50", "{ a: 1 }", "[1, \"x\"]", "[\"a\", \"b\"]",
                                           "null",  "\"bug\""};
    for (std::uint32_t i = 0; i < dice_.below(7) + 2; ++i) {
      const std::uint32_t type = dice_.below(12);
      const std::string input = name("in");
      if (dice_.one_in(2)) out_ << "## About it \"" << dice_.below(9) << "\" \\ \?\?/\n";
      out_ << "input " << input << ": " << types[type];
      if (dice_.one_in(2)) out_ << " = " << defaults[type];
      out_ << "\n";
      if (type < 7) values_.push_back(input);
    }
    values_.push_back("run.id");
    if (dice_.one_in(2)) {
      out_ << "let fixed = " << wf_text(hostile_text(dice_)) << " ~ \"" << dice_.below(9) << "\"\n";
      values_.emplace_back("fixed");
    }
    given_ = values_.size();
  }

  void indent(int depth) { out_ << std::string(static_cast<std::size_t>(depth) * 2, ' '); }

  void flow(int depth, std::uint32_t items) {
    for (std::uint32_t i = 0; i < items; ++i) {
      const std::uint32_t what = depth < 2 ? dice_.below(6) : 5;
      if (what == 0) {
        indent(depth);
        out_ << "parallel " << name("group")
             << (dice_.one_in(2) ? " max " + std::to_string(dice_.below(4) + 1) : "") << " {\n";
        // What runs at the same time must not use each other's outputs.
        const std::vector<std::string> before = values_;
        const std::uint32_t members = dice_.below(3) + 2;
        std::vector<std::string> after = before;
        for (std::uint32_t k = 0; k < members; ++k) {
          values_ = before;
          step(depth + 1);
          if (values_.size() > before.size()) after.push_back(values_.back());
        }
        values_ = after;
        indent(depth);
        out_ << "}\n";
      } else if (what == 1) {
        const std::vector<std::string> before = values_;
        indent(depth);
        out_ << "if " << values_[dice_.below(static_cast<std::uint32_t>(values_.size()))]
             << " or run.failures > " << dice_.below(5) << " {\n";
        flow(depth + 1, dice_.below(2) + 1);
        values_ = before;
        indent(depth);
        out_ << "} else {\n";
        flow(depth + 1, 1);
        values_ = before;
        indent(depth);
        out_ << "}\n";
      } else {
        step(depth);
      }
      if (gap_ && what < 2) values_.resize(given_);
      if (depth == 0) gap_ = false;
    }
  }

  void step(int depth) {
    const std::string id = name("step");
    indent(depth);
    out_ << "step " << id;
    if (dice_.one_in(3)) out_ << " " << wf_text(hostile_text(dice_));
    out_ << ": ";
    const std::uint32_t verb = dice_.below(7);
    // What always runs, and what follows it, may find that no step above ever did: none is used from here on.
    const bool always = verb != 2 && dice_.one_in(6);
    if (always) {
      values_.resize(given_);
      gap_ = true;
    }
    bool has_output = false;
    switch (verb) {
      case 0:
        out_ << "run \"printf %s {{ " << values_[dice_.below(static_cast<std::uint32_t>(values_.size()))]
             << " }} | cat " << dice_.below(9) << "\"";
        has_output = true;
        break;
      case 1:
        out_ << "run \"make all-" << dice_.below(9) << "\"";
        has_output = true;
        break;
      case 2:
        out_ << "approve " << template_text(dice_, values_);
        break;
      case 3:
        out_ << "deploy prod";
        break;
      case 4:
        out_ << "check run.failures == " << dice_.below(9);
        break;
      case 5:
        out_ << "action notify";
        break;
      default:
        out_ << "agent " << (dice_.one_in(2) ? "Planner " : "") << template_text(dice_, values_);
        has_output = true;
    }
    const bool may_be_skipped = dice_.one_in(4);
    if (may_be_skipped) out_ << " when run.failures < " << dice_.below(9);
    out_ << " {\n";
    const auto setting = [&](const std::string& line) {
      indent(depth + 1);
      out_ << line << "\n";
    };
    if (verb == 2) {
      if (dice_.one_in(2)) setting(dice_.one_in(2) ? "by ana, bo" : "by 2 of ana, bo, \"o'c\"");
      if (dice_.one_in(2)) setting("timeout " + std::to_string(dice_.below(90) + 1) + "m");
      if (dice_.one_in(2)) setting("on timeout fail");
      if (dice_.one_in(2)) setting("on reject fail");
    } else {
      if (dice_.one_in(3)) setting("timeout " + std::to_string(dice_.below(9000) + 1) + "ms");
      if (verb != 4 && dice_.one_in(3)) {
        setting("on fail retry " + std::to_string(dice_.below(5) + 1) + " wait " +
                std::to_string(dice_.below(50) + 1) + "s backoff 1." + std::to_string(dice_.below(10)));
        if (dice_.one_in(2)) setting("on fail retry 1");
      }
      // Steps at the top follow each other: what stands above one runs before it.
      if (depth == 0 && !above_.empty() && dice_.one_in(3)) {
        static const char* const outcomes[] = {"fail", "timeout", "block", "result.attempts > 3"};
        setting("on " + std::string(dice_.any(outcomes)) + " back to " +
                above_[dice_.below(static_cast<std::uint32_t>(above_.size()))] + " max " +
                std::to_string(dice_.below(9) + 1) +
                (dice_.one_in(2) ? " cooldown " + std::to_string(dice_.below(9) + 1) + "s as " + name("loop")
                                 : "") +
                (dice_.one_in(3) ? " when run.failures < " + std::to_string(dice_.below(9)) : ""));
      }
      if (verb <= 1 && dice_.one_in(2)) {
        setting("env TEXT = " + wf_text(hostile_text(dice_)));
        setting("env VALUE = " + values_[dice_.below(static_cast<std::uint32_t>(values_.size()))]);
        if (dice_.one_in(2)) setting("dir \"sub " + std::to_string(dice_.below(9)) + "\"");
      }
      if (verb == 5) setting("with message = " + wf_text(hostile_text(dice_)));
      if (verb != 4 && dice_.one_in(5)) setting("idempotent false");
      if (always) setting("always");
      if (has_output && dice_.one_in(2)) {
        const std::string output = name("out");
        static const char* const forms[] = {"", ": map", ": int", " = result.status"};
        setting("output " + output + dice_.any(forms));
      }
    }
    indent(depth);
    out_ << "}\n";
    // What may have no value is used nowhere: that would be a mistake.
    if (has_output && !may_be_skipped) values_.push_back(id);
    if (depth == 0) above_.push_back(id);
  }

  Dice dice_;
  std::ostringstream out_;
  std::vector<std::string> values_;
  std::size_t given_ = 0;           // So many of them are there before any step.
  bool gap_ = false;                // A step of this block always runs.
  std::vector<std::string> above_;  // Steps outside all blocks.
  int count_ = 0;
};

// The sections of a golden case that are files.
std::vector<Definition> of_case(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> files;
  std::istringstream lines(text);
  bool in_file = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("=== ")) {
      const std::string name = line.substr(4);
      in_file = !name.starts_with("$ ") && !name.starts_with("exit ");
      if (in_file) files.emplace_back(name, "");
    } else if (in_file) {
      files.back().second += line + "\n";
    }
  }
  std::vector<Definition> definitions;
  for (const auto& [name, bytes] : files) {
    if (name.ends_with(".wf") || name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json"))
      definitions.push_back({name, files});
  }
  return definitions;
}

}  // namespace

std::vector<Definition> written_definitions(const std::string& source_folder) {
  namespace fs = std::filesystem;
  std::vector<Definition> definitions;
  for (const auto& entry : fs::recursive_directory_iterator(source_folder + "/tests/cases")) {
    if (entry.path().extension() != ".case") continue;
    for (Definition& definition : of_case(*wf::read_file(entry.path().string())))
      definitions.push_back(std::move(definition));
  }
  for (const auto& entry : fs::directory_iterator(source_folder + "/samples")) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".wf") || name.ends_with(".yaml"))
      definitions.push_back({name, {{name, *wf::read_file(entry.path().string())}}});
  }
  return definitions;
}

Definition random_wf(std::uint64_t seed) {
  return {"made.wf", {{"made.wf", WfMaker(seed).make()}}};
}

Definition random_coder(std::uint64_t seed) {
  Dice dice(seed);
  wf::Json root = {{"version", 1},
                   {"workflow_id", "made"},
                   {"name", hostile_text(dice)},
                   {"project", {{"provider", "github"}, {"owner", "o"}, {"repo", "r"}}}};
  root["triggers"] = wf::Json::array({{{"type", "manual"}}});
  if (dice.one_in(2))
    root["triggers"].push_back({{"type", "cron"}, {"cron", "0 9 * * 1"}, {"timezone", "UTC"}});
  if (dice.one_in(2)) root["triggers"].push_back({{"type", "repo_event"}, {"event", "pull_request.opened"}});
  if (dice.one_in(2))
    root["triggers"].push_back({{"type", "webhook"}, {"name", "hook"}, {"secret_ref", "HOOK_SECRET"}});
  root["policies"] = {
      {"budget", {{"max_credits", dice.below(99) + 1000}, {"max_wall_clock_sec", dice.below(9999) + 1}}},
      {"repo", {{"allowed_paths", {"src/", "docs/**"}}, {"blocked_paths", {".github/"}}}},
      {"secrets", {{"allowed", {"TOKEN", "HOOK_SECRET"}}}}};
  root["steps"] = wf::Json::array();
  for (std::uint32_t i = 0; i < dice.below(8) + 3; ++i) {
    wf::Json step = {{"step_id", "s" + std::to_string(i)}};
    switch (dice.below(4)) {
      case 0: {
        static const char* const roles[] = {"architect", "implementer", "tester", "reviewer"};
        step["type"] = "agent";
        step["role"] = dice.any(roles);
        step["goal"] = hostile_text(dice);
        if (dice.one_in(2)) step["inputs"] = {{"note", hostile_text(dice)}, {"n", dice.below(9)}};
        break;
      }
      case 1:
        step["type"] = "approve";
        step["reason"] = hostile_text(dice);
        break;
      default:
        step["type"] = "command";
        step["name"] = hostile_text(dice);
        step["command"] =
            "printf %s " + std::to_string(dice.below(99)) + " \"$X\" '\\' > /dev/null # " + std::to_string(i);
        if (dice.one_in(2)) step["env"] = {{"X", hostile_text(dice)}, {"Y", "\?\?/"}};
    }
    root["steps"].push_back(step);
  }
  // A definition has DEL only as an escape.
  std::string text = wf::write_json(root);
  // Written out it would be refused: a reader could not see it.
  for (std::size_t at = text.find("\u202e"); at != std::string::npos; at = text.find("\u202e", at))
    text.replace(at, 3, "\\u202e");
  for (std::size_t at = 0; (at = text.find('\x7f', at)) != std::string::npos;) text.replace(at, 1, "\\u007f");
  return {"made.json", {{"made.json", text}}};
}

}  // namespace pair
