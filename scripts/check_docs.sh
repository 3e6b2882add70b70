#!/usr/bin/env bash
# Every relative link in a Markdown file leads to a file; every `exitaudit COMMAND`, script and study that a document names
# exists; every stage has its section in docs/stages.md; every message in docs/troubleshooting.md is one of the program's;
# and CITATION.cff has the program's version.
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
  done < <({
    grep -oE '(`|build/release/)exitaudit [a-z]+' "$document"
    sed -n '/^```bash/,/^```$/{/^exitaudit /p}' "$document"
  } | sed -E 's/.*exitaudit ([a-z]+).*/\1/' | sort -u)
  while IFS= read -r file; do
    [ -e "$file" ] || fault "$document: there is no $file"
  done < <(grep -oE '\b(scripts|configs|data|tests)/[A-Za-z0-9_./-]+\.(sh|yaml|md|py)' "$document" | sort -u)
done < <(git ls-files '*.md')

stages=$(sed -n 's/^ *StageInfo{"\([a-z_]*\)".*/\1/p' jobs/stage_list.cpp)
[ -n "$stages" ] || fault "jobs/stage_list.cpp: no stage found"
while IFS= read -r stage; do
  grep -qx "## $stage" docs/stages.md || fault "docs/stages.md: there is no section \"## $stage\""
done <<<"$stages"

# The fixed parts of a message, between "…", stand in string literals that may be split over lines.
while IFS= read -r line; do fault "$line"; done < <(python3 - <<'PYTHON'
import re, subprocess
listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.cpp", "*.h", "scripts/*.sh"],
                        capture_output=True, text=True, check=True).stdout.split()
sources = "".join(open(name, encoding="utf-8").read() for name in listed if not name.startswith("tests/"))
sources = re.sub(r'"\s*"', "", sources).replace('\\"', '"')
messages = re.findall(r"\*\*`([^`]+)`\*\*", open("docs/troubleshooting.md", encoding="utf-8").read())
if len(messages) < 20:
    print("docs/troubleshooting.md: its messages are not found")
for message in messages:
    parts = [part for part in (piece.strip(" .:;,") for piece in message.split("…")) if len(part) > 1]
    if max(map(len, parts), default=0) < 8:
        print(f"docs/troubleshooting.md: nothing of `{message}` is fixed")
    for part in parts:
        if part not in sources:
            print(f"docs/troubleshooting.md: no source holds \"{part}\" (of `{message}`)")
PYTHON
)

version=$(sed -n 's/^project(exitaudit VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
grep -qx "version: $version" CITATION.cff || fault "CITATION.cff: its version is not CMakeLists.txt's, $version"

[ $faults -eq 0 ] || { echo "check_docs: $faults faults"; exit 1; }
echo "check_docs: all links, commands, files, stages and messages are there"
