"""What can keep a database from being looked at at all, in the words people read.

Knows the words; does not know how the trouble was noticed.
"""

from __future__ import annotations

from collections.abc import Sequence

from vrss_contract.errors import TroubleError


class CatalogError(TroubleError):
    """The database let us in, and its catalog could not be read."""

    code = "no-catalog"

    def __init__(self, reason: str) -> None:
        super().__init__(
            "the database's catalog can't be read",
            tried="to open a transaction and to read the catalog of the schema public",
            found=reason,
            remedy="see that the connection lasts, and that --timeout gives time enough",
        )


class HeldTableError(TroubleError):
    """A table is locked against readers. ``holders`` are the sessions' ids, each with a table."""

    code = "held-table"

    def __init__(self, holders: Sequence[tuple[int, str]]) -> None:
        super().__init__(
            "a table is locked, as ALTER TABLE, TRUNCATE and VACUUM FULL lock it",
            tried="to hold every table still before looking",
            found="\n".join(f"session {pid} holds {name}, or waits to" for pid, name in holders)
            or "no lock in time; whoever had it has let go since",
            remedy="run again when that is over",
        )
