"""The contract under pytest for a repository's own tests: fixtures, and an item per clause.

A conftest.py names it in ``pytest_plugins``. A test that takes ``clause`` and carries the marker
``clauses`` becomes one item per clause, its id the clause's; each process of a run has a database
of its own on the run's server.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial

import psycopg
import pytest

from vrss_contract.checks import KINDS
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Verdict
from vrss_contract.cli.pytest_entry import access_of, contract_of, give_up, target_of
from vrss_contract.cli.pytest_verdicts import Verdicts, require_held
from vrss_contract.contract.model import Clause, Contract
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.errors import TroubleError
from vrss_contract.target import Target

pytest_plugins = ["vrss_contract.cli.pytest_entry"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """An item per clause for a test that takes ``clause``."""
    marker = metafunc.definition.get_closest_marker("clauses")
    if marker and "clause" in metafunc.fixturenames:
        # Kind by kind: the first of a kind has all of it judged, and workers get neighbours.
        kinds = list(marker.args or KINDS)
        clauses = [clause for clause in _contract(metafunc).clauses if clause.kind in kinds]
        clauses.sort(key=lambda clause: kinds.index(clause.kind))
        metafunc.parametrize("clause", clauses, ids=[clause.id for clause in clauses])


def _contract(metafunc: pytest.Metafunc) -> Contract:
    try:
        return contract_of(metafunc.config)
    except TroubleError as trouble:
        raise pytest.Collector.CollectError(str(trouble)) from None


@contextlib.contextmanager
def _or_stop(request: pytest.FixtureRequest) -> Iterator[None]:
    """Have what keeps every test from being judged told once."""
    try:
        yield
    except TroubleError as trouble:
        give_up(request.session, trouble)


@pytest.fixture(scope="session")
def contract(request: pytest.FixtureRequest) -> Contract:
    """The contract that targets are judged by."""
    with _or_stop(request):
        return contract_of(request.config)


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest) -> Target:
    """What is judged."""
    with _or_stop(request):
        return target_of(request.config)


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Makes scratch databases on the run's server, for the contract that the run was given."""
    # Not by the fixture ``contract``, which a module may have another of for its own tests.
    config = request.config
    with contextlib.ExitStack() as stack:
        with _or_stop(request):
            made = Databases(access_of(config), schemas=contract_of(config).schemas)
            stack.enter_context(made)
        yield made


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, databases: Databases, target: Target) -> Database:
    """The target, loaded. Nothing in it is ever committed."""
    with _or_stop(request):
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
    thorough = bool(request.config.getoption("--contract-thorough"))
    context = partial(JudgingContext, contract, target, databases, database, thorough=thorough)
    return Verdicts(context, partial(_collected, request.session, contract)).of


@pytest.fixture
def holds(verdict_of: Callable[[Clause], Verdict]) -> Callable[[Clause], None]:
    """Fails with the clause's findings, and nothing of the harness, unless the clause holds."""
    return lambda clause: require_held(verdict_of(clause))


def _collected(session: pytest.Session, contract: Contract) -> list[Clause]:
    """The contract's clauses that tests are about; others may be about one of the same id."""
    specs = (getattr(item, "callspec", None) for item in session.items)
    clauses = (spec.params.get("clause") for spec in specs if spec)
    own = {clause.id: clause for clause in contract.clauses}
    return [one for one in clauses if isinstance(one, Clause) and own.get(one.id) == one]
