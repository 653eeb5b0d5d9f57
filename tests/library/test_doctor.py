"""The command ``doctor`` on a live database of the library."""

from __future__ import annotations

import pytest

from tests.engine.runs import outcomes
from tests.library.conftest import Run
from vrss_contract.database.scratch import Database

pytestmark = pytest.mark.once


def test_the_doctor_finds_no_fault_in_a_seeded_database(judged: Run, library: Database) -> None:
    judged("seed", library.user, "--profile", "branch")

    ran = judged("doctor", library.user, "--format", "json")

    assert set(outcomes(ran.out).values()) == {"holds"}
    assert ran.code == 0


def test_the_doctor_tells_what_drifted_and_how_to_mend_it(judged: Run, library: Database) -> None:
    judged("seed", library.user, "--profile", "shelf")
    with library.connect() as session:
        session.execute("ALTER TABLE library.loans DISABLE TRIGGER loans_counted")
        session.execute("UPDATE library.members SET open_loans = 1 WHERE email LIKE 'ben@%'")
        session.execute("ALTER TABLE library.members DROP CONSTRAINT members_preferences_shape")
        session.execute("""UPDATE library.members SET preferences = '{"language": "la"}'""")

    ran = judged("doctor", library.user, "--format", "json")

    broken = {id_ for id_, outcome in outcomes(ran.out).items() if outcome == "broken"}
    assert broken == {
        "doctor.triggers.enabled",
        "doctor.checks.present",
        "doctor.rows.members",
        "invariant.open-loans",
        "doctor.jsonb.members.preferences",
    }
    assert "ALTER TABLE library.loans ENABLE TRIGGER loans_counted;" in ran.out
    assert "repair/open_loans.sql" in ran.out
    assert ran.code == 1


def test_the_doctor_names_what_a_restore_left_out(judged: Run, library: Database) -> None:
    judged("seed", library.user, "--profile", "shelf")
    with library.connect() as session:
        session.execute("ALTER TABLE library.closures DROP CONSTRAINT closures_apart")
        session.execute("INSERT INTO library.closures VALUES ('[2025-12-25,2025-12-26)', 'x')")
        session.execute("DROP VIEW library.overdue")

    ran = judged("doctor", library.user, "--format", "json")

    broken = {id_ for id_, outcome in outcomes(ran.out).items() if outcome == "broken"}
    assert broken == {"doctor.checks.present", "doctor.types.present", "doctor.rows.closures"}
    assert "EXCLUDE USING gist (days WITH &&);" in ran.out
