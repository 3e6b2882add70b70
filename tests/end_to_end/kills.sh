#!/usr/bin/env bash
# kill -9 at ten seeded moments (workers, conductors, mpirun) and at injected points; afterwards the bytes are those of an
# undisturbed run. Prints where each kill landed.
. "$(dirname "$0")/_lib.sh"
RANDOM=${SEED:-20261123}

# Longer trainings than the smoke study's, so that kills land in them.
settings=(--set train.epochs=25 --set 'train.milestones=[15]')
disturbed_run() { # NAME RANKS
  mpirun -n "$2" "$exitaudit" run $study --root "$work/$1" "${settings[@]}" --checkpoint-every 0 >"$work/$1.out" 2>&1 </dev/null
}
started=$(date +%s%N)
disturbed_run calm 2 || { cat "$work/calm.out"; fail "the undisturbed run"; }
length=$((($(date +%s%N) - started) / 1000000))
note "the undisturbed run takes $length ms"

# Descendants of a process whose command line matches.
descendants() { # PID PATTERN
  local child
  for child in $(pgrep -P "$1"); do
    if tr '\0' ' ' <"/proc/$child/cmdline" 2>/dev/null | grep -q -- "$2"; then echo "$child"; fi
    descendants "$child" "$2"
  done
}
where() { grep -E 'start|run ' "$work/killed.out" | tail -n 1 | cut -c1-100; }

# Waits until a worker is inside a training: a resume point of it exists.
wait_for_training() {
  local before=$1
  for _ in $(seq 400); do
    [ "$(find "$work/killed/smoke/checkpoints" -name '*.h5' 2>/dev/null | wc -l)" -gt "$before" ] && return 0
    kill -0 "$launch" 2>/dev/null || return 1
    sleep 0.02
  done
  return 1
}

in_training=0
for kill_number in $(seq 10); do
  disturbed_run killed 2 &
  launch=$!
  sleep 0.2
  mpirun_pid=$(pgrep -P $launch -x mpirun || pgrep -P $launch mpirun || echo $launch)
  if [ $((kill_number % 3)) = 1 ]; then
    wait_for_training 0 || true
    sleep "0.$((RANDOM % 3))"
  else
    sleep "$(awk -v r=$RANDOM -v l=$length 'BEGIN { printf "%.2f", 0.2 + r / 32768 * l / 3000 }')"
  fi
  case $((kill_number % 3)) in
    0) victim=$mpirun_pid; kind=mpirun ;;
    1) victim=$(descendants "$mpirun_pid" exitaudit_worker | head -n 1); kind=worker ;;
    2) victim=$(descendants "$mpirun_pid" 'exitaudit run' | head -n 1); kind=conductor ;;
  esac
  resume_points=$(find "$work/killed/smoke/checkpoints" -name '*.h5' 2>/dev/null | wc -l)
  if [ -n "$victim" ] && kill -9 "$victim" 2>/dev/null; then
    [ "$resume_points" = 0 ] || in_training=$((in_training + 1))
    note "kill $kill_number: $kind, $resume_points resume points, after: $(where)"
  else
    note "kill $kill_number: the run was over before it landed"
  fi
  wait $launch
  for _ in $(seq 100); do pgrep -f "root $work/killed" >/dev/null || break; sleep 0.05; done
  pgrep -f "root $work/killed" >/dev/null && fail "processes outlive their launch: $(pgrep -af "root $work/killed")"
done
[ $in_training -ge 3 ] || fail "only $in_training kills landed while a training had resume points"
ok "ten kills landed, $in_training of them with a training under way"
disturbed_run killed 2 || { cat "$work/killed.out"; fail "the run after the kills"; }
must_equal calm killed "after ten kills the bytes differ"
ok "after ten kills the bytes are those of an undisturbed run"

number=0
for fault in 'before_fsync@train/blobs/vgg16/exits3/target/seed1' 'before_link@record/blobs/vgg16/exits3/target/seed1' \
  'after_link@calibrate/blobs/vgg16/exits1/target/seed1' 'lease@*' 'checkpoint@train/bits/fcn18_1/exits2/shadow0/seed1'; do
  number=$((number + 1))
  name=fault$number
  export EXITAUDIT_FAULT="$fault=kill" EXITAUDIT_FAULT_ONCE="$work/once$number"
  disturbed_run $name 2
  disturbed_run $name 2 || true
  unset EXITAUDIT_FAULT EXITAUDIT_FAULT_ONCE
  ls "$work/once$number".* >/dev/null 2>&1 || fail "the fault $fault was never met"
  disturbed_run $name 2 || { cat "$work/$name.out"; fail "the run after $fault"; }
  must_equal calm $name "after a kill at $fault the bytes differ"
  ok "after a kill at $fault the bytes are the same"
done
