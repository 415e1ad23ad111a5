// How soon the kernel lets us run. Inside the room only.
#pragma once

namespace wf::io {

// Asks for a short time slice for the calling thread, and for none of its children: it works for microseconds
// and sleeps, and while it waits behind a child that computes, another child's place stays empty. Since Linux
// 6.12; where the kernel does not know it, nothing changes.
void ask_for_short_time_slices();

}  // namespace wf::io
