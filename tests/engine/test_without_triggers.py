"""Sessions without triggers, where a pooler keeps others open."""

from __future__ import annotations

import psycopg
import pytest

from vrss_contract.database.scratch import Database
from vrss_contract.database.without_triggers import without_triggers

pytestmark = pytest.mark.once


def test_a_session_that_began_before_is_ended_where_nobody_else_is_in(fresh: Database) -> None:
    kept = psycopg.connect(fresh.user, autocommit=True)

    with without_triggers(fresh, alone=True) as able, fresh.connect() as session:
        found = session.execute("SHOW session_replication_role").fetchone()

    assert (able, found) == (True, ("replica",))
    with pytest.raises(psycopg.OperationalError):
        kept.execute("SELECT 1")
    kept.close()
