"""Which queries of a comparison a reviewer sees first."""

from dataclasses import replace

from tests.engine.records import INDEXED, SCANNED, measured, record
from vrss_contract.performance.comparison.groups import (
    CHANGED,
    NOISY,
    ONE_SIDED,
    SAME,
    WORSE,
    groups,
)
from vrss_contract.performance.comparison.judge import Comparison, compare
from vrss_contract.performance.comparison.record import Measured


def _compared(before: Measured, after: Measured) -> Comparison:
    return compare(record(before), record(after))


def _names(comparison: Comparison) -> list[str]:
    return [group.name for group in groups(comparison)]


def test_a_slower_query_is_worse() -> None:
    assert _names(_compared(measured(), measured(middle=2.0, seed=1))) == [WORSE]


def test_a_query_that_one_side_lacks_is_no_other_regression() -> None:
    assert _names(compare(record(), record(measured()))) == [ONE_SIDED]
    assert _names(compare(record(measured()), record())) == [ONE_SIDED]


def test_a_new_query_over_its_bound_is_worse() -> None:
    assert _names(compare(record(), record(measured(bound=3)))) == [WORSE]


def test_a_query_on_a_busy_machine_is_noisy() -> None:
    assert _names(_compared(measured(), measured(middle=1.2, seed=5, spread=2.0))) == [NOISY]


def test_a_faster_query_is_changed() -> None:
    assert _names(_compared(measured(middle=2.0), measured(seed=1))) == [CHANGED]


def test_a_query_that_touches_less_is_changed() -> None:
    before = measured(plan=replace(INDEXED, buffers=9))
    assert _names(_compared(before, measured(seed=1))) == [CHANGED]


def test_a_better_plan_is_changed() -> None:
    before = measured(plan=replace(SCANNED, buffers=4))
    assert _names(_compared(before, measured(seed=1))) == [CHANGED]


def test_the_same_again_is_as_before() -> None:
    assert _names(_compared(measured(), measured(seed=1))) == [SAME]


def test_a_worse_plan_stands_before_what_is_merely_slower() -> None:
    (worse,) = groups(
        compare(
            record(measured("slow"), measured("slower"), measured("scanned")),
            record(
                measured("slow", 2.0),
                measured("slower", 4.0),
                measured("scanned", plan=replace(SCANNED, buffers=4)),
            ),
        )
    )
    assert [one.name for one in worse.judgements] == ["scanned", "slower", "slow"]
