"""Whether an index that nobody declared can refuse a legal row: as a key, by size or by failing.

Sources: PostgreSQL's manual, "Unique Indexes", "B-Tree Limits" and "Indexes on Expressions".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vrss_contract.checks.table.answer import undeclared
from vrss_contract.checks.table.keys import columns_of
from vrss_contract.checks.table.same_index import exact
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Table
from vrss_contract.database.catalog.facts import CatalogIndex, CatalogTable, IndexColumn

_UNBOUNDED = re.compile(r"text|varchar|character varying|jsonb?|bytea|xml|numeric|.*\[\]")
"""Declared types whose values may be longer than the third of a page that an entry may take."""
_WHOLE_VALUES = frozenset({"btree", "brin"})
"""Access methods whose entries hold values as they are."""
_SHORT = re.compile(
    r"(?i)\b(?:md5|sha\d+|hash\w+|length|char_length|octet_length|left|substr\w*)\s*\("
)
"""What makes something short of a value, whatever its length."""
_CALL = re.compile(r"(?i)\b(?!(?:and|or|not|in|any|all|is|when|then|else|end)\b)([a-z_]\w*)\s*\(")
_NEVER_FAIL = frozenset(
    {
        *("lower", "upper", "initcap", "btrim", "ltrim", "rtrim", "trim", "left", "right", "md5"),
        *("length", "char_length", "octet_length", "hashtext", "to_tsvector", "date", "date_trunc"),
        *("coalesce", "nullif", "greatest", "least", "timezone", "varying", "array", "row"),
    }
)
"""What takes every value, and words that stand before a bracket and call nothing."""
_RISKY = re.compile(r"/|%|::(?!text|character varying|regconfig|timestamp)")
"""What fails for some values: division, and casts but those that take any value of their source."""


def refusing(expected: Table, found: CatalogTable) -> Iterator[Finding]:
    """Those that refuse, or may refuse, a row which the declared ones take."""
    as_declared = {one.name for index in expected.indexes for one in exact(index, found)}
    for one in found.indexes.values():
        if one.constraint or one.name in as_declared:
            continue
        if one.unique and not _implied(one, expected):
            yield undeclared(one.name, "unique index", one.definition)
        elif _fails(one, expected):
            yield undeclared(one.name, "index that can fail", one.definition)


def _implied(index: CatalogIndex, expected: Table) -> bool:
    """Whether rows that are alike in it are alike in what is declared to be unique."""
    names = {column.name for column in index.columns}
    if not index.nulls_distinct or "" in names:
        return False
    keys = [{*key.columns} for key in expected.keys]
    keys += [{*one.columns} for one in expected.indexes if one.unique and one.name == index.name]
    return any(key <= names for key in keys)


def _fails(index: CatalogIndex, expected: Table) -> bool:
    parts = [one.expression for one in index.columns if not one.name]
    if any(_may_fail(text) for text in (*parts, index.predicate) if text):
        return True
    alike = (one for one in expected.indexes if one.method in _WHOLE_VALUES)
    known = {name.split()[0] for one in alike for name in one.columns}
    held = {name for one in index.columns for name in _held(one)} | {*index.include}
    return index.method in _WHOLE_VALUES and bool((held & _long(expected)) - known)


def _long(expected: Table) -> frozenset[str]:
    """The columns whose values may be of any length."""
    return frozenset(one.name for one in expected.columns if _UNBOUNDED.fullmatch(one.type))


def _may_fail(text: str) -> bool:
    bare = re.sub(r"'(?:[^']|'')*'::[\w. ]+", "''", text)
    calls = {name.lower() for name in _CALL.findall(bare)}
    return bool(_RISKY.search(bare)) or not calls <= _NEVER_FAIL


def _held(part: IndexColumn) -> frozenset[str]:
    """The columns of which an entry holds the whole value."""
    short = not part.name and _SHORT.search(part.expression)
    return frozenset() if short else columns_of(part)
