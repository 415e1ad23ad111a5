// What is sent, and the note of it.
#include "runtime/surface/notifier.h"

#include "runtime/base/digest.h"
#include "runtime/base/files.h"
#include "runtime/base/json.h"
#include "runtime/base/text.h"

namespace wf::surface {
namespace {

// Of each thing that is included; more is an attachment, not a message.
constexpr std::size_t text_max = 64 * 1024;
constexpr std::uint64_t note_max = 16u << 20;

std::string text_of(const Text& text) {
  return {text.data, text.size};
}

std::string cut(const std::string& text) {
  if (text.size() <= text_max) return replace_invalid_utf8(text);
  return replace_invalid_utf8(text.substr(0, text_max)) + "\n[cut: it has " + std::to_string(text.size()) +
         " bytes]";
}

std::string body_of(const Program& program, const engine::Escalated& escalated, const std::string& run_id,
                    const std::string& id) {
  constexpr std::string_view leads_to[] = {"people", "close", "workflow"};
  Json context = Json::object();
  for (const auto& [name, text] : escalated.context) context[name] = cut(text);
  Json body = {{"event", "escalation.raised"},
               {"id", id},
               {"run", run_id},
               {"workflow", text_of(program.workflow)},
               {"step", text_of(program.steps[escalated.key.step].id)},
               {"iteration", escalated.key.iteration},
               {"channel", text_of(escalated.row->channel)},
               {"mention", text_of(escalated.row->mention)},
               {"to", leads_to[static_cast<int>(escalated.row->to)]},
               {"message", cut(escalated.message)},
               {"context", std::move(context)}};
  if (escalated.row->to == EscalateTo::workflow) body["fallback"] = text_of(escalated.row->workflow);
  return write_json(body);
}

}  // namespace

bool is_webhook(std::string_view target) {
  return target.starts_with("https://") || target.starts_with("http://");
}

void PatientLoop::stop() {
  stops_ = true;
  if (on_their_way_ == 0 || hurried_) loop_.stop();
}

void PatientLoop::arrived() {
  --on_their_way_;
  if (stops_ && on_their_way_ == 0) loop_.stop();
}

Notifier::Notifier(const Program& program, const Settings& settings, Workplace& workplace, std::string run_id,
                   std::string store_id, std::string note_path)
    : program_(program),
      settings_(settings),
      workplace_(workplace),
      loop_(workplace.loop()),
      run_id_(std::move(run_id)),
      store_id_(std::move(store_id)),
      note_path_(std::move(note_path)) {}

void Notifier::tell(const engine::Escalated& escalated) {
  const std::string channel = text_of(escalated.row->channel);
  const auto target = settings_.notify.find(channel);
  if (channel.empty() || target == settings_.notify.end()) return;
  if (told_.empty()) {
    if (Result<std::string> noted = read_file(note_path_, note_max)) noted_ = std::move(*noted);
    for (std::size_t at = 0, end = 0; (end = noted_.find('\n', at)) != std::string::npos; at = end + 1)
      told_.insert(noted_.substr(at, end - at));
  }
  Digest digest;
  digest.part(store_id_).part(run_id_).part(text_of(program_.steps[escalated.key.step].id));
  digest.part(std::to_string(escalated.key.iteration)).part(std::to_string(escalated.reaction));
  const std::string id = "wfn1-" + digest.hex().substr(0, 32);
  if (!told_.insert(id).second) return;
  Delivery delivery{.webhook = is_webhook(target->second),
                    .target = target->second,
                    .body = body_of(program_, escalated, run_id_, id),
                    .id = id,
                    .run_id = run_id_,
                    .store_id = store_id_};
  loop_.sent();
  workplace_.deliver(std::move(delivery),
                     [this, id, channel](const Result<>& result) { ended(id, channel, result); });
}

void Notifier::ended(const std::string& id, const std::string& channel, const Result<>& result) {
  if (result) {
    static_cast<void>(make_folders(note_path_.substr(0, note_path_.rfind('/')), 0700));
    noted_ += id + "\n";
    static_cast<void>(write_file(note_path_, noted_, 0600));
  } else {
    told_.erase(id);
    warnings_.push_back("the channel `" + printable(channel, false) +
                        "` could not be told of the escalation: " + printable(result.error().message, false));
  }
  loop_.arrived();
}

}  // namespace wf::surface
