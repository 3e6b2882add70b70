# What the comparisons with PyTorch share: PyTorch 2.11.0, pinned by hash, in the user's cache (4.7 GB on disk), beside
# the LibTorch that scripts/bootstrap.sh keeps there. Needs CPython 3.11, Debian 12's own, and PyPI the first time.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${EXITAUDIT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/exitaudit}
pytorch=$cache/pytorch-2.11.0
if [ ! -e "$pytorch/complete" ]; then
  mkdir -p "$cache"
  exec 9>"$cache/pytorch.lock" && flock 9
  if [ ! -e "$pytorch/complete" ]; then
    echo "set_up: installing PyTorch 2.11.0 into $pytorch"
    rm -rf "$pytorch" "$pytorch.partial"
    python3 -m pip install --quiet --no-cache-dir --root-user-action=ignore --only-binary=:all: --require-hashes \
      --target "$pytorch.partial" -r "$root/tests/pytorch/requirements.txt"
    touch "$pytorch.partial/complete"
    mv "$pytorch.partial" "$pytorch"
  fi
  exec 9>&-
fi
python() { PYTHONPATH="$pytorch" python3 "$@"; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
