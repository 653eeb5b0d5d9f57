"""Schemas that keep a promise by other means, or break another one: nothing else breaks there."""

from collections.abc import Callable, Mapping

import pytest

from tests import paths
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract.model import Contract
from vrss_contract.contract.selection import select
from vrss_contract.database.scratch import Databases
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
Judge = Callable[..., Mapping[str, Verdict]]
SCHEMA = paths.schema().read_text("utf-8")
OTHER_ENUMS = """
    ALTER TYPE post_type RENAME TO "PostType";
    CREATE TYPE "UserStatus" AS ENUM ('active', 'suspended', 'deleted');
    DROP INDEX idx_users_status;
    ALTER TABLE users DROP CONSTRAINT users_status_valid, ALTER status DROP DEFAULT,
    ALTER status TYPE "UserStatus" USING status::text::"UserStatus",
    ALTER status SET DEFAULT 'active';
"""
UUIDS = """
    ALTER TABLE reposts ALTER id DROP DEFAULT, ALTER id TYPE uuid USING gen_random_uuid(),
    ALTER id SET DEFAULT gen_random_uuid();
"""
REFUSES = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.id > 3 THEN RAISE EXCEPTION 'no' USING ERRCODE = 'not_null_violation'; END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER a_refuse BEFORE INSERT ON reposts FOR EACH ROW EXECUTE FUNCTION refuse();
"""
OTHER_COLUMN = "ALTER TABLE section_content RENAME content_type TO kind;"
NO_PATH = "ALTER FUNCTION create_friendship_on_mutual_follow() RESET search_path;"
OTHER_NAME = "ALTER FUNCTION update_post_likes_count() RENAME TO count_likes;"
FOR_ALL = "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO PUBLIC;"
INVOKER = "ALTER FUNCTION count_likes() SECURITY INVOKER;"


@pytest.fixture
def judged(contract: Contract, databases: Databases) -> Judge:
    def of(appendix: str, *only: str, schema: str = SCHEMA) -> Mapping[str, Verdict]:
        target = sqlfile.parse(schema + appendix, name="other.sql")
        clauses = select(contract.clauses, only=only)
        with JudgingContext(contract, target, databases, databases.load(target)) as context:
            return {verdict.id: verdict for verdict in judge(context, clauses)}

    return of


def test_a_row_that_was_taken_is_looked_at_whatever_its_types_are_called(judged: Judge) -> None:
    verdicts = judged(OTHER_ENUMS, "posts.type.labels", "users.status.omitted")

    assert [one.outcome for one in verdicts.values()] == ["holds", "holds"]


def test_who_makes_the_numbers_is_one_clause_a_column(judged: Judge) -> None:
    always = SCHEMA.replace("bigserial", "bigint GENERATED ALWAYS AS IDENTITY")
    promises = ("comments.required-only", "comments.delete.thread", "comments.id.omitted")
    played = ("trigger.likes.merge", "trigger.storage.savepoint", "dataset.dev.loads")
    schedule = "schedule.message.thread-read-against-new-message"

    verdicts = judged("", *promises, *played, schedule, "comments.id.*", schema=always)

    kept = {id_ for id_, one in verdicts.items() if one.outcome is Outcome.HOLDS}
    assert verdicts.keys() - kept == {"comments.id.default"}
    assert verdicts["comments.id.default"].level == "should"


def test_a_key_of_another_type_breaks_the_clause_on_its_type_alone(judged: Judge) -> None:
    verdicts = judged(UUIDS, "reposts.id.type", "reposts.user_id.not-null", "reposts.required-only")

    outcomes = {id_: one.outcome for id_, one in verdicts.items()}
    assert outcomes.pop("reposts.id.type") is Outcome.BROKEN
    assert set(outcomes.values()) == {Outcome.UNDECIDED}
    assert "reposts.id, which is uuid" in verdicts["reposts.user_id.not-null"].findings[0].found


def test_what_refuses_a_plain_row_too_is_no_refusal_of_what_is_wrong(judged: Judge) -> None:
    verdicts = judged(REFUSES, "reposts.post_id.orphan", "reposts.required-only")

    assert verdicts["reposts.post_id.orphan"].outcome == "undecided"
    assert verdicts["reposts.required-only"].outcome == "broken"


@pytest.mark.parametrize("elsewhere", ["", OTHER_COLUMN])
def test_what_a_function_stumbles_over_is_told_whatever_is_amiss_elsewhere(
    judged: Judge, elsewhere: str
) -> None:
    (verdict,) = judged(NO_PATH + elsewhere, "trigger.friendships.search-path").values()

    assert verdict.outcome == "broken"


def test_sessions_that_name_what_is_not_there_race_for_nothing(judged: Judge) -> None:
    no_reader = "ALTER TABLE messages DROP COLUMN read_by CASCADE;"
    (verdict,) = judged(no_reader, "schedule.message.read-by-two").values()

    assert verdict.outcome == "undecided"


@pytest.mark.parametrize(
    ("rights", "outcome"), [("", "holds"), (FOR_ALL, "broken"), (FOR_ALL + INVOKER, "holds")]
)
def test_what_a_stranger_can_do_is_asked_of_the_function_that_is_there(
    judged: Judge, rights: str, outcome: str
) -> None:
    (verdict,) = judged(OTHER_NAME + rights, "trigger.likes.attach").values()

    assert verdict.outcome == outcome
