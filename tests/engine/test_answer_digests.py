"""Answers to many parameter sets at once: alike in their digests where they are alike."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from vrss_contract.database.scratch import Database
from vrss_contract.performance.query.answer_digests import AnswerDigests
from vrss_contract.performance.query.statement import PreparedStatement, Values

pytestmark = pytest.mark.once
_UP = "SELECT n, chr(64 + n) FROM generate_series(1, :last::integer) AS n ORDER BY n"
_DOWN = f"{_UP} DESC -- :none"
_SETS: dict[int, Values] = {7: {"last": "2"}, 3: {"last": "1"}, 4: {"last": None}}


@pytest.fixture
def session(database: Database) -> Iterator[psycopg.Connection]:
    with database.connect() as connection:
        yield connection


def digests(session: psycopg.Connection, sql: str, *, ordered: bool = True) -> dict[int, str]:
    session.execute("DEALLOCATE ALL")
    prepared = PreparedStatement.of(session, "one", sql)
    return AnswerDigests.of(prepared, sql, ordered=ordered).digests(_SETS)


def test_each_set_has_the_digest_of_its_own_answer(session: psycopg.Connection) -> None:
    found = digests(session, _UP)

    assert found.keys() == _SETS.keys()
    assert len(set(found.values())) == len(_SETS)


def test_another_order_is_another_answer_where_order_is_part_of_it(
    session: psycopg.Connection,
) -> None:
    up, down = digests(session, _UP), digests(session, _DOWN)

    assert {number for number in _SETS if up[number] != down[number]} == {7}
    assert digests(session, _UP, ordered=False) == digests(session, _DOWN, ordered=False)


def test_null_is_no_empty_text(session: psycopg.Connection) -> None:
    null, empty = "SELECT NULL::text WHERE :last::integer > 0", "SELECT '' WHERE :last::integer > 0"

    found, other = digests(session, null), digests(session, empty)

    assert {number for number in _SETS if found[number] == other[number]} == {4}


def test_columns_of_other_types_are_told_apart(session: psycopg.Connection) -> None:
    columns = []
    for name, sql in (("number", "SELECT 1"), ("text", "SELECT '1'")):
        prepared = PreparedStatement.of(session, name, sql)
        columns.append(AnswerDigests.of(prepared, sql, ordered=True).columns)

    assert columns[0] != columns[1]


def test_a_set_that_can_not_be_asked_with_fails_them_all(session: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        digests(session, "SELECT 1 / (:last::integer - 1)")
