# Language level, warnings, sanitizers, compiler cache.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(EXITAUDIT_CCACHE ccache)
if(EXITAUDIT_CCACHE)
  # The sloppiness lets ccache serve files that use a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${EXITAUDIT_CCACHE})
endif()
find_program(EXITAUDIT_LLD ld.lld)
if(EXITAUDIT_LLD)
  add_link_options(-fuse-ld=lld)
endif()

add_library(exitaudit_warnings INTERFACE)
target_compile_options(exitaudit_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast
                                                    -Wcast-qual -Woverloaded-virtual -Wvla
                                                    # GCC 12 sees overlaps in std::string that are not there (bug 105329).
                                                    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
                                                    $<$<BOOL:${EXITAUDIT_WERROR}>:-Werror>)
if(EXITAUDIT_SANITIZE)
  add_compile_options(-fsanitize=${EXITAUDIT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${EXITAUDIT_SANITIZE})
endif()
