#!/usr/bin/env bash
# The report of the smoke study: whole, the same numbers everywhere, the same bytes each time; and of a study with holes.
. "$(dirname "$0")/_lib.sh"

run done --slots 2 || { cat "$work/done.out"; fail "the smoke study does not run"; }
report=$work/done/smoke/report
"$exitaudit" report $study --root "$work/done" >"$work/report.out" || { cat "$work/report.out"; fail "report"; }
for file in index.html results.csv results.md results.tex; do [ -s "$report/$file" ] || fail "report leaves no $file"; done
figures=$(find "$report/figures" -name '*.gp' | wc -l)
[ "$figures" -ge 10 ] || fail "report leaves $figures figures"
while IFS= read -r script; do
  for kind in csv svg png; do [ -s "${script%.gp}.$kind" ] || fail "$script has no $kind beside it"; done
done < <(find "$report/figures" -name '*.gp')
models=$(find "$report/models" -name '*.html' | wc -l)
[ "$models" = 4 ] || fail "report leaves $models pages of models, not 4"
ok "report leaves a page, three files of tables, $figures figures with their data and scripts, and a page for each model"

first=$(find "$report/figures" -name '*.gp' | sort | head -n 1)
cp "$first" "${first%.gp}.csv" "$work"
(cd "$work" && gnuplot "$(basename "$first")") || fail "gnuplot refuses $(basename "$first")"
[ -s "$work/$(basename "${first%.gp}").svg" ] || fail "a figure's own script does not draw it"
ok "a figure's script draws it again from its CSV, anywhere"

python3 -c "import h5py" 2>/dev/null && python=python3 || python=/usr/bin/python3
$python - "$work/done/smoke" <<'PYTHON' || fail "page, CSV and artifact disagree"
# The table artifact, the CSV and the page: each number as the other two have it. The page rounds to one decimal.
import csv, glob, h5py, html.parser, math, re, sys
root = sys.argv[1]
rows = list(csv.DictReader(open(root + "/report/results.csv")))
(name,) = glob.glob(root + "/artifacts/table/*.h5")
with h5py.File(name) as file:
    group = file["rows"]
    text = lambda key: [value.decode() if isinstance(value, bytes) else value for value in group[key][()]]
    columns = {key: text(key) for key in ("dataset", "network", "attack", "exit_source", "slice", "metric")}
    numbers = {key: group[key][()] for key in ("value", "low", "high", "n", "exits")}
assert len(rows) == len(numbers["value"]) > 500, (len(rows), len(numbers["value"]))
for i, row in enumerate(rows):
    for key, column in columns.items():
        assert row[key] == column[i], (i, key)
    assert int(row["n"]) == numbers["n"][i] and int(row["exits"] or 0) == numbers["exits"][i], row
    for key in ("value", "low", "high"):
        assert (row[key] == "" and math.isnan(numbers[key][i])) or float(row[key]) == numbers[key][i], (row, key)

class Tables(html.parser.HTMLParser):
    """Rows of all tables as lists of texts; the first tag that is not HTML of ours is an error."""
    def __init__(self):
        super().__init__()
        self.rows, self.cell = [], None
    def handle_starttag(self, tag, attrs):
        assert tag not in ("script", "iframe", "object", "link"), tag
        for key, value in attrs:
            assert key not in ("src", "srcset") and not (key == "href" and re.match("[a-z]+:|//", value)), (tag, attrs)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.cell = True
    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.cell = None
    def handle_data(self, data):
        if self.cell:
            self.rows[-1][-1] += data

page = Tables()
page.feed(open(root + "/report/index.html").read())
seen = 0
for row in rows:
    if row["metric"] != "attack_success" or row["slice"] != "all":
        continue
    wanted = "%.1f [%.1f, %.1f]" % tuple(100 * float(row[key]) for key in ("value", "low", "high"))
    found = [cells for cells in page.rows if wanted in cells and row["exits"] in cells and row["n"] in cells]
    assert found, wanted
    seen += 1
assert seen >= 12, seen
for row in rows:
    if row["metric"] == "test_accuracy" and row["slice"] == "all" and row["role"] == "target":
        wanted = "%.1f [%.1f, %.1f]" % tuple(100 * float(row[key]) for key in ("value", "low", "high"))
        assert any(wanted in cells for cells in page.rows), wanted
PYTHON
ok "page, CSV and table artifact hold the same numbers, and the page needs nothing from elsewhere"

mkdir "$work/before" && cp "$report"/results.* "$work/before"
"$exitaudit" report $study --root "$work/done" >/dev/null || fail "the second report"
for kind in csv md tex; do cmp "$work/before/results.$kind" "$report/results.$kind" || fail "results.$kind changes from report to report"; done
ok "a second report has the same CSV, Markdown and LaTeX"

"$exitaudit" report --list >"$work/list" || fail "report --list"
for item in figure-{2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,20} table-1 table-2 equation-1 algorithm-1; do
  grep -q "^$item " "$work/list" || fail "--list does not name $item"
done
"$exitaudit" report $study --root "$work/done" --only figure-13 --only figure-16 >"$work/only" || { cat "$work/only"; fail "--only"; }
grep -q 'exit_source: stolen' "$work/only" || { cat "$work/only"; fail "figure 13 does not say what the study lacks for it"; }
[ -s "$report/figures/figure-16.svg" ] || fail "--only figure-16 leaves no figure"
"$exitaudit" report $study --root "$work/done" --only figure-99 >"$work/none" 2>&1 && fail "--only takes a figure that is none"
grep -q 'figure-9' "$work/none" || { cat "$work/none"; fail "no figure is suggested"; }
ok "--list names every item of the paper, --only makes one, and an item says what it lacks"

# Holes: one result is taken away, one damaged; the table is then made of the rest, and a report must say so.
verdicts() { grep -l "attack/bits/fcn18_1/exits2/$1/$2/seed1" "$work"/done/smoke/artifacts/verdicts/*.h5 | head -n 1; }
rm "$(verdicts score known)"
printf 'x' | dd of="$(verdicts score none)" bs=1 seek=2000 conv=notrunc status=none
"$exitaudit" report $study --root "$work/done" >"$work/holes" || { cat "$work/holes"; fail "report of a study with holes"; }
grep -q '1 missing, 1 corrupt' "$work/holes" || { cat "$work/holes"; fail "the terminal does not tell the holes"; }
$python - "$report" <<'PYTHON' || fail "the holes"
import csv, re, sys
rows = list(csv.DictReader(open(sys.argv[1] + "/results.csv")))
bits = [r for r in rows if r["dataset"] == "bits" and r["exits"] == "2" and r["attack"] == "score"]
assert {r["exit_source"] for r in bits} == {"predicted"}, {r["exit_source"] for r in bits}
for name in ("index.html", "results.md", "results.tex"):
    text = re.sub("<[^>]*>", " ", open(sys.argv[1] + "/" + name).read())
    assert "missing" in text and "corrupt" in text, name
PYTHON
ok "a missing and a corrupt result are named as what they are in terminal, page, Markdown and LaTeX, and are in no table"
