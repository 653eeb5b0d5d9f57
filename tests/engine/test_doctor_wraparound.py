"""When the doctor calls a database near the end of its transaction numbers."""

from __future__ import annotations

import pytest

from vrss_contract.doctor.wraparound import HALF, near

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("ages", "found"),
    [
        ((HALF, HALF), []),
        ((HALF + 1, 0), ["the oldest transaction that is not frozen"]),
        ((0, HALF + 1), ["the oldest multixact that is not frozen"]),
    ],
)
def test_more_than_half_is_near_the_end(ages: tuple[int, int], found: list[str]) -> None:
    assert [finding.because for finding in near(*ages)] == found
