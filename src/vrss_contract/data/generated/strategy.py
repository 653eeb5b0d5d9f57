"""Small sets of rows as hypothesis draws and shrinks them; the smallest to break an invariant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import psycopg
from hypothesis import HealthCheck, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from vrss_contract.contract.model import Contract
from vrss_contract.data.generated import statements, types
from vrss_contract.data.generated.drawing import Drawing, UndrawableError
from vrss_contract.data.generated.keys import Row
from vrss_contract.data.generated.plan import Step
from vrss_contract.data.generated.types import Facts
from vrss_contract.database.invariants import Invariants
from vrss_contract.database.scratch import Database

_MOST = 3
_EXAMPLES = 500


@dataclass(frozen=True, slots=True)
class RowSet:
    """Rows by table, parents first. Rows number themselves; references in a circle are NULL."""

    rows: Mapping[str, Sequence[Row]]
    statements: tuple[str, ...]
    """The SQL that writes them into empty tables, in order."""

    @property
    def size(self) -> int:
        """How many rows there are."""
        return sum(map(len, self.rows.values()))

    def __str__(self) -> str:
        return ";\n".join(self.statements) + ";" if self.statements else "no rows"


def row_sets(
    contract: Contract, facts: Facts | None = None, *, most: int = _MOST
) -> st.SearchStrategy[RowSet]:
    """Sets of up to ``most`` rows a table, which the database may still refuse.

    Args:
        contract: what the rows keep.
        facts: what the database says of its types; without it, what the contract says.
        most: rows of a table at most.
    """
    known = facts or types.declared(contract)

    @st.composite
    def drawn(draw: st.DrawFn) -> RowSet:
        drawing = Drawing(contract, known)
        rows: dict[str, Sequence[Row]] = {}
        written: list[str] = []
        for step in drawing.plan.steps:
            count = draw(st.integers(0, most))
            if count:
                random = draw(st.randoms(use_true_random=False))
                found, statement = _rows(drawing, step, count, random, known)
                rows[step.table.name] = found
                written.extend(statement)
        return RowSet({name: found for name, found in rows.items() if found}, tuple(written))

    return drawn()


def smallest_breaking_rows(
    contract: Contract,
    database: Database,
    invariant: str,
    *,
    examples: int = _EXAMPLES,
    seed: int = 0,
) -> RowSet | None:
    """The smallest set of rows that the database takes although it breaks the invariant.

    Nothing is written: each set is undone.

    Args:
        contract: whose invariant is asked and whose declarations rows are drawn from.
        database: loaded, its tables empty.
        invariant: the clause's id.
        examples: sets that are tried before None is given; shrinking comes on top.
        seed: the same sets are tried for the same seed.
    """
    with database.connect() as connection:
        with connection.transaction():
            facts = types.read(connection)
        asked = Invariants(contract, connection)

        def breaks(rows: RowSet) -> bool:
            return bool(rows.rows) and _breaks(connection, rows, asked, invariant)

        random = Random(seed)  # noqa: S311 - the same sets every time, no secret
        try:
            return find(
                row_sets(contract, facts), breaks, settings=_settings(examples), random=random
            )
        except NoSuchExample:
            return None


def _settings(examples: int) -> settings:
    """As many tries, however long one takes and however few rows are taken; none is kept."""
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def _rows(
    drawing: Drawing, step: Step, count: int, random: Random, facts: Facts
) -> tuple[list[Row], list[str]]:
    """As many rows as can be drawn of those wanted, and the statement that writes them."""
    try:
        draw = drawing.of(step, random, numbered=True)
    except UndrawableError:
        return [], []
    name, found = step.table.name, []
    for row in _candidates(draw.candidate() for _ in range(count)):
        found.append(row)
        drawing.pools[name].add([{key: row.get(key) for key in drawing.keys(step)}])
    if not found:
        return [], []
    return found, [statements.insert(facts.spelling(name), draw.columns, (), found)]


def _candidates(drawn: Iterator[Row | None]) -> Iterator[Row]:
    return (row for row in drawn if row is not None)


def _breaks(
    connection: psycopg.Connection, rows: RowSet, asked: Invariants, invariant: str
) -> bool:
    """Whether the database takes the rows and the invariant has a counter-example then."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for statement in rows.statements:
                connection.execute(statement.encode(), prepare=False)
            found = asked.counterexamples((invariant,))
            return any(one.invariant == invariant for one in found)
    except psycopg.errors.Error:
        if connection.closed:
            raise
        return False
