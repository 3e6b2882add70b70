#!/usr/bin/env bash
# A node that loses its network and goes on working, while Slurm starts its launch again elsewhere: two owners at once.
. "$(dirname "$0")/_slurm.sh"
impatient_program

[ "${NET:-}" = own ] || {
  note "skipped: the nodes of this machine share one network, which cannot be cut"
  exit 0
}
run calm || { cat "$work/calm.out"; fail "the local run"; }
settings_for 15
"$exitaudit" run $study --root "$work/calm2" "${settings[@]}" >"$work/calm2.out" 2>&1 || fail "the undisturbed run"
sed -i 's/^compute: .*/compute: {nodes: 2, cores_per_rank: 1, minutes: 30}/' "$site"
submit cut "${settings[@]}"
wait_until "a training" 60 running_train cut
sleep 2
first=$(squeue --noheader --states=RUNNING --format=%B)
"$cluster" cut "$work/c" "$first"
again() { [ "$(squeue --noheader --states=RUNNING --format=%B | grep -cv "^$first\$")" -gt 0 ]; }
wait_until "the launch on other nodes" 120 again
# Whoever was cut off may go on for as long as its lease holds; it must not hinder the others for ever.
wait_until "the end of the study" 300 study_is_over
"$cluster" mend "$work/c" "$first"
must_equal calm2 cut "after a cut the bytes differ"
once_each cut "preempted lost taken_over" >"$work/counts" || { cat "$work/counts"; fail "not once each"; }
ok "a node without its network and its successor never do a job twice but what was lost"
