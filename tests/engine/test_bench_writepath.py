"""The write path's bench: no load takes another's rows, and ratios mean what they say."""

import itertools
import re

import pytest
from benchmarks.schemas import BASE, OURS, STRATEGY, NoSuchBaseError, committed
from benchmarks.writepath import chosen, compared
from benchmarks.writepath_prices import Price, prices
from benchmarks.writepath_run import Figure, read
from benchmarks.writepath_table import Row, document, latencies, speeds, whole
from benchmarks.writepath_table import prices as price_table
from benchmarks.writepath_workloads import (
    Load,
    daily,
    keys,
    script,
    unlikes_left_open,
    variables,
    workloads,
)

from tests import paths
from vrss_contract.database.scratch import Databases
from vrss_contract.target import Target, sqlfile

_REPORT = """
number of transactions actually processed: 120
number of failed transactions: 1 (0.826%)
total number of retries: 7
"""
_LOG = [
    "0 1 3000 0 1764340000 0 0",
    "1 1 1000 0 1764340000 0 2",
    "0 2 9000 1 1764340000 500000 0",
    "1 2 deadlock 0 1764340000 600000 0",
    "0 3 2000 0 1764340001 0",
]


def _targets() -> dict[str, Target]:
    literal = paths.fixtures() / "implementations" / "strategy_literal.sql"
    return {STRATEGY: sqlfile.read(literal), OURS: sqlfile.read(paths.schema())}


def _prices() -> list[Price]:
    targets = _targets()
    return list(prices(targets[STRATEGY], targets[OURS]))


def _loads() -> list[Load]:
    return [one for one in workloads() if isinstance(one, Load)]


def _row(*, timed: bool = False, mixed: bool = False) -> Row:
    base = [Figure(100, 9, milliseconds=[1, 2]), Figure(200, 9, milliseconds=[3, 4])]
    ours = [Figure(50, 9, 2, 1), Figure(150, 9, 1)]
    return Row("w", {BASE: base, OURS: ours}, timed=timed, mixed=mixed)


def test_no_two_rows_have_one_name() -> None:
    names = [one.row for one in workloads()]

    assert len(names) == len(set(names))


def test_no_two_loads_of_an_operation_share_a_key() -> None:
    for operation in {name for load in _loads() for name in load.weights}:
        taken = [(one.first, one.end) for one in _loads() if operation in one.weights]
        for before, after in itertools.pairwise(taken):
            assert before[1].kept <= after[0].kept
            assert before[1].gone <= after[0].gone


def test_the_world_has_every_key() -> None:
    world = keys(workloads())

    assert all(one.end.kept <= world.kept and one.end.gone <= world.gone for one in _loads())


def test_a_single_operation_has_a_key_for_every_transaction() -> None:
    single = [one for one in _loads() if not one.mixed]

    assert all(one.transactions == max(one.each.kept, one.each.gone) for one in single)


def test_every_variable_of_a_script_has_a_value() -> None:
    for load in _loads():
        for operation in load.weights:
            sql = script(operation)
            known = {*variables(load, 10), "client_id", *re.findall(r"\\set (\w+)", sql)}
            assert set(re.findall(r"(?<!:):(\w+)", sql)) <= known


@pytest.mark.parametrize(("row", "share"), [("mix, 0.3", 0.003), ("mix, 5", 0.05)])
def test_a_mix_deletes_as_much_as_its_name_says(row: str, share: float) -> None:
    (load,) = chosen([row], _loads())
    assert isinstance(load, Load)

    deletes = sum(weight for name, weight in load.weights.items() if not daily(name))

    assert deletes / sum(load.weights.values()) == pytest.approx(share)


def test_the_unlikes_left_open_are_of_nobody_elses_keys() -> None:
    (load,) = [one for one in _loads() if one.unlike_left_open]

    users = [int(re.findall(r"user_id = (\d+)", sql)[0]) for sql in unlikes_left_open(load)]

    assert users == list(range(load.end.kept - load.each.kept + 1, load.end.kept + 1))


def test_workloads_are_chosen_by_how_their_rows_begin() -> None:
    assert [one.row for one in chosen(["like"], workloads())] == ["like", "like of one post"]


def test_every_price_is_told_by_some_workload() -> None:
    rows = [one.row for one in workloads()]

    assert [price.name for price in _prices() if not any(map(price.tells, rows))] == []


def test_a_decision_is_taken_back_behind_schema_sql() -> None:
    ours = _targets()[OURS].steps

    assert all(price.target.steps[: len(ours)] == ours for price in _prices())


def test_a_base_that_git_lacks_is_named() -> None:
    with pytest.raises(NoSuchBaseError, match=r"no such-commit:schema\.sql: .*--base"):
        committed("such-commit", paths.root())


def test_a_report_of_pgbench_is_read() -> None:
    figure = read(_REPORT, _LOG, [True, False])

    assert figure == Figure(2.0, 120, 7, 1, [1.0, 2.0, 3.0])


def test_a_connections_first_transactions_do_not_count_for_its_rate() -> None:
    ends = [0, *range(10, 20)]
    log = [f"0 {number} 1000 0 {end} 0" for number, end in enumerate(ends)]

    assert read("", log, [True]).rate == pytest.approx(1)


def test_a_report_without_transactions_is_of_nothing_done() -> None:
    assert read("", [], []) == Figure(0, 0, milliseconds=[])


@pytest.mark.parametrize(("percent", "expected"), [(50, 2.0), (99, 4.0)])
def test_a_percentile_is_a_latency_that_was_seen(percent: int, expected: float) -> None:
    assert Figure(1, milliseconds=[1, 2, 3, 4]).percentile(percent) == expected


def test_a_ratio_is_between_runs_of_the_same_round() -> None:
    assert _row().ratios(BASE) == [0.5, 0.75]


def test_a_round_in_which_the_other_did_nothing_has_no_ratio() -> None:
    still = Row("w", {BASE: [Figure(0)], OURS: [Figure(5)]})

    assert still.ratios(BASE) == []
    assert document([still])["w"][BASE]["median"] is None


def test_the_table_tells_rates_with_their_ratios_and_retries() -> None:
    assert speeds([_row()]).splitlines()[2] == (
        "| w | 150/s (100 to 200) | 100/s (50 to 150), 3 retries, 1 failed of 18"
        " | 0.62 (0.50 to 0.75) |"
    )


def test_the_table_tells_a_statement_in_seconds() -> None:
    assert "| w | 0.007 s (0.005 to 0.010) |" in speeds([_row(timed=True)])


def test_latencies_are_told_of_mixes_alone() -> None:
    assert len(whole([_row()])) == 1
    assert latencies([_row(), _row(mixed=True)]).splitlines()[2:] == ["| w | 2.0, 3.0 | 0.0, 0.0 |"]


def test_a_price_is_the_speed_against_ours_without_the_decision() -> None:
    assert "| base | w | 150/s (100 to 200) | 100/s" in price_table([_row()])


def test_every_workload_runs(databases: Databases) -> None:
    listed = workloads(transactions=2, many=40, seconds=1)

    taken = compared(databases, [(one, [OURS]) for one in listed], {OURS: _targets()[OURS]}, 1)

    assert [row.name for row in taken] == [one.row for one in listed]


def test_the_server_takes_schema_sql_without_each_decision(databases: Databases) -> None:
    for price in _prices():
        databases.drop(databases.load(price.target))
