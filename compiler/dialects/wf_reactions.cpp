// What answers the outcomes of a `.wf` file: reactions of steps, gates, blocks and budgets, and what is given
// by `defaults`.
#include <algorithm>

#include "compiler/dialects/phrase.h"
#include "compiler/dialects/wf_reader.h"
#include "compiler/expr/step_fields.h"

namespace wfc::dialects {

using model::Outcome;
using model::Reaction;
using model::Response;
using wf::StepKind;

namespace {

constexpr std::string_view outcomes[] = {"fail", "timeout", "reject", "breach", "block"};

struct ResponseWord {
  std::string_view word;
  Response response;
};
constexpr ResponseWord response_words[] = {
    {"retry", Response::retry},       {"back", Response::back},      {"approve", Response::approve},
    {"escalate", Response::escalate}, {"continue", Response::go_on}, {"degrade", Response::degrade},
    {"stop", Response::stop},         {"fail", Response::fail},      {"cancel", Response::cancel}};

std::uint32_t at_most_32_bits(std::int64_t number) {
  return static_cast<std::uint32_t>(std::min<std::int64_t>(number, 4'294'967'295));
}

}  // namespace

// `on fail retry 2 wait 10s backoff 2.0 when ...`
std::optional<Reaction> WfReader::read_reaction(const Item& item) {
  if (item.broken) return std::nullopt;
  no_block(item);
  Words words(item.args, "on", item.head_span, report_);
  Reaction reaction;
  reaction.span = item.span;
  const bool named = item.value && item.value->kind == dsl::ExprKind::name;
  if (named) {
    const auto* known = std::find(std::begin(outcomes), std::end(outcomes), item.value->text);
    if (known == std::end(outcomes)) {
      report_.add(diag::unknown_choice, item.value->span, "an outcome", item.value->text)
          .help("it is `fail`, `timeout`, `reject`, `breach`, `block` or an expression over `result`")
          .did_you_mean(diag::closest(item.value->text, {std::begin(outcomes), std::end(outcomes)}),
                        item.value->span);
      return std::nullopt;
    }
    reaction.on = static_cast<Outcome>(known - std::begin(outcomes));
  } else {
    if (!item.value) return std::nullopt;
    reaction.on = Outcome::holds;
    reaction.condition = *item.value;
  }
  if (item.when) reaction.when = *item.when;
  const dsl::Arg* response = words.peek();
  if (!response) {
    words.missing("what to do");
    return std::nullopt;
  }
  const std::string word = response->kind == dsl::ArgKind::path ? join_path(response->path) : std::string();
  const auto* known = std::find_if(std::begin(response_words), std::end(response_words),
                                   [&](const ResponseWord& of) { return of.word == word; });
  if (known == std::end(response_words)) {
    std::vector<std::string> all;
    for (const ResponseWord& of : response_words) all.emplace_back(of.word);
    report_.add(diag::unknown_choice, response->span, "a response", word.empty() ? "this" : word)
        .did_you_mean(diag::closest(word, all), response->span)
        .note("it can be " +
              std::string("`retry`, `back to`, `approve`, `escalate`, `continue`, `degrade`, `stop`, "
                          "`fail` or `cancel`"));
    return std::nullopt;
  }
  reaction.response = known->response;
  const Span response_span = response->span;
  words.next();
  switch (reaction.response) {
    case Response::back:
      if (!read_back(words, reaction)) return std::nullopt;
      break;
    case Response::retry:
      read_retry(words, reaction);
      break;
    case Response::approve:
      if (const dsl::Text* message = words.text()) reaction.text = template_of(*message);
      break;
    default:
      break;
  }
  if (!words.end()) return std::nullopt;
  if (reaction.response == Response::degrade && reaction.on != Outcome::breach) {
    report_.add(diag::wrong_place, response_span, "degrade")
        .label("it cuts an output to a budget: it answers `on breach`");
    return std::nullopt;
  }
  return reaction;
}

bool WfReader::read_back(Words& words, Reaction& loop) {
  const bool to = words.word("to");
  const auto target = to && !words.done() ? words.name() : std::nullopt;
  if (!target) {
    if (!words.failed()) words.missing(to ? "the step to go back to" : "`to`");
    return false;
  }
  loop.to = *target;
  const Span after = words.here();
  bool waits = false;
  while (!words.done() && !words.failed()) {
    const Span setting = words.here();
    if (!loop.max.span.known() && words.word("max")) {
      loop.max.span = words.done() ? setting : words.here();
      loop.max.value = at_most_32_bits(words.integer("`max`", 0).value_or(1));
    } else if (!waits && words.word("cooldown")) {
      waits = true;
      loop.wait_ms = words.duration("cooldown").value_or(0);
    } else if (loop.name.value.empty() && words.word("as")) {
      if (const auto name = words.done() ? std::nullopt : words.name())
        loop.name = *name;
      else
        words.missing("the loop's name");
    } else {
      break;
    }
  }
  if (!words.end()) return false;
  if (!loop.max.span.known()) {
    const Span end{target->span.file, target->span.end, target->span.end};
    report_.add(diag::unbounded_loop, target->span)
        .label("how often may it go back?")
        .help("say it with `max 3` behind the step's name")
        .fix("at most three times", end, " max 3");
    // For the checks that follow, as if it had been written.
    loop.max = {1, after};
  }
  return true;
}

void WfReader::read_retry(Words& words, Reaction& retry) {
  retry.max.span = words.here();
  if (words.done() || words.peek()->kind == dsl::ArgKind::path) {
    words.missing("how many times at most");
  } else if (const auto times = words.integer("`retry`", 1)) {
    retry.max.value = static_cast<std::uint32_t>(std::min<std::int64_t>(*times, 1'000'000));
  }
  // Each once, in any order.
  bool waits = false, grows = false;
  while (!words.done() && !words.failed()) {
    if (!waits && words.word("wait")) {
      waits = true;
      retry.wait_ms = words.duration("wait").value_or(0);
    } else if (!grows && words.word("backoff")) {
      grows = true;
      retry.backoff = words.number("`backoff`", 1).value_or(1);
    } else {
      break;
    }
  }
}

void WfReader::read_step_reaction(const Item& item, Step& step) {
  std::optional<Reaction> reaction = read_reaction(item);
  if (!reaction) {
    step.broken = true;
    return;
  }
  if (in_defaults_ && reaction->response == Response::back) {
    report_.add(diag::wrong_place, item.head_span, "on")
        .label("`defaults` hold for every step, and none lies before all of them");
    return;
  }
  step.reactions.push_back(std::move(*reaction));
}

// What only some outcomes can be in some places.
std::vector<Reaction> WfReader::read_reactions(const std::vector<Item>& items, std::string_view whose,
                                               Outcome only) {
  std::vector<Reaction> reactions;
  for (const Item& item : items) {
    if (item.kind != ItemKind::reaction) continue;
    std::optional<Reaction> reaction = read_reaction(item);
    if (!reaction) continue;
    if (reaction->on != only) {
      report_.add(diag::wrong_place, item.value->span, model::word_of(reaction->on))
          .label("in " + std::string(whose) + " stands `on " + std::string(model::word_of(only)) + "`");
      continue;
    }
    reactions.push_back(std::move(*reaction));
  }
  return reactions;
}

// What the step says about an outcome replaces what `defaults` say about it.
void WfReader::apply_default_reactions(Step& step) {
  const auto says = [&step, own = step.reactions.size()](Outcome outcome) {
    return std::any_of(step.reactions.begin(), step.reactions.begin() + static_cast<std::ptrdiff_t>(own),
                       [&](const Reaction& of) { return of.on == outcome; });
  };
  const bool approves = step.kind == StepKind::approve;
  for (const Reaction& given : defaults_->reactions) {
    bool fits = true;
    switch (given.on) {
      case Outcome::fail:
        fits = !approves && step.kind != StepKind::check;
        break;
      case Outcome::timeout:
        fits = step.kind != StepKind::check;
        break;
      case Outcome::reject:
        fits = approves;
        break;
      case Outcome::block:
        fits = step.extras && step.extras->risky;
        break;
      case Outcome::breach:
        break;
      case Outcome::holds:
        fits = has_fields(step, *given.condition);
        break;
    }
    if (fits && (given.on == Outcome::holds || !says(given.on))) step.reactions.push_back(about(given, step));
  }
}

// Whether a result of this step may have every field that is asked for.
bool WfReader::has_fields(const Step& step, const expr::Expr& condition) {
  const expr::Type type = expr::step_type(step.kind, expr::TypeKind::answer);
  if (expr::has_open_fields(type)) return true;
  const std::vector<std::string> known = expr::fields_of(type);
  const auto visit = [&](const auto& self, const expr::Expr& at) -> bool {
    const bool field = at.kind == dsl::ExprKind::field && at.children[0].kind == dsl::ExprKind::name &&
                       at.children[0].text == "result";
    if (field && std::find(known.begin(), known.end(), at.text) == known.end()) return false;
    return std::all_of(at.children.begin(), at.children.end(),
                       [&](const expr::Expr& child) { return self(self, child); });
  };
  return visit(visit, condition);
}

// What would happen anyway need not be said; and how a question that nobody answers, or that is answered with
// no, ends is the question's own.
void WfReader::settle_reactions(Step& step) {
  const auto only = [&](Outcome outcome) -> Reaction* {
    Reaction* found = nullptr;
    for (Reaction& reaction : step.reactions) {
      if (reaction.on != outcome) continue;
      if (found || reaction.when) return nullptr;
      found = &reaction;
    }
    return found;
  };
  const auto drop = [&](const Reaction* gone) {
    step.reactions.erase(step.reactions.begin() + (gone - step.reactions.data()));
  };
  const bool approves = step.kind == StepKind::approve && step.gate;
  const auto says = [&](Outcome outcome) {
    return std::ranges::any_of(step.reactions, [&](const Reaction& of) { return of.on == outcome; });
  };
  // What a block around it answers does not end the run by itself.
  if (approves && answered_around_.timeout && !says(Outcome::timeout))
    step.gate->on_timeout = wf::OnTimeout::fail;
  if (approves && answered_around_.reject && !says(Outcome::reject))
    step.gate->on_reject = wf::OnReject::fail;
  if (Reaction* timeout = approves ? only(Outcome::timeout) : nullptr) {
    static constexpr std::pair<Response, wf::OnTimeout> ends[] = {
        {Response::cancel, wf::OnTimeout::cancel},
        {Response::fail, wf::OnTimeout::fail},
        {Response::go_on, wf::OnTimeout::proceed},
        {Response::escalate, wf::OnTimeout::escalate}};
    for (const auto& [response, end] : ends) {
      if (timeout->response != response) continue;
      step.gate->on_timeout = end;
      if (end == wf::OnTimeout::proceed) step.gate->proceed_span = timeout->span;
      drop(timeout);
      break;
    }
  }
  if (Reaction* reject = approves ? only(Outcome::reject) : nullptr) {
    if (reject->response == Response::cancel || reject->response == Response::fail) {
      step.gate->on_reject = reject->response == Response::cancel ? wf::OnReject::cancel : wf::OnReject::fail;
      drop(reject);
    }
  }
  const Response usual = step.kind == StepKind::check ? Response::stop : Response::fail;
  if (const Reaction* fail = only(Outcome::fail); fail && fail->response == usual) drop(fail);
  const bool fails = std::any_of(step.reactions.begin(), step.reactions.end(),
                                 [](const Reaction& of) { return of.on == Outcome::fail; });
  if (const Reaction* timeout = approves || fails ? nullptr : only(Outcome::timeout);
      timeout && timeout->response == Response::fail)
    drop(timeout);
  for (const Outcome outcome : {Outcome::breach, Outcome::block})
    if (const Reaction* of = only(outcome); of && of->response == Response::fail) drop(of);
  for (const Reaction& reaction : step.reactions) {
    if (reaction.on != Outcome::reject || approves) continue;
    const bool asks = std::any_of(step.reactions.begin(), step.reactions.end(),
                                  [](const Reaction& of) { return of.response == Response::approve; });
    if (asks) continue;
    report_.add(diag::wrong_place, reaction.span, "on reject")
        .label("nobody is asked here: only an `approve` step can be rejected");
    step.broken = true;
    return;
  }
}

}  // namespace wfc::dialects
