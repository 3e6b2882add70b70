# What `cmake --install` leaves of the guard: the library, its headers, and a package for find_package(exitaudit_guard),
# which brings the target exitaudit::guard. `--component guard` installs these alone.
include(CMakePackageConfigHelpers)

# exitaudit_install_guard(FOLDER NAME…): headers FOLDER/NAME.h become <exitaudit_guard/NAME.h>.
function(exitaudit_install_guard folder)
  set(headers ${CMAKE_CURRENT_BINARY_DIR}/exitaudit_guard)
  foreach(name ${ARGN})
    # Among each other they use this tree's paths; an installed header has no such tree.
    set(header ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/${name}.h)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${header})
    file(READ ${header} text)
    string(REGEX REPLACE "#include \"stages/${folder}/([a-z_]+\\.h)\"" "#include <exitaudit_guard/\\1>" text "${text}")
    file(GENERATE OUTPUT ${headers}/${name}.h CONTENT "${text}")
    install(FILES ${headers}/${name}.h DESTINATION include/exitaudit_guard COMPONENT guard)
  endforeach()

  target_include_directories(exitaudit_guard PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:include>)
  target_compile_features(exitaudit_guard PUBLIC cxx_std_20)
  install(TARGETS exitaudit_guard EXPORT exitaudit_guard ARCHIVE DESTINATION lib COMPONENT guard)
  set(package lib/cmake/exitaudit_guard)
  install(EXPORT exitaudit_guard NAMESPACE exitaudit:: FILE exitaudit_guard-targets.cmake DESTINATION ${package}
          COMPONENT guard)
  set(files ${CMAKE_CURRENT_BINARY_DIR}/exitaudit_guard-config)
  configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/exitaudit_guard-config.cmake.in ${files}.cmake
                                INSTALL_DESTINATION ${package})
  write_basic_package_version_file(${files}-version.cmake COMPATIBILITY SameMinorVersion)
  install(FILES ${files}.cmake ${files}-version.cmake DESTINATION ${package} COMPONENT guard)
endfunction()
