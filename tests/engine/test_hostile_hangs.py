"""Targets that hang, flood or end sessions while they load: the run ends all the same."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable

import pytest

from tests.engine.runs import Ran

pytestmark = pytest.mark.once

Run = Callable[..., Ran]
Told = Callable[[str, Ran], None]
HANGS = {
    "sleeps": "SELECT pg_sleep(3600)",
    "lifts-the-limit": "SET statement_timeout = 0;\nSELECT pg_sleep(3600)",
    "lifts-it-for-its-role": "ALTER ROLE CURRENT_USER SET statement_timeout = 0;\n"
    "SELECT pg_sleep(3600)",
    "loops": "DO $$ BEGIN LOOP NULL; END LOOP; END $$",
    "commits-for-ever": "DO $$ BEGIN LOOP COMMIT; END LOOP; END $$",
    "floods": "SELECT generate_series(1, 1000000000000)",
    "catches-the-cancellation": """DO $$ BEGIN LOOP BEGIN
    PERFORM pg_sleep(3600);
EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$""",
}
SPELT_OUT = ("lifts-the-limit", "catches-the-cancellation")
ENDS = {
    "ends-its-session": "SELECT pg_terminate_backend(pg_backend_pid())",
    "ends-every-session": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE usename = current_user",
}


@pytest.mark.parametrize("name", HANGS)
def test_what_hangs_is_cancelled(verify: Run, told: Told, name: str) -> None:
    ran = verify(HANGS[name] + ";\n")

    assert ran.code == 2
    assert ran.err.startswith("error[load-hangs]: ")
    if name in SPELT_OUT:
        told(f"hangs-{name}", ran)


@pytest.mark.parametrize("name", ENDS)
def test_what_ends_sessions_is_told(verify: Run, told: Told, name: str) -> None:
    ran = verify(ENDS[name] + ";\n")

    assert ran.code == 2
    told(name, ran)


def test_a_lock_of_the_session_that_loads_keeps_nobody_waiting(verify: Run) -> None:
    script = "SELECT pg_advisory_lock(1);\nCREATE TABLE users ();\nBEGIN;\nLOCK users;\nCOMMIT;"

    assert verify(script, "--only", "users.table").code == 0


@pytest.mark.skipif(sys.platform != "linux", reason="the unit of ru_maxrss is the platform's own")
def test_rows_that_a_target_returns_are_not_kept(verify: Run) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    verify("SELECT repeat('x', 1000) FROM generate_series(1, 1000000000);\n")

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 << 10
