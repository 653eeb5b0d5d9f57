"""Sqitch: a plan that names changes, and a script to deploy each.

Source: the manual pages sqitchchanges and sqitchtutorial, and "Reworking" in sqitch-rework.
"""

from __future__ import annotations

import configparser
import re
from dataclasses import dataclass
from pathlib import Path

from vrss_contract.target.errors import NO_SCRIPT
from vrss_contract.target.layouts import Found

_PLAN = "sqitch.plan"
_CONFIGURATION = "sqitch.conf"
_NAME = re.compile(r"^(?P<name>[^\s@%#\[][^\s@\[]*)")
_TAG = re.compile(r"^@(?P<tag>\S+)")


@dataclass(frozen=True, slots=True)
class _Change:
    name: str
    tag: str = ""
    """The first tag after it, where the change was reworked later."""


def find(folder: Path) -> Found | None:
    """The scripts to deploy, in the plan's order.

    Raises:
        TroubleError: a change of the plan has no script.
    """
    plan = folder / _PLAN
    if not plan.is_file():
        return None
    deploy, revert = (_script_folder(folder, what) for what in ("deploy", "revert"))
    files, back = list[Path](), dict[Path, Path]()
    for change in _changes(plan.read_text("utf-8", errors="replace")):
        path = deploy / f"{change.name}{'@' if change.tag else ''}{change.tag}.sql"
        if not path.is_file():
            raise NO_SCRIPT(plan=plan, change=change.name, path=path)
        files.append(path)
        if (revert / path.name).is_file():
            back[path] = revert / path.name
    return Found(tuple(files), what="change", back=back)


def _changes(plan: str) -> list[_Change]:
    """The changes; a name that comes again was reworked, and its earlier script bears a tag."""
    changes: list[_Change] = []
    untagged: list[int] = []
    tags: dict[int, str] = {}
    for raw in plan.splitlines():
        line = raw.strip().removeprefix("+").strip()
        if found := _TAG.match(line):
            tags |= dict.fromkeys(untagged, found["tag"])
            untagged = []
        elif found := _NAME.match(line):
            untagged.append(len(changes))
            changes.append(_Change(found["name"]))
    last = {change.name: number for number, change in enumerate(changes)}
    return [
        change if last[change.name] == number else _Change(change.name, tags.get(number, ""))
        for number, change in enumerate(changes)
    ]


def _script_folder(folder: Path, what: str) -> Path:
    """Where the scripts of a sort are, as far as the configuration says it."""
    path = folder / _CONFIGURATION
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    try:
        parser.read_string(re.sub(r"^\s+", "", path.read_text("utf-8"), flags=re.MULTILINE))
    except (OSError, configparser.Error, UnicodeDecodeError):
        return folder / what
    top = folder / parser.get("core", "top_dir", fallback=".")
    own = parser.get("core", f"{what}_dir", fallback="")
    return folder / own if own else top / what
