#!/usr/bin/env bash
# Compiles and links the GPU build (CUDA, NCCL) where nvcc is, checks that the worker finds every library without help from
# LD_LIBRARY_PATH, and runs the tests of the NCCL communicator, which skip what needs a GPU.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if ! command -v nvcc >/dev/null; then
  echo "cuda_build: no nvcc on this machine, the GPU code is not built"
  exit 0
fi
started=$SECONDS
scripts/bootstrap.sh --cuda
mkdir -p build
log=build/cuda.log
if ! { cmake --preset cuda -DEXITAUDIT_WERROR=ON &&
  cmake --build build/cuda --target exitaudit exitaudit_worker nccl_test; } >"$log" 2>&1; then
  grep -E -m 20 "error|warning" "$log" || true
  tail -n 40 "$log"
  exit 1
fi
unset LD_LIBRARY_PATH
libraries=$(ldd build/cuda/exitaudit_worker)
if grep 'not found' <<<"$libraries" | grep -v 'libcuda\.so\|libnvidia-ml'; then
  echo "cuda_build: exitaudit_worker does not find these libraries"
  exit 1
fi
for library in libtorch_cuda libnccl libcudart libcudnn; do
  grep -q "$library" <<<"$libraries" || { echo "cuda_build: exitaudit_worker is not linked with $library"; exit 1; }
done
build/cuda/tests/ranks/nccl_test >"$log.nccl" 2>&1 || { cat "$log.nccl"; exit 1; }
# Without a GPU the worker must still start: it finds no order and leaves.
build/cuda/exitaudit_worker worker 3</dev/null 4>/dev/null
echo "cuda_build: build/cuda is linked with CUDA and NCCL ($((SECONDS - started)) s)"
