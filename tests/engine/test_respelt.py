"""The text of a routine in which names are others."""

from __future__ import annotations

import pytest

from vrss_contract.sql.respelt import Names, respelt

pytestmark = pytest.mark.once
NAMES = Names(
    relations={"User": "users", "Mood": "mood"},
    routines={"touch": "keep_time"},
    columns={
        "User": {"createdAt": "created_at", "name": "title", "id": "id"},
        "posts": {"createdAt": "createdAt", "name": "name"},
    },
)


@pytest.mark.parametrize(
    ("body", "respelled"),
    [
        ('NEW."createdAt" := 1;', "NEW.created_at := 1;"),
        ('SELECT "createdAt" FROM "User";', "SELECT created_at FROM users;"),
        ('SELECT u.name FROM "User" AS u;', "SELECT u.title FROM users AS u;"),
        ('SELECT p.name FROM posts p, "User";', "SELECT p.name FROM posts p, users;"),
        (
            'SELECT name FROM posts; SELECT NAME FROM "User";',
            "SELECT name FROM posts; SELECT title FROM users;",
        ),
        ("x := 'a'::\"Mood\"; PERFORM touch();", "x := 'a'::mood; PERFORM keep_time();"),
        ("EXECUTE 'SELECT name FROM \"User\"';", "EXECUTE 'SELECT title FROM users';"),
    ],
)
def test_each_name_is_the_one_of_now(body: str, respelled: str) -> None:
    assert respelt(_function(body), NAMES, ["User"]) == _function(respelled)


@pytest.mark.parametrize(
    "body",
    [
        'RAISE NOTICE \'no "createdAt" here\'; -- "createdAt"',
        "SELECT count(*), touch FROM posts;",
        'SELECT rec."createdAt";',
        'SELECT name(1) FROM "posts";',
    ],
)
def test_what_is_no_such_name_stays(body: str) -> None:
    assert respelt(_function(body), NAMES, ["User"]) == _function(body)


def test_a_column_that_two_tables_may_mean_stays() -> None:
    body = 'SELECT "createdAt" FROM posts JOIN "User" USING (id);'

    assert '"createdAt"' in respelt(_function(body), NAMES)


def test_an_argument_hides_a_column() -> None:
    body = 'SELECT name FROM "User" WHERE "User".name = name;'

    assert "SELECT name FROM users WHERE users.title = name" in respelt(
        _function(body), NAMES, parameters=["name"]
    )


def _function(body: str) -> str:
    return f"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN {body} END $f$"
