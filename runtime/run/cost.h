// What an attempt costs, in whole numbers: millionths of credits and of dollars, tokens, calls, milliseconds.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wf {

enum class Measure : std::uint8_t { credits, tokens, usd, calls, time };
inline constexpr std::array<Measure, 5> measures = {Measure::credits, Measure::tokens, Measure::usd,
                                                    Measure::calls, Measure::time};
// As `status` and `--budget` have them.
constexpr std::string_view name_of(Measure measure) {
  constexpr std::string_view names[] = {"credits", "tokens", "usd", "calls", "wall_clock_s"};
  return names[static_cast<std::size_t>(measure)];
}

// Of one attempt. The time of a whole run is no sum of these, see Machine::count_time.
struct Cost {
  std::array<std::int64_t, measures.size()> amounts{};
  std::int64_t& operator[](Measure measure) { return amounts[static_cast<std::size_t>(measure)]; }
  std::int64_t operator[](Measure measure) const { return amounts[static_cast<std::size_t>(measure)]; }
  bool operator==(const Cost&) const = default;
};

}  // namespace wf
