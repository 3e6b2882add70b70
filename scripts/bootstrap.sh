#!/usr/bin/env bash
# Installs what exitaudit needs on Debian 12 and unpacks LibTorch into the user's cache.
#
#   scripts/bootstrap.sh              packages and LibTorch for a CPU build
#   scripts/bootstrap.sh --cuda       the CUDA libraries beside it, for the `cuda` preset
#   scripts/bootstrap.sh --no-system  LibTorch only: no apt, for machines without root
#
# LIBTORCH_ROOT=DIR uses a site's own LibTorch (2.6 or newer) and downloads none. EXITAUDIT_CACHE=DIR moves
# the cache (default: $XDG_CACHE_HOME/exitaudit). Does nothing, in a second, where everything is in place.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${EXITAUDIT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/exitaudit}
cuda=no
system=yes
for argument in "$@"; do
  case $argument in
    --cuda) cuda=yes ;;
    --no-system) system=no ;;
    *) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
done

packages=(ca-certificates ccache cmake curl g++ git gnuplot-nox libbenchmark-dev libboost-math-dev libcli11-dev
  libgmock-dev libgtest-dev libhdf5-dev libopenmpi-dev libpng-dev libspdlog-dev libssl-dev libturbojpeg0-dev
  libyaml-cpp-dev lld ninja-build nlohmann-json3-dev openmpi-bin openssh-client patchelf pkg-config procps python3
  python3-h5py python3-jsonschema python3-pandas python3-pip python3-yaml unzip xz-utils
  zlib1g-dev dataset-fashion-mnist clang-format)

install_packages() {
  local missing=()
  for package in "${packages[@]}"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "bootstrap: these packages are missing and neither root nor sudo is at hand: ${missing[*]}" >&2
      exit 2
    }
    root=(sudo)
  fi
  echo "bootstrap: installing ${missing[*]}"
  # The mirrors of a busy day fail now and then; one failed fetch must not fail the set-up.
  local try
  for try in 1 2 3; do
    if "${root[@]}" apt-get update -qq &&
      "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
        >/dev/null </dev/null; then
      return 0
    fi
    echo "bootstrap: apt-get failed (try $try of 3)" >&2
    sleep $((try * 5))
  done
  exit 2
}

# Downloads the wheels of a requirements file (hashes are checked by pip) and unpacks what a build needs.
# The folder gets its final name last, so that an interrupted download is never taken for a LibTorch.
unpack_wheels() { # NAME REQUIREMENTS
  local target=$cache/$1 requirements=$2
  [ -e "$target/complete" ] && return 0
  mkdir -p "$cache"
  exec 9>"$cache/lock" && flock 9
  [ -e "$target/complete" ] && return 0
  local partial=$cache/$1.partial
  rm -rf "$partial" "$target"
  mkdir -p "$partial/wheels"
  echo "bootstrap: downloading LibTorch into $target"
  python3 -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.11 --implementation cp \
    --platform manylinux_2_28_x86_64 --platform manylinux_2_25_x86_64 --platform manylinux_2_27_x86_64 --platform manylinux_2_18_x86_64 --platform manylinux_2_17_x86_64 \
    --platform manylinux2014_x86_64 --platform manylinux1_x86_64 --platform linux_x86_64 --require-hashes -d "$partial/wheels" -r "$requirements"
  local wheel
  for wheel in "$partial"/wheels/torch-*.whl; do
    if [ "$1" = libtorch-2.11.0-cpu ]; then
      unzip -q -o "$wheel" 'torch/lib/libtorch_cpu.so' 'torch/lib/libc10.so' 'torch/lib/libgomp*' 'torch/include/*' \
        -d "$partial"
    else
      unzip -q -o "$wheel" 'torch/lib/*.so*' 'torch/include/*' -d "$partial"
    fi
  done
  for wheel in "$partial"/wheels/nvidia_*.whl; do
    unzip -q -o "$wheel" 'nvidia/*' -d "$partial"
  done
  rm -rf "$partial/wheels"
  touch "$partial/complete"
  mv "$partial" "$target"
}

[ "$system" = no ] || install_packages
if [ -z "${LIBTORCH_ROOT:-}" ]; then
  unpack_wheels libtorch-2.11.0-cpu "$here/scripts/libtorch-cpu.txt"
  [ "$cuda" = no ] || unpack_wheels libtorch-2.11.0-cuda "$here/scripts/libtorch-cuda.txt"
fi
