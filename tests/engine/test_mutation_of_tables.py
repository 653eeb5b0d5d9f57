"""What may go wrong with whole tables."""

from __future__ import annotations

import pytest

from tests.engine import catalogs
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.mutation.mutant import Mutant, Schema
from vrss_contract.mutation.operators import tables

pytestmark = pytest.mark.once


_TABLE = catalogs.table(name="care.notes", comment="What was noted.")


@pytest.fixture(scope="module")
def mutants() -> dict[str, Mutant]:
    """The mutants of a table of another schema, by id."""
    schema = Schema(Catalog(tables={"care.notes": _TABLE}))
    makers = {one.make for one in tables.OPERATORS}
    return {mutant.id: mutant for make in makers for mutant in make(schema)}


@pytest.mark.parametrize(
    ("id_", "ddl"),
    [
        ("table-dropped:care.notes", "DROP TABLE care.notes CASCADE"),
        ("table-renamed:care.notes", "ALTER TABLE care.notes RENAME TO mutated"),
        ("table-view:care.notes", "CREATE VIEW care.notes AS SELECT * FROM care.mutated"),
        ("comment-dropped:care.notes", "COMMENT ON TABLE care.notes IS NULL"),
    ],
)
def test_a_table_is_spoilt_by_what_stands_there(
    id_: str, ddl: str, mutants: dict[str, Mutant]
) -> None:
    """Each operator has an example, with the schema and quotes that its names need."""
    assert mutants[id_].ddl[-1] == ddl
