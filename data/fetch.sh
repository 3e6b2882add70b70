#!/usr/bin/env bash
# Downloads raw datasets named in manifest.yaml, checks and unpacks them. Needs the internet; exitaudit itself never does.
#
#   data/fetch.sh [--to FOLDER] [--manifest FILE] NAME…     into data/raw unless told otherwise
#
# An archive that was begun is gone on with; one that already lies in FOLDER/.downloads is used as it is. Nothing
# appears under its final name before its files' sizes and checksums, where the manifest has them, are right.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
manifest=$here/manifest.yaml
to=$here/raw
fresh=  # where an archive is being unpacked
trap '[ -z "$fresh" ] || rm -rf "$fresh"' EXIT

say() { printf '%s\n' "$*"; }
fail() {
  printf 'data/fetch.sh: %s\n' "$*" >&2
  exit 1
}

# The lines of one entry, without their first indentation.
entry() {
  awk -v name="$1" '/^  [^ #]/ { inside = ($0 == "  " name ":") } inside && /^    / { print substr($0, 5) }' "$manifest"
}

# value ENTRY KEY: the scalar at a key of an entry, without quotes; empty where there is none.
value() { printf '%s\n' "$1" | sed -n "s/^$2: *\"\{0,1\}\([^\"]*\)\"\{0,1\} *\$/\1/p" | head -n 1; }

# "name bytes sha256" a line; "-" for what is unknown.
files() {
  printf '%s\n' "$1" | sed -n 's/^ *- {\(.*\)} *$/\1/p' | awk -F', *' '{
    name = bytes = sha = "-"
    for (i = 1; i <= NF; ++i) {
      split($i, pair, ": *")
      if (pair[1] == "name") name = pair[2]
      if (pair[1] == "bytes") bytes = pair[2]
      if (pair[1] == "sha256") sha = pair[2]
    }
    print name, bytes, sha
  }'
}

known_names() { sed -n 's/^  \([a-z0-9_]*\):$/\1/p' "$manifest" | paste -sd' ' -; }

download() {
  local url=$1 archive=$2
  [ -e "$archive" ] && { say "using $archive"; return; }
  command -v curl >/dev/null || fail "curl is missing; install it with: apt-get install curl"
  say "fetching $url"
  local progress=(--silent --show-error)
  [ ! -t 2 ] || progress=(--progress-bar)
  curl "${progress[@]}" --location --fail --retry 3 --continue-at - --output "$archive.part" "$url" ||
    fail "cannot fetch $url: this machine has no way to the internet, or the address has moved.
Fetch the archive elsewhere, put it at $archive and run this again; what was fetched so far is kept."
  mv "$archive.part" "$archive"
}

unpack() {
  local archive=$1 folder=$2
  case $archive in
    *.deb) dpkg-deb -x "$archive" "$folder" ;;
    *.zip)
      command -v unzip >/dev/null || fail "unzip is missing; install it with: apt-get install unzip"
      unzip -q "$archive" -d "$folder" ;;
    *) tar -xf "$archive" -C "$folder" ;;
  esac || fail "$archive cannot be unpacked: delete it and run this again"
}

# The folder below $1 that is the dataset: it holds the first listed file, or bears the dataset's name.
find_root() {
  local below=$1 first=$2 folder=$3 hit
  if [ -n "$first" ]; then
    hit=$(find "$below" -type f -path "*/$first" | sort | head -n 1)
    [ -n "$hit" ] && printf '%s\n' "${hit%"/$first"}"
  else
    find "$below" -type d -name "$folder" | sort | head -n 1
  fi
}

verify() {
  local root=$1 name bytes sha
  while read -r name bytes sha; do
    [ -n "$name" ] || continue
    [ -f "$root/$name" ] || fail "the archive holds no $name"
    [ "$bytes" = - ] || [ "$(stat -c %s "$root/$name")" = "$bytes" ] ||
      fail "$name: $(stat -c %s "$root/$name") bytes; expected $bytes; delete the archive in $to/.downloads and run this again"
    [ "$sha" = - ] || [ "$(sha256sum "$root/$name" | cut -d' ' -f1)" = "$sha" ] ||
      fail "$name: wrong checksum: expected $sha; delete the archive in $to/.downloads and run this again"
    [ "$sha" != - ] || say "note: no checksum of $name is known; only its size can be checked, where it is stated"
  done
}

fetch() {
  local name=$1 lines folder url archive root first
  lines=$(entry "$name")
  [ -n "$lines" ] || fail "there is no dataset \"$name\" in $manifest; known are: $(known_names)"
  url=$(value "$lines" url)
  folder=$(value "$lines" folder)
  [ -n "$url" ] || fail "$name has no address to fetch it from: it is synthetic, or see its note in $manifest"
  [ ! -e "$to/$folder" ] || { say "$name: $to/$folder is there already; exitaudit data check $name verifies it"; return; }

  mkdir -p "$to/.downloads"
  archive=$to/.downloads/$(basename "$url")
  download "$url" "$archive"
  fresh=$(mktemp -d "$to/.unpack.XXXXXX")
  unpack "$archive" "$fresh"
  first=$(files "$lines" | head -n 1 | cut -d' ' -f1)
  root=$(find_root "$fresh" "$first" "$folder")
  [ -n "$root" ] || fail "$archive does not hold ${first:-$folder}: is it another archive?"
  files "$lines" | verify "$root"
  chmod -R u+rwX,go+rX "$root"
  mv "$root" "$to/$folder"
  rm -rf "$fresh"
  say "$name: $to/$folder"
}

names=()
while [ $# -gt 0 ]; do
  case $1 in
    --to) [ $# -gt 1 ] || fail "--to needs a folder"; to=$2; shift 2 ;;
    --manifest) [ $# -gt 1 ] || fail "--manifest needs a file"; manifest=$2; shift 2 ;;
    -h | --help) sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    -*) fail "unknown option $1" ;;
    *) names+=("$1"); shift ;;
  esac
done
[ -r "$manifest" ] || fail "cannot read $manifest"
[ ${#names[@]} -gt 0 ] || fail "name at least one dataset: $(known_names)"
for name in "${names[@]}"; do fetch "$name"; done
