// wfc.lock is JSON, sorted and a line an entry: what changes in it is what a reviewer reads.
#include "compiler/driver/lock.h"

#include "runtime/base/files.h"
#include "runtime/base/json.h"

namespace wfc::driver {
namespace {

constexpr std::uint64_t size_max = 16u << 20;

// "the secret", as a sentence begins.
std::string_view noun_of(model::GrantKind kind) {
  static constexpr std::string_view nouns[] = {"the secret", "the path", "the path",  "the tool",
                                               "the tool",   "the host", "the target"};
  return nouns[static_cast<std::size_t>(kind)];
}

}  // namespace

wf::Result<Lock> Lock::read(const std::string& folder) {
  Lock lock;
  lock.path_ = (folder == "." ? "" : folder == "/" ? "/" : folder + "/") + std::string("wfc.lock");
  auto text = source::load(lock.path_, size_max);
  if (!text) {
    if (text.error().message == source::no_such_file) return lock;
    return wf::Error{"cannot read `" + lock.path_ + "`: " + text.error().message, {}};
  }
  lock.text_ = std::move(*text);
  const wf::Error not_ours{"`" + lock.path_ + "` is not what `wfc check --approve` wrote",
                           "restore it, or remove it and approve again"};
  const auto json = wf::parse_json(lock.text_);
  if (!json) return not_ours;
  try {
    if (json->at("version").get<int>() != 1) return wf::Error{"`" + lock.path_ + "` is from a newer wfc", {}};
    for (const auto& [name, about] : json->at("definitions").items()) {
      Grants& grants = lock.definitions_[name];
      for (const model::GrantKind kind : model::grant_kinds)
        for (const wf::Json& one : about.at(std::string(model::name_of(kind))))
          grants[kind].insert(one.get<std::string>());
    }
  } catch (const wf::Json::exception&) {
    return not_ours;
  }
  return lock;
}

void Lock::hold(const std::string& name, const model::Workflow& workflow, diag::Report& report) const {
  static const Grants nothing;
  const auto found = definitions_.find(name);
  const Grants& approved = found == definitions_.end() ? nothing : found->second;
  const auto has = [](const Grants& grants, model::GrantKind kind, const std::string& what) {
    const auto of_kind = grants.find(kind);
    return of_kind != grants.end() && of_kind->second.contains(what);
  };
  const std::string help = "`wfc check --approve` writes what is granted now into wfc.lock";
  Grants now;
  for (const model::Grant& grant : model::grants_of(workflow)) {
    now[grant.kind].insert(grant.what);
    // Where all was approved, a part of it is; a list that came later is only narrower.
    if (model::is_denial(grant.kind) || has(approved, grant.kind, grant.what)) continue;
    const bool of_step = grant.kind == model::GrantKind::tool && grant.what.find(':') != std::string::npos;
    if (!of_step && has(approved, grant.kind, "*")) continue;
    const std::string what =
        grant.what == "*" ? std::string(grant.kind == model::GrantKind::path ? "every path" : "every tool")
                          : std::string(noun_of(grant.kind)) + " `" + grant.what + "`";
    report.add(diag::privilege_widened, grant.span, what, "has not been approved")
        .label("new since `wfc.lock`")
        .help(help);
  }
  for (const auto& [kind, names] : approved) {
    if (!model::is_denial(kind)) continue;
    for (const std::string& one : names)
      if (!has(now, kind, one))
        report
            .add(diag::privilege_widened, workflow.span, std::string(noun_of(kind)) + " `" + one + "`",
                 "is not denied any more")
            .help(help);
  }
}

void Lock::approve(const std::string& name, const model::Workflow& workflow) {
  Grants& grants = definitions_[name];
  grants.clear();
  for (const model::Grant& grant : model::grants_of(workflow)) grants[grant.kind].insert(grant.what);
}

wf::Result<> hold_to_lock(const std::string& file, const model::Workflow& workflow, diag::Report& report) {
  const auto lock = Lock::read(folder_of(file));
  if (!lock) return lock.error();
  if (!lock->text().empty()) lock->hold(file.substr(file.rfind('/') + 1), workflow, report);
  return wf::Done{};
}

wf::Result<> Lock::write() const {
  wf::Json definitions = wf::Json::object();
  for (const auto& [name, grants] : definitions_) {
    wf::Json about = wf::Json::object();
    for (const model::GrantKind kind : model::grant_kinds) {
      wf::Json list = wf::Json::array();
      if (const auto of_kind = grants.find(kind); of_kind != grants.end())
        for (const std::string& one : of_kind->second) list.push_back(one);
      about[std::string(model::name_of(kind))] = std::move(list);
    }
    definitions[name] = std::move(about);
  }
  const wf::Json document = {{"version", 1}, {"definitions", std::move(definitions)}};
  return wf::write_file(path_, wf::write_json_pretty(document) + "\n");
}

}  // namespace wfc::driver
