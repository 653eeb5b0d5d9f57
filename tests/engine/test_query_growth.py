"""How figures grow, as an exponent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrss_contract.performance.query.growth import ALLOWED, exponent

SIZES = (10_000, 30_000, 100_000)


@given(st.floats(10, 1e6))
def test_what_does_not_grow_has_the_exponent_none(figure: float) -> None:
    assert exponent(dict.fromkeys(SIZES, figure)) == pytest.approx(0)


@given(st.floats(0.01, 10), st.floats(0, 3))
def test_a_power_is_found_again(factor: float, power: float) -> None:
    figures = {size: factor * size**power for size in SIZES}
    shifted = {size: figure - 1 for size, figure in figures.items()}  # one is added to each
    assert exponent(shifted) == pytest.approx(power)


@given(st.dictionaries(st.integers(1, 10**9), st.floats(0, 1e9), min_size=2, max_size=4))
def test_the_order_of_the_sizes_does_not_matter(figures: dict[int, float]) -> None:
    backwards = dict(reversed(figures.items()))
    assert exponent(backwards) == pytest.approx(exponent(figures), abs=1e-6)


def test_one_size_grows_by_nothing_that_can_be_told() -> None:
    with pytest.raises(ValueError, match="at two sizes"):
        exponent({1000: 4})


def test_one_more_level_of_an_index_is_constant() -> None:
    assert exponent({10_000: 3, 30_000: 3, 100_000: 4}) < ALLOWED["constant"]


def test_a_table_read_from_end_to_end_is_neither_constant_nor_log() -> None:
    assert ALLOWED["log"] < exponent({10_000: 230, 30_000: 700, 100_000: 2_326}) < ALLOWED["linear"]


def test_the_square_of_the_data_is_not_linear() -> None:
    assert exponent({100: 100, 1000: 10_000}) > ALLOWED["linear"]
