#!/usr/bin/env bash
# kill -9 at ten seeded moments (workers, conductors, mpirun) and at injected points; afterwards the bytes are those of an
# undisturbed run. Prints where each kill landed.
. "$(dirname "$0")/_lib.sh"
RANDOM=${SEED:-20261123}

# Longer trainings than the smoke study's, so that kills land in them.
long=(--set train.epochs=160 --set 'train.milestones=[100]' --checkpoint-every 0)
launch_ranks() { # NAME [FLAG …]
  local name=$1
  shift
  mpirun -n 2 "$exitaudit" run $study --root "$work/$name" "$@" >"$work/$name.out" 2>&1 </dev/null
}
launch_ranks calm "${long[@]}" || { cat "$work/calm.out"; fail "the undisturbed run"; }

# Descendants of a process whose command line matches.
descendants() { # PID PATTERN
  local child
  [ -n "$1" ] || return 0
  for child in $(pgrep -P "$1"); do
    if tr '\0' ' ' <"/proc/$child/cmdline" 2>/dev/null | grep -q -- "$2"; then echo "$child"; fi
    descendants "$child" "$2"
  done
}
where() { grep -E 'start|run ' "$work/killed.out" | tail -n 1 | cut -c1-100; }

resume_points() { find "$work/killed/smoke/checkpoints" -name '*.h5' "$@" 2>/dev/null | wc -l; }
# Waits until this launch is inside a training: it has left a resume point. Fails where the launch ends before.
wait_for_training() {
  until [ "$(resume_points -newer "$work/begun")" -gt 0 ]; do
    kill -0 "$launch" 2>/dev/null || return 1
    sleep 0.02
  done
}

landed=0
in_training=0
launch=
for kill_number in $(seq 10); do
  touch "$work/begun"
  # A killed worker leaves its launch alive: the next kill hits the same one.
  if ! kill -0 "$launch" 2>/dev/null; then
    # A job that was lost three times waits for `retry`, and ten kills of one study may well do that to one.
    [ -d "$work/killed" ] && "$exitaudit" retry $study --root "$work/killed" "${long[@]:0:4}" >/dev/null
    launch_ranks killed "${long[@]}" &
    launch=$!
  fi
  # Every other kill goes into a training; the others at a seeded moment of the launch's first second and a half.
  [ $((kill_number % 2)) = 0 ] || wait_for_training
  sleep "$(awk -v r=$RANDOM 'BEGIN { printf "%.2f", r / 32768 * 1.5 }')"
  mpirun_pid=$(pgrep -P $launch mpirun)
  case $((kill_number % 3)) in
    0) victim=$mpirun_pid; kind=mpirun ;;
    1) victim=$(descendants "$mpirun_pid" exitaudit_worker | head -n 1); kind=worker ;;
    2) victim=$(descendants "$mpirun_pid" 'exitaudit run' | tail -n 1); kind=conductor ;;
  esac
  fresh=$(resume_points -newer "$work/begun")
  if [ -n "$victim" ] && kill -9 "$victim" 2>/dev/null; then
    landed=$((landed + 1))
    [ "$fresh" = 0 ] || in_training=$((in_training + 1))
    note "kill $kill_number: $kind, with $fresh fresh resume points, after: $(where)"
  else
    note "kill $kill_number: no $kind was there to kill"
  fi
  [ $kind != worker ] || continue
  wait $launch
  for _ in $(seq 100); do pgrep -f "root $work/killed" >/dev/null || break; sleep 0.05; done
  pgrep -f "root $work/killed" >/dev/null && fail "processes outlive their launch: $(pgrep -af "root $work/killed")"
done
wait $launch
[ $landed -ge 8 ] || fail "only $landed of ten kills landed"
[ $in_training -ge 3 ] || fail "only $in_training kills landed while a training had resume points"
ok "$landed of ten kills landed, $in_training of them with a training under way"
"$exitaudit" retry $study --root "$work/killed" "${long[@]:0:4}" >/dev/null
launch_ranks killed "${long[@]}" || { cat "$work/killed.out"; fail "the run after the kills"; }
must_equal calm killed "after ten kills the bytes differ"
ok "after ten kills the bytes are those of an undisturbed run"

launch_ranks short || fail "the undisturbed short run"
number=0
for fault in 'before_fsync@train/blobs/vgg16/exits3/target/seed1' 'before_link@record/blobs/vgg16/exits3/target/seed1' \
  'after_link@calibrate/blobs/vgg16/exits1/target/seed1' 'lease@*' 'checkpoint@train/bits/fcn18_1/exits2/shadow0/seed1'; do
  number=$((number + 1))
  name=fault$number
  export EXITAUDIT_FAULT="$fault=kill" EXITAUDIT_FAULT_ONCE="$work/once$number"
  launch_ranks $name --checkpoint-every 0
  unset EXITAUDIT_FAULT EXITAUDIT_FAULT_ONCE
  ls "$work/once$number".* >/dev/null 2>&1 || fail "the fault $fault was never met"
  launch_ranks $name --checkpoint-every 0 || { cat "$work/$name.out"; fail "the run after $fault"; }
  must_equal short $name "after a kill at $fault the bytes differ"
  ok "after a kill at $fault the bytes are the same"
done
