#!/usr/bin/env bash
# Sets up, builds, runs every test; the last line is "N passed, N failed" from real counts.
#
#   scripts/test.sh [--long]      --long: the long tests too
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$here"
long=no
[ "${1:-}" != --long ] || long=yes

scripts/build.sh || { echo "0 passed, 1 failed"; exit 1; }
passed=0
failed=0

# Counts test cases, not programs: GoogleTest writes one XML file a program.
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
# Two test programs run at once; threads of their own would only wait for each other.
export OMP_NUM_THREADS=1
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
GTEST_OUTPUT="xml:$results/" ctest --test-dir build/release --output-on-failure --timeout 600 --no-tests=error -j 2 \
  >"$results/ctest.log" 2>&1
ctest_status=$?
grep -vE '^ *(Start|[0-9]+/[0-9]+ Test .*Passed)' "$results/ctest.log" | tail -n 400
read -r passed failed < <(python3 - "$results" <<'PYTHON'
import glob, sys, xml.etree.ElementTree as tree
passed = failed = 0
for name in glob.glob(sys.argv[1] + "/*.xml"):
    for case in tree.parse(name).getroot().iter("testcase"):
        if case.get("status") != "run" or case.get("result") == "skipped":
            continue
        if case.find("failure") is None:
            passed += 1
        else:
            failed += 1
print(passed, failed)
PYTHON
)
# A test program that crashed or timed out wrote no XML: it counts as one failure.
if [ "$ctest_status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi

for script in tests/end_to_end/*.sh tests/slurm/*.sh; do
  name=$(basename "$script" .sh)
  case $name in
    _* | cluster) continue ;;
    long_*) [ "$long" = yes ] || continue ;;
  esac
  started=$SECONDS
  if bash "$script" >"$results/$name.log" 2>&1; then
    while IFS= read -r line; do echo "$line"; done < <(grep -E '^(ok|note)' "$results/$name.log")
    count=$(grep -c '^ok ' "$results/$name.log")
    passed=$((passed + count))
    [ "$count" -gt 0 ] || grep -q '^note skipped' "$results/$name.log" || { echo "FAILED $name: it checked nothing"; failed=$((failed + 1)); }
  else
    passed=$((passed + $(grep -c '^ok ' "$results/$name.log")))
    failed=$((failed + 1))
    tail -n 60 "$results/$name.log"
    echo "FAILED $name"
  fi
  echo "note $name took $((SECONDS - started)) s"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
