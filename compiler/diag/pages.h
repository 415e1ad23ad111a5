// The pages of docs/diagnostics, as the build compiled them in.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace wfc::diag {

struct Page {
  std::uint16_t number;
  std::string_view text;
};
std::span<const Page> pages();  // By number.

}  // namespace wfc::diag
