"""What mends a fault, in a form that a person can run at once.

It is SQL for psql that takes no long locks; nothing is run here. Relations come as the contract
names them, with ``home``, the schema of those whose name says none.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from vrss_contract import paths
from vrss_contract.sql.literal import identifier, qualified, text

_AGAIN = "and again while it is found; all repairs at once, and what they leave:"


@dataclass(frozen=True, slots=True)
class Repair:
    """Writes repairs for one database."""

    folder: Path
    """The contract's folder."""
    address: str
    """The database as one word for a shell, without any secret."""
    schema: str = ""
    """Where the tables are, where that is another schema than the contract's."""

    def file(self, name: str) -> str:
        """The command that runs a file of the contract's, as the owner of the tables."""
        whole, here = self.folder / name, Path.cwd()
        shown = whole.relative_to(here) if whole.is_relative_to(here) else whole
        command = f"psql -X -v ON_ERROR_STOP=1 -f {shlex.quote(str(shown))} {self.address}"
        path = f"-c search_path={identifier(self.schema)}"
        given = f"PGOPTIONS={shlex.quote(path)} " if self.schema else ""
        return f"{given}{command}\n{_AGAIN}\n{self._all()}"

    def _all(self) -> str:
        """The command that runs every repair of the contract's."""
        words = ["vrss-contract", "reconcile", "--run"]
        words += ["--schema", self.schema] if self.schema else []
        words += ["--contract", str(self.folder)] if self.folder != paths.contracts() else []
        return f"{shlex.join(words)} {self.address}"


def rebuild(index: str, home: str) -> str:
    """An index made anew, writers going on."""
    return f"REINDEX INDEX CONCURRENTLY {qualified(index, home)};"


def drop(index: str, home: str) -> str:
    """An index away, writers going on."""
    return f"DROP INDEX CONCURRENTLY {qualified(index, home)};"


def drop_constraint(table: str, constraint: str, home: str) -> str:
    """A constraint away, with the index it rests on."""
    return f"ALTER TABLE {qualified(table, home)} DROP CONSTRAINT {identifier(constraint)};"


def validate(table: str, constraint: str, home: str) -> str:
    """A constraint held against the rows that are there, writers going on."""
    return f"ALTER TABLE {qualified(table, home)} VALIDATE CONSTRAINT {identifier(constraint)};"


def enable(table: str, trigger: str, home: str) -> str:
    """A trigger on again; what was written meanwhile it has not seen."""
    return f"ALTER TABLE {qualified(table, home)} ENABLE TRIGGER {identifier(trigger)};"


def enforce(tables: Iterable[str], home: str) -> str:
    """The triggers of constraints on again; at what was written meanwhile nobody looked."""
    on = [f"ALTER TABLE {qualified(table, home)} ENABLE TRIGGER ALL;" for table in tables]
    return "\n".join(["-- as a superuser", *on])


def remake(table: str, constraint: str, definition: str, home: str) -> str:
    """A constraint made anew, with the triggers that enforce it."""
    alter, name = f"ALTER TABLE {qualified(table, home)}", identifier(constraint)
    late = definition.removesuffix(" NOT VALID")
    return "\n".join(
        [
            f"{alter} DROP CONSTRAINT {name};",
            f"{alter} ADD CONSTRAINT {name} {late} NOT VALID;",
            f"{alter} VALIDATE CONSTRAINT {name};",
        ]
    )


def own(sequence: str, table: str, column: str, home: str) -> str:
    """A sequence that goes with its column, into dumps and when it is dropped."""
    owner = f"{qualified(table, home)}.{identifier(column)}"
    return f"ALTER SEQUENCE {qualified(sequence, home)} OWNED BY {owner};"


def analyze(table: str, home: str) -> str:
    """The planner's statistics taken anew."""
    return f"ANALYZE {qualified(table, home)};"


def advance(sequence: str, table: str, column: str, home: str, *, rises: bool = True) -> str:
    """A sequence put past the last number that is used."""
    last = f"{'max' if rises else 'min'}({identifier(column)})"
    used = f"SELECT {last} FROM {qualified(table, home)}"
    return f"SELECT setval({text(qualified(sequence, home))}, ({used}));"


def no_cycle(sequence: str, home: str) -> str:
    """A sequence that ends where its numbers do."""
    return f"ALTER SEQUENCE {qualified(sequence, home)} NO CYCLE;"


def widen(sequence: str, home: str) -> str:
    """A sequence that counts as far as a bigint column does."""
    return f"ALTER SEQUENCE {qualified(sequence, home)} AS bigint NO MAXVALUE;"
