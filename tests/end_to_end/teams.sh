#!/usr/bin/env bash
# Trainings by teams of two ranks: killed ranks, a killed mpirun and SIGTERM cost no more than a repetition, leave no
# process, and change no byte.
. "$(dirname "$0")/_lib.sh"

study=$work/teams.yaml
cat >"$study" <<'YAML'
study: teams
axes:
  - {dataset: [bits], network: [fcn18_1], exits: [1]}
datasets:
  bits: {format: synthetic_rows, classes: 5, synthetic: {samples: 400, features: 64, difficulty: 0.6}}
network: {width: 0.0625}
train: {epochs: 80, batch_size: 16, learning_rate: 0.02, milestones: [60], evaluate_every: 40, ranks: 2}
attack: {epochs: 3}
attacks:
  - {kind: score, exit_source: none}
YAML
flags=(--stage train --slots 2 --checkpoint-every 0)
ranks() { pgrep -f "exitaudit_worker team" | while read -r pid; do
  tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -qx "TEAMS_TEST=$work" && ! grep -q mpirun "/proc/$pid/comm" && echo "$pid"
done; }
export TEAMS_TEST=$work
wait_for_team() { # NAME: a team of this launch is inside a training, it has left a fresh resume point.
  touch "$work/begun"
  until [ -n "$(find "$work/$1/teams/checkpoints" -name '*.h5' -newer "$work/begun" 2>/dev/null | head -n 1)" ]; do
    kill -0 "$launch" 2>/dev/null || { cat "$work/$1.out"; fail "the launch ended before a team trained"; }
    sleep 0.02
  done
}
none_left() {
  for _ in $(seq 100); do [ -z "$(ranks)" ] && return; sleep 0.05; done
  fail "ranks are left: $(ranks)"
}
outcomes() { # NAME: outcomes of all attempts, in their order
  python3 - "$work/$1"/teams/ledger/*.jsonl <<'PYTHON'
import json, sys
for name in sorted(sys.argv[1:]):
    for line in open(name):
        event = json.loads(line)
        if event.get("event") == "end" and event["job"].startswith("train/"):
            print(event["outcome"])
PYTHON
}

run calm "${flags[@]}" || { cat "$work/calm.out"; fail "the undisturbed trainings by teams"; }
none_left
ok "teams of two ranks train, and leave no process"
run alone "${flags[@]}" --set train.ranks=1 --set train.batch_size=32 || { cat "$work/alone.out"; fail "one rank"; }
python3 -c "import h5py" 2>/dev/null && python=python3 || python=/usr/bin/python3
$python - "$work"/{calm,alone}/teams/artifacts/weights <<'PYTHON' || fail "the histories are not those of one training"
import glob, sys, h5py
for folder in sys.argv[1:]:
    names = glob.glob(folder + "/*.h5")
    assert names, folder
    for name in names:
        with h5py.File(name) as file:
            loss = file["history/loss"][:]
            assert len(loss) == 80 and loss[-1] < 0.7 * loss[0], (name, loss[0], loss[-1])
PYTHON
ok "a team learns, as one rank does"

run killed "${flags[@]}" &
launch=$!
wait_for_team killed
kill -9 "$(ranks | tail -n 1)" || fail "there was no rank to kill"
# Else the second kill might hit what is left of the first team.
until [ "$(outcomes killed | grep -c lost)" = 1 ]; do
  kill -0 "$launch" 2>/dev/null || { cat "$work/killed.out"; fail "the launch ended and has not recorded a lost team"; }
  sleep 0.05
done
wait_for_team killed
mpirun=$(ps -o ppid= -p "$(ranks | head -n 1)" | tr -d ' ')
[ "$(cat "/proc/$mpirun/comm")" = mpirun ] || fail "a rank's parent is not mpirun"
kill -9 "$mpirun"
wait $launch || { cat "$work/killed.out"; fail "the launch whose rank and mpirun were killed"; }
none_left
[ "$(outcomes killed | grep -c lost)" = 2 ] || { outcomes killed; fail "the two killed teams are not recorded as lost"; }
grep -q 'a rank was killed by signal 9' "$work"/killed/teams/ledger/*.jsonl || fail "the ledger does not name the rank's signal"
ok "a killed rank and a killed mpirun are recorded as lost, repeated, and leave no process"
must_equal calm killed "after the kills the bytes differ"
ok "the repeated trainings have the bytes of undisturbed ones"

"$exitaudit" run "$study" --root "$work/stopped" "${flags[@]}" >"$work/stopped.out" 2>&1 &
launch=$!
wait_for_team stopped
kill -TERM $launch
wait $launch
status=$?
[ $status = 75 ] || { cat "$work/stopped.out"; fail "SIGTERM gives exit code $status, not 75"; }
none_left
[ "$(outcomes stopped | tail -n 1)" = preempted ] || { outcomes stopped; fail "the stopped team is not recorded as preempted"; }
[ -n "$(find "$work/stopped/teams/checkpoints" -name '*.h5')" ] || fail "the stopped team left no resume point"
run stopped "${flags[@]}" || { cat "$work/stopped.out"; fail "the run after SIGTERM"; }
grep -qh 'goes on from' "$work"/stopped/teams/logs/train/bits/fcn18_1/*/*/*.log || fail "the team did not resume"
must_equal calm stopped "after SIGTERM the bytes differ"
ok "SIGTERM leaves a resumable team, whose training ends with the same bytes"

PATH=/no/such/folder "$exitaudit" run "$study" --root "$work/without" "${flags[@]}" >"$work/without.out" 2>&1
[ $? = 3 ] && grep -q 'this job wants 2 ranks, mpirun is not in PATH' "$work/without.out" ||
  { cat "$work/without.out"; fail "no mpirun is not told"; }
ok "without mpirun the job fails and says so"
