// SHA-256 through libsodium. Only its hash is linked: it needs no sodium_init and no other part of the
// library.
#include "runtime/base/digest.h"

#include <sodium/crypto_hash_sha256.h>

#include <new>

namespace wf {

namespace {

std::string to_hex(const unsigned char (&hash)[crypto_hash_sha256_BYTES]) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * sizeof hash);
  for (const unsigned char byte : hash) {
    hex += digits[byte >> 4];
    hex += digits[byte & 15];
  }
  return hex;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

crypto_hash_sha256_state* state_in(unsigned char* storage) {
  return std::launder(reinterpret_cast<crypto_hash_sha256_state*>(storage));
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, bytes_of(bytes), bytes.size());
  return to_hex(hash);
}

Digest::Digest() {
  static_assert(sizeof(crypto_hash_sha256_state) <= sizeof state_ && alignof(crypto_hash_sha256_state) <= 8);
  crypto_hash_sha256_init(new (state_) crypto_hash_sha256_state);
}

Digest& Digest::part(std::string_view bytes) {
  unsigned char length[8];
  for (int i = 0; i < 8; ++i) length[i] = static_cast<unsigned char>(std::uint64_t{bytes.size()} >> (8 * i));
  crypto_hash_sha256_update(state_in(state_), length, sizeof length);
  crypto_hash_sha256_update(state_in(state_), bytes_of(bytes), bytes.size());
  return *this;
}

std::string Digest::hex() {
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_final(state_in(state_), hash);
  return to_hex(hash);
}

}  // namespace wf
