"""A SQL file as statements and bodies of code, each with its place in the file.

Knows PostgreSQL's grammar through pglast, a development dependency. Knows no server, and nothing of
what stands inside a body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pglast import ast, enums, parse_sql, scan
from pglast.parser import ParseError
from pglast.stream import RawStream

INPUT_MODES = {
    enums.FunctionParameterMode.FUNC_PARAM_DEFAULT,
    enums.FunctionParameterMode.FUNC_PARAM_IN,
    enums.FunctionParameterMode.FUNC_PARAM_INOUT,
    enums.FunctionParameterMode.FUNC_PARAM_VARIADIC,
}
DO_SIGNATURE = "pg_temp.do_block()"
"""The name under which a DO block's body is shown to the server, which checks functions only."""

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_BLANK = re.compile(r"(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Body:
    """The code of a function, a procedure or a DO block."""

    name: str
    """The routine's bare name, which is also the label of its outermost block."""
    signature: str
    """What the server calls it, once it is there: ``is_blank(text)``."""
    language: str
    parameters: tuple[tuple[str, str], ...]
    """Name and type of each; the name may be empty."""
    fires: bool
    """Whether triggers call it."""
    start: int
    """The index in the file of the text's first character."""
    text: str

    @property
    def label(self) -> str:
        """What people call it."""
        return "DO block" if self.signature == DO_SIGNATURE else self.signature


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a file."""

    start: int
    """The index in the file of its first character that is neither blank nor comment."""
    text: str
    kind: str
    """The name of its node in the grammar, such as ``DoStmt``."""
    body: Body | None


def statements(text: str) -> list[Statement]:
    """Split a file. Raises pglast's ParseError, with the index, if it is not SQL."""
    return [_statement(text, raw) for raw in parse_sql(text)]


def line_at(text: str, index: int) -> int:
    """The line, from 1, that holds the character at this index."""
    return text.count("\n", 0, index) + 1


def parse_error_index(error: ParseError) -> int:
    """Where in the text the parser gave up; the beginning if it does not say."""
    return next((part for part in error.args[1:] if isinstance(part, int)), 0)


def _statement(text: str, raw: ast.RawStmt) -> Statement:
    end = raw.stmt_location + raw.stmt_len if raw.stmt_len else len(text)
    blank = _BLANK.match(text, raw.stmt_location)
    start = blank.end() if blank else raw.stmt_location
    return Statement(start, text[start:end], type(raw.stmt).__name__, _body(text, end, raw.stmt))


def _body(text: str, end: int, node: Any) -> Body | None:
    if isinstance(node, ast.CreateFunctionStmt):
        clauses = {clause.defname: clause for clause in node.options or ()}
    elif isinstance(node, ast.DoStmt):
        clauses = {clause.defname: clause for clause in node.args}
    else:
        return None
    if "as" not in clauses:
        return None  # a body in the SQL standard's form is judged when the file is loaded
    language = clauses["language"].arg.sval if "language" in clauses else "plpgsql"
    start, body = _literal(text, clauses["as"].location, end, clauses["as"].arg)
    if isinstance(node, ast.DoStmt):
        return Body("", DO_SIGNATURE, language, (), fires=False, start=start, text=body)
    return _routine(node, language, start, body)


def _routine(node: ast.CreateFunctionStmt, language: str, start: int, body: str) -> Body:
    parameters = node.parameters or ()
    types = [RawStream()(part.argType) for part in parameters if part.mode in INPUT_MODES]
    names = [part.sval for part in node.funcname]
    quoted = ".".join(name if _PLAIN.fullmatch(name) else f'"{name}"' for name in names)
    result = node.returnType.names[-1].sval if node.returnType else ""
    return Body(
        name=names[-1],
        signature=f"{quoted}({', '.join(types)})",
        language=language,
        parameters=tuple((part.name or "", RawStream()(part.argType)) for part in parameters),
        fires=result in {"trigger", "event_trigger"},
        start=start,
        text=body,
    )


def _literal(text: str, after: int, end: int, value: Any) -> tuple[int, str]:
    """Where the text of a body begins, and the text as the server reads it."""
    body = value[0].sval if isinstance(value, tuple) else value.sval
    token = next(token for token in scan(text[after:end]) if token.name == "SCONST")
    first, last = after + token.start, after + token.end
    opening = text.find(body, first, last + 1)
    return (opening if opening >= 0 else first + 1), body
