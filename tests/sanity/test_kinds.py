"""Every kind is judged wherever clauses are judged."""

import re
from pathlib import Path

import pytest

from vrss_contract import paths
from vrss_contract.checks import KINDS
from vrss_contract.contract.read import read_contract
from vrss_contract.target import Target

SUITE = Path(__file__).parents[1] / "contract" / "test_clauses.py"
CONTRACT = read_contract(paths.contracts())


def test_every_kind_has_a_suite() -> None:
    assert set(re.findall(r'mark\.clauses\("(\w+)"\)', SUITE.read_text("utf-8"))) == set(KINDS)


def test_every_clause_is_of_a_kind_that_judges() -> None:
    assert {clause.kind for clause in CONTRACT.clauses} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_what_a_person_would_run(kind: str) -> None:
    clause = next(clause for clause in CONTRACT.clauses if clause.kind == kind)
    script = KINDS[kind].sql(clause, CONTRACT, Target("none", ()))
    assert kind == "phase" or script.rstrip().endswith(";")


@pytest.mark.parametrize("kind", KINDS)
def test_the_normative_text_tells_of_every_kind(kind: str) -> None:
    assert kind in (paths.contracts() / "README.md").read_text("utf-8")
