"""What pytest's items are judged by, a kind at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from tests.verdicts import broken
from vrss_contract.checks.verdict import Verdict
from vrss_contract.cli import pytest_verdicts
from vrss_contract.contract.model import Clause, PhasePromise
from vrss_contract.target import sqlfile


def test_a_clause_that_two_tests_take_is_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    clause = Clause("a.b", "phase", "must", "It is so.", PhasePromise(1, "loads"))
    judged: list[str] = []

    def judge(_: object, clauses: Sequence[Clause]) -> list[Verdict]:
        judged.extend(one.id for one in clauses)
        return [broken(one.id) for one in clauses]

    monkeypatch.setattr(pytest_verdicts, "judge", judge)
    verdicts = pytest_verdicts.Verdicts(_on("-- phase 1: one\nSELECT 1"), lambda: [clause, clause])

    assert verdicts.of(clause).id == "a.b"
    assert judged == ["a.b"]


def test_a_clause_on_phases_is_skipped_where_the_target_marks_none() -> None:
    clause = Clause("a.b", "phase", "must", "It is so.", PhasePromise(1, "loads"))
    verdicts = pytest_verdicts.Verdicts(_on("SELECT 1"), lambda: [clause])

    with pytest.raises(pytest.skip.Exception, match="no line `-- phase 1: name` marks any phase"):
        verdicts.of(clause)


def _on(script: str) -> Any:
    """Makes what a kind judges that target with, as far as it is asked here."""
    context = SimpleNamespace(target=sqlfile.parse(script, name="t"))
    return lambda: contextlib.nullcontext(context)
