"""A database by its DSN, and what of it is shown."""

from __future__ import annotations

import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from tests.golden import Golden
from vrss_contract.errors import TroubleError
from vrss_contract.postgres import dsn
from vrss_contract.postgres.errors import BAD_DSN

SECRET = "s3cret"  # noqa: S105 - not a real one


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://me:{SECRET}@db:5433/app?sslmode=require",
        f"postgres://me:{SECRET}@db:5433/app?sslmode=require",
        f"host=db port=5433 user=me dbname=app sslmode=require password={SECRET}",
    ],
)
def test_both_ways_to_write_it_are_read_and_shown_alike(text: str) -> None:
    address = dsn.read(text)

    assert conninfo_to_dict(address.conninfo)["password"] == SECRET
    assert conninfo_to_dict(dsn.address(address).strip("'")) == {
        "host": "db",
        "port": "5433",
        "user": "me",
        "dbname": "app",
        "sslmode": "require",
    }


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://me:{SECRET}/x@db/app",
        f"mysql://me:{SECRET}@db/app",
        f"host=db pasword={SECRET}",
        f"host=db password='{SECRET}",
        SECRET,
        "",
    ],
)
def test_what_cannot_be_read_is_not_shown(text: str) -> None:
    with pytest.raises(TroubleError, match=r"bad-dsn|bad-url|unknown-parameter") as refusal:
        dsn.read(text)

    assert SECRET not in "".join(traceback.format_exception(refusal.value))


def test_the_error_reads_as_its_golden_file(golden: Golden) -> None:
    golden("errors/bad-dsn.txt", f"{BAD_DSN()}\n")


def test_a_connection_that_fails_is_told_without_its_password() -> None:
    address = dsn.read(f"host=/nowhere user=me dbname=app password={SECRET}")

    with pytest.raises(TroubleError, match="connection-refused") as refusal:
        dsn.connect(address)

    assert SECRET not in "".join(traceback.format_exception(refusal.value))


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20))
def test_no_password_is_ever_in_the_address(password: str) -> None:
    quoted = password.replace("\\", "\\\\").replace("'", "\\'")
    address = dsn.read(f"host=db password='{quoted}'")

    assert conninfo_to_dict(address.conninfo)["password"] == password
    assert dsn.address(address) == "host=db"
