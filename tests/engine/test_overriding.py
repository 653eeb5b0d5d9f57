"""INSERTs that say a number which the server would make say that they mean to."""

from __future__ import annotations

import pytest

from vrss_contract.sql.overriding import overriding

pytestmark = pytest.mark.once
NUMBERED = {"posts": frozenset({"id"}), "library.order": frozenset({"id"}), "plain": frozenset()}
WAY = "OVERRIDING SYSTEM VALUE"


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO posts (id, a) @ VALUES (1, 2)",
        'insert into public.posts (a, "id") @\nvalues (2, (1)), (3, 4)',
        "INSERT INTO posts (id) @ SELECT 1",
        "INSERT INTO posts AS p (a, id) @ VALUES (1, 2) ON CONFLICT (id) DO NOTHING",
        "INSERT INTO posts @ VALUES (1, 2)",
        "INSERT INTO posts @ (SELECT 1)",
        "INSERT INTO posts @ SELECT * FROM plain",
        'INSERT INTO library."order" (id) @ VALUES (1)',
        "WITH one AS (INSERT INTO posts (id) @ VALUES (1) RETURNING id) SELECT * FROM one",
        "DO $x$ BEGIN INSERT INTO posts (id) @ VALUES (1); INSERT INTO plain VALUES (1); END $x$",
        "MERGE INTO posts USING plain ON TRUE WHEN NOT MATCHED THEN INSERT (id) @ VALUES (1)",
        "/* insert */ INSERT INTO posts -- the table\n(id) @ VALUES (1)",
    ],
)
def test_a_number_that_is_said_is_said_to_be_meant(sql: str) -> None:
    assert overriding(sql.replace(" @", ""), NUMBERED) == sql.replace("@", WAY)


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO posts (a) VALUES (1)",
        "INSERT INTO posts DEFAULT VALUES",
        "INSERT INTO posts (id) OVERRIDING SYSTEM VALUE VALUES (1)",
        "INSERT INTO plain (id) VALUES (1)",
        "INSERT INTO elsewhere VALUES (1)",
        "SELECT 'INSERT INTO posts (id) VALUES (1)'",
        "UPDATE posts SET id = 1",
        "MERGE INTO plain USING posts ON TRUE WHEN NOT MATCHED THEN INSERT (id) VALUES (1)",
        "CREATE TRIGGER t AFTER INSERT ON posts EXECUTE FUNCTION f()",
        "INSERT INTO posts (id",
    ],
)
def test_what_says_none_stays_as_it_is(sql: str) -> None:
    assert overriding(sql, NUMBERED) == sql
