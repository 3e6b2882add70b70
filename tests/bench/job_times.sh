#!/usr/bin/env bash
# How long trainings take on one core of this machine, by the speed of some steps of each: writes a file for
# `exitaudit simulate --times` to standard output. Image networks on 32-pixel images, the paper's 100 epochs of 15,000 samples.
#
#   tests/bench/job_times.sh >docs/job_times_cpu.yaml
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exitaudit=${EXITAUDIT:-build/release/exitaudit}
# About as many samples as a core does in some seconds.
declare -A samples=([vgg16]=256 [resnet56]=512 [mobilenet]=512 [wide_resnet32]=96)
cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
cat <<YAML
# Measured by tests/bench/job_times.sh: samples a second of training steps (the median of three), for 100 epochs of 15,000
# samples. Evaluation between epochs and reading data are left out.
source: $(date +%F), one core of an $cpu, float32
times:
YAML
for network in vgg16 resnet56 mobilenet wide_resnet32; do
  for exits in 1 2 3 4 5 6; do
    for round in 1 2 3; do
      "$exitaudit" bench train --network "$network" --exits "$exits" --device cpu --threads 1 --samples "${samples[$network]}"
    done | python3 -c '
import json, statistics, sys
rate = statistics.median(json.loads(line)["samples_per_second"] for line in sys.stdin)
for dataset in ("cifar10", "cifar100"):
    print(f"  - {{stage: train, dataset: {dataset}, network: {sys.argv[1]}, exits: {sys.argv[2]}, seconds: {100 * 15000 / rate:.0f}}}")
' "$network" "$exits"
  done
done
