// SHA-256, as libsodium computes it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace wf {
std::string sha256_hex(std::string_view bytes);

// For what arrives in parts. Each part is hashed with its length, so that parts cannot run into each other.
class Digest {
 public:
  Digest();
  Digest& part(std::string_view bytes);
  std::string hex();  // Once.

 private:
  alignas(8) unsigned char state_[128];
};
}  // namespace wf
