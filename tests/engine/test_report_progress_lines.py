"""A log is told now and then how far it is."""

from __future__ import annotations

import io

import pytest

from vrss_contract.report.progress_lines import ProgressLines

pytestmark = pytest.mark.once


def test_a_line_is_told_when_nothing_was_told_for_a_while() -> None:
    seconds, log = [0.0], io.StringIO()
    with ProgressLines(log, clock=lambda: seconds[0]) as lines:
        for now in (1.0, 9.0, 11.0, 12.0, 20.0, 22.0):
            seconds[0] = now
            lines.doing(f"at {now:g}")
    assert log.getvalue() == "at 11\nat 22\n"


def test_what_has_to_be_told_is_told_at_once() -> None:
    log = io.StringIO()
    lines = ProgressLines(log, clock=lambda: 0.0)
    lines.told("takes about 40 s")
    lines.doing("more")
    assert log.getvalue() == "takes about 40 s\n"
