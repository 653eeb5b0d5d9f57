"""The way into a server of ours, whatever the caller's environment says to libpq."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.engine.runs import Outside
from vrss_contract.errors import TroubleError
from vrss_contract.postgres.readiness import ServerInfo, await_answer, own_address
from vrss_contract.postgres.settings import ADMIN

pytestmark = pytest.mark.once

HOSTILE = {
    "PGHOSTADDR": "10.255.255.1",
    "PGPORT": "1",
    "PGUSER": "nobody",
    "PGOPTIONS": "-c default_transaction_read_only=on -c nonsense.nonsense",
    "PGCLIENTENCODING": "nonsense",
    "PGCONNECT_TIMEOUT": "nonsense",
    "PGSSLMODE": "verify-full",
    "PGSSLNEGOTIATION": "direct",
    "PGSSLROOTCERT": "system",
    "PGSSLCERTMODE": "require",
    "PGSSLMINPROTOCOLVERSION": "nonsense",
    "PGGSSENCMODE": "require",
    "PGREQUIREAUTH": "gss",
    "PGREQUIREPEER": "nobody",
    "PGCHANNELBINDING": "require",
    "PGTARGETSESSIONATTRS": "standby",
    "PGMINPROTOCOLVERSION": "nonsense",
    "PGMAXPROTOCOLVERSION": "nonsense",
}
NONE = {
    "PGTZ": "nonsense",
    "PGDATESTYLE": "nonsense",
    "PGGEQO": "nonsense",
    "PGSERVICE": "nonsense",
}


def answer(outside: Outside) -> ServerInfo:
    address = own_address(host=str(outside.home), port=5432, user=ADMIN, dbname="postgres")
    return await_answer(address, still=lambda: None, silent=AssertionError, pause=0.01)


def test_no_variable_of_libpq_s_keeps_us_out(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)

    assert answer(outside).role == ADMIN


@pytest.mark.parametrize("name", NONE)
def test_a_variable_that_cannot_be_undone_is_told_at_once(
    outside: Outside, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, NONE[name])

    with pytest.raises(TroubleError, match="bad-environment") as refusal:
        answer(outside)

    assert refusal.value.remedy == f"unset or correct, of the environment: {name}"


def test_a_variable_that_says_how_sessions_begin_changes_no_session(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGTZ", "Asia/Tokyo")
    monkeypatch.setenv("PGOPTIONS", "-c array_nulls=off")
    address = own_address(host=str(outside.home), port=5432, user=ADMIN, dbname="postgres")

    with psycopg.connect(address.conninfo) as session:
        row = session.execute("SHOW array_nulls").fetchone()

    assert row == ("on",)


def test_an_address_says_no_more_than_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in HOSTILE:
        monkeypatch.delenv(name, raising=False)

    assert {*conninfo_to_dict(own_address(host="/h").conninfo)} == {
        *("host", "hostaddr", "options", "client_encoding")
    }
