#!/usr/bin/env bash
# How long plan, status, report and submit --dry-run take on a finished study of some 3,000 jobs, and the table made of all its
# results: the median of so many runs, in seconds.
#
#   tests/bench/plan_and_status.sh [--rounds 5]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
exitaudit=${EXITAUDIT:-$root/build/release/exitaudit}
rounds=5
[ "${1:-}" != --rounds ] || rounds=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --build "$root/build/release" --target fill_study >"$work/build.log" || { cat "$work/build.log"; exit 1; }
seeds=$(seq -s, 1 60)
settings=("axes.0.seed=[$seeds]" "axes.1.seed=[$seeds]")
study=$root/configs/smoke.yaml
"$root/build/release/tests/bench/fill_study" "$study" "$work" "${settings[@]}"
flags=()
for setting in "${settings[@]}"; do flags+=(--set "$setting"); done
cd "$root"
measure() { # NAME COMMAND …
  local name=$1 round
  shift
  for round in $(seq "$rounds"); do
    /usr/bin/env bash -c 'TIMEFORMAT=%R; time "$@" >/dev/null 2>&1' measure "$@" 2>>"$work/$name.times"
  done
  printf '%-28s %s\n' "$name" "$(sort -n "$work/$name.times" | sed -n "$(((rounds + 1) / 2))p")"
}
measure plan "$exitaudit" plan "$study" --root "$work" "${flags[@]}"
measure status "$exitaudit" status "$study" --root "$work" "${flags[@]}"
measure 'submit --dry-run' "$exitaudit" submit "$study" --site slurm/hgx.yaml --dry-run --root "$work" "${flags[@]}"
# The study's table is none: fill_study leaves a file of that name without rows. Its job makes it again, of all results.
table=$(find "$work" -path '*/artifacts/table/*.h5')
measure tabulate bash -c "rm -f '$table' && $exitaudit run $study --root $work ${flags[*]}"
measure report "$exitaudit" report "$study" --root "$work" "${flags[@]}"
