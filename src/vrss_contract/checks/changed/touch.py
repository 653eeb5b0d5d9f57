"""What each difference of two databases can bear on: one rule a kind of object.

A kind without a rule bears on everything. Rule: contracts/README.md, "The share of a change".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

from vrss_contract.checks.changed.differences import Difference
from vrss_contract.checks.changed.reach import CATALOG, Node, trigger_events
from vrss_contract.checks.changed.touched import Touched
from vrss_contract.database.catalog.every_object import Facts, Item
from vrss_contract.sql.spoken import whole_rows, words

_HEADER, _ALIGNED = 23, 8
"""Bytes of a row's header without its bitmap of NULLs, and what it is aligned to."""
_FEW = 24
"""The least that a header is."""
_HOW_IT_IS_KEPT = frozenset({"reloptions", "toast"})
_HOW_IT_IS_MEASURED = frozenset({"attstattarget", "attoptions"})
_HOW_IT_IS_STORED = frozenset({"attstorage", "attcompression"})
_ROUTINES = frozenset({"function", "trigger", "comment"})
"""What only names functions, or has them called by triggers, which are followed."""
_WITHOUT_EDGES = frozenset({"policy", "parent", "partition key"})
_HARMLESS_CATALOGS = frozenset({"pg_extension", "pg_default_acl", "pg_init_privs", "pg_seclabel"})


def touched(found: Iterable[Difference], items: Iterable[tuple[Item, Facts]]) -> Touched:
    """What the differences bear on, each by its kind's rule.

    Args:
        found: what differs.
        items: the objects of both databases.
    """
    known = list(items)
    members = {i.name.partition(" on extension ")[0] for i, _ in known if i.kind == "dependency"}
    result, differing = Touched(), [d for d in found if not _of_an_extension(d.item, members)]
    for difference in differing:
        _RULES.get(difference.item.kind, _unknown)(difference, result)
        if difference.item.table:
            result.tables.add(difference.item.table)
    _enums(differing, known, result)
    _calls(differing, known, result)
    _orders(differing, known, result)
    for table in result.plain:
        if any(_is_of_whole_rows(i, facts) for i, facts in known if i.table == table):
            result.whole(table)
    if differing:
        result.nodes.add(CATALOG)
        result.everything = result.everything or _unfollowed(known, members)
    return result


def _unknown(difference: Difference, result: Touched) -> None:
    result.everything = result.everything or f"there is no rule for a change of {difference}"


def _table(difference: Difference, result: Touched) -> None:
    table = difference.item.table
    if difference.fields and difference.fields <= _HOW_IT_IS_KEPT:
        result.add(table, "plan")
        result.layout.add(table)
        return
    result.whole(table)
    result.nodes.add(("name", table))


def _column(difference: Difference, result: Touched) -> None:
    table, changed = difference.item.table, difference.fields
    if difference.one_sided and _is_plain(difference.before or difference.after):
        result.plain[table].add(difference.item.name)
    elif changed and changed <= _HOW_IT_IS_MEASURED:
        result.add(table, "plan")
    elif changed and changed <= _HOW_IT_IS_STORED | _HOW_IT_IS_MEASURED:
        result.add(table, "plan", "insert", "update")
        result.layout.add(table)
        result.refusing.add(table)
    else:
        result.whole(table)


def _is_plain(facts: Facts) -> bool:
    """Whether a column is NULL in each row that does not say it, and refuses nothing by itself."""
    said = (
        "attnotnull",
        "domain",
        "default",
        "attidentity",
        "attgenerated",
        "attinhcount",
        "attacl",
    )
    return not any(facts[name] for name in said)


def _order(_: Difference, __: Touched) -> None:
    """Judged once it is known which columns are plain."""


def _orders(
    found: Iterable[Difference], items: Iterable[tuple[Item, Facts]], result: Touched
) -> None:
    with_nulls = {
        item.table
        for item, facts in items
        if item.kind == "column"
        and not facts["attnotnull"]
        and item.name not in result.plain.get(item.table, ())
    }
    for difference in found:
        table = difference.item.table
        if difference.item.kind != "order" or difference.one_sided:
            continue
        before, after = difference.before["columns"], difference.after["columns"]
        plain = result.plain.get(table, ())
        if [n for n in before if n not in plain] != [n for n in after if n not in plain]:
            result.whole(table)
        elif not same_room(len(before), len(after)):
            result.layout.add(table)
        elif _header(max(len(before), len(after))) > _FEW:
            (result.may_grow if table in with_nulls else result.layout).add(table)


def same_room(before: int, after: int) -> bool:
    """Whether a row with a NULL in it has a header of the same length with so many columns.

    A row of up to eight columns has the same header with a NULL as without one. A longer one in
    which no column was NULL has eight bytes more now: where some rows may have a NULL already, the
    rule lets that go, and says so.
    """
    few, many = sorted((_header(before), _header(after)))
    return few == many


def _header(columns: int) -> int:
    return _ALIGNED * math.ceil((_HEADER + math.ceil(columns / 8)) / _ALIGNED)


def _constraint(difference: Difference, result: Touched) -> None:
    table, facts = difference.item.table, difference.after or difference.before
    if facts["domain"]:
        _unknown(difference, result)
        return
    result.add(table, "insert", "update", "plan")
    if difference.after is not None:
        result.refusing.add(table)
    if facts["contype"] == "t":
        result.whole(table)
    if facts["contype"] in {"p", "u", "x"}:
        result.add(table, "read", "key")
    for side in filter(None, (difference.before, difference.after)):
        if side["contype"] == "f":
            result.add(side["references"], "delete", "truncate", "rekey")


def _index(difference: Difference, result: Touched) -> None:
    result.add(difference.item.table, "insert", "update", "plan")
    if difference.after is not None:
        result.refusing.add(difference.item.table)
    sides = filter(None, (difference.before, difference.after))
    if any(side["indisunique"] or side["indisreplident"] for side in sides):
        result.add(difference.item.table, "read", "key")


def _trigger(difference: Difference, result: Touched) -> None:
    table, sides = difference.item.table, [*filter(None, (difference.before, difference.after))]
    for side in sides:
        here: set[Node] = {(event, table) for event in trigger_events(side)}
        result.nodes |= here
        result.behaves |= here
    if any(side["enabled"] in {"A", "R"} for side in sides):
        # Where rows are put in by sessions without triggers, it fires.
        _unknown(difference, result)
    result.restored = True


def _enforcing(difference: Difference, result: Touched) -> None:
    """It comes and goes with its foreign key, which has a rule of its own."""
    if not difference.one_sided:
        result.whole(difference.item.table)


def _function(difference: Difference, result: Touched) -> None:
    node: Node = ("name", difference.item.name.partition("(")[0])
    result.nodes.add(node)
    result.behaves.add(node)
    result.restored = True


def _enum(difference: Difference, result: Touched) -> None:
    node: Node = ("name", difference.item.name)
    result.nodes.add(node)
    result.behaves.add(node)
    result.restored = True


def _enums(
    found: Iterable[Difference], items: Iterable[tuple[Item, Facts]], result: Touched
) -> None:
    """A table with a column of a type that changed is another table."""
    changed = {one.item.name for one in found if one.item.kind == "enum"}
    for item, facts in items if changed else ():
        if item.kind == "column" and changed & words(facts["type"]):
            result.whole(item.table)
            result.tables.add(item.table)


def _calls(
    found: Iterable[Difference], items: Iterable[tuple[Item, Facts]], result: Touched
) -> None:
    """What a check or default calls may write anywhere, also where rows come without triggers.

    Only a function that is volatile may write: the server holds the others to it.
    """
    writers = {
        item.name.partition("(")[0]
        for item, facts in items
        if item.kind == "function" and facts["provolatile"] == "v" and facts["result"] != "trigger"
    }
    for difference in found if writers else ():
        sides = filter(None, (difference.before, difference.after))
        if difference.item.kind not in _ROUTINES and writers & words(" ".join(map(str, sides))):
            _unknown(difference, result)


def _sequence(difference: Difference, result: Touched) -> None:
    node: Node = ("name", difference.item.name)
    result.nodes.add(node)
    result.behaves.add(node)
    result.restored = True
    if difference.item.table:
        result.whole(difference.item.table)


def _comment(_: Difference, __: Touched) -> None:
    """Nothing runs by a comment; the facts of its table are judged, and who asks the catalog."""


_RULES: Mapping[str, Callable[[Difference, Touched], None]] = {
    "table": _table,
    "column": _column,
    "order": _order,
    "constraint": _constraint,
    "index": _index,
    "trigger": _trigger,
    "enforcing trigger": _enforcing,
    "function": _function,
    "enum": _enum,
    "sequence": _sequence,
    "comment": _comment,
}


def _of_an_extension(item: Item, members: Iterable[str]) -> bool:
    """Whether it is an extension's, which changes with its extension alone."""
    return item.kind.startswith("pg_") and item.name in members


def _unfollowed(items: Iterable[tuple[Item, Facts]], members: Iterable[str]) -> str:
    """What is there by which statements go on in ways that ``Reach`` does not know, if anything."""
    for item, facts in items:
        followed = (
            item.kind not in _WITHOUT_EDGES
            and not (item.kind == "rule" and not facts["view"])
            and not (item.kind == "relation" and facts["relkind"] != "c")
            and not (item.kind.startswith("pg_") and item.kind not in _HARMLESS_CATALOGS)
        )
        if not followed and not _of_an_extension(item, members):
            return f"there is no rule for what goes by {Difference(item, None, None)}"
    return ""


def _is_of_whole_rows(item: Item, facts: Facts) -> bool:
    """Whether what hangs on a table speaks of its rows and not of their columns."""
    if item.kind not in {"constraint", "index", "trigger", "policy"}:
        return False
    return whole_rows(facts.get("definition") or str(facts), frozenset({item.table}), routine=True)
