"""Phases are walked one after another, and each fault breaks the clause that it belongs to."""

from collections.abc import Callable, Mapping

import pytest

from tests import paths
from tests.engine.runs import Ran
from tests.engine.runs import outcomes as outcomes_of
from vrss_contract.checks import phase
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract.model import Clause, Contract, FactPromise, PhasePromise
from vrss_contract.database.scratch import Databases
from vrss_contract.target.sqlfile import parse

GOOD = """
-- phase 1: one
CREATE TYPE mood AS ENUM ('up');
CREATE TABLE a (id bigserial PRIMARY KEY, mood mood);
-- phase 2: two
CREATE TABLE b (id bigserial PRIMARY KEY, a_id bigint REFERENCES a (id));
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
"""
CLAUSES = tuple(
    Clause(f"{phase}.{aspect}", "phase", "should", "So.", PhasePromise(phase, aspect, tables))
    for phase, tables in ((1, ("a",)), (2, ("b",)))
    for aspect in ("loads", "creates", "rolls-back")
)
CONTRACT = Contract({}, {}, {}, CLAUSES)


@pytest.fixture
def walked(databases: Databases) -> "Walk":
    return Walk(databases)


class Walk:
    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    def __call__(self, script: str) -> Mapping[str, Verdict]:
        target = parse(script, name="t.sql")
        with JudgingContext(CONTRACT, target, self._databases, self._databases.create()) as context:
            return {verdict.id: verdict for verdict in judge(context, CLAUSES)}


def outcomes(verdicts: Mapping[str, Verdict]) -> dict[str, str]:
    return {id_: v.outcome.value for id_, v in verdicts.items() if v.outcome is not Outcome.HOLDS}


def test_phases_in_order_hold(walked: Walk) -> None:
    assert outcomes(walked(GOOD)) == {}


def test_a_phase_that_needs_a_later_one_does_not_load(walked: Walk) -> None:
    verdicts = walked(GOOD.replace("phase 1", "phase 9").replace("phase 2", "phase 1"))
    assert verdicts["2.loads"].outcome is Outcome.UNDECIDED
    swapped = walked("-- phase 1: x\nCREATE TABLE b (a_id bigint REFERENCES a (id));")
    assert outcomes(swapped)["1.loads"] == "broken"
    assert "t.sql:2 does not load, in phase 1" in swapped["1.loads"].findings[0].found


def test_a_table_in_the_wrong_phase_is_named(walked: Walk) -> None:
    verdict = walked(GOOD.replace("-- phase 2", "CREATE TABLE c ();\n-- phase 2"))["1.creates"]
    assert (verdict.findings[0].expected, verdict.findings[0].found) == ("a", "a, c")


def test_a_change_to_an_earlier_phase_does_not_roll_back(walked: Walk) -> None:
    verdict = walked(GOOD + "ALTER TABLE a ADD COLUMN late integer;")["2.rolls-back"]
    assert verdict.findings[0].found == "another state of a"


def test_what_others_depend_on_does_not_roll_back(walked: Walk) -> None:
    verdict = walked(GOOD + "CREATE VIEW v AS SELECT id FROM b;")["2.rolls-back"]
    assert "2BP01 cannot drop table b" in verdict.findings[0].found


def test_without_marks_nothing_can_be_judged(walked: Walk) -> None:
    verdicts = walked("CREATE TABLE a ();")
    assert set(outcomes(verdicts).values()) == {"undecided"}
    assert verdicts["1.loads"].findings[0].found == (
        "phases marked by lines such as `-- phase 1: name`: none"
    )


def test_a_target_that_marks_no_phase_is_asked_for_none() -> None:
    other = Clause("t.columns", "table", "should", "So.", FactPromise("columns", "t", "t", None))

    clauses, (note,) = phase.asked((*CLAUSES, other), parse("SELECT 1;", name="t.sql"))

    assert [*clauses] == [other]
    assert note == "6 clauses on phases were not asked: no line `-- phase 1: name` marks any"


def test_who_asks_for_phases_alone_is_told_that_there_are_none(walked: Walk) -> None:
    assert phase.asked(CLAUSES, parse("SELECT 1;", name="t.sql")) == (CLAUSES, ())
    assert set(outcomes(walked("SELECT 1;")).values()) == {"undecided"}


def test_a_dump_that_keeps_the_contract_holds_whole(verify: Callable[..., Ran]) -> None:
    dump = paths.schema().read_text("utf-8").replace("-- phase", "-- part")

    ran = verify(dump, "--only", "enum.*", "--only", "phase.*")

    assert (ran.code, "note: 12 clauses on phases were not asked" in ran.out) == (0, True)


def test_a_phase_that_needs_a_later_one_is_broken_where_the_whole_does_not_load(
    verify: Callable[..., Ran],
) -> None:
    early = (
        "-- phase 2: content and social\nALTER TABLE users ADD list_id bigint REFERENCES user_lists"
    )
    schema = (
        paths.schema().read_text("utf-8").replace("-- phase 2: content and social", f"{early};")
    )

    ran = verify(schema, "--only", "phase.*", "--only", "users.*.type", "--format", "json")

    found = outcomes_of(ran.out)
    assert ran.code == 1
    assert (found["phase.1.loads"], found["phase.2.loads"]) == ("holds", "broken")
    assert found["users.id.type"] == "undecided"
