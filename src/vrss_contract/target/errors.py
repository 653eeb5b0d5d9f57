"""What can be wrong with a target before a server has seen it, and while it loads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vrss_contract.errors import Misuse, Trouble, TroubleError
from vrss_contract.target import Statement

_SHOWN_LINES = 3
_SHOWN_CHARACTERS = 200

NO_SUCH_FILE = Misuse(
    "no-such-file",
    "The target's path leads nowhere.",
    says="there is no file {path}",
    tried="to read {path} as the target",
    found="nothing of that name in {path.parent}",
    do="give the path of a .sql file, or leave it out to verify the canonical schema",
)
NO_SUCH_BASE = Misuse(
    "no-such-base",
    "What a change is told against is neither a file nor a commit with the target in it.",
    says="there is no schema to tell the change against by the name {word!r}",
    tried="to read {word!r} as a .sql file, and from git as a commit of the target's repository",
    do=(
        "name a commit, branch or tag of the repository that the target is in,\n"
        "or a .sql file; leave --changed out to judge every clause"
    ),
)
NO_SUCH_COMMIT = replace(
    NO_SUCH_BASE,
    code="no-such-commit",
    means="A target in git that is not there.",
    says="git has no target by the name {word!r}",
    tried="to read the target from the commit {word!r}",
    do="write git:REF:PATH, with a commit, branch or tag, and a path from where you are",
)
DSN_AS_FILE = Misuse(
    "dsn-as-file",
    "A DSN stands where a file is due. It is not shown: it may hold a password.",
    says="a DSN stands where a file is due",
    tried="read a file of that name (not shown: it may hold a password)",
    found="a DSN, which names a live database",
    do=(
        "to judge that database's schema, dump it: pg_dump --schema-only --no-owner DSN\n"
        "> dump.sql, then vrss-contract verify dump.sql;\n"
        "to look at its data: vrss-contract doctor DSN;\n"
        "to judge a file on that server: vrss-contract verify FILE --server DSN"
    ),
)
NOT_A_FILE = Misuse(
    "not-a-file",
    "A folder, socket or device where a file is due.",
    says="{path} is {what}",
    tried="to read {path} as the target",
    found="{what} where a file is due",
    do="give the path of a .sql file, or leave it out to verify the canonical schema",
)
NOT_READABLE = Misuse(
    "not-readable",
    "The file is there and may not be read.",
    says="{path} can't be read",
    tried="to read {path} as the target",
    found="{reason}",
    do="give yourself the right to read it, or name another file",
)
NOT_UTF8 = Misuse(
    "not-utf8",
    "The file is no text in UTF-8.",
    says="{path} is not UTF-8",
    tried="to read {path} as text",
    found="byte 0x{byte:02x} in line {line}, which is no UTF-8",
    do="save the file as UTF-8; to convert it: iconv -f {likely} -t UTF-8",
)
NUL_BYTE = Misuse(
    "nul-byte",
    "A byte in the file that ends a text for the server.",
    says="{path} holds a byte that no SQL may hold",
    tried="to read {path} as text",
    found="byte 0x00 in line {line}",
    do=("name a file of SQL as text, such as one written by\n`pg_dump --schema-only --no-owner`"),
)
NO_STATEMENT = Misuse(
    "no-statement",
    "The file holds no SQL.",
    says="{path} holds no statement",
    tried="to read the statements of {path}",
    found="nothing, or nothing but comments and white space",
    do="give the path of a .sql file, or leave it out to verify the canonical schema",
)
COPY_DATA = Misuse(
    "copy-data",
    "COPY between the server and psql, with lines in between that are no SQL.",
    says="{target}:{line} copies data through psql",
    tried="to read the statements of {target}",
    found="{text}",
    do="take the rows out (pg_dump --schema-only), or have them as INSERT\n(pg_dump --inserts)",
)
PSQL_COMMAND = Misuse(
    "psql-command",
    "A line for psql where SQL is due.",
    says="{target}:{line} is a psql command, not SQL",
    tried="to read the statements of {target}",
    found="{text}",
    do="take the line out, or put the SQL that it stands for in its place",
)
INCLUDED_FILE = Misuse(
    "included-file",
    "A file that a script includes can't be read.",
    says="{target}:{line} includes {path}, which can't be read",
    tried="to read {looked}",
    found="{reason}",
    do="name the file as it is found from the script's folder, or from where you are",
)
UNKNOWN_LAYOUT = Misuse(
    "unknown-layout",
    "A folder in which no tool's migrations are found.",
    says="{path} holds no migrations that are known",
    tried="to find migrations in {path}, and in the folders that tools keep them in",
    found="none of these layouts: {known}",
    do="name the folder the scripts are in, or the scripts themselves, in their order",
)
SEVERAL_LAYOUTS = Misuse(
    "several-layouts",
    "A folder with the migrations of more than one tool.",
    says="{path} holds migrations of several tools",
    tried="to find migrations in {path}",
    found="{places:lines}",
    do="name the folder that is to be judged",
)
OTHER_DATABASE = Misuse(
    "other-database",
    "Migrations that are written for another database than PostgreSQL.",
    says="{path} is not of PostgreSQL",
    tried="to read the migrations beside {path}",
    found="{found}",
    do="name migrations that are written for PostgreSQL",
)
NO_SCRIPT = Misuse(
    "no-script",
    "A plan of migrations that names a script which is not there.",
    says="{plan} names {change}, which has no script",
    tried="to read {path}",
    found="no file of that name",
    do="add the script, or take the change out of the plan",
)
NO_SQL_SCHEMA = Misuse(
    "no-sql-schema",
    "A Rails project whose schema is kept in Ruby alone.",
    says="{path} is Ruby, not SQL",
    tried="to find the schema's SQL beside {path}",
    found="no structure.sql",
    do="set config.active_record.schema_format = :sql, and run bin/rails db:schema:dump",
)
NOT_SQL_CHANGE = Misuse(
    "not-sql-change",
    "A Liquibase changelog with a change that is no SQL.",
    says="{path} has changes that Liquibase alone can make",
    tried="to read the changelog {path}",
    found="{found}",
    do="have Liquibase write the SQL: liquibase update-sql | vrss-contract verify -",
)
NO_RENDERER = Misuse(
    "no-renderer",
    "Migrations that are programs, without the tool that makes SQL of them.",
    says="{tool}'s migrations in {folder} can't be made into SQL",
    tried="to find {tool}, in the folder's own environment and by its name",
    found="neither",
    do="install it, or make the SQL where it is: {command} | vrss-contract verify -",
)
NEEDS_DATABASE = Misuse(
    "needs-database",
    "A Django project, whose migrations become SQL only where a database is.",
    says="{folder} is a Django project, which makes SQL only with a database",
    tried="to read the migrations in {folder}",
    found="manage.py",
    do="migrate a scratch database, and judge that: vrss-contract verify DSN",
)
NOT_RENDERED = Misuse(
    "not-rendered",
    "The tool that makes SQL of migrations failed.",
    says="{tool} makes no SQL of the migrations in {folder}",
    tried="to have {tool} write the SQL",
    found="{found}",
    do="see what it says in its own words: {command}",
)
LOAD_FAILED = Trouble(
    "load-failed",
    "A statement of the target failed.",
    says="{target}:{line} does not load{phase}",
    tried="{statement}",
    found="{reason}",
    do="mend the statement; nothing can be judged before it loads",
)
LOADS_NOT = replace(
    LOAD_FAILED,
    says="{target} does not load: {count} statements fail, the first in line {line}",
    tried="to load {target}, each statement whatever became of the others",
    found="{failures}",
    do="{remedies}",
    means="Statements of the target failed.",
)
LOAD_NAMES_ROLE = replace(
    LOAD_FAILED,
    do="take out what names the role, or make it on the server that you judge on",
)
LOAD_REFUSED = replace(
    LOAD_FAILED,
    code="load-refused",
    means="A statement asked for a right that a schema does not need.",
    do=(
        "take the statement out: a target runs as a role that is no superuser,\n"
        "reads no files, runs no programs and owns nothing but its own database"
    ),
)
NO_EXTENSION = replace(
    LOAD_FAILED,
    code="no-extension",
    means="The server does not have an extension that the target asks for.",
    says="{target}:{line} asks for the extension {extension}, which the server lacks{phase}",
    do=(
        "judge on a server that has {extension}: --server container:postgres:16 and an\n"
        "installation of yours, VRSS_CONTRACT_POSTGRES=/usr/lib/postgresql/16, have those of\n"
        "PostgreSQL itself (pgcrypto, citext, uuid-ossp, pg_trgm); others need --server\n"
        "container:IMAGE or --server postgresql://…; or take the statement out where nothing\n"
        "needs it (docs/engines.md)"
    ),
)
LOAD_LIMITED = replace(
    LOAD_FAILED,
    code="load-limited",
    means="A statement met a limit that the server is set to.",
    do=(
        "raise the limit that the server names, or judge on another server, such as\n"
        "--server embedded; the statement itself may be right"
    ),
)
LOAD_HANGS = replace(
    LOAD_FAILED,
    code="load-hangs",
    means="A statement did not end in its time.",
    found="no end within {seconds:g} s (statement_timeout); it was cancelled",
    do="take out what waits, or give it longer with --timeout SECONDS",
)
SESSION_ENDED = replace(
    LOAD_FAILED,
    code="session-ended",
    means="A statement ended the session it ran in.",
    found="the server ended the session",
    do="take out what ends sessions; if nothing does, look at the server's log",
)
OPEN_TRANSACTION = Trouble(
    "open-transaction",
    "The target ends inside a transaction that it began.",
    says="{target} ends inside a transaction",
    tried="to load {target}",
    found="BEGIN or START TRANSACTION without COMMIT: psql would keep none of it",
    do="put COMMIT at the end, or take BEGIN out",
)


def unloaded(trouble: Trouble, target: str, step: Statement, **given: Any) -> TroubleError:
    """The error for a statement of the target that failed; ``given`` as its words ask for."""
    return trouble(
        target=step.file or target,
        line=step.fault_line,
        phase=f", in phase {step.phase}" if step.phase else "",
        statement=excerpt(step.sql, step.fault),
        **given,
    )


def excerpt(sql: str, fault: int = 0) -> str:
    """The first lines of a statement, and the one at fault, cut where they are long."""
    lines = [shortened(line, _SHOWN_CHARACTERS) for line in sql.splitlines()]
    if fault < _SHOWN_LINES:
        return "\n".join([*lines[:_SHOWN_LINES], *_more(len(lines) - _SHOWN_LINES)])
    below = _more(len(lines) - fault - 1)
    return "\n".join([lines[0], *_more(fault - 1), lines[fault], *below])


def _more(count: int) -> list[str]:
    return [f"... ({count} more line{'' if count == 1 else 's'})"] if count > 0 else []


def shortened(text: str, limit: int) -> str:
    """The text, or its first ``limit`` characters with a note on how many follow."""
    over = len(text) - limit
    return text if over <= 0 else f"{text[:limit]}... ({over:,} more characters)"
