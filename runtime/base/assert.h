// Trouble of the fourth kind: we are wrong. Says where, asks for a report, and ends with 70.
#pragma once

namespace wf {
[[noreturn]] void assertion_failed(const char* what, const char* file, int line);
}

#define WF_ASSERT(what) ((what) ? static_cast<void>(0) : ::wf::assertion_failed(#what, __FILE__, __LINE__))
