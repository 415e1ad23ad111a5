// oracle_origins COUNT SEED: makes COUNT random small definitions, plays every way that each can go with
// values that remember who has set them, and compares with what Origins says of its texts.
//
// Written from the rules (language.md 4, 5, 7, 8). A value carries the origins of all that it was computed
// from. A condition chooses and gives nothing to what it chooses: both of its sides are played, anew each
// time it is asked. What a program prints is made of all that it was given, or of nothing: each is played. Of
// each text and each placeholder: an origin arrives on some way exactly if it is said to, and the way that is
// told is one that the definition has, place by place.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <vector>

#include "../unit/compiler_dialects/reading.h"
#include "compiler/insight/origins.h"
#include "disagree.h"

namespace wfc::oracle {
namespace {

using insight::Hop;
using insight::Origin;
using insight::Programs;

using Labels = unsigned;  // A bit for each origin.
constexpr Labels label(Origin origin) {
  return 1u << static_cast<unsigned>(origin);
}
constexpr Origin all_origins[] = {Origin::input, Origin::event, Origin::agent};
constexpr const char* names_of_origins[] = {"an input", "an event", "an agent"};

std::string numbered(const char* what, int number) {
  return what + std::to_string(number);
}

// ------------------------------------------------------------------------------------------------ the world
struct Ex {
  enum class Kind : std::uint8_t {
    text,
    input,
    let,
    event,
    output,  // Of a step; nothing, if it was skipped.
    printed,
    status,
    list,  // What a group has given.
    feedback,
    result,
    local,
    either,  // The event's, or another where it has none.
    joined,
    trimmed
  };
  Kind kind = Kind::text;
  int number = 0;  // Of the input, let, step, group; of the field.
  std::string name;
  std::vector<Ex> parts;
};

struct Piece {
  enum class Kind : std::uint8_t { text, value, if_, for_, set };
  Kind kind = Kind::text;
  Ex expr;
  std::string name;  // for, set
  std::vector<Piece> body, otherwise;
};
using Pieces = std::vector<Piece>;

struct Step {
  bool agent = false, has_when = false;
  Pieces text;
  std::optional<Ex> env, output;
  int back_to = -1, rounds = 0;
};

struct Item {
  enum class Kind : std::uint8_t { step, group, branch } kind = Kind::step;
  std::vector<int> steps;  // branch: the first on its yes side, a second on the other.
};

struct World {
  std::vector<Ex> lets;
  std::vector<Step> steps;
  std::vector<Item> items;
  bool sets_again = false;  // A text gives one of its own names several values.
  std::string spelled() const;
};

int conditions_spelled = 0;  // Each asks something else.

std::string spelled(const Ex& ex) {
  switch (ex.kind) {
    case Ex::Kind::text:
      return "\"t\"";
    case Ex::Kind::input:
      return numbered("in", ex.number);
    case Ex::Kind::let:
      return numbered("l", ex.number);
    case Ex::Kind::event:
      return numbered("event.f", ex.number);
    case Ex::Kind::output:
      return numbered("s", ex.number) + ".output | default(value = \"\")";
    case Ex::Kind::printed:
      return numbered("s", ex.number) + ".stdout | default(value = \"\")";
    case Ex::Kind::status:
      return numbered("s", ex.number) + ".status";
    case Ex::Kind::list:
      return numbered("g", ex.number) + " | json_encode";
    case Ex::Kind::feedback:
      return "feedback | default(value = \"\")";
    case Ex::Kind::result:
      return "result.output";
    case Ex::Kind::local:
      return ex.name + " | default(value = \"\")";
    case Ex::Kind::either:
      return numbered("event.f", ex.number) + " | default(value = " + spelled(ex.parts[0]) + ")";
    case Ex::Kind::joined:
      return "(" + spelled(ex.parts[0]) + ") ~ (" + spelled(ex.parts[1]) + ")";
    case Ex::Kind::trimmed:
      return "(" + spelled(ex.parts[0]) + ") | trim";
  }
  return {};
}

std::string spelled(const Pieces& pieces) {
  std::string text;
  for (const Piece& piece : pieces) {
    switch (piece.kind) {
      case Piece::Kind::text:
        text += "x ";
        break;
      case Piece::Kind::value:
        text += "{{ " + spelled(piece.expr) + " }} ";
        break;
      case Piece::Kind::if_:
        text += "{% if " + spelled(piece.expr) + " == " + numbered("\"c", ++conditions_spelled) + "\" %}" +
                spelled(piece.body);
        if (!piece.otherwise.empty()) text += "{% else %}" + spelled(piece.otherwise);
        text += "{% endif %}";
        break;
      case Piece::Kind::for_:
        text += "{% for " + piece.name + " in (" + spelled(piece.expr) + ") | split(pat = \",\") %}" +
                spelled(piece.body);
        if (!piece.otherwise.empty()) text += "{% else %}" + spelled(piece.otherwise);
        text += "{% endfor %}";
        break;
      case Piece::Kind::set:
        text += "{% set " + piece.name + " = " + spelled(piece.expr) + " %}";
        break;
    }
  }
  return text;
}

std::string World::spelled() const {
  conditions_spelled = 0;
  std::string text = "workflow w\n\non event a.b\n\ninput in0: string\ninput in1: string\n";
  for (std::size_t i = 0; i < lets.size(); ++i)
    text += numbered("let l", static_cast<int>(i)) + " = " + oracle::spelled(lets[i]) + "\n";
  const auto condition = [] { return numbered("event.c", ++conditions_spelled); };
  int groups = 0;
  const auto add = [&](int number) {
    const Step& step = steps[number];
    text += numbered("step s", number) + ": " + (step.agent ? "agent" : "run");
    if (step.has_when) text += " when " + condition();
    text += std::string(" {\n  ") + (step.agent ? "prompt" : "command") + " \"\"\"\n  echo " +
            oracle::spelled(step.text) + "\n  \"\"\"\n";
    if (step.env) text += "  env E = " + oracle::spelled(*step.env) + "\n";
    if (step.output) text += numbered("  output o", number) + " = " + oracle::spelled(*step.output) + "\n";
    if (step.back_to >= 0)
      text += numbered("  on fail back to s", step.back_to) + numbered(" max ", step.rounds) + "\n";
    text += "}\n";
  };
  for (const Item& item : items) {
    if (item.kind == Item::Kind::step) {
      add(item.steps[0]);
      continue;
    }
    text += item.kind == Item::Kind::group ? numbered("parallel g", groups++) + " {\n"
                                           : "if " + condition() + " {\n";
    add(item.steps[0]);
    if (item.kind == Item::Kind::branch && item.steps.size() > 1) text += "} else {\n";
    if (item.steps.size() > 1) add(item.steps[1]);
    text += "}\n";
  }
  return text;
}

// ------------------------------------------------------------------------------------------------ making one
class Maker {
 public:
  explicit Maker(std::mt19937_64& dice) : dice_(dice) {}

  World make() {
    world_.sets_again = chance(20);
    for (int i = below(3); i > 0; --i) {
      Ex value = chance(20) ? Ex{} : plain();
      if (chance(40)) value = {Ex::Kind::joined, 0, {}, {std::move(value), plain()}};
      world_.lets.push_back(std::move(value));
    }
    const int count = 2 + below(4);
    while (static_cast<int>(world_.steps.size()) < count) {
      const int left = count - static_cast<int>(world_.steps.size());
      Item item;
      if (left >= 2 && chance(20)) item.kind = Item::Kind::group;
      if (left >= 2 && item.kind == Item::Kind::step && chance(15)) item.kind = Item::Kind::branch;
      const bool two = item.kind == Item::Kind::group || (item.kind == Item::Kind::branch && chance(60));
      std::vector<Step> made;
      for (int i = two ? 2 : 1; i > 0; --i) made.push_back(step());
      for (Step& one : made) {
        item.steps.push_back(static_cast<int>(world_.steps.size()));
        world_.steps.push_back(std::move(one));
      }
      world_.items.push_back(item);
      for (const int done : item.steps) readable_.push_back(done);
      groups_ += item.kind == Item::Kind::group;
      if (item.kind == Item::Kind::step) add_loop(item.steps[0]);
    }
    return std::move(world_);
  }

 private:
  int below(int limit) { return static_cast<int>(dice_() % static_cast<unsigned>(limit)); }
  bool chance(int percent) { return below(100) < percent; }

  // What is there before anything has run.
  Ex plain() {
    const int which = below(3);
    if (which == 0) return {Ex::Kind::event, below(2), {}, {}};
    if (which == 1 && !world_.lets.empty())
      return {Ex::Kind::let, below(static_cast<int>(world_.lets.size())), {}, {}};
    return {Ex::Kind::input, below(2), {}, {}};
  }

  Ex name() {
    if (!locals_.empty() && chance(50))
      return {Ex::Kind::local, 0, locals_[below(static_cast<int>(locals_.size()))], {}};
    if (chance(12)) return {Ex::Kind::feedback, 0, {}, {}};
    if (groups_ > 0 && chance(20)) return {Ex::Kind::list, below(groups_), {}, {}};
    if (!readable_.empty() && chance(65)) {
      const int step = readable_[below(static_cast<int>(readable_.size()))];
      if (chance(12)) return {Ex::Kind::status, step, {}, {}};
      // What is picked from a result, and the result, are not told apart.
      const bool whole = !world_.steps[step].agent && !world_.steps[step].output;
      return {whole && chance(40) ? Ex::Kind::printed : Ex::Kind::output, step, {}, {}};
    }
    return plain();
  }

  Ex expr() {
    if (chance(12)) return {Ex::Kind::either, below(2), {}, {name()}};
    if (chance(15)) return {Ex::Kind::joined, 0, {}, {name(), name()}};
    if (chance(12)) return {Ex::Kind::trimmed, 0, {}, {name()}};
    return name();
  }

  Pieces pieces(int depth) {
    Pieces made;
    for (int i = 1 + below(depth > 1 ? 3 : 2); i > 0; --i) {
      Piece piece;
      const int which = below(100);
      if (which < 30 && depth > 0) {
        piece.kind = which < 15 ? Piece::Kind::if_ : Piece::Kind::for_;
        piece.expr = name();
        const std::size_t known = locals_.size();
        const bool loops = piece.kind == Piece::Kind::for_;
        if (loops) locals_.push_back(piece.name = numbered("x", ++named_));
        piece.body = pieces(depth - 1);
        // What a loop's body declares ends with it; what an `if` may set can be asked for after it.
        std::vector<std::string> set(locals_.begin() + static_cast<std::ptrdiff_t>(known), locals_.end());
        locals_.resize(known);
        if (chance(40)) piece.otherwise = pieces(depth - 1);
        if (!loops) locals_.insert(locals_.end(), set.begin(), set.end());
      } else if (which < 45) {
        piece.kind = Piece::Kind::set;
        piece.expr = expr();
        const bool again = world_.sets_again && !locals_.empty() && chance(50);
        piece.name = again ? locals_.back() : numbered("y", ++named_);
        if (!again) locals_.push_back(piece.name);
      } else if (which < 85) {
        piece.kind = Piece::Kind::value;
        piece.expr = expr();
      }
      made.push_back(std::move(piece));
    }
    return made;
  }

  Step step() {
    Step made;
    made.agent = chance(40);
    made.has_when = chance(20);
    locals_.clear();
    made.text = pieces(2);
    locals_.clear();
    if (chance(20)) made.env = expr();
    if (chance(25)) {
      made.output = Ex{Ex::Kind::result, 0, {}, {}};
      if (chance(50)) made.output = Ex{Ex::Kind::joined, 0, {}, {*made.output, name()}};
    }
    return made;
  }

  // To a step that stands alone: what lies between is all that runs again.
  void add_loop(int from) {
    if (!chance(40)) return;
    std::vector<int> targets;
    for (const Item& item : world_.items)
      if (item.kind == Item::Kind::step) targets.push_back(item.steps[0]);
    world_.steps[from].back_to = targets[below(static_cast<int>(targets.size()))];
    world_.steps[from].rounds = 1 + below(2);
  }

  std::mt19937_64& dice_;
  World world_;
  std::vector<int> readable_;
  std::vector<std::string> locals_;
  int groups_ = 0, named_ = 0;
};

// ------------------------------------------------------------------------------------------------- playing
// it One way after the other: each choice in turn, the last one changed first.
class Choices {
 public:
  int of(int limit) {
    if (at_ == taken_.size()) taken_.push_back({0, limit});
    return taken_[at_++].first;
  }
  bool next() {
    at_ = 0;
    while (!taken_.empty() && taken_.back().first + 1 == taken_.back().second) taken_.pop_back();
    if (taken_.empty()) return false;
    ++taken_.back().first;
    return true;
  }

 private:
  std::vector<std::pair<int, int>> taken_;
  std::size_t at_ = 0;
};

// What has arrived, of all ways together: in the text of each step, and in each of its outermost
// placeholders.
struct Arrived {
  std::vector<Labels> texts;
  std::vector<std::vector<Labels>> parts;
};

bool uses_feedback(const Ex& ex) {
  return ex.kind == Ex::Kind::feedback || std::any_of(ex.parts.begin(), ex.parts.end(), uses_feedback);
}
bool uses_feedback(const Pieces& pieces) {
  return std::any_of(pieces.begin(), pieces.end(), [](const Piece& piece) {
    return uses_feedback(piece.expr) || uses_feedback(piece.body) || uses_feedback(piece.otherwise);
  });
}

class Player {
 public:
  Player(const World& world, Programs programs, Arrived& arrived)
      : world_(world), programs_(programs), arrived_(arrived) {}

  // False: there are more than `limit` ways.
  bool play_all(int limit) {
    do {
      if (--limit < 0) return false;
      play();
    } while (choices_.next());
    return true;
  }

 private:
  void play() {
    outputs_.assign(world_.steps.size(), 0);
    fed_by_.assign(world_.steps.size(), -1);
    rounds_.assign(world_.steps.size(), 0);
    for (std::size_t at = 0; at < world_.items.size(); ++at) {
      const Item& item = world_.items[at];
      if (item.kind == Item::Kind::branch) {
        const bool yes = choices_.of(2) == 0;
        for (std::size_t i = 0; i < item.steps.size(); ++i) {
          if ((i == 0) == yes)
            run(item.steps[i]);
          else
            outputs_[item.steps[i]] = 0;
        }
        continue;
      }
      bool ran = false;
      for (const int step : item.steps) ran = run(step);
      const Step& last = world_.steps[item.steps[0]];
      if (!ran || last.back_to < 0 || rounds_[item.steps[0]] == last.rounds || choices_.of(2) == 0) continue;
      ++rounds_[item.steps[0]];
      fed_by_[last.back_to] = item.steps[0];
      while (world_.items[at].steps[0] != last.back_to) --at;
      --at;  // And the loop's own step forward. Wraps around at the first one, and back.
    }
  }

  bool run(int number) {
    const Step& step = world_.steps[number];
    step_ = number;
    if (step.has_when && choices_.of(2) == 0) {
      outputs_[number] = 0;
      return false;
    }
    scopes_.assign(1, {});
    Labels text = 0;
    std::size_t part = 0;
    for (const Piece& piece : step.text) {
      const Labels labels = of(piece);
      text |= labels;
      if (piece.kind == Piece::Kind::set || piece.kind == Piece::Kind::text) continue;
      arrived_.parts[number][part++] |= labels;
    }
    scopes_.clear();
    arrived_.texts[number] |= text;
    const bool goes_back = std::any_of(world_.steps.begin(), world_.steps.end(),
                                       [&](const Step& other) { return other.back_to == number; });
    Labels given = text | (step.env ? of(*step.env) : 0);
    if (step.agent && goes_back && !uses_feedback(step.text)) given |= fed();
    if (step.agent) given |= label(Origin::agent);
    result_ = step.agent || programs_ == Programs::pass_on ? given : 0;
    outputs_[number] = step.output ? of(*step.output) : result_;
    return true;
  }

  Labels fed() const { return fed_by_[step_] < 0 ? 0 : outputs_[fed_by_[step_]]; }

  Labels of(const Ex& ex) {
    switch (ex.kind) {
      case Ex::Kind::text:
      case Ex::Kind::status:
        return 0;
      case Ex::Kind::input:
        return label(Origin::input);
      case Ex::Kind::event:
        return label(Origin::event);
      case Ex::Kind::let:
        return of(world_.lets[ex.number]);
      case Ex::Kind::output:
      case Ex::Kind::printed:
        return outputs_[ex.number];
      case Ex::Kind::list: {
        Labels all = 0;
        int group = ex.number;
        for (const Item& item : world_.items)
          if (item.kind == Item::Kind::group && group-- == 0)
            for (const int member : item.steps) all |= outputs_[member];
        return all;
      }
      case Ex::Kind::feedback:
        return fed();
      case Ex::Kind::result:
        return result_;
      case Ex::Kind::local:
        for (std::size_t at = scopes_.size(); at-- > 0;)
          for (const auto& [name, labels] : scopes_[at])
            if (name == ex.name) return labels;
        return 0;  // Not set on this way.
      case Ex::Kind::either:
        return choices_.of(2) == 0 ? label(Origin::event) : of(ex.parts[0]);
      case Ex::Kind::joined: {
        const Labels left = of(ex.parts[0]);
        return left | of(ex.parts[1]);
      }
      case Ex::Kind::trimmed:
        return of(ex.parts[0]);
    }
    return 0;
  }

  Labels of(const Pieces& pieces) {
    Labels all = 0;
    for (const Piece& piece : pieces) all |= of(piece);
    return all;
  }

  Labels of(const Piece& piece) {
    switch (piece.kind) {
      case Piece::Kind::text:
        return 0;
      case Piece::Kind::value:
        return of(piece.expr);
      case Piece::Kind::if_:
        return of(choices_.of(2) == 0 ? piece.body : piece.otherwise);
      case Piece::Kind::for_: {
        const Labels walked = of(piece.expr);
        const int items = choices_.of(2);
        if (items == 0) return of(piece.otherwise);
        scopes_.push_back({{piece.name, walked}});
        const Labels all = of(piece.body);
        scopes_.pop_back();
        return all;
      }
      case Piece::Kind::set: {
        const Labels labels = of(piece.expr);
        for (auto& [name, held] : scopes_.back()) {
          if (name != piece.name) continue;
          held = labels;
          return 0;
        }
        scopes_.back().emplace_back(piece.name, labels);
        return 0;
      }
    }
    return 0;
  }

  const World& world_;
  const Programs programs_;
  Arrived& arrived_;
  Choices choices_;
  std::vector<Labels> outputs_;
  std::vector<int> fed_by_, rounds_;
  std::vector<std::vector<std::pair<std::string, Labels>>> scopes_;
  Labels result_ = 0;
  int step_ = 0;
};

// ---------------------------------------------------------------------------------------------- ways as told
// What a value is made with, read off the definition: "in0", "event", "l0", "g0", "s0", "feedback of s0".
using Sources = std::set<std::string>;

class Ways {
 public:
  Ways(const World& world, Programs programs) : world_(world), programs_(programs) {}

  Sources of_text(int step) const {
    Sources all;
    add(world_.steps[step].text, step, all);
    return all;
  }

  Sources of(const std::string& value) const {
    Sources all;
    const int number = value.back() - '0';
    if (value.starts_with("feedback of ")) {
      for (std::size_t from = 0; from < world_.steps.size(); ++from)
        if (world_.steps[from].back_to == number) all.insert(numbered("s", static_cast<int>(from)));
    } else if (value[0] == 'l') {
      add(world_.lets[number], 0, all);
    } else if (value[0] == 'g') {
      int group = number;
      for (const Item& item : world_.items)
        if (item.kind == Item::Kind::group && group-- == 0)
          for (const int member : item.steps) all.insert(numbered("s", member));
    } else if (value[0] == 's') {
      const Step& step = world_.steps[number];
      if (step.output) add(*step.output, number, all);
      if (step.agent || programs_ == Programs::pass_on) {
        add(step.text, number, all);
        if (step.env) add(*step.env, number, all);
      }
      if (step.agent && !uses_feedback(step.text)) all.insert(numbered("feedback of s", number));
    }
    return all;
  }

 private:
  void add(const Ex& ex, int step, Sources& all) const {
    for (const Ex& part : ex.parts) add(part, step, all);
    switch (ex.kind) {
      case Ex::Kind::input:
        all.insert(numbered("in", ex.number));
        break;
      case Ex::Kind::let:
        all.insert(numbered("l", ex.number));
        break;
      case Ex::Kind::event:
      case Ex::Kind::either:
        all.insert("event");
        break;
      case Ex::Kind::output:
      case Ex::Kind::printed:
        all.insert(numbered("s", ex.number));
        break;
      case Ex::Kind::list:
        all.insert(numbered("g", ex.number));
        break;
      case Ex::Kind::feedback:
        all.insert(numbered("feedback of s", step));
        break;
      default:
        break;
    }
  }
  void add(const Pieces& pieces, int step, Sources& all) const {
    for (const Piece& piece : pieces) {
      // Names of a text's own bring what they were given.
      if (piece.kind != Piece::Kind::if_) add(piece.expr, step, all);
      add(piece.body, step, all);
      add(piece.otherwise, step, all);
    }
  }

  const World& world_;
  const Programs programs_;
};

std::string told(const std::vector<Hop>& way) {
  std::string all;
  for (const Hop& hop : way) all += (all.empty() ? "" : ", then ") + hop.what;
  return all.empty() ? "nothing" : all;
}

// The value that a hop has brought it to. Empty: no such hop.
std::string value_of(const Hop& hop, bool first, Origin origin) {
  const std::size_t begin = hop.what.find('`') + 1;
  const std::string name = hop.what.substr(begin, hop.what.find('`', begin) - begin);
  const std::string form = hop.what.substr(0, begin - 1) + "..." + hop.what.substr(begin + name.size() + 1);
  if (first) {
    const char* const forms[] = {"whoever starts the run sets ...", "whoever sends the event sets ...",
                                 "the agent of step ... sets its output"};
    return form == forms[static_cast<std::size_t>(origin)] ? name : "";
  }
  if (form == "... is made of it" && name[0] == 'l') return name;
  if (form == "... holds it" && name[0] == 'g') return name;
  if (form == "step ... is given it") return name;
  if (form == "the loop hands it back to step ...") return "feedback of " + name;
  return "";
}

class Comparison {
 public:
  explicit Comparison(const World& world)
      : world_(world), text_(world.spelled()), definition_(read("w.wf", text_)) {
    if (definition_->report.has_errors())
      disagree(text_, {"the text is a definition", "yes", findings(*definition_)[0]});
  }

  // False: too much can happen in it to look at all of it.
  bool compare(Programs programs) {
    Arrived arrived;
    arrived.texts.assign(world_.steps.size(), 0);
    for (const Step& step : world_.steps) arrived.parts.emplace_back(step.text.size(), 0);
    if (!Player(world_, programs, arrived).play_all(3000)) return false;
    const insight::Origins origins(definition_->workflow(), programs);
    const char* const programs_do = programs == Programs::keep ? " (programs keep)" : " (programs pass on)";
    for (std::size_t i = 0; i < world_.steps.size(); ++i) {
      const auto step = definition_->workflow().find_step(numbered("s", static_cast<int>(i))).value();
      const expr::Template& text = definition_->step(step).prompt[0].text;
      const insight::OwnNames own = origins.own_names(text, step);
      for (const Origin origin : all_origins) {
        const auto number = static_cast<std::size_t>(origin);
        const std::string what = std::string("does ") + names_of_origins[number] + " reach the text of " +
                                 numbered("s", static_cast<int>(i)) + programs_do;
        answer(what, arrived.texts[i] & label(origin), origins.reaches(origin, text, step));
        look_at(programs, origin, static_cast<int>(i), origins.way(origin, text, step),
                origins.reaches(origin, text, step));
        std::size_t part = 0;
        for (const expr::TemplateNode& node : text.nodes) {
          if (node.kind == expr::NodeKind::text || node.kind == expr::NodeKind::set ||
              node.kind == expr::NodeKind::begin)
            continue;
          answer(what + numbered(", part ", static_cast<int>(part)), arrived.parts[i][part] & label(origin),
                 origins.reaches(origin, {node}, step, own));
          ++part;
        }
      }
    }
    return true;
  }

 private:
  void answer(const std::string& what, bool expected, bool got) const {
    // Whoever gives a name a second value may have said it before or after it was asked for.
    if (expected == got || (got && world_.sets_again)) return;
    disagree(text_, {what, expected ? "yes" : "no", got ? "yes" : "no"});
  }

  // Each hop is made with the one before it, and stands where that is used.
  void look_at(Programs programs, Origin origin, int step, const std::vector<Hop>& way, bool reached) const {
    const Ways ways(world_, programs);
    bool right = way.empty() == !reached;
    std::string before;
    for (std::size_t i = 0; right && i < way.size(); ++i) {
      const std::string value = value_of(way[i], i == 0, origin);
      const std::string_view written = definition_->sources.text(way[i].span);
      right = !value.empty() && (i == 0 ? sets(origin, value) : ways.of(value).contains(before));
      const std::string at = value.substr(value.rfind(' ') + 1);
      const std::string from = before.substr(before.rfind(' ') + 1);
      if (i == 0)
        right = right && written == (origin == Origin::event ? "a.b" : at);
      else
        right = right && (written == at || written == from || (from[0] == 's' && written == "feedback") ||
                          (before[0] == 'f' && written == "feedback"));
      before = value;
    }
    if (right && !way.empty()) right = ways.of_text(step).contains(before);
    if (!right)
      disagree(text_, {std::string("how does ") + names_of_origins[static_cast<std::size_t>(origin)] +
                           " reach the text of " + numbered("s", step),
                       "a way that the definition has", told(way)});
  }

  bool sets(Origin origin, const std::string& value) const {
    switch (origin) {
      case Origin::input:
        return value.starts_with("in");
      case Origin::event:
        return value == "event";
      case Origin::agent:
        return value[0] == 's' && world_.steps[value.back() - '0'].agent;
    }
    return false;
  }

  const World& world_;
  const std::string text_;
  std::unique_ptr<Definition> definition_;
};

}  // namespace
}  // namespace wfc::oracle

int main(int argc, char** argv) {
  using namespace wfc::oracle;
  const int count = argc > 1 ? std::atoi(argv[1]) : 10'000;
  std::mt19937_64 dice(static_cast<std::uint64_t>(argc > 2 ? std::atoll(argv[2]) : 1));
  for (int i = 0; i < count;) {
    const World world = Maker(dice).make();
    Comparison comparison(world);
    if (comparison.compare(Programs::pass_on) && comparison.compare(Programs::keep)) ++i;
  }
  std::printf("%d worlds: no disagreement about where values come from\n", count);
}
