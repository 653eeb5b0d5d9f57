"""The contract against the target: an item per clause, its id the clause's."""

from collections.abc import Callable

import pytest

from vrss_contract.clause.model import Clause

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
