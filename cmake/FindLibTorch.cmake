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
  # LibTorch brings headers of a newer fmt without its library; they stand before the system's and must do alone.
  target_compile_definitions(exitaudit::torch INTERFACE FMT_HEADER_ONLY)
endif()

# The GPU build: LibTorch's CUDA half, the CUDA runtime, and NCCL as exitaudit::nccl. Headers of the CUDA toolkit come from
# the folder of nvcc, libraries from the wheels beside torch/.
if(LibTorch_FOUND AND EXITAUDIT_CUDA AND NOT TARGET exitaudit::nccl)
  find_program(EXITAUDIT_NVCC nvcc REQUIRED)
  file(REAL_PATH ${EXITAUDIT_NVCC} _nvcc)
  cmake_path(GET _nvcc PARENT_PATH _cuda)
  cmake_path(GET _cuda PARENT_PATH _cuda)
  set(_wheels ${LibTorch_ROOT_DIR}/../nvidia)
  file(GLOB _folders ${_wheels}/*/lib)
  find_path(EXITAUDIT_CUDA_INCLUDE cuda_runtime_api.h HINTS ${_cuda}/include ${_cuda}/targets/x86_64-linux/include REQUIRED
            NO_DEFAULT_PATH)
  find_path(EXITAUDIT_NCCL_INCLUDE nccl.h HINTS ${_wheels}/nccl/include ${_cuda}/include REQUIRED NO_DEFAULT_PATH)
  find_file(EXITAUDIT_CUDART NAMES libcudart.so.13 libcudart.so.12 HINTS ${_wheels}/cu13/lib ${_wheels}/cuda_runtime/lib ${_cuda}/lib64 REQUIRED
            NO_DEFAULT_PATH)
  find_file(EXITAUDIT_NCCL NAMES libnccl.so.2 HINTS ${_wheels}/nccl/lib ${_cuda}/lib REQUIRED NO_DEFAULT_PATH)

  add_library(exitaudit::nccl INTERFACE IMPORTED)
  target_include_directories(exitaudit::nccl SYSTEM INTERFACE ${EXITAUDIT_NCCL_INCLUDE} ${EXITAUDIT_CUDA_INCLUDE})
  target_link_libraries(exitaudit::nccl INTERFACE ${EXITAUDIT_NCCL} ${EXITAUDIT_CUDART} -Wl,--allow-shlib-undefined)
  # Nothing names libtorch_cuda, yet its kernels register themselves when it is loaded.
  target_link_libraries(
    exitaudit::torch
    INTERFACE -Wl,--no-as-needed ${LibTorch_ROOT_DIR}/lib/libtorch.so ${LibTorch_ROOT_DIR}/lib/libtorch_cuda.so
              ${LibTorch_ROOT_DIR}/lib/libc10_cuda.so -Wl,--as-needed exitaudit::nccl)
  target_include_directories(exitaudit::torch SYSTEM INTERFACE ${EXITAUDIT_CUDA_INCLUDE})
  target_compile_definitions(exitaudit::torch INTERFACE EXITAUDIT_CUDA=1)
  foreach(_folder ${_folders})
    target_link_options(exitaudit::nccl INTERFACE -Wl,-rpath,${_folder})
  endforeach()
endif()
