"""No clause is believed that never refused a schema: each is broken by one that is wrong."""

from collections.abc import Iterator

import pytest

from tests import paths
from vrss_contract.checks.changed.base import Base
from vrss_contract.checks.changed.narrow import ShareOrder, narrowed
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.checks.verdict import Outcome
from vrss_contract.contract.model import Clause, Contract
from vrss_contract.database.naming.naming import Naming, by_name
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.target import Target, sqlfile

pytestmark = pytest.mark.once
WRONG = (
    "stern",
    "overgrown",
    "wary",
    "hasty",
    "forgetful",
    "lax",
    "read_then_write",
    "check_then_insert",
    "meddling",
    "leaky",
    "undumpable",
    "row_counters",
    "capitals",
    "rarely",
    "queueing",
)
"""Whole schemas; those come first that break much and take little time, and spare the others this.

Where a schema refuses a statement of a schedule, for one, no session waits for another.
"""
QUEUES = ("queueing",)
"""Those that break the clauses on strangers alone, which hold on nearly all others for seconds."""
FILLED = ("lax", "leaky")
"""Those that break the clauses on datasets, which cost seconds each time they are judged."""
DUMPED = ("undumpable",)
"""Those that break the clauses on dumps, and are judged by no others."""
PHASES = (1, 2, 3, 4)


@pytest.fixture(scope="module")
def schemas(databases: Databases, contract: Contract) -> list[tuple[Target, Database]]:
    """Each wrong schema, loaded; whoever judges in it leaves nothing there."""
    return [_loaded(databases, target, contract) for target in _wrong_targets()]


@pytest.fixture(scope="module")
def broken_by(
    contract: Contract, databases: Databases, schemas: list[tuple[Target, Database]]
) -> dict[str, set[str]]:
    """Wrong schema to the ids of the clauses that it breaks, and none before it did."""
    found: dict[str, set[str]] = {}
    for target, database in schemas:
        known = set().union(*found.values())
        wanted = [
            clause
            for clause in contract.clauses
            if clause.id not in known and _concerns(target.name, clause)
        ]
        with JudgingContext(contract, target, databases, database) as context:
            verdicts = judge(context, wanted)
            broken = {verdict.id for verdict in verdicts if verdict.outcome is Outcome.BROKEN}
        found[target.name] = found.get(target.name, set()) | broken
    return found


def test_every_clause_is_broken_by_some_wrong_schema(
    contract: Contract, broken_by: dict[str, set[str]]
) -> None:
    broken = set().union(*broken_by.values())
    wanted = [clause.id for clause in contract.clauses if clause.kind != "query"]
    unbroken = [id_ for id_ in wanted if id_ not in broken]
    assert not unbroken, unbroken


def test_what_a_wrong_schema_breaks_is_in_the_share_of_its_change(
    contract: Contract,
    broken_by: dict[str, set[str]],
    schemas: list[tuple[Target, Database]],
    databases: Databases,
    target: Target,
) -> None:
    base = Base("schema.sql", target, contract)
    missed = {}
    for wrong, database in schemas:
        if wrong.name in WRONG:
            order = ShareOrder(contract, contract.clauses, wrong)
            share = narrowed(order, base, databases, database)
            missed[wrong.name] = broken_by[wrong.name] - {clause.id for clause in share.clauses}
    assert {name: ids for name, ids in missed.items() if ids} == {}


def _concerns(target: str, clause: Clause) -> bool:
    """Whether the wrong schema is to be judged by the clause at all."""
    if clause.kind == "query":
        return False  # test_red_queries
    if target in QUEUES or clause.kind == "strangers":
        return target in QUEUES and clause.kind == "strangers"
    if clause.kind == "dataset":
        return target in FILLED
    if clause.kind == "restored" or target in DUMPED:
        return clause.kind == "restored" and target in DUMPED
    return (clause.kind == "phase") != (target in WRONG)


def _wrong_targets() -> Iterator[Target]:
    schema = paths.schema().read_text("utf-8")
    for name in WRONG:
        appendix = (paths.fixtures() / "implementations" / f"{name}.sql").read_text("utf-8")
        yield sqlfile.parse(f"{schema}\n{appendix}", name=name)
    for phase in PHASES:
        marker = f"-- phase {phase}:"
        for fault in ("SELECT 1 / 0;", "CREATE TABLE stray (id integer);", _VIEW):
            yield sqlfile.parse(
                schema.replace(marker, f"{marker} marked\n{fault}\n-- "), name=fault
            )


_VIEW = "CREATE VIEW stray AS SELECT 1 AS one;"


def _loaded(databases: Databases, target: Target, contract: Contract) -> tuple[Target, Database]:
    """A database for the bench; the phases are walked in one of their own."""
    if target.name not in WRONG:
        return target, databases.create()
    database = databases.load(target)
    return by_name(database, target, contract, Naming()), database
