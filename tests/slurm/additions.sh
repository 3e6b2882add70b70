#!/usr/bin/env bash
# What is added while a launch is at work: failed jobs that are to be repeated, and a study that has grown.
. "$(dirname "$0")/_slurm.sh"
run calm || { cat "$work/calm.out"; fail "the local run"; }
settings_for 10
"$exitaudit" run $study --root "$work/calm2" "${settings[@]}" >"$work/calm2.out" 2>&1 || fail "the undisturbed run"
# One node is left free for what is added.
sed -i 's/^compute: .*/compute: {nodes: 1, cores_per_rank: 1, minutes: 30}/' "$site"

crashing=train/blobs/vgg16/exits1/target/seed1
export EXITAUDIT_FAULT="stage@$crashing=abort"
submit more "${settings[@]}"
unset EXITAUDIT_FAULT
failed() { ledger more | grep '"outcome":"crashed"' | grep -q "$crashing"; }
wait_until "the failure" 60 failed
wait_until "a training" 60 running_train more
"$exitaudit" retry $study --site "$site" --root "$work/more" "${settings[@]}" >"$work/retry" 2>&1 || { cat "$work/retry"; fail "retry"; }
grep -q 'it began before the last `exitaudit retry`' "$work/retry" && grep -q '^submitted compute' "$work/retry" ||
  { cat "$work/retry"; fail "retry leaves it to a launch that takes the job for failed"; }
grep -q '^report: Slurm job [0-9]* now waits for' "$work/retry" || { cat "$work/retry"; fail "the report does not wait for what was added"; }
"$exitaudit" submit $study --site "$site" --root "$work/more" "${settings[@]}" >"$work/again" || fail "submit"
grep -q 'nothing to submit' "$work/again" || { cat "$work/again"; fail "a further submit adds launches for ever"; }
ok "retry --site adds a launch where the one at work takes the job for failed"

grown=("${settings[@]}" --set 'axes.1.seed=[1,2]')
"$exitaudit" submit $study --site "$site" --root "$work/more" "${grown[@]}" >"$work/grown" 2>&1 || { cat "$work/grown"; fail "submit"; }
grep -q '^submitted compute' "$work/grown" || { cat "$work/grown"; fail "nothing is added for what the study has grown by"; }
wait_until "the end of the study" 300 queue_is_empty
"$exitaudit" status $study --root "$work/more" "${grown[@]}" >"$work/status" || { cat "$work/status"; fail "the grown study is not done"; }
"$exitaudit" run $study --root "$work/calm2" "${grown[@]}" >"$work/calm2.out" 2>&1 || fail "the grown study alone"
must_equal calm2 more "what was added gives other bytes"
once_each more "crashed preempted lost taken_over" >"$work/counts" || { cat "$work/counts"; fail "not once each"; }
ok "a study that has grown is submitted beside the launch of the smaller one, and no job runs twice"

# All nodes are taken, so that what is submitted waits; meanwhile a failed job is to be repeated with more memory.
sbatch --partition=urgent --nodes=3 --exclusive --output=/dev/null --wrap "sleep 600" >"$work/busy" || fail "the urgent job"
EXITAUDIT_FAULT="stage@$crashing=abort" "$exitaudit" run $study --root "$work/wait" --fail-fast >"$work/wait.out" 2>&1 && fail "the crash"
submit wait
first=$(sed -n 's/^submitted compute: Slurm job \([0-9]*\).*/\1/p' "$work/wait.submit")
"$exitaudit" retry $study --site "$site" --root "$work/wait" --set site.memory=1500M >"$work/retry" 2>&1 || { cat "$work/retry"; fail "retry"; }
grep -q "^cancelled compute: Slurm job $first, which waited with other resources" "$work/retry" && grep -q '^submitted compute' "$work/retry" ||
  { cat "$work/retry"; fail "what waits with too little memory is not replaced"; }
scancel --quiet "$(sed 's/[^0-9]//g' "$work/busy")"
wait_until "the end of the study" 120 queue_is_empty
must_equal calm wait "what was replaced gives other bytes"
[ -s "$work/wait/smoke/report/results.csv" ] || fail "there is no report"
ok "retry --site with more memory replaces what still waits without it"
