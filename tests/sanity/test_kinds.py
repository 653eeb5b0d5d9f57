"""Every kind is judged wherever clauses are judged."""

import pytest

from tests import contracts
from vrss_contract import paths
from vrss_contract.checks import KINDS
from vrss_contract.target import Target

CONTRACT = contracts.canonical()


def test_every_clause_is_of_a_kind_that_judges() -> None:
    assert {clause.kind for clause in CONTRACT.clauses} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_what_a_person_would_run(kind: str) -> None:
    clause = next(clause for clause in CONTRACT.clauses if clause.kind == kind)
    script = KINDS[kind].sql(clause, CONTRACT, Target("none", ()))
    assert kind == "phase" or script.rstrip().endswith(";")


@pytest.mark.parametrize("kind", ["cascade", "rows"])
def test_a_kind_refuses_a_promise_of_another(kind: str) -> None:
    (clause,) = (c for c in CONTRACT.clauses if c.id == "schema.objects")
    with pytest.raises(TypeError, match=clause.id):
        KINDS[kind].sql(clause, CONTRACT, Target("none", ()))


@pytest.mark.parametrize("kind", KINDS)
def test_the_normative_text_tells_of_every_kind(kind: str) -> None:
    assert kind in (paths.contracts() / "README.md").read_text("utf-8")
