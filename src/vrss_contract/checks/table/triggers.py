"""Triggers.

When a trigger fires and what it calls; what its function does is judged by what it does to rows.
"""

from __future__ import annotations

from collections.abc import Iterable

from vrss_contract.checks.table.answer import Answer, absent, differing, one_line
from vrss_contract.contract.model import Trigger
from vrss_contract.database.catalog import facts
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.sql.expression import canonical
from vrss_contract.sql.literal import text

_ORDER = ("insert", "update", "delete", "truncate")
_ALWAYS = "always"
_WAITS = {"": "at once", "immediate": "deferrable", "deferred": "initially deferred"}


def trigger(expected: Trigger, table: facts.CatalogTable, _: Catalog) -> Answer:
    """A trigger of that name that fires at the same moments and calls the same function."""
    name = expected.name
    wanted = _events(expected.events)
    found = table.triggers.get(name)
    if found is None:
        summary = f"{expected.timing} {wanted} for each {expected.each}"
        return absent(name, f"{summary} execute function {expected.function}()", "trigger")
    when = f"when {one_line(expected.when)}" if expected.when else _ALWAYS
    each = f"for each {found.each}"
    parts = [
        (f"{name} fires at another time", expected.timing, found.timing),
        (f"{name} fires on other events", wanted, _found_events(found)),
        (f"{name} fires another number of times", f"for each {expected.each}", each),
        (f"{name} fires in other cases", when, _found_when(expected, found, table)),
        (f"{name} calls another function", _call(expected), _call(found)),
        (
            f"{name} names its old rows otherwise",
            _named(expected.old_table),
            _named(found.old_table),
        ),
        (
            f"{name} names its new rows otherwise",
            _named(expected.new_table),
            _named(found.new_table),
        ),
        (f"{name} does not fire in every session", expected.enabled, found.enabled),
        (f"{name} may fire later", _WAITS[expected.deferrable], _waits(found)),
    ]
    return differing(parts)


def _events(events: Iterable[str]) -> str:
    """Events in one order, the columns of UPDATE OF by name: ``insert or update of a, b``."""
    spelt = {}
    for event in events:
        kind, _, columns = event.lower().partition(" of ")
        names = sorted(name.strip() for name in columns.split(",")) if columns else []
        spelt[kind.strip()] = f"{kind.strip()} of {', '.join(names)}" if names else kind.strip()
    return " or ".join(spelt[kind] for kind in _ORDER if kind in spelt)


def _found_events(found: facts.CatalogTrigger) -> str:
    columns = f"update of {','.join(found.columns)}" if found.columns else "update"
    return _events(columns if event == "update" else event for event in found.events)


def _found_when(expected: Trigger, found: facts.CatalogTrigger, table: facts.CatalogTable) -> str:
    if not found.when:
        return _ALWAYS
    wanted = canonical(expected.when, table.types) if expected.when else ""
    same = wanted == canonical(found.when, table.types)
    return f"when {one_line(expected.when if same and expected.when else found.when)}"


def _call(side: Trigger | facts.CatalogTrigger) -> str:
    return f"{side.function}({', '.join(map(text, side.arguments))})"


def _waits(found: facts.CatalogTrigger) -> str:
    if not found.deferrable:
        return _WAITS[""]
    return _WAITS["deferred" if found.deferred else "immediate"]


def _named(table: str | None) -> str:
    return table or "no name"
