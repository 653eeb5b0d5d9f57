"""What a catalog can't say, as a list for the person who makes a contract of a draft."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from vrss_contract.checks.verdict import Verdict
from vrss_contract.database.catalog.facts import Catalog, CatalogColumn, CatalogIndex, CatalogTable
from vrss_contract.draft import table as tables

Entry = dict[str, Any]
_COUNTER = re.compile(
    r"(^|_)(count|counts|counter|total|sum|balance|used|number_of|num)(_|$)|_count$"
)
_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric"})
_DELETED = re.compile(r"^(deleted|removed|archived|withdrawn)_(at|on)$")


def text(
    name: str,
    entries: Sequence[Entry],
    catalog: Catalog,
    waived: Sequence[Verdict],
    unheld: Sequence[Verdict] = (),
) -> str:
    """The whole of NOTES.md."""
    sections = (
        ("Sentences to write", _sentences(catalog)),
        ("Invariants", _invariants(catalog)),
        ("Triggers", _triggers(catalog)),
        ("Documents", _documents(catalog)),
        ("Queries", _queries(catalog)),
        ("Declared by name alone", _by_name(entries)),
        ("Waived", _waived(waived)),
        ("Not held", _waived(unheld)),
    )
    parts = [f"# {name}: what a person should add\n\n{_ABOUT}"]
    parts += [f"## {title}\n\n{_INTRODUCED[title]}\n\n{told}" for title, told in _told(sections)]
    return "\n\n".join(parts) + "\n"


_ABOUT = (
    "This contract was drafted from a catalog, which says what the schema is and not what it is\n"
    "for. Nothing below is needed to run `verify`; each item makes the contract say more."
)
_INTRODUCED = {
    "Sentences to write": "`says` of these entries begins with `To be written`.",
    "Invariants": (
        "Columns that look as if they were derived from other rows, or hide rows. An entry of\n"
        "kind `invariant` asks for the rows that contradict them."
    ),
    "Triggers": (
        "An entry of kind `trigger` plays statements and says what the rows hold afterwards; one\n"
        "of kind `schedule`, what they hold if two sessions do so at once."
    ),
    "Documents": "An entry of kind `jsonb` says what a document is like, as a JSON Schema.",
    "Queries": (
        "An entry of kind `query` holds a statement of the application's and what its plan may\n"
        "touch. These indexes serve some query; the contract does not know which."
    ),
    "Declared by name alone": "They are promised to be there. What they mean is not judged.",
    "Waived": (
        "Clauses that follow from the declarations and do not hold of this schema, or could not\n"
        "be tried. Each is a rule that the declarations leave out, or a fault of the schema: mend\n"
        "it, or give an `example` that is taken, and take the id out of `waives`."
    ),
    "Not held": "Clauses that no entry can waive. `verify` will tell them.",
}


def _told(sections: Iterable[tuple[str, Iterable[str]]]) -> Iterator[tuple[str, str]]:
    for title, items in sections:
        if lines := [f"- {item}" for item in items]:
            yield title, "\n".join(lines)


def _sentences(catalog: Catalog) -> Iterator[str]:
    names = [one.name for one in catalog.tables.values() if not tables.is_sentence(one.comment)]
    for kind, listed in (
        ("table", names),
        ("enum", [*catalog.enums]),
        ("function", [one.name for one in catalog.functions]),
    ):
        if listed:
            yield f"{kind}: {', '.join(f'`{name}`' for name in listed)}"


def _invariants(catalog: Catalog) -> Iterator[str]:
    for table, column in _columns(catalog):
        name = f"`{table.name}.{column.name}`"
        if column.type.partition("(")[0] in _NUMBERS and _COUNTER.search(column.name):
            yield f"{name} looks like a counter: which rows does it count?"
        elif _DELETED.match(column.name):
            yield f"{name} looks like a soft delete: what may still refer to such a row?"


def _triggers(catalog: Catalog) -> Iterator[str]:
    for table in catalog.tables.values():
        for trigger in table.triggers.values():
            when = f"{trigger.timing} {' or '.join(trigger.events)}"
            yield f"`{trigger.name}` on `{table.name}`, {when}, calls `{trigger.function}`"


def _documents(catalog: Catalog) -> Iterator[str]:
    for table, column in _columns(catalog):
        if column.type in ("json", "jsonb"):
            yield f"`{table.name}.{column.name}`"


def _queries(catalog: Catalog) -> Iterator[str]:
    for table in catalog.tables.values():
        for index in table.indexes.values():
            if not index.constraint and not _looks_up(index, table):
                shown = ", ".join(map(str, index.columns))
                yield f"`{index.name}` on `{table.name}` ({shown})"


def _looks_up(index: CatalogIndex, table: CatalogTable) -> bool:
    """Whether it serves deletes of what its first column refers to."""
    first = index.columns[0].name
    keys = (one for one in table.constraints.values() if one.kind == "foreign key")
    return any(first in key.columns for key in keys) and not index.predicate


def _by_name(entries: Sequence[Entry]) -> Iterator[str]:
    for entry in entries:
        if entry["kind"] == "object":
            yield f"{entry['is']} `{entry['id']}`"


def _waived(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """The clauses by what was found instead."""
    by_reason: dict[str, list[str]] = {}
    for verdict in verdicts:
        said = (finding.found.splitlines()[0] for finding in verdict.findings if finding.found)
        by_reason.setdefault(next(said, verdict.outcome.value), []).append(f"`{verdict.id}`")
    for reason, ids in by_reason.items():
        yield f"{', '.join(ids)}: {reason}"


def _columns(catalog: Catalog) -> Iterator[tuple[CatalogTable, CatalogColumn]]:
    return (
        (table, column)
        for table in catalog.tables.values()
        if table.kind != "partition"
        for column in table.columns.values()
    )
