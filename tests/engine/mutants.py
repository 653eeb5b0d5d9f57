"""Mutants made by hand, and what came of them, for the tests of mutation."""

from __future__ import annotations

from vrss_contract.contract.model import Level
from vrss_contract.mutation.mutant import Mutant
from vrss_contract.mutation.tried import Ending, Killer, Tried


def mutant(what: str = "", *, table: str = "books", level: Level = "must") -> Mutant:
    """A mutant of a check, whose DDL is no other's."""
    return Mutant(
        operator="check-dropped",
        object=f"{table}.pages",
        what=what,
        ddl=(f"ALTER TABLE {table} DROP CONSTRAINT pages{what}",),
        level=level,
        tables=(table,),
    )


def killed(what: str, *clauses: str, ending: Ending = "killed") -> Tried:
    """A mutant that these clauses broke on."""
    return Tried(mutant(what), ending, tuple(Killer(one, "must") for one in clauses))
