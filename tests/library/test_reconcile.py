"""The command ``reconcile`` on the library, whose repair is no walk and tells nothing."""

from __future__ import annotations

import pytest

from tests.library.conftest import Run
from vrss_contract.database.scratch import Database

pytestmark = pytest.mark.once


def test_what_drifted_is_mended(judged: Run, library: Database) -> None:
    judged("seed", library.user, "--profile", "shelf")
    with library.connect() as session:
        session.execute("UPDATE library.members SET open_loans = 1 WHERE email LIKE 'ben@%'")

    ran = judged("reconcile", library.user, "--run")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "repair/open_loans.sql: 1 counter-example gone\n"


def test_the_script_names_the_contract(judged: Run) -> None:
    ran = judged("reconcile", "dbname=library")

    assert ran.code == 0
    assert "the contract library, on dbname=library: 1 repair," in ran.out
    assert "/library --run\n" in ran.out
    assert "SET search_path = library, pg_temp;" in ran.out
