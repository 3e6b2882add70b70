#!/usr/bin/env bash
# Bad studies and bad flags: one sentence, exit code 2, nothing written.
. "$(dirname "$0")/_lib.sh"

refused() { # WHAT EXPECTED-TEXT COMMAND …
  local what=$1 expected=$2
  shift 2
  "$exitaudit" "$@" >"$work/out" 2>&1
  local status=$?
  [ $status = 2 ] || { cat "$work/out"; fail "$what: exit code $status, not 2"; }
  grep -qF -- "$expected" "$work/out" || { cat "$work/out"; fail "$what: the message lacks \"$expected\""; }
  [ ! -e "$work/runs" ] || fail "$what: something was written"
  ok "$what: exit 2, \"$expected\""
}
refused "an unknown command" 'did you mean "plan"' paln configs/demo.yaml
refused "a missing study" 'there is no such file' run nowhere.yaml --root "$work/runs"
refused "an unknown key" 'did you mean "epochs"' run $study --root "$work/runs" --set train.epohcs=5
refused "a value out of range" 'train.epochs' run $study --root "$work/runs" --set train.epochs=0
refused "an unknown stage" 'did you mean "train"' run $study --root "$work/runs" --stage trian
refused "an unknown job" 'train/blobs/vgg16/exits3/target/seed1' explain $study train/blobs/vgg16/exits3/target/seed --root "$work/runs"
refused "a flag of the wrong type" '--slots' run $study --root "$work/runs" --slots many
mpirun -n 2 "$exitaudit" run $study --root "$work/runs" --set train.epochs=0 >"$work/out" 2>&1 </dev/null
[ $? = 2 ] || { cat "$work/out"; fail "a bad study under mpirun does not exit with 2"; }
[ "$(grep -c 'train.epochs' "$work/out")" = 1 ] || { cat "$work/out"; fail "a bad study under mpirun is told more than once"; }
ok "a bad study under mpirun is told once, exit 2"

# Raw data that is not there fails its jobs alone, and says where it was looked for.
"$exitaudit" run configs/cifar10_vgg.yaml --root "$work/data" --stage ingest >"$work/out" 2>&1
status=$?
[ $status = 3 ] && grep -q 'data/fetch.sh cifar10' "$work/out" || { cat "$work/out"; fail "missing raw data: exit code $status"; }
ok "missing raw data fails its job with what to do"
