"""The command ``seed`` on the library."""

from __future__ import annotations

import re

import pytest

from tests import contracts
from tests.library.conftest import Run
from vrss_contract.database.invariants import Invariants
from vrss_contract.database.scratch import Database

pytestmark = pytest.mark.once
_TABLES = ("authors", "books", "closures", "copies", "group", "loans", "members", "order")


def empty(database: Database) -> list[str]:
    """The tables without a row."""
    look = 'SELECT EXISTS (SELECT FROM library."{}")'
    with database.connect() as session:
        return [
            name
            for name in _TABLES
            if session.execute(look.format(name).encode()).fetchone() == (False,)
        ]


@pytest.mark.parametrize("profile", contracts.library().manifest.profiles)
def test_each_profile_fills_every_table(judged: Run, library: Database, profile: str) -> None:
    ran = judged("seed", library.user, "--profile", profile)

    assert ran.code == 0
    assert re.match(r"[\d,]+ rows in ", ran.out)
    assert empty(library) == []


def test_rows_go_on_after_those_of_a_profile(judged: Run, library: Database) -> None:
    judged("seed", library.user, "--profile", "shelf")

    with library.connect() as session:
        session.execute(
            "INSERT INTO library.loans (member_id, isbn, copy_number)"
            " SELECT id, '978-0-14-044592-3', 1 FROM library.members WHERE email LIKE 'ben@%'"
        )
        row = session.execute("SELECT max(id) FROM library.loans").fetchone()

    assert row == (5,)


def test_groups_that_are_there_keep_their_limits(judged: Run, library: Database) -> None:
    with library.connect() as session:
        session.execute("""INSERT INTO library."group" VALUES ('child', 1)""")

    ran = judged("seed", library.user, "--profile", "shelf")

    assert ran.code == 0
    with library.connect() as session:
        query = """SELECT "limit" FROM library."group" WHERE code = 'child'"""
        assert session.execute(query).fetchone() == (1,)


def test_rows_drawn_from_the_declarations_fill_every_table(judged: Run, library: Database) -> None:
    ran = judged("seed", library.user, "--profile", "generated", "--rows", "20")

    assert ran.code == 0, ran.out
    assert empty(library) == []


def test_rows_drawn_from_the_declarations_keep_invariants(judged: Run, library: Database) -> None:
    judged("seed", library.user, "--profile", "generated", "--rows", "12")

    with library.connect() as session:
        assert Invariants(contracts.library(), session).counterexamples() == []
