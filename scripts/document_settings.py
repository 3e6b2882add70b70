#!/usr/bin/env python3
"""Keeps the tables of settings in docs/stages.md equal to what the program reads.

    exitaudit show --schema | scripts/document_settings.py docs/stages.md           # writes the tables anew
    exitaudit show --schema | scripts/document_settings.py docs/stages.md --check   # exit code 1 where they differ

A table stands between `<!-- settings KEY … -->` and `<!-- end -->`; KEY is a block of a study ("train"), or one
setting ("threads"). `--check` also wants every setting of a study in some table.
"""
import json
import re
import sys


def shown(setting):
    default = setting.get("default")
    if default is None and "default" not in setting:
        return ""
    text = json.dumps(default)
    if len(text) > 40:
        text = f"[{json.dumps(default[0])}, …, {json.dumps(default[-1])}]"
    return f"`{text}`"


def element(setting):
    """The settings within a block, a list of blocks or a map of blocks; none within a plain one."""
    for inner in (setting, setting.get("items"), setting.get("additionalProperties"), *setting.get("anyOf", [])):
        if isinstance(inner, dict) and "properties" in inner:
            return inner["properties"]
    return {}


def rows(key, setting):
    within = element(setting)
    if not within:
        choices = (setting.get("items") or setting).get("enum")
        what = setting["description"] + (": " + ", ".join(f"`{c}`" for c in choices) if choices else "")
        return [f"| `{key}` | {shown(setting)} | {what.replace('|', chr(92) + '|')} |"]
    a_map = isinstance(setting.get("additionalProperties"), dict)
    prefix = key + (".NAME" if a_map else ".N" if "properties" not in setting else "")
    return [row for name in within for row in rows(f"{prefix}.{name}", within[name])]


def main():
    document, check = sys.argv[1], sys.argv[2:] == ["--check"]
    schema = json.load(sys.stdin)["properties"]
    documented = set()

    def table(match):
        keys = match[1].split()
        documented.update(keys)
        lines = [row for key in keys for row in rows(key, schema[key])]
        return f"<!-- settings {match[1]} -->\n" + "\n".join(["| setting | default | |", "|---|---|---|"] + lines) + "\n<!-- end -->"

    text = open(document, encoding="utf-8").read()
    fresh = re.sub(r"<!-- settings ([a-z_ ]+) -->\n(?:.*\n)*?<!-- end -->", table, text)
    missing = [key for key in schema if key not in documented]
    if missing:
        sys.exit(f"{document}: no table holds the settings {', '.join(missing)}")
    if check and fresh != text:
        sys.exit(f"{document}: its tables of settings are not the program's; `exitaudit show --schema | "
                 f"scripts/document_settings.py {document}` writes them")
    if not check:
        open(document, "w", encoding="utf-8").write(fresh)


main()
