# What the tests on a real Slurm share: a cluster of three nodes, ended at the end whatever happens.
#
# Where it may, a test runs in a network of its own, in which each node has its end that can be cut.
if [ -z "${NET:-}" ] && [ "$(id -u)" -eq 0 ] &&
  unshare --net ip link add veth0 type veth peer name veth1 2>/dev/null; then
  "$(dirname "${BASH_SOURCE[0]}")/cluster.sh" install # while there is an internet
  NET=own exec unshare --net bash "$0" "$@"
fi
. "$(dirname "${BASH_SOURCE[0]}")/../end_to_end/_lib.sh"
export PATH=$PATH:/usr/sbin:/sbin
export OMPI_MCA_btl=self,tcp  # between nodes
cluster=$root/tests/slurm/cluster.sh
apart=()
[ "$(id -u)" -eq 0 ] || apart=(--user --map-root-user)
unshare "${apart[@]}" --uts --mount --pid --fork --mount-proc true 2>/dev/null || {
  note "skipped: this machine makes no namespaces, so that it cannot be several nodes"
  exit 0
}
"$cluster" install || fail "Slurm cannot be installed"
leave() {
  [ ! -e "$work/c/run/nodes" ] || "$cluster" down "$work/c"
  clean_up
}
trap leave EXIT
trap 'exit 130' INT  # a shell that dies of a signal leaves without a word
trap 'exit 143' TERM
CPUS=2 "$cluster" up "$work/c" || fail "no cluster"
export SLURM_CONF=$work/c/etc/slurm.conf
# Launches of one rank on each of three nodes: what a job wants of a node is little, so that two cores bear them.
site=$work/site.yaml
cat >"$site" <<'SITE'
mpi: pmix
warn_seconds: 10
setup: ["export OMP_NUM_THREADS=1"]
compute: {nodes: 3, cores_per_rank: 1, minutes: 30}
timing: {nodes: 1, cores_per_rank: 2, minutes: 30}
report: {minutes: 10}
SITE
# submit NAME [FLAG …]: output in $work/NAME.submit
submit() {
  local name=$1
  shift
  "$exitaudit" submit "$study" --site "$site" --root "$work/$name" "$@" >"$work/$name.submit" 2>&1 || {
    cat "$work/$name.submit"
    fail "submit"
  }
}
queue() { squeue --noheader --array --format='%i %j %T %r' 2>/dev/null; }
# wait_until WHAT SECONDS COMMAND …
wait_until() {
  local what=$1 end=$((SECONDS + $2))
  shift 2
  until "$@"; do
    [ $SECONDS -lt $end ] || {
      queue
      tail -n 20 "$work"/*/*/slurm/*.log 2>/dev/null
      fail "waited in vain: $what"
    }
    sleep 0.2
  done
}
queue_is_empty() { [ "$(scontrol ping | grep -c UP)" -gt 0 ] && [ -z "$(squeue --noheader --states=PENDING,RUNNING,COMPLETING,CONFIGURING)" ]; }
ledger() { cat "$work/$1"/*/ledger/*.jsonl 2>/dev/null; }
# What an administrator does where a controller was killed so soon after a start that it forgot it: it starts the job once
# more, the node refuses the second copy, is drained, and the job held.
study_is_over() {
  local node job
  for node in $(sinfo --noheader --Node --states=drain --format=%N | sort -u); do
    note "$node was drained: $(sinfo --noheader --list-reasons --format=%E --nodes="$node" | head -n 1)"
    scontrol update nodename="$node" state=resume
  done
  for job in $(squeue --noheader --format='%i %r' | sed -n 's/ .*requeued held//p'); do scontrol release "$job"; done
  queue_is_empty
}
# How long trainings must be for the longest to take so many seconds, as the ledger of `calm` tells of the 12 epochs there:
# so that there is a middle to disturb, however fast the machine.
settings_for() { # SECONDS
  local epochs
  epochs=$(ledger calm | python3 -c '
import json, sys
ends = [json.loads(line) for line in sys.stdin if "\"end\"" in line]
slowest = max(e["seconds"] for e in ends if e["job"].startswith("train/"))
print(min(1200, max(60, round(12 * float(sys.argv[1]) / slowest))))' "$1") || fail "the calm ledger tells no training times"
  note "trainings of $epochs epochs"
  settings=(--set "train.epochs=$epochs" --set 'train.milestones=[40]')
}
# Lets a rank count as lost after 16 seconds instead of two minutes.
impatient_program() {
  cat >"$work/exitaudit" <<PROGRAM
#!/bin/sh
[ "\$1" != run ] || exec "$exitaudit" "\$@" --heartbeat-limit 8
exec "$exitaudit" "\$@"
PROGRAM
  chmod +x "$work/exitaudit"
  echo "program: $work/exitaudit" >>"$site"
}
all_nodes_idle() { [ "$(sinfo --noheader --partition=main --Node --format=%t | grep -c '^idle$')" -eq 3 ]; }
compute_runs() { queue | grep compute | grep -q RUNNING; }
running_train() { ledger "$1" | grep '"event":"start"' | grep -q '"stage":"train"'; }
reports_must_equal() { # A B: tables of both
  local file
  for file in "$work/$1"/*/report/*; do
    case $file in
      *.csv | *.md | *.tex) cmp "$file" "$(echo "$work/$2"/*/report)/$(basename "$file")" || fail "$(basename "$file") differs" ;;
    esac
  done
  [ -s "$(echo "$work/$1"/*/report)/results.csv" ] || fail "there is no results.csv"
}
# Every job was committed once, and every attempt before that ended because its owner was lost or stopped.
once_each() { # NAME OUTCOMES
  ledger "$1" | python3 -c '
import collections, json, sys
allowed = set(sys.argv[1].split())
ends = collections.defaultdict(list)
starts = collections.Counter()
for line in sys.stdin:
    try:
        event = json.loads(line)
    except ValueError:
        continue
    if event.get("event") == "start":
        starts[event["job"], event["fingerprint"]] += 1
    if event.get("event") == "end":
        ends[event["job"], event["fingerprint"]].append(event["outcome"])
for job, outcomes in ends.items():
    # Whoever is lost between its commit and its word of it leaves no "done"; must_equal sees to the artifact.
    silent = outcomes[-1] == "lost" and "done" not in outcomes
    assert outcomes.count("done") == 1 or silent, (job, outcomes)
    assert set(outcomes) - {"done"} <= allowed, (job, outcomes)
again = {job: count for job, count in starts.items() if count > 1}
print(len(ends), "jobs,", len(again), "of them more than once:", ", ".join(sorted(job for job, _ in again)))
' "$2" || fail "a job ran twice though its owner was not lost"
}
