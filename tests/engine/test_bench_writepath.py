"""The write path's bench: fixes are cut out of schema.sql whole, and ratios mean what they say."""

from dataclasses import replace

import pytest
from benchmarks.writepath import compared
from benchmarks.writepath_run import Figure, read
from benchmarks.writepath_schemas import (
    BARE,
    LOCK_ORDER,
    MEANING,
    OURS,
    PAIR_LOCK,
    PROBE,
    STRATEGY,
    LostFixError,
    schemas,
)
from benchmarks.writepath_table import Row, document, legend, markdown
from benchmarks.writepath_workloads import Load, Size, rows, workloads

from tests import paths
from vrss_contract.target import Target, sqlfile

_LITERAL = paths.fixtures() / "implementations" / "strategy_literal.sql"
_SMALL = Size(1, likes_a_second=3_000, deletes_a_second=10, unlikes_a_second=20_000, many=40)
_REPORT = """
number of transactions actually processed: 120
number of failed transactions: 4 (3.226%)
number of serialization failures: 1 (0.806%)
number of deadlock failures: 3 (2.419%)
tps = 60.500000 (without initial connection time)
"""


def _schemas() -> dict[str, Target]:
    return schemas(sqlfile.read(_LITERAL), sqlfile.read(paths.schema()))


def _text(target: Target) -> str:
    return "\n".join(step.sql for step in target.steps)


def _row(*, timed: bool = False) -> Row:
    own = [Figure(100, 1, {}), Figure(200, 1, {})]
    half = [Figure(50, 1, {"40P01": 2}), Figure(150, 1, {"40P01": 1})]
    return Row("w", timed, {STRATEGY: own, OURS: half, BARE: own, PROBE: half})


def test_every_fix_has_a_schema() -> None:
    assert set(_schemas()) == {STRATEGY, OURS, BARE, *MEANING}


def test_every_fix_is_priced_by_some_workload() -> None:
    assert {fix for workload in workloads(Size()) for fix in workload.fixes} == set(MEANING)


def test_no_two_rows_have_one_name() -> None:
    names = [row for workload in workloads(Size()) for row in rows(workload)]

    assert len(names) == len(set(names))


def test_no_trigger_is_left_where_there_are_to_be_none() -> None:
    assert "CREATE TRIGGER" not in _text(_schemas()[BARE])


def test_a_fix_leaves_the_strategys_statements_as_they_are() -> None:
    made = _schemas()
    literal = made[STRATEGY].steps

    assert all(made[fix].steps[: len(literal)] == literal for fix in MEANING)


def test_the_pair_lock_alone_is_the_probe_without_its_condition() -> None:
    made = _schemas()

    condition = "current_setting('transaction_isolation') <> 'read committed'"
    assert _text(made[PAIR_LOCK]) == _text(made[PROBE]).replace(condition, "FALSE")


def test_every_trigger_of_the_lock_order_is_in_its_fix() -> None:
    made = _schemas()

    ours = _text(made[OURS]).count("EXECUTE FUNCTION take_turns_with_deletes()")
    assert _text(made[LOCK_ORDER]).count("EXECUTE FUNCTION take_turns_with_deletes()") == ours


def test_a_fix_that_is_not_found_is_named() -> None:
    ours = sqlfile.parse("CREATE TABLE t (id bigint)", name="schema.sql")

    with pytest.raises(LostFixError, match="has no function update_post_likes_count"):
        schemas(sqlfile.read(_LITERAL), ours)


def test_a_report_of_pgbench_is_read() -> None:
    assert read(_REPORT) == Figure(60.5, 120, {"40P01": 3, "40001": 1})


def test_a_report_without_a_rate_is_of_nothing_done() -> None:
    assert read("") == Figure(0.0, 0, {"40P01": 0, "40001": 0})


def test_a_ratio_is_between_runs_of_the_same_round() -> None:
    assert _row().ratios(OURS) == [0.5, 0.75]


def test_a_round_in_which_the_strategy_did_nothing_has_no_ratio() -> None:
    still = Row("w", timed=False, figures={STRATEGY: [Figure(0, 1, {})], OURS: [Figure(5, 1, {})]})

    assert still.ratios(OURS) == []
    assert document([still])["w"]["schema.sql"]["ratio"] is None


def test_the_table_tells_rates_with_their_ratios_and_failures() -> None:
    assert markdown([_row()]).splitlines()[2] == (
        "| w | 150/s (100 to 200)"
        " | 0.62 (0.50 to 0.75), 100/s, 40P01: 3"
        " | 1.00 (1.00 to 1.00), 150/s"
        " | pair lock, probe: 0.62 (0.50 to 0.75), 100/s, 40P01: 3 |"
    )


def test_the_table_tells_a_statement_in_seconds() -> None:
    assert "| w | 0.007 s (0.005 to 0.010) |" in markdown([_row(timed=True)])


def test_the_legend_explains_the_fixes_that_were_tried() -> None:
    assert legend([_row()]) == f"- {PROBE}: {MEANING[PROBE]}."


def test_every_workload_runs_and_the_server_takes_every_fix() -> None:
    short = [
        replace(workload, fixes=(), seconds=0, transactions=3)
        if isinstance(workload, Load)
        else replace(workload, fixes=())
        for workload in workloads(_SMALL)
    ]

    taken = compared(short, users=_SMALL.users, rounds=1)

    assert [row.name for row in taken] == [name for one in short for name in rows(one)]
    assert not any(row.failed(OURS) for row in taken)
