#!/usr/bin/env bash
# Tab completion in bash, as a user's shell does it; and the program's version.
. "$(dirname "$0")/_lib.sh"
script=$work/completion.bash
"$exitaudit" completion bash >"$script" || fail "completion bash"

# complete WORD …: what Tab offers behind `exitaudit WORD …`, the last word being the one at the cursor; sorted, in one line.
complete_words() {
  (cd "$work/folder" && bash --norc -c '
    source "$1"; shift
    complete -p exitaudit >/dev/null || exit 1
    COMP_WORDS=(exitaudit "$@"); COMP_CWORD=$#; COMPREPLY=()
    _exitaudit
    printf "%s\n" "${COMPREPLY[@]}" | sort | paste -sd " "' bash "$script" "$@")
}
offers() { # EXPECTED WORD …
  local expected=$1 found
  shift
  found=$(complete_words "$@") || fail "the script cannot be sourced"
  [ "$found" = "$expected" ] || fail "behind \"exitaudit $*\": \"$found\", not \"$expected\""
}
mkdir "$work/folder" "$work/folder/configs" "$work/folder/report"
touch "$work/folder/study one.yaml" "$work/folder/study.yml" "$work/folder/notes.txt" "$work/folder/weights.h5"

offers "report retry" re
offers "" wor
offers "--version" --v
ok "commands are completed, hidden ones are not"
[ "$(complete_words run s.yaml --s)" = "--set --slots --stage" ] || fail "flags of run: $(complete_words run s.yaml --s)"
offers "--metric" compare a.yaml b.yaml --m
offers "" doctor --ra
offers "behind compute timing" run s.yaml --phase ""
offers "train" run s.yaml --stage tr
offers "" run s.yaml --set tr
offers "check" data c
offers "--data" data check --d
ok "flags are completed, and the words that they take"
offers "study one.yaml study.yml" plan stu
offers "study.yml" explain study.
offers "weights.h5" show wei
offers "configs" run s.yaml --root con
offers "notes.txt" submit s.yaml --site no
ok "studies, artifacts, folders and site files are completed"

# Every command and every flag of the help is offered, so that nothing lags behind.
for command in $("$exitaudit" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]\+\) .*/\1/p'); do
  grep -qw -- "$command" <<<"$(complete_words "$command")" || fail "the command $command is not offered"
  for flag in $("$exitaudit" "$command" --help | grep -oE '(^|,| )--[a-z][a-z-]*' | tr -d ', ' | sort -u); do
    grep -qw -- "$flag" <<<"$(complete_words "$command" "$flag")" || fail "$command $flag is not offered"
  done
done
ok "everything in the help is offered"

"$exitaudit" --version >"$work/out" || fail "--version"
grep -qE "^exitaudit $(sed -n 's/^project(exitaudit VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt) \(([0-9a-f]{7,}|unknown)\)$" "$work/out" ||
  fail "--version prints $(cat "$work/out")"
ok "--version prints version and commit: $(cat "$work/out")"
