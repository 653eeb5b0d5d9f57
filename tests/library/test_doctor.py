"""The command ``doctor`` on the library, which has a schema of its own and uuids as keys."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.engine.runs import outcomes
from tests.library.conftest import Run
from vrss_contract.database.scratch import Database

pytestmark = pytest.mark.once

FAULTS = {
    "invariant.open-loans": (
        """
        ALTER TABLE loans DISABLE TRIGGER loans_counted;
        DELETE FROM loans WHERE returned_at IS NULL;
        ALTER TABLE loans ENABLE TRIGGER loans_counted
        """,
        "counted 0",
        "repair/open_loans.sql",
    ),
    "doctor.triggers.enabled": (
        "ALTER TABLE loans DISABLE TRIGGER loans_counted",
        "trigger loans_counted on loans",
        "ALTER TABLE library.loans ENABLE TRIGGER loans_counted;",
    ),
    "doctor.constraints.valid": (
        """
        ALTER TABLE "order" DROP CONSTRAINT order_isbn_fkey;
        INSERT INTO "order" (member_id, isbn) SELECT id, '978-9-99-9' FROM members LIMIT 1;
        ALTER TABLE "order" ADD CONSTRAINT order_isbn_fkey FOREIGN KEY (isbn) REFERENCES books
        ON UPDATE CASCADE ON DELETE CASCADE NOT VALID
        """,
        "NOT VALID; 1 row breaks it",
        'ALTER TABLE library."order" VALIDATE CONSTRAINT order_isbn_fkey;',
    ),
    "doctor.sequences.ahead": (
        """
        INSERT INTO "order" (id, member_id, isbn, "from") OVERRIDING SYSTEM VALUE
        SELECT 5000, members.id, books.isbn, '2020-01-01' FROM members, books LIMIT 1
        """,
        "sequence order_id_seq of order.id",
        "SELECT setval('library.order_id_seq', (SELECT max(id) FROM library.\"order\"));",
    ),
    "doctor.jsonb.members.preferences": (
        """
        ALTER TABLE members DROP CONSTRAINT members_preferences_shape;
        UPDATE members SET preferences = '{"language": "la"}'
        """,
        "enum at $.language",
        "",
    ),
    "doctor.indexes.duplicate": (
        'CREATE INDEX "Again" ON loans (member_id, lent_at DESC, id DESC)',
        "index Again repeats loans_of_member, its duplicate",
        'DROP INDEX CONCURRENTLY library."Again";',
    ),
    "doctor.tables.present": (
        "DROP TABLE closures",
        "table closures: a table of the schema library, none of that name",
        "",
    ),
}
"""By check: how its fault comes about, what is told of it, and what mends it."""


def broken(report: str) -> dict[str, list[dict[str, Any]]]:
    """The findings of each broken check, from a report in JSON."""
    verdicts = json.loads(report)["verdicts"]
    return {one["id"]: one["findings"] for one in verdicts if one["outcome"] == "broken"}


@pytest.mark.parametrize("profile", ["shelf", "branch"])
def test_the_doctor_finds_no_fault_in_a_seeded_database(
    judged: Run, library: Database, profile: str
) -> None:
    judged("seed", library.user, "--profile", profile)

    ran = judged("doctor", library.user, "--format", "json")

    assert set(outcomes(ran.out).values()) == {"holds"}
    assert ran.code == 0


@pytest.mark.parametrize("check", FAULTS)
def test_a_fault_is_found_and_told_with_what_mends_it(
    judged: Run, library: Database, check: str
) -> None:
    plant, told, mends = FAULTS[check]
    judged("seed", library.user, "--profile", "shelf")
    with library.connect() as session:
        session.execute("SET search_path = library")
        session.execute(plant.encode())

    ran = judged("doctor", library.user, "--format", "json")

    found = broken(ran.out)
    (finding, *_) = found[check]
    assert found.keys() == {check}
    assert told in "{because}: {expected}, {found}".format_map(finding)
    assert mends in finding.get("repair", "")
    assert ran.code == 1
