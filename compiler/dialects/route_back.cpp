// Words are compared by their first four letters, so that `validation` means "Validate the code"; small words
// do not count. Nothing is guessed: a tie, or a way forward, stays prose.
#include "compiler/dialects/route_back.h"

#include <algorithm>
#include <array>
#include <set>

#include "compiler/dialects/phrase.h"

namespace wfc::dialects {
namespace {

constexpr std::array<std::string_view, 44> small_words = {
    "a",    "all", "an",    "and",  "any",  "are",  "as",  "at",   "be",  "been", "but",
    "by",   "do",  "does",  "each", "for",  "from", "has", "have", "if",  "in",   "into",
    "is",   "it",  "its",   "no",   "not",  "of",   "on",  "or",   "our", "so",   "step",
    "that", "the", "their", "them", "then", "this", "to",  "was",  "we",  "with", "your"};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Of Latin-1 too: a sentence may begin with an umlaut.
void fold(std::string& word) {
  for (std::size_t i = 0; i + 1 < word.size(); ++i) {
    const auto second = static_cast<unsigned char>(word[i + 1]);
    if (word[i] == '\xc3' && second >= 0x80 && second <= 0x9e && second != 0x97)
      word[i + 1] = static_cast<char>(second + 0x20);
  }
}

// Calls `visit` with every word, in small letters, and where it begins.
template <class Visit>
void for_each_word(std::string_view text, const Visit& visit) {
  std::string word;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const bool letter = at < text.size() && (is_letter(text[at]) || (text[at] == '\'' && !word.empty()));
    if (letter) {
      word += lower(text[at]);
    } else if (!word.empty()) {
      fold(word);
      visit(word, at - word.size());
      word.clear();
    }
  }
}

// The first four characters of each word that counts, once.
std::set<std::string> stems_of(std::string_view text) {
  std::set<std::string> stems;
  for_each_word(text, [&](const std::string& word, std::size_t) {
    if (std::binary_search(small_words.begin(), small_words.end(), word)) return;
    std::size_t end = 0;
    for (int characters = 0; end < word.size(); ++end) {
      const bool begins = (static_cast<unsigned char>(word[end]) & 0xc0) != 0x80;
      if (begins && ++characters > 4) break;
    }
    stems.insert(word.substr(0, end));
  });
  return stems;
}

struct Meant {
  model::StepIndex step = model::none;
  std::string trouble;
};

Meant step_meant_by(std::string_view words, const std::vector<model::Step>& above) {
  const std::set<std::string> wanted = stems_of(words);
  Meant meant;
  std::size_t most = 0;
  model::StepIndex second = model::none;
  for (model::StepIndex i = 0; i < above.size(); ++i) {
    std::size_t shared = 0;
    for (const std::string& stem : stems_of(above[i].prompt.front().text.constant_text()))
      shared += wanted.count(stem);
    if (shared == 0 || shared < most) continue;
    second = shared == most ? meant.step : model::none;
    meant.step = i;
    most = shared;
  }
  if (most == 0) {
    meant.trouble = "no step above shares a word with `" + std::string(words) + "`";
  } else if (second != model::none) {
    meant.trouble = "`" + std::string(words) + "` may mean " + in_ticks(above[second].id.value) + " or " +
                    in_ticks(above[meant.step].id.value);
    meant.step = model::none;
  }
  return meant;
}

// Where `words` stands in the text, in small letters or capitals.
std::size_t find_words(std::string_view text, std::string_view words, std::size_t from) {
  const auto found = std::search(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), words.begin(),
                                 words.end(), [](char a, char b) { return lower(a) == b; });
  return found == text.end() ? std::string_view::npos : static_cast<std::size_t>(found - text.begin());
}

}  // namespace

Stretch back_sentence(std::string_view text) {
  constexpr std::uint32_t nowhere = 0xffffffff;
  // Cheap for texts that are not about it.
  if (find_words(text, "back", 0) == std::string_view::npos) return {};
  std::uint32_t begin = nowhere;
  Stretch found;
  std::size_t last = 0;
  for_each_word(text, [&](const std::string& word, std::size_t at) {
    if (found.end != 0) return;
    // What ends a sentence stands between this word and the last.
    const std::string_view between = text.substr(last, at - last);
    const bool ends = between.find_first_of(".!?") != std::string_view::npos ||
                      between.find("\n\n") != std::string_view::npos;
    last = at + word.size();
    if (ends) begin = nowhere;
    if (word == "if" && begin == nowhere) begin = static_cast<std::uint32_t>(at);
    if (word != "back" || begin == nowhere) return;
    const std::size_t end = std::min(text.find_first_of(".!?\n", at), text.size());
    found = {begin, static_cast<std::uint32_t>(end)};
  });
  return found;
}

RouteBack read_route_back(std::string_view text, const std::vector<model::Step>& above) {
  constexpr std::string_view if_word = "if ";
  constexpr std::string_view middle = " fails, route back to ";
  constexpr std::string_view other = "only a closing step `If X fails, route back to Y` is read as a loop";
  RouteBack read;
  const std::size_t begin = std::min(text.find_first_not_of(" \t\n"), text.size());
  std::size_t end = text.find_last_not_of(" \t\n") + 1;
  if (end > begin && text[end - 1] == '.') --end;
  const std::size_t at = find_words(text, middle, begin);
  const bool form = find_words(text, if_word, begin) == begin && at != std::string_view::npos &&
                    at > begin + if_word.size() && at + middle.size() < end;
  if (!form) {
    read.trouble = other;
    return read;
  }
  read.condition = {static_cast<std::uint32_t>(begin + if_word.size()), static_cast<std::uint32_t>(at)};
  read.target = {static_cast<std::uint32_t>(at + middle.size()), static_cast<std::uint32_t>(end)};
  const auto part = [&](const Stretch& of) { return text.substr(of.begin, of.end - of.begin); };
  for (const Stretch& of : {read.condition, read.target}) {
    if (part(of).find_first_of(".,;:!?\n") == std::string_view::npos) continue;
    read.trouble = other;
    return read;
  }
  const Meant from = step_meant_by(part(read.condition), above);
  const Meant to = step_meant_by(part(read.target), above);
  if (from.step == model::none || to.step == model::none) {
    read.trouble = from.step == model::none ? from.trouble : to.trouble;
    return read;
  }
  if (to.step >= from.step) {
    read.trouble = to.step == from.step ? "both mean the step " + in_ticks(above[to.step].id.value)
                                        : in_ticks(above[to.step].id.value) + " comes after " +
                                              in_ticks(above[from.step].id.value);
    return read;
  }
  read.from = from.step;
  read.to = to.step;
  return read;
}

}  // namespace wfc::dialects
