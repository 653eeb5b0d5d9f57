from __future__ import annotations

import traceback
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from vrss_contract.errors import MISUSED, TroubleError
from vrss_contract.postgres.errors import BAD_URL
from vrss_contract.postgres.readiness import ServerAddress
from vrss_contract.postgres.url import read, shown

TEXT = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=["C"]), min_size=1
)


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("postgresql://m:pw@db.example.org:5433/app", "postgresql://m@db.example.org:5433/app"),
        ("postgres://db.example.org", "postgresql://db.example.org"),
        ("postgresql://db.example.org/app?password=pw", "postgresql://db.example.org/app"),
        ("postgresql://[::1]:5432/app", "postgresql://::1:5432/app"),
        ("postgresql://m@a:1,b:2/app", "postgresql://m@a,b:1,2/app"),
        ("postgresql:///app?host=/run/postgresql", "postgresql:///run/postgresql/app"),
        ("postgresql://", "postgresql://"),
    ],
)
def test_a_url_is_shown_as_user_host_port_and_database(url: str, text: str) -> None:
    assert shown(read(ServerAddress(url))) == text


def test_options_of_a_url_are_passed_on() -> None:
    asked = conninfo_to_dict(read(ServerAddress("postgresql://h/app?sslmode=require")).conninfo)
    assert asked["sslmode"] == "require"


def test_a_connection_does_not_take_for_ever() -> None:
    assert (
        conninfo_to_dict(read(ServerAddress("postgresql://h/app")).conninfo)["connect_timeout"]
        == "10"
    )


def test_a_bound_on_connecting_that_the_url_states_is_kept() -> None:
    url = ServerAddress("postgresql://h/app?connect_timeout=3")
    assert conninfo_to_dict(read(url).conninfo)["connect_timeout"] == "3"


@given(password=TEXT)
def test_any_password_comes_through_when_percent_encoded(password: str) -> None:
    address = read(ServerAddress(f"postgresql://maker:{quote(password, safe='')}@h/app"))
    assert conninfo_to_dict(address.conninfo)["password"] == password


@given(password=TEXT)
def test_no_password_is_shown_however_it_is_written(password: str) -> None:
    secret = f"<<{password}>>"  # so that no part of it stands elsewhere by chance
    try:
        text = shown(read(ServerAddress(f"postgresql://maker:{secret}@h:5432/app")))
    except TroubleError as error:
        text = "".join(traceback.format_exception(error))
    assert secret not in text
    assert "<<" not in text


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://maker:s3cret",  # a port, were it libpq's to say
        "postgresql://maker:s3/cret@h/app",
        "postgresql://maker:s3@cret@h/app",
        "postgresql://maker:s3?cret@h/app",
        "postgresql://maker:s3#cret@h/app",
        "postgresql://maker:s3%zzcret@h/app",
        "postgresql://h/app?s3cret=1",
        "postgresql://h/app?user=maker@s3cret",
    ],
)
def test_a_url_that_cannot_be_read_is_refused_and_no_part_of_it_shown(url: str) -> None:
    with pytest.raises(TroubleError, match="bad-url") as refusal:
        read(ServerAddress(url))
    text = "".join(traceback.format_exception(refusal.value))
    assert not [part for part in ("s3", "cret", "maker") if part in text]


def test_the_refusal_of_a_url_says_how_to_write_one() -> None:
    assert str(BAD_URL()) == (
        "error[bad-url]: the server's URL cannot be read\n"
        "  tried   read --server postgresql://… (not shown: it may hold a password)\n"
        "  found   not of the form postgresql://USER:PASSWORD@HOST:PORT/DATABASE?OPTION=VALUE\n"
        "  do      write / ? # @ % in a user name, password or option as %2F %3F %23 %40 %25"
    )
    assert BAD_URL.exit_code == MISUSED


def test_a_door_shows_itself_to_nobody() -> None:
    assert repr(ServerAddress("postgresql://maker:s3cret@h/app")) == "ServerAddress()"
