// The pair assertion: the tables that an executable carries are the rows that the compiler planned.
//
//   pair RANDOM SEED
//
// Every definition of the repository that is right, and RANDOM made ones of each dialect, are compiled here;
// the executable then says what it carries (`inspect --json`), and that must be the plan, field by field and
// byte by byte. Both are put into JSON by one function, so a field that it forgot would be compared nowhere:
// the names of the fields are read from program.h itself.
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <regex>
#include <set>

#include "compiler/driver/driver.h"
#include "compiler/emit/functions.h"
#include "compiler/toolchain/toolchain.h"
#include "runtime/base/files.h"
#include "runtime/base/json.h"
#include "runtime/surface/tables.h"
#include "tests/pair/definitions.h"

extern char** environ;

namespace {

using namespace wfc;

int failures = 0;
int steps_compared = 0;

void fail(const std::string& where, const std::string& what) {
  ++failures;
  std::printf("FAILED: %s: %s\n", where.c_str(), what.c_str());
}

std::string inspect(const std::string& program) {
  const std::string out = program + ".json";
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  std::string words[] = {program, "inspect", "--json"};
  char* argv[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
  pid_t pid = 0;
  int status = -1;
  if (posix_spawn(&pid, argv[0], &actions, nullptr, argv, environ) == 0) waitpid(pid, &status, 0);
  posix_spawn_file_actions_destroy(&actions);
  if (status != 0) return "(exit " + std::to_string(status) + ")";
  return *wf::read_file(out);
}

// Where two documents differ, in a few words.
void compare(const std::string& where, const wf::Json& planned, const wf::Json& carried) {
  if (planned == carried) return;
  if (planned.is_object() && carried.is_object() && planned.size() == carried.size()) {
    for (const auto& [key, value] : planned.items())
      compare(where + "." + key, value, carried.contains(key) ? carried[key] : wf::Json("(absent)"));
    return;
  }
  if (planned.is_array() && carried.is_array() && planned.size() == carried.size()) {
    for (std::size_t i = 0; i < planned.size(); ++i)
      compare(where + "[" + std::to_string(i) + "]", planned[i], carried[i]);
    return;
  }
  fail(where, "planned " + wf::write_json(planned).substr(0, 300) + ", carried " +
                  wf::write_json(carried).substr(0, 300));
}

std::string_view view(const wf::Text& text) {
  return {text.data, text.size};
}

// What people and other programs read of `inspect` is made of the same rows.
void compare_summary(const std::string& where, const plan::Plan& plan, const wf::Json& said) {
  wf::Json ids = wf::Json::array(), said_ids = wf::Json::array();
  for (const wf::StepRow& step : plan.steps) {
    if (step.kind == wf::StepKind::branch) continue;
    wf::Json needs = wf::Json::array();
    for (const wf::Row need : step.needs) needs.push_back(view(plan.steps[need].id));
    ids.push_back({view(step.id), needs});
  }
  for (const wf::Json& step : said["steps"]) said_ids.push_back({step["id"], step["needs"]});
  compare(where + " steps", ids, said_ids);
  wf::Json policies = wf::Json::array(), said_policies = wf::Json::array();
  for (const wf::PolicyRow& policy : plan.policies)
    policies.push_back({view(policy.name), view(policy.value)});
  for (const wf::Json& policy : said["policies"]) said_policies.push_back({policy["name"], policy["value"]});
  compare(where + " policies", policies, said_policies);
}

class Pairs {
 public:
  Pairs(std::string folder, toolchain::Home home, toolchain::Compiler compiler)
      : folder_(std::move(folder)), home_(std::move(home)), compiler_(std::move(compiler)) {}

  // Whether it is a right definition, and so was compared.
  bool compare_one(const pair::Definition& definition, const std::string& what, bool must_be_right) {
    const std::string place = folder_ + "/" + std::to_string(++count_);
    for (const auto& [name, text] : definition.files) {
      const std::string path = place + "/" + name;
      if (!wf::make_folders(path.substr(0, path.rfind('/'))) || !wf::write_file(path, text)) std::abort();
    }
    driver::Session session;
    const auto checked = driver::front(session, place + "/" + definition.name, {});
    if (!checked || !checked->usable) {
      if (must_be_right) {
        std::string why = "unread";
        for (const auto& said : session.report.all())
          if (said->severity == diag::Severity::error) why = said->message;
        fail(what, "is not right: " + why + "\n" + definition.files.front().second);
      }
      return false;
    }
    driver::Backed backed = driver::back(session, *checked);
    toolchain::BuildRequest request;
    request.name = "program";
    request.use_cache = false;
    request.sources = [&backed] {
      std::vector<toolchain::SourceFile> files;
      for (const emit::SourceFile& file : backed.sources.files) files.push_back({file.name, file.text});
      return files;
    };
    const std::string program = place + "/program";
    const auto built = toolchain::build(request, home_, compiler_, program);
    if (!built || built->toolchain_failed) {
      fail(what, "does not build: " + (built ? built->toolchain_output : built.error().message));
      return true;
    }
    const auto said = wf::parse_json(inspect(program));
    if (!said) {
      fail(what, "`inspect --json` says no JSON: " + said.error().message);
      return true;
    }
    // The table of functions is the emitter's own; how many there are follows from the expressions.
    wf::Json planned = wf::surface::tables(backed.plan.program);
    planned["functions"] = emit::function_count(backed.plan);
    planned["abi"] = wf::program_abi;
    compare(what, planned, (*said)["program"]);
    compare_summary(what, backed.plan, *said);
    note_fields(planned);
    steps_compared += static_cast<int>(backed.plan.steps.size());
    return true;
  }

  // Every field of every row of the waist was among what was compared.
  void check_fields(const std::string& header) const {
    const std::string text = *wf::read_file(header);
    static const std::regex structs(R"(struct (\w+) \{\n([^}]*(?:\{\}[^}]*)*)\n\};)");
    static const std::regex field(R"(^\s+[A-Za-z_:0-9<>]+ (\w+)(?: =\s.*?)?;)", std::regex::multiline);
    const std::set<std::string> rows = {
        "Piece",          "Param",     "ReactionRow",   "GateRow",    "StepRow",    "CriterionRow",
        "QualityGateRow", "ToolRow",   "ArtifactRow",   "Limits",     "BudgetRow",  "ExtrasRow",
        "NamedText",      "NamedExpr", "EscalationRow", "EvalRow",    "MonitorRow", "TypeRow",
        "InputRow",       "LetRow",    "GroupRow",      "TriggerRow", "PolicyRow",  "BeyondRow",
        "JoinRow",        "Program",   "Origin"};
    std::set<std::string> seen;
    for (auto it = std::sregex_iterator(text.begin(), text.end(), structs); it != std::sregex_iterator();
         ++it) {
      if (!rows.contains((*it)[1].str())) continue;
      seen.insert((*it)[1].str());
      const std::string body = (*it)[2].str();
      std::set<std::string> fields;
      for (auto f = std::sregex_iterator(body.begin(), body.end(), field); f != std::sregex_iterator(); ++f)
        fields.insert((*f)[1].str());
      if (!shapes_.contains(fields)) {
        std::string all;
        for (const std::string& name : fields) all += " " + name;
        fail((*it)[1].str(), "is not shown with all its fields:" + all);
      }
    }
    if (seen != rows) fail(header, "has not all the rows that this test knows");
  }

 private:
  void note_fields(const wf::Json& json) {
    if (json.is_object()) {
      std::set<std::string> keys;
      for (const auto& [key, value] : json.items()) {
        keys.insert(key);
        note_fields(value);
      }
      shapes_.insert(std::move(keys));
    } else if (json.is_array()) {
      for (const wf::Json& item : json) note_fields(item);
    }
  }

  std::string folder_;
  toolchain::Home home_;
  toolchain::Compiler compiler_;
  int count_ = 0;
  std::set<std::set<std::string>> shapes_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto random = static_cast<std::uint64_t>(std::atoll(argv[1]));
  const auto seed = static_cast<std::uint64_t>(std::atoll(argv[2]));
  setenv("WFC_HOME", WF_BINARY_DIR, 1);
  const auto home = toolchain::find_home();
  const auto compiler = toolchain::find_compiler();
  if (!home || !compiler) {
    std::printf("no toolchain: %s\n", (!home ? home.error() : compiler.error()).message.c_str());
    return 1;
  }
  char pattern[] = "/tmp/wf-pair-XXXXXX";
  const std::string folder = mkdtemp(pattern);
  Pairs pairs(folder, *home, *compiler);
  int compared = 0;
  for (const pair::Definition& definition : pair::written_definitions(WF_SOURCE_DIR))
    compared += pairs.compare_one(definition, definition.name, false) ? 1 : 0;
  if (compared < 10)
    fail("the repository", "holds only " + std::to_string(compared) + " definitions that are right");
  for (std::uint64_t i = 0; i < random; ++i) {
    const std::string which = " " + std::to_string(seed + i);
    compared += pairs.compare_one(pair::random_wf(seed + i), "random .wf" + which, true) ? 1 : 0;
    if (i % 3 == 0)
      compared += pairs.compare_one(pair::random_coder(seed + i), "random coder" + which, true) ? 1 : 0;
  }
  pairs.check_fields(WF_SOURCE_DIR "/runtime/include/wf/program.h");
  std::printf("%d definitions, %d steps, %d failures\n", compared, steps_compared, failures);
  if (failures != 0) {
    std::printf("left in %s\n", folder.c_str());
    return 1;
  }
  std::filesystem::remove_all(folder);
  return 0;
}
