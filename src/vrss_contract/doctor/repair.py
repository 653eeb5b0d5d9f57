"""What mends a fault, in a form that a person can run at once.

It is SQL for psql that takes no long locks; nothing is run here.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from vrss_contract.sql.literal import identifier, text

_AGAIN = "and again while it is found: one run mends a part, so that no writer waits for long"


@dataclass(frozen=True, slots=True)
class Repair:
    """Writes repairs for one database."""

    folder: Path
    """The contract's folder."""
    address: str
    """The database as one word for a shell, without any secret."""

    def file(self, name: str) -> str:
        """The command that runs a file of the contract's, as the owner of the tables."""
        path = self.folder / name
        here = Path.cwd()
        shown = path.relative_to(here) if path.is_relative_to(here) else path
        command = f"psql -X -v ON_ERROR_STOP=1 -f {shlex.quote(str(shown))} {self.address}"
        return f"{command}\n{_AGAIN}"


def named(name: str) -> str:
    """A table, index or sequence of the schema ``public`` as SQL names it."""
    return f"public.{identifier(name)}"


def rebuild(index: str) -> str:
    """An index made anew, writers going on."""
    return f"REINDEX INDEX CONCURRENTLY {named(index)};"


def drop(index: str) -> str:
    """An index away, writers going on."""
    return f"DROP INDEX CONCURRENTLY {named(index)};"


def drop_constraint(table: str, constraint: str) -> str:
    """A constraint away, with the index it rests on."""
    return f"ALTER TABLE {named(table)} DROP CONSTRAINT {identifier(constraint)};"


def validate(table: str, constraint: str) -> str:
    """A constraint held against the rows that are there, writers going on."""
    return f"ALTER TABLE {named(table)} VALIDATE CONSTRAINT {identifier(constraint)};"


def enable(table: str, trigger: str) -> str:
    """A trigger on again; what was written meanwhile it has not seen."""
    return f"ALTER TABLE {named(table)} ENABLE TRIGGER {identifier(trigger)};"


def analyze(table: str) -> str:
    """The planner's statistics taken anew."""
    return f"ANALYZE {named(table)};"


def advance(sequence: str, table: str, column: str) -> str:
    """A sequence put above the highest number that is used."""
    highest = f"SELECT max({identifier(column)}) FROM {named(table)}"
    return f"SELECT setval({text(named(sequence))}, ({highest}));"


def widen(sequence: str) -> str:
    """A sequence that counts as far as a bigint column does."""
    return f"ALTER SEQUENCE {named(sequence)} AS bigint NO MAXVALUE;"
