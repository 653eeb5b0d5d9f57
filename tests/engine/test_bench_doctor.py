"""The doctor's bench: a fault for every check, and faults counted as the report tells them."""

from __future__ import annotations

import pytest
from benchmarks.doctor import counted
from benchmarks.doctor_faults import expected

from tests import contracts
from vrss_contract.doctor import checks

pytestmark = pytest.mark.once

_BY_CHECK = {
    "doctor.jsonb.user_profiles.background_config",
    "doctor.jsonb.user_profiles.style_config",
}
"""Shapes that the database refuses as it does music_config's, which stands for them."""
_ADVICE = {"doctor.indexes.unused"}
_NEVER = {"doctor.transactions.room"}
"""What can't be planted: a database that has used half of its transaction numbers."""
_BY_TABLE = "doctor.rows."
"""Checks of which a few stand for all, since they are made alike from each table."""


def test_every_check_has_a_planted_fault() -> None:
    contract = contracts.canonical()

    known = {check.id for check in checks.of(contract)}

    unplanted = {id_ for id_ in known - set(expected()) if not id_.startswith(_BY_TABLE)}
    assert unplanted == _BY_CHECK | _ADVICE | _NEVER
    assert set(expected()) <= known


def test_faults_are_counted_by_rows_or_by_repairs() -> None:
    def verdict(id_: str, *findings: dict[str, str], outcome: str = "broken") -> dict[str, object]:
        return {"id": id_, "outcome": outcome, "findings": findings}

    found = counted(
        [
            verdict("rows", {"because": "1,203 counter-examples"}),
            verdict("row", {"because": "1 counter-example"}),
            verdict("documents", {"because": "2 of 9 documents: enum at $"}),
            verdict("twins", {"because": "index a", "repair": "DROP"}, {"because": "declared"}),
            verdict("doctor.tables.present", {"because": "table t"}),
            verdict("advice", {"because": "1 index", "repair": "DROP"}, outcome="holds"),
        ]
    )

    assert found == {"rows": 1203, "row": 1, "documents": 2, "twins": 1, "doctor.tables.present": 1}
