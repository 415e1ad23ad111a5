// A child like any other: a shell with the command, or curl, whose address and body are given on its standard
// input, so that no other process sees them among its arguments. Why curl: docs/decisions/notify.md.
#include "runtime/main/delivery.h"

#include <memory>

#include "runtime/base/text.h"

namespace wf {
namespace {

constexpr std::int64_t patience_ms = 10'000;
constexpr std::int64_t grace_ms = 500;
constexpr std::size_t words_max = 300;

// A text as a file of curl's options has it.
std::string quoted(std::string_view text) {
  std::string made = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') made += '\\';
    made += c == '\n' ? std::string("\\n") : c == '\r' ? std::string("\\r") : std::string(1, c);
  }
  return made + "\"";
}

std::string curl_options(const surface::Delivery& delivery) {
  return "url = " + quoted(delivery.target) +
         "\nproto = \"=http,https\"\nsilent\nshow-error\nfail\noutput = \"/dev/null\"\nmax-time = 9\n"
         "header = \"Content-Type: application/json\"\nheader = " +
         quoted("Idempotency-Key: " + delivery.id) + "\ndata-raw = " + quoted(delivery.body) + "\n";
}

std::string trouble(const io::ChildEnd& end, const std::string& words, bool late) {
  if (late) return "it has not ended in 10 s";
  if (!end.not_started.empty()) return end.not_started;
  if (end.signal != 0) return "it was ended by signal " + std::to_string(end.signal);
  const std::size_t line = words.find('\n');
  const std::string first = replace_invalid_utf8(words.substr(0, std::min(line, words_max)));
  return "it ended with exit code " + std::to_string(end.exit_code) + (first.empty() ? "" : ": " + first);
}

}  // namespace

void deliver(surface::Delivery delivery, io::Reactor& reactor, io::Spawner& spawner, Clock& clock,
             std::function<void(const Result<>&)> ended) {
  io::ChildSpec child;
  if (delivery.webhook) {
    // No file of the user's changes what is sent.
    child.argv = {"curl", "--disable", "--config", "-"};
    child.input = curl_options(delivery);
  } else {
    child.argv = {"/bin/sh", "-c", delivery.target};
    child.input = delivery.body + "\n";
  }
  child.token = delivery.id;
  // A step's own processes cannot decide, and this one is told of a step.
  child.env_set = {{"WF_RUN", delivery.run_id}, {"WF_STORE", delivery.store_id}};
  struct Open {
    std::string words;
    std::uint64_t timer = 0;
    bool late = false, over = false;
  };
  const auto open = std::make_shared<Open>();
  io::ChildEvents events;
  events.printed_error = [open](std::string_view bytes) {
    if (open->words.size() < words_max) open->words += bytes.substr(0, words_max);
  };
  events.ended = [open, &reactor, ended = std::move(ended)](const io::ChildEnd& end) {
    open->over = true;
    reactor.cancel(open->timer);
    const bool fine = !open->late && end.not_started.empty() && end.exit_code == 0;
    ended(fine ? Result<>(Done{}) : Result<>(Error{trouble(end, open->words, open->late), ""}));
  };
  const io::Spawner::ChildId id = spawner.spawn(std::move(child), std::move(events));
  open->timer = reactor.at(clock.monotonic_ms() + patience_ms, [open, &spawner, id] {
    if (open->over) return;
    open->late = true;
    spawner.end(id, grace_ms);
  });
}

}  // namespace wf
