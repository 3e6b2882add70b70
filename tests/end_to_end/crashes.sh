#!/usr/bin/env bash
# A worker that aborts costs its job alone: the others finish, status names it, retry repairs it.
. "$(dirname "$0")/_lib.sh"

run whole || { cat "$work/whole.out"; fail "the smoke study does not run"; }
victim=train/blobs/vgg16/exits3/target/seed1
EXITAUDIT_FAULT="stage@$victim=abort" run crash
status=$?
[ $status = 3 ] || { cat "$work/crash.out"; fail "a run with a crashed job exits with $status, not 3"; }
ok "a run with a crashed job exits with 3"
"$exitaudit" status $study --root "$work/crash" >"$work/status.out"
[ $? = 3 ] || fail "status does not exit with 3"
grep -q "failed: $victim" "$work/status.out" || { cat "$work/status.out"; fail "status does not name the job"; }
grep -q 'SIGABRT' "$work/status.out" || { cat "$work/status.out"; fail "status does not name the signal"; }
grep -q '^  | ' "$work/status.out" || { cat "$work/status.out"; fail "status shows no log lines"; }
ok "status names the job, its signal and its last log lines"

plan=$("$exitaudit" plan $study --root "$work/crash" --json)
[ "$(json 'd["stages"]["train"]["done"]' <<<"$plan")" = 7 ] || fail "the other trainings did not finish: $plan"
[ "$(json 'd["stages"]["attack"]["done"]' <<<"$plan")" -ge 5 ] || fail "other attacks did not finish"
ok "all jobs that do not depend on it finished"
run crash && fail "a second run forgets the failure"
grep -q '^0 jobs ran' "$work/crash.out" || { cat "$work/crash.out"; fail "a second run repeats the failed job without retry"; }
ok "a second run does not repeat it by itself"
"$exitaudit" retry $study --root "$work/crash" >"$work/retry.out" || fail "retry"
run crash || { cat "$work/crash.out"; fail "the run after retry"; }
must_equal whole crash "after retry the bytes differ"
ok "retry repairs it, with the same bytes as an undisturbed run"

EXITAUDIT_FAULT="stage@$victim=throw" run failfast --fail-fast --slots 1
[ $? = 3 ] || fail "--fail-fast does not exit with 3"
done_fast=$("$exitaudit" plan $study --root "$work/failfast" --json | json 'd["to_run"]')
[ "$done_fast" -gt 0 ] || fail "--fail-fast went on"
ok "--fail-fast stops at the first failure"

# Stopped on request: exit 75, and the rest is done by the next run.
"$exitaudit" run $study --root "$work/stop" >"$work/stop.out" 2>&1 &
pid=$!
for _ in $(seq 200); do [ -d "$work/stop/smoke/artifacts/weights" ] && break; sleep 0.05; done
kill -TERM $pid
wait $pid
status=$?
[ $status = 75 ] || { cat "$work/stop.out"; fail "SIGTERM gives exit code $status, not 75"; }
ok "a run stopped by SIGTERM exits with 75"
run stop || { cat "$work/stop.out"; fail "the run after the stop"; }
must_equal whole stop "after a stop the bytes differ"
ok "the next run finishes it, with the same bytes"
