"""The commands on what sessions do at once, as a person runs them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import paths
from tests.engine import tiny
from tests.engine.runs import Outside, Ran
from tests.engine.test_replay import SCHEDULE
from tests.golden import Golden

Run = Callable[..., Ran]
Told = Callable[[str, Ran], None]
_LITERAL = paths.fixtures() / "implementations" / "strategy_literal.sql"
_ORDER = "schedule.two @ rc,rc | abab"
_ELSEWHERE = "CREATE SCHEMA elsewhere; CREATE SEQUENCE elsewhere.turn;"
"""What no reset puts back."""
_UNSTEADY = _ELSEWHERE + tiny.KEEPS.replace(
    "n + 1", "n + (nextval('elsewhere.turn') <> 3)::integer"
)
_GATE = ("--connections", "2", "--operations", "30")


@pytest.fixture
def tiny_(run: Run, outside: Outside, tmp_path: Path) -> Run:
    """A command on a schema for the tiny contract; no database and no role outlives it."""
    folder = tiny.folder(tmp_path, SCHEDULE, tiny.WORKLOAD)

    def call(command: str, schema: str, *words: str) -> Ran:
        target = tmp_path / "tiny.sql"
        target.write_text(schema, "utf-8")
        texts = words[:1] if command == "replay" else ()
        options = ("--contracts", folder, "--server", outside.url())
        ran = run(command, *texts, target, *words[len(texts) :], *options)
        assert outside.left() == []
        return ran

    return call


def test_an_interleaving_that_ends_well_is_told(tiny_: Run, golden: Golden) -> None:
    ran = tiny_("replay", tiny.KEEPS, _ORDER)

    assert (ran.code, ran.err) == (0, "")
    golden("replay/command-allowed.txt", ran.out)


def test_an_interleaving_that_ends_badly_is_told(tiny_: Run, golden: Golden) -> None:
    ran = tiny_("replay", tiny.RACES, _ORDER)

    assert (ran.code, ran.err) == (1, "")
    golden("replay/command-broken.txt", ran.out)


def test_a_program_is_played_by_its_calls(tiny_: Run) -> None:
    ran = tiny_("replay", tiny.RACES, "rc: mark 2 | rc: mark 2 | abab")

    assert ran.code == 1
    assert 'BROKEN invariant.counted: {"id":2,"n":1}' in ran.out.splitlines()


def test_a_protocols_invariant_that_a_schedule_names_is_asked(tiny_: Run) -> None:
    schema = tiny.KEEPS.replace("n + 1", "n + 2")

    ran = tiny_("replay", schema, _ORDER)

    assert 'BROKEN invariant.few: {"id":1}' in ran.out.splitlines()


def test_what_is_played_often_is_told_once_with_how_often(tiny_: Run) -> None:
    ran = tiny_("replay", tiny.RACES, _ORDER, "--times", "3")

    assert ran.code == 1
    assert ran.out.endswith("\n3 of 3 times exactly like this\n")
    assert ran.out.count("session a:") == 1


def test_what_ends_badly_once_is_told_and_broken(tiny_: Run) -> None:
    ran = tiny_("replay", _UNSTEADY, _ORDER, "--times", "3")

    assert ran.code == 1
    assert 'BROKEN invariant.counted: {"id":1,"n":1}' in ran.out.splitlines()
    assert ran.out.endswith("\n1 of 3 times exactly like this\n")


def test_a_session_that_goes_is_no_verdict(tiny_: Run) -> None:
    goes = "PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL;"

    ran = tiny_("replay", tiny.KEEPS.replace("RETURN NULL;", goes), "rc: mark 1 | aa")

    assert ran.code == 2
    assert "not played to its end: session a: " in ran.out


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("replay-command-no-schedule", "schedule.three @ rc,rc | abab"),
        ("replay-command-form", "schedule.two"),
    ],
)
def test_a_text_that_stands_for_nothing_is_wrong_use(
    tiny_: Run, told: Told, name: str, text: str
) -> None:
    ran = tiny_("replay", tiny.KEEPS, text)

    assert ran.code == 3
    told(name, ran)


def test_rows_that_the_target_refuses_are_told(tiny_: Run, told: Told) -> None:
    schema = tiny.KEEPS.replace("DEFAULT 0", "DEFAULT 0 CHECK (id > 1)")

    ran = tiny_("replay", schema, _ORDER)

    assert ran.code == 2
    told("replay-command-no-rows", ran)


@pytest.mark.parametrize("times", ["0", "1001", "often"])
def test_a_number_of_times_that_is_none_is_wrong_use(tiny_: Run, times: str) -> None:
    assert tiny_("replay", tiny.KEEPS, _ORDER, "--times", times).code == 3


def test_a_replay_needs_no_server_of_its_own(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "tiny.sql"
    target.write_text(tiny.KEEPS)

    ran = run("replay", _ORDER, target, "--contracts", tiny.folder(tmp_path, SCHEDULE))

    assert ran.code == 0


def test_a_search_that_finds_nothing_says_how_much_it_played(tiny_: Run) -> None:
    ran = tiny_("search", tiny.KEEPS, "--examples", "5")

    assert (ran.code, ran.err) == (0, "")
    assert re.fullmatch(r"0 faults in [1-5] programs\n", ran.out)


def test_a_search_that_finds_something_tells_how_to_repeat_it(
    tiny_: Run, golden: Golden, tmp_path: Path
) -> None:
    ran = tiny_("search", tiny.FORGETS, "--examples", "5")

    assert ran.code == 1
    plain = ran.out.replace(f"{tmp_path}/", "")
    golden("search/fault.txt", re.sub(r"\b\d+(\.\d)?(?= (s|programs))", "N", plain))


def test_what_a_search_found_can_be_replayed(tiny_: Run) -> None:
    found = tiny_("search", tiny.FORGETS, "--examples", "5").out
    (text,) = re.findall(r"replay '([^']+)'", found)

    assert tiny_("replay", tiny.FORGETS, text).code == 1


def test_a_seed_draws_other_programs(tiny_: Run) -> None:
    ran = tiny_("search", tiny.KEEPS, "--examples", "3", "--seed", "7")

    assert ran.code == 0


def test_rows_that_the_target_refuses_end_a_search(tiny_: Run) -> None:
    schema = tiny.KEEPS.replace("DEFAULT 0", "DEFAULT 0 CHECK (id > 1)")

    ran = tiny_("search", schema, "--examples", "3")

    assert (ran.code, ran.err.partition(":")[0]) == (2, "error[no-rows]")


def test_a_storm_on_the_canonical_schema_holds(run: Run, golden: Golden) -> None:
    ran = run("storm", *_GATE)

    assert (ran.code, ran.err) == (0, "")
    golden("storm/holds.txt", _numberless(ran.out))


def test_a_storm_on_the_literal_schema_breaks_it(run: Run) -> None:
    ran = run("storm", _LITERAL, *_GATE)

    assert ran.code == 1
    assert "  BROKEN invariant." in ran.out


def _numberless(out: str) -> str:
    """The report without what differs from storm to storm."""
    out = re.sub(r"(retried|refused as may be): [^;\n]*", r"\1: SOME", out)
    return re.sub(r"\b\d[\d,]*(\.\d+)?", "N", out)
