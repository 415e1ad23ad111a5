// Read into a tree, compiled to a small program, run by following all ways through it at once (Thompson,
// Pike): each character of the text is looked at once for each instruction at most.
#include "runtime/value/pattern.h"

#include <algorithm>

#include "runtime/base/text.h"
#include "runtime/value/letters.h"

namespace wf {

namespace {

constexpr std::size_t instructions_max = 2000;
constexpr int repeats_max = 1000;
constexpr int depth_max = 100;
// Instructions times bytes: some seconds of work.
constexpr std::uint64_t work_max = std::uint64_t{1} << 30;

constexpr char32_t no_character = 0xffffffff;

using Set = Pattern::Set;
using Assertion = Pattern::Assertion;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

void add(Set& set, char32_t first, char32_t last) {
  for (char32_t c = first; c <= last && c < 0x80; ++c) set.ascii[c >> 6] |= std::uint64_t{1} << (c & 63);
  if (last >= 0x80) set.ranges.emplace_back(std::max<char32_t>(first, 0x80), last);
}

void add_white(Set& set, bool negated) {
  // White space ends at U+3000, so the rest is one range.
  char32_t first = 0;
  for (char32_t c = 0; c <= 0x3001; ++c) {
    if ((c < 0x3001 && is_white(c) != negated)) continue;
    if (first < c) add(set, first, c - 1);
    first = c + 1;
  }
  if (negated) add(set, 0x3001, 0x10ffff);
}

// `\d`, `\w`, `\s` and their opposites.
bool add_kind(Set& set, char kind) {
  switch (kind) {
    case 'd':
      add(set, '0', '9');
      return true;
    case 'D':
      add(set, 0, '0' - 1);
      add(set, '9' + 1, 0x10ffff);
      return true;
    case 's':
    case 'S':
      add_white(set, kind == 'S');
      return true;
    case 'w':
    case 'W':
      for (char32_t c = 0; c < 0x80; ++c)
        if (is_word_character(c) == (kind == 'w')) add(set, c, c);
      (kind == 'w' ? set.words : set.not_words) = true;
      return true;
    default:
      return false;
  }
}

bool add_named(Set& set, std::string_view name) {
  if (name == "alpha" || name == "alnum" || name == "word") add(set, 'a', 'z'), add(set, 'A', 'Z');
  if (name == "digit" || name == "alnum" || name == "word" || name == "xdigit") add(set, '0', '9');
  if (name == "word") add(set, '_', '_');
  if (name == "xdigit") add(set, 'a', 'f'), add(set, 'A', 'F');
  if (name == "lower") add(set, 'a', 'z');
  if (name == "upper") add(set, 'A', 'Z');
  if (name == "space") add(set, 9, 13), add(set, ' ', ' ');
  if (name == "blank") add(set, '\t', '\t'), add(set, ' ', ' ');
  if (name == "punct") add(set, '!', '/'), add(set, ':', '@'), add(set, '[', '`'), add(set, '{', '~');
  if (name == "cntrl") add(set, 0, 31), add(set, 127, 127);
  if (name == "graph") add(set, '!', '~');
  if (name == "print") add(set, ' ', '~');
  return set.ascii[0] != 0 || set.ascii[1] != 0;
}

struct Node {
  enum class Kind : std::uint8_t { set, assertion, sequence, choice, repeat };
  Kind kind = Kind::sequence;
  Assertion assertion = Assertion::text_start;
  std::uint32_t set = 0;
  int least = 0;
  int most = -1;  // -1: any number.
  std::vector<std::uint32_t> children = {};
};

// Reads the text into nodes. After a problem it stops.
class PatternReader {
 public:
  PatternReader(std::string_view text, std::vector<Set>& sets, PatternProblem& problem)
      : text_(text), sets_(sets), problem_(problem) {}

  std::vector<Node> nodes;

  std::optional<std::uint32_t> run() {
    const std::optional<std::uint32_t> root = choice(0);
    if (root && at_ < text_.size()) return wrong("no group is open for this `)`", at_, at_ + 1);
    return root;
  }

 private:
  struct Flags {
    bool any_case = false;
    bool lines = false;
    bool dot_all = false;
  };

  std::nullopt_t wrong(std::string why, std::size_t begin, std::size_t end) {
    problem_ = {std::move(why), begin, std::min(end, text_.size())};
    return std::nullopt;
  }
  bool more() const { return at_ < text_.size(); }
  bool take(char c) {
    if (!more() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::uint32_t node(Node made) {
    nodes.push_back(std::move(made));
    return static_cast<std::uint32_t>(nodes.size() - 1);
  }
  std::uint32_t set_node(Set set) {
    set.any_case = flags_.any_case;
    sets_.push_back(std::move(set));
    return node({.kind = Node::Kind::set, .set = static_cast<std::uint32_t>(sets_.size() - 1)});
  }
  std::uint32_t assertion_node(Assertion assertion) {
    return node({.kind = Node::Kind::assertion, .assertion = assertion});
  }
  std::uint32_t character_node(char32_t c) {
    Set set;
    add(set, c, c);
    return set_node(std::move(set));
  }

  // a|b|c. Flags that are set inside of a group end with it.
  std::optional<std::uint32_t> choice(int depth) {
    if (depth > depth_max) return wrong("groups are nested too deep", at_, at_ + 1);
    const Flags outer = flags_;
    Node all{.kind = Node::Kind::choice};
    do {
      const std::optional<std::uint32_t> one = sequence(depth);
      if (!one) return one;
      all.children.push_back(*one);
    } while (take('|'));
    flags_ = outer;
    return all.children.size() == 1 ? all.children[0] : node(std::move(all));
  }

  std::optional<std::uint32_t> sequence(int depth) {
    Node all{.kind = Node::Kind::sequence};
    while (more() && text_[at_] != '|' && text_[at_] != ')') {
      const std::size_t begin = at_;
      if (std::string_view("*+?").find(text_[at_]) != std::string_view::npos)
        return wrong("there is nothing to repeat before `" + std::string(1, text_[at_]) + "`", at_, at_ + 1);
      std::optional<std::uint32_t> one = atom(depth);
      if (!one) return one;
      one = repeated(*one, begin);
      if (!one) return one;
      all.children.push_back(*one);
    }
    return node(std::move(all));
  }

  std::optional<std::uint32_t> repeated(std::uint32_t what, std::size_t begin) {
    // `a*+?` piles up; a tree must not become deep by it.
    for (int times = 0; more(); ++times) {
      Node made{.kind = Node::Kind::repeat, .children = {what}};
      const std::size_t mark = at_;
      if (take('*')) {
      } else if (take('+')) {
        made.least = 1;
      } else if (take('?')) {
        made.most = 1;
      } else if (text_[at_] == '{') {
        if (!counts(made)) return wrong_count(mark);
      } else {
        break;
      }
      if (times == 10) return wrong("this is repeated too often", begin, at_);
      take('?');  // As few as possible: whether it matches is the same.
      what = node(std::move(made));
    }
    return what;
  }

  // {2} {2,} {2,5}
  bool counts(Node& made) {
    ++at_;
    const auto number = [&](int& value) {
      const std::size_t begin = at_;
      for (value = 0; more() && is_digit(text_[at_]); ++at_)
        value = std::min(value * 10 + (text_[at_] - '0'), repeats_max + 1);
      return at_ > begin && value <= repeats_max;
    };
    if (!number(made.least)) return false;
    made.most = made.least;
    if (take(',') && (!more() || text_[at_] != '}')) {
      if (!number(made.most) || made.most < made.least) return false;
    } else if (text_[at_ - 1] == ',') {
      made.most = -1;
    }
    return take('}');
  }
  std::nullopt_t wrong_count(std::size_t begin) {
    const std::size_t close = text_.find('}', begin);
    return wrong("a count is written `{2}`, `{2,}` or `{2,5}`, up to 1000; a brace itself `\\{`", begin,
                 close == std::string_view::npos ? begin + 1 : close + 1);
  }

  std::optional<std::uint32_t> atom(int depth) {
    const std::size_t begin = at_;
    const char32_t c = next_code_point(text_, at_);
    switch (c) {
      case '(':
        return group(begin, depth);
      case '[':
        return brackets(begin);
      case '.': {
        Set set;
        if (!flags_.dot_all) add(set, '\n', '\n');
        set.negated = true;
        return set_node(std::move(set));
      }
      case '^':
        return assertion_node(flags_.lines ? Assertion::line_start : Assertion::text_start);
      case '$':
        return assertion_node(flags_.lines ? Assertion::line_end : Assertion::text_end);
      case '\\':
        return escape(begin);
      case '{':
        return wrong("there is nothing to repeat before `{`; a brace itself is written `\\{`", begin, at_);
      default:
        return character_node(c);
    }
  }

  std::optional<std::uint32_t> group(std::size_t begin, int depth) {
    const Flags outer = flags_;
    if (take('?')) {
      const std::size_t close = text_.find_first_of(":>)", at_);
      const std::size_t end = close == std::string_view::npos ? text_.size() : close + 1;
      const std::string_view rest = text_.substr(at_);
      if (rest.starts_with('=') || rest.starts_with('!') || rest.starts_with("<=") || rest.starts_with("<!"))
        return wrong("looking ahead or behind is not possible in a pattern", begin,
                     at_ + (rest.starts_with('<') ? 2 : 1));
      if (rest.starts_with("P<") || rest.starts_with('<')) {
        if (close == std::string_view::npos || text_[close] != '>')
          return wrong("the name of this group is never closed", begin, end);
        at_ = close + 1;
      } else if (!set_flags()) {
        return wrong("a group begins with `(`, `(?:` or flags of `i`, `m` and `s` such as `(?i)`", begin,
                     end);
      } else if (text_[at_ - 1] == ')') {
        // Flags alone: they hold to the end of the group around them.
        return node({.kind = Node::Kind::sequence});
      }
    }
    const std::optional<std::uint32_t> inside = choice(depth + 1);
    if (!inside) return inside;
    if (!take(')')) return wrong("this group is never closed", begin, begin + 1);
    flags_ = outer;
    return inside;
  }

  // Up to `:` or `)`.
  bool set_flags() {
    bool value = true;
    while (more()) {
      const char c = text_[at_++];
      if (c == ':' || c == ')') return true;
      if (c == 'i')
        flags_.any_case = value;
      else if (c == 'm')
        flags_.lines = value;
      else if (c == 's')
        flags_.dot_all = value;
      else if (c == '-' && value)
        value = false;
      else
        return false;
    }
    return false;
  }

  std::optional<std::uint32_t> escape(std::size_t begin) {
    if (!more())
      return wrong("a backslash ends the pattern; a backslash itself is written `\\\\`", begin, at_);
    switch (text_[at_]) {
      case 'A':
        return ++at_, assertion_node(Assertion::text_start);
      case 'z':
        return ++at_, assertion_node(Assertion::text_end);
      case 'b':
        return ++at_, assertion_node(Assertion::word_edge);
      case 'B':
        return ++at_, assertion_node(Assertion::no_word_edge);
      default:
        break;
    }
    Set set;
    if (add_kind(set, text_[at_])) return ++at_, set_node(std::move(set));
    const std::optional<char32_t> c = escaped(begin);
    if (!c) return std::nullopt;
    return character_node(*c);
  }

  // The character that the escape at `begin` means; at_ is behind the backslash.
  std::optional<char32_t> escaped(std::size_t begin) {
    const char32_t c = next_code_point(text_, at_);
    switch (c) {
      case 'n':
        return U'\n';
      case 't':
        return U'\t';
      case 'r':
        return U'\r';
      case 'f':
        return U'\f';
      case 'v':
        return U'\v';
      case 'a':
        return U'\a';
      case 'x':
        return hexadecimal(begin, 2);
      case 'u':
        return hexadecimal(begin, 4);
      case 'p':
      case 'P':
        return wrong("classes such as `\\p{L}` are not known here; `\\w` is any letter, digit or `_`", begin,
                     at_);
      default:
        break;
    }
    if (c >= '1' && c <= '9') return wrong("a pattern cannot refer to what a group matched", begin, at_);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '0' || c >= 0x80;
    if (letter) return wrong("this is no escape of a pattern", begin, at_);
    return c;
  }

  // `\x41`, `\x{1F600}`
  std::optional<char32_t> hexadecimal(std::size_t begin, int digits) {
    const bool braces = take('{');
    char32_t value = 0;
    int count = 0;
    for (; more() && count < (braces ? 6 : digits); ++count, ++at_) {
      const char c = text_[at_];
      const char lower = static_cast<char>(c | 0x20);
      if (is_digit(c))
        value = value * 16 + static_cast<char32_t>(c - '0');
      else if (lower >= 'a' && lower <= 'f')
        value = value * 16 + static_cast<char32_t>(lower - 'a' + 10);
      else
        break;
    }
    const bool complete = braces ? count > 0 && take('}') : count == digits;
    if (!complete || value > 0x10ffff)
      return wrong("a character is written `\\x41`, `\\u0041` or `\\x{1F680}`", begin, at_);
    return value;
  }

  // [a-z0-9_], [^...], [[:alpha:]]
  std::optional<std::uint32_t> brackets(std::size_t begin) {
    Set set;
    set.negated = take('^');
    for (bool first = true;; first = false) {
      if (!more()) return wrong("this `[` is never closed", begin, begin + 1);
      if (!first && take(']')) return set_node(std::move(set));
      const std::size_t item = at_;
      const std::string_view rest = text_.substr(at_);
      if (rest.starts_with("[:")) {
        const std::size_t close = rest.find(":]");
        if (close == std::string_view::npos || !add_class(set, rest.substr(2, close - 2)))
          return wrong("no class has this name", item,
                       close == std::string_view::npos ? item + 2 : item + close + 2);
        at_ += close + 2;
        continue;
      }
      if (rest.starts_with('[')) return wrong("a `[` between brackets is written `\\[`", item, item + 1);
      if (rest.starts_with("&&") || rest.starts_with("--") || rest.starts_with("~~"))
        return wrong("sets are not combined in a pattern; write a character with a backslash", item,
                     item + 2);
      if (rest.size() > 1 && rest[0] == '\\' && add_kind(set, rest[1])) {
        at_ += 2;
        continue;
      }
      const std::optional<char32_t> from = member();
      if (!from) return std::nullopt;
      if (at_ + 1 >= text_.size() || text_[at_] != '-' || text_[at_ + 1] == ']') {
        add(set, *from, *from);
        continue;
      }
      ++at_;
      const std::optional<char32_t> to = member();
      if (!to) return std::nullopt;
      if (*to < *from) return wrong("this range ends before it begins", item, at_);
      add(set, *from, *to);
    }
  }

  static bool add_class(Set& set, std::string_view name) {
    const bool negated = name.starts_with('^');
    Set named;
    if (!add_named(named, negated ? name.substr(1) : name)) return false;
    for (std::size_t i = 0; i < 2; ++i) set.ascii[i] |= negated ? ~named.ascii[i] : named.ascii[i];
    if (negated) add(set, 0x80, 0x10ffff);
    return true;
  }

  std::optional<char32_t> member() {
    const std::size_t begin = at_;
    const char32_t c = next_code_point(text_, at_);
    if (c != '\\') return c;
    if (!more())
      return wrong("a backslash ends the pattern; a backslash itself is written `\\\\`", begin, at_);
    if (std::string_view("dDsSwW").find(text_[at_]) != std::string_view::npos)
      return wrong("a range goes from one character to another", begin, at_ + 1);
    return escaped(begin);
  }

  std::string_view text_;
  std::vector<Set>& sets_;
  PatternProblem& problem_;
  Flags flags_;
  std::size_t at_ = 0;
};

bool holds_exactly(const Set& set, char32_t c) {
  if (c < 0x80) return (set.ascii[c >> 6] >> (c & 63) & 1) != 0;
  if (set.words || set.not_words) {
    const bool word = is_word_character(c);
    if (word ? set.words : set.not_words) return true;
  }
  return std::any_of(set.ranges.begin(), set.ranges.end(),
                     [c](const auto& range) { return c >= range.first && c <= range.second; });
}

bool is_edge(char32_t before, char32_t after) {
  const auto word = [](char32_t c) { return c != no_character && is_word_character(c); };
  return word(before) != word(after);
}

bool stands(Assertion assertion, char32_t before, char32_t after) {
  switch (assertion) {
    case Assertion::text_start:
      return before == no_character;
    case Assertion::text_end:
      return after == no_character;
    case Assertion::line_start:
      return before == no_character || before == '\n';
    case Assertion::line_end:
      return after == no_character || after == '\n';
    case Assertion::word_edge:
      return is_edge(before, after);
    case Assertion::no_word_edge:
      return !is_edge(before, after);
  }
  return false;
}

}  // namespace

bool Pattern::Set::holds(char32_t c) const {
  bool found = holds_exactly(*this, c);
  if (!found && any_case) {
    const char32_t lower = lower_of(c);
    const char32_t upper = upper_of(c);
    found = (lower != c && holds_exactly(*this, lower)) || (upper != c && holds_exactly(*this, upper));
  }
  return found != negated;
}

// From the tree to the program.
class PatternCompiler {
 public:
  PatternCompiler(const std::vector<Node>& nodes, Pattern& pattern) : nodes_(nodes), pattern_(pattern) {}

  // False: it would be too large.
  bool run(std::uint32_t root) {
    emit(root);
    add({.op = Pattern::Op::match});
    return fits();
  }

 private:
  using Op = Pattern::Op;

  // Counts multiply, also of what has no instructions.
  bool fits() const {
    return pattern_.program_.size() <= instructions_max && visits_ <= 20 * instructions_max;
  }
  std::uint32_t here() const { return static_cast<std::uint32_t>(pattern_.program_.size()); }
  std::uint32_t add(Pattern::Instruction instruction) {
    pattern_.program_.push_back(instruction);
    return here() - 1;
  }

  void emit(std::uint32_t index) {
    ++visits_;
    if (!fits()) return;
    const Node& node = nodes_[index];
    switch (node.kind) {
      case Node::Kind::set:
        add({.op = Op::set, .set = node.set, .a = here() + 1});
        break;
      case Node::Kind::assertion:
        add({.op = Op::assertion, .assertion = node.assertion, .a = here() + 1});
        break;
      case Node::Kind::sequence:
        for (const std::uint32_t child : node.children) emit(child);
        break;
      case Node::Kind::choice:
        choice(node);
        break;
      case Node::Kind::repeat:
        repeat(node);
        break;
    }
  }

  void choice(const Node& node) {
    std::vector<std::uint32_t> ends;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const bool last = i + 1 == node.children.size();
      const std::uint32_t split = last ? 0 : add({.op = Op::split, .a = here() + 1});
      emit(node.children[i]);
      if (last) break;
      ends.push_back(add({.op = Op::jump}));
      pattern_.program_[split].b = here();
    }
    for (const std::uint32_t end : ends) pattern_.program_[end].a = here();
  }

  void repeat(const Node& node) {
    for (int i = 0; i < node.least && fits(); ++i) emit(node.children[0]);
    if (node.most < 0) {
      const std::uint32_t split = add({.op = Op::split, .a = here() + 1});
      emit(node.children[0]);
      add({.op = Op::jump, .a = split});
      pattern_.program_[split].b = here();
      return;
    }
    std::vector<std::uint32_t> splits;
    for (int i = node.least; i < node.most && fits(); ++i) {
      splits.push_back(add({.op = Op::split, .a = here() + 1}));
      emit(node.children[0]);
    }
    for (const std::uint32_t split : splits) pattern_.program_[split].b = here();
  }

  const std::vector<Node>& nodes_;
  Pattern& pattern_;
  std::size_t visits_ = 0;
};

std::optional<Pattern> Pattern::read(std::string_view text, PatternProblem& problem) {
  Pattern made;
  PatternReader reader(text, made.sets_, problem);
  const std::optional<std::uint32_t> root = reader.run();
  if (!root) return std::nullopt;
  if (!PatternCompiler(reader.nodes, made).run(*root)) {
    problem = {"the pattern is too large", 0, text.size()};
    return std::nullopt;
  }
  return made;
}

std::optional<bool> Pattern::found_in(std::string_view text) const {
  if (text.size() * program_.size() > work_max) return std::nullopt;
  // Where the ways through the program stand before the next character, each once.
  std::vector<std::uint32_t> now, next, open;
  std::vector<std::size_t> seen(program_.size(), 0);
  std::size_t round = 1;
  const auto follow = [&](std::uint32_t start, char32_t before, char32_t after,
                          std::vector<std::uint32_t>& to) {
    open.push_back(start);
    while (!open.empty()) {
      const std::uint32_t at = open.back();
      open.pop_back();
      if (seen[at] == round) continue;
      seen[at] = round;
      const Instruction& instruction = program_[at];
      switch (instruction.op) {
        case Op::match:
          return true;
        case Op::set:
          to.push_back(at);
          break;
        case Op::jump:
          open.push_back(instruction.a);
          break;
        case Op::split:
          open.push_back(instruction.a);
          open.push_back(instruction.b);
          break;
        case Op::assertion:
          if (stands(instruction.assertion, before, after)) open.push_back(instruction.a);
          break;
      }
    }
    return false;
  };
  const bool from_start = program_[0].op == Op::assertion && program_[0].assertion == Assertion::text_start;
  char32_t before = no_character;
  std::size_t at = 0;
  char32_t character = text.empty() ? no_character : next_code_point(text, at);
  if (follow(0, before, character, now)) return true;
  while (character != no_character) {
    const char32_t after = at < text.size() ? next_code_point(text, at) : no_character;
    ++round;
    for (const std::uint32_t way : now)
      if (sets_[program_[way].set].holds(character) && follow(program_[way].a, character, after, next))
        return true;
    before = character;
    character = after;
    // It may begin anywhere.
    if (!from_start && follow(0, before, character, next)) return true;
    now.swap(next);
    next.clear();
    if (from_start && now.empty()) return false;
  }
  return false;
}

}  // namespace wf
