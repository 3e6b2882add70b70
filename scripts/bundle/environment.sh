# Sourced by the bundle's launchers, which are POSIX shell: what the real programs must be told, because nothing of the
# bundle lies where Debian built it to lie. The libraries need no word: each program's RPATH names lib/.

# `self` is the launcher, free of links; launchers lie one folder below the bundle.
self=$(readlink -f -- "$0")
bundle=${self%/*/*}

say() { printf 'exitaudit: %s\n' "$*" >&2; }

case $bundle in
  *:*)
    say "the path $bundle has a colon, which PATH and Open MPI cannot hold: move the bundle"
    exit 2
    ;;
esac

has_mpi() { [ -x "$bundle/libexec/mpirun" ]; }

# Set for ranks and for mpirun only: another Open MPI's programs, started from exitaudit, must not see them.
set_mpi() {
  has_mpi || return 0
  export OPAL_PREFIX="$bundle" OPAL_SYSCONFDIR="$bundle/etc/openmpi"
  export OMPI_MCA_mca_base_component_path="$bundle/lib/openmpi"
  export OMPI_MCA_orte_launch_agent="$bundle/bin/orted" # what mpirun starts on other nodes
  export PMIX_PREFIX="$bundle" PMIX_LIBDIR="$bundle/lib" PMIX_DATADIR="$bundle/share"
  export HWLOC_PLUGINS_PATH="$bundle/lib/hwloc" # empty: the system's are of another hwloc, perhaps
}

# The names that exitaudit itself looks for.
is_rank() { [ -n "${OMPI_COMM_WORLD_SIZE+set}${PMIX_RANK+set}${PMI_RANK+set}" ]; }

# torch_in FOLDER: sets `torch` to the folder of its LibTorch's libraries.
torch_in() {
  for torch in "$1/lib" "$1/torch/lib" "$1"; do
    [ -e "$torch/libtorch_cpu.so" ] && { [ "$flavour" = cpu ] || [ -e "$torch/libtorch_cuda.so" ]; } && return 0
  done
  return 1
}

# Sets `torch`, or says what to do. A folder that somebody named is the one, or it is an error.
find_torch() {
  read -r flavour version <"$bundle/share/libtorch"
  for named in "${EXITAUDIT_LIBTORCH:-}" "${LIBTORCH_ROOT:-}"; do
    [ -n "$named" ] || continue
    torch_in "$named" && return 0
    say "there is no LibTorch ($flavour) in $named, which EXITAUDIT_LIBTORCH or LIBTORCH_ROOT names"
    return 1
  done
  cache=${EXITAUDIT_CACHE:-${XDG_CACHE_HOME:-${HOME:-}/.cache}/exitaudit}
  for place in "$bundle/libtorch" "${bundle%/*}/libtorch" "$cache/libtorch-$version-$flavour"; do
    torch_in "$place" && return 0
  done
  option=
  [ "$flavour" = cpu ] || option=" --$flavour"
  say "LibTorch $version ($flavour) is not here: put it in ${bundle%/*}/libtorch, name its folder in EXITAUDIT_LIBTORCH," \
    "or let $bundle/scripts/bootstrap.sh --no-system$option download it (python3 with pip, unzip)"
  return 1
}

# The worker's own need, and the CUDA libraries of a GPU build; LibTorch finds the rest by itself.
set_torch() {
  found=$torch
  for folder in "$torch"/../../nvidia/*/lib; do
    [ ! -d "$folder" ] || [ "$flavour" = cpu ] || found=$found:$folder
  done
  export LD_LIBRARY_PATH="$found${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
}
