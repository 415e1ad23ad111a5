// A note for each definition, under a key of its text and of all that decides how it is read.
//
// The note says which other files were read and what the digest of all of them was. The executable is found
// by the same key as ever, which holds the toolchain; a note only spares the way to it.
#include "compiler/driver/remembered.h"

#include "compiler/driver/lock.h"
#include "compiler/toolchain/cache.h"
#include "runtime/base/digest.h"
#include "runtime/base/json.h"

namespace wfc::driver {
namespace {

// Of the definition alone: `checked` holds no other file yet.
std::string key_of(const std::string& path, const InputOptions& options, const FrontOptions& settings,
                   const Session& session, const Checked& checked) {
  // What decides whether there is anything to say.
  std::string wishes = settings.settings ? settings.settings->of_file(path).text : std::string();
  for (const std::string& denied : options.deny) wishes += "\ndeny " + denied;
  if (const auto lock = Lock::read(folder_of(path))) wishes += "\nlock " + lock->text();
  if (options.pedantic) wishes += *options.pedantic ? "\npedantic" : "\nnot pedantic";
  wf::Digest key;
  for (const source::LimitInfo& limit : source::limit_infos)
    key.part(std::to_string(options.limits.*limit.field));
  return key.part(own_identity())
      .part(path.substr(path.rfind('/') + 1))
      .part(options.dialect)
      .part(options.allow_outside ? "outside" : "")
      .part(options.allow_unknown_keys ? "unknown keys" : "")
      .part(wishes)
      .part(source_digest(session, checked))
      .hex();
}

Checked alone(FileId file, const std::vector<dialects::Define>& defines) {
  Checked checked;
  checked.file = file;
  checked.files_end = file + 1;
  checked.defines = defines;
  return checked;
}

}  // namespace

std::optional<Remembered> recall(const std::string& path, const InputOptions& options) {
  const auto settings = front_options(options);
  const std::uint64_t size_max = definition_bytes_max(options.limits);
  auto text = source::load(path, size_max);
  if (!settings || !text) return std::nullopt;
  Remembered found;
  source::SourceMap& sources = found.session.sources;
  found.checked = alone(sources.add(path, std::move(*text), path), settings->defines);
  const toolchain::Cache cache(toolchain::cache_folder());
  const auto note = cache.find_note(key_of(path, options, *settings, found.session, found.checked));
  const auto json = note ? wf::parse_json(*note) : wf::Result<wf::Json>(wf::Error{});
  if (!json) return std::nullopt;
  try {
    const wf::Json& files = json->at("files");
    for (const wf::Json& name : files) {
      auto named =
          source::load_inside(folder_of(path), name.get<std::string>(), size_max, options.allow_outside);
      if (!named) return std::nullopt;
      sources.add(name.get<std::string>(), std::move(*named));
    }
    if (!files.empty()) {
      found.checked.files_end = sources.count();
      found.checked.digest.clear();
    }
    if (source_digest(found.session, found.checked) != json->at("digest").get<std::string>())
      return std::nullopt;
    found.checked.summary.file = path;
    found.checked.summary.dialect = json->at("dialect").get<std::string>();
    found.checked.summary.workflow = json->at("workflow").get<std::string>();
    found.checked.summary.steps = json->at("steps").get<int>();
    found.arguments = json->at("arguments").get<std::string>();
  } catch (const wf::Json::exception&) {
    return std::nullopt;  // Somebody else's note.
  }
  return found;
}

void remember(const std::string& path, const InputOptions& options, const Session& session,
              const Checked& checked, const std::string& arguments) {
  const toolchain::Cache cache(toolchain::cache_folder());
  if (!cache.usable() || !session.report.all().empty()) return;
  wf::Json files = wf::Json::array();
  for (FileId file = checked.file + 1; file < checked.files_end; ++file)
    files.push_back(session.sources.file(file).name);
  const wf::Json note = {{"files", std::move(files)},          {"digest", source_digest(session, checked)},
                         {"dialect", checked.summary.dialect}, {"workflow", checked.summary.workflow},
                         {"steps", checked.summary.steps},     {"arguments", arguments}};
  const auto settings = front_options(options);
  if (!settings) return;
  const std::string key = key_of(path, options, *settings, session, alone(checked.file, checked.defines));
  // Where it cannot be kept, the next build reads the definition again.
  (void)cache.store_note(key, wf::write_json(note));
}

}  // namespace wfc::driver
