"""What changed between two records, and what a regression is called."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.records import INDEXED, SCANNED, document, measured, record
from vrss_contract.errors import TroubleError
from vrss_contract.performance.comparison import record as records
from vrss_contract.performance.comparison.judge import Judgement, compare
from vrss_contract.performance.comparison.record import Measured
from vrss_contract.performance.comparison.turns import believed, settled


def judged(base: Measured, head: Measured) -> Judgement:
    (found,) = compare(record(base), record(head, label="head")).judgements
    return found


def slugs(judgement: Judgement) -> list[str]:
    return [reason.slug for reason in judgement.reasons]


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_same_query_measured_twice_holds(seed: int) -> None:
    assert judged(measured(), measured(seed=seed)).outcome == "HOLDS"


def test_a_worse_plan_is_told_once_for_both_modes() -> None:
    found = judged(measured(), measured(plan=replace(SCANNED, buffers=4)))
    assert slugs(found) == ["plan-worse"]


def test_another_plan_that_is_no_worse_is_no_regression() -> None:
    found = judged(measured(), measured(plan=replace(INDEXED, shape="Index Scan using other")))
    assert (found.outcome, found.plan_changed) == ("HOLDS", True)


def test_more_blocks_than_before_are_a_regression() -> None:
    found = judged(measured(), measured(plan=replace(INDEXED, buffers=6)))
    assert slugs(found) == ["buffers-over-baseline"]


def test_one_block_more_is_none() -> None:
    found = judged(measured(), measured(plan=replace(INDEXED, buffers=5)))
    assert found.outcome == "HOLDS"


def test_more_blocks_than_the_contract_allows_are_told_whatever_was_before() -> None:
    many = measured(plan=replace(INDEXED, buffers=21))
    assert slugs(judged(many, many)) == ["buffers-over-bound"]


def test_a_budget_that_is_exceeded_is_told_whatever_was_before() -> None:
    slow = measured(middle=30.0)
    assert slugs(judged(slow, replace(slow))) == ["budget-exceeded"]


def test_a_slower_query_is_told_with_its_interval() -> None:
    found = judged(measured(), measured(middle=1.5, seed=1))
    assert slugs(found) == ["slower"]
    assert "times as slow as before" in found.reasons[0].says


def test_a_faster_query_holds() -> None:
    assert judged(measured(middle=1.5), measured(seed=1)).outcome == "HOLDS"


def test_a_run_that_is_too_noisy_judges_nothing() -> None:
    found = judged(measured(), measured(middle=1.3, seed=1, spread=2.0, budget_ms=None))
    assert (found.outcome, slugs(found)) == ("UNDECIDED", ["too-noisy"])


def test_a_query_without_a_baseline_never_passes() -> None:
    (found,) = compare(record(), record(measured())).judgements
    assert slugs(found) == ["no-baseline"]


def test_a_query_that_is_no_longer_measured_never_passes() -> None:
    (found,) = compare(record(measured()), record()).judgements
    assert slugs(found) == ["gone"]


def test_a_query_that_can_not_be_run_is_told_with_what_the_server_says() -> None:
    head = replace(record(), failed={"profile-feed": "57014 it took too long"})
    (found,) = compare(record(measured()), head).judgements
    assert slugs(found) == ["fails"]
    assert found.reasons[0].says == "it can't be run: 57014 it took too long"


def test_a_query_that_fails_before_and_after_never_passes() -> None:
    failing = replace(record(), failed={"profile-feed": "42P01 no such table"})
    assert [slugs(one) for one in compare(failing, failing).judgements] == [["fails"]]


def test_what_is_worse_stands_first() -> None:
    base = record(measured("a"), measured("b"))
    head = record(measured("a"), measured("b", plan=SCANNED))
    assert [one.name for one in compare(base, head).judgements] == ["b", "a"]


def test_of_several_measurements_the_one_that_is_no_slower_is_believed() -> None:
    slow, same = (measured(), measured(middle=1.5, seed=1)), (measured(), measured(seed=2))
    assert (settled(slow), settled(same)) == (False, True)
    assert believed([slow, same]) == same


def test_what_is_slower_every_time_is_believed_with_all_its_samples() -> None:
    turns = [(measured(seed=n), measured(middle=1.5, seed=n + 10)) for n in range(4)]
    base, head = believed(turns)
    assert base
    assert head
    assert len(head.latency.times) == 4 * len(turns[0][1].latency.times)
    assert slugs(judged(base, head)) == ["slower"]


def test_a_query_that_the_base_lacks_is_measured_once() -> None:
    assert settled((None, measured()))


def test_a_query_that_the_head_lacks_is_measured_once() -> None:
    assert settled((measured(), None))


def test_a_budget_exceeded_is_measured_again_also_where_there_is_no_base() -> None:
    slow, fast = (None, measured(middle=40.0)), (None, measured())
    assert not settled(slow)
    assert believed([slow, fast]) == fast


@pytest.mark.parametrize("what", ["profile", "server"])
def test_records_of_different_things_are_not_compared(what: str) -> None:
    with pytest.raises(TroubleError, match=f"not of the same {what}"):
        compare(record(), record(**{what: "other"}))


def test_a_record_comes_back_from_its_file(tmp_path: Path) -> None:
    one = measured()
    path = tmp_path / "run.json"
    path.write_text(json.dumps(document(one)), "utf-8")
    found = records.read(path)
    assert found.label == "run.json"
    assert found.measured[one.name].plans == one.plans
    assert found.measured[one.name].growth == one.growth
    assert found.measured[one.name].latency.times == pytest.approx(one.latency.times)


def test_a_record_of_a_commit_is_called_by_it() -> None:
    whole = json.loads(json.dumps(document(measured(), commit="0123456789abcdef")))
    found = records.record(whole, "run.json")
    assert found.label == "0123456789ab"


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(TroubleError, match="can't be read"):
        records.read(tmp_path / "none.json")


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"benchmarks": []}', '{"benchmarks": [{"extra_info": {}, "stats": {}}]}']
)
def test_json_of_another_kind_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(text, "utf-8")
    with pytest.raises(TroubleError, match="no record of this suite's"):
        records.read(path)


def test_a_sample_without_its_calibration_is_refused() -> None:
    whole = json.loads(json.dumps(document(measured())))
    whole["benchmarks"][0]["extra_info"]["calibration_ms"].pop()
    with pytest.raises(ValueError, match="each sample needs one"):
        records.record(whole, "run.json")
