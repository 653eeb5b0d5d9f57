"""The contract against the target: an item per clause, its id the clause's."""

from collections.abc import Callable

import pytest

from vrss_contract.contract.model import Clause


@pytest.mark.clauses
def test_clause(clause: Clause, holds: Callable[[Clause], None]) -> None:
    holds(clause)
