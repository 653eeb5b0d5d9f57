"""Clauses of kind invariant: what is tried must leave no counter-example."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import paths
from tests.engine import tiny
from vrss_contract.checks import invariant
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract.model import Contract
from vrss_contract.database.scratch import Databases
from vrss_contract.postgres.binaries import locate
from vrss_contract.target import sqlfile

_MARK = "INSERT INTO marks (counter_id) VALUES (1)"
_PSQL = locate() / "bin" / "psql"
_HERE = """
- id: invariant.here
  kind: invariant
  level: must
  says: It is so.
  object: counters
  source: here
"""
_COUNTED = """  query: |
    SELECT id, n FROM counters
    WHERE n <> (SELECT count(*) FROM marks WHERE counter_id = counters.id)
"""
Judge = Callable[..., Verdict]


@pytest.fixture(scope="module")
def databases_of(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, JudgingContext]]:
    """A bench for each schema; the contract of each test is put in."""
    contract = tiny.contract(tmp_path_factory.mktemp("benches"))
    with (
        tiny.context(contract, databases, tiny.KEEPS) as keeps,
        tiny.context(contract, databases, tiny.FORGETS) as forgets,
    ):
        yield {tiny.KEEPS: keeps, tiny.FORGETS: forgets}


@pytest.fixture
def judge(
    tmp_path: Path, databases_of: dict[str, JudgingContext], monkeypatch: pytest.MonkeyPatch
) -> Judge:
    def call(*steps: str, schema: str = tiny.KEEPS, query: str = _COUNTED) -> Verdict:
        attempts = f"  attempts: [{{because: so, steps: [{', '.join(steps)}]}}]\n"
        contract = tiny.contract(tmp_path, _HERE + query + attempts)
        context = databases_of[schema]
        monkeypatch.setattr(context, "contract", contract)
        context.look_away()
        (verdict,) = invariant.KIND.judge([contract.clause("invariant.here")], context)
        return verdict

    return call


@pytest.mark.parametrize(
    "steps",
    [
        ('"INSERT INTO marks (counter_id) VALUES (1), (2)"',),
        (f'"{_MARK}"', '"UPDATE counters SET id = id WHERE id = 1"'),
        ('"INSERT INTO marks (counter_id) VALUES (9)"',),
        (f'"{_MARK}"', '"INSERT INTO marks (counter_id) VALUES (9)"'),
    ],
    ids=["done", "one after the other", "refused", "the last is refused"],
)
def test_what_leaves_no_counterexample_holds(judge: Judge, steps: tuple[str, ...]) -> None:
    verdict = judge(*steps)

    assert (verdict.outcome, verdict.findings) == (Outcome.HOLDS, ())


def test_what_leaves_one_is_broken_and_can_be_repeated(judge: Judge) -> None:
    verdict = judge(f'"{_MARK}"', schema=tiny.FORGETS)

    (finding,) = verdict.findings
    assert (verdict.outcome, finding.because) == (Outcome.BROKEN, "so")
    assert tiny.findings(verdict) == [
        ("no counter-example", 'invariant.here: {"id":1,"n":0}'),
    ]
    assert finding.repeat.startswith(f"{_MARK};\nSELECT id, n FROM counters\nWHERE")


def test_what_another_invariant_says_is_not_the_clauses(judge: Judge) -> None:
    verdict = judge(f'"{_MARK}"', schema=tiny.FORGETS, query="  query: SELECT id FROM marks\n")

    assert [one[1].partition(":")[0] for one in tiny.findings(verdict)] == ["invariant.here"]


def test_a_protocols_invariant_is_asked_in_its_own_clause(judge: Judge) -> None:
    query = "  query: SELECT id FROM counters WHERE n > 0\n  protocol: true\n"

    assert judge(f'"{_MARK}"', query=query).outcome is Outcome.BROKEN


def test_a_value_that_falls_is_broken(judge: Judge) -> None:
    query = "  query: SELECT id, -n FROM counters\n  never_falls: true\n"

    verdict = judge(f'"{_MARK}"', query=query)

    assert tiny.findings(verdict) == [
        ("no counter-example", "invariant.here: [1]: 0 became -1"),
    ]


def test_a_value_that_fell_and_rose_again_is_broken(judge: Judge) -> None:
    query = "  query: SELECT id, n FROM counters\n  never_falls: true\n"
    steps = (f"UPDATE counters SET n = {n} WHERE id = 1" for n in (2, 1, 3))

    assert judge(*steps, query=query).outcome is Outcome.BROKEN


def test_without_a_row_to_judge_it_is_undecided(judge: Judge) -> None:
    query = "  query: SELECT id FROM marks WHERE counter_id < 0\n"

    verdict = judge("SELECT 1", query=query)

    assert verdict.outcome is Outcome.UNDECIDED
    assert tiny.findings(verdict) == [("a row to judge", "no row in marks: nothing was tried")]
    assert judge(f'"{_MARK}"', query=query).outcome is Outcome.HOLDS


def test_each_part_of_a_union_wants_a_row(judge: Judge) -> None:
    query = "  query: SELECT id FROM counters WHERE n < 0 UNION SELECT id FROM marks WHERE id < 0\n"

    assert judge("SELECT 1", query=query).outcome is Outcome.UNDECIDED
    assert judge(f'"{_MARK}"', query=query).outcome is Outcome.HOLDS


def test_a_row_that_a_trigger_should_have_made_is_missed(judge: Judge) -> None:
    query = "  query: SELECT id FROM counters WHERE n > 2\n"
    steps = ("DELETE FROM counters", "INSERT INTO marks (counter_id) SELECT id FROM counters")

    assert judge(*steps, query=query).outcome is Outcome.UNDECIDED


def test_a_first_step_that_is_refused_leaves_it_undecided(judge: Judge) -> None:
    verdict = judge('"INSERT INTO marks (counter_id) VALUES (9)"', f'"{_MARK}"')

    assert verdict.outcome is Outcome.UNDECIDED
    ((expected, found),) = tiny.findings(verdict)
    assert expected == "it can be tried"
    assert found.startswith("23503 ")


def test_a_query_that_fails_leaves_it_undecided(judge: Judge) -> None:
    verdict = judge("SELECT 1", query="  query: SELECT nothing FROM counters\n")

    assert verdict.outcome is Outcome.UNDECIDED


def test_a_session_that_ends_leaves_it_undecided(judge: Judge) -> None:
    verdict = judge("SELECT pg_terminate_backend(pg_backend_pid())")

    assert verdict.outcome is Outcome.UNDECIDED


def test_every_script_runs_in_psql_with_nothing_but_refusals(
    contract: Contract, databases: Databases
) -> None:
    canonical = sqlfile.read(paths.schema())
    clauses = [clause for clause in contract.clauses if clause.kind == "invariant"]
    scripts = (invariant.KIND.sql(clause, contract, canonical) for clause in clauses)

    ran = subprocess.run(
        [_PSQL, "-X", "-q", "-v", "VERBOSITY=sqlstate", databases.load(canonical).admin],
        input="\n".join(scripts),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    # Integrity alone: no syntax error, no name that is not there, no failed transaction.
    errors = [line for line in ran.stderr.splitlines() if line.startswith("ERROR")]
    assert [line for line in errors if not line.startswith("ERROR:  23")] == []
