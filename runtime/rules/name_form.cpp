// Composing and case folding of names, by utf8proc.
#include "runtime/rules/name_form.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace wf::rules {

std::string name_form(std::string_view name, NameCase letters) {
  if (std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    std::string form(name);
    if (letters == NameCase::folded)
      for (char& c : form)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return form;
  }
  int options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
  if (letters == NameCase::folded) options |= UTF8PROC_CASEFOLD;
  utf8proc_uint8_t* form = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(name.data()),
                                             static_cast<utf8proc_ssize_t>(name.size()), &form,
                                             static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(form, &std::free);
  // Text that is not UTF-8 has no other form.
  if (size < 0) return std::string(name);
  return {reinterpret_cast<const char*>(form), static_cast<std::size_t>(size)};
}

}  // namespace wf::rules
