"""Schemas of another structure that keep every promise: which clauses fall, and at which level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests import paths
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract import strict
from vrss_contract.contract.model import Contract
from vrss_contract.database.naming.naming import Naming, by_name
from vrss_contract.database.scratch import Databases
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
_FILE = paths.fixtures() / "implementations" / "benign.yaml"
_KINDS = ("table", "rows", "cascade", "trigger", "invariant", "jsonb")
CHANGES: list[Mapping[str, Any]] = [raw for _, raw in strict.read(_FILE, _FILE.name)]


@pytest.fixture(scope="module")
def fallen(contract: Contract, databases: Databases) -> dict[str, Verdict]:
    """What does not hold where all of the changes are made.

    Takes some seconds, since any clause might fall; once for all, since no change is near another.
    """
    changes = "".join(change["ddl"] for change in CHANGES)
    target = sqlfile.parse(f"{paths.schema().read_text('utf-8')}\n{changes}", name="benign")
    wanted = [clause for clause in contract.clauses if clause.kind in _KINDS]
    database = databases.load(target)
    target = by_name(database, target, contract, Naming())
    with JudgingContext(contract, target, databases, database) as context:
        verdicts = judge(context, wanted)
        return {one.id: one for one in verdicts if one.outcome is not Outcome.HOLDS}


def those(change: Mapping[str, Any]) -> dict[str, str]:
    return {id_: level for level, ids in change["falls"].items() for id_ in ids}


@pytest.mark.parametrize("change", CHANGES, ids=[change["id"] for change in CHANGES])
def test_a_benign_change_makes_these_clauses_fall(
    change: Mapping[str, Any], fallen: dict[str, Verdict]
) -> None:
    wanted = those(change)

    assert {id_: fallen[id_].level for id_ in wanted if id_ in fallen} == wanted


def test_no_other_clause_falls(fallen: dict[str, Verdict]) -> None:
    told = set[str]().union(*map(those, CHANGES))

    assert {id_: one.findings[0] for id_, one in fallen.items() if id_ not in told} == {}


def test_none_of_them_is_a_must(fallen: dict[str, Verdict]) -> None:
    assert [id_ for id_, one in fallen.items() if one.level == "must"] == []
