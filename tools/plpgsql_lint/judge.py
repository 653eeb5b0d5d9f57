"""A file's bodies, judged by a server that holds its schema.

Knows how to load a file, how to ask the server about a body and what its answers mean. All happens
in one transaction that is rolled back, so one connection serves any number of files.
"""

from __future__ import annotations

import enum
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from pglast.parser import ParseError
from psycopg import sql

from tools.plpgsql_lint.probes import Mode, Probe
from tools.plpgsql_lint.source import (
    DO_SIGNATURE,
    Body,
    Statement,
    line_at,
    parse_error_index,
    statements,
)
from tools.plpgsql_lint.walk import probes
from vrss_contract.errors import Trouble

VALIDATORS = {"plpgsql": "plpgsql_validator", "sql": "fmgr_sql_validator"}
"""The function by which the server checks a body when a routine is made, by language."""
FAULT_CLASSES = ("42", "22", "0A")
"""Classes of SQLSTATE for which the code is to blame: names and syntax, values, no such feature."""
GONE = "dropped or replaced further down; not judged"

_CONFLICT = re.compile(r"\A\s*(#variable_conflict\s+\w+)")
_LAST_NAME = re.compile(r'"([^"]+)"[^"]*\Z')
_NEAR = re.compile(r"near line (\d+)\Z")
_UNASSIGNED = re.compile(r'record "(\w+)" is not assigned yet')
_OF_TRIGGERS = (
    "tg_name name; tg_when text; tg_level text; tg_op text; tg_relid oid; tg_relname name; "
    "tg_table_name name; tg_table_schema name; tg_nargs integer; tg_argv text[]; "
    "tg_event text; tg_tag text;"
)
_FIRED_BY = """
    SELECT format('%%I.%%I', relnamespace::regnamespace, relname),
           bool_or(tgtype & 1 = 1 AND tgtype & (4 | 16) > 0),
           bool_or(tgtype & 1 = 1 AND tgtype & (8 | 16) > 0),
           array_remove(array_agg(DISTINCT tgnewtable::text)
                        || array_agg(DISTINCT tgoldtable::text), NULL)
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE tgfoid = %s AND NOT tgisinternal GROUP BY pg_class.oid ORDER BY 1
"""
"""By table: whether its triggers know NEW, whether OLD, and the names of their transition tables.
The bits: 1 for each row, 4 insert, 8 delete, 16 update."""


UNLOADABLE = Trouble(
    "lint-unloadable",
    "The file is not a schema that the server takes, so its bodies cannot be judged.",
    says="the file does not load",
    tried="to load the file, statement by statement, into an empty database",
    found="line {line}: {words}",
    do="mend the statement; functions and DO blocks are judged once the rest loads",
)


class Kind(enum.StrEnum):
    """What a remark means for the outcome."""

    FAULT = "fault"
    UNJUDGED = "unjudged"
    """A whole body that could not be read."""
    NOTE = "note"
    """A part that no one can judge before run time."""


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """One thing to say about a line of the file."""

    line: int
    label: str
    words: str
    kind: Kind = Kind.FAULT


@dataclass(frozen=True, slots=True)
class _Setting:
    """Where a body runs: called by hand, or fired by a table's triggers."""

    table: str
    head: str
    transitions: tuple[str, ...] = ()


def judge(connection: psycopg.Connection, text: str) -> list[Remark]:
    """All that is to be said of the bodies in a file, by line. Leaves the database as it was.

    Raises:
        TroubleError: the file is not SQL, or the server refuses one of its statements.
        psycopg.OperationalError: the server is gone.
    """
    try:
        parts = statements(text)
    except ParseError as error:
        line = line_at(text, parse_error_index(error))
        raise UNLOADABLE(line=line, words=str(error.args[0])) from error
    remarks: set[Remark] = set()
    with connection.transaction(force_rollback=True):
        connection.execute("SET LOCAL check_function_bodies = off")
        for part in parts:
            remarks |= _load(connection, text, part)
        for part in parts:
            if part.kind == "CreateFunctionStmt":
                remarks |= _judge_body(connection, text, part)
    return sorted(remarks)


def _load(connection: psycopg.Connection, text: str, part: Statement) -> set[Remark]:
    """Carry out a statement; a DO block is judged first, in the schema that it meets."""
    if part.kind == "TransactionStmt":
        return set()
    remarks = _judge_body(connection, text, part) if part.kind == "DoStmt" else set()
    if any(remark.kind is Kind.FAULT for remark in remarks):
        return remarks
    if error := _error(connection, part.text):
        index = part.start + int(error.diag.statement_position or 1) - 1
        raise UNLOADABLE(line=line_at(text, index), words=_words(error)) from error
    return remarks


def _judge_body(connection: psycopg.Connection, text: str, part: Statement) -> set[Remark]:
    body = part.body
    if body is None or body.language not in VALIDATORS:
        return set()
    with connection.transaction(force_rollback=True):
        found = list(_remarks(connection, part, body))
    above = line_at(text, body.start)
    return {
        Remark(above + body.text.count("\n", 0, index), body.label, words, kind)
        for index, words, kind in found
    }


def _remarks(
    connection: psycopg.Connection, part: Statement, body: Body
) -> Iterator[tuple[int, str, Kind]]:
    """Index in the body, words and kind of all that is to be said of it."""
    routine = _enter(connection, body)
    if routine is None:
        yield 0, GONE, Kind.NOTE
        return
    check = sql.SQL("SELECT {}({}::oid)").format(sql.Identifier(VALIDATORS[body.language]), routine)
    if refused := _error(connection, check):
        yield _index(body, refused), _words(refused), Kind.FAULT
    elif body.language == "plpgsql":
        try:
            asked = probes(body, part.text)
        except ParseError as error:
            yield 0, f"pglast says: {error.args[0]}", Kind.UNJUDGED
            return
        yield from _answers(connection, asked, _settings(connection, body, routine))


def _enter(connection: psycopg.Connection, body: Body) -> int | None:
    """The routine's oid, with its own settings in force, or nothing if the body is not there."""
    if body.signature == DO_SIGNATURE:
        head = sql.SQL("CREATE FUNCTION {} RETURNS void LANGUAGE plpgsql AS {}")
        connection.execute(head.format(sql.SQL(DO_SIGNATURE), body.text))
    row = connection.execute(
        "SELECT oid, coalesce(proconfig, '{}') FROM pg_proc"
        " WHERE oid = to_regprocedure(%s) AND prosrc = %s",
        (body.signature, body.text),
    ).fetchone()
    if row is None:
        return None
    for setting in row[1]:
        connection.execute("SELECT set_config(%s, %s, true)", setting.split("=", 1))
    connection.execute("SET LOCAL check_function_bodies = on")
    return int(row[0])


def _settings(connection: psycopg.Connection, body: Body, routine: int) -> list[_Setting]:
    conflict = _CONFLICT.match(body.text)
    directive = f"{conflict[1]}\n" if conflict else ""
    if not body.fires:
        return [_Setting("", f"{directive}DECLARE BEGIN")]
    fired = connection.execute(_FIRED_BY, (routine,)).fetchall()
    return [
        _Setting(
            table,
            f"{directive}DECLARE {_OF_TRIGGERS} new {table if new else 'record'};"
            f" old {table if old else 'record'}; BEGIN",
            tuple(transitions),
        )
        for table, new, old, transitions in fired or [("", False, False, ())]
    ]


def _answers(
    connection: psycopg.Connection, asked: list[Probe], settings: list[_Setting]
) -> Iterator[tuple[int, str, Kind]]:
    """The answers in every setting; one that not all of them give names the tables that do."""
    given: dict[tuple[int, str, Kind], list[str]] = defaultdict(list)
    for setting in settings:
        with connection.transaction(force_rollback=True):
            for answer in _ask(connection, asked, setting):
                given[answer].append(setting.table.removeprefix("public."))
    for (index, words, kind), tables in given.items():
        where = "" if len(tables) == len(settings) else f" (fired by {', '.join(tables)})"
        yield index, words + where, kind


def _ask(
    connection: psycopg.Connection, asked: list[Probe], setting: _Setting
) -> Iterator[tuple[int, str, Kind]]:
    for name in setting.transitions:
        named = sql.SQL("CREATE TEMP TABLE {} (LIKE {})")
        connection.execute(named.format(sql.Identifier(name), sql.SQL(setting.table)))
    unusable: set[str] = set()
    for probe in asked:
        if probe.mode is Mode.NOTE:
            yield probe.index, probe.query, Kind.NOTE
            continue
        code = sql.SQL("DO {}").format(probe.code(setting.head, unusable))
        error = _error(connection, code)
        if error and probe.mode is Mode.FILL:
            unusable.add(probe.query)
        elif error:
            position = error.diag.internal_position
            at = probe.place(_words(error), error.diag.internal_query, int(position or 0))
            yield at, *_meaning(error, setting)


def _index(body: Body, refused: psycopg.Error) -> int:
    """Where a body is refused: the character, or the name of the complaint near a given line."""
    if refused.diag.internal_position:
        return int(refused.diag.internal_position) - 1
    near = _NEAR.search(refused.diag.context or "")
    above = body.text.split("\n")[: int(near[1]) - 1 if near else 0]
    start = sum(len(line) + 1 for line in above)
    name = _LAST_NAME.search(_words(refused))
    met = re.compile(rf"(?i)\b{re.escape(name[1])}\b").search(body.text, start) if name else None
    return met.start() if met else start


def _meaning(error: psycopg.Error, setting: _Setting) -> tuple[str, Kind]:
    """Whether an answer is a fault: NEW and OLD have columns in a trigger or never will."""
    unassigned = _UNASSIGNED.match(_words(error))
    missing_row = unassigned and unassigned[1] in {"new", "old"} and setting.table
    if missing_row or (error.sqlstate or "").startswith(FAULT_CLASSES):
        return _words(error), Kind.FAULT
    return f"not judged: {_words(error)}", Kind.NOTE


def _error(connection: psycopg.Connection, statement: str | sql.Composed) -> psycopg.Error | None:
    """What the server says against a statement, which is kept if it says nothing."""
    try:
        with connection.transaction():
            connection.execute(statement)
    except psycopg.Error as error:
        if connection.closed:
            raise
        return error
    return None


def _words(error: psycopg.Error) -> str:
    return error.diag.message_primary or str(error)
