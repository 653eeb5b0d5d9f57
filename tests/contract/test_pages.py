"""Pages neither repeat nor lose a row where nearly all happened at the same few times.

In a database where ids alone tell rows apart, each query gives what its plain form gives, with
both kinds of plan, and its pages end to end are the whole list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from tests import contracts, paths
from vrss_contract.contract.model import Query
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.performance.query.statement import (
    MODES,
    Mode,
    PreparedStatement,
    Values,
    draws,
    parameters,
)

pytestmark = pytest.mark.once
_QUERIES = contracts.canonical().queries
_TIES = (paths.fixtures() / "queries" / "ties.sql").read_text("utf-8")
_FIRST = {
    "before_time": "infinity",
    "before_id": "9223372036854775807",
    "before_likes": "2147483647",
}
_NEXT = {"before_time": "created_at", "before_id": "id", "before_likes": "likes_count"}
_PAGED = [
    name
    for name, query in _QUERIES.items()
    if {"before_time", "before_id"} <= {*parameters(query.sql)}
]
_READERS = 5
_PAGE = re.compile(r"FETCH FIRST 20 ROWS ONLY\s*$")
Session = psycopg.Connection[Any]
_Rows = Sequence[object]


@pytest.fixture(scope="module")
def tied(databases: Databases, database: Database) -> Iterator[Database]:
    made = databases.create(database)
    with made.administer() as session:
        session.execute("SET session_replication_role = replica")
        session.execute(_TIES.encode())
    yield made
    databases.drop(made)


@pytest.fixture
def session(tied: Database) -> Iterator[Session]:
    with psycopg.connect(tied.user, autocommit=True, row_factory=dict_row) as session:
        session.execute("SET TimeZone = 'UTC'")
        yield session


@pytest.mark.parametrize("name", _QUERIES)
@pytest.mark.parametrize("mode", MODES)
def test_equal_times_change_no_answer(tied: Database, name: str, mode: Mode) -> None:
    query = _QUERIES[name]
    with tied.connect() as session:
        session.execute(f"SET plan_cache_mode = force_{mode}_plan")
        found = PreparedStatement.of(session, "found", query.sql)
        wanted = PreparedStatement.of(session, "wanted", query.plain)
        for case in query.cases:
            for reader in draws(session, case.draws)[:_READERS]:
                assert _in_order(found.rows(reader), query) == _in_order(
                    wanted.rows(reader), query
                ), reader


@pytest.mark.parametrize("name", _PAGED)
def test_pages_end_to_end_are_the_whole_list(session: Session, name: str) -> None:
    query = _QUERIES[name]
    assert _PAGE.search(query.plain)
    for pages, whole in _read_both_ways(session, query):
        assert pages == whole


def test_a_page_below_a_time_alone_is_seen_to_lose_rows(session: Session) -> None:
    query = _QUERIES["profile-feed"]
    by_time = query.sql.replace(
        "(created_at, id) < (:before_time, :before_id)",
        "created_at < :before_time AND :before_id > 0::bigint",
    )
    assert any(
        len(pages) < len(whole)
        for pages, whole in _read_both_ways(session, replace(query, sql=by_time))
    )


def _read_both_ways(session: Session, query: Query) -> Iterator[tuple[_Rows, _Rows]]:
    """For each reader all pages, and the plain form without its limit."""
    whole = PreparedStatement.of(session, "whole", _PAGE.sub("", query.plain))
    page = PreparedStatement.of(session, "page", query.sql)
    for reader in _first_pages(session, query):
        yield [*_pages(page, reader)], whole.rows(reader)


def _first_pages(session: Session, query: Query) -> list[Values]:
    """What asks for the first page, once for each reader."""
    with psycopg.connect(session.info.dsn, autocommit=True) as drawing:
        readers = [one for case in query.cases for one in draws(drawing, case.draws)[:_READERS]]
    first = ({**one, **{k: v for k, v in _FIRST.items() if k in one}} for one in readers)
    return [*{str(one): one for one in first}.values()]


def _pages(page: PreparedStatement, reader: Values) -> Iterator[object]:
    """Every row, page by page, each page asked for by the last row of the one before."""
    while rows := page.rows(reader):
        yield from rows
        last: Any = rows[-1]  # a mapping, as the session has it
        reader = {**reader, **{k: str(last[v]) for k, v in _NEXT.items() if k in reader}}


def _in_order(rows: list[tuple[object, ...]], query: Query) -> list[tuple[object, ...]]:
    return rows if query.ordered else sorted(rows, key=str)
