#!/usr/bin/env bash
# One study, run with 1 and 2 slots and 1, 2 and 4 ranks: byte-identical artifacts; a second run does nothing.
. "$(dirname "$0")/_lib.sh"

run slots1 --slots 1 || { cat "$work/slots1.out"; fail "the smoke study does not run"; }
ok "the smoke study runs"
jobs=$("$exitaudit" plan $study --root "$work/slots1" --json | json 'd["jobs"]')
artifacts=$(find "$work/slots1" -name '*.h5' | wc -l)
[ "$jobs" = "$artifacts" ] || fail "$jobs jobs left $artifacts artifacts"
ok "$jobs jobs left one artifact each"

started=$(date +%s%N)
run slots1 || fail "a second run fails"
elapsed=$((($(date +%s%N) - started) / 1000000))
grep -q '^0 jobs ran' "$work/slots1.out" || { cat "$work/slots1.out"; fail "a second run runs jobs"; }
ok "a second run executes 0 jobs"
note "a second run took $elapsed ms"

run slots2 --slots 2 || { cat "$work/slots2.out"; fail "two slots"; }
must_equal slots1 slots2 "2 slots give other bytes than 1"
ok "1 and 2 slots give the same bytes"

for ranks in 2 4; do
  mpirun -n $ranks "$exitaudit" run $study --root "$work/ranks$ranks" >"$work/ranks$ranks.out" 2>&1 </dev/null ||
    { cat "$work/ranks$ranks.out"; fail "$ranks ranks"; }
  must_equal slots1 "ranks$ranks" "$ranks ranks give other bytes than 1"
  ok "$ranks ranks give the same bytes as 1"
done
mpirun -n 1 "$exitaudit" run $study --root "$work/ranks1" >"$work/ranks1.out" 2>&1 </dev/null || fail "one rank under mpirun"
must_equal slots1 ranks1 "1 rank under mpirun gives other bytes"
ok "1 rank under mpirun gives the same bytes"

"$exitaudit" verify $study --root "$work/slots1" >"$work/verify.out" || { cat "$work/verify.out"; fail "verify"; }
ok "verify finds every artifact sound"
"$exitaudit" report $study --root "$work/slots1" >"$work/report.out" || { cat "$work/report.out"; fail "report"; }
[ -s "$work/slots1/smoke/report/results.csv" ] && [ -s "$work/slots1/smoke/report/results.md" ] || fail "report leaves no tables"
"$exitaudit" report $study --root "$work/ranks4" >/dev/null || fail "report of the 4 ranks"
for kind in csv md tex; do
  cmp "$work/slots1/smoke/report/results.$kind" "$work/ranks4/smoke/report/results.$kind" || fail "results.$kind depends on the ranks"
done
ok "report writes the same CSV, Markdown and LaTeX whatever the ranks"
# The null test of every attack: permuted membership is told apart no better than by chance (20 permutations, family-wise 99.9 %).
python3 - "$work/slots1/smoke/report/results.csv" <<'PYTHON' || fail "the null test"
import csv, sys
rows = [r for r in csv.DictReader(open(sys.argv[1])) if r["slice"] == "null" and r["metric"] == "null_within"]
assert len(rows) >= 6, len(rows)
assert all(float(r["value"]) == 1 for r in rows), rows
PYTHON
ok "over 20 permutations of the labels every attack's success has 0.5 within its interval"
"$exitaudit" report $study --root "$work/slots1" --scores >"$work/scores.out" || { cat "$work/scores.out"; fail "report --scores"; }
python3 - "$work/slots1/smoke/report" <<'PYTHON' || fail "the checks and the scores"
import csv, glob, sys
rows = list(csv.DictReader(open(sys.argv[1] + "/results.csv")))
checks = [r for r in rows if r["slice"] == "check"]
assert len({r["metric"] for r in checks}) == 6, checks
assert all(float(r["value"]) == 1 for r in checks), checks
files = glob.glob(sys.argv[1] + "/scores/attack/**/*.csv", recursive=True)
success = {r["job"]: r for r in rows if r["slice"] == "all" and r["metric"] == "attack_success" and r["job"]}
assert len(files) == len(success) > 6, (len(files), len(success))
for name in files:
    samples = list(csv.DictReader(open(name)))
    told = success[name[len(sys.argv[1] + "/scores/"):-len(".csv")]]
    right = sum(s["member"] == s["decision"] for s in samples)
    assert len(samples) == int(told["n"]) and abs(right / len(samples) - float(told["value"])) < 1e-12, name
PYTHON
ok "every check passes, and the scores of each sample add up to each attack's success"
python3 -c "import h5py" 2>/dev/null && python=python3 || python=/usr/bin/python3
$python - "$work/slots1/smoke/artifacts" <<'PYTHON' || fail "h5py cannot read the artifacts"
import glob, sys, h5py
names = glob.glob(sys.argv[1] + "/*/*.h5")
assert names
for name in names:
    with h5py.File(name) as file:
        assert file.attrs["job"], name
PYTHON
ok "h5py opens every artifact"
