#!/usr/bin/env bash
# Nodes that are lost without anybody being told: one boots again before Slurm looks, one goes on working without its network.
. "$(dirname "$0")/_slurm.sh"
# A rank counts as lost after 16 seconds instead of two minutes.
cat >"$work/exitaudit" <<PROGRAM
#!/bin/sh
[ "\$1" != run ] || exec "$exitaudit" "\$@" --heartbeat-limit 8
exec "$exitaudit" "\$@"
PROGRAM
chmod +x "$work/exitaudit"
echo "program: $work/exitaudit" >>"$site"

run calm || { cat "$work/calm.out"; fail "the local run"; }
settings_for 15
"$exitaudit" run $study --root "$work/calm2" "${settings[@]}" >"$work/calm2.out" 2>&1 || fail "the undisturbed run"

submit reboot "${settings[@]}"
wait_until "a training on node3" 60 eval 'ledger reboot | grep "\"event\":\"start\"" | grep "\"stage\":\"train\"" | grep -q "\"host\":\"node3\""'
"$cluster" crash "$work/c" node3
"$cluster" boot "$work/c" node3
wait_until "the launch's notice of the loss" 90 grep -q 'rank 2 on node3 was not heard of for 16 s' "$work"/reboot/smoke/slurm/compute-1.log
wait_until "the end of the study" 300 study_is_over
must_equal calm2 reboot "after a node's unnoticed loss the bytes differ"
once_each reboot "preempted lost" >"$work/counts" || { cat "$work/counts"; fail "not once each"; }
ok "a node that boots again before Slurm looks costs its launch one return to the queue"

[ "${NET:-}" = own ] || {
  note "the nodes of this machine share one network, which cannot be cut"
  exit 0
}
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
