"""Each call is timed beside one of the calibration query, in turn; what writes is undone."""

from __future__ import annotations

import gc

import psycopg
import pytest

from vrss_contract.contract.manifest import CalibrationQuery
from vrss_contract.errors import TroubleError
from vrss_contract.performance.query.measure import Calibration, Track, measure
from vrss_contract.performance.query.statement import PreparedStatement

pytestmark = pytest.mark.once
_USERS = """
INSERT INTO users (username, email, password_hash)
SELECT 'user_' || n, n || '@example.org', 'x' FROM generate_series(1, 3) AS n
"""
QUERY = CalibrationQuery("SELECT id FROM users WHERE id = :id::bigint", "SELECT id FROM users")
_RENAME = "UPDATE users SET username = username || :more WHERE id = 1 AND username = 'user_1'"


@pytest.fixture
def session(fresh_session: psycopg.Connection) -> psycopg.Connection:
    fresh_session.execute(_USERS)
    return fresh_session


def track(session: psycopg.Connection, sql: str, *values: bytes, undone: bool = False) -> Track:
    prepared = PreparedStatement.of(
        session, f"track_{len(session.execute(_STATEMENTS).fetchall())}", sql
    )
    calibration = Calibration(session, QUERY, f"beside_{prepared.name}")
    return Track(prepared, [[value] for value in values], calibration, undone=undone)


_STATEMENTS = "SELECT name FROM pg_prepared_statements"


def test_as_many_samples_are_taken_as_were_asked_for_each_beside_another(
    session: psycopg.Connection,
) -> None:
    tracks = [track(session, f"SELECT :n::integer + {n}", b"1", b"2") for n in range(2)]

    found = measure(*tracks, samples=5)

    assert [(len(one.times), len(one.calibration)) for one in found] == [(5, 5), (5, 5)]
    assert all(time > 0 for one in found for time in (*one.times, *one.calibration))


def test_a_write_is_undone_after_each_call(session: psycopg.Connection) -> None:
    measure(track(session, _RENAME, b"_again", undone=True), samples=3)

    rows = session.execute("SELECT username FROM users WHERE id = 1").fetchall()
    assert rows == [("user_1",)]
    assert session.info.transaction_status is psycopg.pq.TransactionStatus.IDLE


def test_nothing_is_collected_while_times_are_taken_and_all_is_as_before_afterwards(
    session: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    collecting: list[bool] = []
    measured = track(session, "SELECT :n::integer", b"1")
    monkeypatch.setattr(Track, "sample", lambda _: collecting.append(gc.isenabled()))

    measure(measured, samples=2)

    assert collecting == [False, False]
    assert gc.isenabled()


def test_a_statement_without_readers_is_not_measured(session: psycopg.Connection) -> None:
    with pytest.raises(ValueError, match="at least one parameter set"):
        measure(track(session, "SELECT :n::integer"), samples=1)


def test_a_calibration_query_needs_rows(fresh_session: psycopg.Connection) -> None:
    with pytest.raises(TroubleError, match="uncalibrated"):
        Calibration(fresh_session, QUERY)


def test_a_call_that_fails_ends_the_measurement(session: psycopg.Connection) -> None:
    with pytest.raises(psycopg.OperationalError, match="division by zero"):
        measure(track(session, "SELECT 1 / :n::integer", b"1", b"0"), samples=1)
    assert gc.isenabled()
