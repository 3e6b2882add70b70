#!/usr/bin/env bash
# Two launches at once whose time is too short for the study, several times over; then the whole chain: what needs no clock,
# the clock on a node of its own, what is behind it, and the report.
. "$(dirname "$0")/_slurm.sh"
sed -i 's/^compute: .*/compute: {nodes: 1, cores_per_rank: 1, minutes: 1, launches: 2}/; s/^warn_seconds: .*/warn_seconds: 30/' "$site"

run calm || { cat "$work/calm.out"; fail "the local run"; }
settings_for 15
"$exitaudit" run $study --root "$work/calm2" "${settings[@]}" >"$work/calm2.out" 2>&1 || fail "the undisturbed run"
"$exitaudit" report $study --root "$work/calm2" "${settings[@]}" >"$work/calm2.report" 2>&1 || fail "the local report"
submit short "${settings[@]}"
grep -q ', 2 launches' "$work/short.submit" || { cat "$work/short.submit"; fail "not two launches"; }
wait_until "the end of the study" 400 queue_is_empty
must_equal calm2 short "launches whose time ends give other bytes"
reports_must_equal calm2 short
once_each short "preempted" >"$work/counts" || { cat "$work/counts"; fail "not once each"; }
# Both launches came back, each by its own index, and each did a part.
for launch in 0 1; do
  [ "$(grep -c '^study smoke: ' "$work"/short/smoke/slurm/compute-*_$launch.log)" -gt 1 ] || fail "launch $launch did not come back"
done
if grep -q 'DUE TO TIME LIMIT' "$work"/short/*/slurm/*.log; then fail "a launch was ended by force"; fi
ok "two launches stop before their time is over, come back each by itself, and give the same bytes"

small_clock_study "$work/clock.yaml"
cat >>"$work/clock.yaml" <<'YAML'
measure_latency: {device: cpu, copies_per_device: [1], samples: 60, repeats: 3}
attacks:
  - {kind: score, exit_source: none}
  - {kind: score, exit_source: stolen}
YAML
study=$work/clock.yaml
submit clock
for link in compute timing behind report; do
  grep -q "^submitted $link" "$work/clock.submit" || { cat "$work/clock.submit"; fail "no $link was submitted"; }
done
timing=$(sed -n 's/^submitted timing: Slurm job \([0-9]*\).*/\1/p' "$work/clock.submit")
scontrol show job "$timing" | grep -q 'OverSubscribe=NO' || { scontrol show job "$timing"; fail "the clock is not alone on its node"; }
wait_until "the end of the study" 200 queue_is_empty
ledger clock | python3 -c '
import json, sys
events = [json.loads(line) for line in sys.stdin]
starts = {e["job"]: e for e in events if e.get("event") == "start"}
ends = {e["job"]: e for e in events if e.get("event") == "end" and e["outcome"] == "done"}
clock = [j for j in ends if j.startswith("measure_latency/")]
behind = [j for j in ends if j.startswith("steal_exits/") or "/stolen/" in j]
first = [j for j in ends if j.startswith("train/")]
assert clock and behind and first, sorted(ends)
ended = lambda jobs: max(ends[j]["started"] + ends[j]["seconds"] for j in jobs)
began = lambda jobs: min(starts[j]["started"] for j in jobs)
assert ended(first) <= began(clock) and ended(clock) <= began(behind)
links = {j: starts[j]["slurm_job"].split(".")[0].split("_")[0] for j in first + clock + behind}
assert len(set(links.values())) == 3, links' || { ledger clock | head -n 3; fail "the links did not run one behind the other"; }
[ -s "$work/clock/clock/report/results.csv" ] || fail "there is no report"
grep -q stolen "$work/clock/clock/report/results.csv" || fail "the report tells nothing of stolen exits"
ok "the clock has an allocation and a node of its own between what comes before and what needs its numbers"
