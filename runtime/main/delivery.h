// How a channel of [notify] is told something.
#pragma once
#include <functional>

#include "runtime/base/clock.h"
#include "runtime/io/nursery.h"
#include "runtime/surface/workshop.h"

namespace wf {

void deliver(surface::Delivery delivery, io::Reactor& reactor, io::Spawner& spawner, Clock& clock,
             std::function<void(const Result<>&)> ended);

}  // namespace wf
