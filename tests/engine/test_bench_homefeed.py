"""The bench of the home feed's forms: which are compared, and what a figure means."""

from collections.abc import Mapping

import psycopg
import pytest
from benchmarks.homefeed import OURS, Figure, compared, forms, row

from tests import paths
from vrss_contract.contract.model import QueryCase
from vrss_contract.performance.query.latency import Interval, Latency

pytestmark = pytest.mark.once

CASE = QueryCase("follows-10", "SELECT n AS reader FROM generate_series(1, 3) AS n")
PAGE = "SELECT id, username FROM users WHERE id = :reader::bigint"


@pytest.fixture
def session(fresh_session: psycopg.Connection) -> psycopg.Connection:
    for name in ("ann", "bob", "cid"):
        fresh_session.execute(
            "INSERT INTO users (username, email, password_hash) VALUES (%s, %s || '@x.org', 'x')",
            [name, name],
        )
    return fresh_session


def taken(session: psycopg.Connection, texts: Mapping[str, str]) -> list[Figure]:
    return list(compared(session, CASE, texts, samples=5))


def test_every_form_that_takes_the_same_parameters_is_compared() -> None:
    found = forms(paths.fixtures() / "queries")
    assert list(found) == ["array", "document", "fan-out", "lateral", "look-ups"]


def test_each_form_is_told_beside_the_canonical_one(session: psycopg.Connection) -> None:
    figures = taken(session, {OURS: PAGE, "other": f"{PAGE} LIMIT 1"})
    assert [(one.form, one.rows, len(one.latency.times)) for one in figures] == [
        (OURS, 1, 5),
        ("other", 1, 5),
    ]


def test_a_form_that_gives_another_page_is_refused(session: psycopg.Connection) -> None:
    with pytest.raises(ValueError, match=r"^other gives another page for \{'reader': '1'\}$"):
        taken(session, {OURS: PAGE, "other": f"{PAGE} LIMIT 0"})


def test_nobody_is_asked_for_where_nobody_is(session: psycopg.Connection) -> None:
    nobody = QueryCase("follows-10", "SELECT 1 AS reader WHERE false")
    assert not list(compared(session, nobody, {OURS: PAGE}, samples=5))


def test_a_row_tells_times_and_what_is_touched_for_each_row() -> None:
    latency = Latency((1.0, 2.0, 3.0), (0.1, 0.1, 0.1))
    figure = Figure("follows-1000", "lateral", latency, 3000, 20, Interval(4.0, 3.5, 4.5))
    assert row(figure) == (
        "1000, lateral",
        *("2.00", "3.00", "3.00"),
        "4.00 (3.50 to 4.50)",
        *("3,000", "150.0"),
    )
