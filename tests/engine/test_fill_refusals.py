"""What a fill refuses, to the word, and that a database it refused is as it was."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.engine.fills import FOLLOW_OF_NOBODY, PEOPLE, TABLES, Few, dump, sizes
from tests.golden import Golden
from vrss_contract.data.dataset import Copied, Selected, transaction
from vrss_contract.data.dataset.errors import (
    CATALOG_CHANGED,
    DATA_REFUSED,
    FILL_FAILED,
    NO_CREATE,
    NOT_EMPTY,
    NOT_OWNER,
    TABLES_HELD,
    TABLES_MISSING,
)
from vrss_contract.data.dataset.fill import fill
from vrss_contract.database.scratch import Database
from vrss_contract.errors import MISUSED, UNJUDGED, Trouble, TroubleError

TWICE = Copied("users", PEOPLE.columns, [*PEOPLE.values, (1, *PEOPLE.values[0][1:])])
BLANK = Selected(
    "comments", "INSERT INTO comments (user_id, post_id, content) VALUES (1, 1, ' ')", 1
)
MEDDLING = """
CREATE FUNCTION public.meddle() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() AS c
               WHERE c.object_identity = 'public.idx_posts_user_status') THEN
        ALTER INDEX public.idx_posts_user_status SET (fillfactor = 50);
    END IF;
END $$;
CREATE EVENT TRIGGER meddle ON ddl_command_end WHEN TAG IN ('CREATE INDEX')
EXECUTE FUNCTION public.meddle();
"""


@contextlib.contextmanager
def refused(
    session: psycopg.Connection, database: Database, trouble: Trouble
) -> Iterator[pytest.ExceptionInfo[TroubleError]]:
    """The block raises this, and no byte of the database is another one."""
    before = dump(database.admin), sizes(session)
    with pytest.raises(TroubleError) as caught:
        yield caught
    assert caught.value.trouble is trouble
    assert (dump(database.admin), sizes(session)) == before


def plain(session: psycopg.Connection, error: TroubleError) -> str:
    """The words without the names that are drawn for a run."""
    return f"{error}\n".replace(session.info.user, "OWNER")


def test_missing_tables_are_named(
    fresh: Database, fresh_session: psycopg.Connection, golden: Golden
) -> None:
    fresh_session.execute("DROP TABLE reposts; CREATE VIEW reposts AS SELECT 1 AS id")

    with refused(fresh_session, fresh, TABLES_MISSING) as caught:
        fill(fresh_session, Few(), (*TABLES, "stories"))

    assert caught.value.exit_code == MISUSED
    golden("errors/fill-missing.txt", plain(fresh_session, caught.value))


def test_tables_with_rows_are_named_with_their_counts(
    fresh: Database, fresh_session: psycopg.Connection, golden: Golden
) -> None:
    fill(fresh_session, Few((PEOPLE,)), TABLES)
    fresh_session.execute(
        "INSERT INTO posts (user_id, type, content)"
        " SELECT 1, 'text_short', 'a text' FROM generate_series(1, 2000)"
    )

    with refused(fresh_session, fresh, NOT_EMPTY) as caught:
        fill(fresh_session, Few(), TABLES)

    assert caught.value.exit_code == MISUSED
    golden("errors/fill-not-empty.txt", plain(fresh_session, caught.value))


def test_who_does_not_own_the_tables_is_refused(
    fresh: Database, fresh_session: psycopg.Connection, golden: Golden
) -> None:
    fresh_session.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {fresh.stranger}")
    fresh_session.execute(f"SET ROLE {fresh.stranger}")

    with refused(fresh_session, fresh, NOT_OWNER) as caught:
        fill(fresh_session, Few(), TABLES)

    assert caught.value.exit_code == MISUSED
    golden("errors/fill-not-owner.txt", plain(fresh_session, caught.value))


def test_who_could_make_no_index_is_refused_before_one_is_dropped(
    fresh: Database, fresh_session: psycopg.Connection, golden: Golden
) -> None:
    with fresh.administer() as admin:
        admin.execute(f"REVOKE CREATE ON SCHEMA public FROM {fresh_session.info.user}, PUBLIC")

    with refused(fresh_session, fresh, NO_CREATE) as caught:
        fill(fresh_session, Few(bulk=True), TABLES)

    golden("errors/fill-no-create.txt", plain(fresh_session, caught.value))


def test_few_rows_need_no_right_to_make_indexes(
    fresh: Database, fresh_session: psycopg.Connection
) -> None:
    with fresh.administer() as admin:
        admin.execute(f"REVOKE CREATE ON SCHEMA public FROM {fresh_session.info.user}, PUBLIC")

    assert fill(fresh_session, Few(), TABLES) == 53


def test_a_table_that_is_held_is_named_with_its_holder(
    fresh: Database,
    fresh_session: psycopg.Connection,
    golden: Golden,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transaction, "PATIENCE", 0.1)
    with fresh.connect() as other, other.transaction():
        other.execute("SET application_name = 'a shell'; SELECT FROM comments")

        with refused(fresh_session, fresh, TABLES_HELD) as caught:
            fill(fresh_session, Few(), TABLES)

        words = plain(fresh_session, caught.value).replace(str(other.info.backend_pid), "N")
    assert caught.value.exit_code == UNJUDGED
    golden("errors/fill-held.txt", words)


def test_a_row_that_breaks_a_check_is_told(
    fresh: Database, fresh_session: psycopg.Connection
) -> None:
    with refused(fresh_session, fresh, DATA_REFUSED) as caught:
        fill(fresh_session, Few((PEOPLE, BLANK), bulk=True), TABLES)

    assert isinstance(caught.value.__cause__, psycopg.errors.CheckViolation)
    assert caught.value.given["table"] == "comments"
    assert "comments_content_not_empty" in caught.value.given["reason"]


@pytest.mark.parametrize("bulk", [False, True], ids=["few", "bulk"])
def test_a_row_that_breaks_a_key_is_told(
    fresh: Database, fresh_session: psycopg.Connection, golden: Golden, *, bulk: bool
) -> None:
    with refused(fresh_session, fresh, DATA_REFUSED) as caught:
        fill(fresh_session, Few((TWICE,), bulk=bulk), TABLES)

    what = "key" if bulk else "row"
    golden(f"errors/fill-refused-{what}.txt", plain(fresh_session, caught.value))


@pytest.mark.parametrize("bulk", [False, True], ids=["few", "bulk"])
def test_a_row_that_refers_to_nothing_is_told(
    fresh: Database, fresh_session: psycopg.Connection, *, bulk: bool
) -> None:
    with refused(fresh_session, fresh, DATA_REFUSED) as caught:
        fill(fresh_session, Few((PEOPLE, FOLLOW_OF_NOBODY), bulk=bulk), TABLES)

    assert isinstance(caught.value.__cause__, psycopg.errors.ForeignKeyViolation)


def test_a_schema_that_would_come_out_different_is_refused(
    fresh: Database, fresh_session: psycopg.Connection, golden: Golden
) -> None:
    with fresh.administer() as admin:
        admin.execute(MEDDLING.encode())

    with refused(fresh_session, fresh, CATALOG_CHANGED) as caught:
        fill(fresh_session, Few(bulk=True), TABLES)

    golden("errors/fill-changed.txt", plain(fresh_session, caught.value))


def test_a_reason_that_lies_not_in_the_rows_is_told_as_such(
    fresh: Database, fresh_session: psycopg.Connection, golden: Golden
) -> None:
    cancelled = Selected("posts", "SELECT pg_cancel_backend(pg_backend_pid())", 1)

    with refused(fresh_session, fresh, FILL_FAILED) as caught:
        fill(fresh_session, Few((PEOPLE, cancelled)), TABLES)

    golden("errors/fill-failed.txt", plain(fresh_session, caught.value))


def test_the_words_hold_no_password(fresh: Database, fresh_session: psycopg.Connection) -> None:
    secret = str(conninfo_to_dict(fresh.user)["password"])

    with pytest.raises(TroubleError, match="data-refused") as caught:
        fill(fresh_session, Few((TWICE,)), TABLES)

    assert secret not in str(caught.value)


def test_who_may_not_put_triggers_on_fills_nothing(fresh: Database) -> None:
    owner = str(conninfo_to_dict(fresh.user)["user"])
    set_ = f"ALTER ROLE {owner} IN DATABASE {fresh.name} %s session_replication_role"

    with fresh.administer() as admin:
        admin.execute(f"{set_ % 'SET'} = replica".encode())
    try:
        with (
            fresh.connect() as session,
            pytest.raises(TroubleError, match="triggers-off"),
            transaction.whole(session),
        ):
            pass
    finally:
        with fresh.administer() as admin:
            admin.execute((set_ % "RESET").encode())
