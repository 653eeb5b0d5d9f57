"""Mutants made by hand, and what came of them, for the tests of mutation."""

from __future__ import annotations

from dataclasses import replace

from vrss_contract.contract.model import Contract, Level
from vrss_contract.mutation.formats import MutationReport
from vrss_contract.mutation.mutant import Mutant
from vrss_contract.mutation.reviewed import Reviewed
from vrss_contract.mutation.run import MutationResult
from vrss_contract.mutation.summary import summary
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
    killers = tuple(Killer(one, "must") for one in clauses)
    return Tried(mutant(what), ending, killers, alone=len(clauses) == 1)


def report(target: str = "schema.sql") -> MutationReport:
    """A run in which a mutant ended in each way."""
    soft = Tried(
        mutant("soft", table="loans"), "soft", (Killer("loans.names", "should"),), alone=True
    )
    tried = [
        killed("dead", "books.pages"),
        killed("late", "books.pages", "loans.due"),
        killed("alive", ending="survived"),
        soft,
        replace(killed("wrong", ending="stillborn"), says="constraint pages does not exist"),
        replace(killed("same", ending="equivalent"), says="Nothing happens."),
        replace(
            killed("told", "loans.due"),
            listed="Nobody reads <it> | at `all`.",
            fallen=("loans.late",),
        ),
    ]
    result = MutationResult(
        tried=[
            replace(one, milliseconds=1.0 + place, undone=place < 3)
            for place, one in enumerate(tried)
        ],
        duplicates=(("check-dropped:books.pages[again]", "check-dropped:books.pages[dead]"),),
        expired=(("reviewed.yaml:1", "books.pages is another: abc, was def"),),
        server="PostgreSQL 16.13, embedded",
        seconds=2.5,
        resumed=2,
    )
    promises = Contract(tables={}, enums={}, functions={}, clauses=())
    return MutationReport(
        target,
        "library",
        result,
        summary(result.tried, promises, Reviewed()),
        {"check-dropped": "The check is gone."},
    )
