// The forms of a name that file systems may take for the same: composed differently, or in another case.
//
// utf8proc's tables stay in name_form.cpp (docs/decisions/utf8proc.md).
#pragma once
#include <string>
#include <string_view>

namespace wf::rules {

enum class NameCase { kept, folded };
// `name`, valid UTF-8, with its letters composed (NFC) and, if asked, without case. Plain ASCII costs no
// table.
std::string name_form(std::string_view name, NameCase letters);

}  // namespace wf::rules
