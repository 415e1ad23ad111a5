// Reads wf.toml. The only user of toml++, whose types stay in this file.
//
// A key that is not known is an error with its place: a misspelt `[people]` must not silently mean that
// nobody may approve. Keys that later versions use are read and noted.
#include "runtime/surface/settings.h"

#include <unistd.h>

#include <cmath>
#include <initializer_list>
#include <optional>

#include "runtime/base/files.h"
#include "runtime/base/text.h"
#include "runtime/rules/near.h"

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace wf::surface {
namespace {

// The file is read by people's hands, not from the network; a megabyte is a mistake.
constexpr std::uint64_t size_max = 1 << 20;

class Reader {
 public:
  explicit Reader(const std::string& name) : name_(name) {}

  Result<Settings> read(const toml::table& root) {
    for (const auto& [key, node] : root) {
      if (key == "agents") {
        each_table(node, "agents",
                   [&](const std::string& role, const toml::table& table) { agent(role, table); });
      } else if (key == "deploy") {
        texts(node, "deploy", settings_.deploy);
      } else if (key == "actions") {
        texts(node, "actions", settings_.actions);
      } else if (key == "notify") {
        texts(node, "notify", settings_.notify);
      } else if (key == "people") {
        people(node);
      } else if (key == "secrets" || key == "serve") {
        settings_.notes.push_back(name_ + ": [" + std::string(key.str()) + "] is not used by this version");
      } else {
        unknown(key, {"agents", "deploy", "actions", "people", "notify"});
      }
    }
    if (!error_.message.empty()) return error_;
    return std::move(settings_);
  }

 private:
  void fail(const toml::source_region& where, const std::string& what, const std::string& hint = {}) {
    if (!error_.message.empty()) return;  // The first one stays.
    error_ = Error{name_ + ":" + std::to_string(where.begin.line) + ":" + std::to_string(where.begin.column) +
                       ": " + printable(what, false),
                   hint};
  }

  void unknown(const toml::key& key, std::initializer_list<std::string_view> known) {
    const std::string_view near = rules::closest(key.str(), known);
    fail(key.source(), "no setting is named `" + std::string(key.str()) + "`",
         near.empty() ? std::string() : "did you mean `" + std::string(near) + "`?");
  }

  template <class Act>
  void each_table(const toml::node& node, std::string_view what, Act act) {
    const toml::table* table = node.as_table();
    if (!table) return fail(node.source(), "`" + std::string(what) + "` must be a table");
    for (const auto& [key, inner] : *table) {
      if (const toml::table* value = inner.as_table())
        act(std::string(key.str()), *value);
      else
        fail(inner.source(), "`" + std::string(what) + "." + std::string(key.str()) + "` must be a table",
             "write [" + std::string(what) + "." + std::string(key.str()) + "]");
    }
  }

  bool text(const toml::node& node, const toml::key& key, std::string& to) {
    const auto* value = node.as_string();
    if (!value || value->get().find('\0') != std::string::npos) {
      fail(node.source(), "`" + std::string(key.str()) + "` must be a text");
      return false;
    }
    to = value->get();
    return true;
  }

  void texts(const toml::node& node, std::string_view what, std::map<std::string, std::string>& to) {
    const toml::table* table = node.as_table();
    if (!table) return fail(node.source(), "`" + std::string(what) + "` must be a table");
    for (const auto& [key, value] : *table) text(value, key, to[std::string(key.str())]);
  }

  bool list(const toml::node& node, const toml::key& key, std::vector<std::string>& to) {
    const toml::array* array = node.as_array();
    for (std::size_t i = 0; array && i < array->size(); ++i) {
      const auto* item = array->get(i)->as_string();
      if (!item || item->get().find('\0') != std::string::npos) break;
      to.push_back(item->get());
    }
    if (array && to.size() == array->size()) return true;
    fail(node.source(), "`" + std::string(key.str()) + "` must be a list of texts");
    return false;
  }

  // `price = 3.00` or `price = { input = 3.00, output = 15.00 }`: dollars for a million tokens.
  void price(const toml::node& node, AgentSetting& agent) {
    const auto amount = [](const toml::node* one) -> std::optional<std::int64_t> {
      constexpr double most = 1e6;
      const std::optional<double> dollars = one ? one->value<double>() : std::nullopt;
      if (!dollars || !(*dollars >= 0) || *dollars > most) return std::nullopt;
      return std::llround(*dollars * 1e6);
    };
    const toml::table* table = node.as_table();
    const auto input = amount(table ? table->get("input") : &node);
    const auto output = amount(table ? table->get("output") : &node);
    if (!input || !output || (table && table->size() != 2))
      return fail(node.source(), "`price` must be dollars for a million tokens",
                  "write price = 3.00, or price = { input = 3.00, output = 15.00 }");
    agent.price.emplace(*input, *output);
  }

  void agent(const std::string& role, const toml::table& table) {
    AgentSetting agent;
    for (const auto& [key, value] : table) {
      if (key == "adapter")
        text(value, key, agent.adapter);
      else if (key == "program")
        text(value, key, agent.program);
      else if (key == "args")
        list(value, key, agent.args);
      else if (key == "format")
        text(value, key, agent.format);
      else if (key == "file")
        text(value, key, agent.file);
      else if (key == "model")
        text(value, key, agent.model);
      else if (key == "key_env")
        text(value, key, agent.key_env);
      else if (key == "price")
        price(value, agent);
      else if (key == "base_url")
        settings_.notes.push_back(name_ + ": `" + std::string(key.str()) + "` of [agents." + role +
                                  "] is not used by this version");
      else
        unknown(key,
                {"adapter", "program", "args", "format", "file", "model", "key_env", "base_url", "price"});
    }
    if (agent.adapter.empty())
      fail(table.source(), "[agents." + role + "] has no `adapter`",
           "add adapter = \"command\" and program = \"...\", or adapter = \"replay\" and file = \"...\"");
    settings_.agents[role] = std::move(agent);
  }

  // `ana = "login"` or `ana = ["login", "other"]`.
  void people(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (!table) return fail(node.source(), "`people` must be a table");
    for (const auto& [key, value] : *table) {
      std::vector<std::string>& logins = settings_.people[std::string(key.str())];
      if (value.is_array()) {
        list(value, key, logins);
      } else {
        logins.emplace_back();
        text(value, key, logins.back());
      }
    }
  }

  const std::string& name_;
  Settings settings_;
  Error error_;
};

}  // namespace

const AgentSetting* Settings::agent(std::string_view role) const {
  auto found = agents.find(std::string(role));
  if (found == agents.end()) found = agents.find("*");
  return found == agents.end() ? nullptr : &found->second;
}

Result<Settings> parse_settings(std::string_view toml, const std::string& name) {
  const toml::parse_result parsed = toml::parse(toml, name);
  if (!parsed) {
    const toml::source_position at = parsed.error().source().begin;
    return Error{name + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
                     printable(parsed.error().description(), false),
                 ""};
  }
  return Reader(name).read(parsed.table());
}

Result<Settings> read_settings(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0) return Settings{};
  Result<std::string> bytes = read_file(path, size_max);
  if (!bytes) return bytes.error();
  return parse_settings(*bytes, path);
}

}  // namespace wf::surface
