"""What the strategy's own statements do when they are run: what the errata say of them."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from tests import paths
from vrss_contract.contract.model import Contract
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
_LITERAL = paths.fixtures() / "implementations" / "strategy_literal.sql"
_MONITORING = """
SELECT schemaname, {table}, {index}, idx_scan, idx_tup_read, idx_tup_fetch
FROM pg_stat_user_indexes WHERE schemaname = 'public' ORDER BY idx_scan ASC
"""
_FEED = """
EXPLAIN (FORMAT JSON)
SELECT * FROM posts
WHERE user_id = {user} AND status = 'published' AND deleted_at IS NULL
ORDER BY created_at DESC LIMIT 20
"""
_DRIFT = """
SELECT background_config FROM drifting
WHERE NOT (background_config ? 'type' AND background_config ? 'value')
"""
_CONCURRENTLY = b"CREATE INDEX CONCURRENTLY one ON users (username);"


def test_the_index_monitoring_query_names_columns_that_are_not_there(
    loaded: psycopg.Connection,
) -> None:
    with pytest.raises(psycopg.errors.UndefinedColumn, match="tablename"), loaded.transaction():
        loaded.execute(_MONITORING.format(table="tablename", index="indexname").encode())

    mended = loaded.execute(_MONITORING.format(table="relname", index="indexrelname").encode())
    assert "idx_posts_user_created" in {row[2] for row in mended}


@pytest.mark.parametrize("then", ["SELECT 1", "ANALYZE posts"])
@pytest.mark.parametrize("schema", [_LITERAL, paths.schema()], ids=["sources", "ours"])
def test_the_index_test_reads_by_another_index(
    databases: Databases, schema: Path, then: str
) -> None:
    database = databases.load(sqlfile.read(schema))  # rows undone before would bend the plan
    with database.connect() as fresh, fresh.transaction(force_rollback=True):
        user = fresh.execute(
            "INSERT INTO users (username, email, password_hash)"
            " VALUES ('feeduser', 'feed@test.com', 'hash') RETURNING id"
        ).fetchone()
        assert user
        fresh.execute(
            "INSERT INTO posts (user_id, type, status, content, published_at)"
            " SELECT %s, 'text_short', 'published', 'Post ' || n, now()"
            " FROM generate_series(1, 100) n",
            user,
        )
        fresh.execute(then.encode())
        (plan,) = fresh.execute(_FEED.format(user=user[0]).encode()).fetchone() or (None,)

    assert "idx_posts_user_created" not in json.dumps(plan)


def test_the_drift_query_tells_the_default_and_misses_what_is_wrong(
    loaded: psycopg.Connection,
) -> None:
    loaded.execute("CREATE TEMP TABLE drifting (background_config jsonb)")
    wrong = (
        '["type", "value"]',
        '{"type": null, "value": "#ffffff"}',
        '{"type": "color", "value": 7}',
    )
    for document in ("{}", *wrong):
        loaded.execute("INSERT INTO drifting VALUES (%s)", [document])

    assert loaded.execute(_DRIFT).fetchall() == [({},)]


def test_two_statements_sent_at_once_build_no_index_concurrently(database: Database) -> None:
    with database.connect() as session:
        result = session.pgconn.exec_(b"SELECT 1;" + _CONCURRENTLY)

    assert result.error_field(psycopg.pq.DiagnosticField.SQLSTATE) == b"25001"


def test_a_row_without_updated_at_is_refused_where_prisma_makes_the_column(
    loaded: psycopg.Connection,
) -> None:
    loaded.execute("ALTER TABLE users ALTER updated_at DROP DEFAULT")

    with pytest.raises(psycopg.errors.NotNullViolation, match="updated_at"):
        loaded.execute(
            "INSERT INTO users (username, email, password_hash) VALUES ('abc', 'd', 'e')"
        )


def test_a_sections_layout_lacks_five_of_the_eleven_types(contract: Contract) -> None:
    schema = json.loads(
        (paths.contracts() / "jsonb" / "layout_config.schema.json").read_text("utf-8")
    )

    known = set(_enums(schema))
    labels = set(contract.enums["section_type"].labels)
    assert (len(labels), labels - known) == (
        11,
        {"reposts", "friends", "followers", "following", "list"},
    )


def test_posts_have_no_tags(contract: Contract) -> None:
    names = {*contract.tables, *(one.name for t in contract.tables.values() for one in t.columns)}

    assert "tag" in contract.enums["filter_type"].labels
    assert not [name for name in names if "tag" in name]


def _enums(schema: object) -> list[str]:
    """The texts that a JSON Schema lists, wherever."""
    if isinstance(schema, list):
        return [name for one in schema for name in _enums(one)]
    if not isinstance(schema, dict):
        return []
    return [*map(str, schema.get("enum", ())), *_enums(list(schema.values()))]
