// Waits until files below some folders change.
#pragma once
#include <functional>
#include <string>
#include <vector>

namespace wfc::driver {

// Calls `act` at once, and then each time after something below `folders()` has changed and nothing has for a
// moment. Comes back only when the folders cannot be watched: with the reason.
std::string watch(const std::function<std::vector<std::string>()>& folders, const std::function<void()>& act);

}  // namespace wfc::driver
