"""The share of the processors that a run used while it judged."""

from __future__ import annotations

import pytest
from benchmarks.split_whole import Used

pytestmark = pytest.mark.once


def test_the_share_is_of_all_processors_and_of_the_judging_alone() -> None:
    idle = Used(1.0, 1.5, {"phases": {"judge": 0.1}})
    whole = Used(12.0, 17.5, {"phases": {"start": 1.0, "judge": 10.0}})

    assert whole.share(idle, 2) == pytest.approx(0.8)
