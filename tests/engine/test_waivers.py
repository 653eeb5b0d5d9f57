"""What fell, and may: waived with a reason, told, and counted apart."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.verdicts import broken, undecided, verdict
from vrss_contract.checks.verdict import Outcome, Tally
from vrss_contract.checks.waived import Waivers
from vrss_contract.contract.model import Contract
from vrss_contract.contract.waivers import Waiver, read
from vrss_contract.errors import TroubleError

pytestmark = pytest.mark.once
TODAY = dt.date(2030, 1, 31)
WIKI = Waiver(("*.comment",), "they are in the wiki", place="w.yaml:1")


def written(folder: Path, text: str) -> Path:
    path = folder / "waivers.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_file_says_which_clauses_why_and_until_when(tmp_path: Path) -> None:
    first_one = "- clauses: [a.b, 'c.*']\n  because: it is so\n  until: 2030-01-31\n"

    first, second = read(written(tmp_path, f"{first_one}- clauses: d\n  because: e\n"))

    assert (first.patterns, first.because, first.until) == (("a.b", "c.*"), "it is so", TODAY)
    assert (second.patterns, second.until) == (("d",), None)
    assert second.place.endswith("waivers.yaml:4")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- clauses: [a]\n", "no reason as `because`"),
        ("- because: b\n", "no list of ids as `clauses`"),
        ("- clauses: a\n  because: b\n  until: soon\n", "'soon', which is no day, as `until`"),
        ("- clauses: a\n  because: b\n  till: 1\n", "the key 'till'"),
    ],
)
def test_a_file_that_says_less_is_refused_with_its_line(
    text: str, found: str, tmp_path: Path
) -> None:
    with pytest.raises(TroubleError) as refused:
        read(written(tmp_path, text))
    assert refused.value.code == "waiver-fault"
    assert refused.value.headline.endswith(f"waivers.yaml:1: {found}")


def test_what_falls_and_may_counts_apart() -> None:
    waivers = Waivers((WIKI,), today=TODAY)
    fell = [broken("users.comment"), undecided("posts.comment", "gone"), broken("users.id")]

    found = [*map(waivers.of, fell), waivers.of(verdict(id_="likes.comment"))]

    assert Tally.of(found) == Tally(holds=1, broken=1, undecided=0, waived=2)
    assert Tally.of(found).exit_code == 1
    assert found[0].waived == "they are in the wiki"


def test_all_that_falls_waived_is_no_fault() -> None:
    waivers = Waivers((WIKI,), today=TODAY)

    assert Tally.of([waivers.of(broken("users.comment"))]).exit_code == 0


def test_a_waiver_counts_up_to_its_last_day() -> None:
    ended = Waiver(("a",), "for now", TODAY)

    on_it, after = (Waivers((ended,), today=day) for day in (TODAY, TODAY + dt.timedelta(1)))

    assert on_it.of(broken("a")).outcome is Outcome.WAIVED
    assert after.of(broken("a")).outcome is Outcome.BROKEN
    assert [*after.notes([])] == ["the waiver of a ended on 2030-01-31 ()"]


def test_what_fell_before_is_no_news() -> None:
    waivers = Waivers(known=frozenset({"a", "b"}), baseline="old.json", today=TODAY)

    found = [waivers.of(broken("a")), waivers.of(broken("c")), waivers.of(verdict(id_="b"))]

    assert [one.outcome for one in found] == [Outcome.WAIVED, Outcome.BROKEN, Outcome.HOLDS]
    assert [*waivers.notes(found)] == ["1 of old.json's clauses hold now, such as b"]


def test_a_waiver_of_which_nothing_falls_is_refused(contract: Contract) -> None:
    (clause,) = (one for one in contract.clauses if one.id == "users.comment")

    with pytest.raises(TroubleError) as refused:
        Waivers((WIKI,), today=TODAY).require_used([clause], [verdict(id_=clause.id)])
    assert (refused.value.code, refused.value.found) == ("unused-waiver", "it holds")


def test_nobody_knows_of_a_waiver_whose_clauses_were_not_judged(contract: Contract) -> None:
    Waivers((WIKI,), today=TODAY).require_used(contract.clauses, [])


def test_a_waiver_of_no_clause_is_refused() -> None:
    with pytest.raises(TroubleError) as refused:
        Waivers((WIKI,), today=TODAY).require_used([], [])
    assert refused.value.found == "no clause of that name"
