#!/usr/bin/env bash
# The JSON Schema of study files, judged by python3-jsonschema: it takes the studies that the program takes, and refuses wrong ones.
. "$(dirname "$0")/_lib.sh"
for python in python3 /usr/bin/python3 none; do
  [ $python != none ] || fail "python3-jsonschema and python3-yaml are missing; scripts/bootstrap.sh installs them"
  $python -c "import jsonschema, yaml" 2>/dev/null && break
done
"$exitaudit" show --schema >"$work/schema.json" || fail "show --schema"
for file in configs/*.yaml; do
  case $file in */timing.yaml | */paper.yaml) ;; *) "$exitaudit" show "$file" >"$work/$(basename "$file")" || fail "show $file" ;; esac
done
$python - "$work" <<'PYTHON' || fail "the schema and the studies"
import glob, json, re, sys
import jsonschema, yaml

class Loader(yaml.SafeLoader):
    """PyYAML speaks YAML 1.1, in which 5e-04 is a text; the program and editors speak 1.2."""
Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+$"), list("-+0123456789"))

schema = json.load(open(f"{sys.argv[1]}/schema.json"))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
print("ok the schema is one of JSON Schema 2020-12")

def faults(study):
    return list(validator.iter_errors(study))

for name in sorted(glob.glob("configs/*.yaml") + glob.glob("configs/profiles/*.yaml") + glob.glob(f"{sys.argv[1]}/*.yaml")):
    found = faults(yaml.load(open(name), Loader))
    assert not found, f"{name}: {found[0].json_path}: {found[0].message}"
print("ok it takes every study of configs/, also with every default written out")

def refused(what, text, path):
    found = faults(yaml.load(text, Loader))
    assert [fault.json_path for fault in found] == [path], f"{what}: {[(f.json_path, f.message) for f in found]}"

refused("a wrong key", "train: {epohcs: 5}", "$.train")
refused("a wrong key at the top", "trian: {epochs: 5}", "$")
refused("a wrong key in a list of blocks", "attacks: [{kind: score, source: known}]", "$.attacks[0]")
refused("a wrong type", "train: {epochs: many}", "$.train.epochs")
refused("a number out of range", "train: {epochs: 0}", "$.train.epochs")
refused("a scalar for a list", "train: {milestones: 30}", "$.train.milestones")
refused("an unknown choice", "train: {optimizer: newton}", "$.train.optimizer")
refused("a wrong key in a map of blocks", "datasets: {mine: {clases: 5}}", "$.datasets.mine")
print("ok it refuses wrong keys, types, ranges and choices, each at its place")
PYTHON
