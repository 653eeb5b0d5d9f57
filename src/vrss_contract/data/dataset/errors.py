"""What can keep a database from being filled, in the words people read.

Knows the words; does not know how the trouble was noticed. Where nothing else is said, the
transaction was undone and the database is as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from vrss_contract.errors import MISUSED, TroubleError

_TRIED = "fill the tables of the contract"
_UNDONE = "nothing was written"
_SHOWN = 10
ENOUGH = 1000
"""Rows that are counted in a table that should be empty."""


class TablesMissingError(TroubleError):
    """Tables that rows are for are not there."""

    code = "tables-missing"
    exit_code = MISUSED

    def __init__(self, tables: Sequence[str]) -> None:
        super().__init__(
            f"{_count(tables)} missing",
            tried=_TRIED,
            found=f"no such table in the schema public: {_listed(tables)}",
            remedy="load the schema first, such as: psql -v ON_ERROR_STOP=1 -f SCHEMA.sql",
        )


class NotOwnerError(TroubleError):
    """The role owns not all tables, and only an owner may switch triggers and remake keys."""

    code = "not-owner"
    exit_code = MISUSED

    def __init__(self, role: str, tables: Sequence[str]) -> None:
        super().__init__(
            f"{role} does not own the tables",
            tried=_TRIED,
            found=f"{role} is neither owner nor member of the owner of: {_listed(tables)}",
            remedy="connect as the role that made the tables",
        )


class NoCreateError(TroubleError):
    """The role may make no index in the schema, so that none may be taken away before."""

    code = "no-create"
    exit_code = MISUSED

    def __init__(self, role: str) -> None:
        super().__init__(
            f"{role} may create nothing in the schema public",
            tried=_TRIED,
            found=f"{role} owns the tables, and could not make their indexes again after the rows",
            remedy=f'let the owner of the schema run: GRANT CREATE ON SCHEMA public TO "{role}"',
        )


class NotEmptyError(TroubleError):
    """Tables hold rows. ``counts`` is rows by table, counted up to ``ENOUGH`` + 1."""

    code = "not-empty"
    exit_code = MISUSED

    def __init__(self, counts: Mapping[str, int]) -> None:
        counted = [f"{table} ({_rows(count)})" for table, count in counts.items()]
        super().__init__(
            f"{_count(counted)} not empty",
            tried=_TRIED,
            found=f"rows in {_listed(counted)}",
            remedy="name a database whose tables are empty; rows of yours are never touched",
        )


class TablesHeldError(TroubleError):
    """Somebody holds a lock on a table for longer than we wait."""

    code = "tables-held"

    def __init__(self, seconds: float, holders: Sequence[str]) -> None:
        super().__init__(
            "another session holds a table",
            tried=f"lock the tables of the contract, waiting {seconds:g} s",
            found="\n".join(holders) or "whoever held one has let go since",
            remedy="end what uses the database, or wait for it; then run again",
        )


class DataRefusedError(TroubleError):
    """The database takes a row of a table, or a key over its rows, not.

    The server's error is its cause.
    """

    code = "data-refused"

    def __init__(self, table: str, reason: str) -> None:
        super().__init__(
            f"the database refuses the data of {table}",
            tried=f"fill {table}",
            found=f"{reason}\n{_UNDONE}",
            remedy="see what the database lacks of the contract with: vrss-contract verify",
        )
        self.table = table
        self.reason = reason


class FillFailedError(TroubleError):
    """The server stopped the work for a reason that lies not in the rows."""

    code = "fill-failed"

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(
            "the tables could not be filled",
            tried=what,
            found=f"{reason}\n{_UNDONE}",
            remedy="remove what the server complains of, then run again",
        )


class FillNoRoomError(TroubleError):
    """The server's disk is full."""

    code = "disk-full"

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(
            "the server has no room left",
            tried=what,
            found=f"{reason}\n{_UNDONE}",
            remedy="free some space where the server keeps its data, or take a smaller profile",
        )


class FillCutError(TroubleError):
    """The connection was lost while the transaction was open."""

    code = "connection-lost"

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(
            "the connection was lost midway",
            tried=what,
            found=f"{reason}\nnothing is written: the server undoes what was not committed",
            remedy="see that the server runs and nobody ends its sessions; then run again",
        )


class CatalogChangedError(TroubleError):
    """The schema would not be what it was. ``differences`` names objects."""

    code = "catalog-changed"

    def __init__(self, differences: Sequence[str]) -> None:
        super().__init__(
            "the schema would not be what it was",
            tried="put back triggers, keys, indexes and references as they were before the rows",
            found=f"changed: {_listed(differences)}\n{_UNDONE}",
            remedy="see whether the server changes what is made, by an event trigger for instance",
        )


class InDoubtError(TroubleError):
    """The commit was sent and its answer never came."""

    code = "in-doubt"

    def __init__(self, reason: str) -> None:
        super().__init__(
            "it is not known whether the rows are there",
            tried="commit the rows, all of them at once",
            found=f"{reason}\nthe answer did not come; either all rows are there or none",
            remedy="run again: it refuses, and names the tables, where the rows are there",
        )


class UnreadableDatasetError(TroubleError):
    """A file that the contract's manifest takes rows from can't be used."""

    code = "unreadable-dataset"
    exit_code = MISUSED

    def __init__(self, path: Path, found: str, remedy: str) -> None:
        super().__init__(
            f"{path} is no file to take rows from",
            tried=f"to read {path}",
            found=found,
            remedy=remedy,
        )


class UnvacuumedError(TroubleError):
    """The rows are committed, and VACUUM was not finished."""

    code = "not-vacuumed"

    def __init__(self, tables: Sequence[str], reason: str) -> None:
        super().__init__(
            "the rows are there, and their tables not vacuumed",
            tried="give the planner statistics, after the rows were committed",
            found=f"{reason}\nnot done: {_listed(tables)}",
            remedy="run VACUUM (FREEZE, ANALYZE) on the database; the rows are complete",
        )


def _count(tables: Sequence[str]) -> str:
    return "1 table is" if len(tables) == 1 else f"{len(tables)} tables are"


def _rows(count: int) -> str:
    if count > ENOUGH:
        return f"more than {ENOUGH:,} rows"
    return f"{count:,} row{'' if count == 1 else 's'}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
