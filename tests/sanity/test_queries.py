"""The contract's own tests on queries: no index without a witness, no redundant one in silence."""

from __future__ import annotations

import pytest

from tests import contracts, paths
from vrss_contract.contract.derive.queries import twins_of
from vrss_contract.contract.model import Contract, Index, QueryPromise, Table
from vrss_contract.contract.queries import NO_WITNESS
from vrss_contract.performance.query.statement import parameters

CONTRACT = contracts.canonical()
INDEXES = [(table, index) for table in CONTRACT.tables.values() for index in table.indexes]
QUERIES = CONTRACT.queries.values()


def _named(pair: object) -> str:
    return pair.name if isinstance(pair, Table | Index) else ""


@pytest.mark.parametrize(("table", "index"), INDEXES, ids=_named)
def test_an_index_has_a_witness_or_an_erratum_says_that_it_is_redundant(
    table: Table, index: Index
) -> None:
    named = f"{table.name}.index.{index.name}" in _redundant(CONTRACT)
    witnessed = f"index.{index.name}.witness" in {clause.id for clause in CONTRACT.clauses}

    assert witnessed == (index.witness != NO_WITNESS)
    assert named == (index.witness == NO_WITNESS or bool(twins_of(table, index)))


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_plain_form_has_the_same_parameters(query: object) -> None:
    promise = CONTRACT.clause(f"query.{getattr(query, 'name', '')}.answers").promise
    assert isinstance(promise, QueryPromise)
    assert {*parameters(promise.query.sql)} == {*parameters(promise.query.plain)}


def test_every_index_that_serves_is_declared() -> None:
    keys = {key.name for table in CONTRACT.tables.values() for key in table.keys}
    declared = keys | {index.name for _, index in INDEXES}
    serving = {
        name
        for query in QUERIES
        for case in query.cases
        for group in case.served_by
        for name in group
    }
    assert sorted(serving - declared) == []


def test_no_file_of_a_query_is_idle() -> None:
    folder = paths.contracts() / "queries"
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.sql")}
    named = {f"{form}{query.name}.sql" for query in QUERIES for form in ("", "plain/")}
    assert files == named


def test_a_worse_form_is_one_of_a_query_that_is_there() -> None:
    forms = {path.name.split(".")[0] for path in (paths.fixtures() / "queries").glob("*.*.sql")}
    assert sorted(forms - CONTRACT.queries.keys()) == []


def _redundant(contract: Contract) -> tuple[str, ...]:
    (erratum,) = (one for one in contract.errata if one.id == "redundant-indexes")
    return erratum.clauses


def test_each_case_bounds_its_blocks_where_the_gate_and_a_thorough_run_look() -> None:
    manifest = CONTRACT.manifest
    looked_at = {manifest.at_gate("query"), manifest.largest}
    cases = [(q.name, case) for q in CONTRACT.queries.values() for case in q.cases]

    assert [(name, case.name) for name, case in cases if looked_at - case.buffers.keys()] == []
