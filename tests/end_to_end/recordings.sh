#!/usr/bin/env bash
# "Audit my recordings": a CSV and an HDF5 file that a system of the user's wrote, with a planted leak, through the same attacks.
. "$(dirname "$0")/_lib.sh"
python3 -c "import h5py" 2>/dev/null && python=python3 || python=/usr/bin/python3

# Members are answered with more confidence and at earlier exits. The HDF5 files hold the same numbers.
$python - "$work" <<'PYTHON' || fail "cannot write the recordings"
import csv, random, sys, h5py
for role, seed in (("target", 1), ("shadow", 2)):
    draw = random.Random(seed)
    rows = []
    for index in range(800):
        member = index % 2
        best = 0.6 + 0.4 * draw.random() ** (0.3 if member else 2.0)
        label = draw.randrange(4)
        answer = label if member or draw.random() < 0.7 else (label + 1) % 4
        rest = (1 - best) / 3
        scores = [best if k == answer else rest for k in range(4)]
        exit_taken = min(2, int(3 * draw.random() ** (2 if member else 1)))
        rows.append((index, *scores, label, member, exit_taken))
    with open(f"{sys.argv[1]}/{role}.csv", "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["index"] + [f"score_{k}" for k in range(4)] + ["label", "member", "exit"])
        out.writerows(rows)
    with h5py.File(f"{sys.argv[1]}/{role}.h5", "w") as file:
        file["scores"] = [row[1:5] for row in rows]
        for name, place in (("index", 0), ("label", 5), ("exit", 7)):
            file[name] = [row[place] for row in rows]
        file["member"] = [bool(row[6]) for row in rows]
PYTHON
write_study() { # NAME SUFFIX
  cat >"$work/$1.yaml" <<YAML
study: $1
recordings:
  my_model: {target: target.$2, shadow: shadow.$2}
attack: {epochs: 200}
attacks:
  - {kind: score, exit_source: none}
  - {kind: score, exit_source: known}
  - {kind: exit_only, exit_source: known}
YAML
}
audit() { # NAME
  study=$work/$1.yaml
  run runs || { cat "$work/runs.out"; fail "the study $1 does not run"; }
  "$exitaudit" report "$study" --root "$work/runs" >"$work/report.out" || { cat "$work/report.out"; fail "report of $1"; }
}
write_study csv csv
jobs=$("$exitaudit" plan "$work/csv.yaml" --root "$work/runs" --json | json 'd["jobs"]')
[ "$jobs" = 7 ] || fail "$jobs jobs are planned, not 7"
audit csv
"$exitaudit" status "$work/csv.yaml" --root "$work/runs" --by dataset,exits | grep -q '^my_model/3 ' || fail "status does not know the recording"
$python - "$work/runs/csv/report/results.csv" <<'PYTHON' || { cat "$work/report.out"; fail "the planted leak is not found"; }
import csv, sys
rows = {(r["attack"], r["exit_source"], r["slice"], r["metric"]): float(r["value"] or "nan") for r in csv.DictReader(open(sys.argv[1]))}
original = rows["score", "none", "all", "attack_success"]
assert original > 0.7, original
assert rows["score", "known", "all", "attack_success"] > 0.7
assert 0.52 < rows["exit_only", "known", "all", "attack_success"] < original
assert rows["", "", "all", "js_divergence"] > 0.2
assert rows["", "", "all", "overfitting"] > 0.2
assert all(v == 1 for k, v in rows.items() if k[3] == "null_within")
PYTHON
ok "a planted leak in two CSV files is found"
grep -q 'Why it leaks' "$work/report.out" || fail "the report does not say why it leaks"
run runs || fail "a second run fails"
grep -q '^0 jobs ran' "$work/runs.out" || { cat "$work/runs.out"; fail "a second run runs jobs"; }
ok "a second run executes 0 jobs"

write_study hdf5 h5
audit hdf5
for name in csv hdf5; do cut -d, -f2- "$work/runs/$name/report/results.csv" >"$work/$name.rows"; done
cmp "$work/csv.rows" "$work/hdf5.rows" || fail "HDF5 files with the same numbers give other results"
ok "HDF5 files with the same numbers give the same table"

# Adversary 2 on answers alone: the answers' own times hide two exits, some 3 ms apart on the target's machine and 6 on the shadow's.
$python - "$work" <<'PYTHON' || fail "cannot write the timed recordings"
import csv, random, sys
for role, seed, unit in (("target", 3, 1), ("shadow", 4, 2)):
    draw = random.Random(seed)
    with open(f"{sys.argv[1]}/timed_{role}.csv", "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["index", "score_0", "score_1", "label", "member", "exit"] + [f"latency_ms_{k}" for k in range(5)])
        for index in range(800):
            member = index % 2
            exit_taken = int(draw.random() < (0.25 if member else 0.6))
            best = 0.55 + 0.45 * draw.random()
            times = [round(unit * (2 + 3 * exit_taken + draw.gauss(0, 0.2)), 4) for _ in range(5)]
            out.writerow([7 * index, best, 1 - best, 0, member, exit_taken] + times)
PYTHON
cat >"$work/timed.yaml" <<YAML
study: timed
recordings:
  timed: {target: timed_target.csv, shadow: timed_shadow.csv}
attack: {epochs: 200}
attacks:
  - {kind: score, exit_source: none}
  - {kind: exit_only, exit_source: known}
  - {kind: score, exit_source: stolen}
  - {kind: exit_only, exit_source: stolen}
YAML
audit timed
$python - "$work" <<'PYTHON' || { cat "$work/report.out"; fail "the exits are not stolen from the user's own clock"; }
import csv, glob, sys, h5py
truth = {int(row["index"]): int(row["exit"]) for row in csv.DictReader(open(sys.argv[1] + "/timed_target.csv"))}
[stolen] = glob.glob(sys.argv[1] + "/runs/timed/artifacts/stolen_exits/*.h5")
with h5py.File(stolen) as file:
    believed = dict(zip(file["index"][()].tolist(), file["exit"][()].tolist()))
assert believed == truth and set(truth.values()) == {0, 1}
rows = {(r["attack"], r["exit_source"], r["slice"], r["metric"]): float(r["value"] or "nan")
        for r in csv.DictReader(open(sys.argv[1] + "/runs/timed/report/results.csv"))}
assert rows["", "stolen/recorded", "all", "exit_accuracy"] == 1
assert 2.5 < rows["", "recorded", "all", "mean_ms"] < 4.5
known, told = (rows["exit_only", source, "all", "attack_success"] for source in ("known", "stolen/recorded"))
assert known == told > 0.6, (known, told)
assert rows["score", "stolen/recorded", "all", "attack_success"] > 0.6
assert 0.45 < rows["score", "none", "all", "attack_success"] < 0.57
PYTHON
ok "exits hidden in the times are stolen, and the hybrid uses them"
cut -d, -f1-6 "$work/timed_shadow.csv" >"$work/untimed.csv"
sed 's/timed_shadow.csv/untimed.csv/' "$work/timed.yaml" >"$work/untimed.yaml"
"$exitaudit" plan "$work/untimed.yaml" --root "$work/none" >"$work/out" 2>&1
status=$?
[ $status = 2 ] && grep -q 'untimed.yaml:8:.*: attacks.2: recording timed: untimed.csv has no column latency_ms_0' "$work/out" ||
  { cat "$work/out"; fail "stolen exits without times: exit code $status"; }
ok "stolen exits of a file without times: exit 2 with the attack's place in the study"
sed '9s/[^,]*$/0/' "$work/timed_target.csv" >"$work/zero.csv"
sed 's/timed_target.csv/zero.csv/' "$work/timed.yaml" >"$work/zero.yaml"
study=$work/zero.yaml
run zero
status=$?
[ $status = 3 ] && grep -q 'sample 49 (row 9): latency_ms_4 is 0; expected a time' "$work/zero.out" ||
  { cat "$work/zero.out"; fail "a time of zero: exit code $status"; }
ok "a time of zero fails its jobs, with sample and row"

sed -i '6d' "$work/target.csv"
"$exitaudit" explain "$work/csv.yaml" import_observations/my_model/target --root "$work/runs" >"$work/out" || fail "explain"
grep -q sha256 "$work/out" || { cat "$work/out"; fail "explain does not see that the file changed"; }
study=$work/csv.yaml
run runs || { cat "$work/runs.out"; fail "the changed recording does not run"; }
grep -q '^6 jobs ran' "$work/runs.out" || { cat "$work/runs.out"; fail "a changed target does not run its import, its analyses and the table"; }
ok "a changed file is noticed, and only what reads it runs again"

sed -i '9s/^\([0-9]*\),[^,]*,/\1,nan,/' "$work/target.csv"
run runs
status=$?
[ $status = 3 ] && grep -q '(row 9): score_0 is not a number' "$work/runs.out" || { cat "$work/runs.out"; fail "NaN: exit code $status"; }
ok "a score that is not a number fails its job, with sample and row"
rm "$work/shadow.csv"
"$exitaudit" run "$work/csv.yaml" --root "$work/none" >"$work/out" 2>&1
status=$?
[ $status = 2 ] && grep -q 'recordings.my_model.shadow: .*there is no such file' "$work/out" && [ ! -e "$work/none" ] ||
  { cat "$work/out"; fail "a missing recording: exit code $status"; }
ok "a missing recording: exit 2 with its place in the study, nothing written"
