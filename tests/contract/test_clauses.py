"""The contract against the target: an item per clause, its id the clause's."""

from collections.abc import Callable

import pytest

from vrss_contract.contract.model import Clause

Holds = Callable[[Clause], None]


@pytest.mark.clauses("table")
def test_table(clause: Clause, holds: Holds) -> None:
    holds(clause)


@pytest.mark.clauses("rows")
def test_rows(clause: Clause, holds: Holds) -> None:
    holds(clause)


@pytest.mark.clauses("cascade")
def test_cascade(clause: Clause, holds: Holds) -> None:
    holds(clause)


@pytest.mark.clauses("phase")
def test_phase(clause: Clause, holds: Holds) -> None:
    holds(clause)


@pytest.mark.clauses("invariant")
def test_invariant(clause: Clause, holds: Holds) -> None:
    holds(clause)


@pytest.mark.clauses("trigger")
def test_trigger(clause: Clause, holds: Holds) -> None:
    holds(clause)


@pytest.mark.clauses("schedule")
def test_schedule(clause: Clause, holds: Holds) -> None:
    holds(clause)


@pytest.mark.clauses("pairs")
def test_pairs(clause: Clause, holds: Holds) -> None:
    holds(clause)


@pytest.mark.clauses("workload")
def test_workload(clause: Clause, holds: Holds) -> None:
    holds(clause)


@pytest.mark.clauses("jsonb")
def test_jsonb(clause: Clause, holds: Holds) -> None:
    holds(clause)


@pytest.mark.clauses("dataset")
def test_dataset(clause: Clause, holds: Holds) -> None:
    holds(clause)


@pytest.mark.clauses("query")
def test_query(clause: Clause, holds: Holds) -> None:
    holds(clause)
