"""Clauses of kind trigger: what each step may end in, and what must be so after it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import paths
from tests.engine import tiny
from vrss_contract.checks import trigger
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract.model import Clause, Contract, Given, TriggerPromise, TriggerStep
from vrss_contract.database.baseline_rows import BaselineRows
from vrss_contract.database.scratch import Databases
from vrss_contract.postgres.binaries import locate
from vrss_contract.sql import condition
from vrss_contract.target import sqlfile

_MARK = "INSERT INTO marks (counter_id) VALUES (1)"
_ORPHAN = "INSERT INTO marks (counter_id) VALUES (9)"
_AGAIN = "INSERT INTO counters (id) VALUES (1)"
_DRIFT = "UPDATE counters SET n = 5 WHERE id = 2"
_ENDS = "SELECT pg_terminate_backend(pg_backend_pid())"
_DANGLES = (
    '23503 insert or update on table "marks" violates foreign key constraint'
    ' "marks_counter_id_fkey"\nKey (counter_id)=(9) is not present in table "counters".'
)
_N = "(SELECT n FROM counters WHERE id = 1)"
_PSQL = locate() / "bin" / "psql"
_REFUSED = re.compile(r"ERROR:  ([0-9A-Z]{5})")

Judge = Callable[..., Verdict]


@pytest.fixture(scope="module")
def benches(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases
) -> Iterator[dict[str, JudgingContext]]:
    contract = tiny.contract(tmp_path_factory.mktemp("benches"))
    with (
        tiny.context(contract, databases, tiny.KEEPS) as keeps,
        tiny.context(contract, databases, tiny.FORGETS) as forgets,
    ):
        yield {tiny.KEEPS: keeps, tiny.FORGETS: forgets}


@pytest.fixture
def judge(benches: dict[str, JudgingContext]) -> Judge:
    def call(*steps: TriggerStep, schema: str = tiny.KEEPS, **rest: tuple[object, ...]) -> Verdict:
        promise = TriggerPromise(steps, **rest)  # type: ignore[arg-type]  # its other fields
        (verdict,) = trigger.KIND.judge([_clause(promise)], benches[schema])
        return verdict

    return call


def _clause(promise: TriggerPromise) -> Clause:
    return Clause("trigger.here", "trigger", "must", "It is so.", promise)


_HOLDING = {
    "done": (TriggerStep(_MARK),),
    "gives": (TriggerStep(_MARK, gives={_N: "1"}),),
    "one after the other": (TriggerStep(_MARK), TriggerStep(_MARK, gives={_N: "2"})),
    "refused": (TriggerStep(_ORPHAN, error="foreign_key_violation"),),
    "refused in the end": (
        TriggerStep(_MARK, gives={_N: "1"}),
        TriggerStep(_AGAIN, error="unique_violation"),
    ),
    "what is refused has done nothing": (
        TriggerStep(f"{_MARK}, (9)", error="foreign_key_violation", gives={_N: "0"}),
        TriggerStep(_MARK, gives={_N: "1"}),
    ),
    "a fault is planted and mended": (
        TriggerStep(_DRIFT, drifts=True),
        TriggerStep("UPDATE counters SET n = 0", drifts=True),
    ),
    "a fault that the schema refuses": (
        TriggerStep("INSERT INTO counters VALUES (1, 0)", drifts=True, gives={_N: "7"}),
        TriggerStep(_MARK, gives={_N: "1"}),
    ),
    "copy": (TriggerStep("COPY marks (counter_id) FROM STDIN", data="1\n1\n", gives={_N: "2"}),),
    "a stranger may not": (
        TriggerStep(_MARK, role="stranger", error="insufficient_privilege"),
        TriggerStep(_MARK),
    ),
    "a stranger may": (
        TriggerStep("GRANT SELECT ON counters TO :stranger"),
        TriggerStep("SELECT n FROM counters", role="stranger"),
        TriggerStep(_MARK),
    ),
    "settings are for one step": (
        TriggerStep(
            _MARK, settings={"search_path": "pg_catalog, pg_temp"}, error="undefined_table"
        ),
        TriggerStep(_MARK),
    ),
}


@pytest.mark.parametrize("name", _HOLDING)
def test_what_goes_as_it_says_holds(judge: Judge, name: str) -> None:
    verdict = judge(*_HOLDING[name])

    assert (verdict.outcome, verdict.findings) == (Outcome.HOLDS, ())


_BROKEN = {
    "refused": (
        (TriggerStep(_ORPHAN),),
        "done",
        f"refused with {_DANGLES}",
    ),
    "done": (
        (TriggerStep(_MARK, error="foreign_key_violation"),),
        "refused with foreign_key_violation",
        "done",
    ),
    "another condition": (
        (TriggerStep("SELECT 1 / 0", error="foreign_key_violation"),),
        "refused with foreign_key_violation",
        "refused with 22012 division by zero",
    ),
    "its own limit of time": (
        (TriggerStep("SELECT pg_sleep(9)", settings={"statement_timeout": "1ms"}),),
        "done",
        "refused with 57014 canceling statement due to statement timeout",
    ),
    "gives": ((TriggerStep(_MARK, gives={_N: "2"}),), f"{_N} = 2", f"{_N} = 1"),
    "invariant": (
        (TriggerStep(_DRIFT),),
        "every invariant holds",
        'invariant.counted: {"id":2,"n":5}',
    ),
    "never falls": (
        (TriggerStep(_MARK), TriggerStep("UPDATE counters SET n = 0 WHERE id = 1")),
        "every invariant holds",
        'invariant.counted: {"id":1,"n":0}; invariant.never-less: [1]: 1 became 0',
    ),
    "a fault that nobody mends": (
        (TriggerStep(_DRIFT, drifts=True), TriggerStep("SELECT 1")),
        "every invariant holds",
        'invariant.counted: {"id":2,"n":5}',
    ),
}


@pytest.mark.parametrize("name", _BROKEN)
def test_what_goes_otherwise_is_broken(judge: Judge, name: str) -> None:
    steps, expected, found = _BROKEN[name]

    verdict = judge(*steps)

    assert verdict.outcome is Outcome.BROKEN
    assert tiny.findings(verdict) == [(expected, found)]


def test_the_first_step_that_goes_otherwise_is_told_alone(judge: Judge) -> None:
    verdict = judge(
        TriggerStep("SELECT 1"), TriggerStep(_DRIFT, because="drift"), TriggerStep(_MARK)
    )

    (finding,) = verdict.findings
    assert (finding.because, finding.repeat) == ("drift", f"SELECT 1;\n-- drift\n{_DRIFT};")


def test_a_protocols_invariant_is_judged_where_it_is_named(judge: Judge) -> None:
    step = TriggerStep(f"{_MARK}, (1), (1)")

    assert judge(step).outcome is Outcome.HOLDS
    assert tiny.findings(judge(step, asks=("invariant.few",))) == [
        ("every invariant holds", 'invariant.few: {"id":1}')
    ]


def test_what_the_given_rows_break_is_not_the_clauses(judge: Judge) -> None:
    given = (Given("marks", {"counter_id": 1}),)

    assert judge(TriggerStep("SELECT 1"), schema=tiny.FORGETS, given=given).outcome is Outcome.HOLDS


def test_a_counter_that_does_not_count_is_broken(judge: Judge) -> None:
    verdict = judge(TriggerStep(_MARK), schema=tiny.FORGETS)

    assert tiny.findings(verdict) == [
        ("every invariant holds", 'invariant.counted: {"id":1,"n":0}')
    ]


def test_a_clause_leaves_nothing_to_the_next(judge: Judge) -> None:
    judge(TriggerStep(_MARK))

    assert judge(TriggerStep("SELECT 1", gives={_N: "0"})).outcome is Outcome.HOLDS


_UNDECIDED = {
    "session": (TriggerStep(_ENDS), "an answer", "57P01"),
    "expression": (TriggerStep("SELECT 1", gives={"nothing": "1"}), "an answer", "42703"),
}


@pytest.mark.parametrize("name", _UNDECIDED)
def test_what_could_not_be_judged_is_undecided(judge: Judge, name: str) -> None:
    step, expected, found = _UNDECIDED[name]

    verdict = judge(step)

    ((wanted, seen),) = tiny.findings(verdict)
    assert (verdict.outcome, wanted) == (Outcome.UNDECIDED, expected)
    assert seen.startswith(found)


def test_a_given_row_that_is_refused_leaves_it_undecided(judge: Judge) -> None:
    verdict = judge(TriggerStep("SELECT 1"), given=(Given("marks", {"counter_id": 9}),))

    ((expected, found),) = tiny.findings(verdict)
    assert (verdict.outcome, expected) == (Outcome.UNDECIDED, "it is taken")
    assert found.startswith("23503 ")


def test_after_a_session_that_ended_the_next_clause_is_judged(judge: Judge) -> None:
    judge(TriggerStep(_ENDS))

    assert judge(TriggerStep(_MARK)).outcome is Outcome.HOLDS


def test_a_given_row_below_another_of_its_table_finds_it(contract: Contract) -> None:
    reply = Given("comments", {"parent_comment_id": 1})

    assert BaselineRows(contract).needed((), (reply,)) == ("users", "posts", "comments")


def test_what_the_target_lacks_is_undecided(tmp_path: Path, databases: Databases) -> None:
    contract = tiny.contract(tmp_path)
    lacks = "CREATE TABLE counters (id bigserial PRIMARY KEY, n integer DEFAULT 0)"
    with tiny.context(contract, databases, lacks) as context:
        (verdict,) = trigger.KIND.judge(
            [_clause(TriggerPromise((TriggerStep("DELETE FROM marks"),)))], context
        )

    assert verdict.outcome is Outcome.UNDECIDED
    assert tiny.findings(verdict) == [("done", "table marks is missing")]


def _shipped(contract: Contract) -> list[Clause]:
    return [clause for clause in contract.clauses if clause.kind == "trigger"]


def test_every_script_runs_in_psql_and_is_refused_where_it_says(
    contract: Contract, databases: Databases
) -> None:
    """One session for all of them, so that each is also seen to leave nothing behind."""
    canonical = sqlfile.read(paths.schema())
    clauses = _shipped(contract)
    scripts = (f"\\warn {c.id}\n{trigger.KIND.sql(c, contract, canonical)}" for c in clauses)

    ran = subprocess.run(
        [_PSQL, "-X", "-q", "-v", "VERBOSITY=sqlstate", databases.load(canonical).admin],
        input="\n".join(scripts),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    assert _by_clause(ran.stderr) == {c.id: _expected(c) for c in clauses}


def _by_clause(stderr: str) -> dict[str, list[str]]:
    """The conditions of the errors that psql told of, by the clause that it named last."""
    found: dict[str, list[str]] = {}
    for line in stderr.splitlines():
        if line.startswith("trigger."):
            found[line] = []
        found[list(found)[-1]] += map(condition.name, _REFUSED.findall(line))
    return found


def _expected(clause: Clause) -> list[str]:
    assert isinstance(clause.promise, TriggerPromise)
    return [step.error for step in clause.promise.steps if step.error]
