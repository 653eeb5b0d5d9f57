"""What is right passes, and what nobody can judge before run time is a note."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from tools.plpgsql_lint.judge import Kind, Remark, judge

from vrss_contract.errors import TroubleError

ROOT = Path(__file__).parents[2]

CONSTRUCTS = """\
CREATE TABLE posts (id bigint PRIMARY KEY, title text);
CREATE FUNCTION longest(text, tags text[], OUT title text, OUT best bigint)
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
<<outermost>>
DECLARE
    n CONSTANT bigint NOT NULL := 1;
    row_of posts%ROWTYPE;
    id_of posts.id%TYPE;
    some CURSOR (least bigint) FOR SELECT id, title FROM posts WHERE id > least;
    post record;
BEGIN
    row_of.title := $1 || tags[1] || longest.title;
    SELECT title, id INTO STRICT row_of.title, id_of FROM posts;
    FOR each IN some(n) LOOP
        best := each.id + outermost.n;
    END LOOP;
    OPEN some(2);
    FETCH some INTO post;
    title := post.title;
    <<counting>>
    FOR i IN REVERSE 3..1 BY 1 LOOP
        CONTINUE counting WHEN i = counting.i;
        DECLARE n text := 'inner'; BEGIN
            title := n || i::text;
        END;
    END LOOP;
    CREATE TEMPORARY TABLE seen AS SELECT n AS seen_id;
    DELETE FROM seen WHERE seen_id = n;
    WITH gone AS (DELETE FROM posts RETURNING id) SELECT count(*) INTO best FROM gone;
    best := count(*) FROM posts;
    CASE best WHEN 1, 2 THEN NULL; ELSE LOCK TABLE posts IN SHARE MODE; END CASE;
    GET DIAGNOSTICS best = ROW_COUNT;
    IF NOT FOUND THEN RAISE division_by_zero USING MESSAGE = title; END IF;
EXCEPTION
    WHEN no_data_found THEN NULL;
    WHEN OTHERS THEN title := SQLERRM || SQLSTATE;
END $$;
"""


@pytest.mark.parametrize("name", ["schema.sql", "fixtures/implementations/strategy_literal.sql"])
def test_our_schemas_hold_no_fault(name: str, connection: psycopg.Connection) -> None:
    assert judge(connection, (ROOT / name).read_text("utf-8")) == []


def test_what_plpgsql_allows_is_no_fault(connection: psycopg.Connection) -> None:
    assert judge(connection, CONSTRUCTS) == []


def test_a_file_leaves_nothing_behind(connection: psycopg.Connection) -> None:
    judge(connection, "BEGIN;\n" + CONSTRUCTS + "COMMIT;")

    assert connection.execute("SELECT to_regclass('posts')").fetchone() == (None,)


NOTES = {
    "EXECUTE 'SELECT 1';": "EXECUTE builds its statement at run time; not judged",
    "CALL nope();": "EXPLAIN does not take CALL; not judged",
    "FOR r IN EXECUTE 'x' LOOP\nn := r.id; END LOOP;": 'not judged: record "r" is not assigned yet',
}


@pytest.mark.parametrize(("fragment", "words"), NOTES.items())
def test_what_is_known_at_run_time_only_is_a_note(
    fragment: str, words: str, connection: psycopg.Connection
) -> None:
    remarks = judge(
        connection,
        f"DO $$ DECLARE r record; n int; BEGIN IF n > 0 THEN\n{fragment}\nEND IF; END $$",
    )

    assert Remark(2 + fragment.count("\n"), "DO block", words, Kind.NOTE) in remarks
    assert {remark.kind for remark in remarks} == {Kind.NOTE}


def test_a_body_that_does_not_last_is_a_note(connection: psycopg.Connection) -> None:
    remarks = judge(
        connection,
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT nope';\nDROP FUNCTION f();",
    )

    words = "dropped or replaced further down; not judged"
    assert remarks == [Remark(1, "f()", words, Kind.NOTE)]


def test_a_body_that_pglast_cannot_read_is_unjudged(connection: psycopg.Connection) -> None:
    remarks = judge(
        connection,
        "CREATE TABLE posts (id int);\n"
        "CREATE FUNCTION f(p posts) RETURNS void LANGUAGE plpgsql AS $$BEGIN p.id := 1; END$$;",
    )

    words = 'pglast says: "p.id" is not a known variable'
    assert remarks == [Remark(2, "f(posts)", words, Kind.UNJUDGED)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT 1;\nSELEC 1;", 'line 2: syntax error at or near "SELEC"'),
        ("-- a\nSELECT 1,\nnope;", 'line 3: column "nope" does not exist'),
        ("-- a\n\nDROP TABLE nope;", 'line 3: table "nope" does not exist'),
    ],
)
def test_a_file_that_does_not_load_says_where(
    text: str, found: str, connection: psycopg.Connection
) -> None:
    with pytest.raises(TroubleError, match="lint-unloadable") as caught:
        judge(connection, text)

    assert str(caught.value) == (
        "error[lint-unloadable]: the file does not load\n"
        "  tried   to load the file, statement by statement, into an empty database\n"
        f"  found   {found}\n"
        "  do      mend the statement; functions and DO blocks are judged once the rest loads"
    )
