"""A table of the catalog as an entry of kind ``table``."""

from __future__ import annotations

import re
from typing import Any

from vrss_contract.database.catalog.facts import Catalog, CatalogTable, CatalogTrigger
from vrss_contract.draft import bounds, columns, constraints

_SENTENCE = re.compile(r"[^\n]{1,119}\.")


def entry(table: CatalogTable, catalog: Catalog) -> dict[str, Any]:
    """All that the catalog says of the table."""
    told: dict[str, Any] = {"id": table.name, "kind": "table"}
    told["says"] = table.comment if is_sentence(table.comment) else _sentence(table)
    if not is_sentence(table.comment):
        told["comment"] = False
    if table.kind != "table":
        told["is"] = table.kind
    if table.persistence != "permanent":
        told["persistence"] = table.persistence
    if table.parents:
        told["parents"] = list(table.parents)
    for word in ("partition_by", "bounds"):
        if text := getattr(table, word):
            told[word] = text
    if table.row_security or table.forced_row_security:
        told["row_security"] = "forced" if table.forced_row_security else "enabled"
    told["columns"] = [_column(name, table, catalog) for name in table.columns]
    told["keys"] = constraints.keys(table)
    lists = {
        "foreign_keys": constraints.foreign_keys(table),
        "checks": constraints.checks(table),
        "excludes": constraints.excludes(table),
        "indexes": constraints.indexes(table),
        "triggers": [_trigger(trigger) for trigger in table.triggers.values()],
    }
    return told | {name: entries for name, entries in lists.items() if entries}


def is_sentence(text: str) -> bool:
    """Whether a comment can stand as what an entry says."""
    return _SENTENCE.fullmatch(text) is not None


def _sentence(table: CatalogTable) -> str:
    name = table.name if len(table.name) < _NAME else f"{table.name[:_NAME]}…"
    return f"To be written: what a row of {name} stands for."


_NAME = 70
"""Characters of a name that a sentence has room for."""


def _column(name: str, table: CatalogTable, catalog: Catalog) -> dict[str, Any]:
    column = table.columns[name]
    return columns.entry(column, catalog) | bounds.of(column, table)


def _trigger(trigger: CatalogTrigger) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": trigger.name,
        "timing": trigger.timing,
        "events": [_event(event, trigger) for event in trigger.events],
        "each": trigger.each,
        "function": trigger.function,
    }
    if trigger.arguments:
        told["arguments"] = list(trigger.arguments)
    if trigger.deferrable:
        told["deferrable"] = "deferred" if trigger.deferred else "immediate"
    if trigger.enabled != "enabled":
        told["enabled"] = trigger.enabled
    if trigger.when:
        told["when"] = trigger.when
    for word in ("old_table", "new_table"):
        if name := getattr(trigger, word):
            told[word] = name
    return told


def _event(event: str, trigger: CatalogTrigger) -> str:
    listed = event == "update" and trigger.columns
    return f"update of {', '.join(trigger.columns)}" if listed else event
