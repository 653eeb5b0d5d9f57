"""The share of a run: what was and what is are loaded side by side, and compared."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg

from vrss_contract.checks.changed.base import Base, data_files
from vrss_contract.checks.changed.choose import Chooser, Share
from vrss_contract.checks.changed.contracts import Amended, amended
from vrss_contract.checks.changed.differences import Difference, differences
from vrss_contract.checks.changed.reach import Reach
from vrss_contract.checks.changed.taint import checked, taint
from vrss_contract.checks.changed.touch import touched
from vrss_contract.checks.changed.touched import Touched
from vrss_contract.contract.manifest import Manifest
from vrss_contract.contract.model import Clause, Contract, FactPromise
from vrss_contract.contract.whole_rows import CANDIDATE, WholeRows
from vrss_contract.database.catalog.every_object import Facts, Item, every_object
from vrss_contract.database.clear_tables import emptied
from vrss_contract.database.naming.naming import Naming, by_name
from vrss_contract.database.row_factory import Factory
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.sql.literal import parts
from vrss_contract.sql.spoken import unlisted, words
from vrss_contract.target import Target

_STRING = re.compile(r"'(?:[^']|'')*'")
_UNSAID = frozenset({"order", "enforcing trigger"})
"""Differences that come with others."""


@dataclass(frozen=True, slots=True)
class ShareOrder:
    """What a share is chosen of."""

    contract: Contract
    """The contract that is judged by."""
    clauses: Sequence[Clause]
    target: Target
    """What is judged, with the names that were found for it."""
    naming: Naming = field(default_factory=Naming)
    """Which names of the base may be others than the contract's."""


@dataclass(frozen=True, slots=True)
class Change:
    """All that is known of a change before it is asked which clauses it can touch."""

    base: str
    """What it is told against."""
    before: Mapping[Item, Facts]
    after: Mapping[Item, Facts]
    amended: Amended
    walked: bool = True
    """Whether a phase's statements are others."""
    because: str = ""
    """Why all clauses are judged; nothing where that is to be found out."""
    renamed: frozenset[str] = frozenset()
    """What was called otherwise either before or after, by the contract's names."""


def narrowed(order: ShareOrder, base: Base, databases: Databases, database: Database) -> Share:
    """The clauses that the change can touch.

    Args:
        order: what is verified.
        base: what the change is told against.
        databases: where the base is loaded.
        database: the target, loaded.

    Raises:
        TroubleError: the base does not load.
    """
    told = amended(base.contract, order.contract, data=base.data)
    walked = _statements(base.target) != _statements(order.target)
    if not (walked or base.strange or told):
        return Share(
            (), len(order.clauses), dict(Counter(c.kind for c in order.clauses)), base.label
        )
    after, because = _objects(database), base.strange
    before, renames = after, order.target.renames
    if walked:
        was = databases.load(base.target)
        naming = replace(order.naming, given=())  # what it says of the target need not be of this
        renames = by_name(was, base.target, order.contract, naming).renames
        before = _objects(was)
        if not because and _may_refuse(before, after):
            because = _otherwise_begun(was, database, order.contract)
        databases.drop(was)
    renamed = frozenset(one.full for one in {*renames} ^ {*order.target.renames})
    change = Change(base.label, before, after, told, walked, because, renamed)
    return chosen(order.clauses, order.contract, change)


def chosen(clauses: Sequence[Clause], contract: Contract, change: Change) -> Share:
    """The share of a contract's clauses."""
    found = differences(change.before, change.after)
    items = [*change.before.items(), *change.after.items()]
    touch = touched(found, items)
    for table in (*change.amended.tables, *_said(touch, change.amended, contract)):
        touch.whole(parts(table)[-1])
    names = (f"the name of {name}" for name in sorted(change.renamed))
    changes = (*_changes(found, change.amended), *names)
    because = change.because or change.amended.everything or touch.everything
    if because:
        return Share(tuple(clauses), len(clauses), {}, change.base, changes, because)
    reach = Reach(change.before, change.after)
    checked(touch, reach)
    taint(touch, reach)
    chooser = Chooser(touch, change.amended, reach, contract, walked=change.walked)
    taken = tuple(one for one in clauses if chooser.touches(one) or _on_name(one, change.renamed))
    ids = {one.id for one in taken}
    left = Counter(one.kind for one in clauses if one.id not in ids)
    return Share(taken, len(clauses), dict(left), change.base, changes, grown=dict(chooser.grown))


def _said(touch: Touched, told: Amended, contract: Contract) -> Iterator[str]:
    """Tables with a column that is NULL unless it is said, and is said: by rows or by data."""
    rows, texts = WholeRows(contract), list(_texts(contract.manifest)) if touch.plain else []
    for name in contract.tables:
        if not (columns := touch.plain.get(parts(name)[-1])):
            continue
        filled = rows.filled(name, {}, number=CANDIDATE)
        own = [text for text in texts if parts(name)[-1] in words(text)]
        if columns & ({*filled} | told.declared.get(name, frozenset())) or any(
            columns & words(text) or unlisted(text, parts(name)[-1]) for text in own
        ):
            yield name


def _texts(manifest: Manifest) -> Iterator[str]:
    for path in data_files(manifest):
        files: Iterable[Path] = sorted(path.glob("*.sql")) if path.is_dir() else (path,)
        for file in files:
            yield _STRING.sub("''", file.read_text("utf-8", errors="replace"))


def _on_name(clause: Clause, renamed: frozenset[str]) -> bool:
    """Whether it is about the name of such a thing."""
    promise = clause.promise
    if not isinstance(promise, FactPromise) or promise.aspect != "name":
        return False
    return not renamed.isdisjoint(clause.objects)


def _statements(target: Target) -> list[tuple[str, str | None, int]]:
    return [(step.sql, step.rows, step.phase) for step in target.steps]


def _objects(database: Database) -> dict[Item, Facts]:
    with database.connect() as session:
        return every_object(session)


def _may_refuse(before: Mapping[Item, Facts], after: Mapping[Item, Facts]) -> bool:
    """Whether more changed than columns that are NULL unless they are said, and comments."""
    return touched(differences(before, after), [*before.items(), *after.items()]).restored


def _otherwise_begun(was: Database, database: Database, contract: Contract) -> str:
    """Why every clause is judged, where the rows that they begin with are not taken alike."""
    if _lacking(was, contract) == _lacking(database, contract):
        return ""
    return "the rows that every clause begins with are not taken as they were"


def _lacking(database: Database, contract: Contract) -> frozenset[str]:
    """The tables that take no row of the baseline."""
    lacking = set[str]()
    with database.connect() as session, session.transaction(force_rollback=True):
        session.execute(emptied(contract.tables).encode())
        for table, statements in Factory(contract).baseline().items():
            try:
                with session.transaction():
                    for statement in (*statements, "SET CONSTRAINTS ALL IMMEDIATE"):
                        session.execute(statement.encode())
                    session.execute("SET CONSTRAINTS ALL DEFERRED")
            except psycopg.OperationalError:
                raise
            except psycopg.Error:
                lacking.add(table)
    return frozenset(lacking)


def _changes(found: Iterable[Difference], told: Amended) -> Iterator[str]:
    yield from (str(one) for one in found if one.item.kind not in _UNSAID)
    if told.clauses:
        yield f"{len(told.clauses):,} clauses of the contract"
    yield from (f"rows of {table} in the contract" for table in sorted(told.tables))
