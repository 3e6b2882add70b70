#!/usr/bin/env bash
# Compiles and links the GPU build (CUDA, NCCL) where nvcc is, and checks that the worker finds every library. Needs no GPU.
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
if ! { cmake --preset cuda -DEXITAUDIT_TESTS=OFF -DEXITAUDIT_WERROR=ON && cmake --build build/cuda; } >"$log" 2>&1; then
  tail -n 40 "$log"
  exit 1
fi
libraries=$(ldd build/cuda/exitaudit_worker)
if grep 'not found' <<<"$libraries" | grep -v 'libcuda\.so\|libnvidia-ml'; then
  echo "cuda_build: exitaudit_worker does not find these libraries"
  exit 1
fi
for library in libtorch_cuda libnccl libcudart libcudnn; do
  grep -q "$library" <<<"$libraries" || { echo "cuda_build: exitaudit_worker is not linked with $library"; exit 1; }
done
# Without a GPU the worker must still start: it finds no order and leaves.
build/cuda/exitaudit_worker worker 3</dev/null 4>/dev/null
echo "cuda_build: build/cuda is linked with CUDA and NCCL ($((SECONDS - started)) s)"
