# What the end-to-end scripts share. Each prints "ok …" per fact it has seen and exits non-zero at the first that fails.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
exitaudit=${EXITAUDIT:-$root/build/release/exitaudit}
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
export OMPI_MCA_btl=self,vader OMPI_MCA_hwloc_base_binding_policy=none
ulimit -c 0  # these tests kill, and Open MPI may fall over a dead peer
work=$(mktemp -d)
clean_up() {
  local jobs
  jobs=$(jobs -p)
  [ -z "$jobs" ] || kill -9 $jobs 2>/dev/null
  rm -rf "$work"
}
trap clean_up EXIT
cd "$root" || exit 1
study=configs/smoke.yaml

ok() { echo "ok $*"; }
note() { echo "note $*"; }
fail() {
  echo "FAILED: $*"
  exit 1
}
# run NAME [FLAG …]: one run of the study with results below $work/NAME; output in $work/NAME.out.
run() {
  local name=$1
  shift
  "$exitaudit" run "$study" --root "$work/$name" "$@" >"$work/$name.out" 2>&1
}
# Names and SHA-256 of all artifacts of a run, sorted: two runs are equal if these are.
fingerprint_of() { (cd "$work/$1"/*/artifacts && find . -name '*.h5' -print0 | sort -z | xargs -0 sha256sum); }
must_equal() { # A B WHAT
  diff <(fingerprint_of "$1") <(fingerprint_of "$2") >"$work/diff" || {
    cat "$work/diff"
    fail "$3"
  }
}
# The part that all studies with a clock share; each adds what it measures.
small_clock_study() { # FILE
  cat >"$1" <<'YAML'
study: clock
axes: {dataset: [bits], network: [fcn18_1], exits: [1, 3]}
datasets:
  bits: {format: synthetic_rows, classes: 5, synthetic: {samples: 480, features: 64, difficulty: 0.6}}
network: {width: 0.125}
train: {epochs: 8, batch_size: 32, learning_rate: 0.05, milestones: [6], evaluate_every: 8}
calibrate: {rule: even}
characterize: false
attack: {epochs: 10}
YAML
}
json() { python3 -c "import json,sys; d=json.load(sys.stdin); print($1)"; }
