# Joins static libraries into one:  cmake -DARCHIVES=a.a;b.a -DOUTPUT=all.a -DAR=ar -P join_archives.cmake
# Written beside its place and renamed into it, as everything that somebody may be reading.
set(script "CREATE ${OUTPUT}.new\n")
foreach(archive IN LISTS ARCHIVES)
  string(APPEND script "ADDLIB ${archive}\n")
endforeach()
string(APPEND script "SAVE\nEND\n")
file(WRITE ${OUTPUT}.mri "${script}")
execute_process(COMMAND ${AR} -M INPUT_FILE ${OUTPUT}.mri RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "cannot join the archives of the runtime")
endif()
file(RENAME ${OUTPUT}.new ${OUTPUT})
