"""Whether each condition of a query is seen to matter: it is changed, and its clause asked again.

    python -m benchmarks.conjuncts [--contract DIR] [--query NAME ...]

A change is seen where ``query.NAME.answers`` breaks by it, or where the server refuses what comes
of it. What is not seen must be no change of what the query means: it is listed as equal, with the
reason, in tests/contract/equal_queries.yaml. Exit code 1 where a change is neither.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psycopg
import yaml
from tests import paths

from benchmarks.equals import Equal
from vrss_contract.checks.query.answers import AnswerComparison
from vrss_contract.contract.model import Contract, Query
from vrss_contract.contract.read import read_contract
from vrss_contract.data.dataset.profiles import profile
from vrss_contract.data.filled_database import filled_database
from vrss_contract.mutation.expressions.changes import QueryChange, changes, unchanged
from vrss_contract.performance.query.session import QuerySession
from vrss_contract.target import sqlfile

Outcome = Literal["broken", "refused", "unseen"]
EQUAL = Path(__file__).parents[1] / "tests" / "contract" / "equal_queries.yaml"
_TIMEOUT = "5s"
"""A change may make a query run for ever."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A change of a query, and what came of it."""

    query: str
    change: QueryChange
    outcome: Outcome


def equals(contract: str) -> list[Equal]:
    """The reviewed list of a contract."""
    listed: Mapping[str, list[Mapping[str, object]]] = yaml.safe_load(EQUAL.read_text("utf-8"))
    return [Equal.of(one, "reason", "queries") for one in listed.get(contract, [])]


def faults(found: Sequence[Tried], listed: Sequence[Equal]) -> list[str]:
    """What is unseen and not listed, what is listed and seen, and what is listed of nothing."""
    tried_ = [(one.query, one.change.name) for one in found]
    told = [f"listed, but nothing of it: {one}" for equal in listed for one in equal.idle(tried_)]
    for one in found:
        known = any(equal.speaks_of(one.query, one.change.name) for equal in listed)
        if known != (one.outcome == "unseen"):
            what = f"listed, but {one.outcome}" if known else "unseen"
            told.append(f"{what}: {one.query}: {one.change.name}")
    return told


@contextlib.contextmanager
def session(contract: Contract) -> Iterator[QuerySession]:
    """A session of the database that the contract's answers are compared in."""
    (name,) = contract.manifest.of_answers()
    schema = sqlfile.read(contract.manifest.required_schema())
    with (
        filled_database(schema, profile(name, contract), contract) as opened,
        opened.database.connect() as connection,
    ):
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"SET statement_timeout = '{_TIMEOUT}'".encode())
        yield QuerySession(connection, most=0)


def tried(query: Query, contract: Contract, asked: QuerySession) -> Iterator[Tried]:
    """Every change of the query, judged as its clause judges it.

    Raises:
        ValueError: the query is broken as it stands, or as changes are written.
    """
    comparison = AnswerComparison(query, asked, few=True)
    for sql in (query.sql, unchanged(query.sql)):
        if difference := next(comparison.differences(sql), None):
            raise ValueError(f"{query.name} is broken without a change: {difference}")
    for change in changes(query.sql, contract):
        yield Tried(query.name, change, _outcome(comparison, change.sql))


def _outcome(comparison: AnswerComparison, sql: str) -> Outcome:
    try:
        return "broken" if next(comparison.differences(sql), None) else "unseen"
    except psycopg.Error:
        return "refused"


def _words() -> argparse.Namespace:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    words.add_argument("--contract", type=Path, default=paths.contracts())
    words.add_argument("--query", action="extend", nargs="+", default=[])
    return words.parse_args()


def main() -> int:
    """Try them all, and say what came of them."""
    given = _words()
    contract = read_contract(given.contract)
    names = given.query or [*contract.queries]
    found: list[Tried] = []
    began = time.monotonic()
    say = sys.stdout.write
    say("| query | changes | broken | refused by the server | equal |\n|---|---:|---:|---:|---:|\n")
    with session(contract) as asked:
        for name in names:
            own = [*tried(contract.queries[name], contract, asked)]
            found += own
            say(_line(name, own))
            sys.stdout.flush()
    say(_line("all", found))
    told = faults(found, equals(contract.manifest.name))
    say(f"\n{time.monotonic() - began:.0f} s, {len(told)} unseen or wrongly listed\n")
    say("".join(f"{one}\n" for one in told))
    return 1 if told else 0


def _line(name: str, found: Sequence[Tried]) -> str:
    count = Counter(one.outcome for one in found)
    return (
        f"| {name} | {len(found)} | {count['broken']} | {count['refused']} | {count['unseen']} |\n"
    )


if __name__ == "__main__":
    sys.exit(main())
