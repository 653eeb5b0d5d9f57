"""The library judged by one process or several: the verdicts are the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.library.conftest import SCHEMA, Run

pytestmark = pytest.mark.once
_QUICK = ("table", "rows", "cascade", "invariant", "trigger", "phase", "schedule", "pairs")
"""Kinds whose findings tell of rows, and some of each that take long."""


@pytest.mark.parametrize("schema", ["right", "lost_key"])
def test_verdicts_their_order_and_findings_are_the_same_for_any_number_of_processes(
    judged: Run, wrong: Callable[[str], Path], schema: str
) -> None:
    target = SCHEMA if schema == "right" else wrong(schema)
    words = [word for kind in _QUICK for word in ("--kind", kind)]

    one, *others = (
        judged("verify", target, *words, "--format", "json", "--jobs", jobs) for jobs in "124"
    )

    assert [_report(one.out)] * 2 == [_report(other.out) for other in others]
    assert {one.code} == {other.code for other in others}


def _report(text: str) -> dict[str, Any]:
    """The report but for its times."""
    report: dict[str, Any] = json.loads(text)
    del report["seconds"], report["phases"]
    for verdict in report["verdicts"]:
        del verdict["seconds"]
    return report
