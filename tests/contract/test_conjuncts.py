"""Each condition of each query is seen to matter, or is listed as equal with the reason.

A query is changed in one place, mechanically, and its clause ``query.NAME.answers`` must break: a
clause that holds for another query is worth nothing. What is tried is in benchmarks/conjuncts*.py.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from benchmarks import conjuncts

from tests import paths
from vrss_contract.contract.read import read_contract
from vrss_contract.performance.query.session import QuerySession

pytestmark = pytest.mark.once
_CONTRACT = read_contract(paths.contracts())
_EQUAL = conjuncts.equals(_CONTRACT.manifest.name)


@pytest.fixture(scope="module")
def asked() -> Iterator[QuerySession]:
    """A session of the filled database; about 4,000 changes of 51 queries take a minute in all."""
    with conjuncts.session(_CONTRACT) as session:
        yield session


@pytest.fixture(scope="module")
def found() -> list[conjuncts.Tried]:
    """What came of the changes that were tried so far."""
    return []


@pytest.mark.parametrize("name", _CONTRACT.queries)
def test_a_change_of_a_query_breaks_its_clause_or_is_equal(
    name: str, asked: QuerySession, found: list[conjuncts.Tried]
) -> None:
    own = [*conjuncts.tried(_CONTRACT.queries[name], _CONTRACT, asked)]
    found += own

    assert len(own) > 10
    assert conjuncts.faults(own, _EQUAL) == []


def test_every_query_and_change_of_the_list_is_there(found: list[conjuncts.Tried]) -> None:
    names = {one.query for one in found}
    if names != _CONTRACT.queries.keys():
        pytest.skip("needs what came of every query")

    assert conjuncts.faults(found, _EQUAL) == []
