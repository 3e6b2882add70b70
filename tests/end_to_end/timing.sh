#!/usr/bin/env bash
# The clock's whole chain: a gang of copies, a network, TimeGuard and its adversaries, exits stolen, attacked and told; a guard
# without its secret; and the secret nowhere in what a study leaves behind.
. "$(dirname "$0")/_lib.sh"
small_clock_study "$work/clock.yaml"
cat >>"$work/clock.yaml" <<'YAML'
measure_latency: {device: cpu, copies_per_device: [1, 2], samples: 0, repeats: 3}
add_noise: {sigma_ms: [0.1], queries: [4]}
guard_time: {sigma_ms: [0.1, 1], adversaries: [unaware, likelihood, retrained, averaging], near_duplicates: 4}
attacks:
  - {kind: score, exit_source: none}
  - {kind: score, exit_source: stolen}
  - {kind: exit_only, exit_source: stolen}
YAML
study=$work/clock.yaml
unset EXITAUDIT_GUARD_SECRET EXITAUDIT_GUARD_SECRET_FILE

run clock && fail "a guard without a secret ran"
grep -q "EXITAUDIT_GUARD_SECRET_FILE" "$work/clock.out" || { tail -n 20 "$work/clock.out"; fail "a missing secret is not explained"; }
ok "a guard without its secret says how to make one, and other jobs finish"

secret=f9c1a7e05b3d486290aa17c3d5e8b6f4
printf %s "$secret" >"$work/guard.secret"
chmod 600 "$work/guard.secret"
export EXITAUDIT_GUARD_SECRET_FILE=$work/guard.secret
"$exitaudit" retry "$study" --root "$work/clock" >/dev/null
run clock || { tail -n 30 "$work/clock.out"; fail "the study does not run"; }
"$exitaudit" report "$study" --root "$work/clock" >"$work/report" || fail "no report"
for title in "Exits that nobody told" "Answering times" "TimeGuard"; do
  grep -q "$title" "$work/report" || { cat "$work/report"; fail "the report has no table \"$title\""; }
done
ok "times are measured, disturbed, guarded, stolen from and told"

run clock || fail "a second run fails"
grep -q "^0 jobs ran" "$work/clock.out" || { tail -n 3 "$work/clock.out"; fail "a second run repeats something"; }
ok "a second run does nothing: times once measured stay"

if grep -rqF "$secret" "$work/clock"; then fail "the secret stands in what the study left"; fi
ok "the guard's secret is in no artifact, log or ledger"
grep -q '"neighbours"' "$work"/clock/clock/ledger/*.jsonl || fail "the ledger does not say what else ran"
ok "the ledger says what else used the device"
