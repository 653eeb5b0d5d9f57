"""Each condition of each query is seen to matter, or is listed as equal with the reason.

A query is changed in one place, mechanically, and its clause ``query.NAME.answers`` must break: a
clause that holds for another query is worth nothing. What is tried is in benchmarks/conjuncts*.py.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cache

import pytest
from benchmarks import conjuncts
from benchmarks.equals import Equal

from tests import contracts
from vrss_contract.contract.model import Contract
from vrss_contract.performance.query.session import QuerySession

pytestmark = pytest.mark.once
_CONTRACTS = {one.manifest.name: one for one in (contracts.canonical(), contracts.library())}
_QUERIES = [(name, query) for name, one in _CONTRACTS.items() for query in one.queries]
Sessions = dict[str, QuerySession]
Found = dict[str, list[conjuncts.Tried]]


@pytest.fixture(scope="module")
def asked() -> Iterator[Sessions]:
    """Sessions of the filled databases; 6,500 changes of 57 queries take some minutes in all."""
    with contextlib.ExitStack() as open_:
        yield {
            name: open_.enter_context(conjuncts.session(one)) for name, one in _CONTRACTS.items()
        }


@pytest.fixture(scope="module")
def found() -> Found:
    """What came of the changes that were tried so far, by contract."""
    return {name: [] for name in _CONTRACTS}


@cache
def _equals(name: str) -> list[Equal]:
    return conjuncts.equals(name)


@pytest.mark.parametrize(("name", "query"), _QUERIES)
def test_a_change_of_a_query_breaks_its_clause_or_is_equal(
    name: str, query: str, asked: Sessions, found: Found
) -> None:
    contract: Contract = _CONTRACTS[name]
    own = [*conjuncts.tried(contract.queries[query], contract, asked[name])]
    found[name] += own

    assert len(own) > 10
    assert conjuncts.faults(own, _equals(name)) == []


@pytest.mark.parametrize("name", _CONTRACTS)
def test_every_query_and_change_of_the_list_is_there(name: str, found: Found) -> None:
    if {one.query for one in found[name]} != _CONTRACTS[name].queries.keys():
        pytest.skip("needs what came of every query")

    assert conjuncts.faults(found[name], _equals(name)) == []
