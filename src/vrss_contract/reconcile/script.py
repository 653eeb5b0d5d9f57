"""The repairs that a contract names, in their order, and the script that a person can run.

Nothing here needs a database.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vrss_contract.contract.model import Clause, Contract, InvariantPromise
from vrss_contract.reconcile.errors import NO_REPAIRS
from vrss_contract.sql.literal import identifier

_SETTINGS = (
    "SET search_path = {path}, pg_temp",
    # What committed during a wait for a lock has to be counted.
    "SET default_transaction_isolation = 'read committed'",
    # A row that a policy hides would not be counted: that is an error.
    "SET row_security = off",
    # Nobody waits behind a repair that waits behind a transaction which does not end.
    "SET lock_timeout = '2s'",
    # A whole walk is one statement, whose batches are short.
    "SET statement_timeout = 0",
    "SET client_min_messages = notice",
)
_HEAD = """\
-- Repairs what drifted from the contract {name}, on {address}: {count}, in this order.
-- Each writes and locks the rows that drifted, and no others, while the application goes on. It
-- commits as it goes, so that whoever ends it loses nothing and can run it again.
--
-- Nothing was run. To run it, as the owner of the tables:
--   vrss-contract reconcile DSN{words} --run
--   vrss-contract reconcile DSN{words} | psql -X -v ON_ERROR_STOP=1 DSN
-- To hear what drifted, without a change:
--   vrss-contract doctor DSN{words} --only 'invariant.*'
--
"""


@dataclass(frozen=True, slots=True)
class RepairFile:
    """A file of the contract's, and what it repairs."""

    name: str
    """Its path from the contract's folder."""
    sql: str
    """One statement."""
    invariants: Mapping[str, InvariantPromise]
    says: tuple[str, ...]
    """What the invariants say, in the order of their ids in ``invariants``."""


def repairs(contract: Contract) -> tuple[RepairFile, ...]:
    """The repairs, in the order in which the contract's invariants name them.

    Raises:
        TroubleError: there are none.
    """
    named: dict[str, list[Clause]] = {}
    for clause in contract.clauses:
        promise = clause.promise
        if isinstance(promise, InvariantPromise) and promise.repair and not promise.never_falls:
            named.setdefault(promise.repair, []).append(clause)
    if not named:
        raise NO_REPAIRS(contract=contract.manifest.name)
    return tuple(_file(contract, name, clauses) for name, clauses in named.items())


def settings(schemas: Sequence[str]) -> tuple[str, ...]:
    """What the session has to be told before the repairs, a statement each."""
    path = ", ".join(map(identifier, schemas))
    return tuple(one.format(path=path) for one in _SETTINGS)


def text(contract: Contract, address: str, schemas: Sequence[str]) -> str:
    """All of it as a script for psql.

    Args:
        contract: whose repairs these are.
        address: the database, as people may see it.
        schemas: where the tables are.
    """
    files = repairs(contract)
    count = "1 repair" if len(files) == 1 else f"{len(files)} repairs"
    words = _line(shlex.join(("", *contract.manifest.words)).removeprefix("''"))
    head = _HEAD.format(
        name=_line(contract.manifest.name), address=_line(address), count=count, words=words
    )
    told = "\n".join(_told(files))
    before = ";\n".join(settings(schemas))
    bodies = "\n".join(f"\n-- {one.name}\n\n{one.sql.strip()}" for one in files)
    return f"{head}{told}\n\n{before};\n{bodies}\n"


def _file(contract: Contract, name: str, clauses: Sequence[Clause]) -> RepairFile:
    sql = (contract.manifest.folder / name).read_text("utf-8")
    promises = {
        clause.id: clause.promise
        for clause in clauses
        if isinstance(clause.promise, InvariantPromise)
    }
    return RepairFile(name, sql, promises, tuple(clause.says for clause in clauses))


def _told(files: Sequence[RepairFile]) -> Iterator[str]:
    for number, one in enumerate(files, 1):
        yield f"-- {number}. {_line(one.name)}"
        for says in one.says:
            yield f"--      {_line(says)}"


def _line(words: str) -> str:
    """The words in one line: a second one would be no comment."""
    return " ".join(words.split())
