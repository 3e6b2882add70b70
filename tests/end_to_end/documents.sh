#!/usr/bin/env bash
# The commands of docs/guide.md and docs/stages.md that are marked as run, as they stand there; and docs/stages.md's tables
# of settings against the program's.
. "$(dirname "$0")/_lib.sh"

mkdir "$work/bin" && ln -s "$exitaudit" "$work/bin/exitaudit"
ln -s "$root/configs" "$root/slurm" "$work/"
export EXITAUDIT_SHARE=$root EXITAUDIT_WORKER=${EXITAUDIT_WORKER:-$(dirname "$exitaudit")/exitaudit_worker}
cd "$work" || exit 1
commands_of() { sed -n '/^```bash run$/,/^```$/{/^```/!p}' "$root/docs/$1.md"; }
# follow DOCUMENT: every command must end well; what each printed stands in DOCUMENT.out behind "+ command".
follow() {
  commands_of "$1" >"$1.sh"
  [ -s "$1.sh" ] || fail "docs/$1.md has no commands that are run"
  PATH=$work/bin:$PATH bash -ex "$1.sh" >"$1.out" 2>&1 || { tail -n 40 "$1.out"; fail "the commands of docs/$1.md"; }
}
# said COMMAND NUMBER: what the guide's NUMBERth such command printed.
said() { awk -v command="+ exitaudit $1" -v wanted="$2" '/^\+ /{n += ($0 == command); on = $0 == command && n == wanted} on' guide.out; }
expect() { # TEXT COMMAND NUMBER
  grep -qE -- "$1" <<<"$(said "$2" "$3")" || { said "$2" "$3"; fail "\`exitaudit $2\` does not say \"$1\""; }
}

follow guide
ok "all $(grep -c '^exitaudit' guide.sh) commands of the guide run"
expect '^train +4 +0 +4 ' 'plan first.yaml' 1
expect ' jobs ran, 0 were done before, 0 failed' 'run first.yaml' 1
expect '^train +4 +4 +0 ' 'plan first.yaml' 2
expect '^attack +7 +3 +4 ' 'plan first.yaml' 2
expect '^done: ' 'explain first.yaml train/shopping/fcn18_1/exits3/target/seed1' 1
said 'run first.yaml' 2 | grep -q 'start train' && fail "three more attacks train again"
ok "attacks that are added later train nothing"
expect 'train.epochs +40 +4$' 'compare first.yaml first.yaml --set-b train.epochs=4' 1
expect 'attack_success .*(higher|lower|no difference seen)$' 'compare first.yaml first.yaml --set-b train.epochs=4' 1
ok "compare names the setting and the figures that differ"

# The joined rows against the two reports, each read for itself.
mkdir reports
for name in a b; do
  [ $name = a ] && setting=() || setting=(--set train.epochs=4)
  "$exitaudit" report first.yaml "${setting[@]}" >report.out || fail "report $name"
  cp runs/first/report/results.csv reports/$name.csv
done
"$exitaudit" compare first.yaml first.yaml --set-b train.epochs=4 --metric auc --csv joined.csv >compare.out || fail "compare --csv"
grep -q '^ *test_accuracy' compare.out && fail "--metric auc shows accuracies, too"
python3 - <<'PYTHON' || fail "the joined rows are not those of the two reports"
import csv
axes = "dataset network exits seed role attack exit_source shadow slice metric".split()
def read(name):
    rows = {tuple(row[axis] for axis in axes): row for row in csv.DictReader(open(f"reports/{name}.csv"))}
    assert len(rows) > 100
    return rows
a, b = read("a"), read("b")
joined = {tuple(row[axis] for axis in axes): row for row in csv.DictReader(open("joined.csv"))}
assert joined.keys() == a.keys() | b.keys()
words = set()
for key, row in joined.items():
    assert row["found_in"] == ("both" if key in a and key in b else "a" if key in a else "b"), row
    for side, rows in (("a", a), ("b", b)):
        source = rows.get(key, dict.fromkeys(("value", "low", "high", "n"), ""))
        assert [row[side], row[side + "_low"], row[side + "_high"], row[side + "_n"]] == [source[n] for n in ("value", "low", "high", "n")], row
    if row["a"] and row["b"]:
        difference = float(row["b"]) - float(row["a"])
        assert float(row["difference"]) == difference
        if row["low"]:  # square-and-add, written out once more
            number = lambda name: float(row[name])
            low = difference - ((number("b") - number("b_low")) ** 2 + (number("a_high") - number("a")) ** 2) ** 0.5
            high = difference + ((number("b_high") - number("b")) ** 2 + (number("a") - number("a_low")) ** 2) ** 0.5
            assert abs(number("low") - low) < 1e-12 and abs(number("high") - high) < 1e-12, row
            assert row["word"] == ("higher" if low > 0 else "lower" if high < 0 else "no difference seen")
            words.add(row["word"])
assert "no difference seen" in words and len(words) > 1, words
PYTHON
ok "compare --csv joins the two reports' rows"
expect '^0 jobs ran' 'run first.yaml' 3
expect ' 0 damaged' 'verify first.yaml' 1
expect 'weights-[0-9a-f]{12}.h5' 'gc first.yaml' 1
grep -q '^#SBATCH' dry-run.txt || fail "the dry run prints no batch script"
ok "a finished study has nothing to run, is whole, and gc lists what other settings left"

follow stages
python3 "$root/scripts/document_settings.py" "$root/docs/stages.md" --check <study.schema.json || fail "docs/stages.md lags"
ok "docs/stages.md has every setting with its default"
