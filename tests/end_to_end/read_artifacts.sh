#!/usr/bin/env bash
# The code of docs/read_artifacts.md, as it stands there, on a study of its own; its numbers against those of the report.
. "$(dirname "$0")/_lib.sh"
document=$root/docs/read_artifacts.md
python3 -c "import h5py" 2>/dev/null && python=python3 || python=/usr/bin/python3
pytorch=${EXITAUDIT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/exitaudit}/pytorch-2.11.0
[ -e "$pytorch/complete" ] || pytorch=

mkdir "$work/bin" && ln -s "$exitaudit" "$work/bin/exitaudit"
ln -s "$root/configs" "$work/configs"
cd "$work" || exit 1
export EXITAUDIT_SHARE=$root EXITAUDIT_WORKER=${EXITAUDIT_WORKER:-$(dirname "$exitaudit")/exitaudit_worker}
sed -n '/^```bash run$/,/^```$/{/^```/!p}' "$document" >commands.sh
[ -s commands.sh ] || fail "$document has no commands"
PATH=$work/bin:$PATH bash -e commands.sh >commands.out 2>&1 || { cat commands.out; fail "the document's commands"; }
ok "the commands of read_artifacts.md run"

cat >run_blocks.py <<'PYTHON'
"""run_blocks.py DOCUMENT HEADING …: runs the python blocks below these headings, in order, in one namespace, and then
holds their numbers against the report's."""
import csv, math, re, sys

blocks, heading = {}, ""
for part in re.split(r"(?m)^(## .*|```python\n(?:.*\n)*?```)$", open(sys.argv[1]).read()):
    if part.startswith("## "):
        heading = part[3:].split(":")[0]
    elif part.startswith("```python\n"):
        blocks.setdefault(heading, []).append(part[10:-3])
space = {}
for heading in sys.argv[2:]:
    for block in blocks[heading]:
        exec(compile(block, heading, "exec"), space)

rows = list(csv.DictReader(open("runs/smoke/report/results.csv")))
def reported(metric, **axes):
    found = [r for r in rows if r["metric"] == metric and all(r[k] == v for k, v in axes.items())]
    assert len(found) == 1, (metric, axes, len(found))
    return float(found[0]["value"])

cell = {"dataset": "blobs", "network": "vgg16", "exits": "3", "slice": "all"}
attack = {**cell, "attack": "score", "exit_source": "known"}
if "h5py" in sys.argv:
    assert math.isclose(space["success"], reported("attack_success", **attack)), space["success"]
    assert math.isclose(space["wins"], reported("auc", **attack), abs_tol=1e-12), space["wins"]
    share = (~space["member"])[space["exit_taken"] == 0].mean()
    assert math.isclose(share, reported("non_member_share", **{**cell, "slice": "exit=0", "role": "target"})), share
if "pandas" in sys.argv:
    assert len(space["results"]) == len(space["table"]) == len(rows) > 100
    assert len(space["wanted"]) == sum(r["slice"] == "all" and r["metric"] == "attack_success" for r in rows)
    same = [a == b or (a != a and b != b) for a, b in zip(space["results"]["value"], space["table"]["value"])]
    assert all(same), same.index(False)
    assert list(space["table"]["job"]) == [r["job"] for r in rows]
if "PyTorch" in sys.argv:
    with space["artifact"]("observations", "record/blobs/vgg16/exits3/target/seed1") as f:
        recorded = space["torch"].from_numpy(f["logits"][()])
    taken = space["logits"][range(len(recorded)), space["exit_taken"]]
    difference = (taken - recorded).abs().max().item()
    assert difference < 1e-3 * recorded.abs().max().item(), difference
PYTHON
blocks() { # WHAT HEADING …
  local what=$1
  shift
  "${command[@]}" run_blocks.py "$document" "$@" >blocks.out 2>&1 || { cat blocks.out; fail "the code about $what"; }
  ok "the code about $what runs and gives the report's numbers"
}
command=("$python")
"${command[@]}" -c "import h5py" 2>/dev/null || fail "python3-h5py is missing; scripts/bootstrap.sh installs it"
blocks h5py h5py
if "${command[@]}" -c "import pandas" 2>/dev/null; then
  blocks pandas h5py pandas
else
  note "skipped the code about pandas: it is not installed (python3-pandas)"
fi
command=(env "PYTHONPATH=$root/tests/pytorch:$pytorch" python3)
if "${command[@]}" -c "import torch, h5py" 2>/dev/null; then
  blocks PyTorch h5py PyTorch
else
  note "skipped the code about PyTorch: it is not installed (tests/pytorch/compare_losses.sh installs it)"
fi
