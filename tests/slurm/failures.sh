#!/usr/bin/env bash
# One job that crashes, one that hangs, one that wants too much memory: the others finish, status names the three with
# cause and log, and retry repairs them once the cause is gone. A launch that dies before the program starts, and a controller
# that is silent, are told from "all is over".
. "$(dirname "$0")/_slurm.sh"

run calm || { cat "$work/calm.out"; fail "the local run"; }
crashing=train/blobs/vgg16/exits1/target/seed1
hanging=train/blobs/vgg16/exits3/target/seed1
greedy=train/bits/fcn18_1/exits1/target/seed1
cat >>"$site" <<'SITE'
job_limit_minutes: 1
worker_memory_gb: 3
SITE
export EXITAUDIT_FAULT="stage@$crashing=abort,stage@$hanging=stop,stage@$greedy=hoard"
submit sick
unset EXITAUDIT_FAULT
wait_until "the end of the study" 240 queue_is_empty
"$exitaudit" status $study --root "$work/sick" >"$work/status"
[ $? -eq 3 ] || { cat "$work/status"; tail -n 30 "$work"/sick/smoke/slurm/*.log; fail "status does not say by its exit code that jobs failed"; }
for line in "failed: $crashing" "failed: $hanging" "failed: $greedy" "crashed on node" "timeout on node" \
  "out_of_memory on node" "took longer than the 60 s" "SIGABRT" "site.memory=64G" "log: $work/sick/smoke/logs/$greedy.log" \
  "Slurm job"; do
  grep -qF -- "$line" "$work/status" || { cat "$work/status"; fail "status does not say: $line"; }
done
[ "$(grep -c '^failed: ' "$work/status")" -eq 3 ] || { cat "$work/status"; fail "not three jobs failed"; }
"$exitaudit" status $study --root "$work/sick" --json >"$work/status.json"
json 'sorted(f["outcome"] for f in d["failed"])' <"$work/status.json" | grep -qF "['crashed', 'out_of_memory', 'timeout']" ||
  { cat "$work/status.json"; fail "status --json"; }
"$exitaudit" logs $study $greedy --root "$work/sick" --last 5 | grep -q 'out_of_memory' || fail "logs"
ok "a job that crashes, one that hangs and one that is too greedy fail alone, each with its cause and its log"

"$exitaudit" retry $study --site "$site" --set site.memory=1500M --root "$work/sick" >"$work/retry" 2>&1 || {
  cat "$work/retry"
  fail "retry"
}
grep -q 'submitted compute' "$work/retry" || { cat "$work/retry"; fail "retry submits nothing"; }
grep -q -- '--mem=1500M' "$work/sick/smoke/slurm/compute.sbatch" || fail "retry does not ask for the memory"
wait_until "the end of the study" 240 queue_is_empty
must_equal calm sick "after retry the bytes differ"
[ -s "$work/sick/smoke/report/results.csv" ] || fail "there is no report"
ok "retry --site repairs the three once the cause is gone"

# A launch that dies before exitaudit starts leaves nothing in the ledger.
dead=$work/dead.yaml
sed 's|^setup: .*|setup: ["cd /nowhere \|\| exit 7"]|' "$site" >"$dead"
site=$dead submit dead
wait_until "the end of the dead launches" 60 queue_is_empty
"$exitaudit" status $study --root "$work/dead" >"$work/status" || { cat "$work/status"; fail "status of a dead launch"; }
log=$(echo "$work"/dead/smoke/slurm/compute-*.log)
for line in 'Slurm has no job of this study any more' "last launch: compute, Slurm job $(basename "${log##*/compute-}" .log)" \
  "log: $log" 'cd: /nowhere: No such file or directory' '61 jobs are left to run; `exitaudit submit` goes on'; do
  grep -qF -- "$line" "$work/status" || { cat "$work/status"; fail "status does not say of a dead launch: $line"; }
done
"$exitaudit" status $study --root "$work/dead" --json >"$work/status.json"
json '(d["last_launch"]["log"], d["slurm"], d["slurm_fault"])' <"$work/status.json" | grep -qF "('$log', [], None)" ||
  { cat "$work/status.json"; fail "status --json of a dead launch"; }
ok "of a launch that died before the program started, status shows Slurm's log"

# Shut down, not killed: a controller that forgets the launch that has just ended would start it once more.
scontrol shutdown slurmctld
controller_is_gone() { ! scontrol ping | grep -q 'is UP'; }
wait_until "the controller's end" 20 controller_is_gone
"$exitaudit" status $study --root "$work/dead" --watch --every 1 >"$work/watch" 2>&1 &
watch=$!
"$exitaudit" status $study --root "$work/dead" --json >"$work/status.json"
json '(d["slurm_fault"], d["slurm"], d["last_launch"])' <"$work/status.json" | grep -q "squeue.*\[\], None" ||
  { cat "$work/status.json"; fail "status --json of a silent controller"; }
wait_until "a look at a silent controller" 20 grep -q 'Slurm does not answer' "$work/watch"
kill -0 $watch || { cat "$work/watch"; fail "the watch takes a silent controller for the end"; }
"$cluster" controller "$work/c" start
wait $watch || { cat "$work/watch"; fail "the watch"; }
grep -q 'Slurm has no job of this study any more' "$work/watch" || { cat "$work/watch"; fail "the watch ends before Slurm answers"; }
ok "the watch goes on while the controller is silent"
wait_until "the nodes" 60 all_nodes_idle

# A site that does not fit.
"$exitaudit" doctor --site "$site" --set site.partition=mian --set site.mpi=pmi9 >"$work/doctor" 2>&1 && fail "doctor likes a bad site"
grep -q 'no partition "mian"; did you mean "main"' "$work/doctor" || { cat "$work/doctor"; fail "doctor: partition"; }
grep -q 'srun does not know --mpi=pmi9' "$work/doctor" || { cat "$work/doctor"; fail "doctor: mpi"; }
"$exitaudit" doctor --site "$site" --set site.compute.nodes=9 --set site.timing.memory=64G >"$work/doctor" 2>&1 && fail "doctor likes too much"
for line in 'PROBLEM  compute script     allocation failure: ' 'PROBLEM  timing script      allocation failure: ' \
  'ok       report script      could start at ' 'note     compute node       no test job'; do
  grep -qF "$line" "$work/doctor" || { cat "$work/doctor"; fail "doctor does not say: $line"; }
done
"$exitaudit" doctor --site "$site" --set 'site.sbatch=["--comment=project42","-ptiny"]' >"$work/doctor" 2>&1 && fail "a site may set the comment"
grep -qF '"--comment=project42" sets --comment' "$work/doctor" && grep -qF 'use the key `partition`' "$work/doctor" ||
  { cat "$work/doctor"; fail "doctor: site.sbatch"; }
# Slurm reads quotes and patterns into the name of a log's folder.
odd="$work/it's 50%j off"
mkdir "$odd"
(cd "$odd" && "$exitaudit" doctor --site "$site") >"$work/doctor" 2>&1 || { cat "$work/doctor"; fail "doctor does not like a good site"; }
grep -q 'compute script *could start at .* node\[1-3\]' "$work/doctor" || { cat "$work/doctor"; fail "doctor: compute script"; }
rmdir "$odd" || fail "doctor leaves something behind"
grep -q '2 ranks found each other on node' "$work/doctor" || { cat "$work/doctor"; fail "doctor: compute node"; }
ok "doctor --site tells a site that fits from one that does not"

"$exitaudit" submit $study --site "$site" --root "$work/dry" --dry-run >"$work/dry.out" || fail "--dry-run"
grep -q '#SBATCH --nodes=3' "$work/dry.out" && grep -q 'dependency=afterany:compute' "$work/dry.out" || fail "the dry run's scripts"
[ ! -e "$work/dry" ] || fail "a dry run leaves something behind"
PATH=/usr/bin-without-slurm:/bin-none "$exitaudit" submit $study --site "$site" --root "$work/none" >"$work/none.out" 2>&1 &&
  fail "submit without Slurm says that all is well"
grep -q 'Slurm is not installed here' "$work/none.out" || { cat "$work/none.out"; fail "submit without Slurm"; }
grep -q '#SBATCH --nodes=3' "$work/none.out" || fail "submit without Slurm prints no script"
[ ! -e "$work/none" ] || fail "a submit without Slurm leaves something behind"
ok "without Slurm submit says so in a sentence and prints what it would have submitted"
