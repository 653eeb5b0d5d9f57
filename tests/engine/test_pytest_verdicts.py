"""What pytest's items are judged by, a kind at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any, cast

import pytest

from tests.verdicts import broken
from vrss_contract.checks.verdict import Verdict
from vrss_contract.cli import pytest_verdicts
from vrss_contract.contract.model import Clause, PhasePromise


def test_a_clause_that_two_tests_take_is_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    clause = Clause("a.b", "phase", "must", "It is so.", PhasePromise(1, "loads"))
    judged: list[str] = []

    def judge(_: object, clauses: Sequence[Clause]) -> list[Verdict]:
        judged.extend(one.id for one in clauses)
        return [broken(one.id) for one in clauses]

    monkeypatch.setattr(pytest_verdicts, "judge", judge)
    context = cast("Any", contextlib.nullcontext)
    verdicts = pytest_verdicts.Verdicts(context, lambda: [clause, clause])

    assert verdicts.of(clause).id == "a.b"
    assert judged == ["a.b"]
