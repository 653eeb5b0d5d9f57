"""What was seen of a promise becomes a verdict."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engine import tiny
from vrss_contract.checks.judged import Judged, decided, lost
from vrss_contract.checks.verdict import Finding, Outcome
from vrss_contract.contract.model import Clause, Contract

pytestmark = pytest.mark.once

BROKEN = Judged((Finding("it", "this", "that"),))
LOST = lost(Finding("it", "an answer", "none"))


@pytest.fixture(scope="module")
def clause(tmp_path_factory: pytest.TempPathFactory) -> Clause:
    contract: Contract = tiny.contract(tmp_path_factory.mktemp("tiny"))
    return contract.clauses[0]


@pytest.mark.parametrize(
    ("cases", "outcome"),
    [
        ((), Outcome.HOLDS),
        ((Judged(),), Outcome.HOLDS),
        ((Judged(), LOST), Outcome.UNDECIDED),
        ((LOST, BROKEN), Outcome.BROKEN),
    ],
)
@pytest.mark.parametrize("brief", [False, True])
def test_a_case_that_shows_it_decides(
    clause: Clause, cases: tuple[Judged, ...], outcome: Outcome, *, brief: bool
) -> None:
    assert decided(clause, cases, brief=brief).outcome is outcome


def test_in_brief_nothing_is_seen_after_the_first_broken_case(clause: Clause) -> None:
    ended = []

    def cases() -> Iterator[Judged]:
        try:
            yield from (LOST, BROKEN, BROKEN)
        finally:
            ended.append(True)

    assert decided(clause, cases(), brief=True).findings == BROKEN.findings
    assert ended
