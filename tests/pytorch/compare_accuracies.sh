#!/usr/bin/env bash
# The same training here and in PyTorch 2.11.0 on real images: Fashion-MNIST, VGG-16 at width 0.25, 3 exits, 500 members,
# the same parts, but each side's own initial weights, batch order and dropout. Prints each exit's mean accuracy on the
# test part with its 95 % t-interval; exit code 1 where a mean lies outside the other's interval.
#
#   tests/pytorch/compare_accuracies.sh [--epochs N] [--seeds N]      default: 80 epochs, seeds 1 to 5
. "$(dirname "${BASH_SOURCE[0]}")/_set_up.sh"
epochs=80
seeds=5
while [ $# -gt 0 ]; do
  case $1 in
    --epochs) epochs=$2 ;;
    --seeds) seeds=$2 ;;
    *) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift 2
done
"$root/scripts/build.sh" exitaudit exitaudit_worker
"$root/build/release/exitaudit" run "$root/tests/pytorch/accuracies.yaml" --root "$work" --stage train \
  --set "train.epochs=$epochs" --set "axes.seed=[$(seq -s ', ' "$seeds")]"
python "$root/tests/pytorch/compare_accuracies.py" "$work/accuracies/artifacts"
