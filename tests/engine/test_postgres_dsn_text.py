from __future__ import annotations

import traceback
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from vrss_contract.errors import MISUSED, TroubleError
from vrss_contract.postgres.dsn_text import read
from vrss_contract.postgres.errors import BAD_URL
from vrss_contract.postgres.readiness import ServerAddress, shown

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
    assert shown(read(url)) == text


def test_options_of_a_url_are_passed_on() -> None:
    asked = conninfo_to_dict(read("postgresql://h/app?sslmode=require").conninfo)
    assert asked["sslmode"] == "require"


def test_a_connection_does_not_take_for_ever() -> None:
    assert conninfo_to_dict(read("postgresql://h/app").conninfo)["connect_timeout"] == "10"


def test_a_bound_on_connecting_that_the_url_states_is_kept() -> None:
    url = "postgresql://h/app?connect_timeout=3"
    assert conninfo_to_dict(read(url).conninfo)["connect_timeout"] == "3"


@given(password=TEXT)
def test_any_password_comes_through_when_percent_encoded(password: str) -> None:
    address = read(f"postgresql://maker:{quote(password, safe='')}@h/app")
    assert conninfo_to_dict(address.conninfo)["password"] == password


@given(password=TEXT)
def test_no_password_is_shown_however_it_is_written(password: str) -> None:
    secret = f"<<{password}>>"  # so that no part of it stands elsewhere by chance
    try:
        text = shown(read(f"postgresql://maker:{secret}@h:5432/app"))
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
        "postgresql://h/app?user=maker@s3cret",
    ],
)
def test_a_url_that_cannot_be_read_is_refused_and_no_part_of_it_shown(url: str) -> None:
    with pytest.raises(TroubleError, match="bad-url") as refusal:
        read(url)
    text = "".join(traceback.format_exception(refusal.value))
    assert not [part for part in ("s3", "cret", "maker") if part in text]


def test_the_refusal_of_a_url_says_how_to_write_one() -> None:
    assert str(BAD_URL()) == (
        "error[bad-url]: the server's URL cannot be read\n"
        "  tried   read postgresql://… (not shown: it may hold a password)\n"
        "  found   not of the form postgresql://USER:PASSWORD@HOST:PORT/DATABASE?OPTION=VALUE\n"
        "  do      write / ? # @ % in a user name, password or option as %2F %3F %23 %40 %25"
    )
    assert BAD_URL.exit_code == MISUSED


def test_a_door_shows_itself_to_nobody() -> None:
    assert "maker" not in repr(ServerAddress("postgresql://maker:s3cret@h/app"))


PRISMA = "postgresql://m:pw@h:1/app?schema=mine&connection_limit=1&pgbouncer=true&sslmode=disable"


def test_a_dsn_of_prisma_s_is_read_with_its_schema_and_what_is_left_out_of_it() -> None:
    address = read(PRISMA)

    assert (address.schema, address.left_out) == ("mine", ("connection_limit", "pgbouncer"))
    assert conninfo_to_dict(address.conninfo)["sslmode"] == "disable"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://m:p%40w@h:5433/app",
        "postgresql+asyncpg://m:p%40w@h:5433/app?prepared_statement_cache_size=0",
        "jdbc:postgresql://h:5433/app?user=m&password=p%40w",
        "postgis://m:p%40w@h:5433/app",
        "host=h port=5433 user=m password=p@w dbname=app pgbouncer=true",
    ],
)
def test_dsns_of_other_tools_lead_to_the_same_database(url: str) -> None:
    asked = conninfo_to_dict(read(url).conninfo)

    assert [asked[key] for key in ("user", "password", "host", "port", "dbname")] == [
        *("m", "p@w", "h", "5433", "app")
    ]


@pytest.mark.parametrize(
    ("ssl", "sslmode"), [("true", "require"), ("0", "disable"), ("verify-full", "verify-full")]
)
def test_what_other_tools_call_ssl_is_passed_on(ssl: str, sslmode: str) -> None:
    asked = conninfo_to_dict(read(f"postgresql://h/app?ssl={ssl}").conninfo)

    assert asked["sslmode"] == sslmode


@pytest.mark.parametrize("dsn", ["postgresql://h/app?sslmod=require", "host=h sslmod=require"])
def test_an_unknown_parameter_is_named(dsn: str) -> None:
    with pytest.raises(TroubleError, match="unknown-parameter") as refusal:
        read(dsn)

    assert "sslmod is a parameter of neither" in refusal.value.found
    assert "sslmode is one" in refusal.value.found


def test_a_part_of_a_password_is_not_taken_for_a_parameter_to_name() -> None:
    with pytest.raises(TroubleError, match="bad-dsn") as refusal:
        read("host=h password=a s3cret=b")

    assert "s3cret" not in str(refusal.value)


def test_text_comes_as_utf_8_whatever_the_dsn_says() -> None:
    asked = conninfo_to_dict(read("host=h client_encoding=SQL_ASCII").conninfo)

    assert asked["client_encoding"] == "UTF8"
