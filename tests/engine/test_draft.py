"""The law of drafts: what is drafted from a schema holds of it, whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, reject, settings

from tests import paths
from tests.engine.schemas_drawn import schemas
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.checks.verdict import Outcome
from vrss_contract.database.scratch import Databases
from vrss_contract.draft import folder, prove
from vrss_contract.draft.drafting import Draft, draft
from vrss_contract.errors import TroubleError
from vrss_contract.target import Target, sqlfile

pytestmark = pytest.mark.once
ROOT = paths.root()
_AFTER = "loaded before this"
FILES = sorted(
    path
    for kind in ("implementations", "schemas", "contracts/*")
    for path in (ROOT / "fixtures").glob(f"{kind}/*.sql")
    if path.name != "respelled.sql" and ("contracts" not in path.parts or path.name == "schema.sql")
)


def unheld(drafted: Draft, target: Target, databases: Databases) -> list[str]:
    """The clauses that do not hold of the target in a database of its own."""
    files = {name: text for name, text in drafted.files.items() if name != folder.NOTES}
    contract = prove.contract_of(files)
    database = databases.load(target)
    with JudgingContext(contract, target, databases, database) as context:
        verdicts = list(judge(context, contract.clauses))
    databases.drop(database)
    assert {verdict.id for verdict in verdicts} == {clause.id for clause in contract.clauses}
    return [one.id for one in verdicts if one.outcome is not Outcome.HOLDS]


def _stands_alone(path: Path) -> bool:
    """Whether it is a schema of its own; ``python -m benchmarks.draft`` drafts the others too."""
    return _AFTER not in path.read_text("utf-8") or path.stem == "overgrown"


def whole(path: Path) -> Target:
    """The file by itself, or after the canonical schema where it says that it changes that."""
    script = path.read_text("utf-8")
    before = (ROOT / "schema.sql").read_text("utf-8") if _AFTER in script else ""
    return sqlfile.parse(before + script, name=path.name)


@pytest.mark.parametrize(
    "path",
    [(ROOT / "schema.sql"), *filter(_stands_alone, FILES)],
    ids=lambda path: path.stem,
)
def test_what_is_drafted_from_a_fixture_holds_of_it(path: Path, databases: Databases) -> None:
    target = whole(path)

    drafted = draft(target, databases, {"name": "drafted"})

    assert unheld(drafted, target, databases) == []


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(script=schemas())
def test_what_is_drafted_from_any_schema_holds_of_it(script: str, databases: Databases) -> None:
    target = sqlfile.parse(script, name="drawn.sql")
    try:
        drafted = draft(target, databases, {"name": "drawn"})
    except TroubleError as trouble:
        if trouble.code == "load-failed":
            reject()
        raise

    assert unheld(drafted, target, databases) == []
