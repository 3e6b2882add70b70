#!/usr/bin/env bash
# Trains 20 steps of every family here and in PyTorch 2.11.0, from the same initial weights, with the same batches in the
# same order, dropout off, exchanged through HDF5; exit code 1 where a loss differs by more than 1e-4 of itself.
#
#   tests/pytorch/compare_losses.sh [--write]      --write: keep PyTorch's losses in tests/golden/pytorch_losses.json
. "$(dirname "${BASH_SOURCE[0]}")/_set_up.sh"
case ${1:-} in
  '') golden=() ;;
  --write) golden=(--write "$root/tests/golden/pytorch_losses.json") ;;
  *) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
"$root/scripts/build.sh" write_exchange
"$root/build/release/tests/pytorch/write_exchange" "$work"
python "$root/tests/pytorch/compare_losses.py" "$work" "${golden[@]}"

# README's example of a model of one's own: its study, its Python, and the import.
"$root/scripts/build.sh" exitaudit exitaudit_worker
block() {
  awk -v fence='```'"$1" '/^## / {here = $0 == "## Your own model"} $0 == "```" {inside = 0} inside; here && $0 == fence {inside = 1}' \
    "$root/README.md"
}
cd "$work"
block yaml >mine.yaml
grep -v -e '^import_weights' -e my_model.h5 mine.yaml >begin.yaml
"$root/build/release/exitaudit" run begin.yaml --stage split >begin.log 2>&1 || { cat begin.log; exit 1; }
block python | PYTHONPATH="$root/tests/pytorch:$pytorch" python3 -
"$root/build/release/exitaudit" run mine.yaml --stage import_weights >mine.log 2>&1 || { cat mine.log; exit 1; }
grep -q 'start import_weights fashion_mnist/vgg16/exits3/target/seed1' mine.log || { cat mine.log; exit 1; }
echo "README's example of a model of one's own is imported"
