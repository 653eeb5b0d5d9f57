"""What a reader has to know of the place that a target was judged in."""

from __future__ import annotations

from collections.abc import Iterator

from vrss_contract.contract.model import Contract
from vrss_contract.database import place
from vrss_contract.database.scratch import Database
from vrss_contract.postgres import Access
from vrss_contract.target import Target


def of_target(target: Target, contract: Contract, database: Database) -> tuple[str, ...]:
    """Notes on the target, which is loaded into the database, and on where its tables are.

    Raises:
        TroubleError: the tables are in another schema than the one looked in.
    """
    with database.connect() as session:
        elsewhere = place.elsewhere(session, contract)
    return tuple(filter(None, [*target.notes, database.note, elsewhere]))


def of_server(access: Access, target: Target) -> Iterator[str]:
    """Notes on the server, and on which of its databases was judged where that could be taken."""
    if access.database and target.live:
        yield "judged in scratch databases on that server, dropped afterwards"
    elif access.database:
        yield (
            f"{target.name} was loaded into scratch databases on that server, dropped afterwards;"
            f" its database {access.database} itself was NOT judged"
            " (vrss-contract verify DSN does that)"
        )
    yield from access.notes
