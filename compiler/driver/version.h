// Which wfc this is.
#pragma once

namespace wfc::driver {
inline constexpr const char* version = WFC_VERSION;
}  // namespace wfc::driver
