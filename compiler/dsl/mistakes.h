// What is wrong with a text, collected before it is said: one statement is reported once.
//
// Lexing, balancing, parsing and building each find mistakes, and an early one makes late ones. So all are
// kept until the end, and of those in one statement only the first of the earliest stage is reported.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "compiler/diag/report.h"
#include "compiler/dsl/dsl.h"

namespace wfc::dsl {

// Where the bytes of the parsed text stand in a file.
class Places {
 public:
  explicit Places(FileId file) : file_(file) {}
  explicit Places(const PlaceOf& place_of) : place_of_(&place_of) {}
  Span operator()(std::uint32_t begin, std::uint32_t end) const {
    return place_of_ ? (*place_of_)(begin, end) : Span{file_, begin, end};
  }

 private:
  FileId file_ = no_file;
  const PlaceOf* place_of_ = nullptr;
};

enum class Stage : std::uint8_t { lexing, balancing, parsing, building };

class Mistakes {
 public:
  explicit Mistakes(const source::Limits& limits) : limits_(limits) {}
  const source::Limits& limits() const { return limits_; }
  // `offset` tells the statement; `say` adds the diagnostic.
  void add(Stage stage, std::uint32_t offset, std::function<void(diag::Report&)> say);
  // Keeps alive what the sayings refer to.
  void keep(std::shared_ptr<const void> subject) { subjects_.push_back(std::move(subject)); }
  bool any(Stage stage) const;

  // `statements`: the offsets at which statements begin, ascending.
  void report(const std::vector<std::uint32_t>& statements, diag::Report& report);
  // Whether a statement that begins in [begin, end) has a mistake. After report().
  bool within(std::uint32_t begin, std::uint32_t end) const;

 private:
  struct Mistake {
    Stage stage;
    std::uint32_t offset;
    std::function<void(diag::Report&)> say;
  };
  const source::Limits& limits_;
  std::vector<std::shared_ptr<const void>> subjects_;
  std::vector<Mistake> mistakes_;
  std::vector<std::uint32_t> spoiled_;  // Where the reported statements begin, ascending.
};

}  // namespace wfc::dsl
