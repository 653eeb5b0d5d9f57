"""The benches that measure what others wait: of the repairs, and of a celebrity's end."""

from __future__ import annotations

import psycopg
import pytest
from benchmarks import celebrity, reconcile
from benchmarks.waits import Waits, writing

from tests import paths
from vrss_contract.database.scratch import Database

pytestmark = pytest.mark.once


def test_another_session_writes_as_long_as_it_is_let(fresh: Database) -> None:
    def write(session: psycopg.Connection, number: int) -> None:
        session.execute("INSERT INTO subscription_tiers (name, storage_bytes, price_monthly_cents)"
                        " VALUES (%s, 1, 0)", [f"tier {number}"])  # fmt: skip

    with fresh.connect() as session, writing(fresh, write) as waits:
        while not session.execute("SELECT FROM subscription_tiers").rowcount:
            pass

    assert waits.longest >= waits.percentile(0.5) > 0


def test_nobody_waited_where_nothing_was_written() -> None:
    assert (Waits().longest, Waits().percentile(0.99)) == (0.0, 0.0)


def test_a_repair_is_run_until_nothing_is_left(fresh: Database) -> None:
    script = (paths.contracts() / "reconcile" / "posts.sql").read_text("utf-8")
    reconcile.fill(fresh, 20)

    done = reconcile.repaired(fresh, script, 20, drifts=True)

    assert done.seconds > 0
    with fresh.connect() as session:
        assert session.execute("SELECT max(likes_count) FROM posts WHERE id > 10").fetchone() == (
            6,
        )


def test_a_celebrity_ends(fresh: Database) -> None:
    celebrity.fill(fresh, 20)

    done = celebrity.deleted(fresh, "CALL delete_user_in_batches(1, 7)", 20)

    assert done.seconds > 0
    with fresh.connect() as session:
        assert session.execute("SELECT min(id) FROM users").fetchone() == (2,)
