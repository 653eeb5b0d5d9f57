"""contracts/procedures: they end as one DELETE does, batch by batch, right at every commit."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests import paths
from vrss_contract.contract.model import Contract, InvariantPromise
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.target import Target

pytestmark = pytest.mark.once

PROCEDURES = paths.contracts() / "procedures" / "delete_in_batches.sql"
ROWS = """
INSERT INTO users (username, email, password_hash)
SELECT 'user' || n, 'user' || n || '@example.org', 'x' FROM generate_series(1, 7) AS n;
INSERT INTO user_profiles (user_id) SELECT id FROM users;
INSERT INTO posts (user_id, type) SELECT 1 + n % 3, 'image' FROM generate_series(0, 8) AS n;
INSERT INTO post_interactions (user_id, post_id, type)
SELECT u, p, 'like' FROM generate_series(1, 7) AS u, generate_series(1, 9) AS p;
INSERT INTO reposts (user_id, post_id)
SELECT u, p FROM generate_series(1, 7) AS u, generate_series(1, 3) AS p;
INSERT INTO comments (post_id, user_id, content)
SELECT p, u, 'x' FROM generate_series(1, 3) AS p, generate_series(1, 3) AS u;
INSERT INTO comments (post_id, user_id, parent_comment_id, content)
SELECT post_id, 8 - n, id, 'y' FROM comments, generate_series(1, 5) AS n;
INSERT INTO comments (post_id, user_id, parent_comment_id, content)
SELECT 9, user_id, id, 'z' FROM comments WHERE parent_comment_id IS NOT NULL;
INSERT INTO notifications (user_id, type, actor_id, post_id, comment_id, title)
SELECT 1 + id % 7, 'comment', user_id, post_id, id, 'x' FROM comments;
INSERT INTO user_follows (follower_id, following_id)
SELECT a, b FROM generate_series(1, 7) AS a, generate_series(1, 7) AS b WHERE a <> b;
INSERT INTO post_media (post_id, user_id, type, file_url, file_size_bytes, mime_type)
SELECT p, u, 'image', 'x', 7, 'x' FROM generate_series(1, 3) AS p, generate_series(1, 3) AS u;
INSERT INTO conversations (participant_ids) VALUES ('{1, 2}');
INSERT INTO messages (conversation_id, sender_id, content)
SELECT 1, 1 + n % 2, 'x' FROM generate_series(1, 9) AS n;
INSERT INTO user_lists (user_id, name) VALUES (1, 'mine'), (2, 'theirs');
INSERT INTO list_members (list_id, member_user_id)
SELECT l, u FROM generate_series(1, 2) AS l, generate_series(1, 7) AS u;
"""
SIZE = 3
ENDS = {
    "user": (f"CALL delete_user_in_batches(1, {SIZE})", "DELETE FROM users WHERE id = 1"),
    "post": (f"CALL delete_post_in_batches(1, {SIZE})", "DELETE FROM posts WHERE id = 1"),
}
"""In batches, and in one statement."""
_WATCH = """
CREATE TABLE watched (xid xid8, name text);
CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO watched VALUES (pg_current_xact_id(), TG_TABLE_NAME);
    {checks}
    RETURN NULL;
END;
$$;
"""
_WATCHED = """
CREATE CONSTRAINT TRIGGER watch AFTER DELETE ON {table} DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION watch();
"""
_LARGEST = (
    "SELECT max(n) FROM (SELECT count(*) AS n FROM watched WHERE name = %s GROUP BY xid) AS x"
)


@pytest.fixture(scope="module")
def filled(databases: Databases, target: Target) -> Database:
    made = databases.load(target)
    with made.connect() as session:
        session.execute(ROWS)
        session.execute(PROCEDURES.read_bytes())
    return made


@pytest.fixture
def copies(databases: Databases, filled: Database) -> Iterator[tuple[Database, Database]]:
    made = databases.create(filled), databases.create(filled)
    yield made
    for one in made:
        databases.drop(one)


def rows(database: Database, contract: Contract) -> dict[str, object]:
    """Every row of every table, but for when it was updated."""
    with database.connect() as session:
        return {
            table: session.execute(
                f"SELECT to_jsonb(x) - '{{updated_at}}'::text[] FROM {table} AS x ORDER BY id"
            ).fetchall()
            for table in contract.tables
        }


def watch(session: psycopg.Connection, contract: Contract) -> None:
    """Have each transaction that deletes judged by all invariants as it commits."""
    promises = (clause.promise for clause in contract.clauses)
    queries = [
        one.query
        for one in promises
        if isinstance(one, InvariantPromise) and not one.never_falls and not one.protocol
    ]
    checks = "\n".join(
        f"IF EXISTS (\n{query}\n) THEN RAISE 'invariant %', {number}; END IF;"
        for number, query in enumerate(queries)
    )
    session.execute(_WATCH.format(checks=checks))
    for table in contract.tables:
        session.execute(_WATCHED.format(table=table))


@pytest.mark.parametrize("name", ENDS)
def test_it_ends_as_one_delete_does(
    name: str, copies: tuple[Database, Database], contract: Contract
) -> None:
    for database, statement in zip(copies, ENDS[name], strict=True):
        with database.connect() as session:
            session.execute(statement)

    batches, whole = (rows(database, contract) for database in copies)
    assert batches == whole


@pytest.mark.parametrize("name", ENDS)
def test_each_commit_is_small_and_leaves_every_invariant(
    name: str, copies: tuple[Database, Database], contract: Contract
) -> None:
    with copies[0].connect() as session:
        watch(session, contract)

        session.execute(ENDS[name][0])

        for table in ("post_interactions", "comments", "reposts"):
            assert session.execute(_LARGEST, [table]).fetchone() == (SIZE,)


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize("table", ["comments", "reposts", "posts"])
def test_after_a_failure_it_goes_on(
    name: str, table: str, copies: tuple[Database, Database], contract: Contract
) -> None:
    with copies[0].connect() as session, copies[1].connect() as other:
        session.execute(f"""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE 'not now'; END $$;
            CREATE TRIGGER refuse BEFORE DELETE ON {table} FOR EACH ROW
            WHEN (OLD.id IN (1, 4)) EXECUTE FUNCTION refuse();
        """)
        with pytest.raises(psycopg.errors.RaiseException, match="not now"):
            session.execute(ENDS[name][0])
        session.execute(f"DROP TRIGGER refuse ON {table}")

        session.execute(ENDS[name][0])
        other.execute(ENDS[name][1])

    assert rows(copies[0], contract) == rows(copies[1], contract)


@pytest.mark.parametrize("name", ENDS)
def test_what_goes_is_hidden_first(name: str, copies: tuple[Database, Database]) -> None:
    with copies[0].connect() as session:
        session.execute("""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE 'not now'; END $$;
            CREATE TRIGGER refuse BEFORE DELETE ON notifications
            FOR EACH ROW EXECUTE FUNCTION refuse();
        """)
        with pytest.raises(psycopg.errors.RaiseException, match="not now"):
            session.execute(ENDS[name][0])

        hidden = session.execute(
            f"SELECT status::text, deleted_at IS NOT NULL FROM {name}s WHERE id = 1"
        ).fetchone()

    assert hidden == ("deleted", True)
