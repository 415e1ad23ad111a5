# Turns docs/diagnostics/WFnnnn.md into the table that `wfc explain` prints from. Run by the build whenever a page
# changes:  cmake -DPAGES=folder -DOUTPUT=file.cpp -P diagnostic_pages.cmake
file(GLOB pages ${PAGES}/WF*.md)
list(SORT pages)
set(rows "")
foreach(page IN LISTS pages)
  get_filename_component(code ${page} NAME_WE)
  string(REGEX REPLACE "^WF0*" "" number ${code})
  file(READ ${page} text)
  string(APPEND rows "    {${number}, R\"wfc_page(${text})wfc_page\"},\n")
endforeach()
set(source "// Generated from docs/diagnostics by cmake/diagnostic_pages.cmake.
#include \"compiler/diag/pages.h\"

namespace wfc::diag {

namespace {
constexpr Page table[] = {
${rows}};
}  // namespace

std::span<const Page> pages() { return table; }

}  // namespace wfc::diag
")
file(WRITE ${OUTPUT} "${source}")
