"""The files of a drafted contract folder, as texts by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vrss_contract.draft import yaml_text

Entry = dict[str, Any]
MANIFEST = "contract.yaml"
NOTES = "NOTES.md"
FUNCTIONS = "functions.yaml"
_SHARED = {"enum": "types.yaml", "function": FUNCTIONS, "object": "objects.yaml"}
_TAKEN = frozenset({MANIFEST, "errata.yaml", *_SHARED.values()})
_UNSAFE = re.compile(r"[^a-z0-9_]+")
_LONGEST = 60


def files(manifest: Entry, entries: Sequence[Entry]) -> dict[str, str]:
    """The manifest, a file a table, and one each for enums, functions and other objects."""
    texts = {MANIFEST: yaml_text.mapping(manifest)}
    names = table_files(entry["id"] for entry in entries if entry["kind"] == "table")
    for kind, name in _SHARED.items():
        if members := [entry for entry in entries if entry["kind"] == kind]:
            texts[name] = yaml_text.document(members)
    if not entries:
        texts[_SHARED["object"]] = "# The schema holds nothing.\n"
    for entry in entries:
        if entry["kind"] == "table":
            texts[names[entry["id"]]] = yaml_text.document([entry])
    return texts


def table_files(ids: Iterable[str]) -> Mapping[str, str]:
    """A file name for each table, safe on any file system and given once."""
    named: dict[str, str] = {}
    taken = set(_TAKEN)
    for id_ in ids:
        stem = _UNSAFE.sub("-", id_.lower()).strip("-")[:_LONGEST] or "table"
        name, number = f"{stem}.yaml", 1
        while name in taken:
            number += 1
            name = f"{stem}-{number}.yaml"
        taken.add(name)
        named[id_] = name
    return named
