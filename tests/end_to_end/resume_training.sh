#!/usr/bin/env bash
# Ten kill -9 at seeded moments within one training, each resumed from its last epoch; then a training that is asked to stop
# twice. Both leave the bytes of undisturbed trainings.
. "$(dirname "$0")/_lib.sh"
RANDOM=${SEED:-20261124}

study=$work/study.yaml
cat >"$study" <<'YAML'
study: smoke
axes: {dataset: [blobs], network: [vgg16], exits: [1, 3]}
datasets:
  blobs: {format: synthetic_images, classes: 4, synthetic: {samples: 480, side: 32, difficulty: 0.6}}
network: {width: 0.0625}
train: {epochs: 400, batch_size: 32, learning_rate: 0.01, milestones: [300], evaluate_every: 100}
YAML
train() { # NAME: all trainings of the study, one after the other, a resume point at each epoch
  run "$1" --stage train --slots 1 --checkpoint-every 0
}
train calm || { cat "$work/calm.out"; fail "the undisturbed trainings"; }

resume_points() { find "$work/$1/smoke/checkpoints" -name '*.h5' -newer "$work/begun" 2>/dev/null | wc -l; }
begin() { # NAME: starts the trainings in the background and waits until they have left a resume point of their own
  touch "$work/begun"
  train "$1" &
  launch=$!
  until [ "$(resume_points "$1")" -gt 0 ]; do
    kill -0 $launch 2>/dev/null || { cat "$work/$1.out"; fail "the trainings ended before they could be disturbed"; }
    sleep 0.02
  done
  program=$(pgrep -P $launch -f 'exitaudit run' | head -n 1)
  program=${program:-$launch}
  sleep "$(awk -v r=$RANDOM 'BEGIN { printf "%.2f", r / 32768 * 0.5 }')"
}
resumes() { grep -hc 'goes on from' "$work/$1"/smoke/logs/train/blobs/vgg16/exits*/target/*.log | paste -sd+ | bc; }

for number in $(seq 10); do
  begin killed
  if [ $((number % 2)) = 0 ]; then victim=$program; else victim=$(pgrep -P "$program" exitaudit_worke | head -n 1); fi
  kill -9 "$victim" || fail "kill $number met nobody"
  kill -9 "$program" 2>/dev/null
  wait $launch 2>/dev/null
  for _ in $(seq 100); do pgrep -f "root $work/killed" >/dev/null || break; sleep 0.05; done
  "$exitaudit" retry "$study" --root "$work/killed" >/dev/null
done
train killed || { cat "$work/killed.out"; fail "the run after the kills"; }
[ "$(resumes killed)" -ge 10 ] || fail "only $(resumes killed) trainings went on from a resume point"
must_equal calm killed "after ten kills within trainings the bytes differ"
ok "after ten kills within trainings, each resumed, the weights have the bytes of undisturbed trainings"

for number in 1 2; do
  begin preempted
  kill -TERM "$program"
  wait $launch
  [ $? = 75 ] || fail "a training that is asked to stop ends with another code than 75"
done
train preempted || { cat "$work/preempted.out"; fail "the run after two preemptions"; }
must_equal calm preempted "after two preemptions the bytes differ"
ok "a training that was preempted twice has the bytes of an undisturbed one"
