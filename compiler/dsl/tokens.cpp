// Cuts a text into tokens, and mends what the grammar should not have to know about.
#include "compiler/dsl/tokens.h"

#include <WfLexer.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "compiler/dsl/byte_stream.h"

namespace wfc::dsl {

namespace {

constexpr std::string_view spaces = " \t\r";

bool blank(std::string_view text) {
  return text.find_first_not_of(spaces) == std::string_view::npos;
}

std::string_view bracket(std::size_t type) {
  switch (type) {
    case WfLexer::LBRACE:
      return "{";
    case WfLexer::LPAREN:
      return "(";
    case WfLexer::LBRACK:
      return "[";
    case WfLexer::RBRACE:
      return "}";
    case WfLexer::RPAREN:
      return ")";
    default:
      return "]";
  }
}

bool opens(std::size_t type) {
  return type == WfLexer::LBRACE || type == WfLexer::LPAREN || type == WfLexer::LBRACK;
}
bool closes(std::size_t type) {
  return type == WfLexer::RBRACE || type == WfLexer::RPAREN || type == WfLexer::RBRACK;
}
std::size_t closer_of(std::size_t type) {
  if (type == WfLexer::LBRACE) return WfLexer::RBRACE;
  return type == WfLexer::LPAREN ? WfLexer::RPAREN : WfLexer::RBRACK;
}

// Units that people write and wfc spells otherwise.
constexpr std::pair<std::string_view, std::string_view> foreign_units[] = {
    {"msec", "ms"},   {"msecs", "ms"}, {"millis", "ms"}, {"sec", "s"},  {"secs", "s"},   {"second", "s"},
    {"seconds", "s"}, {"S", "s"},      {"min", "m"},     {"mins", "m"}, {"minute", "m"}, {"minutes", "m"},
    {"M", "m"},       {"hr", "h"},     {"hrs", "h"},     {"hour", "h"}, {"hours", "h"},  {"H", "h"},
    {"day", "d"},     {"days", "d"},   {"D", "d"},       {"b", "B"},    {"kb", "KB"},    {"Kb", "KB"},
    {"kB", "KB"},     {"mb", "MB"},    {"Mb", "MB"},     {"gb", "GB"},  {"Gb", "GB"},    {"kib", "KiB"},
    {"mib", "MiB"},   {"gib", "GiB"}};

class Lexing {
 public:
  Lexing(std::string_view text, const LexOptions& options, const Places& places, Mistakes& mistakes)
      : text_(text), options_(options), places_(places), mistakes_(mistakes) {}

  Lexed run() {
    scan();
    balance();
    if (options_.kind == TextKind::file)
      check_starts();
    else
      out_.statements = {0};
    const auto size = static_cast<std::uint32_t>(text_.size());
    out_.lexemes.push_back({antlr4::Token::EOF, size, size});
    return std::move(out_);
  }

 private:
  std::uint32_t line_start(std::uint32_t offset) const {
    const std::size_t at = offset == 0 ? std::string_view::npos : text_.rfind('\n', offset - 1);
    return at == std::string_view::npos ? 0 : static_cast<std::uint32_t>(at + 1);
  }
  std::uint32_t line_end(std::uint32_t offset) const {
    const std::size_t at = text_.find('\n', offset);
    return static_cast<std::uint32_t>(at == std::string_view::npos ? text_.size() : at);
  }
  std::string_view slice(std::uint32_t begin, std::uint32_t end) const {
    return text_.substr(begin, end - begin);
  }
  std::uint32_t indent_of_line(std::uint32_t start) const {
    std::uint32_t at = start;
    while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t')) ++at;
    return at - start;
  }

  void mistake(Stage stage, std::uint32_t offset, std::function<void(diag::Report&)> say) {
    mistakes_.add(stage, offset, std::move(say));
  }

  // ------------------------------------------------------------ tokens
  void scan() {
    ByteStream input(text_);
    WfLexer lexer(&input);
    lexer.removeErrorListeners();
    auto* machine = lexer.getInterpreter<antlr4::atn::LexerATNSimulator>();
    out_.lexemes.reserve(text_.size() / 5 + 4);
    indent_ = indent_of_line(0);
    while (input.index() < text_.size()) {
      const auto begin = static_cast<std::uint32_t>(input.index());
      const std::size_t type = machine->match(&input, 0);
      input.seek(take(type, begin, static_cast<std::uint32_t>(input.index())));
    }
  }

  // Takes a token, and says where the next one begins.
  std::uint32_t take(std::size_t type, std::uint32_t begin, std::uint32_t end) {
    switch (type) {
      case WfLexer::WS:
        return end;
      case WfLexer::NL:
        return take_line_end(begin, end);
      case WfLexer::DOC:
      case WfLexer::COMMENT:
        return take_comment(type, begin, end);
      case WfLexer::OPENSTR:
        return take_open_text(begin, end);
      case WfLexer::STRING:
        if (end - begin == 2 && end < text_.size() && text_[end] == '"') return take_open_block(begin);
        break;
      case WfLexer::BADNUM:
        type = take_bad_number(begin, end);
        break;
      case WfLexer::CPPOP:
        type = take_operator(begin, end);
        break;
      case WfLexer::BAD:
        return take_bad(begin, end);
      case WfLexer::FLOAT:
        // `x.0.1` is two indexes, not a fraction.
        if (!out_.lexemes.empty() && out_.lexemes.back().type == WfLexer::DOT &&
            out_.lexemes.back().end == begin) {
          const auto dot = static_cast<std::uint32_t>(text_.find('.', begin));
          push(WfLexer::INT, begin, dot);
          push(WfLexer::DOT, dot, dot + 1);
          begin = dot + 1;
          type = WfLexer::INT;
        }
        break;
      default:
        break;
    }
    push(type, begin, end);
    return end;
  }

  void push(std::size_t type, std::uint32_t begin, std::uint32_t end) {
    if (!description_.empty()) out_.descriptions.emplace(begin, std::move(description_));
    description_.clear();
    line_ends_ = 0;
    out_.lexemes.push_back({type, begin, end, indent_, !line_has_lexemes_});
    line_has_lexemes_ = true;
  }

  std::uint32_t take_line_end(std::uint32_t begin, std::uint32_t end) {
    line_has_lexemes_ = false;
    indent_ = indent_of_line(end);
    // A description stands directly above what it describes.
    if (++line_ends_ > 1) description_.clear();
    if (options_.kind == TextKind::expression || out_.lexemes.empty()) return end;
    const std::size_t last = out_.lexemes.back().type;
    if (last != WfLexer::NL && last != WfLexer::COMMA) out_.lexemes.push_back({WfLexer::NL, begin, end});
    return end;
  }

  std::uint32_t take_comment(std::size_t type, std::uint32_t begin, std::uint32_t end) {
    if (options_.kind == TextKind::expression) {
      mistake(Stage::lexing, begin, [this, begin](diag::Report& report) {
        report.add(diag::extra_text, places_(begin, begin + 1), "#").label("an expression has no comments");
      });
      return end;
    }
    out_.comments.push_back({places_(begin, end), !line_has_lexemes_});
    if (type == WfLexer::DOC && !line_has_lexemes_) {
      std::string_view words = slice(begin + 2, end);
      while (!words.empty() && (words.back() == ' ' || words.back() == '\t')) words.remove_suffix(1);
      if (words.starts_with(' ')) words.remove_prefix(1);
      if (!description_.empty()) description_ += '\n';
      description_ += words;
    }
    line_ends_ = 0;
    return end;
  }

  std::uint32_t take_open_text(std::uint32_t begin, std::uint32_t end) {
    mistake(Stage::lexing, begin, [this, begin, end](diag::Report& report) {
      auto draft = report.add(diag::unclosed_text, places_(begin, end));
      draft.help("a text ends on its line; close it with `\"`, or use a block text between `\"\"\"`");
    });
    // A `{` at the end most likely opens the block of this statement.
    std::uint32_t last = end;
    while (last > begin + 1 && (text_[last - 1] == ' ' || text_[last - 1] == '\t')) --last;
    const bool brace = last > begin + 2 && text_[last - 1] == '{' && text_[last - 2] == ' ' &&
                       options_.kind == TextKind::file;
    push(WfLexer::STRING, begin, brace ? last - 2 : end);
    out_.lexemes.back().unclosed = true;
    if (brace) push(WfLexer::LBRACE, last - 1, last);
    return end;
  }

  // `"""` that the grammar did not take for a block text.
  std::uint32_t take_open_block(std::uint32_t begin) {
    std::uint32_t quotes = begin;
    while (quotes < text_.size() && text_[quotes] == '"') ++quotes;
    const std::string_view mark = slice(begin, quotes);
    const std::string_view rest = slice(quotes, line_end(quotes));
    std::uint32_t end = quotes;
    if (blank(rest)) {
      mistake(Stage::lexing, begin, [this, begin, quotes, mark](diag::Report& report) {
        report.add(diag::unclosed_text, places_(begin, quotes))
            .help("a block text ends with a line that holds only `" + std::string(mark) + "`");
      });
    } else {
      const auto word = static_cast<std::uint32_t>(quotes + rest.find_first_not_of(spaces));
      std::uint32_t word_end = line_end(quotes);
      while (word_end > word && spaces.find(text_[word_end - 1]) != std::string_view::npos) --word_end;
      mistake(Stage::lexing, begin, [this, word, word_end](diag::Report& report) {
        report.add(diag::extra_text, places_(word, word_end), slice(word, word_end))
            .label("a block text begins on the line below its quotes");
      });
      const std::size_t again = rest.find(mark);
      if (again != std::string_view::npos) {
        end = static_cast<std::uint32_t>(quotes + again + mark.size());
        push(WfLexer::STRING, begin, end);
        return end;
      }
    }
    // What follows is text until a line of quotes, or until the indentation says that the next statement has
    // begun.
    const std::uint32_t indent = indent_;
    end = line_end(quotes);
    while (end < text_.size()) {
      const std::uint32_t start = end + 1;
      const std::uint32_t next_end = line_end(start);
      const std::string_view line = slice(start, next_end);
      const std::uint32_t line_indent = indent_of_line(start);
      if (!blank(line) && line.substr(line_indent).starts_with(mark)) {
        end = start + line_indent + static_cast<std::uint32_t>(mark.size());
        break;
      }
      if (!blank(line) && line_indent <= indent) break;
      end = next_end;
    }
    push(WfLexer::STRING, begin, end);
    return end;
  }

  std::size_t take_bad_number(std::uint32_t begin, std::uint32_t end) {
    const std::string_view word = slice(begin, end);
    const auto letters = static_cast<std::uint32_t>(begin + word.find_first_not_of("0123456789_"));
    const std::string_view unit = slice(letters, end);
    const auto* known = std::find_if(std::begin(foreign_units), std::end(foreign_units),
                                     [&](const auto& entry) { return entry.first == unit; });
    if (known != std::end(foreign_units) && slice(begin, letters).find('_') == std::string_view::npos) {
      const std::string mended = std::string(slice(begin, letters)) + std::string(known->second);
      mistake(Stage::lexing, begin, [this, begin, end, word, mended](diag::Report& report) {
        auto draft = report.add(diag::bad_number, places_(begin, end), word);
        draft.label("unknown unit").help("write `" + mended + "`");
        draft.fix("write `" + mended + "`", places_(begin, end), mended);
      });
      return known->second.back() == 'B' ? WfLexer::SIZE : WfLexer::DURATION;
    }
    mistake(Stage::lexing, begin, [this, begin, end, word](diag::Report& report) {
      auto draft = report.add(diag::bad_number, places_(begin, end), word);
      draft.help("a name that begins with a digit is written in quotes: `\"" + std::string(word) + "\"`");
      draft.fix("put quotes around it", places_(begin, end), "\"" + std::string(word) + "\"", /*safe=*/false);
    });
    return WfLexer::NAME;
  }

  std::size_t take_operator(std::uint32_t begin, std::uint32_t end) {
    const std::string_view written = slice(begin, end);
    std::string_view meant = "not";
    std::size_t type = WfLexer::NOT;
    if (written == "&&") meant = "and", type = WfLexer::AND;
    if (written == "||") meant = "or", type = WfLexer::OR;
    if (options_.c_operators) return type;
    mistake(Stage::lexing, begin, [this, begin, end, written, meant](diag::Report& report) {
      const auto glued = [&](std::uint32_t offset) {
        return offset < text_.size() && spaces.find(text_[offset]) == std::string_view::npos &&
               text_[offset] != '\n';
      };
      std::string text = std::string(meant);
      if (begin > 0 && glued(begin - 1) && text_[begin - 1] != '(') text = " " + text;
      if (glued(end)) text += " ";
      report.add(diag::foreign_operator, places_(begin, end), written, meant)
          .help("write `" + std::string(meant) + "`")
          .fix("write `" + std::string(meant) + "`", places_(begin, end), text);
    });
    return type;
  }

  std::uint32_t take_bad(std::uint32_t begin, std::uint32_t end) {
    const auto byte = [&](std::uint32_t offset) { return static_cast<unsigned char>(text_[offset]); };
    if (text_[begin] == '\r') return end;
    if (text_[begin] == '\'') {
      end = line_end(begin);
      mistake(Stage::lexing, begin, [this, begin, end](diag::Report& report) {
        report.add(diag::unclosed_text, places_(begin, end));
      });
      push(WfLexer::SQSTRING, begin, end);
      out_.lexemes.back().unclosed = true;
      return end;
    }
    // One code point, or a word of letters that no name may have.
    if (byte(begin) >= 0x80)
      while (end < text_.size() && byte(end) >= 0x80) ++end;
    mistake(Stage::lexing, begin, [this, begin, end](diag::Report& report) {
      const std::string_view word = slice(begin, end);
      auto draft = report.add(diag::extra_text, places_(begin, end), word);
      if (word == ";")
        draft.label("a line holds one statement, and needs no end mark");
      else if (word.starts_with("\u201c") || word.starts_with("\u201d") || word.starts_with("\u2018") ||
               word.starts_with("\u2019"))
        draft.help("texts stand between straight quotes: `\"`");
      else if (static_cast<unsigned char>(word[0]) >= 0x80)
        draft.help(
            "names are made of the letters a to z, digits, `_` and `-`; any other name stands in quotes");
    });
    return end;
  }

  // ------------------------------------------------------------ brackets
  struct Open {
    std::size_t type;
    std::uint32_t begin;
    std::uint32_t indent;
  };

  // How many brackets lack their closing one, and how many `}` their opening one, going by kinds alone.
  void count_lacking() {
    int count = 0;
    std::vector<std::size_t> stack;
    for (const Lexeme& lexeme : out_.lexemes) {
      if (opens(lexeme.type)) stack.push_back(closer_of(lexeme.type));
      if (!closes(lexeme.type)) continue;
      const auto match = std::find(stack.rbegin(), stack.rend(), lexeme.type);
      if (match == stack.rend()) {
        if (lexeme.type == WfLexer::RBRACE) ++unopened_;
        continue;
      }
      count += static_cast<int>(match - stack.rbegin());
      stack.erase(match.base() - 1, stack.end());
    }
    budget_ = count + static_cast<int>(stack.size());
  }

  // Nesting that would cost a parser its stack: brackets, and runs of signs (`not not x`) or of `list<`.
  bool too_deep() {
    int depth = 0;
    int run = 0;
    std::vector<int> weights;
    for (std::size_t i = 0; i < out_.lexemes.size(); ++i) {
      const Lexeme& lexeme = out_.lexemes[i];
      const bool sign = lexeme.type == WfLexer::MINUS || lexeme.type == WfLexer::NOT;
      const bool type_argument = lexeme.type == WfLexer::LT;
      if (sign || type_argument) {
        ++run;
      } else if (opens(lexeme.type)) {
        weights.push_back(run + 1);
        depth += run + 1;
        run = 0;
      } else if (closes(lexeme.type)) {
        if (!weights.empty()) depth -= weights.back(), weights.pop_back();
        run = 0;
      } else if (i == 0 || out_.lexemes[i - 1].type != WfLexer::LT) {
        run = 0;
      }
      if (depth + run <= static_cast<int>(mistakes_.limits().depth)) continue;
      mistake(Stage::lexing, lexeme.begin, [this, lexeme](diag::Report& report) {
        report
            .add(diag::too_deep, places_(lexeme.begin, lexeme.end),
                 static_cast<std::int64_t>(report.limits().depth))
            .raise(&source::Limits::depth);
      });
      return true;
    }
    return false;
  }

  void balance() {
    out_.refused = too_deep();
    if (out_.refused) return;
    count_lacking();
    const std::vector<Lexeme> from = std::exchange(out_.lexemes, {});
    out_.lexemes.reserve(from.size() + 4);
    std::vector<Open> stack;
    for (const Lexeme& lexeme : from) {
      if (lexeme.leads && budget_ > 0) close_by_indent(stack, lexeme);
      if (lexeme.type == WfLexer::NL) {
        // Line ends inside ( ) and [ ] end nothing.
        if (!stack.empty() && stack.back().type != WfLexer::LBRACE) continue;
        if (out_.lexemes.empty() || out_.lexemes.back().type == WfLexer::NL) continue;
      } else if (opens(lexeme.type)) {
        stack.push_back({lexeme.type, lexeme.begin, lexeme.indent});
      } else if (closes(lexeme.type) && !open_missing(stack, lexeme) && !close(stack, lexeme)) {
        continue;
      }
      if (lexeme.leads && unopened_ > 0) {
        while (!lines_.empty() && out_.lexemes[lines_.back()].indent >= lexeme.indent) lines_.pop_back();
        lines_.push_back(out_.lexemes.size());
      }
      out_.lexemes.push_back(lexeme);
    }
    const auto size = static_cast<std::uint32_t>(text_.size());
    while (!stack.empty()) close_missing(stack, Lexeme{antlr4::Token::EOF, size, size});
  }

  // A line that is indented no deeper than the line of an open bracket stands outside of it.
  void close_by_indent(std::vector<Open>& stack, const Lexeme& lexeme) {
    while (budget_ > 0 && !stack.empty()) {
      const std::uint32_t indent = stack.back().indent;
      if (closes(lexeme.type) ? lexeme.indent >= indent : lexeme.indent > indent) return;
      close_missing(stack, lexeme);
      const std::uint32_t at = lexeme.begin - lexeme.indent;
      out_.lexemes.push_back({WfLexer::NL, at, at});
    }
  }

  // A `}` too many, and above the lines that are indented deeper than it stands a line without `{`: there it
  // was forgotten.
  bool open_missing(const std::vector<Open>& stack, const Lexeme& lexeme) {
    constexpr int made_max = 20;  // Nested in one another, they cost the parser its stack as written ones do.
    if (unopened_ == 0 || lexeme.type != WfLexer::RBRACE || !lexeme.leads || opened_ == made_max)
      return false;
    if (!stack.empty() && stack.back().indent >= lexeme.indent) return false;
    while (!lines_.empty() && out_.lexemes[lines_.back()].indent > lexeme.indent) lines_.pop_back();
    if (lines_.empty() || out_.lexemes[lines_.back()].indent != lexeme.indent) return false;
    const auto head = out_.lexemes.begin() + static_cast<std::ptrdiff_t>(lines_.back());
    if (!stack.empty() && stack.back().begin >= head->begin) return false;
    const auto end =
        std::find_if(head, out_.lexemes.end(), [](const Lexeme& l) { return l.type == WfLexer::NL; });
    const std::uint32_t below = end == out_.lexemes.end() || std::next(end) == out_.lexemes.end()
                                    ? lexeme.indent
                                    : std::next(end)->indent;
    const Lexeme last = *std::prev(end);
    if (below <= lexeme.indent || last.type == WfLexer::LBRACE || last.type == WfLexer::RBRACE) {
      lines_.pop_back();  // Nor does the next `}` belong to it.
      return false;
    }
    out_.lexemes.insert(end, {WfLexer::LBRACE, last.end, last.end, lexeme.indent});
    --unopened_;
    ++opened_;
    mistake(Stage::balancing, last.begin, [this, lexeme, at = last.end](diag::Report& report) {
      report.add(diag::missing_value, places_(at, at), "`{`")
          .also(places_(lexeme.begin, lexeme.end), "the block ends here")
          .fix("add `{`", places_(at, at), " {", /*safe=*/false);
    });
    return true;
  }

  // False when nothing is open that `lexeme` could close: it is reported and left out.
  bool close(std::vector<Open>& stack, const Lexeme& lexeme) {
    const auto match = std::find_if(stack.rbegin(), stack.rend(),
                                    [&](const Open& open) { return closer_of(open.type) == lexeme.type; });
    if (match == stack.rend()) {
      mistake(Stage::balancing, lexeme.begin, [this, lexeme](diag::Report& report) {
        report.add(diag::extra_text, places_(lexeme.begin, lexeme.end), bracket(lexeme.type))
            .label("nothing is open that it could close")
            .fix("remove it", places_(lexeme.begin, lexeme.end), "", /*safe=*/false);
      });
      return false;
    }
    const auto depth = static_cast<std::size_t>(stack.rend() - match);
    while (stack.size() > depth) close_missing(stack, lexeme);
    stack.pop_back();
    return true;
  }

  // Closes the innermost bracket before `lexeme`, and reports it unless as many as are missing were reported.
  void close_missing(std::vector<Open>& stack, const Lexeme& lexeme) {
    const Open open = stack.back();
    stack.pop_back();
    const std::uint32_t last = out_.lexemes.empty() ? open.begin + 1 : last_end();
    const std::size_t closer = closer_of(open.type);
    out_.lexemes.push_back({closer, last, last});
    if (budget_ == 0) return;
    --budget_;
    mistake(Stage::balancing, open.begin, [this, open, lexeme, last, closer](diag::Report& report) {
      const bool block = open.type == WfLexer::LBRACE;
      auto draft =
          report.add(diag::unclosed_bracket, places_(open.begin, open.begin + 1), bracket(open.type));
      if (lexeme.leads && lexeme.begin > last) {
        const std::string_view what = block                          ? "the block"
                                      : open.type == WfLexer::LPAREN ? "the parenthesis"
                                                                     : "the list";
        draft.also(places_(lexeme.begin, lexeme.end), std::string(what) + " seems to end before this line");
      }
      const std::string mark(bracket(closer));
      draft.help((block ? "close the block with `" : "close it with `") + mark + "`");
      const bool own_line =
          block && options_.kind == TextKind::file && line_end(last) != line_end(open.begin);
      std::uint32_t at = last;
      std::string text = mark;
      if (own_line) {
        at = line_end(last);
        text = std::string(open.indent, ' ') + mark;
        // Before the next line where there is one, else after the last.
        if (at < text_.size())
          ++at, text += "\n";
        else
          text = "\n" + text;
      }
      draft.fix("add `" + mark + "`", places_(at, at), text, /*safe=*/false);
    });
  }

  std::uint32_t last_end() const {
    for (std::size_t i = out_.lexemes.size(); i > 0; --i)
      if (out_.lexemes[i - 1].type != WfLexer::NL) return out_.lexemes[i - 1].end;
    return 0;
  }

  // ------------------------------------------------------------ statements
  // What cannot begin a statement is reported here, so that the parser's loops always see one begin.
  void check_starts() {
    const std::vector<Lexeme> from = std::exchange(out_.lexemes, {});
    out_.lexemes.reserve(from.size() + 1);
    bool start = true;
    for (std::size_t i = 0; i < from.size(); ++i) {
      const Lexeme& lexeme = from[i];
      if (!start) {
        start = lexeme.type == WfLexer::NL;
        out_.lexemes.push_back(lexeme);
        continue;
      }
      if (lexeme.type == WfLexer::NL) continue;
      if (lexeme.type == WfLexer::RBRACE) {
        // `} else if ... {` is a statement of its own as far as mistakes go.
        if (i + 1 < from.size() && from[i + 1].type != WfLexer::NL) out_.statements.push_back(lexeme.begin);
        out_.lexemes.push_back(lexeme);
        start = false;
        continue;
      }
      if (joins_line_above(lexeme)) {
        while (!out_.lexemes.empty() && out_.lexemes.back().type == WfLexer::NL) out_.lexemes.pop_back();
        out_.lexemes.push_back(lexeme);
        start = false;
        continue;
      }
      out_.statements.push_back(lexeme.begin);
      if (begins(lexeme.type)) {
        out_.lexemes.push_back(lexeme);
        start = false;
        continue;
      }
      mistake(Stage::balancing, lexeme.begin, [this, lexeme](diag::Report& report) {
        report.add(diag::extra_text, places_(lexeme.begin, lexeme.end), slice(lexeme.begin, lexeme.end))
            .label("a statement begins with a word");
      });
      i = end_of_statement(from, i) - 1;
    }
  }

  bool begins(std::size_t type) const {
    switch (type) {
      case WfLexer::STEP:
      case WfLexer::DEFINE:
      case WfLexer::PARALLEL:
      case WfLexer::IF:
      case WfLexer::ON:
      case WfLexer::CHECK:
      case WfLexer::NAME:
      case WfLexer::STRING:
      case WfLexer::SQSTRING:
        return true;
      default:
        return false;
    }
  }

  // `{` and `else` on a line of their own: reported, then read where they belong.
  bool joins_line_above(const Lexeme& lexeme) {
    const bool else_ = lexeme.type == WfLexer::ELSE;
    if (!else_ && lexeme.type != WfLexer::LBRACE) return false;
    const auto above = std::find_if(out_.lexemes.rbegin(), out_.lexemes.rend(),
                                    [](const Lexeme& l) { return l.type != WfLexer::NL; });
    if (above == out_.lexemes.rend() || (else_ && above->type != WfLexer::RBRACE)) return false;
    mistake(Stage::balancing, lexeme.begin, [this, lexeme, else_, end = above->end](diag::Report& report) {
      report.add(diag::wrong_place, places_(lexeme.begin, lexeme.end), else_ ? "else" : "{")
          .help(else_ ? "write it on the line of the `}`" : "write it at the end of the line above")
          .fix("move it up", places_(end, lexeme.begin), " ");
    });
    out_.statements.push_back(lexeme.begin);
    return true;
  }

  // Past the last lexeme of the statement that begins at `i`: before its line end, blocks included.
  static std::size_t end_of_statement(const std::vector<Lexeme>& from, std::size_t i) {
    int depth = 0;
    for (; i < from.size(); ++i) {
      if (from[i].type == WfLexer::LBRACE) ++depth;
      if (from[i].type == WfLexer::RBRACE && --depth < 0) return i;
      if (from[i].type == WfLexer::NL && depth == 0) return i;
    }
    return i;
  }

  std::string_view text_;
  LexOptions options_;
  Places places_;
  Mistakes& mistakes_;
  Lexed out_;
  std::string description_;
  std::uint32_t indent_ = 0;
  int line_ends_ = 0;
  bool line_has_lexemes_ = false;
  int budget_ = 0;                  // Brackets without their closing one that were not reported yet.
  int unopened_ = 0;                // `}` without their opening one.
  int opened_ = 0;                  // How many of those were made up.
  std::vector<std::size_t> lines_;  // The first lexemes of the lines around, the deepest indented last.
};

}  // namespace

Lexed lex(std::string_view text, const LexOptions& options, const Places& places, Mistakes& mistakes) {
  const auto lexing = std::make_shared<Lexing>(text, options, places, mistakes);
  mistakes.keep(lexing);
  return lexing->run();
}

}  // namespace wfc::dsl
