"""What squawk says of a migration's text, beside what was seen when it ran.

Squawk is a linter of migrations under the Apache-2.0 or the MIT licence; its binary comes from PyPI
as squawk-cli, from npm, or from its own site. It is asked where it is there, and changes no exit
code: it reads words, and what these words do was seen.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vrss_contract.migrating.findings import LinterFinding, MigrationFinding
from vrss_contract.target.migrations import Migration

ABSENT = "squawk is not installed, so what a linter says is not told: pip install squawk-cli"
_SECONDS = 60
_WAITS = ("timeout", "lock-queue")
_MEANS = {
    "adding-field-with-default": ("rewrite",),
    "adding-foreign-key-constraint": ("foreign-key-validated",),
    "adding-not-nullable-field": ("set-not-null", "not-null-without-default"),
    "adding-required-field": ("not-null-without-default",),
    "ban-concurrent-index-creation-in-transaction": ("in-transaction",),
    "ban-drop-column": ("data-loss",),
    "ban-drop-table": ("data-loss",),
    "ban-truncate-cascade": ("data-loss",),
    "changing-column-type": ("type-change",),
    "constraint-missing-not-valid": ("foreign-key-validated", "check-validated"),
    "disallowed-unique-constraint": ("index-without-concurrently",),
    "require-concurrent-index-creation": ("index-without-concurrently",),
    "require-lock-timeout": _WAITS,
    "require-statement-timeout": _WAITS,
    "require-timeout-settings": _WAITS,
}
"""What is seen where a rule is right: the codes by the rule. Others speak of style."""


def program() -> str | None:
    """The binary beside this Python's own programs, else the one that is found by its name."""
    beside = Path(sys.executable).with_name("squawk")
    return str(beside) if beside.is_file() else shutil.which("squawk")


def asked(
    binary: str, migration: Migration, found: Sequence[MigrationFinding]
) -> tuple[LinterFinding, ...]:
    """What it says of the way forth, a line each; nothing where it can't be run."""
    text, file = _text(migration), migration.steps[0].file
    words = [binary, "--reporter", "json", "--stdin-filepath", file or "migration.sql"]
    if migration.together:
        words.append("--assume-in-transaction")
    try:
        done = subprocess.run(  # noqa: S603 - a linter that the user installed
            words, input=text, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        said: list[dict[str, Any]] = json.loads(done.stdout or "[]")
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return ()
    return tuple(_finding(one, migration, found) for one in said)


def _finding(
    said: dict[str, Any], migration: Migration, found: Sequence[MigrationFinding]
) -> LinterFinding:
    line = int(said["line"]) + 1
    step = max(
        (one.line for one in migration.steps if one.line <= line), default=migration.steps[0].line
    )
    rule = str(said["rule_name"])
    meant = _MEANS.get(rule, ())
    codes = (one.code for one in found if one.line == step and one.code in meant)
    return LinterFinding(rule, line, str(said["message"]), next(codes, ""))


def _text(migration: Migration) -> str:
    """The statements on the lines that they have in their file."""
    lines = 1
    parts: list[str] = []
    file = migration.steps[0].file
    for step in migration.steps:
        if step.file != file or step.rows is not None:
            continue
        parts.append("\n" * max(step.line - lines, 0))
        parts.append(f"{step.sql};")
        lines = max(step.line, lines) + step.sql.count("\n")
    return "".join(parts)
