#!/usr/bin/env bash
# A model of the user's own, written by Python and h5py, in the place of a training.
. "$(dirname "$0")/_lib.sh"
for python in python3 /usr/bin/python3; do "$python" -c 'import h5py' 2>/dev/null && break; done
"$python" -c 'import h5py' || fail "h5py is missing: scripts/bootstrap.sh installs python3-h5py"

run trained || { cat "$work/trained.out"; fail "the smoke study does not run"; }
# The trained target of three exits as a user would write it, one array in each width of float, once whole and once each
# with a fault.
"$python" - "$work" <<'PYTHON' || fail "Python does not write the models"
import glob, sys
import h5py, numpy
work = sys.argv[1]
for path in glob.glob(work + "/trained/smoke/artifacts/weights/*.h5"):
    with h5py.File(path) as file:
        if file.attrs["job"] == "train/blobs/vgg16/exits3/target/seed1":
            arrays = {name: array[()] for name, array in file["parameters"].items()}
mix = arrays["heads.1.mix"].astype(numpy.float16)
def write(name, **changes):
    with h5py.File(f"{work}/{name}.h5", "w") as file:
        for key, array in {**arrays, **{key.replace("__", "."): array for key, array in changes.items()}}.items():
            if array is not None:
                file[key] = array
write("model", end__linear0__weight=arrays["end.linear0.weight"].astype(numpy.float64),
      end__linear1__bias=arrays["end.linear1.bias"].astype(">f4"), blocks__0__norm__num_batches_tracked=numpy.int64(9))
write("half", heads__1__mix=mix)
write("missing", heads__0__mix=None, heads__0__mx=mix)
write("misshaped", end__linear2__weight=arrays["end.linear2.weight"].T)
write("undefined", blocks__4__conv__bias=arrays["blocks.4.conv.bias"] * numpy.nan)
PYTHON

# study NAME FILE: the smoke study with FILE (beside the study) as its target of three exits.
study() {
  sed 's/^study: smoke/study: imported/' configs/smoke.yaml >"$work/$1.yaml"
  printf 'import_weights:\n  - {dataset: blobs, network: vgg16, exits: 3, file: %s}\n' "$2" >>"$work/$1.yaml"
}
run_imported() { "$exitaudit" run "$work/$1.yaml" --root "$work/$1" >"$work/$1.out" 2>&1; }

study whole model.h5
run_imported whole || { cat "$work/whole.out"; fail "the study with an imported model does not run"; }
grep -q 'start train blobs/vgg16/exits3/shadow0' "$work/whole.out" || fail "the shadow is not trained"
grep -q 'start train blobs/vgg16/exits3/target' "$work/whole.out" && fail "it trained what was imported"
grep -q 'start import_weights blobs/vgg16/exits3/target' "$work/whole.out" || fail "it imported nothing"
"$exitaudit" report "$work/whole.yaml" --root "$work/whole" >"$work/report" 2>&1 || { cat "$work/report"; fail "no report"; }
"$python" - "$work" <<'PYTHON' || fail "the imported model is seen otherwise than the trained one"
import csv, glob, sys
import h5py, numpy
def observations(folder):
    found = {}
    for path in glob.glob(folder + "/artifacts/observations/*.h5"):
        with h5py.File(path) as file:
            found[file.attrs["job"]] = {name: array[()] for name, array in file.items()}
    return found
trained, imported = (observations(sys.argv[1] + name) for name in ("/trained/smoke", "/whole/imported"))
assert trained.keys() == imported.keys() and len(trained) == 8, trained.keys()
for job, arrays in trained.items():
    for name, array in arrays.items():
        assert numpy.array_equal(array, imported[job][name]), (job, name)
def accuracies(folder):
    with open(folder + "/report/results.csv") as file:
        return [row["value"] for row in csv.DictReader(file) if row["metric"] == "train_accuracy"]
assert accuracies(sys.argv[1] + "/whole/imported"), "no accuracies"
PYTHON
ok "a model re-exported by h5py shows the observations of the trained one, bit for bit"

study half half.h5
run_imported half || { cat "$work/half.out"; fail "a float16 array is not taken"; }
ok "float16 arrays are taken"

refused() { # NAME EXPECTED-TEXT: the import fails alone, the rest of the study is done
  study "$1" "$1.h5"
  run_imported "$1"
  local status=$?
  [ $status = 3 ] || { cat "$work/$1.out"; fail "$1: exit code $status, not 3"; }
  grep -qF -- "$1.h5: $2" "$work/$1.out" || { cat "$work/$1.out"; fail "$1: the message lacks \"$2\""; }
  ok "$1: \"$2\""
}
refused missing 'array "heads.0.mix" of shape [1] is missing; the file has "heads.0.mx"'
refused misshaped 'array "end.linear2.weight" has shape [32, 4], expected [4, 32]'
refused undefined 'array "blocks.4.conv.bias" holds nan at place 0'

study gone gone.h5
run_imported gone
[ $? = 2 ] && grep -q "gone.yaml:[0-9]*:.*there is no file" "$work/gone.out" || { cat "$work/gone.out"; fail "a missing file"; }
[ ! -e "$work/gone" ] || fail "a missing file: something was written"
ok "a missing file is bad input with its line"

# The plan goes by the file's content.
[ "$("$exitaudit" plan "$work/whole.yaml" --root "$work/whole" --json | json 'd["to_run"]')" = 0 ] || fail "it would run again"
cp "$work/half.h5" "$work/model.h5"
[ "$("$exitaudit" plan "$work/whole.yaml" --root "$work/whole" --json | json 'd["stages"]["import_weights"]["to_run"]')" = 1 ] ||
  fail "the changed file is not noticed"
"$exitaudit" explain "$work/whole.yaml" import_weights/blobs/vgg16/exits3/target/seed1 --root "$work/whole" | grep -q sha256 ||
  fail "explain does not name the file's digest"
ok "a changed file is imported again, and explain says so"
