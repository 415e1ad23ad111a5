# Warnings and sanitizers for our own code. Code that is not ours to tidy (ANTLR's output) does not link wfc_flags.
add_library(wfc_flags INTERFACE)
target_compile_options(wfc_flags INTERFACE -Wall -Wextra -Wpedantic)
if(WFC_WERROR)
  target_compile_options(wfc_flags INTERFACE -Werror)
endif()
# Both compilers keep the files' own paths out of what they write: builds in two directories are the same bytes.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/= -ffile-prefix-map=${CMAKE_BINARY_DIR}/=)
if(WFC_SANITIZE)
  add_compile_options(-fsanitize=${WFC_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${WFC_SANITIZE})
endif()
