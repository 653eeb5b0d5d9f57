"""Targets that load well and do harm later, while rows are judged."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests import paths
from tests.engine.runs import Ran, found, outcomes

pytestmark = pytest.mark.once

Run = Callable[..., Ran]
TRIGGER = """
CREATE FUNCTION harm() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {body}
    RETURN NEW;
END $$;
CREATE TRIGGER a_harm BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION harm();
"""
HARM = {
    "hangs-for-good": "PERFORM set_config('statement_timeout', '0', FALSE);"
    " LOOP BEGIN PERFORM pg_sleep(3600); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP;",
    "ends-its-session": "PERFORM pg_terminate_backend(pg_backend_pid());",
    "ends-all-sessions": "PERFORM pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE usename = current_user;",
    "raises": "RAISE 'no';",
    "asserts": "ASSERT FALSE;",
    "fails-within": "RAISE 'no' USING ERRCODE = 'internal_error';",
    "swallows": "RETURN NULL;",
    "commits": "COMMIT;",
}
HANGS = "PERFORM pg_sleep(3600);"
LIAR = """
    EXECUTE 'CREATE OR REPLACE FUNCTION pg_temp.vrss_contract_probe(probes jsonb)
        RETURNS TABLE (
            done boolean, failed_at integer, state text, constraint_name text,
            column_name text, message text, told text, touched bigint[]
        ) LANGUAGE sql AS ''
            SELECT TRUE, 1, NULL, NULL, NULL, NULL, ''''{}'''', ARRAY[1::bigint]
            FROM jsonb_array_elements(probes)
        ''';
"""
NOT_BLANK = "comments.content.not-blank"
OTHERS = "subscription_tiers.storage_bytes.*"
JSON = ("--format", "json")


def harmed(table: str, body: str) -> str:
    """The canonical schema, with a trigger on that table that does harm."""
    canonical = paths.schema().read_text("utf-8")
    return canonical + TRIGGER.format(body=body, table=table)


@pytest.mark.parametrize("name", HARM)
def test_harm_to_comments_is_seen_there_and_nowhere_else(verify: Run, name: str) -> None:
    ran = verify(harmed("comments", HARM[name]), "--only", NOT_BLANK, "--only", OTHERS, *JSON)

    seen = outcomes(ran.out)
    assert seen.pop(NOT_BLANK) in {"broken", "undecided"}
    assert set(seen.values()) == {"holds"}
    assert ran.code in {1, 2}


@pytest.mark.parametrize("name", ["ends-its-session", "raises", "swallows", "commits"])
def test_harm_to_users_spares_who_needs_none(verify: Run, name: str) -> None:
    """Users are rows of the world, which is made before any clause is judged."""
    ran = verify(harmed("users", HARM[name]), "--only", NOT_BLANK, "--only", OTHERS, *JSON)

    seen = outcomes(ran.out)
    assert seen.pop(NOT_BLANK) == "undecided"
    assert set(seen.values()) == {"holds"}
    assert "baseline row of users could not be made" in found(ran.out, NOT_BLANK)
    assert ran.code == 2


def test_harm_to_users_shows_in_users(verify: Run) -> None:
    ran = verify(harmed("users", HARM["raises"]), "--only", "users.required-only", *JSON)

    assert outcomes(ran.out) == {"users.required-only": "broken"}


def test_a_message_without_end_does_not_fill_the_report(verify: Run) -> None:
    shouts = harmed("comments", "RAISE '%', repeat('x', 1000000);")

    ran = verify(shouts, "--only", NOT_BLANK, *JSON)

    assert outcomes(ran.out) == {NOT_BLANK: "broken"}
    assert len(ran.out) < 100_000


def test_what_a_row_of_the_world_does_to_the_limits_does_not_last(verify: Run) -> None:
    lifts = harmed("users", "PERFORM set_config('statement_timeout', '0', FALSE);")
    hangs = TRIGGER.replace("harm", "hang").format(body=HANGS, table="comments")

    ran = verify(lifts + hangs, "--only", NOT_BLANK, *JSON)

    assert "it did not end in its time and was cancelled" in found(ran.out, NOT_BLANK)


def test_what_judges_can_not_be_replaced_by_a_row_of_the_world(verify: Run) -> None:
    """The liar says of every row that it is taken, so that no refusal would be seen."""
    ran = verify(harmed("users", LIAR), "--only", NOT_BLANK, *JSON)

    assert outcomes(ran.out) == {NOT_BLANK: "holds"}


def test_jobs_at_the_same_time_come_to_an_end_as_well(verify: Run) -> None:
    ends = harmed("comments", HARM["ends-all-sessions"])

    ran = verify(ends, "--only", NOT_BLANK, "--only", OTHERS, "--jobs", "3", *JSON)

    assert outcomes(ran.out)[NOT_BLANK] != "holds"
    assert ran.code in {1, 2}
