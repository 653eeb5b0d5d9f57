"""The spec that PostgreSQL's own isolationtester is given beside our schedules."""

from __future__ import annotations

import pytest
from benchmarks.isolationtester import VARIABLE, escaped, main, spec

from tests import contracts
from vrss_contract.concurrency import scenarios
from vrss_contract.concurrency.schedule.program import Level
from vrss_contract.contract.model import SchedulePromise

pytestmark = pytest.mark.once


def test_an_order_becomes_a_permutation_of_the_sessions_steps() -> None:
    contract = contracts.canonical()
    promise = contract.clause("schedule.comment.by-two").promise
    assert isinstance(promise, SchedulePromise)
    program = scenarios.scripts(promise, (Level.RC, Level.RC))

    told = spec(promise, contract, program, [(0, 1, 0, 1)])

    assert told.endswith("\n\npermutation s0_0 s1_0 s0_1 s1_1\n")
    assert told.count("step s1_1 { COMMIT; }") == 1


def test_no_brace_of_a_constant_ends_a_step() -> None:
    assert escaped("""SELECT '{"a": 1}', 'b'""") == """SELECT E'\\x7b"a": 1\\x7d', 'b'"""


def test_what_lacks_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)

    assert main(["schedule.comment.by-two"]) == 2
    assert capsys.readouterr().err.startswith("error[no-isolationtester]: isolationtester")
