"""SQL expressions in one canonical spelling each, to compare a declared one with a deparsed one.

Spellings mean the same in every case, three-valued logic included. Two expressions with one
canonical text mean the same; two that mean the same may still differ. Parsed by sqlglot; what that
cannot read is compared with comments dropped, white space and letter case folded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.errors import SqlglotError

from vrss_contract.sql import rewrite, split
from vrss_contract.sql.casts import Types

_OPERATOR = frozenset("+-*/<>=~!@#%^&|`?:.")
_SPECIAL = frozenset("~!@#%^&|`?")
"""Only an operator with one of these may end in a sign (manual, 4.1.3)."""
_PREFIXES = frozenset({"u", "u&", "b", "x", "n"})
_INDEX_COLUMN = re.compile(
    r"""^\s*(?P<expression>.+?)
    (?:\s+collate\s+(?P<collation>[\w."]+))?
    (?:\s+(?!(?:asc|desc|nulls|collate)\b)(?P<opclass>[a-z_][\w.]*))?
    (?:\s+(?P<order>asc|desc))?
    (?:\s+nulls\s+(?P<nulls>first|last))?\s*$""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_NAME = re.compile(r"[A-Za-z_]\w*")


# sqlglot reads the names of other dialects too: len as length, nvl as coalesce. In PostgreSQL such
# a function is the database's own, so that all but these keep the name they are written by.
_FUNCTIONS = frozenset(
    {
        "BTRIM",
        "CHARACTER_LENGTH",
        "CHAR_LENGTH",
        "COALESCE",
        "GREATEST",
        "LEAST",
        "LENGTH",
        "LOWER",
        "LTRIM",
        "NOW",
        "NULLIF",
        "RTRIM",
        "UPPER",
    }
)
_SYNTAX = frozenset({"CAST", "EXTRACT", "OVERLAY", "POSITION", "SUBSTRING", "TRIM"})
"""Functions whose arguments SQL parts by words."""
# Its types of other dialects, likewise: string is not text.
_TYPES = re.compile(
    r"STR(ING)?|(LONG|N)VARCHAR2?|VARCHAR2|.*(BLOB|CLOB)|(LONG|MEDIUM|TINY)TEXT|DATETIME|NUMBER"
    r"|FIXED|BYTE|SHORT|LONG|U?INT(1|16|32|64|128|256)|UINT|.*HUGEINT|(TINY|MEDIUM)INT|BIG(DECIMAL|NUM)"
    r"|BIGNUMERIC|DECIMAL\d+|DECFLOAT|BINARY|VARBINARY|DOUBLE|TIMESTAMP_?(LTZ|NTZ)|TIME_NS"
)


class _Dialect(Postgres):
    """PostgreSQL, in which an arrow is never a lambda and no name is another dialect's."""

    class Tokenizer(Postgres.Tokenizer):
        """Reads a type that PostgreSQL does not have as a type of the database's own."""

        KEYWORDS = {  # noqa: RUF012 - sqlglot's own way to say it
            word: token
            for word, token in Postgres.Tokenizer.KEYWORDS.items()
            if not _TYPES.fullmatch(word)
        }

    class Parser(Postgres.Parser):  # type: ignore[misc, valid-type] # a class at run time
        """Reads ``f(a -> 'b')`` as the call with one member of a document."""

        FUNCTIONS = {  # noqa: RUF012 - sqlglot's own way to say it
            name: make for name, make in Postgres.Parser.FUNCTIONS.items() if name in _FUNCTIONS
        }
        FUNCTION_PARSERS = {  # noqa: RUF012 - sqlglot's own way to say it
            name: parse
            for name, parse in Postgres.Parser.FUNCTION_PARSERS.items()
            if name in _SYNTAX
        }
        NO_PAREN_FUNCTION_PARSERS = {  # noqa: RUF012 - sqlglot's own way to say it
            name: parse
            for name, parse in Postgres.Parser.NO_PAREN_FUNCTION_PARSERS.items()
            if name in {"ANY", "CASE", "VARIADIC"}
        }
        LAMBDAS = {  # noqa: RUF012 - sqlglot's own way to say it
            token: lambda_
            for token, lambda_ in Postgres.Parser.LAMBDAS.items()
            if token != TokenType.ARROW
        }


def canonical(
    expression: str, columns: Mapping[str, str] | None = None, *, into: str | None = None
) -> str:
    """The one spelling of all expressions that mean this.

    Args:
        expression: SQL without trailing semicolon.
        columns: types of the columns it may name. A cast to text is dropped where it changes
            nothing: of a character column, or of one that is not listed.
        into: the type of the column whose default it is. A literal is then read as that type.
    """
    known = tuple(sorted((columns or {}).items()))
    return _canonical(expression, known, into)


def tree(expression: str, columns: Mapping[str, str] | None = None) -> exp.Expression | None:
    """The tree of the canonical spelling, or None where the text can't be read."""
    return _parsed(canonical(expression, columns))


def canonical_index_column(
    column: str, columns: Mapping[str, str] | None = None, *, ordered: bool = True
) -> str:
    """A column of CREATE INDEX, the order that goes without saying left out.

    ``ordered`` is False for an access method that knows no order.
    """
    match = _INDEX_COLUMN.match(column)
    plain = match and _NAME.fullmatch(match["expression"])  # the same, whatever its type is
    known = () if plain else tuple(sorted((columns or {}).items()))
    return _index_column(column, known, ordered)


@lru_cache(maxsize=8192)
def _index_column(column: str, columns: tuple[tuple[str, str], ...], ordered: bool) -> str:  # noqa: FBT001 - a key of the cache
    match = _INDEX_COLUMN.match(column)
    if match is None:
        return canonical_body(column)
    parts = [_canonical(match["expression"], columns, None)]
    if match["collation"]:
        parts.append(f"collate {match['collation']}")
    if match["opclass"]:
        parts.append(match["opclass"].lower())
    descending = (match["order"] or "").lower() == "desc"
    first = (match["nulls"] or ("first" if descending else "last")).lower() == "first"
    if ordered and descending:
        parts.append("desc")
    if ordered and first != descending:
        parts.append("nulls first" if first else "nulls last")
    return " ".join(parts)


@lru_cache(maxsize=8192)
def canonical_body(text: str) -> str:
    """A function body: no comments, one blank between tokens, lower case outside quotes."""
    words: list[str] = []
    touching = False  # whether nothing stands between this token and the one before
    for token in split.tokens(text):
        if token.silent:
            touching = False
            continue
        word = token.text.lower() if token.kind in {"word", "number"} else token.text
        if touching and words and _glued(words[-1], word):
            words[-1] += word
        else:
            words.append(word)
        touching = True
    while words and words[-1] == ";":
        words.pop()
    return " ".join(words)


def _glued(left: str, right: str) -> bool:
    if left in _PREFIXES and right[0] in "'\"&":
        return left != "n" or right[0] == "'"
    if right not in _OPERATOR or not set(left) <= _OPERATOR:
        return False
    return right not in "+-" or bool(set(left) & _SPECIAL)


@lru_cache(maxsize=8192)
def _canonical(expression: str, columns: tuple[tuple[str, str], ...], into: str | None) -> str:
    tree = _parsed(expression)
    if tree is None:
        return canonical_body(expression)
    return rewrite.canonical(tree, Types(dict(columns)), into)


def _parsed(expression: str) -> exp.Expression | None:
    """The tree, or None where the text is not one expression."""
    try:
        # The newline ends a comment; parentheses keep clauses of a SELECT out.
        statements = sqlglot.parse(f"SELECT ({expression}\n)", read=_Dialect)
    except (SqlglotError, RecursionError):
        return None
    select = statements[0] if len(statements) == 1 else None
    if not isinstance(select, exp.Select) or len(select.expressions) != 1:
        return None
    tree: exp.Expression = select.expressions[0]
    # position(a in b) and "position"(b, a) are one; sqlglot takes the arguments of both alike.
    return None if tree.find(exp.Alias, exp.Tuple, exp.Query, exp.StrPosition) else tree
