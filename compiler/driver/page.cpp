// Wraps paragraphs, indents examples, and paints what a reader looks for.
#include "compiler/driver/page.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "runtime/base/text.h"

namespace wfc::driver {
namespace {

constexpr int columns_max = 100;  // Longer lines are hard to read, however wide the terminal.
constexpr int columns_min = 30;

class PageRenderer {
 public:
  explicit PageRenderer(const PageStyle& style)
      : colour_(style.colour), columns_(std::clamp(style.columns, columns_min, columns_max)) {}

  std::string render(std::string_view page) {
    bool fenced = false;
    while (!page.empty()) {
      const std::size_t end = std::min(page.find('\n'), page.size());
      const std::string_view line = page.substr(0, end);
      page.remove_prefix(std::min(end + 1, page.size()));
      if (line.starts_with("```")) {
        flush();
        fenced = !fenced;
        if (fenced) example(line.substr(3));
      } else if (fenced) {
        out_ += (line.empty() ? "" : "    " + wf::printable(line, false)) + "\n";
      } else {
        text_line(line);
      }
    }
    flush();
    return std::move(out_);
  }

 private:
  std::string paint(std::string_view code, std::string_view text) const {
    if (!colour_) return std::string(text);
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
  }

  void text_line(std::string_view line) {
    if (line.starts_with('#')) {
      flush();
      line.remove_prefix(std::min(line.find_first_not_of("# "), line.size()));
      out_ += paint("1", wf::printable(line, false)) + "\n";
    } else if (line.empty()) {
      flush();
      if (!out_.empty() && !out_.ends_with("\n\n")) out_ += "\n";
    } else {
      const bool item = line.starts_with("* ") || line.starts_with("- ");
      if (item) {
        flush();
        line.remove_prefix(2);
        lead_ = "  - ";
      }
      paragraph_ += (paragraph_.empty() ? "" : " ") + wf::printable(line, false);
    }
  }

  // ```yaml wrong
  void example(std::string_view words) {
    const std::size_t space = words.find(' ');
    const std::string_view role = space == std::string_view::npos ? "" : words.substr(space + 1);
    if (role == "wrong") out_ += "  " + paint("1;31", "wrong") + "\n";
    if (role == "right") out_ += "  " + paint("1;32", "right") + "\n";
    if (role == "example") out_ += "  " + paint("1", "example") + "\n";
  }

  // A paragraph's words; what stands in backquotes stays together.
  std::vector<std::string> words() const {
    std::vector<std::string> words;
    bool in_code = false;
    std::string word;
    for (const char c : paragraph_) {
      if (c == '`') in_code = !in_code;
      if (c == ' ' && !in_code) {
        if (!word.empty()) words.push_back(std::move(word));
        word.clear();
      } else {
        word += c;
      }
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
  }

  // `code` and **strong** with colours instead of signs; without colours they stay as they are.
  std::string painted(const std::string& word) {
    if (!colour_) return word;
    std::string out;
    for (std::size_t at = 0; at < word.size();) {
      const std::string_view rest = std::string_view(word).substr(at);
      if (rest.starts_with("**")) {
        strong_ = !strong_;
        out += strong_ ? "\x1b[1m" : "\x1b[0m";
        at += 2;
      } else if (rest.starts_with('`') && rest.find('`', 1) != std::string_view::npos) {
        const std::size_t end = rest.find('`', 1);
        out += paint("36", rest.substr(1, end - 1));
        at += end + 1;
      } else {
        out += word[at++];
      }
    }
    return out;
  }

  void flush() {
    const std::string lead = std::exchange(lead_, {});
    int column = 0;
    for (const std::string& word : words()) {
      const int width = wf::display_width(word);
      if (column == 0) {
        out_ += lead;
        column = static_cast<int>(lead.size()) + width;
      } else if (column + 1 + width > columns_) {
        out_ += "\n" + std::string(lead.size(), ' ');
        column = static_cast<int>(lead.size()) + width;
      } else {
        out_ += " ";
        column += 1 + width;
      }
      out_ += painted(word);
    }
    if (column > 0) out_ += "\n";
    paragraph_.clear();
  }

  bool colour_;
  int columns_;
  bool strong_ = false;
  std::string lead_;
  std::string paragraph_;
  std::string out_;
};

}  // namespace

std::string render_page(std::string_view markdown, const PageStyle& style) {
  return PageRenderer(style).render(markdown);
}

int terminal_columns() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace wfc::driver
