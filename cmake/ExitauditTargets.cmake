# One library a folder, so that the include rule is a link rule too.

# exitaudit_folder(exitaudit_graph LINKS exitaudit_base …): a static library of the folder's sources.
# EXCLUDE names files that need something else, SUBFOLDERS folders that belong to it.
function(exitaudit_folder target)
  cmake_parse_arguments(FOLDER "" "" "LINKS;EXCLUDE;SUBFOLDERS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  foreach(name ${FOLDER_SUBFOLDERS})
    file(GLOB more CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
    list(APPEND sources ${more})
  endforeach()
  foreach(name ${FOLDER_EXCLUDE})
    list(FILTER sources EXCLUDE REGEX "/${name}$")
  endforeach()
  if(NOT sources)
    message(FATAL_ERROR "${target}: no sources")
  endif()
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} PUBLIC ${FOLDER_LINKS} PRIVATE exitaudit_warnings)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
endfunction()

# exitaudit_tests(tests/pipeline/graph's target, LINKS …): one test program of the folder's *_test.cpp.
function(exitaudit_tests target)
  cmake_parse_arguments(TESTS "" "" "LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE ${TESTS_LINKS} exitaudit_test_support GTest::gtest_main exitaudit_warnings)
  target_compile_definitions(${target} PRIVATE EXITAUDIT_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                               EXITAUDIT_BINARY_DIR="${PROJECT_BINARY_DIR}")
  add_test(NAME ${target} COMMAND ${target})
endfunction()
