// Cases of letters, the same on every machine.
#pragma once
#include <string>
#include <string_view>

namespace wf {

// Full mappings: one letter may become several (`ß` is `SS` in capitals).
std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);
// Of one letter that has one; the letter itself otherwise.
char32_t upper_of(char32_t code_point);
char32_t lower_of(char32_t code_point);
bool is_white(char32_t code_point);  // As Unicode's White_Space.
// A letter or digit of any script, as far as word boundaries need it.
bool is_word_character(char32_t code_point);
// The ASCII letters that a Latin letter is written with without its marks; empty for others.
std::string_view ascii_form(char32_t code_point);

}  // namespace wf
