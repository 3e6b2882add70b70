#!/usr/bin/env bash
# The main job on a fresh Debian 12: installs what is missing, builds, audits real networks on real images, prints the tables.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$here"
scripts/build.sh exitaudit exitaudit_worker
started=$SECONDS
build/release/exitaudit run configs/demo.yaml
build/release/exitaudit report configs/demo.yaml
echo
echo "demo: $((SECONDS - started)) s; results are in runs/demo/report"
