#!/usr/bin/env bash
# A study on a real Slurm of three nodes: from submit to report without a further command, with the bytes of a local run;
# then preempted, cancelled, its ranks killed, a node dead, the controller restarted, and still the same bytes.
. "$(dirname "$0")/_slurm.sh"

run calm || { cat "$work/calm.out"; fail "the local run"; }
"$exitaudit" report $study --root "$work/calm" >"$work/calm.report" 2>&1 || fail "the local report"

# From submit to report.
submit smooth
grep -q 'submitted report' "$work/smooth.submit" || fail "no report was submitted"
"$exitaudit" submit $study --site "$site" --root "$work/smooth" >"$work/again" || fail "the second submit"
grep -q 'nothing to submit' "$work/again" || { cat "$work/again"; fail "a second submit submits again"; }
"$exitaudit" status $study --root "$work/smooth" >"$work/status" || fail "status"
grep -q 'Slurm job' "$work/status" || { cat "$work/status"; fail "status does not tell of Slurm"; }
wait_until "the end of the study" 240 queue_is_empty
must_equal calm smooth "Slurm gives other bytes"
reports_must_equal calm smooth
once_each smooth "" >"$work/counts"
ledger smooth | python3 -c '
import json, sys
hosts = {json.loads(line).get("host") for line in sys.stdin if "\"start\"" in line}
assert {"node1", "node2", "node3"} <= hosts, hosts' || fail "not all nodes worked"
ok "one submit goes from the study to its report on three nodes, with the bytes of a local run"

# Disturbed.
settings_for 10
"$exitaudit" run $study --root "$work/calm2" "${settings[@]}" >"$work/calm2.out" 2>&1 || fail "the undisturbed run"
submit rough "${settings[@]}"
wait_until "a training" 60 running_train rough
sleep 2
# Preempted by jobs that are more urgent.
srun --partition=urgent --nodes=3 --exclusive sleep 2 || fail "the urgent job"
wait_until "its way back into the queue" 60 grep -q 'asked to stop' "$work"/rough/smoke/slurm/compute-*.log
preempted() { ledger rough | grep -q '"outcome":"preempted"'; }
wait_until "a preempted job in the ledger" 60 preempted
wait_until "the compute job's return" 60 compute_runs
ok "a preempted launch writes its resume points and comes back by itself"

# Cancelled, and handed in again.
sleep 3
"$exitaudit" cancel $study --root "$work/rough" "${settings[@]}" >"$work/cancel" 2>&1 || { cat "$work/cancel"; fail "cancel"; }
wait_until "an empty queue" 60 queue_is_empty
submit rough "${settings[@]}"
wait_until "the compute job" 60 compute_runs
sleep 5

# The ranks killed with -9: the launch comes back by itself.
pkill -9 -f "exitaudit run .*$work/rough" || fail "there was no rank to kill"
wait_until "its way back into the queue" 120 grep -q 'ended with exit code 137 and work left' "$work"/rough/smoke/slurm/compute-*.log
wait_until "the compute job's return" 60 compute_runs
sleep 5

# A node dies with all that runs on it; its job goes on elsewhere or waits until the node is back.
"$cluster" crash "$work/c" node2
scontrol update nodename=node2 state=down reason=test
sleep 2
"$cluster" boot "$work/c" node2
scontrol update nodename=node2 state=resume
wait_until "the compute job's return" 90 compute_runs
# The controller is killed and comes back. It loses the last five seconds.
sleep 8
"$cluster" controller "$work/c" kill
"$exitaudit" status $study --root "$work/rough" "${settings[@]}" >"$work/status" 2>&1
grep -q 'Slurm does not answer' "$work/status" || { cat "$work/status"; fail "status does not say that Slurm is silent"; }
grep -q 'train' "$work/status" || fail "status needs Slurm"
"$cluster" controller "$work/c" start
wait_until "the end of the study" 300 study_is_over
# What the controller forgot is handed in again.
submit rough "${settings[@]}"
wait_until "the end of the study" 300 study_is_over
must_equal calm2 rough "after preemption, cancelling, kills and a dead node the bytes differ"
"$exitaudit" report $study --root "$work/calm2" "${settings[@]}" >"$work/calm2.report" 2>&1 || fail "the local report"
reports_must_equal calm2 rough
once_each rough "preempted lost taken_over"
ok "preempted, cancelled, killed, on a node that died, under a controller that was killed: the same bytes, no job twice but the lost"
