"""Exclusion constraints taken apart."""

from __future__ import annotations

import pytest

from vrss_contract.doctor.exclusions import Excluded, parsed

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("definition", "excluded"),
    [
        ("EXCLUDE USING gist (days WITH &&)", Excluded((("days", "&&"),), "")),
        (
            (
                "exclude (room with =, tstzrange(a, b) range_ops WITH OPERATOR(pg_catalog.&&))"
                " INCLUDE (note) WHERE (NOT gone AND (a < b)) DEFERRABLE"
            ),
            Excluded(
                (("room", "="), ("tstzrange(a, b)", "OPERATOR(pg_catalog.&&)")),
                "NOT gone AND (a < b)",
            ),
        ),
        (
            'EXCLUDE USING gist ((a + 1) int4_ops WITH <>, "with" WITH =)',
            Excluded((("(a + 1)", "<>"), ('"with"', "=")), ""),
        ),
        ("UNIQUE (a)", None),
        ("EXCLUDE USING gist (a)", None),
    ],
)
def test_a_definition_is_taken_apart(definition: str, excluded: Excluded | None) -> None:
    assert parsed(definition) == excluded
