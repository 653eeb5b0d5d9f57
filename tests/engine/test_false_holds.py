"""Schemas that would look right to a harness less wary: none of their clauses holds by mistake."""

from collections.abc import Callable, Mapping

import pytest

from tests import paths
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.checks.verdict import Verdict
from vrss_contract.contract.model import Contract
from vrss_contract.contract.selection import select
from vrss_contract.database.scratch import Databases
from vrss_contract.target import sqlfile

Judge = Callable[..., Mapping[str, Verdict]]
SCHEMA = paths.schema().read_text("utf-8")
SWALLOWS = """
CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN IF {row}.id = {id} THEN RETURN NULL; END IF; RETURN {row}; END $$;
CREATE TRIGGER a_swallow BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION swallow();
"""


@pytest.fixture
def judged(contract: Contract, databases: Databases) -> Judge:
    def of(appendix: str, *only: str, edit: tuple[str, str] = ("", "")) -> Mapping[str, Verdict]:
        target = sqlfile.parse(SCHEMA.replace(*edit) + appendix, name="wrong.sql")
        clauses = select(contract.clauses, only=only)
        with JudgingContext(contract, target, databases, databases.load(target)) as context:
            return {verdict.id: verdict for verdict in judge(context, clauses)}

    return of


def test_a_row_of_the_scenario_that_is_swallowed_decides_nothing(judged: Judge) -> None:
    swallow = SWALLOWS.format(row="NEW", id=201, event="INSERT", table="comments")
    (verdict,) = judged(swallow, "comments.post_id.on-delete").values()
    assert verdict.outcome == "undecided"
    assert verdict.findings[0].found == "a row of comments was taken, and is not there"


def test_a_delete_that_is_swallowed_breaks(judged: Judge) -> None:
    swallow = SWALLOWS.format(row="OLD", id=200, event="DELETE", table="posts")
    (verdict,) = judged(swallow, "comments.post_id.on-delete").values()
    assert (verdict.outcome, verdict.findings[0].found) == ("broken", "it deletes nothing")


def test_a_row_that_is_swallowed_is_not_taken(judged: Judge) -> None:
    swallow = SWALLOWS.format(row="NEW", id=101, event="INSERT", table="reposts")
    (verdict,) = judged(swallow, "reposts.required-only").values()
    assert (verdict.outcome, verdict.findings[0].found) == ("broken", "taken and then not there")


def test_a_trigger_that_stumbles_over_its_own_names_breaks_what_it_refuses(judged: Judge) -> None:
    typo = ("SET comments_count = ", "SET comments_cnt = ")
    (verdict,) = judged("", "comments.required-only", edit=typo).values()
    assert verdict.outcome == "broken"
    assert "undefined_column" in verdict.findings[0].found


def test_a_deferred_refusal_of_the_worlds_rows_is_not_taken_for_another(judged: Judge) -> None:
    deferred = """
    CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'late' USING ERRCODE = 'foreign_key_violation'; END $$;
    CREATE CONSTRAINT TRIGGER late AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION late();
    ALTER TABLE comments DROP CONSTRAINT comments_post_id_fkey;
    """
    verdicts = judged(deferred, "comments.post_id.orphan", "subscription_tiers.required-only")
    assert verdicts["comments.post_id.orphan"].outcome == "undecided"
    assert verdicts["subscription_tiers.required-only"].outcome == "holds"


def test_a_default_in_another_time_zone_is_another_default(judged: Judge) -> None:
    local = "ALTER TABLE users ALTER created_at SET DEFAULT (now() AT TIME ZONE 'utc');"
    assert judged(local, "users.created_at.omitted")["users.created_at.omitted"].outcome == "broken"
