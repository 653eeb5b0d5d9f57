"""Scratch databases on a server, and the target loaded into them.

Rule: docs/ARCHITECTURE.md, how a run goes.
"""

from __future__ import annotations

import contextlib
import itertools
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import TransactionStatus

from vrss_contract.database import admission, role, stale_databases
from vrss_contract.database.creation import Creation
from vrss_contract.database.invitation import invitation
from vrss_contract.database.loader import Loader
from vrss_contract.database.scratch_database import DEFAULT_TIMEOUT, Database
from vrss_contract.database.session import PUBLIC
from vrss_contract.postgres import Access
from vrss_contract.postgres.pinned_settings import session_sql
from vrss_contract.postgres.readiness import ServerAddress
from vrss_contract.target import Target
from vrss_contract.target.errors import OPEN_TRANSACTION

__all__ = ["DEFAULT_TIMEOUT", "PREFIX", "Database", "Databases", "Membership"]

PREFIX = "vrss_contract_"
"""Every database and role that the harness makes begins with this."""
_HEIRLOOM = PREFIX + "filled"
"""What database and role of a stored cluster are called; no run of ours has such a token."""
_OF_A_PROCESS = 1_000_000
"""Databases that one process can make before it comes to the numbers of another."""
_OF_RUN = "SELECT datname FROM pg_database WHERE datname ~ %s"
_END_SESSIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY(%s)"
_END_OVERTIME = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE usename = %s AND datname = ANY(%s) AND pid <> pg_backend_pid()
AND state = 'active' AND clock_timestamp() - query_start > make_interval(secs => %s)
"""


@dataclass(frozen=True, slots=True)
class Membership:
    """What another process needs to make databases of the same run."""

    access: Access
    timeout: float
    schemas: tuple[str, ...]
    token: str
    role: role.Role


class Databases:
    """Makes scratch databases on one server and drops them, and their role, at the end."""

    def __init__(
        self,
        access: Access,
        *,
        timeout: float = DEFAULT_TIMEOUT,
        schemas: tuple[str, ...] = PUBLIC,
    ) -> None:
        self._access = access
        self._schemas = schemas
        self._timeout = timeout
        self._token = secrets.token_hex(4)
        self._numbers = itertools.count()
        self._made: list[str] = []
        self._made_along: list[Databases] = []
        self._creation = Creation(access)
        self._admitted = access.ours
        self._joined = False
        self._kept: str | None = None
        self._replacing = threading.Lock()
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    @classmethod
    def joined(cls, membership: Membership, place: int) -> Databases:
        """Those of the same run in another process, the one at that place, from 1.

        Whoever made the run drops what is left of them, should this process be killed.
        """
        one = cls(membership.access, timeout=membership.timeout, schemas=membership.schemas)
        one._token, one._role = membership.token, membership.role
        one._numbers = itertools.count(place * _OF_A_PROCESS)
        one._joined = one._admitted = True
        return one

    @property
    def membership(self) -> Membership:
        """What other processes join this run by."""
        return Membership(self._access, self._timeout, self._schemas, self._token, self._role)

    def __enter__(self) -> Self:
        if self._joined:
            self._admin = self._connect()
            self._watcher.start()
            return self
        with contextlib.ExitStack() as undo:
            self._admin = self._connect()
            undo.callback(self._end)
            if not self._access.throwaway:
                for databases, roles in stale_databases.left_behind(self._admin, PREFIX):
                    with contextlib.suppress(psycopg.Error):  # another's, or another was faster
                        self._drop(databases, roles)
            self._role = role.make(self._admin, self._access.admin, PREFIX + self._token)
            undo.pop_all()
        self._watcher.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        self._watcher.join()
        self._end()

    def keep(self, database: Database) -> str:
        """Leave this database behind, also by later runs; returns how to open and to end it.

        A password is shown only where it was made for a server that is thrown away.
        """
        self._kept = database.name
        address = ServerAddress(database.admin)
        look = invitation(address, throwaway=self._access.throwaway)
        if self._access.throwaway:
            return look
        self._run("COMMENT ON DATABASE {} IS 'kept by vrss-contract'", database.name)
        roles = f"{self._role.stranger}, {self._role.name}"
        end = f"DROP DATABASE {database.name}; DROP ROLE {roles};"
        return f"{look}\nend it with: {end}"

    def create(self, template: Database | None = None) -> Database:
        """An empty database, or a copy of ``template``, to which nobody may be connected."""
        database = self._named()
        if template:
            if not self._access.throwaway:  # a pooler keeps sessions that we have closed
                self._admin.execute(_END_SESSIONS, [[template.name]])
            self._creation.copy(self._admin, database.name, template.name)
        else:
            self._creation.make(self._admin, database.name)
        self._run("GRANT CREATE, TEMPORARY ON DATABASE {} TO {}", database.name, self._role.name)
        if template is None:
            with database.administer() as admin:
                role.run(admin, "GRANT ALL ON SCHEMA public TO {}", self._role.name)
        if not self._admitted:
            settings = admission.admit(database.connect, self._admin, self._role.name)
            self._role = replace(self._role, settings=settings)
            self._admitted = True
        return database

    def bequeath(self, database: Database) -> None:
        """Leave a database and its role to ``inherit`` on this server; no other is made after.

        The server is thrown away here and runs again elsewhere, from a copy of its files.
        """
        self._run("ALTER DATABASE {} RENAME TO {}", database.name, _HEIRLOOM)
        role.bequeath(self._admin, self._role, _HEIRLOOM)

    def inherit(self) -> Database:
        """The database that was bequeathed, as if it had been loaded here; none was made before."""
        database = self._named()
        self._run("ALTER DATABASE {} RENAME TO {}", _HEIRLOOM, database.name)
        role.inherit(self._admin, self._role, _HEIRLOOM)
        role.restore(self._admin, self._role, database.name)
        return database

    def drop(self, database: Database) -> None:
        """Drop a database made here at once, with whoever is in it."""
        self._drop([database.name], [])
        self._made.remove(database.name)

    def load(self, target: Target) -> Database:
        """A new database with the whole target in it.

        Raises:
            TroubleError: a statement failed, was refused, hung or ended its session.
        """
        database = self.create()
        with replace(database, schemas=PUBLIC).connect() as connection:
            loader = self.loader(target, connection)
            loader.load((*target.steps, *target.naming))
            if connection.info.transaction_status is not TransactionStatus.IDLE:
                connection.rollback()
                raise OPEN_TRANSACTION(target=target.name)
        if self._schemas[0] != PUBLIC[0]:
            with database.administer() as admin:
                role.open_to_stranger(admin, self._role, self._schemas[0])
        own = role.settings(self._admin, self._role, database.name)
        role.restore(self._admin, self._role, database.name)
        return replace(database, note=loader.passed_over.note, settings=own)

    def loader(self, target: Target, connection: psycopg.Connection) -> Loader:
        """What runs the target's steps, one at a time, on that connection."""
        return Loader(target.name, connection, self._timeout, self.alive)

    @property
    def access(self) -> Access:
        """The way into the server that they are made on."""
        return self._access

    @property
    def timeout(self) -> float:
        """Seconds that one statement of a target may take."""
        return self._timeout

    def follow(self, others: Databases) -> None:
        """Interrupt the others as well, on whichever server, when these are."""
        self._made_along.append(others)
        if self._over.is_set():  # they came too late to be told
            others.interrupt()

    def interrupt(self) -> None:
        """End every session in the databases made here and let none begin, for good."""
        self._over.set()
        for others in self._made_along:
            with contextlib.suppress(psycopg.Error):  # its server is gone by now
                others.interrupt()
        for name in tuple(self._made):
            with contextlib.suppress(psycopg.Error):  # not there yet, or dropped by now
                self._run("ALTER DATABASE {} ALLOW_CONNECTIONS FALSE", name)
        with contextlib.suppress(psycopg.Error):
            self._admin.execute(_END_SESSIONS, [self._made])

    def alive(self) -> bool:
        """Whether the server still answers its administrator, on a new connection if need be."""
        # One thread at a time: a second new connection would wait for the lock of the first.
        with self._replacing:
            try:
                self._admin.execute("SELECT 1")
            except psycopg.OperationalError:
                return self._reconnected()
            return True

    def _named(self) -> Database:
        """A database that is not there yet, with its names and the ways into it."""
        if self._over.is_set():
            raise KeyboardInterrupt  # another thread was interrupted, and waits for this one
        name = f"{PREFIX}{self._token}_{next(self._numbers)}"
        self._made.append(name)  # before it is there, or an interrupt in between leaves it behind
        admin = make_conninfo(self._access.admin, dbname=name)
        user = make_conninfo(self._role.user, dbname=name)
        return Database(name, admin, user, self._timeout, self._role.stranger, self._schemas)

    def _connect(self) -> psycopg.Connection:
        admin = psycopg.connect(self._access.admin, autocommit=True)
        admin.execute(session_sql(admin.info.server_version).encode())
        if not self._joined:
            # Held as long as this run lives: a later run drops what belongs to no live one.
            admin.execute("SELECT pg_advisory_lock(%s)", [int(self._token, 16)])
        return admin

    def _reconnected(self) -> bool:
        """Whether there is a new connection in the place of one that somebody has ended."""
        try:
            admin = self._connect()
        except psycopg.OperationalError:
            return False
        self._admin.close()
        self._admin = admin
        return True

    def _watch(self) -> None:
        """End what outlives its limit: PL/pgSQL can catch the server's own cancellation."""
        patience = self._timeout * 1.2 + 0.2
        while not self._over.wait(patience / 2):
            with contextlib.suppress(psycopg.Error):
                self._admin.execute(_END_OVERTIME, [self._role.name, self._made, patience])

    def _end(self) -> None:
        try:
            if not self._access.throwaway and self.alive():
                made = self._made if self._joined else self._of_all_processes()
                others = [name for name in made if name != self._kept]
                ours = PREFIX + self._token  # its roles may not have come to be
                stays = self._joined or self._kept
                self._drop(others, [] if stays else [ours + role.STRANGER, ours])
        finally:
            self._admin.close()

    def _of_all_processes(self) -> list[str]:
        """The databases of the run, also those of a process that was killed."""
        pattern = f"^{PREFIX}{self._token}_[0-9]+$"
        return [str(name) for (name,) in self._admin.execute(_OF_RUN, [pattern])]

    def _drop(self, databases: Iterable[str], roles: Iterable[str]) -> None:
        for name in databases:
            self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        for name in roles:
            self._run("DROP ROLE IF EXISTS {}", name)

    def _run(self, statement: str, *names: str) -> None:
        role.run(self._admin, statement, *names)
