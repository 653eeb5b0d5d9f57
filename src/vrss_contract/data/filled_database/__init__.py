"""A filled database: an embedded server full of a dataset's rows, kept between runs.

However it came about, it is opened the same way: a server that was stopped in order is started on
its files. So a filled database's first use finds the same plans, statistics and visibility as every
later one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vrss_contract.contract.model import Contract
from vrss_contract.data.dataset import Dataset
from vrss_contract.data.dataset.fill import fill
from vrss_contract.data.dataset.progress import Seen, unseen
from vrss_contract.data.filled_database.origin import Origin
from vrss_contract.data.known_answers import KnownAnswers
from vrss_contract.database.clear_tables import emptied
from vrss_contract.database.scratch import DEFAULT_TIMEOUT, Database, Databases
from vrss_contract.postgres import Access, archive, cache, run_directory
from vrss_contract.postgres.cache_entry import CacheEntry
from vrss_contract.postgres.choose import MAJOR
from vrss_contract.postgres.embedded import EmbeddedServer
from vrss_contract.sql.literal import text
from vrss_contract.target import Target

_PATIENCE = 3600.0
"""Seconds that one statement may take where rows are made: an index takes as long as it takes."""
_BYTES_A_ROW = 700
"""Room for a row: itself, its part of indexes, what sorting them takes, and a copy of all that."""
_SAMPLED = """
DO $$
DECLARE
    name pg_catalog.text;
BEGIN
    FOR name IN
        SELECT pg_catalog.format('%I.%I', namespace.nspname, relation.relname)
        FROM pg_catalog.pg_class AS relation
        JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = relation.relnamespace
        JOIN pg_catalog.pg_attribute AS attribute ON attribute.attrelid = relation.oid
        WHERE
            namespace.nspname IN ({schemas})
            AND relation.relkind = 'r' AND attribute.attname = 'id' AND attribute.attnum > 0
    LOOP
        EXECUTE 'ALTER TABLE ' || name || ' ALTER COLUMN id SET STATISTICS 1000';
    END LOOP;
END
$$
"""
"""Makes ANALYZE look at 300,000 rows of each table; else it draws 30,000 of them at random.

Of a small dataset that is every row, so that two databases have the same statistics to the digit
and no plan turns where two indexes cost nearly the same. What queries filter by keeps the usual
number of common values, so that plans are made of what they are made of elsewhere.
"""


@dataclass(frozen=True, slots=True)
class FilledDatabase:
    """An open filled database."""

    access: Access
    """The way into its server."""
    databases: Databases
    database: Database
    """The one with the rows; a template for ``databases.create``."""
    stored: bool
    """Whether it came out of the cache."""
    known: KnownAnswers
    """What was asked of its rows before; what is added is kept when it is closed."""
    unkept: str = ""
    """Why it is not in the cache now; nothing where it is."""


@contextlib.contextmanager
def filled_database(  # noqa: PLR0913 - three say what it is, the others have defaults
    target: Target,
    dataset: Dataset,
    contract: Contract,
    *,
    major: int = MAJOR,
    timeout: float = DEFAULT_TIMEOUT,
    seen: Seen = unseen,
    doing: Callable[[str], None] = lambda _: None,
    made: Callable[[Databases], None] = lambda _: None,
) -> Iterator[FilledDatabase]:
    """The target full of the dataset's rows, out of the cache where it is there.

    ``contract`` names the tables; ``timeout`` are the seconds that a statement may take in it.
    ``seen`` is told how far the rows are, if they have to be made, ``doing`` what else is done,
    ``made`` what makes databases, for whoever has to interrupt them.

    Raises TroubleError: no server, a target that fails or refuses the rows, a limit that is none.
    """
    cache.limit()  # not after a minute of work
    doing(f"opening the filled database {dataset.name}")
    with contextlib.ExitStack() as running:
        origin = running.enter_context(Origin(target, dataset, contract, doing))
        server = EmbeddedServer(major=major, cluster=origin.lay_out, room=room(dataset))
        origin.watched = server.watch_file
        running.enter_context(server)
        running.callback(origin.close)  # while the server still sees to what we leave
        entry, unkept = origin.entry, ""
        if entry:
            doing(f"making the filled database {dataset.name}")
            with _watched(server.access, _PATIENCE, contract, made) as makers:
                makers.bequeath(filled(makers, target, dataset, contract, seen=seen))
            unkept = _keep(server, entry, dataset.name, doing)
            origin.close()
        databases = running.enter_context(_watched(server.access, timeout, contract, made))
        known = KnownAnswers() if unkept else origin.answers(server.access)
        running.callback(known.keep)
        found = databases.inherit()
        yield FilledDatabase(server.access, databases, found, entry is None, known, unkept)


@contextlib.contextmanager
def _watched(
    access: Access, timeout: float, contract: Contract, made: Callable[[Databases], None]
) -> Iterator[Databases]:
    with Databases(access, timeout=timeout, schemas=contract.schemas) as databases:
        made(databases)
        yield databases


def filled(
    databases: Databases,
    target: Target,
    dataset: Dataset,
    contract: Contract,
    *,
    seen: Seen = unseen,
) -> Database:
    """A new database with the target and the dataset's rows in it, on any server.

    No statement of it may take longer than ``databases`` allows. Raises TroubleError.
    """
    database = databases.load(target)
    with database.connect() as session:
        session.execute(emptied(contract.tables).encode())  # a target may bring rows
        session.execute(_SAMPLED.format(schemas=", ".join(map(text, contract.schemas))).encode())
        fill(session, dataset, tuple(contract.tables), schemas=contract.schemas, seen=seen)
    return database


def room(dataset: Dataset) -> int:
    """The bytes that a database of these rows and a copy of it take where its server runs."""
    return run_directory.NEEDED + dataset.rows * _BYTES_A_ROW


def _keep(
    server: EmbeddedServer, entry: CacheEntry, name: str, doing: Callable[[str], None]
) -> str:
    """Put the server's files into the cache; returns why they are not in it."""
    doing(f"keeping the filled database {name}")
    with server.at_rest() as resting:
        size = archive.size(resting.data)
        unkept = entry.keep(
            size, lambda packed: archive.pack(resting.data, packed, resting.account)
        )
    if unkept:
        doing(f"the filled database {name} is not kept: {unkept}")
    return unkept
