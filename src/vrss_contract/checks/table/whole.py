"""Tables, enums and the schema as wholes: what is there, and that nothing else is.

Knows the promises that no single column, constraint or trigger makes; does not judge those.
"""

from __future__ import annotations

from collections.abc import Iterator

from vrss_contract.checks.table.answer import Answer, absent, differing, undeclared
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Enum, Table
from vrss_contract.database.catalog import facts
from vrss_contract.database.catalog.facts import Catalog


def table(expected: Table, catalog: Catalog) -> Answer:
    """An ordinary table, crash-safe, its rows its own, shown to whoever may read it."""
    found = catalog.tables.get(expected.name)
    if found is None:
        return absent(expected.name, "table", "table")
    parts = [
        (f"{expected.name} is of another kind", "table", found.kind),
        (f"{expected.name} does not outlive a crash", "permanent", found.persistence),
        (f"{expected.name} hides rows", "no row security", _row_security(found)),
        (f"{expected.name} shows rows that are not its own", "none", _listed(found.children)),
        (f"{expected.name} is held from elsewhere", "none", _listed(found.outer_references)),
    ]
    return differing(parts)


def _row_security(found: facts.Table) -> str:
    """What hides rows, or will as soon as somebody enables it."""
    if found.row_security:
        return "row security"
    if found.forced_row_security:
        return "forced row security, not enabled"
    policies = ", ".join(found.policies)
    return f"policies, not enabled: {policies}" if policies else "no row security"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "none"


def columns(expected: Table, found: facts.Table, _: Catalog) -> Answer:
    """No column beyond the declared."""
    declared = {column.name for column in expected.columns}
    return tuple(
        undeclared(f"{found.name}.{column.name}", "column", column.type)
        for column in found.columns.values()
        if column.name not in declared
    )


def constraints(expected: Table, found: facts.Table, _: Catalog) -> Answer:
    """No constraint beyond the declared."""
    declared = {key.name for key in expected.keys}
    declared |= {key.name for key in expected.foreign_keys}
    declared |= {check.name for check in expected.checks}
    return tuple(
        undeclared(constraint.name, "constraint", constraint.definition)
        for constraint in found.constraints.values()
        if constraint.name not in declared
    )


def indexes(expected: Table, found: facts.Table, _: Catalog) -> Answer:
    """No index beyond the declared and those that constraints make."""
    declared = {index.name for index in expected.indexes}
    return tuple(
        undeclared(index.name, "index", index.definition)
        for index in found.indexes.values()
        if index.name not in declared and not index.constraint
    )


def triggers(expected: Table, found: facts.Table, _: Catalog) -> Answer:
    """No trigger beyond the declared, and no rule, which rewrites a statement unseen."""
    declared = {trigger.name for trigger in expected.triggers}
    extra = (
        undeclared(trigger.name, "trigger", trigger.definition)
        for trigger in found.triggers.values()
        if trigger.name not in declared
    )
    rules = (undeclared(rule, "rule", f"rule {rule} on {found.name}") for rule in found.rules)
    return (*extra, *rules)


def comment(expected: Table, found: facts.Table, _: Catalog) -> Answer:
    """The table's comment is the contract's sentence."""
    because = f"{expected.name} is described otherwise"
    return differing([(because, expected.says, found.comment or "no comment")])


def enum(expected: Enum, catalog: Catalog) -> Answer:
    """An enum with these labels in this order, which is their sort order."""
    wanted = ", ".join(expected.labels)
    labels = catalog.enums.get(expected.name)
    if labels is None:
        return absent(expected.name, wanted, "enum")
    other = "its labels in another order" if set(labels) == set(expected.labels) else "other labels"
    return differing([(f"{expected.name} has {other}", wanted, ", ".join(labels))])


def objects(expected: tuple[str, ...], catalog: Catalog) -> Answer:
    """Nothing in ``public`` beyond the declared names and the sequences that columns own."""
    return tuple(_strangers(frozenset(expected), catalog))


def _strangers(declared: frozenset[str], catalog: Catalog) -> Iterator[Finding]:
    named = [
        *((table.kind, table.name) for table in catalog.tables.values()),
        *(("enum", name) for name in catalog.enums),
        *((function.kind, function.name) for function in catalog.functions),
        *(("sequence", s.name) for s in catalog.sequences.values() if not s.owner),
        *catalog.others,
    ]
    for kind, name in named:
        if name not in declared:
            yield undeclared(name, "object", f"{kind} {name}")
