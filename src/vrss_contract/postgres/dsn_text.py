"""A DSN's text, read so that its password stays inside.

A URL, as libpq has it or as SQLAlchemy, Prisma, JDBC and others write one, or KEY=VALUE pairs. It
is stricter than libpq where that would take a part of a password for a host or a port, and name it
in an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from vrss_contract.postgres import dsn_parameters
from vrss_contract.postgres.errors import BAD_DSN, BAD_URL, UNKNOWN_PARAMETER
from vrss_contract.postgres.readiness import ServerAddress

_SCHEME = re.compile(r"(jdbc:)?(postgres(ql)?|postgis|psql|pgsql)(\+\w+)?://")
_SHAPE = re.compile(
    r"([^/@?#\s]*@)?"  # user and password
    r"((\[[0-9a-fA-F:.%]+\]|[^/@?#:\s\[\]]*)(:\d*)?(,|(?=[/?])|$))*"  # hosts, each with its port
    r"(/[^/@?#\s]*)?"  # database
    r"(\?[^@#\s]*)?"  # options
)
_PAIR = re.compile(r"\s*([\w-]+)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s\\']|\\.)*)(?=\s|$)")
_NAME = re.compile(r"[A-Za-z][\w.-]{0,40}")
_SETTLED = {
    "connect_timeout": "10",
    "fallback_application_name": "vrss-contract",
}
"""What a DSN need not say."""
_FIXED = {"client_encoding": "UTF8"}
"""What it may not say otherwise: text comes as text from a database of any encoding."""
Pairs = list[tuple[str, str]]


def read(text: str) -> ServerAddress:
    """The way in, with a bound on how long a connection may take.

    Raises:
        TroubleError: it is no DSN; the words do not show it.
    """
    scheme = _SCHEME.match(text)
    return _of_url(text[scheme.end() :]) if scheme else _of_pairs(text)


def _of_url(rest: str) -> ServerAddress:
    if not _SHAPE.fullmatch(rest):
        raise BAD_URL()
    where, _, query = rest.partition("?")
    pairs = [tuple(part.partition("=")[::2]) for part in query.split("&") if part]
    kept, schema, left_out = _sorted([(unquote(name), value) for name, value in pairs])
    query = "&".join(f"{name}={value}" for name, value in kept)
    try:
        asked = conninfo_to_dict(f"postgresql://{where}?{query}")
    except (psycopg.ProgrammingError, UnicodeError):
        raise BAD_URL() from None  # libpq's words quote what it can't read
    return _settled(asked, unquote(schema), left_out)


def _of_pairs(text: str) -> ServerAddress:
    pairs: Pairs = []
    place = 0
    while found := _PAIR.match(text, place):
        pairs.append((found[1], found[2]))
        place = found.end()
    if text[place:].strip() or not pairs:
        raise BAD_DSN()
    for name, _ in pairs:
        # Not named unless it is nearly one of libpq's: it may be a part of a password.
        if not _used(name) and not dsn_parameters.nearest(name):
            raise BAD_DSN()
    kept, schema, left_out = _sorted(pairs)
    try:
        asked = conninfo_to_dict(" ".join(f"{name}={value}" for name, value in kept))
        named = conninfo_to_dict(f"dbname={schema}").get("dbname", "") if schema else ""
    except psycopg.ProgrammingError:
        raise BAD_DSN() from None  # as above
    return _settled(asked, str(named), left_out)


def _used(name: str) -> bool:
    ours = dsn_parameters.SCHEMA | dsn_parameters.LEFT_OUT | {"ssl"}
    return name in ours or name in dsn_parameters.known()


def _sorted(pairs: Iterable[tuple[str, str]]) -> tuple[Pairs, str, list[str]]:
    """What is libpq's, the schema, and the names of what is left out. Raises TroubleError."""
    kept: Pairs = []
    schema, left_out = "", []
    for name, value in pairs:
        if name == "ssl":
            kept.append(("sslmode", dsn_parameters.sslmode(value)))
        elif name in dsn_parameters.known():
            kept.append((name, value))
        elif name in dsn_parameters.SCHEMA:
            schema = value
        elif name in dsn_parameters.LEFT_OUT:
            left_out.append(name)
        elif _NAME.fullmatch(name):
            near = dsn_parameters.nearest(name)
            raise UNKNOWN_PARAMETER(name=name, near=f"; {near} is one" if near else "")
        else:
            raise BAD_URL()
    return kept, schema, left_out


def _settled(asked: Mapping[str, Any], schema: str, left_out: Iterable[str]) -> ServerAddress:
    conninfo = make_conninfo("", **{**_SETTLED, **asked, **_FIXED})
    return ServerAddress(conninfo, schema, tuple(left_out))
