from __future__ import annotations

import pytest

from vrss_contract.errors import TroubleError
from vrss_contract.postgres.errors import OLD_SERVER, OTHER_MAJOR
from vrss_contract.postgres.version import numbered, require, spelt


@pytest.mark.parametrize(
    ("version", "text"), [(160011, "16.11"), (180000, "18.0"), (100023, "10.23"), (90624, "9.6.24")]
)
def test_a_version_is_spelt_as_people_write_it(version: int, text: str) -> None:
    assert spelt(version) == text


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("16.11\n", 160011),
        ("15.18 (Debian 15.18-0+deb12u1)\n", 150018),
        ("18beta2\n", 180000),
    ],
)
def test_the_version_of_a_binary_is_read_from_what_it_says(said: str, version: int) -> None:
    assert numbered(f"postgres (PostgreSQL) {said}") == version


def test_the_major_version_asked_for_is_taken() -> None:
    require(160011, major=16, where="the embedded server")


def test_the_oldest_major_version_is_taken_where_it_is_asked_for() -> None:
    require(130000, major=13, where="the embedded server")


def test_another_major_version_is_refused_with_what_to_do() -> None:
    with pytest.raises(TroubleError, match="other-major") as refusal:
        require(150004, major=16, where="postgresql://db.example.org/app")
    assert str(refusal.value) == (
        "error[other-major]: PostgreSQL 16 was asked for, and this is 15.4\n"
        "  tried   use postgresql://db.example.org/app as PostgreSQL 16\n"
        "  found   PostgreSQL 15.4\n"
        "  do      judge on this version with --postgres 15,\n"
        "          or name a server of version 16, such as --server container:postgres:16"
    )


def test_a_refused_version_ends_the_run_with_exit_code_2() -> None:
    assert (OLD_SERVER.exit_code, OTHER_MAJOR.exit_code) == (2, 2)


def test_a_server_too_old_is_refused_even_where_its_version_is_asked_for() -> None:
    with pytest.raises(TroubleError, match="old-server") as refusal:
        require(120022, major=12, where="postgres:12")
    assert str(refusal.value) == (
        "error[old-server]: PostgreSQL 12.22 is too old\n"
        "  tried   use postgres:12\n"
        "  found   PostgreSQL 12.22; the oldest whose catalog is read is 13\n"
        "  do      name a newer server, such as --server embedded"
    )
