"""The schemas that benches compare: the strategy's, schema.sql at a commit, and schema.sql.

Knows where each is read from; does not know what is measured on them.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from tests import paths

from vrss_contract.target import Statement, Target, sqlfile

STRATEGY, BASE, OURS = "strategy", "base", "ours"
BASE_COMMIT = "6ce2100"
"""The last commit whose schema made writers take turns by an advisory lock."""


class NoSuchBaseError(Exception):
    """git has no such file by the name of a commit."""


def schemas(commit: str = BASE_COMMIT) -> dict[str, Target]:
    """The three, by name.

    Raises:
        NoSuchBaseError: git does not have the commit, or it has no schema.sql.
        TroubleError: a schema can't be read.
    """
    literal = paths.fixtures() / "implementations" / "strategy_literal.sql"
    return {
        STRATEGY: sqlfile.read(literal),
        BASE: committed(commit, paths.root()),
        OURS: sqlfile.read(paths.schema()),
    }


def committed(commit: str, repository: Path) -> Target:
    """schema.sql as it was at a commit.

    Raises:
        NoSuchBaseError: git does not have it.
    """
    return sqlfile.parse(file_at(commit, "schema.sql", repository), name=f"{commit}:schema.sql")


def file_at(commit: str, path: str, repository: Path) -> str:
    """A file as it was at a commit.

    Raises:
        NoSuchBaseError: git does not have it; with what git says.
    """
    name = f"{commit}:{path}"
    shown = subprocess.run(  # noqa: S603 - no shell, and no option of git's
        ["git", "show", "--end-of-options", name],  # noqa: S607 - the git of whoever measures
        cwd=repository,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    if shown.returncode != 0:
        raise NoSuchBaseError(
            f"git has no {name}: {shown.stderr.strip()}; fetch the commit, or name one by --base"
        )
    return shown.stdout


def changed(target: Target, name: str, steps: Iterable[str]) -> Target:
    """The target under another name, with steps behind its own."""
    added = tuple(Statement(sql, 1) for sql in steps)
    return replace(target, name=name, steps=target.steps + added)


def strategys_own(function: str, strategy: Target) -> Iterator[str]:
    """Steps that put the strategy's function and its triggers in the place of ours."""
    yield f"DROP FUNCTION {function}() CASCADE"
    yield from (step.sql for step in strategy.steps if f"{function}()" in step.sql)
