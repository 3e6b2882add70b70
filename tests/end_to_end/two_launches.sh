#!/usr/bin/env bash
# Two launches of one study at once: no job is committed twice; one that is stopped past the heartbeat limit and goes on
# later commits nothing of what was taken over.
. "$(dirname "$0")/_lib.sh"

run calm || { cat "$work/calm.out"; fail "the smoke study does not run"; }
for launch in a b; do
  "$exitaudit" run $study --root "$work/both" --slots 1 >"$work/both.$launch.out" 2>&1 &
done
wait
must_equal calm both "two launches at once give other bytes"
python3 - "$work"/both/smoke/ledger/*.jsonl <<'PYTHON' || fail "a job was committed twice"
import collections, json, sys
done = collections.Counter()
launches = set()
for name in sys.argv[1:]:
    for line in open(name):
        event = json.loads(line)
        if event.get("event") == "end" and event.get("outcome") == "done":
            done[event["job"]] += 1
            launches.add(name)
assert done and max(done.values()) == 1, [job for job, n in done.items() if n > 1]
assert len(launches) == 2, "only one launch did anything"
PYTHON
ok "two launches at once share the work and commit no job twice"

# Stop one launch and its workers in the middle; the other takes its jobs over once the heartbeat has been silent for 2 s.
settings=(--set train.epochs=60 --set 'train.milestones=[40]')
"$exitaudit" run $study --root "$work/calm2" "${settings[@]}" >"$work/calm2.out" 2>&1 || fail "the undisturbed run"
setsid "$exitaudit" run $study --root "$work/taken" "${settings[@]}" --heartbeat-limit 2 --slots 1 >"$work/taken.a.out" 2>&1 &
for _ in $(seq 400); do
  pid=$(pgrep -f "exitaudit run .*$work/taken " | head -n 1)
  grep -q 'start train' "$work/taken.a.out" 2>/dev/null && break
  sleep 0.05
done
[ -n "$pid" ] || fail "the first launch did not start"
kill -STOP -- "-$pid" || fail "cannot stop the first launch"
"$exitaudit" run $study --root "$work/taken" "${settings[@]}" --heartbeat-limit 2 >"$work/taken.b.out" 2>&1 ||
  { cat "$work/taken.b.out"; fail "the second launch"; }
fingerprint_of taken >"$work/before"
kill -CONT -- "-$pid"
for _ in $(seq 600); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
kill -0 "$pid" 2>/dev/null && fail "the continued launch does not end"
fingerprint_of taken | diff "$work/before" - || fail "the continued launch changed an artifact"
must_equal calm2 taken "after a takeover the bytes differ"
python3 - "$work"/taken/smoke/ledger/*.jsonl <<'PYTHON' || fail "a taken-over job was committed twice"
import collections, json, sys
done = collections.Counter()
for name in sys.argv[1:]:
    for line in open(name):
        event = json.loads(line)
        if event.get("event") == "end" and event.get("outcome") == "done":
            done[event["job"]] += 1
assert done and max(done.values()) == 1, [job for job, n in done.items() if n > 1]
PYTHON
ok "a launch stopped past the heartbeat limit commits nothing of what was taken over"
