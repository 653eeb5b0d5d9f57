"""The contract under pytest: an item per clause, judged by the same engine as the command line.

Knows pytest; decides nothing. A test that takes ``clause`` and carries the marker
``clauses(kind)`` becomes one item per clause of that kind, its id the clause's. One server serves
the whole run, workers of pytest-xdist included; each process has a database of its own.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

from vrss_contract import paths
from vrss_contract.checks import KINDS
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract.model import Clause, Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.contract.read_manifest import read_manifest
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.errors import TroubleError
from vrss_contract.postgres import Access
from vrss_contract.postgres.choose import choose
from vrss_contract.report.finding import lines
from vrss_contract.target import Target, sqlfile

_ACCESS = pytest.StashKey[Access]()
_SERVER = pytest.StashKey[contextlib.ExitStack]()
_INPUT = "vrss_contract_access"
_SHOWN = 10
"""Findings of a clause that a failure prints."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The words that the command line knows as --server and TARGET."""
    group = parser.getgroup("vrss-contract")
    group.addoption(
        "--contract-server",
        default="embedded",
        metavar="WORD",
        help="embedded, container[:IMAGE] or postgresql://USER@HOST/DATABASE",
    )
    group.addoption(
        "--contract",
        metavar="DIR",
        default=os.environ.get("VRSS_CONTRACT"),
        help="folder of the contract; else VRSS_CONTRACT, else the one that ships with this tool",
    )
    group.addoption(
        "--contract-target", metavar="FILE", help="the .sql file to judge; else the canonical one"
    )
    group.addoption(
        "--contract-thorough",
        action="store_true",
        help="every mix of isolation levels and more programs, where a gate has time for some",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Say what the marker means; take over the server that the run's first process started."""
    config.addinivalue_line(
        "markers", "clauses(*kinds): one item per clause of these kinds, or of any"
    )
    given = getattr(config, "workerinput", {}).get(_INPUT)
    if given:
        config.stash[_ACCESS] = Access(**given)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Start the server before the first worker of pytest-xdist, and tell each where it is."""
    access = _access(node.config)
    fields = ("admin", "label", "version", "throwaway")
    node.workerinput[_INPUT] = {name: getattr(access, name) for name in fields}


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server that this process started."""
    if _SERVER in config.stash:
        config.stash[_SERVER].close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """An item per clause for a test that takes ``clause``."""
    marker = metafunc.definition.get_closest_marker("clauses")
    if marker and "clause" in metafunc.fixturenames:
        # Kind by kind: the first of a kind has all of it judged, and workers get neighbours.
        kinds = list(marker.args or KINDS)
        clauses = [clause for clause in _contract(metafunc.config).clauses if clause.kind in kinds]
        clauses.sort(key=lambda clause: kinds.index(clause.kind))
        metafunc.parametrize("clause", clauses, ids=[clause.id for clause in clauses])


@pytest.fixture(scope="session")
def contract(pytestconfig: pytest.Config) -> Contract:
    """The contract that targets are judged by."""
    return _contract(pytestconfig)


@pytest.fixture(scope="session")
def target(pytestconfig: pytest.Config, contract: Contract) -> Target:
    """What is judged."""
    path = pytestconfig.getoption("--contract-target")
    return sqlfile.read(Path(path) if path else contract.manifest.required_schema())


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config) -> Iterator[Databases]:
    """Makes scratch databases on the run's server."""
    with Databases(_access(pytestconfig)) as made:
        yield made


@pytest.fixture(scope="session")
def database(databases: Databases, target: Target) -> Database:
    """The target, loaded. Nothing in it is ever committed."""
    return databases.load(target)


@pytest.fixture
def loaded(database: Database) -> Iterator[psycopg.Connection]:
    """A session of the target's own role in the loaded database, in a transaction that is undone.

    Never the administrator's: a function of the target that hides a built-in one would run as him.
    """
    with database.connect() as connection, connection.transaction(force_rollback=True):
        yield connection


@pytest.fixture(scope="session")
def verdict_of(
    request: pytest.FixtureRequest,
    contract: Contract,
    target: Target,
    databases: Databases,
    database: Database,
) -> Callable[[Clause], Verdict]:
    """The verdict on a clause; the first of a kind has all collected ones of it judged at once."""

    @cache
    def of_kind(kind: str) -> dict[str, Verdict]:
        wanted = [clause for clause in _collected(request.session) if clause.kind == kind]
        thorough = bool(request.config.getoption("--contract-thorough"))
        with JudgingContext(contract, target, databases, database, thorough=thorough) as context:
            return {verdict.id: verdict for verdict in judge(context, wanted)}

    return lambda clause: of_kind(clause.kind)[clause.id]


@pytest.fixture
def holds(verdict_of: Callable[[Clause], Verdict]) -> Callable[[Clause], None]:
    """Fails with the clause's findings, and nothing of the harness, unless the clause holds."""

    def check(clause: Clause) -> None:
        verdict = verdict_of(clause)
        if verdict.outcome is not Outcome.HOLDS:
            head = f"{verdict.outcome.upper()} {verdict.id} ({verdict.place})\n{verdict.says}"
            pytest.fail("\n".join([head, *lines(verdict, _SHOWN)]), pytrace=False)

    return check


def _contract(config: pytest.Config) -> Contract:
    return _read(_folder(config))


def _folder(config: pytest.Config) -> Path:
    chosen = config.getoption("--contract")
    return Path(chosen) if chosen else paths.contracts()


@cache
def _read(folder: Path) -> Contract:
    try:
        return read_contract(folder)
    except TroubleError as error:
        raise pytest.UsageError(str(error)) from error


def _major(folder: Path) -> int:
    try:
        return read_manifest(folder).postgres
    except TroubleError as error:
        raise pytest.UsageError(str(error)) from error


def _collected(session: pytest.Session) -> list[Clause]:
    specs = (getattr(item, "callspec", None) for item in session.items)
    clauses = (spec.params.get("clause") for spec in specs if spec)
    return [clause for clause in clauses if isinstance(clause, Clause)]


def _access(config: pytest.Config) -> Access:
    if _ACCESS not in config.stash:
        stack = config.stash[_SERVER] = contextlib.ExitStack()
        word, major = config.getoption("--contract-server"), _major(_folder(config))
        config.stash[_ACCESS] = stack.enter_context(choose(word, major=major)).access
    return config.stash[_ACCESS]
