"""Flyway: versioned, repeatable, baseline and undo scripts, told apart by their names.

Source: Flyway's documentation, "Migrations", "Placeholders" and "Baseline migrations".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from vrss_contract.target.layouts import Found, counted

_NAME = re.compile(r"(?P<kind>[VBUR])(?P<version>\d+(?:[._]\d+)*)?__(?P<what>.+)\.sql$")
_CALLBACK = re.compile(r"(before|after)[A-Z]\w*(__.*)?\.sql$")
_SETTING = re.compile(r"^\s*flyway\.placeholders\.([^=\s]+)\s*=\s*(.*?)\s*$", re.MULTILINE)
_CONFIGURATIONS = ("flyway.toml", "flyway.conf", "conf/flyway.conf", "conf/flyway.toml")
_ABOVE = 4
"""How many folders above the scripts the configuration is looked for."""


def find(folder: Path) -> Found | None:
    """The folder's scripts, those of folders within it too.

    Of baselines the newest one runs, and the versions after it; the undo scripts are left out.
    """
    named = [(path, match) for path in folder.rglob("*.sql") if (match := _NAME.match(path.name))]
    first = _of("B", named)[-1:]
    versions = _of("V", named)
    if not (versions or first):
        return None
    after = [one for one in versions if not first or one[0] > first[0][0]]
    repeated = sorted((m["what"], path) for path, m in named if m["kind"] == "R")
    files = [path for _, path in (*first, *after)] + [path for _, path in repeated]
    undo = dict(_of("U", named))
    undone = len([1 for _, match in named if match["kind"] == "U"])
    notes = (
        *_left_out(undone, "undo script", "they take the schema back"),
        *_left_out(len(versions) - len(after), "version", "the baseline stands for them"),
        *_left_out(_callbacks(folder), "callback", "they run around migrations"),
    )
    values = {"flyway:defaultSchema": "public", **_placeholders(folder)}
    back = {path: undo[version] for version, path in after if version in undo}
    return Found(tuple(files), values=values, notes=notes, back=back)


def _of(
    kind: str, named: Iterable[tuple[Path, re.Match[str]]]
) -> list[tuple[tuple[int, ...], Path]]:
    """The scripts of a kind by their versions: 1.10 is after 1.9, and 1.0 is 1."""
    found = [
        (_version(match["version"]), path)
        for path, match in named
        if match["kind"] == kind and match["version"]
    ]
    return sorted(found)


def _version(text: str) -> tuple[int, ...]:
    numbers = [int(part) for part in re.split(r"[._]", text)]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _callbacks(folder: Path) -> int:
    return sum(1 for path in folder.rglob("*.sql") if _CALLBACK.match(path.name))


def _left_out(count: int, what: str, why: str) -> tuple[str, ...]:
    return (f"left out {counted(count, what)}: {why}",) if count else ()


def _placeholders(folder: Path) -> Mapping[str, str]:
    """What the configuration above the scripts says that placeholders stand for."""
    above = [folder, *folder.resolve().parents[:_ABOVE]]
    for path in (one / name for one in above for name in _CONFIGURATIONS):
        if path.is_file():
            return _read(path)
    return {}


def _read(path: Path) -> Mapping[str, str]:
    text = path.read_text("utf-8", errors="replace")
    if path.suffix != ".toml":
        return dict(_SETTING.findall(text))
    try:
        given = tomllib.loads(text).get("flyway", {}).get("placeholders", {})
    except tomllib.TOMLDecodeError:
        return {}
    return {str(name): str(value) for name, value in given.items()}
