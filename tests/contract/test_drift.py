"""Schemas wrong in one point, and the schema respelled: what the structure clauses make of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, LiteralString, cast

import psycopg
import pytest

from tests import paths
from tests.contract import respell
from vrss_contract.checks.table import ASPECTS, judge_catalog
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract import strict
from vrss_contract.contract.model import Contract, FactPromise
from vrss_contract.database.catalog.read import read
from vrss_contract.database.scratch import Databases
from vrss_contract.target import sqlfile

FOLDER = paths.fixtures() / "implementations"
Drift = Mapping[str, Any]


UNKNOWN_HERE = {"exclusion", "object", "name"} | {
    *("callable", "numbers", "rights", "settings", "storage", "table_rights"),
}
"""The canonical schema has none of the first two: tests/engine/test_unusual_features.py breaks them
elsewhere. A name is another one only where something was renamed: tests/library/test_names.py.
The others are broken by tests/engine/test_mutation_rights.py, and by overgrown.sql and lax.sql."""
DRIFTS = [raw for _, raw in strict.read(FOLDER / "drifts.yaml", "drifts.yaml")]


def verdicts(connection: psycopg.Connection[Any], contract: Contract) -> dict[str, Verdict]:
    catalog = read(connection)
    return {verdict.id: verdict for verdict in judge_catalog(contract.clauses, catalog)}


def those(found: Mapping[str, Verdict], outcome: Outcome) -> set[str]:
    return {id_ for id_, verdict in found.items() if verdict.outcome is outcome}


@pytest.mark.parametrize("drift", DRIFTS, ids=[drift["id"] for drift in DRIFTS])
def test_a_drift_breaks_its_clause_with_these_words_and_no_other_clause(
    drift: Drift, administered: psycopg.Connection[Any], contract: Contract
) -> None:
    administered.execute(cast("LiteralString", drift["ddl"]))

    found = verdicts(administered, contract)

    assert those(found, Outcome.BROKEN) == {drift["clause"], *drift.get("also", [])}
    assert those(found, Outcome.UNDECIDED) == set(drift.get("undecided", []))
    shown = [(finding.expected, finding.found) for finding in found[drift["clause"]].findings]
    assert shown == [(drift["expected"], drift["found"])]


@pytest.fixture(scope="module")
def respelled(databases: Databases, contract: Contract) -> Iterator[psycopg.Connection[Any]]:
    with contextlib.ExitStack() as stack:
        script = (FOLDER / "respelled.sql").read_text("utf-8")
        database = databases.load(sqlfile.parse(respell.filled(script, contract), name="respelled"))
        yield stack.enter_context(database.administer())


def test_the_schema_in_other_words_keeps_every_structure_clause(
    respelled: psycopg.Connection[Any], contract: Contract
) -> None:
    found = verdicts(respelled, contract)

    assert [v for v in found.values() if v.outcome is not Outcome.HOLDS] == []


def test_every_comparison_is_met_by_a_drift(contract: Contract) -> None:
    promises = [contract.clause(drift["clause"]).promise for drift in DRIFTS]

    met = {p.aspect for p in promises if isinstance(p, FactPromise)}
    assert met | UNKNOWN_HERE == ASPECTS
