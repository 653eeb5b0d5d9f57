"""What migrations did, as text: for people, for machines, and at the lines of a pull request."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from vrss_contract import templates
from vrss_contract.migrating.findings import MigrationFinding, MigrationReport, MigrationsReport
from vrss_contract.report.github import annotation
from vrss_contract.report.text import count, short, visible

VERSION = 1
"""Raised when a reader of the JSON document has to change."""
_LABELS = {"same": "way back tried: the same as before", "none": ""}
_COMMANDS = {"hazard": "error", "note": "warning"}


def headline(report: MigrationsReport) -> str:
    """All of it in a few words."""
    notes = len(report.all_findings) - len(report.hazards)
    return (
        f"{count(len(report.each), 'migration')} run on the rows of {report.profile}:"
        f" {count(len(report.hazards), 'hazard')}, {count(notes, 'note')}"
    )


def terminal(report: MigrationsReport) -> str:
    """For a person."""
    lines = [f"{short(headline(report))}; {short(report.server)}", ""]
    for one in report.each:
        lines += _migration(one)
    for found in report.findings:
        lines += _finding(found)
    lines += [f"note: {short(note)}" for note in report.notes]
    lines += [visible(line) for line in report.stopped.splitlines()]
    return "\n".join(lines) + "\n"


def _migration(one: MigrationReport) -> Iterator[str]:
    words = [count(one.statements, "statement"), f"{one.ms:.1f} ms"]
    if one.together and one.statements > 1:
        words.append("one transaction")
    if one.failed:
        words.append("failed")
    if told := _LABELS.get(one.back, f"way back {one.back}"):
        words.append(told)
    yield f"{short(one.name)}  {', '.join(words)}"
    for lock in one.locks:
        who = [f"a {name} waited" for name in lock.blocked]
        who += [f"a {name} did not wait" for name in lock.passed]
        rows = count(lock.rows, "row")
        held = f"  lock: {lock.mode} on {lock.table} ({rows}) for {lock.ms:.1f} ms"
        yield short("; ".join([held, *who]))
    for found in one.findings:
        yield from _finding(found)
    yield from _linter(one)


def _linter(one: MigrationReport) -> Iterator[str]:
    """What was seen too, a line each, and then the rules of which nothing was seen."""
    for said in one.linter:
        if said.seen:
            yield f"  squawk: line {said.line} {short(said.rule)}, seen as {said.seen}"
    unseen = Counter(said.rule for said in one.linter if not said.seen)
    if unseen:
        rules = ", ".join(f"{count_} {rule}" for rule, count_ in unseen.most_common())
        yield f"  squawk: nothing was seen of {short(rules)}"


def _finding(found: MigrationFinding) -> Iterator[str]:
    yield f"  {found.level.upper()} {found.code}  {short(f'{found.file}:{found.line}')}"
    yield f"    seen     {short(found.seen)}"
    yield f"    why      {short(found.why)}"
    yield f"    instead  {visible(found.instead)}"


def markdown(report: MigrationsReport) -> str:
    """For a comment on a pull request."""
    return templates.template(__package__, "migrations.md", short=short).render(
        report=report, headline=headline(report)
    )


def document(report: MigrationsReport) -> str:
    """For machines: one JSON object in ASCII."""
    whole: dict[str, Any] = {"migrations_version": VERSION, **asdict(report)}
    whole["migrations"] = whole.pop("each")
    return json.dumps(whole, indent=2) + "\n"


def github(report: MigrationsReport) -> str:
    """Annotations at the files and lines of the migrations."""
    lines = [
        annotation(
            _COMMANDS[found.level],
            {"file": found.file, "line": str(found.line), "title": f"{found.level} {found.code}"},
            f"{short(found.seen)}\n{short(found.why)}\ninstead: {short(found.instead)}",
        )
        for found in report.all_findings
    ]
    if report.stopped:
        lines.append(annotation("error", {"title": "stopped"}, report.stopped))
    told = annotation("notice", {"title": "vrss-contract"}, headline(report))
    return "".join(f"{line}\n" for line in [*lines, told])


FORMATS: Mapping[str, Any] = MappingProxyType(
    {"terminal": terminal, "markdown": markdown, "json": document, "github": github}
)
"""Each format by the word that ``--format`` takes."""
