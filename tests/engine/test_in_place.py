"""Which database is judged, and on which server: ``--server DSN``, ``verify DSN``, in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.engine.runs import Outside, Ran
from vrss_contract.report import FORMATS

pytestmark = pytest.mark.once

Run = Callable[..., Ran]
ONE = ("--only", "users.table")


@pytest.fixture
def live(outside: Outside) -> Iterator[Outside]:
    """The server, with a table in its own database."""
    outside.do("CREATE TABLE users (id bigint)")
    outside.do("GRANT SELECT ON users TO reader")
    yield outside
    outside.do("DROP TABLE users")


@pytest.mark.parametrize("name", FORMATS)
def test_every_report_says_that_the_servers_own_database_was_not_judged(
    run: Run, outside: Outside, name: str
) -> None:
    ran = run("verify", "--server", outside.url(), *ONE, "--format", name)

    assert "postgres itself was NOT judged" in ran.out


def test_a_database_in_place_is_judged_in_a_copy_that_is_dropped(run: Run, live: Outside) -> None:
    ran = run("verify", live.url(), "--in-place", *ONE)

    assert ran.code == 0
    assert "note: judged in scratch databases on that server, dropped afterwards" in ran.out
    assert "a copy of it is judged" in ran.out
    assert str(live.home) in ran.out
    assert live.left() == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("schema.sql",), "TARGET has to be its DSN"),
        ((), "TARGET has to be its DSN"),
        (("postgresql:///a", "postgresql:///b"), "TARGET has to be its DSN"),
        (("postgresql:///a", "--server", "embedded"), "two servers"),
        (("postgresql:///a", "--keep"), "leaves nothing behind"),
    ],
)
def test_what_is_against_judging_in_place_is_wrong_use(
    run: Run, words: tuple[str, ...], why: str
) -> None:
    ran = run("verify", *words, "--in-place")

    assert ran.code == 3
    assert why in ran.err


def test_in_place_takes_a_role_that_may_create_databases(run: Run, live: Outside) -> None:
    ran = run("verify", live.url("reader"), "--in-place", *ONE)

    assert ran.code == 2
    assert 'ALTER ROLE "reader" CREATEDB CREATEROLE' in ran.err
    assert "verify DSN without --in-place" in ran.err
