"""Liquibase: changelogs of formatted SQL, and those that only include others.

Source: Liquibase's documentation, "SQL changelog example" and "include", "includeAll", "sqlFile".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import yaml

from vrss_contract.target import sqlfile
from vrss_contract.target.errors import NOT_SQL_CHANGE
from vrss_contract.target.layouts import Found, counted
from vrss_contract.target.script import with_placeholders

_FORMATTED = re.compile(r"\s*--\s*liquibase\s+formatted\s+sql", re.IGNORECASE)
_CHANGE_SET = re.compile(r"^\s*--\s*changeset\s+\S+?:(?P<rest>.*)$", re.IGNORECASE)
_PROPERTY = re.compile(
    r"^\s*--\s*property\s+.*?name:(?P<name>\S+)\s+value:(?P<value>.+?)\s*(?:\w+:\S+\s*)*$",
    re.IGNORECASE,
)
_DBMS = re.compile(r"\bdbms:(\S+)", re.IGNORECASE)
_DELIMITER = re.compile(r"\bendDelimiter:(\S+)", re.IGNORECASE)
_IGNORE = re.compile(r"^\s*--\s*ignoreLines:(start|end|\d+)", re.IGNORECASE)
_ROLLBACK = re.compile(r"^\s*--\s*rollback\s+(?P<sql>.*)$", re.IGNORECASE)
_NO_ROLLBACK = frozenset({"empty", "not required"})
_MASTERS = ("*changelog*.xml", "*changelog*.yaml", "*changelog*.yml", "*changelog*.json")
_INCLUDES = frozenset({"include", "includeAll", "sqlFile"})
_SAID = frozenset({"property", "preConditions", "logicalFilePath", "objectQuotingStrategy"})
"""What a changelog may have beside changes."""


@dataclass(slots=True)
class _Reading:
    root: Path
    """What paths begin at, that are not told to be beside their file."""
    files: list[Path] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)


def find(folder: Path) -> Found | None:
    """The scripts of formatted SQL: in the order of the changelog that includes them, or by name.

    Raises:
        TroubleError: a changelog has a change that is no SQL.
    """
    for pattern in _MASTERS:
        for master in sorted(folder.glob(pattern)):
            reading = _Reading(folder)
            _follow(master, reading)
            if reading.files:
                return _made(reading.files, reading.values)
    files = [path for path in sorted(folder.rglob("*.sql")) if _is_formatted(path)]
    return _made(files, {}) if files else None


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """One changeset of a script; both texts have the lines of the script."""

    name: str
    text: str
    back: str
    """What its comments say that takes it back."""


def change_sets(script: str) -> Iterator[ChangeSet]:
    """The changesets of a script in formatted SQL; what stands before the first is the first's."""
    lines = script.splitlines()
    begins = [number for number, line in enumerate(lines) if _CHANGE_SET.match(line)]
    if not begins:  # plain SQL, which a changelog names as the change
        yield ChangeSet("", script, "")
    for first, last in zip(begins, [*begins[1:], len(lines)], strict=True):
        begin = 0 if first == begins[0] else first
        name = lines[first].split(":", 1)[1].split()[0]
        text = ["" for _ in lines[:begin]] + lines[begin:last]
        back = [found["sql"] if (found := _ROLLBACK.match(line)) else "" for line in text]
        said = " ".join(back).strip().rstrip(";").lower()
        yield ChangeSet(name, "\n".join(text), "" if said in _NO_ROLLBACK else "\n".join(back))


def _made(files: list[Path], given: dict[str, str]) -> Found:
    values, notes, texts = dict(given), list[str](), list[str]()
    left = 0
    for path in files:
        text, skipped = _postgresql(sqlfile.text(path), values)
        texts.append(text)
        left += skipped
    if left:
        notes.append(f"left out {counted(left, 'changeset')}: of other databases than PostgreSQL")
    return Found(tuple(files), "file", values, tuple(notes), texts=tuple(texts))


def _is_formatted(path: Path) -> bool:
    with path.open(encoding="utf-8", errors="replace") as file:
        return bool(_FORMATTED.match(file.readline()))


def _postgresql(text: str, values: dict[str, str]) -> tuple[str, int]:
    """The script with as many lines, without what is of other databases, and how many those are."""
    lines: list[str] = []
    ours, delimiter, skipped, ignored = True, ";", 0, 0.0
    for line in text.splitlines():
        if found := _PROPERTY.match(line):
            values.setdefault(found["name"], found["value"])
        if found := _CHANGE_SET.match(line):
            ours, delimiter = _is_ours(found["rest"]), _delimiter(found["rest"])
            skipped += not ours
        if found := _IGNORE.match(line):
            word = found[1].lower()
            ignored = {"start": float("inf"), "end": 0.0}.get(
                word, float(word) if word.isdigit() else 0
            )
            lines.append(line)
            continue
        lines.append(_kept(line, delimiter) if ours and not ignored else "")
        ignored = max(0.0, ignored - 1)
    return with_placeholders("\n".join(lines), values), skipped


def _is_ours(attributes: str) -> bool:
    found = _DBMS.search(attributes)
    named = found[1].lower().split(",") if found else ["postgresql"]
    return "postgresql" in named or "all" in named or all(n.startswith("!") for n in named)


def _delimiter(attributes: str) -> str:
    found = _DELIMITER.search(attributes)
    return found[1] if found else ";"


def _kept(line: str, delimiter: str) -> str:
    """The line, with a semicolon where it ends a statement in another way."""
    if delimiter == ";" or line.strip().lower() not in {delimiter.lower(), "go"}:
        return line
    return ";"


def _follow(changelog: Path, reading: _Reading) -> None:
    for name, given in _entries(changelog):
        if name == "property":
            reading.values.setdefault(str(given.get("name")), str(given.get("value")))
        elif name in _INCLUDES:
            _include(name, given, changelog, reading)
        elif name not in _SAID:
            raise NOT_SQL_CHANGE(path=changelog, found=f"a change of the type {name}")


def _include(name: str, given: dict[str, Any], changelog: Path, reading: _Reading) -> None:
    beside = str(given.get("relativeToChangelogFile", "false")).lower() == "true"
    word = str(given.get("file") or given.get("path") or "").removeprefix("classpath:")
    path = (changelog.parent if beside else reading.root) / word.lstrip("/")
    if not path.exists():  # the root of paths is the project's, which the folder may be deep within
        path = next(
            (up / word for up in reading.root.resolve().parents if (up / word).exists()), path
        )
    inside = sorted(path.rglob("*")) if name == "includeAll" and path.is_dir() else [path]
    for one in inside:
        if one.suffix == ".sql":
            reading.files.append(one)
        elif one.suffix in {".xml", ".yaml", ".yml", ".json"}:
            _follow(one, reading)


def _entries(changelog: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The names of a changelog's entries and changes, with their attributes."""
    text = sqlfile.text(changelog)
    if changelog.suffix == ".xml":
        yield from _of_xml(text, changelog)
        return
    try:
        # JSON is YAML, but for tabs.
        read = json.loads(text) if changelog.suffix == ".json" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError) as error:
        raise NOT_SQL_CHANGE(path=changelog, found=str(error)) from error
    entries = read.get("databaseChangeLog") if isinstance(read, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        for name, given in entry.items():
            changes = given.get("changes", []) if name == "changeSet" else [{name: given}]
            for change in changes:
                yield from ((kind, dict(said)) for kind, said in change.items())


def _of_xml(text: str, changelog: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        # The user's own changelog, and expat refuses entities that grow (since 2.4.1).
        root = ET.fromstring(text)  # noqa: S314 - see above
    except ET.ParseError as error:
        raise NOT_SQL_CHANGE(path=changelog, found=str(error)) from error
    for entry in root:
        name = _bare(entry.tag)
        for one in entry if name == "changeSet" else (entry,):
            if _bare(one.tag) not in {"comment", "rollback", "preConditions"}:
                yield _bare(one.tag), dict(one.attrib)


def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]
