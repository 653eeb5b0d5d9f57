"""The doctor on databases of every form: it finds nothing where nothing is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import paths
from vrss_contract import doctor
from vrss_contract.checks.verdict import Outcome
from vrss_contract.database.scratch import Databases
from vrss_contract.doctor import checks
from vrss_contract.draft import folder, prove
from vrss_contract.draft.drafting import draft
from vrss_contract.postgres import dsn
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
SCHEMAS = paths.root() / "fixtures" / "schemas"


@pytest.mark.parametrize(
    "name", ["exclusion", "generated_columns", "partitioned", "reserved_names", "several_schemas"]
)
def test_nothing_is_found_in_a_database_of_any_form(name: str, databases: Databases) -> None:
    target = sqlfile.read(SCHEMAS / f"{name}.sql")
    drafted = draft(target, databases, {"name": "drafted"})
    contract = prove.contract_of({k: v for k, v in drafted.files.items() if k != folder.NOTES})
    database = databases.load(target)

    result = doctor.examine(
        doctor.Examination(contract, Path(), checks.of(contract), dsn.read(database.user))
    )

    databases.drop(database)
    assert {
        one.id: one.findings for one in result.verdicts if one.outcome is not Outcome.HOLDS
    } == {}
