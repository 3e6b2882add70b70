#!/usr/bin/env bash
# What a change of settings or of bytes makes run again, and what it leaves alone.
. "$(dirname "$0")/_lib.sh"

run base || { cat "$work/base.out"; fail "the smoke study does not run"; }
grid='calibrate.tau_grid=[0, 0.5, 1]'
plan=$("$exitaudit" plan $study --root "$work/base" --set "$grid" --json)
[ "$(json 'd["stages"]["train"]["to_run"]' <<<"$plan")" = 0 ] || fail "a new tau grid would train again"
[ "$(json 'd["stages"]["calibrate"]["to_run"]' <<<"$plan")" -gt 0 ] || fail "a new tau grid does not calibrate again"
[ "$(json 'd["stages"]["attack"]["to_run"] == d["stages"]["attack"]["jobs"]' <<<"$plan")" = True ] || fail "attacks stay"
ok "a new tau grid calibrates and attacks again and trains nothing"
why=$("$exitaudit" explain $study calibrate/blobs/vgg16/exits3/target/seed1 --root "$work/base" --set "$grid")
grep -q 'tau_grid' <<<"$why" || fail "explain does not name the tau grid: $why"
ok "explain says so: $(tr '\n' ' ' <<<"$why")"
"$exitaudit" run $study --root "$work/base" --set "$grid" >"$work/grid.out" 2>&1 || { cat "$work/grid.out"; fail "run with a new grid"; }
grep -q 'start train' "$work/grid.out" && fail "it trained again"
grep -q 'start calibrate' "$work/grid.out" || fail "it did not calibrate again"
ok "the run with a new tau grid trains nothing"

# One flipped byte of each kind of artifact is found by verify, and by a run that reads it, which rebuilds the same bytes.
run flipped || fail "the study to damage does not run"
fingerprint_of flipped >"$work/before"
for noun in dataset partition weights thresholds observations distances verdicts; do
  file=$(find "$work/flipped/smoke/artifacts/$noun" -name '*.h5' | sort | head -n 1)
  size=$(stat -c %s "$file")
  python3 - "$file" $((size / 2)) <<'PYTHON'
import sys
with open(sys.argv[1], "r+b") as file:
    file.seek(int(sys.argv[2])); byte = file.read(1)[0]
    file.seek(int(sys.argv[2])); file.write(bytes([byte ^ 1]))
PYTHON
  "$exitaudit" verify $study --root "$work/flipped" >"$work/verify.out" && fail "verify misses a flipped byte in $noun"
  grep -q "$(basename "$file")" "$work/verify.out" || fail "verify does not name $(basename "$file")"
  ok "verify finds one flipped byte in $noun"
  # A dependent has to be run for the damaged input to be read: drop the table and what reads the artifact.
  case $noun in
    dataset | partition) drop=weights ;;
    weights | thresholds) drop=observations ;;
    observations | distances) drop=verdicts ;;
    verdicts) drop=table ;;
  esac
  rm -f "$work"/flipped/smoke/artifacts/$drop/*.h5
  run flipped || { cat "$work/flipped.out"; fail "the run that meets a damaged $noun fails"; }
  fingerprint_of flipped >"$work/after"
  diff "$work/before" "$work/after" >/dev/null || fail "the rebuilt $noun has other bytes"
  ok "a run that reads the damaged $noun rebuilds it"
done

# A damaged seal is seen by the plan itself.
file=$(find "$work/flipped/smoke/artifacts/partition" -name '*.h5' | sort | head -n 1)
printf 'X' | dd of="$file" bs=1 seek=40 conv=notrunc 2>/dev/null
[ "$("$exitaudit" plan $study --root "$work/flipped" --json | json 'd["to_run"]')" -ge 1 ] || fail "plan takes a damaged seal for sound"
run flipped || fail "the run that meets a damaged seal fails"
fingerprint_of flipped | diff "$work/before" - >/dev/null || fail "the artifact with the damaged seal has other bytes"
ok "a damaged seal is seen by plan and mended by run"
