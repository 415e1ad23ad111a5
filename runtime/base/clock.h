// Time and chance as things that are handed in, so that a simulation can pretend both.
#pragma once
#include <cstdint>

namespace wf {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t wall_ms() = 0;       // Milliseconds since 1970 UTC; may jump.
  virtual std::int64_t monotonic_ms() = 0;  // Never goes back; its zero means nothing.
};

class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;
};

class SystemClock final : public Clock {
 public:
  std::int64_t wall_ms() override;
  std::int64_t monotonic_ms() override;
};

class SystemRandom final : public Random {  // getrandom(2).
 public:
  std::uint64_t next() override;
};

}  // namespace wf
