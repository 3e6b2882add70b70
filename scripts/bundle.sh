#!/usr/bin/env bash
# Packs the built programs and all they need into one archive that runs, without root and without installing, from any
# folder of an x86-64 Linux whose glibc is not older than the one it names. LibTorch stays beside it, for its size.
#
#   scripts/bundle.sh [--build DIR] [--output FILE.tar.xz|.tar.zst|.tar.gz] [--with-libtorch] [--without-mpi]
#
# --build DIR      the folder of exitaudit and exitaudit_worker (build/release)
# --output FILE    the archive (build/exitaudit-bundle.tar.xz); the same programs give the same bytes
# --with-libtorch  the LibTorch that the worker was linked with goes in, too (CPU builds)
# --without-mpi    Open MPI stays out: the site's own 4.x is found as any library is (LD_LIBRARY_PATH, ld.so.conf)
#
# Not in it: glibc, the GPU's driver, fabrics other than TCP and shared memory (take --without-mpi there), gnuplot.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$here/build/release
output=$here/build/exitaudit-bundle.tar.xz
with_libtorch=no
with_mpi=yes
fail() {
  echo "bundle: $*" >&2
  exit 2
}
while [ $# -gt 0 ]; do
  case $1 in
    --build) build=${2:?--build wants a folder} && shift ;;
    --output) output=${2:?--output wants a file} && shift ;;
    --with-libtorch) with_libtorch=yes ;;
    --without-mpi) with_mpi=no ;;
    *) sed -n '2,12s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift
done
case $output in
  *.tar.xz) compress=(xz -T1) ;;
  *.tar.zst) compress=(zstd -q -19 -T1) ;;
  *.tar.gz) compress=(gzip -n) ;;
  *) fail "the name $output ends in none of .tar.xz, .tar.zst, .tar.gz" ;;
esac
for tool in patchelf ldd objdump "${compress[0]}"; do
  command -v "$tool" >/dev/null || fail "$tool is missing; scripts/bootstrap.sh installs what a bundle needs, but zstd"
done
for program in exitaudit exitaudit_worker; do
  [ -x "$build/$program" ] || fail "there is no $program in $build; scripts/build.sh builds it"
done

mkdir -p "$(dirname "$output")"
output=$(cd "$(dirname "$output")" && pwd)/$(basename "$output")
stage=$(mktemp -d)
trap 'rm -rf "$stage" "$output.partial"' EXIT
top=$stage/exitaudit-bundle
mkdir -p "$top"/{bin,lib,libexec/torch,share/licences}

# Whatever has been put in so far wants its libraries: `ldd` says where they lie here, the NEEDED entries who wants whom.
# Nothing is taken from LibTorch's folder or its neighbours, nor wanted on its behalf.
glibc='^(ld-linux.*|lib(c|m|mvec|dl|pthread|rt|util|resolv|anl|nsl|nss_[a-z]*|thread_db|BrokenLocale))\.so'
driver='^lib(cuda|nvidia-.*|nvcuvid|nvoptix)\.so'
mpi='^lib(mpi|open-rte|open-pal|oshmem)\.so'
torch=$(ldd "$build/exitaudit_worker" | sed -n 's/.*libtorch_cpu\.so => \(.*\) (0x.*/\1/p')
[ -n "$torch" ] || fail "$build/exitaudit_worker finds no LibTorch here"
torch=$(dirname "$(readlink -f "$torch")")
flavour=cpu
! objdump -p "$build/exitaudit_worker" | grep -q 'NEEDED.*libtorch_cuda' || flavour=cuda
needed() { objdump -p "$1" | sed -n 's/^ *NEEDED *//p'; }
declare -A taken=() places=()
find_places() { # FILE: where the linker finds all that it wants
  local name path
  while read -r name path; do places[$name]=$path; done < <(ldd "$1" | sed -n 's/^\t\([^ ]*\) => \(.*\) (0x.*/\1 \2/p')
}
take_libraries() { # FILE …, as they lie on this machine
  local file name path
  for file in "$@"; do
    while read -r name; do
      [[ -z ${taken[$name]:-} && ! $name =~ $glibc && ! $name =~ $driver ]] || continue
      [[ $with_mpi = yes || ! $name =~ $mpi ]] || continue
      [ -n "${places[$name]:-}" ] || find_places "$file"
      path=${places[$name]:-}
      [ -n "$path" ] || fail "$file wants $name, which is not on this machine"
      case $(readlink -f "$path") in "$torch"/* | "$(dirname "$(dirname "$torch")")"/nvidia/*) continue ;; esac
      taken[$name]=$path
      install -m 755 "$path" "$top/lib/$name"
      take_libraries "$path"
    done < <(needed "$file")
  done
}

install -m 755 "$build/exitaudit" "$top/libexec/exitaudit"
install -m 755 "$build/exitaudit_worker" "$top/libexec/torch/exitaudit_worker"
take_libraries "$build/exitaudit" "$build/exitaudit_worker"

programs=()
# Open MPI: its programs, plugins, texts and settings, and PMIx's. Plugins for fabrics want libraries of the machine's own
# drivers, those of OpenSHMEM nothing that we have.
if [ $with_mpi = yes ]; then
  command -v mpirun >/dev/null || fail "there is no mpirun; take --without-mpi"
  [[ $(mpirun --version) == *"(Open MPI) 4."* ]] || fail "mpirun is not of Open MPI 4, which this script knows; take --without-mpi"
  place_of() { ompi_info --path "$1" --parsable | sed -n "s/^path:$1://p" | head -n 1; }
  mkdir -p "$top"/{lib/openmpi,lib/pmix,lib/hwloc,etc/openmpi,share/openmpi,share/pmix}
  for program in mpirun orted; do
    path=$(readlink -f "$(command -v $program)")
    install -m 755 "$path" "$top/libexec/$program"
    programs+=("$path")
    take_libraries "$path"
  done
  for path in "$(place_of pkglibdir)"/mca_*.so; do
    ! needed "$path" | grep -qE '^lib(oshmem|fabric|ibverbs|ucp|psm2|psm_infinipath)\.so' || continue
    install -m 755 "$path" "$top/lib/openmpi/"
    take_libraries "$path"
  done
  cp -r "$(place_of pkgdatadir)"/{help-*.txt,amca-param-sets} "$top/share/openmpi/"
  cp "$(place_of sysconfdir)"/openmpi-{default-hostfile,mca-params.conf} "$top/etc/openmpi/"
  pmix=$(dirname "$(readlink -f "${taken[libpmix.so.2]}")")
  for path in "$pmix"/pmix/*.so; do
    install -m 755 "$path" "$top/lib/pmix/"
    take_libraries "$path"
  done
  cp "$pmix"/../share/pmix/help-*.txt "$top/share/pmix/"
fi

# One RPATH (not RUNPATH: that yields to the user's LD_LIBRARY_PATH, and is not inherited) for each depth.
find "$top/libexec" -maxdepth 1 -type f -exec patchelf --force-rpath --set-rpath "\$ORIGIN/../lib" {} +
patchelf --force-rpath --set-rpath "\$ORIGIN/../../lib" "$top/libexec/torch/exitaudit_worker"
patchelf --force-rpath --set-rpath "\$ORIGIN" "$top"/lib/*.so*
[ $with_mpi = no ] || patchelf --force-rpath --set-rpath "\$ORIGIN/.." "$top"/lib/{openmpi,pmix}/*.so

install -m 755 "$here/scripts/bundle/exitaudit" "$top/bin/"
install -m 755 "$here/scripts/bundle/exitaudit_worker" "$top/libexec/"
install -m 644 "$here/scripts/bundle/environment.sh" "$top/libexec/"
if [ $with_mpi = yes ]; then
  for program in mpirun orted; do install -m 755 "$here/scripts/bundle/mpirun" "$top/bin/$program"; done
fi

# Found by shipped_file, which looks upwards from the program; bootstrap.sh fetches a LibTorch (--no-system).
mkdir -p "$top"/{data,scripts}
cp -r "$here/configs" "$top/"
[ ! -d "$here/slurm" ] || cp -r "$here/slurm" "$top/"
cp "$here"/data/{manifest.yaml,published.yaml,README.md,fetch.sh} "$top/data/"
cp "$here"/scripts/{bootstrap.sh,libtorch-cpu.txt,libtorch-cuda.txt} "$top/scripts/"
cp "$here/LICENSE" "$top/"
version=$(sed -n 's/^torch==\([0-9.]*\).*/\1/p' "$here/scripts/libtorch-$flavour.txt" | head -n 1)
echo "$flavour $version" >"$top/share/libtorch"
if [ $with_libtorch = yes ]; then
  [ $flavour = cpu ] || fail "this is a GPU build, whose LibTorch has gigabytes: leave it beside the bundle"
  mkdir -p "$top/libtorch/torch/lib"
  cp -L "$torch"/lib{torch_cpu,c10}.so "$torch"/libgomp*.so* "$top/libtorch/torch/lib/"
  for path in "$torch"/../../nvidia/*/lib; do
    [ -d "$path" ] || continue
    mkdir -p "$top/libtorch/nvidia/$(basename "$(dirname "$path")")/lib"
    cp -L "$path"/*.so* "$top/libtorch/nvidia/$(basename "$(dirname "$path")")/lib/"
  done
fi

# Whose the libraries are, and on what terms.
if command -v dpkg-query >/dev/null; then
  for path in "${taken[@]}" ${programs[@]+"${programs[@]}"}; do printf '%s\n%s\n' "$path" "$(readlink -f "$path")"; done |
    xargs dpkg-query -S 2>/dev/null | sed 's/: .*//' | sort -u >"$stage/packages" || true
  xargs dpkg-query -W -f='${Package} ${Version}\n' <"$stage/packages" >"$top/share/packages"
  while read -r package; do
    cp -L "/usr/share/doc/${package%:*}/copyright" "$top/share/licences/${package%:*}" 2>/dev/null || true
  done <"$stage/packages"
fi

# (objdump refuses the launchers, which are no programs.)
glibc_needed=$({ find "$top"/lib "$top"/libexec -type f -exec objdump -p {} + 2>/dev/null || true; } |
  grep -oE 'GLIBC_[0-9]+\.[0-9.]+' | sort -uV | tail -n 1)
glibc_needed=${glibc_needed#GLIBC_}
cat >"$top/README" <<README
exitaudit for x86-64 Linux with glibc $glibc_needed or newer (ldd --version). Unpack it anywhere, move it, link to it:

  exitaudit-bundle/bin/exitaudit doctor              what is here, and what is missing
  exitaudit-bundle/bin/exitaudit run exitaudit-bundle/configs/smoke.yaml
$([ $with_mpi = no ] || echo '  exitaudit-bundle/bin/mpirun -n 4 exitaudit-bundle/bin/exitaudit run STUDY')

Beside it: LibTorch $version ($flavour)$([ $with_libtorch = no ] || echo ', which this archive has in it'). It is looked for in EXITAUDIT_LIBTORCH, LIBTORCH_ROOT, the folder
libtorch in or beside exitaudit-bundle, and where exitaudit-bundle/scripts/bootstrap.sh --no-system puts it. An installed
Python torch of that version will do: EXITAUDIT_LIBTORCH=\$(python3 -c 'import torch; print(torch.__path__[0])').
Figures want gnuplot. slurm/README.md has more; share/licences the terms of the libraries, share/packages their versions.
README

epoch=${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct 2>/dev/null || echo 0)}
chmod -R u=rwX,go=rX "$top"
tar -C "$stage" --format=gnu --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner -cf - exitaudit-bundle |
  "${compress[@]}" >"$output.partial"
mv "$output.partial" "$output"
awk -v bytes="$(stat -c %s "$output")" -v file="$output" -v unpacked="$(du -sm "$top" | cut -f 1)" \
  'BEGIN { printf "bundle: %s, %.1f MB (%d MB unpacked)\n", file, bytes / 1e6, unpacked }'
echo "bundle: runs where glibc is $glibc_needed or newer; unpack it there, then exitaudit-bundle/bin/exitaudit doctor"
[ $with_libtorch = yes ] || echo "bundle: LibTorch $version ($flavour) goes beside it, see exitaudit-bundle/README"
