// What every door of an executable calls: the command line now, HTTP and MCP later. Wishes go down through here,
// facts come up as notices; a surface never writes the store itself.
#pragma once
#include "runtime/base/result.h"
