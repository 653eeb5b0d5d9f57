"""A mutant is judged by clauses: which ending it comes to, and what is asked for that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.engine import tiny
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.contract.model import Contract, Level
from vrss_contract.database.scratch import Databases
from vrss_contract.mutation import asking
from vrss_contract.mutation.asked import AskedClauses
from vrss_contract.mutation.judge import MutantJudge
from vrss_contract.mutation.mutant import Mutant
from vrss_contract.mutation.reviewed import Equivalent
from vrss_contract.mutation.tried import Tried
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once

Judging = Callable[..., MutantJudge]
LISTED = Equivalent(("*",), "Nobody reads it.", {})
SAME = "ALTER TABLE counters ALTER n SET DEFAULT 0"
LOST = "ALTER TABLE counters ALTER n DROP DEFAULT"
BEYOND = "COMMENT ON COLUMN counters.n IS 'What no clause of these speaks of.'"
LATE = (
    "ALTER TABLE marks DROP CONSTRAINT marks_counter_id_fkey",
    """
    ALTER TABLE marks ADD CONSTRAINT marks_counter_id_fkey
    FOREIGN KEY (counter_id) REFERENCES counters ON DELETE CASCADE DEFERRABLE
    """,
)
ENDS = (
    """
    CREATE FUNCTION last() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_terminate_backend(pg_backend_pid());
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER last BEFORE INSERT ON counters FOR EACH ROW EXECUTE FUNCTION last()",
)
SCHEDULE = """
- id: schedule.two
  kind: schedule
  level: must
  says: Two marks at once both count.
  object: counters
  source: here
  sessions:
    - does: [INSERT INTO marks (counter_id) VALUES (1)]
    - does: [INSERT INTO marks (counter_id) VALUES (1)]
  asks: [invariant.counted]
"""
_FUNCTION = tiny.RACES[tiny.RACES.index("FUNCTION") : tiny.RACES.index("CREATE TRIGGER")]
RACES = f"CREATE OR REPLACE {_FUNCTION}"


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    return tiny.contract(tmp_path_factory.mktemp("tiny"), SCHEDULE)


@pytest.fixture(scope="module")
def context(contract: Contract, databases: Databases) -> Iterator[JudgingContext]:
    target = sqlfile.parse(tiny.KEEPS, name="tiny.sql")
    loaded = databases.load(target)
    own = databases.create(loaded)
    with JudgingContext(contract, target, databases, own, template=loaded) as made:
        yield made


@pytest.fixture
def judging(contract: Contract, context: JudgingContext) -> Judging:
    """A judge that knows the clauses of these ids, and no others."""

    def made(*ids: str) -> MutantJudge:
        known = [one for one in contract.clauses if one.id in ids]
        assert len(known) == len(ids)
        asked = AskedClauses(replace(contract, clauses=tuple(known)), context.catalog)
        return MutantJudge(asked, context)

    return made


def _mutant(*ddl: str, of: str = "counters.n", level: Level = "must", **more: Any) -> Mutant:
    table = of.partition(".")[0]
    return Mutant("spoilt", of, "", ddl, level, (table,), (of,), **more)


def _heard(tried: Tried) -> list[str]:
    return [one.clause for one in tried.killers]


def test_a_clause_that_breaks_kills(judging: Judging) -> None:
    tried = judging("counters.n.omitted").judged(_mutant(LOST))

    assert (tried.ending, _heard(tried)) == ("killed", ["counters.n.omitted"])


def test_how_long_it_took_is_told(judging: Judging) -> None:
    assert judging("counters.n.omitted").judged(_mutant(LOST)).milliseconds > 0


def test_what_no_clause_sees_survives(judging: Judging) -> None:
    assert judging("counters.n.omitted").judged(_mutant(BEYOND)).ending == "survived"


def test_what_is_seen_at_a_laxer_level_alone_is_heard_too_softly(judging: Judging) -> None:
    key = _mutant(*LATE, of="marks.marks_counter_id_fkey")

    tried = judging("marks.counter_id.orphan", "marks.constraint.marks_counter_id_fkey").judged(key)

    assert (tried.ending, _heard(tried)) == ("soft", ["marks.constraint.marks_counter_id_fkey"])


def test_what_the_server_refuses_is_stillborn_with_what_it_said(judging: Judging) -> None:
    tried = judging("counters.n.omitted").judged(_mutant("DROP TABLE nowhere"))

    assert (tried.ending, tried.says) == ("stillborn", '42P01 table "nowhere" does not exist')


def test_what_leaves_the_catalog_as_it_was_is_equivalent(judging: Judging) -> None:
    tried = judging("counters.n.omitted").judged(_mutant(SAME))

    assert (tried.ending, tried.says) == ("equivalent", "the catalog is the same")


def test_what_is_listed_and_not_seen_is_equivalent_for_the_reason_given(judging: Judging) -> None:
    tried = judging("counters.n.omitted").judged(_mutant(BEYOND), listed=LISTED)

    assert (tried.ending, tried.says) == ("equivalent", "Nobody reads it.")


def test_what_is_listed_and_killed_is_told_with_the_reason_given(judging: Judging) -> None:
    tried = judging("counters.n.omitted").judged(_mutant(LOST), listed=LISTED)

    assert (tried.ending, tried.listed) == ("killed", "Nobody reads it.")


def test_what_is_listed_and_heard_too_softly_is_equivalent(judging: Judging) -> None:
    key = _mutant(*LATE, of="marks.marks_counter_id_fkey")
    clauses = ("marks.counter_id.orphan", "marks.constraint.marks_counter_id_fkey")

    assert judging(*clauses).judged(key, listed=LISTED).ending == "equivalent"


def test_it_deserves_no_more_than_its_clauses_promise(judging: Judging) -> None:
    tried = judging("counters.n.default").judged(_mutant(LOST))

    assert (tried.ending, tried.mutant.level) == ("killed", "should")


def test_no_more_than_two_clauses_are_asked_for_a_killer(judging: Judging) -> None:
    both = _mutant(LOST, "ALTER TABLE counters ALTER n DROP NOT NULL")
    clauses = ("counters.n.not-null", "counters.n.nullability", "counters.n.default")

    assert len(_heard(judging(*clauses).judged(both))) == 2


def test_a_clause_that_is_known_to_see_it_is_asked_first(judging: Judging) -> None:
    judge_ = judging("counters.n.omitted", "counters.n.default")

    assert _heard(judge_.judged(_mutant(LOST), ["counters.n.default"]))[0] == "counters.n.default"


def test_what_killed_the_last_mutant_of_a_table_is_asked_first_of_the_next(
    judging: Judging,
) -> None:
    judge_ = judging("counters.n.omitted", "counters.n.default")
    judge_.judged(_mutant(LOST), ["counters.n.default"])

    assert _heard(judge_.judged(_mutant(LOST)))[0] == "counters.n.default"


def test_at_a_new_beginning_it_is_forgotten_what_killed_before(judging: Judging) -> None:
    judge_ = judging("counters.n.omitted", "counters.n.default")
    judge_.judged(_mutant(LOST), ["counters.n.default"])

    judge_.begin()

    assert _heard(judge_.judged(_mutant(LOST)))[0] == "counters.n.omitted"


def test_a_clause_far_from_the_object_is_asked_in_the_end(judging: Judging) -> None:
    far = replace(_mutant(LOST), object="nothing", about=(), tables=())

    assert _heard(judging("counters.n.omitted").judged(far)) == ["counters.n.omitted"]


def test_a_clause_that_comes_to_the_table_is_asked(judging: Judging) -> None:
    disabled = _mutant("ALTER TABLE marks DISABLE TRIGGER mark", of="marks.mark")

    assert _heard(judging("invariant.counted").judged(disabled)) == ["invariant.counted"]


def test_a_clause_that_breaks_without_a_mutant_kills_none(judging: Judging) -> None:
    beside = judging("marks.triggers", "counters.n.omitted")  # no trigger is declared

    tried = beside.judged(_mutant(BEYOND, of="marks"))

    assert (tried.ending, tried.fallen) == ("survived", ("marks.triggers",))


def test_what_a_mutant_does_is_undone_before_the_next(judging: Judging) -> None:
    judge_ = judging("counters.n.omitted")
    judge_.judged(_mutant(LOST))

    assert judge_.judged(_mutant(BEYOND)).ending == "survived"


def test_a_mutant_that_has_to_commit_is_judged_in_a_copy(
    judging: Judging, context: JudgingContext
) -> None:
    judge_ = judging("counters.n.omitted")

    tried = judge_.judged(_mutant(LOST, committed=True))

    assert (tried.ending, context.catalog.tables["counters"].columns["n"].default) == (
        "killed",
        "0",
    )


def test_what_is_refused_for_the_rows_that_are_there_is_judged_in_a_copy(judging: Judging) -> None:
    column = _mutant("ALTER TABLE counters ADD mutated integer NOT NULL", of="counters")

    assert _heard(judging("counters.refusals").judged(column)) == ["counters.refusals"]


def test_a_mutant_that_ends_the_session_is_undecided_with_the_clause(judging: Judging) -> None:
    tried = judging("counters.required-only").judged(_mutant(*ENDS, of="counters"))

    assert (tried.ending, tried.says) == ("undecided", "counters.required-only")


def test_a_clause_that_did_not_come_to_its_turn_before_the_session_ended_is_asked_in_a_copy(
    judging: Judging,
) -> None:
    tried = judging("counters.n.omitted", "counters.n.default").judged(_mutant(*ENDS, LOST))

    assert (_heard(tried), tried.says) == (["counters.n.default"], "counters.n.omitted")


def test_nothing_more_is_asked_once_what_cannot_be_judged_has_taken_too_long(
    judging: Judging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "_PATIENCE", 0.0)
    waits = replace(_mutant("DROP TABLE marks", LOST), tables=("counters", "marks"))

    tried = judging("marks.required-only", "counters.n.omitted").judged(
        waits, ["marks.required-only"]
    )

    assert tried.ending == "undecided"


def test_nothing_more_is_asked_once_a_clause_is_broken_by_what_does_not_end(
    judging: Judging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "_LONG", 0.0)

    tried = judging("counters.n.omitted", "counters.n.default").judged(_mutant(LOST))

    assert _heard(tried) == ["counters.n.omitted"]


def test_a_clause_that_alone_has_killed_one_needs_no_second_killer(judging: Judging) -> None:
    judges = judging("counters.n.omitted", "counters.n.default")
    alone = judges.judged(_mutant("ALTER TABLE counters ALTER n SET DEFAULT 1 - 1", level="should"))
    both = judges.judged(_mutant(LOST, level="should"), ["counters.n.default"])

    assert (alone.sole, _heard(both), both.sole) == (
        "counters.n.default",
        ["counters.n.default"],
        "",
    )


def test_sessions_at_once_show_what_one_alone_does_not(judging: Judging) -> None:
    racy = replace(_mutant(RACES, of="mark", meets=True), tables=("marks",))

    assert _heard(judging("invariant.counted", "schedule.two").judged(racy)) == ["schedule.two"]


def test_sessions_at_once_are_not_asked_of_what_is_listed(judging: Judging) -> None:
    racy = replace(_mutant(RACES, of="mark", meets=True), tables=("marks",))

    assert judging("schedule.two").judged(racy, listed=LISTED).ending == "equivalent"
