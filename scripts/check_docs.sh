#!/usr/bin/env bash
# Every relative link in a Markdown file leads to a file, and every `exitaudit COMMAND`, script and study that a document
# names exists.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
faults=0
fault() {
  echo "$*"
  faults=$((faults + 1))
}
commands=$(sed -n 's/^ *Command{"\([a-z]*\)".*/\1/p' jobs/commands/command.cpp)
[ -n "$commands" ] || fault "jobs/commands/command.cpp: no command found"
while IFS= read -r document; do
  folder=$(dirname "$document")
  while IFS= read -r link; do
    target=${link%%#*}
    case $target in '' | *://*) continue ;; esac
    [ -e "$folder/$target" ] || fault "$document: the link $link leads nowhere"
  done < <(grep -oE '\]\([^) ]+\)' "$document" | sed 's/^](//; s/)$//')
  while IFS= read -r command; do
    grep -qx -- "$command" <<<"$commands" || fault "$document: there is no command \`exitaudit $command\`"
  done < <(grep -oE '(`|build/release/)exitaudit [a-z]+' "$document" | sed 's/.*exitaudit //' | sort -u)
  while IFS= read -r file; do
    [ -e "$file" ] || fault "$document: there is no $file"
  done < <(grep -oE '\b(scripts|configs|data|tests)/[A-Za-z0-9_./-]+\.(sh|yaml|md|py)' "$document" | sort -u)
done < <(git ls-files '*.md')
[ $faults -eq 0 ] || { echo "check_docs: $faults faults"; exit 1; }
echo "check_docs: all links, commands and files are there"
