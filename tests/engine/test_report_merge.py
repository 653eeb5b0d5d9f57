"""The reports of a run's shards are the report of the run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.verdicts import SAMPLES, SUBJECT
from vrss_contract.errors import TroubleError
from vrss_contract.report.kept import KeptReport
from vrss_contract.report.merge import merged
from vrss_contract.report.run_info import Shard

pytestmark = pytest.mark.once
ALL = tuple(SAMPLES["broken"])
WHOLE = KeptReport(replace(SUBJECT, notes=("of the target",)), ALL)


def part(number: int, of: int, **more: Any) -> KeptReport:
    """Every so-manieth verdict of the whole."""
    positions = tuple(range(number - 1, len(ALL), of))
    shard = Shard(number, of, len(ALL), positions)
    run_info = replace(
        WHOLE.run_info, shard=shard, notes=(*WHOLE.run_info.notes, shard.note), **more
    )
    return KeptReport(run_info, tuple(ALL[position] for position in positions))


def files(*reports: KeptReport) -> dict[Path, KeptReport]:
    return {Path(f"{number}.json"): report for number, report in enumerate(reports, 1)}


@pytest.mark.parametrize("of", [1, 2, 4])
def test_the_merged_report_is_the_whole_one(of: int) -> None:
    parts = [part(number, of) for number in range(of, 0, -1)]

    assert merged(files(*parts)) == WHOLE


def test_a_time_is_that_of_the_slowest() -> None:
    parts = files(
        part(1, 2, seconds=3.0, phases={"start": 2.0}),
        part(2, 2, seconds=2.0, phases={"start": 1.0, "judge": 1.0}),
    )

    told = merged(parts).run_info

    assert (told.seconds, told.phases) == (3.0, {"start": 2.0, "judge": 1.0})


NO_SHARD, INCOMPLETE, OTHER = "error[no-shard]", "error[incomplete-run]", "error[other-run]"
STOPPED = KeptReport(replace(part(2, 2).run_info, shard=Shard(2, 2, len(ALL), ())), ())
REFUSED = {
    "a whole one": ([WHOLE], NO_SHARD, "without a shard's number"),
    "one is missing": ([part(1, 3), part(3, 3)], INCOMPLETE, "shard 2: missing"),
    "one twice": (
        [part(1, 2), part(1, 2), part(2, 2)],
        INCOMPLETE,
        "shard 1: there twice",
    ),
    "one was stopped": ([part(1, 2), STOPPED], INCOMPLETE, "judged by none"),
    "another target": (
        [part(1, 2), part(2, 2, target="b.sql")],
        OTHER,
        "another target",
    ),
    "another division": (
        [part(1, 2), part(2, 3)],
        OTHER,
        "another number of shards",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_are_not_the_shards_of_one_run_is_refused(name: str) -> None:
    reports, code, found = REFUSED[name]

    with pytest.raises(TroubleError) as refused:
        merged(files(*reports))

    assert (str(refused.value).startswith(code), refused.value.exit_code) == (True, 3)
    assert found in refused.value.found
