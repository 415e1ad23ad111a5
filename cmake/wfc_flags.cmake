# Warnings and sanitizers for our own code. Code that is not ours to tidy (ANTLR's output) does not link wfc_flags.
add_library(wfc_flags INTERFACE)
target_compile_options(wfc_flags INTERFACE -Wall -Wextra -Wpedantic)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 reports every `"text" + string` at -O2 as overlapping memory (GCC bug 105651, fixed in 13).
  target_compile_options(wfc_flags INTERFACE -Wno-restrict)
endif()
if(WFC_WERROR)
  target_compile_options(wfc_flags INTERFACE -Werror)
endif()
# -O3 costs a fifth more of compile time here and buys nothing that a benchmark shows.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
# Executables carry of the runtime only what they can reach.
add_compile_options(-ffunction-sections -fdata-sections)
# Both compilers keep the files' own paths out of what they write: builds in two directories are the same bytes.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/= -ffile-prefix-map=${CMAKE_BINARY_DIR}/=)
if(WFC_SANITIZE)
  add_compile_options(-fsanitize=${WFC_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  if(WFC_SANITIZE MATCHES "undefined")
    # oneTBB's flow graph casts to a task before it has made it (_flow_graph_impl.h); we have no such casts.
    add_compile_options(-fno-sanitize=vptr)
  endif()
  add_link_options(-fsanitize=${WFC_SANITIZE})
endif()
if(WFC_FUZZ)
  # The fuzzer sees which ways the code takes, in all of it; and it tries several times as many inputs as without -O1.
  add_compile_options(-O1 -fsanitize=fuzzer-no-link)
endif()
