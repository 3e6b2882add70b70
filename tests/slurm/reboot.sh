#!/usr/bin/env bash
# A node that boots again before Slurm looks: nobody but the launch itself can tell that one of its ranks is gone.
. "$(dirname "$0")/_slurm.sh"
impatient_program

run calm || { cat "$work/calm.out"; fail "the local run"; }
settings_for 5
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
