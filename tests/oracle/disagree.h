// What an oracle says when an analysis answers otherwise than it: the definition, the question, both answers.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <string>

namespace wfc::oracle {

struct Question {
  std::string what;
  std::string expected, got;
};

[[noreturn]] inline void disagree(const std::string& text, const Question& question) {
  std::printf("%s\n%s\n  what happens: %s\n  what is said: %s\n", text.c_str(), question.what.c_str(),
              question.expected.c_str(), question.got.c_str());
  std::exit(1);
}

}  // namespace wfc::oracle
