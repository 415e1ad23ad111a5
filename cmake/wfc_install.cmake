# The runtime as executables are linked with it, in the build tree and in an install prefix alike: lib/wfc holds one
# archive of all our rooms, the archives of the libraries they need, and runtime.txt, which lists them in order.
# `wfc` looks for ../lib/wfc beside itself, so a prefix may be moved.
set(WFC_HOME_FOLDER ${CMAKE_BINARY_DIR}/lib/wfc)
file(MAKE_DIRECTORY ${WFC_HOME_FOLDER})

set(room_archives "")
set(room_targets "")
foreach(room base rules value io store run policy agents steps engine surface main)
  if(TARGET wf_${room})
    get_target_property(type wf_${room} TYPE)
    if(type STREQUAL "STATIC_LIBRARY")
      list(APPEND room_archives $<TARGET_FILE:wf_${room}>)
      list(APPEND room_targets wf_${room})
    endif()
  endif()
endforeach()
# One archive: a short link line, and no order of rooms to get right.
add_custom_command(
  OUTPUT ${WFC_HOME_FOLDER}/libwf_runtime.a
  COMMAND ${CMAKE_COMMAND} "-DARCHIVES=${room_archives}" -DOUTPUT=${WFC_HOME_FOLDER}/libwf_runtime.a -DAR=${CMAKE_AR}
          -P ${CMAKE_CURRENT_LIST_DIR}/join_archives.cmake
  DEPENDS ${room_targets} ${CMAKE_CURRENT_LIST_DIR}/join_archives.cmake
  COMMENT "Joining the runtime's rooms"
  VERBATIM)
add_custom_target(wf_runtime ALL DEPENDS ${WFC_HOME_FOLDER}/libwf_runtime.a)

# What else is linked: archives where there are any, so that executables need nothing but the C library.
set(runtime_lines "archive libwf_runtime.a")
set(runtime_files ${WFC_HOME_FOLDER}/libwf_runtime.a)
function(wfc_runtime_library name archive shared)
  if(archive AND EXISTS ${archive})
    get_filename_component(real ${archive} REALPATH)
    configure_file(${real} ${WFC_HOME_FOLDER}/${name} COPYONLY)
    list(APPEND runtime_lines "archive ${name}")
    list(APPEND runtime_files ${WFC_HOME_FOLDER}/${name})
  else()
    list(APPEND runtime_lines "${shared}")
  endif()
  set(runtime_lines "${runtime_lines}" PARENT_SCOPE)
  set(runtime_files "${runtime_files}" PARENT_SCOPE)
endfunction()
find_library(WFC_SQLITE_ARCHIVE libsqlite3.a)
find_library(WFC_SODIUM_ARCHIVE libsodium.a)
set(tbb_shared "flag -ltbb")
wfc_runtime_library(libtbb.a "${WFC_TBB_ARCHIVE}" "${tbb_shared}")
wfc_runtime_library(libsqlite3.a "${WFC_SQLITE_ARCHIVE}" "flag -lsqlite3")
wfc_runtime_library(libsodium.a "${WFC_SODIUM_ARCHIVE}" "flag -lsodium")
# Empty in a current C library, needed with an older one.
list(APPEND runtime_lines "flag -lm" "flag -lpthread" "flag -ldl")
if(WFC_SANITIZE)
  list(APPEND runtime_lines "flag -fsanitize=${WFC_SANITIZE}")
endif()
list(JOIN runtime_lines "\n" runtime_text)
file(CONFIGURE OUTPUT ${WFC_HOME_FOLDER}/runtime.txt CONTENT
  "# What executables are linked with. Paths are relative to this folder.\nbuild-tree\ninclude ${PROJECT_SOURCE_DIR}/runtime/include\n${runtime_text}\n" @ONLY)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/install/runtime.txt CONTENT
  "# What executables are linked with. Paths are relative to this folder.\ninclude ../../include\n${runtime_text}\n" @ONLY)

# lib, and not lib/x86_64-linux-gnu: bin/wfc finds ../lib/wfc whatever the distribution calls its folders.
install(TARGETS wfc RUNTIME DESTINATION bin)
install(FILES ${runtime_files} ${CMAKE_BINARY_DIR}/install/runtime.txt DESTINATION lib/wfc)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/runtime/include/wf DESTINATION include)
# find_package(wfc): wfc::runtime, and the program as wfc::wfc.
include(CMakePackageConfigHelpers)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/wfcConfig.cmake.in ${CMAKE_BINARY_DIR}/install/wfcConfig.cmake
                              INSTALL_DESTINATION lib/cmake/wfc)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/install/wfcConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/install/wfcConfig.cmake ${CMAKE_BINARY_DIR}/install/wfcConfigVersion.cmake
        DESTINATION lib/cmake/wfc)
add_dependencies(wfc wf_runtime)  # Without the runtime beside it, wfc cannot build.
