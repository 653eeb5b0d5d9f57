"""The target as something that pytest collects: an item per clause, judged by the same engine.

One file is collected as other files are; a folder, a commit's file or a live database stands beside
the files.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.cli.options import placed
from vrss_contract.cli.pytest_entry import (
    access_of,
    contract_of,
    file_of,
    give_up,
    target_of,
    words_of,
)
from vrss_contract.cli.pytest_verdicts import Verdicts, by_kind, require_held
from vrss_contract.contract.model import Clause
from vrss_contract.database.naming.naming import assumed
from vrss_contract.database.scratch import Databases
from vrss_contract.errors import TroubleError
from vrss_contract.target.dsn import looks_like

_OPEN = pytest.StashKey[contextlib.ExitStack]()
_VERDICTS = pytest.StashKey[Verdicts]()


def pytest_configure(config: pytest.Config) -> None:
    """Name the target among what is collected, unless it is, or is no file."""
    target = _path(config)
    if target and not any(
        Path(word.partition("::")[0]).resolve() == target for word in config.args
    ):
        config.args.append(str(target))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The target, among other files."""
    if file_path.resolve() != _path(parent.config):
        return None
    made: pytest.Collector = ContractFile.from_parent(parent, path=file_path)
    return made


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Drop the databases, before the server is stopped."""
    if _OPEN in session.stash:
        session.stash[_OPEN].close()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """The clauses of a target that is no file, before any of them are chosen by name."""
    if _path(session.config) is None:
        # Whatever may be a secret of a DSN is no part of a name that pytest prints.
        name = "target" if any(map(looks_like, words := words_of(session.config))) else words[0]
        parent: ContractTarget = ContractTarget.from_parent(session, name=name, nodeid=name)
        try:
            items += parent.collect()
        except pytest.Collector.CollectError as error:
            raise pytest.UsageError(str(error)) from None


class _Clauses(pytest.Collector):
    """A target, whose items are the clauses of the contract."""

    def collect(self) -> Iterator[ClauseItem]:
        """The clauses, kind by kind."""
        try:
            contract = contract_of(self.config)
        except TroubleError as trouble:
            raise self.CollectError(str(trouble)) from None
        for clause in by_kind(contract.clauses):
            yield ClauseItem.from_parent(self, name=clause.id, clause=clause)


class ContractFile(_Clauses, pytest.File):
    """A target in one file."""


class ContractTarget(_Clauses):
    """A target that is no file."""


class ClauseItem(pytest.Item):
    """A clause, which passes if it holds."""

    def __init__(self, *, clause: Clause, **rest: Any) -> None:
        super().__init__(**rest)
        self.clause = clause
        self.fixturenames = ("databases",)  # for the server to be started in time

    def runtest(self) -> None:
        """Fail with the clause's findings, or with what kept it from being judged."""
        try:
            verdict = _verdicts(self.session).of(self.clause)
        except TroubleError as trouble:
            give_up(self.session, trouble)
        require_held(verdict)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where it stands and what it is called."""
        return self.path, None, self.clause.id


def _path(config: pytest.Config) -> Path | None:
    """The one file that is judged."""
    path = file_of(config)
    return path and path.resolve()


def _verdicts(session: pytest.Session) -> Verdicts:
    """What judges, with the target loaded when it is first asked for."""
    if _VERDICTS not in session.stash:
        config = session.config
        target = target_of(config)
        contract = placed(contract_of(config), target.schema)
        stack = session.stash[_OPEN] = contextlib.ExitStack()
        databases = stack.enter_context(Databases(access_of(config), schemas=contract.schemas))
        database, target = assumed(databases, target, contract)
        thorough = bool(config.getoption("--contract-thorough"))
        context = partial(JudgingContext, contract, target, databases, database, thorough=thorough)
        session.stash[_VERDICTS] = Verdicts(context, partial(_collected, session))
    return session.stash[_VERDICTS]


def _collected(session: pytest.Session) -> Iterator[Clause]:
    return (item.clause for item in session.items if isinstance(item, ClauseItem))
