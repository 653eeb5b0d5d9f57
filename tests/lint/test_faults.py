"""Faults planted in a body, each refused at its line and in these words."""

from __future__ import annotations

import psycopg
import pytest
from tools.plpgsql_lint.judge import Kind, Remark, judge

SCHEMA = """\
CREATE TABLE posts (id bigint PRIMARY KEY, title text, likes_count integer);
CREATE TABLE likes (id bigint, post_id bigint);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE n bigint; post record; row_of posts%ROWTYPE;
BEGIN
{}
RETURN NULL;
END $$;
CREATE TRIGGER touch AFTER UPDATE ON likes
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH ROW EXECUTE FUNCTION touch();
"""
FIRST = 6
"""The line of the file on which a planted fragment begins."""

FAULTS = {
    "a misspelt keyword": (
        "n := 1;\nUPDATEE posts SET title = '';",
        (1, 'syntax error at or near "UPDATEE"'),
    ),
    "a clause out of place": (
        "UPDATE posts\nSET WHERE id = 1;",
        (1, 'syntax error at or near "WHERE"'),
    ),
    "a condition that is none": (
        "BEGIN NULL; EXCEPTION\nWHEN uniq_violation THEN NULL; END;",
        (1, 'unrecognized exception condition "uniq_violation"'),
    ),
    "a column in SET": (
        "UPDATE posts\nSET title = '',\nlikez = 1\nWHERE id = 1;",
        (2, 'column "likez" of relation "posts" does not exist'),
    ),
    "a column in WHERE": (
        "UPDATE posts\nSET title = ''\nWHERE id = 1\nAND likez = 1;",
        (3, 'column "likez" does not exist'),
    ),
    "a column in SELECT INTO": (
        "SELECT\nid,\nlikez INTO post FROM posts;",
        (2, 'column "likez" does not exist'),
    ),
    "a column of an INSERT": (
        "INSERT INTO posts (id,\ntitel) VALUES (1, '');",
        (1, 'column "titel" of relation "posts" does not exist'),
    ),
    "a column in ON CONFLICT": (
        "INSERT INTO posts (id) VALUES (1) ON CONFLICT (id)\nDO UPDATE SET title = excluded.titel;",
        (1, "column excluded.titel does not exist"),
    ),
    "a column of NEW": (
        "UPDATE posts SET title = ''\nWHERE id = NEW.post_id\nAND id = NEW.poster;",
        (2, 'record "new" has no field "poster"'),
    ),
    "a column of NEW that is assigned": (
        "n := 1;\nNEW.updated_at := now();",
        (1, 'record "new" has no field "updated_at"'),
    ),
    "a column of OLD": (
        "n := OLD.id +\nOLD.poster;",
        (1, 'record "old" has no field "poster"'),
    ),
    "a column of a transition table": (
        "PERFORM 1 FROM new_rows\nWHERE poster = 1;",
        (1, 'column "poster" does not exist'),
    ),
    "a transition table of another name": (
        "PERFORM 1\nFROM newrows;",
        (1, 'relation "newrows" does not exist'),
    ),
    "a table": (
        "DELETE FROM\npostz WHERE id = 1;",
        (1, 'relation "postz" does not exist'),
    ),
    "a function": (
        "n := 1 +\nlenth('a');",
        (1, "function lenth(unknown) does not exist"),
    ),
    "the types of a function's arguments": (
        "n := length(n);",
        (0, "function length(bigint) does not exist"),
    ),
    "an IF expression": (
        "IF TG_OP = 'UPDATE' AND\nnope > 1 THEN n := 1; END IF;",
        (1, 'column "nope" does not exist'),
    ),
    "an ELSIF expression": (
        "IF n > 1 THEN n := 1;\nELSIF nope > 1 THEN n := 2; END IF;",
        (1, 'column "nope" does not exist'),
    ),
    "a FOR query loop": (
        "FOR post IN SELECT id FROM posts\nWHERE likez = 1 LOOP n := 1; END LOOP;",
        (1, 'column "likez" does not exist'),
    ),
    "a field of the row of a loop": (
        "FOR post IN SELECT id, title FROM posts LOOP\nn := post.id + post.likez; END LOOP;",
        (1, 'record "post" has no field "likez"'),
    ),
    "a field of the row of a cursor": (
        "DECLARE c refcursor; BEGIN OPEN c FOR TABLE posts;\nFETCH c INTO post; n := post.a; END;",
        (1, 'record "post" has no field "a"'),
    ),
    "a field of a row variable": (
        "row_of.title := '';\nrow_of.titel := '';",
        (1, 'record "row_of" has no field "titel"'),
    ),
    "the bounds of a FOR loop": (
        "FOR i IN 1..\nnope LOOP n := i; END LOOP;",
        (1, 'column "nope" does not exist'),
    ),
    "a WHILE expression": (
        "WHILE nope < 1 LOOP n := 1; END LOOP;",
        (0, 'column "nope" does not exist'),
    ),
    "a branch of CASE": (
        "CASE TG_OP\nWHEN 'UPDATE' THEN n := 1;\nWHEN nope THEN n := 2; END CASE;",
        (2, 'column "nope" does not exist'),
    ),
    "an EXCEPTION block": (
        "BEGIN n := 1;\nEXCEPTION WHEN unique_violation THEN\nn := nope; END;",
        (2, 'column "nope" does not exist'),
    ),
    "a nested block": (
        "BEGIN\nDECLARE m bigint; BEGIN\nn := m; END;\nn := m; END;",
        (3, 'column "m" does not exist'),
    ),
    "a default": (
        "DECLARE m bigint :=\nnope(); BEGIN NULL; END;",
        (1, "function nope() does not exist"),
    ),
    "a RETURN expression": (
        "RETURN (SELECT posts\nFROM posts WHERE likez = 1);",
        (1, 'column "likez" does not exist'),
    ),
    "PERFORM": (
        "PERFORM\nid, likez FROM posts;",
        (1, 'column "likez" does not exist'),
    ),
    "the arguments of RAISE": (
        "RAISE NOTICE '% %', n,\nnope;",
        (1, 'column "nope" does not exist'),
    ),
    "the arguments of EXECUTE": (
        "EXECUTE 'SELECT $1' USING n,\nnope;",
        (1, 'column "nope" does not exist'),
    ),
    "a word that an enum or a number is not": (
        "PERFORM 1 FROM posts WHERE\nid = 'x';",
        (1, 'invalid input syntax for type bigint: "x"'),
    ),
    "a name that is a variable and a column": (
        "DECLARE title text; BEGIN\nPERFORM title FROM posts; END;",
        (1, 'column reference "title" is ambiguous'),
    ),
    "a statement that EXPLAIN does not take": (
        "n := 1;\nTRUNCATE postz;",
        (1, 'relation "postz" does not exist'),
    ),
}


@pytest.mark.parametrize(("fragment", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_refused(
    fragment: str, expected: tuple[int, str], connection: psycopg.Connection
) -> None:
    remarks = judge(connection, SCHEMA.format(fragment))

    below, words = expected
    faults = [remark for remark in remarks if remark.kind is Kind.FAULT]
    assert faults == [Remark(FIRST + below, "touch()", words)]


@pytest.mark.parametrize("language", ["plpgsql", "sql"])
def test_what_a_functions_search_path_hides_is_not_there(
    language: str, connection: psycopg.Connection
) -> None:
    body = {"plpgsql": "BEGIN\nRETURN (SELECT id FROM posts); END", "sql": "\nSELECT id FROM posts"}

    remarks = judge(
        connection,
        "CREATE TABLE posts (id bigint);\nCREATE FUNCTION first() RETURNS bigint"
        f" LANGUAGE {language} SET search_path = pg_catalog AS $${body[language]}$$;",
    )

    assert remarks == [Remark(3, "first()", 'relation "posts" does not exist')]


def test_new_is_checked_against_every_table_that_fires(connection: psycopg.Connection) -> None:
    remarks = judge(
        connection,
        "CREATE TABLE a (id int, at date); CREATE TABLE b (id int); CREATE TABLE c (id int);\n"
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n"
        "NEW.at = now(); RETURN NEW; END $$;\n"
        "CREATE TRIGGER f BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION f();\n"
        "CREATE TRIGGER f BEFORE UPDATE ON b FOR EACH ROW EXECUTE FUNCTION f();\n"
        "CREATE TRIGGER f BEFORE UPDATE ON c FOR EACH ROW EXECUTE FUNCTION f();\n",
    )

    assert remarks == [Remark(3, "f()", 'record "new" has no field "at" (fired by b, c)')]


def test_old_is_not_there_for_an_insert(connection: psycopg.Connection) -> None:
    remarks = judge(
        connection,
        "CREATE TABLE a (id int);\n"
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n"
        "NEW.id = OLD.id; RETURN NEW; END $$;\n"
        "CREATE TRIGGER f BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();\n",
    )

    assert remarks == [Remark(3, "f()", 'record "old" is not assigned yet')]


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (
            "DO $$ BEGIN\nIF false THEN PERFORM 1 FROM later; END IF; END $$;",
            'relation "later" does not exist',
        ),
        ("DO '\nBEGINN NULL; END';", 'syntax error at or near "BEGINN"'),
    ],
)
def test_a_do_block_is_judged_where_it_stands(
    block: str, words: str, connection: psycopg.Connection
) -> None:
    remarks = judge(connection, f"{block}\nCREATE TABLE later (id int);")

    assert remarks == [Remark(2, "DO block", words)]


def test_letters_of_many_bytes_do_not_move_a_line(connection: psycopg.Connection) -> None:
    remarks = judge(
        connection,
        "-- über 日本 über 日本\n"
        "CREATE FUNCTION f_ü(word text) RETURNS text LANGUAGE plpgsql AS '\n"
        "BEGIN RETURN ''日本'' ||\nword || nope; END';",
    )

    assert remarks == [Remark(4, '"f_ü"(text)', 'column "nope" does not exist')]
