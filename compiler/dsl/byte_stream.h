// A text as ANTLR's lexer reads it: byte by byte, so that its indexes are offsets.
//
// Every character the grammar names is ASCII. Bytes beyond are shown to it as DEL, which no rule names
// either: the lexer caches its decisions for ASCII only, and would be ten times slower on text in other
// languages.
#pragma once
#include <CharStream.h>

#include <string>
#include <string_view>

namespace wfc::dsl {

class ByteStream final : public antlr4::CharStream {
 public:
  explicit ByteStream(std::string_view text) : text_(text) {}

  void consume() override { ++at_; }
  std::size_t LA(ssize_t i) override {
    const std::size_t at = i > 0 ? at_ + static_cast<std::size_t>(i) - 1 : at_ - static_cast<std::size_t>(-i);
    if (at >= text_.size()) return EOF;
    const auto byte = static_cast<unsigned char>(text_[at]);
    return byte < 0x80 ? byte : 0x7f;
  }
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}
  std::size_t index() override { return at_; }
  void seek(std::size_t index) override { at_ = index; }
  std::size_t size() override { return text_.size(); }
  std::string getSourceName() const override { return {}; }
  std::string getText(const antlr4::misc::Interval&) override { return {}; }
  std::string toString() const override { return {}; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace wfc::dsl
