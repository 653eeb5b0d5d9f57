"""The catalog as read from a server."""

from __future__ import annotations

from typing import Any, LiteralString

import psycopg
import pytest

from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.database.catalog.read import read
from vrss_contract.target import Target

Connection = psycopg.Connection[Any]

CHANGES: list[LiteralString] = [
    "ALTER TABLE users ADD COLUMN phone text",
    "ALTER TABLE users ALTER COLUMN status SET DEFAULT 'deleted'",
    "ALTER TABLE users DROP CONSTRAINT users_status_valid",
    "DROP INDEX idx_users_email",
    "ALTER TABLE users DISABLE TRIGGER update_users_updated_at",
    "ALTER TYPE post_status RENAME VALUE 'draft' TO 'sketch'",
    "ALTER FUNCTION is_blank(text) COST 7 STABLE",
    "GRANT EXECUTE ON FUNCTION update_post_likes_count() TO PUBLIC",
    "ALTER SEQUENCE users_id_seq CYCLE",
    "COMMENT ON TABLE users IS 'Other.'",
    "ALTER TABLE users SET (fillfactor = 70)",
    "ALTER TABLE users ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY mine ON users USING (TRUE)",
    "CREATE RULE none AS ON DELETE TO users DO INSTEAD NOTHING",
    "CREATE VIEW v AS SELECT 1 AS one",
    "CREATE MATERIALIZED VIEW v AS SELECT 1 AS one",
    "CREATE DOMAIN handle AS text",
    "CREATE TYPE pair AS (a int, b int)",
    "CREATE TYPE span AS RANGE (subtype = int4)",
    "CREATE SEQUENCE lone",
    "CREATE STATISTICS s ON username, email FROM users",
    'CREATE COLLATION mine FROM "C"',
    "CREATE PROCEDURE p() LANGUAGE sql AS ''",
    "CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int)",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_schema_has_another_catalog(loaded: Connection, change: LiteralString) -> None:
    before = read(loaded)

    loaded.execute(change)

    assert read(loaded) != before


def test_a_schema_made_again_has_the_same_catalog(administered: Connection, target: Target) -> None:
    before = read(administered)

    administered.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    for step in target.steps:
        administered.execute(step.sql.encode())

    assert read(administered) == before


def test_reading_leaves_path_and_zone_alone(loaded: Connection) -> None:
    loaded.execute("SET LOCAL search_path = pg_temp, public; SET LOCAL TimeZone = 'Asia/Tokyo'")

    read(loaded)

    assert loaded.execute("SHOW search_path").fetchone() == ("pg_temp, public",)
    assert loaded.execute("SHOW TimeZone").fetchone() == ("Asia/Tokyo",)


def test_the_zone_of_the_session_changes_nothing(loaded: Connection) -> None:
    loaded.execute("ALTER TABLE users ADD CHECK (created_at > '2020-01-01 00:00:00+00')")
    before = read(loaded)

    loaded.execute("SET LOCAL TimeZone = 'Asia/Tokyo'")

    assert read(loaded) == before


def test_the_search_path_of_the_session_changes_nothing(loaded: Connection) -> None:
    before = read(loaded)

    loaded.execute("SET LOCAL search_path = pg_temp")

    assert read(loaded) == before


def test_a_database_without_the_schema_has_an_empty_catalog(administered: Connection) -> None:
    administered.execute("DROP SCHEMA public CASCADE")

    assert read(administered) == Catalog()


def test_a_function_that_hides_a_built_in_one_shows(loaded: Connection) -> None:
    loaded.execute("CREATE FUNCTION length(text) RETURNS int LANGUAGE sql AS 'SELECT 9'")
    loaded.execute("ALTER TABLE users ADD CONSTRAINT own CHECK (public.length(email) > 3)")

    found = read(loaded).tables["users"].constraints["own"]

    assert found.expression == "(public.length((email)::text) > 3)"


def test_a_function_that_hides_one_of_the_readers_own_hides_nothing(loaded: Connection) -> None:
    loaded.execute("CREATE TABLE secret (id bigint)")
    before = read(loaded)

    loaded.execute("CREATE FUNCTION first(json, json) RETURNS json LANGUAGE sql AS 'SELECT $1'")
    loaded.execute("CREATE AGGREGATE json_agg(json) (SFUNC = first, STYPE = json)")
    loaded.execute(
        "CREATE FUNCTION set_config(text, text, bool) RETURNS text LANGUAGE sql AS 'SELECT $1'"
    )

    assert read(loaded).tables == before.tables


def test_a_check_reads_the_same_with_a_namesake_of_its_function_about(loaded: Connection) -> None:
    before = read(loaded).tables

    loaded.execute("CREATE FUNCTION length(varchar) RETURNS int LANGUAGE sql AS 'SELECT 9'")

    assert read(loaded).tables == before


def test_a_trigger_is_read_in_its_parts(loaded: Connection) -> None:
    loaded.execute(
        "CREATE TRIGGER t BEFORE INSERT OR UPDATE OF username, email ON users FOR EACH ROW"
        " WHEN (NEW.email <> ') EXECUTE FUNCTION f') EXECUTE FUNCTION update_updated_at_column('x')"
    )

    found = read(loaded).tables["users"].triggers["t"]

    assert (found.timing, found.events, found.each) == ("before", ("insert", "update"), "row")
    assert found.columns == ("email", "username")
    assert found.when == "((new.email)::text <> ') EXECUTE FUNCTION f'::text)"
    assert found.function == "update_updated_at_column"
    assert len(found.arguments) == 1


def test_an_index_column_is_read_in_its_parts(loaded: Connection) -> None:
    loaded.execute(
        'CREATE INDEX i ON users (email COLLATE "POSIX" text_pattern_ops DESC NULLS LAST,'
        " lower(username), status varchar_ops) INCLUDE (id)"
    )

    found = read(loaded).tables["users"].indexes["i"]

    assert [str(column) for column in found.columns] == [
        'email collate "POSIX" text_pattern_ops desc nulls last',
        "lower((username)::text)",
        "status",
    ]
    assert found.include == ("id",)


def test_a_body_in_standard_sql_is_read_too(loaded: Connection) -> None:
    loaded.execute("CREATE FUNCTION two() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 2; END")

    (found,) = (function for function in read(loaded).functions if function.name == "two")

    assert "SELECT 2" in found.body


def test_what_an_extension_owns_is_not_read(administered: Connection) -> None:
    available = administered.execute(
        "SELECT name FROM pg_available_extensions WHERE name IN ('citext', 'vector')"
    ).fetchone()
    if available is None:
        pytest.skip("this server brings no extension that makes types and functions")
    before = read(administered)

    administered.execute(
        psycopg.sql.SQL("CREATE EXTENSION {}").format(psycopg.sql.Identifier(*available))
    )

    assert read(administered) == before
