#!/usr/bin/env bash
# Sets the machine up (scripts/bootstrap.sh) and builds the release preset; prints nothing but problems and one line.
#
#   scripts/build.sh [TARGET …]     default: all
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$here"
scripts/bootstrap.sh
log=build/release.log
mkdir -p build
started=$SECONDS
if ! { [ -f build/release/build.ninja ] || cmake --preset release; } >"$log" 2>&1 ||
  ! cmake --build build/release ${1:+--target "$@"} >>"$log" 2>&1; then
  tail -n 40 "$log" >&2
  echo "build: failed; the whole log is $log" >&2
  exit 1
fi
echo "build: build/release is up to date ($((SECONDS - started)) s)"
