// Reads JSON with RapidJSON.
//
// Its SAX reader tells values, not places. The stream it reads from is ours and knows how far it is: a value
// ends there, and begins after the separators that follow the value before it.
#include <rapidjson/reader.h>

#include <cctype>

#include "compiler/yaml/readers.h"
#include "compiler/yaml/tree_builder.h"

namespace wfc::yaml {

namespace {

class Stream {
 public:
  using Ch = char;
  explicit Stream(std::string_view text) : text_(text) {}
  Ch Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  Ch Take() { return at_ < text_.size() ? text_[at_++] : '\0'; }
  std::size_t Tell() const { return at_; }
  // What RapidJSON demands of a stream it could also write to, which it never does here.
  Ch* PutBegin() { return nullptr; }
  void Put(Ch) {}
  void Flush() {}
  std::size_t PutEnd(Ch*) { return 0; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
                           rapidjson::kParseNumbersAsStringsFlag;

class Handler {
 public:
  Handler(const Input& input, Arena& arena, diag::Report& report, const Stream& stream)
      : input_(input), arena_(arena), stream_(stream), tree_(arena, input.file, report, input.limits) {}

  bool Null() { return plain(Form::null); }
  bool Bool(bool) { return plain(Form::scalar); }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return plain(Form::scalar); }
  // Numbers come as the text they were written as.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
  bool Key(const char* text, rapidjson::SizeType size, bool copy) { return String(text, size, copy); }

  bool String(const char* text, rapidjson::SizeType size, bool) {
    Node node;
    node.form = Form::scalar;
    node.style = Style::double_quoted;
    node.span = token();
    const std::string_view value(text, size);
    const std::string_view written = input_.text.substr(
        node.span.begin + 1, node.span.end - node.span.begin - std::min(2u, node.span.end));
    node.text = written == value ? written : arena_.copy(value);
    return tree_.scalar(node, {}, {});
  }

  bool StartObject() { return tree_.open(Form::mapping, token(), {}, {}); }
  bool StartArray() { return tree_.open(Form::sequence, token(), {}, {}); }
  bool EndObject(rapidjson::SizeType) { return tree_.close(token().end); }
  bool EndArray(rapidjson::SizeType) { return tree_.close(token().end); }

  TreeBuilder& tree() { return tree_; }

 private:
  bool plain(Form form) {
    Node node;
    node.form = form;
    node.span = token();
    node.text = input_.text.substr(node.span.begin, node.span.end - node.span.begin);
    return tree_.scalar(node, {}, {});
  }

  // The token that was just read. RapidJSON tells of `{` and `[` before it takes them.
  Span token() {
    const std::string_view text = input_.text;
    const std::size_t begin = std::min(text.find_first_not_of(" \t\r\n,:", last_end_), text.size());
    const bool is_bracket =
        begin < text.size() && std::string_view("{}[]").find(text[begin]) != std::string_view::npos;
    last_end_ = is_bracket ? begin + 1 : std::max(begin, stream_.Tell());
    return {input_.file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(last_end_)};
  }

  const Input& input_;
  Arena& arena_;
  const Stream& stream_;
  TreeBuilder tree_;
  std::size_t last_end_ = 0;
};

std::string_view words_of(rapidjson::ParseErrorCode code) {
  switch (code) {
    case rapidjson::kParseErrorDocumentRootNotSingular:
      return "more text follows the end of the JSON value";
    case rapidjson::kParseErrorObjectMissName:
      return "a key in quotes, or `}`, is missing here";
    case rapidjson::kParseErrorObjectMissColon:
      return "`:` is missing after this key";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
      return "`,` or `}` is missing here";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
      return "`,` or `]` is missing here";
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
      return "`\\u` needs four hexadecimal digits";
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return "this `\\u` is half of a character";
    case rapidjson::kParseErrorStringEscapeInvalid:
      return "this is no escape of JSON";
    case rapidjson::kParseErrorStringMissQuotationMark:
      return "this text is never closed";
    case rapidjson::kParseErrorNumberTooBig:
      return "this number is too large";
    case rapidjson::kParseErrorNumberMissFraction:
      return "digits are missing after the point";
    case rapidjson::kParseErrorNumberMissExponent:
      return "digits are missing after the exponent";
    default:
      return "a value is missing here";
  }
}

}  // namespace

bool is_json(std::string_view text) {
  Stream stream(text);
  rapidjson::BaseReaderHandler<> nobody;
  rapidjson::Reader reader;
  return !reader.Parse<flags>(stream, nobody).IsError();
}

const Node* read_json(const Input& input, Arena& arena, diag::Report& report) {
  Stream stream(input.text);
  Handler handler(input, arena, report, stream);
  rapidjson::Reader reader;
  const rapidjson::ParseResult result = reader.Parse<flags>(stream, handler);
  if (!result.IsError()) return handler.tree().root();
  handler.tree().abandon();
  if (result.Code() == rapidjson::kParseErrorTermination) return handler.tree().root();  // A limit, reported.
  // It says so of what begins with a bracket that closes, too.
  const bool empty = input.text.find_first_not_of(" \t\r\n") == std::string_view::npos;
  if (result.Code() == rapidjson::kParseErrorDocumentEmpty && empty) return nullptr;

  // The whole character, or nothing at the end of the file.
  std::size_t begin = std::min(result.Offset(), input.text.size());
  std::size_t end = begin;
  if (end < input.text.size()) ++end;
  while (end < input.text.size() && (static_cast<unsigned char>(input.text[end]) & 0xc0) == 0x80) ++end;
  std::string words(words_of(result.Code()));
  if (result.Code() == rapidjson::kParseErrorValueInvalid) {
    // RapidJSON stops inside a word it knows the beginning of.
    const auto is_of_word = [&](std::size_t at) {
      return at < input.text.size() && std::isalnum(static_cast<unsigned char>(input.text[at])) != 0;
    };
    while (begin > 0 && is_of_word(begin - 1)) --begin;
    std::size_t word_end = begin;
    while (is_of_word(word_end) && word_end - begin < 40) ++word_end;
    if (word_end > begin) {
      end = word_end;
      words = "`" + std::string(input.text.substr(begin, end - begin)) + "` is no value of JSON";
    }
  }
  if (result.Code() == rapidjson::kParseErrorStringEscapeInvalid && input.text.substr(begin, 1) != "\\")
    words = "a line end or a tab inside a text is written `\\n` or `\\t`";
  const Span place{input.file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  report.add(diag::yaml_syntax, place, words);
  return handler.tree().root();
}

}  // namespace wfc::yaml
