"""The command ``reconcile``: what it prints, what it runs, and what it leaves."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.engine.runs import Ran, started, stopped
from vrss_contract.contract.model import Contract
from vrss_contract.database.scratch import Database
from vrss_contract.errors import TroubleError
from vrss_contract.postgres.binaries import locate
from vrss_contract.reconcile.script import repairs, text

pytestmark = pytest.mark.once

Run = Callable[..., Ran]
_ROWS = """
INSERT INTO users (username, email, password_hash)
SELECT 'user' || n, 'user' || n || '@example.org', 'x' FROM generate_series(1, 4) AS n;
INSERT INTO posts (user_id, type) SELECT 1, 'image' FROM generate_series(1, 1200);
INSERT INTO post_interactions (user_id, post_id, type) VALUES (2, 1, 'like'), (3, 1, 'like');
INSERT INTO user_follows (follower_id, following_id) VALUES (1, 2), (2, 1);
"""
_DRIFT = "UPDATE posts SET likes_count = likes_count + 1"
_LIKES = "SELECT sum(likes_count) FROM posts"
NOTHING = """\
reconcile/posts.sql: nothing drifted
reconcile/comments.sql: nothing drifted
reconcile/friendships.sql: nothing drifted
reconcile/storage.sql: nothing drifted
"""


@pytest.fixture
def session(fresh_session: psycopg.Connection) -> psycopg.Connection:
    fresh_session.execute(_ROWS)
    return fresh_session


@pytest.fixture
def reconcile(run: Run, fresh: Database) -> Callable[..., Ran]:
    return lambda *words: run("reconcile", fresh.user, "--run", *words)


def value(session: psycopg.Connection, query: str) -> object:
    return (session.execute(query.encode()).fetchone() or (None,))[0]


def test_the_script_is_printed_without_a_connection(run: Run) -> None:
    ran = run("reconcile", "host=/nowhere dbname=app password=s3cret")

    assert (ran.code, ran.err) == (0, "")
    assert "on 'host=/nowhere dbname=app': 4 repairs, in this order" in ran.out
    assert "s3cret" not in ran.out
    assert [line for line in ran.out.splitlines() if line.endswith(".sql")][:4] == [
        f"-- {number}. reconcile/{name}.sql"
        for number, name in enumerate(("posts", "comments", "friendships", "storage"), 1)
    ]


def test_psql_runs_what_is_printed(session: psycopg.Connection, fresh: Database, run: Run) -> None:
    session.execute(_DRIFT)
    psql = [str(locate() / "bin" / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", fresh.user]

    ran = subprocess.run(
        psql, input=run("reconcile", fresh.user).out, check=True, text=True, capture_output=True
    )

    assert ran.stderr == (
        "NOTICE:  1000 posts repaired, up to id 1000 of 1200\n"
        "NOTICE:  200 posts repaired, up to id 1200 of 1200\n"
    )
    assert value(session, _LIKES) == 2


def test_no_word_of_a_contract_ends_a_comment(contract: Contract) -> None:
    manifest = replace(contract.manifest, name="x\nDROP TABLE users; --")

    printed = text(replace(contract, manifest=manifest), "app\nDROP TABLE users;", ("public",))

    assert not [line for line in printed.splitlines() if line.startswith("DROP")]


def test_a_contract_without_repairs_is_wrong_use(contract: Contract) -> None:
    with pytest.raises(TroubleError) as caught:
        repairs(replace(contract, clauses=()))

    assert caught.value.code == "no-repairs"


def test_where_nothing_drifted_nothing_is_run(session: psycopg.Connection, reconcile: Run) -> None:
    before = value(session, "SELECT sum(xmin::text::bigint) FROM posts")

    ran = reconcile()

    assert (ran.code, ran.out, ran.err) == (0, NOTHING, "")
    assert value(session, "SELECT sum(xmin::text::bigint) FROM posts") == before


def test_what_drifted_is_mended_and_counted(session: psycopg.Connection, reconcile: Run) -> None:
    session.execute(_DRIFT)
    session.execute("DELETE FROM friendships")

    ran = reconcile()

    assert ran.code == 0
    assert ran.out == NOTHING.replace(
        "posts.sql: nothing drifted", "posts.sql: 1,200 rows of posts repaired"
    ).replace("ships.sql: nothing drifted", "ships.sql: 1 row of friendships repaired")
    assert value(session, _LIKES) == 2


def test_what_is_left_is_told(session: psycopg.Connection, reconcile: Run) -> None:
    session.execute("UPDATE posts SET likes_count = 9 WHERE id IN (1, 2)")
    session.execute("""
        CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER swallow BEFORE UPDATE ON posts
        FOR EACH ROW WHEN (OLD.id = 2) EXECUTE FUNCTION swallow();
    """)

    ran = reconcile()

    assert ran.code == 1
    assert ran.out.startswith(
        "reconcile/posts.sql: 1 row of posts repaired\n  left of invariant.posts.likes-count: 1\n"
    )


def test_what_was_repaired_before_a_failure_stays(
    session: psycopg.Connection, reconcile: Run
) -> None:
    session.execute(_DRIFT)
    session.execute(
        "ALTER TABLE posts ADD CONSTRAINT odd CHECK (likes_count <> 0 OR id < 1100) NOT VALID"
    )

    ran = reconcile()

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error[repair-failed]: reconcile/posts.sql could not be run")
    assert "so far 1,000 rows of posts repaired" in ran.err
    assert value(session, "SELECT count(*) FROM posts WHERE likes_count = 1") == 200


def test_a_database_that_lacks_what_a_repair_needs_is_refused(
    session: psycopg.Connection, reconcile: Run
) -> None:
    session.execute(_DRIFT)
    session.execute("ALTER TABLE storage_usage DROP COLUMN audio_bytes")

    ran = reconcile()

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("error[repair-lacks]: the database lacks what reconcile/storage.sql")
    assert value(session, _LIKES) == 1202


def test_a_dsn_that_is_none_is_wrong_use(run: Run) -> None:
    assert run("reconcile", "postgresql://a:s3cret@/b@c", "--run").code == 3


def test_a_password_is_never_shown(fresh: Database, run: Run) -> None:
    nowhere = make_conninfo(fresh.user, dbname="none", password="s3cret")  # noqa: S106 - made up

    ran = run("reconcile", nowhere, "--run")

    assert ran.code == 2
    assert "s3cret" not in ran.out + ran.err


def test_an_interrupted_run_tells_what_it_did(session: psycopg.Connection, fresh: Database) -> None:
    session.execute(_DRIFT)
    session.execute("""
        CREATE FUNCTION hang() RETURNS trigger LANGUAGE plpgsql
        AS 'BEGIN PERFORM pg_sleep(60); RETURN NEW; END';
        CREATE TRIGGER hang BEFORE UPDATE ON posts
        FOR EACH ROW WHEN (OLD.id = 1100) EXECUTE FUNCTION hang();
    """)
    hangs = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event = 'PgSleep' AND datname = current_database()"
    )

    ran = stopped(
        started("reconcile", fresh.user, "--run"), signal.SIGINT, when=lambda: value(session, hangs)
    )

    assert (ran.code, ran.out) == (130, "")
    assert ran.err.startswith("1,000 rows of posts repaired and committed; run again for the rest")
    assert value(session, "SELECT count(*) FROM posts WHERE likes_count = 1") == 200
