# LibTorch as unpacked from its wheel by scripts/bootstrap.sh, or a site's own in LIBTORCH_ROOT.
#
# Defines exitaudit::torch. The wheel's own find_package(Torch) insists on a CUDA toolkit even for a CPU build.
set(_cache $ENV{EXITAUDIT_CACHE})
if(NOT _cache)
  if(DEFINED ENV{XDG_CACHE_HOME})
    set(_cache $ENV{XDG_CACHE_HOME}/exitaudit)
  else()
    set(_cache $ENV{HOME}/.cache/exitaudit)
  endif()
endif()
if(EXITAUDIT_CUDA)
  set(_flavour cuda)
else()
  set(_flavour cpu)
endif()
find_path(LibTorch_ROOT_DIR NAMES include/torch/csrc/api/include/torch/torch.h
          HINTS $ENV{LIBTORCH_ROOT} ${_cache}/libtorch-2.11.0-${_flavour}/torch NO_DEFAULT_PATH)
find_library(LibTorch_CPU torch_cpu HINTS ${LibTorch_ROOT_DIR}/lib NO_DEFAULT_PATH)
find_library(LibTorch_C10 c10 HINTS ${LibTorch_ROOT_DIR}/lib NO_DEFAULT_PATH)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  LibTorch REQUIRED_VARS LibTorch_ROOT_DIR LibTorch_CPU LibTorch_C10
  REASON_FAILURE_MESSAGE "run scripts/bootstrap.sh, or set LIBTORCH_ROOT to a LibTorch of 2.6 or newer")

if(LibTorch_FOUND AND NOT TARGET exitaudit::torch)
  add_library(exitaudit::torch INTERFACE IMPORTED)
  target_include_directories(exitaudit::torch SYSTEM INTERFACE ${LibTorch_ROOT_DIR}/include
                                                               ${LibTorch_ROOT_DIR}/include/torch/csrc/api/include)
  target_link_libraries(exitaudit::torch INTERFACE ${LibTorch_CPU} ${LibTorch_C10} -Wl,--allow-shlib-undefined)
  target_link_options(exitaudit::torch INTERFACE -Wl,-rpath,${LibTorch_ROOT_DIR}/lib)
endif()
