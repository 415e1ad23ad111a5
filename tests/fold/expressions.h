// Random expressions and templates over a pool of operands, each written twice: with the operands as
// constants, and with inputs `i0`, `i1` ... in their places.
#pragma once
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace fold {

// Constants as they are written, the edges of every type among them; input N stands for operands()[N].
const std::vector<std::string>& operands();

struct Twice {
  std::string constant, inputs;
};

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}
  Twice expression();
  Twice text();  // With placeholders and tags, ready to stand between the quotes of a `.wf` text.

 private:
  enum class Type : std::uint8_t { text, integer, number, boolean, list, map, duration, size, money, any };
  Twice of(Type type, int depth);
  Twice operand(Type type);
  Twice builtin(Type type, int depth);
  Twice pair(const char* before, const Twice& a, const char* between, const Twice& b, const char* after);
  Type type_named(const char* spec);
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
  bool one_in(std::uint32_t n) { return below(n) == 0; }

  std::mt19937_64 random_;
};

}  // namespace fold
