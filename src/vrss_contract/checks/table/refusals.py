"""Whether what is there beyond the declared can refuse, change or swallow a legal row.

What is plain enough that the clauses on rows would show it, or what a declared key implies, can't.
Of anything else it is said: a row that is refused on Sundays, or one in a hundred, is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from vrss_contract.checks.table import other_name
from vrss_contract.checks.table.answer import Answer, undeclared
from vrss_contract.checks.table.refusing_indexes import refusing
from vrss_contract.checks.table.steady import moods
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Table
from vrss_contract.database.catalog import facts
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.sql.expression import canonical_body
from vrss_contract.sql.spoken import spoken

_PLAIN = (
    *(exp.And, exp.Or, exp.Not, exp.Paren, exp.Column, exp.Identifier, exp.Literal, exp.Null),
    *(exp.Is, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Cast, exp.DataType, exp.DataTypeParam),
    *(exp.Between, exp.Neg, exp.Boolean, exp.Array, exp.Any, exp.In),
)
"""What a plain condition on one column is made of: bounds, lists, NULL."""
_LISTED = (exp.Any, exp.In)
_ORDERED = (exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between)
_HARM = re.compile(
    r"(?i)\b(?:raise|assert|lock|execute|perform|call|strict|cast|for\s+(?:update|share|no\s+key)"
    r"|pg_\w+)\b|/|%|::"
)
"""What a trigger beside the declared ones can fail or wait by."""
_CAPRICE = re.compile(
    r"(?i)\b(?:random|now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday"
    r"|current_\w+|localtime(?:stamp)?|session_user|txid_\w+|pg_\w+|nextval)\b"
)
"""What comes out otherwise on another day, in another session or for one row in a hundred."""
_PICKED = re.compile(r"\bhash\w* \(|% '?\d|\bmod \(|<> '?-?[1-9]\d*\b")
"""What picks out one row in a hundred, or one number."""
_CALCULATED = re.compile(r"/|%|::(?!text|character varying)|\w\s*\(")
"""What an expression can fail by."""


def refusals(expected: Table, found: facts.CatalogTable, catalog: Catalog) -> Answer:
    """Nothing beyond the declared that can refuse, change or swallow a legal row."""
    return tuple(each(expected, found, catalog))


def each(expected: Table, found: facts.CatalogTable, catalog: Catalog) -> Iterator[Finding]:
    """The same one by one, so that who wants the first alone does not look at everything."""
    yield from (undeclared(rule, "rule", f"rule {rule} on {found.name}") for rule in found.rules)
    yield from _triggers(expected, found, catalog)
    yield from _constraints(expected, found, catalog)
    yield from _late(expected, found)
    yield from refusing(expected, found)
    yield from _columns(expected, found, catalog)
    yield from _caprices(expected, found)


def _constraints(expected: Table, found: facts.CatalogTable, catalog: Catalog) -> Iterator[Finding]:
    declared = {*other_name.taken_for(expected, "constraints", found, catalog)}
    elsewhere = {*_elsewhere(expected, found)}
    for one in found.constraints.values():
        if one.name in declared and one.name not in elsewhere:
            continue
        harmless = (one.kind == "check" and _plain(one.expression)) or (
            one.kind in {"unique", "primary key"}
            and "NULLS NOT DISTINCT" not in one.definition
            and _implied(one.columns, expected)
        )
        if not harmless:
            yield undeclared(one.name, "constraint", one.definition)


def _elsewhere(expected: Table, found: facts.CatalogTable) -> Iterator[str]:
    """Foreign keys under a declared name that ask for rows which nobody declared."""
    for key in expected.foreign_keys:
        one = found.constraints.get(key.name)
        if one and one.kind == "foreign key":
            wanted = {(own, key.references, referred) for own, referred in key.pairs}
            pairs = zip(one.columns, one.references_columns, strict=True)
            if not {(own, one.references, referred) for own, referred in pairs} <= wanted:
                yield one.name


def _plain(expression: str) -> bool:
    """Whether it compares one column with constants, so that rows at its bounds are tried."""
    try:
        tree = sqlglot.parse_one(expression, dialect="postgres")
    except SqlglotError:
        return False
    equal = [one for one in tree.find_all(exp.EQ) if not isinstance(one.expression, exp.Any)]
    split = [one for one in tree.find_all(exp.Or) if not one.find(exp.Is)]
    columns = {one.name for one in tree.find_all(exp.Column)}
    known = (*_PLAIN, exp.EQ)
    return (
        len(columns) == 1
        and not equal
        and not split
        and all(_keeps(one) for one in tree.find_all(exp.Cast))
        and all(
            _numeric(one) for two in tree.find_all(*_ORDERED) for one in two.find_all(exp.Literal)
        )
        and all(isinstance(node, known) for node in tree.walk())
        and not (tree.find(exp.Not) and tree.find(*_LISTED))
    )


def _keeps(cast: exp.Cast) -> bool:
    """Whether a cast can't fail: that of a constant, or to text."""
    return not cast.find(exp.Column) or cast.to.this in exp.DataType.TEXT_TYPES


def _numeric(constant: exp.Literal) -> bool:
    """Whether it is a number: only at bounds of numbers are rows tried, not at texts and times."""
    return not constant.is_string or re.fullmatch(r"-?\d+(\.\d+)?", constant.this) is not None


def _implied(columns: tuple[str, ...], expected: Table) -> bool:
    """Whether rows that are alike in these are alike in a declared key."""
    return any({*key.columns} <= {*columns} for key in expected.keys)


def _triggers(expected: Table, found: facts.CatalogTable, catalog: Catalog) -> Iterator[Finding]:
    declared = {*other_name.taken_for(expected, "triggers", found, catalog)}
    promised = {one.function for one in expected.triggers}
    for one in found.triggers.values():
        known = one.name in declared or one.function in promised
        if known and _CAPRICE.search(one.when):
            yield Finding(f"{one.name} fires now and then", "always, or never", one.when)
        if not known and not _only_notes(one, catalog):
            yield undeclared(one.name, "trigger", one.definition)


def _only_notes(trigger: facts.CatalogTrigger, catalog: Catalog) -> bool:
    """Whether it writes nothing but rows of other tables, after the statement, and can't fail."""
    bodies = [one for one in catalog.functions if one.name == trigger.function]
    if trigger.timing != "after" or trigger.deferrable or len(bodies) != 1:
        return False
    body = bodies[0]
    told = spoken(body.body)
    return (
        body.language in {"plpgsql", "sql"}
        and not told.dynamic
        and not _HARM.search(body.body)
        and all(one.event == "insert" for one in told.writes)
    )


def _columns(expected: Table, found: facts.CatalogTable, catalog: Catalog) -> Iterator[Finding]:
    declared = {one.name for one in expected.columns}
    domains = {name for kind, name in catalog.others if kind == "domain"}
    for one in found.columns.values():
        needed = not one.nullable and not (one.default or one.identity or one.generated)
        calculated = one.generated and _CALCULATED.search(one.default)
        if one.name not in declared and (needed or calculated or one.type in domains):
            what = f"{one.type} {one.generated} {one.default}".strip()
            yield undeclared(f"{found.name}.{one.name}", "column", what)


def _late(expected: Table, found: facts.CatalogTable) -> Iterator[Finding]:
    """Declared keys that refuse a row at the end of the transaction, where nobody waits for it."""
    late = {one.name for one in expected.keys if one.deferrable == "deferred"}
    late |= {one.name for one in expected.foreign_keys if one.deferrable == "deferred"}
    for one in found.constraints.values():
        if one.deferred and one.name not in late:
            yield Finding(f"{one.name} refuses late", "at the statement", "at the commit")


def _caprices(expected: Table, found: facts.CatalogTable) -> Iterator[Finding]:
    """Declared checks and defaults that are others on another day, in another session, by chance.

    Rows are tried on one day, in one session and once, so that they can't show it.
    """
    for check in expected.checks:
        if (one := found.constraints.get(check.name)) and one.kind == "check":
            for word in _beyond(check.expression, one.expression, picked=True):
                yield Finding(f"{check.name} refuses now and then", "never", word)
    for column in expected.columns:
        if has := found.columns.get(column.name):
            for word in _beyond(column.default, has.default, picked=False):
                yield Finding(f"{found.name}.{column.name} begins with moods", "none", word)


def _beyond(wanted: str | None, actual: str, *, picked: bool) -> list[str]:
    """What the one that is there asks of chance, the clock and the session, and the other not."""
    sides = [canonical_body(side) if side else "" for side in (actual, wanted)]
    more = [moods(side) for side in sides]
    if picked:
        more = [one + Counter(_PICKED.findall(side)) for one, side in zip(more, sides, strict=True)]
    return sorted(more[0] - more[1])
