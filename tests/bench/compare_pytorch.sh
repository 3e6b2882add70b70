#!/usr/bin/env bash
# Our training steps against a yardstick written in PyTorch, run side by side in turn: same LibTorch, same threads. Prints a
# row a network: both medians of the rounds with their spread (samples a second), and the median of the rounds' ratios.
#
#   tests/bench/compare_pytorch.sh --yardstick FILE [--networks "vgg16 …"] [--rounds 5] [--threads 2] [--amp] [--compile] [--device cpu]
#
# --amp compares bfloat16 with bfloat16; ours is then run with train.precision=bf16. --ours KEY=VALUE passes a setting to our side
# alone. PyTorch is that of tests/pytorch/_set_up.sh.
. "$(dirname "${BASH_SOURCE[0]}")/../pytorch/_set_up.sh"
exitaudit=${EXITAUDIT:-$root/build/release/exitaudit}
networks="vgg16 resnet56 mobilenet wide_resnet32 fcn18_1 fcn18_4"
rounds=5 threads=$(nproc) device=cpu yardstick= theirs=() ours=()
while [ $# -gt 0 ]; do
  case $1 in
    --yardstick) yardstick=$2; shift ;;
    --networks) networks=$2; shift ;;
    --rounds) rounds=$2; shift ;;
    --threads) threads=$2; shift ;;
    --device) device=$2; shift ;;
    --amp) theirs+=(--amp); ours+=(--set train.precision=bf16) ;;
    --compile) theirs+=(--compile) ;;
    --ours) ours+=(--set "$2"); shift ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift
done
[ -n "$yardstick" ] || { sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2; }
ourdevice=$device
[ "$device" = cpu ] || ourdevice=cuda:0

declare -A their_name=([wide_resnet32]=wideresnet32-4 [fcn18_1]=fcn18-1 [fcn18_4]=fcn18-4)
# About as many samples as each does in some ten seconds on two cores; on a GPU enough for a second.
declare -A samples=([vgg16]=1024 [resnet56]=2048 [mobilenet]=1024 [wide_resnet32]=256 [fcn18_1]=8192 [fcn18_4]=2048)
printf '%-14s %22s %22s %22s\n' network 'ours (samples/s)' 'yardstick' 'ratio'
for network in $networks; do
  count=${samples[$network]}
  [ "$device" = cpu ] || count=$((count * 16))
  for round in $(seq "$rounds"); do
    "$exitaudit" bench train --network "$network" --exits 6 --device "$ourdevice" --samples "$count" --threads "$threads" \
      "${ours[@]}" >>"$work/$network.ours"
    python "$yardstick" train --network "${their_name[$network]:-$network}" --exits 6 --device "$device" --samples "$count" \
      --threads "$threads" "${theirs[@]}" >>"$work/$network.theirs"
  done
  python - "$network" "$work/$network.ours" "$work/$network.theirs" <<'PYTHON'
import json, statistics, sys
ours, theirs = ([json.loads(line)["samples_per_second"] for line in open(name)] for name in sys.argv[2:])
ratios = [a / b for a, b in zip(ours, theirs)]
show = lambda x, f: f"{statistics.median(x):{f}} [{min(x):{f}}, {max(x):{f}}]"
print(f"{sys.argv[1]:<14} {show(ours, '.1f'):>22} {show(theirs, '.1f'):>22} {show(ratios, '.2f'):>22}", flush=True)
PYTHON
done
tail -n 1 "$work"/*.ours | grep -o '"torch.*' | sort -u
