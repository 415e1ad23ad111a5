// Reads wfc.toml. The only user of toml++ in the compiler; its types stay in this file.
#include "compiler/driver/settings.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "compiler/diag/selection.h"
#include "compiler/dialects/dialect.h"

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace wfc::driver {
namespace {

constexpr std::uint64_t size_max = 1 << 20;
constexpr std::string_view file_name = "wfc.toml";

std::string one_of(const std::vector<std::string>& words) {
  std::string text = "one of ";
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "`" : i + 1 == words.size() ? " and `" : ", `") + words[i] + "`";
  return text;
}

class Reader {
 public:
  Reader(Settings& to, FileId file, source::SourceMap& sources, diag::Report& report)
      : to_(to), file_(file), sources_(sources), report_(report) {}

  void read(const toml::table& root) {
    static const std::vector<std::string> known = {"format",  "max-errors", "pedantic", "deny",
                                                   "exclude", "dialect",    "requires", "sandbox",
                                                   "prices",  "severity",   "files"};
    for (const auto& [key, node] : root) {
      const std::string_view name = key.str();
      if (name == "format") {
        to_.format = word(node, name, {"text", "json", "sarif", "github"});
      } else if (name == "max-errors") {
        number(node, name);
      } else if (name == "pedantic") {
        if (const auto* value = node.as_boolean())
          to_.pedantic = value->get();
        else
          wrong_shape(node, name, "`true` or `false`");
      } else if (name == "deny") {
        for (const auto& [text, span] : texts(node, name))
          if (text == "warnings" || !kinds(text, span, {"warnings"}).empty()) to_.deny.push_back(text);
      } else if (name == "exclude") {
        to_.exclude = patterns(texts(node, name));
      } else if (name == "dialect") {
        to_.dialect = word(node, name, dialects::known_names()).value_or("");
      } else if (name == "requires") {
        for (const auto& [text, span] : texts(node, name)) to_.programs.push_back(text);
      } else if (name == "sandbox") {
        to_.sandbox = word(node, name, {"auto", "required", "off"}).value_or("");
      } else if (name == "prices") {
        prices(node);
      } else if (name == "severity") {
        severities(node);
      } else if (name == "files") {
        files(node);
      } else {
        unknown(key, "`wfc.toml`", known);
      }
    }
  }

  Span span_of(const toml::source_region& region) const {
    const auto at = [&](const toml::source_position& position) {
      return sources_.offset_of(file_, {position.line, position.column});
    };
    const std::uint32_t begin = at(region.begin);
    return {file_, begin, std::max(begin, at(region.end))};
  }

 private:
  using Texts = std::vector<std::pair<std::string, Span>>;

  void unknown(const toml::key& key, std::string_view noun, const std::vector<std::string>& known) {
    const Span span = span_of(key.source());
    report_.add(diag::unknown_setting, span, noun, diag::Noun::setting, key.str())
        .label("unknown setting")
        .did_you_mean(diag::closest(key.str(), known), span);
  }

  void wrong_shape(const toml::node& node, std::string_view name, std::string_view shape) {
    report_.add(diag::wrong_shape, span_of(node.source()), "`" + std::string(name) + "`", shape);
  }

  std::optional<std::string> word(const toml::node& node, std::string_view name,
                                  const std::vector<std::string>& words) {
    const auto* text = node.as_string();
    if (text == nullptr) {
      wrong_shape(node, name, one_of(words));
      return std::nullopt;
    }
    if (std::find(words.begin(), words.end(), text->get()) != words.end()) return text->get();
    const std::string near = diag::closest(text->get(), words);
    auto draft =
        report_.add(diag::unknown_choice, span_of(node.source()), "`" + std::string(name) + "`", text->get());
    if (near.empty())
      draft.help("it is " + one_of(words));
    else
      draft.help("did you mean `" + near + "`?");
    return std::nullopt;
  }

  void number(const toml::node& node, std::string_view name) {
    const auto* value = node.as_integer();
    if (value == nullptr || value->get() < 0 || value->get() > 1'000'000'000)
      wrong_shape(node, name, "a number from 0 to 1,000,000,000");
    else
      to_.errors_max = static_cast<int>(value->get());
  }

  Texts texts(const toml::node& node, std::string_view name) {
    Texts found;
    const toml::array* list = node.as_array();
    if (list == nullptr) {
      wrong_shape(node, name, "a list of texts");
      return found;
    }
    for (const toml::node& item : *list) {
      if (const auto* text = item.as_string())
        found.emplace_back(text->get(), span_of(item.source()));
      else
        wrong_shape(item, name, "a list of texts");
    }
    return found;
  }

  static IgnorePatterns patterns(const Texts& texts) {
    std::string lines;
    for (const auto& [text, span] : texts) lines += text + "\n";
    return IgnorePatterns(lines);
  }

  // `also`: words that may stand there, too.
  std::vector<const diag::KindInfo*> kinds(std::string_view selector, const Span& span,
                                           const std::vector<std::string>& also = {}) {
    std::vector<const diag::KindInfo*> found = diag::kinds_of(selector);
    if (found.empty()) {
      auto draft = report_.add(diag::unknown_name, span, diag::Noun::diagnostic, selector)
                       .label("neither a code, a name nor a category");
      if (const std::string word = diag::closest(selector, also); !word.empty())
        draft.help("did you mean `" + word + "`?");
      else if (const std::string near = diag::near_selector(selector); !near.empty())
        draft.help(near);
      else
        draft.help("`wfc explain` lists them");
    }
    return found;
  }

  // Who names one diagnostic wants just that; of a category, what cannot be silenced is left as it is.
  bool may_be_silenced(const std::vector<const diag::KindInfo*>& kinds, std::string_view selector,
                       const Span& span, std::string_view what) {
    if (std::any_of(kinds.begin(), kinds.end(),
                    [](const auto* kind) { return diag::may_be_silenced(*kind); }))
      return true;
    report_.add(diag::cannot_be_silenced, span, selector, what).note(diag::why_not_silenced(*kinds.front()));
    return false;
  }

  void severities(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return wrong_shape(node, "severity", "a table: `[severity]`");
    // What names one diagnostic wins over what names its category, wherever it stands.
    for (const bool single : {false, true}) {
      for (const auto& [key, value] : *table) {
        const bool is_single = diag::find_kind(key.str()) != nullptr;
        if (is_single != single) continue;
        const Span span = span_of(key.source());
        const auto found = kinds(key.str(), span);
        const auto how = word(value, key.str(), {"off", "note", "warning", "error"});
        if (!how || found.empty()) continue;
        std::optional<diag::Severity> severity;
        if (*how == "note") severity = diag::Severity::note;
        if (*how == "warning") severity = diag::Severity::warning;
        if (*how == "error") severity = diag::Severity::error;
        if (*how != "error" && !may_be_silenced(found, key.str(), span,
                                                *how == "off" ? "turned off" : "made less than an error"))
          continue;
        for (const diag::KindInfo* kind : found) to_.severity[kind] = severity;
      }
    }
  }

  // What a model costs, in dollars for a million tokens. Here only that it is known counts.
  void prices(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return wrong_shape(node, "prices", "a table: `[prices]`");
    to_.prices_declared = true;
    for (const auto& [model, price] : *table) {
      const auto amount = price.value<double>();
      to_.priced.emplace_back(model.str());
      if (!amount || !(*amount >= 0 && *amount < 1e9))
        wrong_shape(price, model.str(), "dollars for a million tokens, such as `3.00`");
    }
  }

  void files(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return wrong_shape(node, "files", "a table: `[files.\"PATTERN\"]`");
    for (const auto& [pattern, inner] : *table) {
      const toml::table* about = inner.as_table();
      if (about == nullptr) {
        wrong_shape(inner, "files." + std::string(pattern.str()), "a table");
        continue;
      }
      Settings::OfFiles& one = to_.of_files.emplace_back();
      one.files = IgnorePatterns(pattern.str());
      for (const auto& [key, value] : *about) {
        if (key.str() == "allow") {
          for (const auto& [text, span] : texts(value, "allow")) {
            const auto found = kinds(text, span);
            if (!found.empty() && may_be_silenced(found, text, span, "allowed"))
              one.allowed.insert(found.begin(), found.end());
          }
        } else if (key.str() == "dialect") {
          one.dialect = word(value, "dialect", dialects::known_names()).value_or("");
        } else {
          unknown(key, "`files`", {"allow", "dialect"});
        }
      }
    }
  }

  Settings& to_;
  FileId file_;
  source::SourceMap& sources_;
  diag::Report& report_;
};

// The path of a file as patterns of `folder` see it, or nothing when it lies elsewhere.
std::string_view inside(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.substr(std::min<std::size_t>(1, path.size()));
  if (path.size() <= folder.size() || !path.starts_with(folder) || path[folder.size()] != '/') return {};
  return path.substr(folder.size() + 1);
}

// Patterns that name a folder mean all that is below it.
bool fits(const IgnorePatterns& patterns, std::string_view relative, bool is_folder) {
  if (patterns.empty() || relative.empty()) return false;
  for (std::size_t slash = relative.find('/'); slash != std::string_view::npos;
       slash = relative.find('/', slash + 1))
    if (patterns.of(relative.substr(0, slash), true) == IgnorePatterns::Verdict::ignored) return true;
  return patterns.of(relative, is_folder) == IgnorePatterns::Verdict::ignored;
}

bool exists(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0;
}

std::string above(const std::string& folder) {
  const std::size_t slash = folder.rfind('/');
  return slash == 0 ? "/" : folder.substr(0, slash);
}

}  // namespace

std::string whole_path(const std::string& path) {
  std::error_code trouble;
  std::string whole = std::filesystem::absolute(path, trouble).lexically_normal().string();
  while (whole.size() > 1 && whole.ends_with('/')) whole.pop_back();
  return whole;
}

std::string repository_of(const std::string& folder) {
  for (std::string at = folder; !at.empty(); at = above(at)) {
    if (exists(at + "/.git")) return at;
    if (at == "/") break;
  }
  return {};
}

std::string Settings::dialect_of(const std::string& file) const {
  const std::string whole = whole_path(file);
  for (auto one = of_files.rbegin(); one != of_files.rend(); ++one)
    if (!one->dialect.empty() && fits(one->files, inside(whole, folder), false)) return one->dialect;
  return dialect;
}

bool Settings::allowed_in(const std::string& file, const diag::KindInfo& kind) const {
  return std::any_of(of_files.begin(), of_files.end(), [&](const OfFiles& one) {
    return one.allowed.contains(&kind) && fits(one.files, inside(whole_path(file), folder), false);
  });
}

bool Settings::excludes(const std::string& path, bool is_folder) const {
  return fits(exclude, inside(whole_path(path), folder), is_folder);
}

Settings read_settings(const std::string& path, std::string text, source::SourceMap& sources,
                       diag::Report& report) {
  Settings settings;
  settings.path = path;
  settings.folder = above(path);
  settings.text = text;
  const std::string here = whole_path(".");
  const std::string_view shown = inside(path, here);
  const FileId file =
      sources.add(path, std::move(text), path, shown.empty() ? std::string() : std::string(shown));
  const toml::parse_result parsed = toml::parse(sources.file(file).text);
  Reader reader(settings, file, sources, report);
  if (!parsed) {
    report.add(diag::settings_syntax, reader.span_of(parsed.error().source()),
               "this is no TOML: " + std::string(parsed.error().description()));
    return settings;
  }
  reader.read(parsed.table());
  return settings;
}

std::string SettingsBook::find(const std::string& folder) const {
  std::string last = repository_of(folder);
  if (last.empty()) {
    const std::string here = whole_path(".");
    last = folder == here || !inside(folder, here).empty() ? here : folder;
  }
  for (std::string at = folder;; at = above(at)) {
    const std::string path = (at == "/" ? "" : at) + "/" + std::string(file_name);
    if (exists(path)) return path;
    if (at == last || at == "/") return {};
  }
}

const Settings& SettingsBook::read(const std::string& path) {
  std::unique_ptr<Settings>& settings = read_[path];
  if (settings) return *settings;
  auto text = source::load(path, size_max);
  source::SourceMap sources;
  diag::Report said;  // For report_into, which reads it again: most runs have nothing to say.
  settings =
      std::make_unique<Settings>(text ? read_settings(path, std::move(*text), sources, said) : Settings());
  if (said.all().empty()) reported_.insert(path);
  return *settings;
}

const Settings& SettingsBook::of_folder(const std::string& folder) {
  if (none_) return nothing_;
  if (!file_.empty()) return read(whole_path(file_));
  const std::string whole = whole_path(folder);
  const auto [at, is_new] = found_.try_emplace(whole);
  if (is_new) at->second = find(whole);
  return at->second.empty() ? nothing_ : read(at->second);
}

const Settings& SettingsBook::of_file(const std::string& file) {
  return of_folder(above(whole_path(file)));
}

void SettingsBook::report_into(source::SourceMap& sources, diag::Report& report) {
  for (const auto& [path, settings] : read_)
    if (reported_.insert(path).second) (void)read_settings(path, settings->text, sources, report);
}

std::string SettingsBook::trouble() {
  if (none_ || file_.empty()) return {};
  const auto text = source::load(file_, size_max);
  return text ? std::string() : text.error().message;
}

}  // namespace wfc::driver
