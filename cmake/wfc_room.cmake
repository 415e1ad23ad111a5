# A room is a folder, a library and a namespace. SEES is the whole permission: the tidy test reads these lines
# and fails on an #include that they do not grant. Every room sees runtime/base.
#
#   wfc_room(check SEES source diag model graph LIBS Boost::headers)   library wfc_check, from compiler/check/*.cpp
#   wf_room(store SEES wf LIBS SQLite::SQLite3)                        library wf_store, from runtime/store/*.cpp
#
# A name in SEES is a room on the same side; `runtime/x` names one below the waist; `wf` is the waist itself.
function(_room target folder prefix)
  cmake_parse_arguments(ARG "" "" "SEES;LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp
       ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*/*.cpp)
  set(links wfc_flags)
  foreach(room IN LISTS ARG_SEES)
    if(room STREQUAL "wf")
      list(APPEND links wf_waist)
    elseif(room MATCHES "^runtime/(.*)$")
      list(APPEND links wf_${CMAKE_MATCH_1})
    else()
      list(APPEND links ${prefix}_${room})
    endif()
  endforeach()
  if(NOT target STREQUAL "wf_base")
    list(APPEND links wf_base)
  endif()
  if(sources)
    add_library(${target} STATIC ${sources})
    target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
    target_link_libraries(${target} PUBLIC ${links} ${ARG_LIBS})
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
    target_link_libraries(${target} INTERFACE ${links} ${ARG_LIBS})
  endif()
endfunction()

function(wfc_room name)
  _room(wfc_${name} ${name} wfc ${ARGN})
endfunction()

function(wf_room name)
  _room(wf_${name} ${name} wf ${ARGN})
endfunction()
