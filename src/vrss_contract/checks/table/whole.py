"""Tables, enums and the schema as wholes: what is there, and that nothing else is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vrss_contract.checks.table import other_name
from vrss_contract.checks.table.answer import Answer, Part, absent, differing, undeclared
from vrss_contract.checks.table.same_index import serving
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Enum, Index, SchemaObject, Table
from vrss_contract.database.catalog import facts
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.sql.expression import canonical_body


def table(expected: Table, catalog: Catalog) -> Answer:
    """A table of the declared form, crash-safe, its rows its own, shown to whoever may read it."""
    found = catalog.tables.get(expected.name)
    if found is None:
        return absent(expected.name, "table", "table")
    lost = "permanent" if expected.persistence == "permanent" else "unlogged"
    parts = [
        (f"{expected.name} is of another kind", expected.form, found.kind),
        (f"{expected.name} does not outlive a crash", lost, found.persistence),
        (f"{expected.name} hides rows", _declared_security(expected), _row_security(found)),
        (
            f"{expected.name} shows rows that are not its own",
            _listed(expected.children),
            _listed(found.children),
        ),
        (
            f"{expected.name} is a part of another table",
            _listed(expected.parents),
            _listed(found.parents),
        ),
        (f"{expected.name} is held from elsewhere", "none", _listed(found.outer_references)),
        *_partitioning(expected, found),
    ]
    return differing(parts)


def _partitioning(expected: Table, found: facts.CatalogTable) -> Iterator[Part]:
    """How rows are divided, and which of them are here."""
    for what, wanted, seen in (
        ("divides its rows otherwise", expected.partition_by, found.partition_by),
        ("holds other rows of its parent", expected.bounds, found.bounds),
    ):
        if wanted or expected.form != "table":
            same = canonical_body(wanted) == canonical_body(seen)
            yield f"{expected.name} {what}", wanted, wanted if same else seen


def _declared_security(expected: Table) -> str:
    return {"enabled": "row security", "forced": "forced row security"}.get(
        expected.row_security, "no row security"
    )


def _row_security(found: facts.CatalogTable) -> str:
    """What hides rows, or will as soon as somebody enables it."""
    if found.row_security and found.forced_row_security:
        return "forced row security"
    if found.row_security:
        return "row security"
    if found.forced_row_security:
        return "forced row security, not enabled"
    policies = ", ".join(found.policies)
    return f"policies, not enabled: {policies}" if policies else "no row security"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def columns(expected: Table, found: facts.CatalogTable, _: Catalog) -> Answer:
    """No column beyond the declared."""
    declared = {column.name for column in expected.columns}
    return tuple(
        undeclared(f"{found.name}.{column.name}", "column", column.type)
        for column in found.columns.values()
        if column.name not in declared
    )


def constraints(expected: Table, found: facts.CatalogTable, catalog: Catalog) -> Answer:
    """No constraint beyond the declared, by whatever name."""
    declared = {*other_name.taken_for(expected, "constraints", found, catalog)}
    return tuple(
        undeclared(constraint.name, "constraint", constraint.definition)
        for constraint in found.constraints.values()
        if constraint.name not in declared
    )


def indexes(expected: Table, found: facts.CatalogTable, _: Catalog) -> Answer:
    """No index beyond the declared and those that constraints make."""
    declared = {name for index in expected.indexes for name in _taken_for(index, found)}
    keys = (key for key in expected.keys if key.name not in found.constraints)
    declared |= {other_name.index_for(key, found) for key in keys}
    return tuple(
        undeclared(index.name, "index", index.definition)
        for index in found.indexes.values()
        if index.name not in declared and not index.constraint
    )


def _taken_for(index: Index, table: facts.CatalogTable) -> Iterator[str]:
    """The declared name, and the index that stands for it where none of that name does."""
    yield index.name
    if found := serving(index, table):
        yield found[0].name


def triggers(expected: Table, found: facts.CatalogTable, catalog: Catalog) -> Answer:
    """No trigger beyond the declared, by whatever name, and no rule, which rewrites unseen."""
    declared = {*other_name.taken_for(expected, "triggers", found, catalog)}
    extra = (
        undeclared(trigger.name, "trigger", trigger.definition)
        for trigger in found.triggers.values()
        if trigger.name not in declared
    )
    rules = (undeclared(rule, "rule", f"rule {rule} on {found.name}") for rule in found.rules)
    return (*extra, *rules)


def comment(expected: Table, found: facts.CatalogTable, _: Catalog) -> Answer:
    """The table's comment is the contract's sentence."""
    because = f"{expected.name} is described otherwise"
    return differing([(because, expected.says, found.comment or "no comment")])


def storage(expected: Table, found: facts.CatalogTable, _: Catalog) -> Answer:
    """The table and its columns are kept and measured as PostgreSQL does by itself."""
    kept = [*found.options, *found.storage]
    kept += [f"{one.name} {said}" for one in found.columns.values() for said in one.storage]
    because = f"{expected.name} is stored otherwise"
    return tuple(Finding(because, "no option", one) for one in kept)


def enum(expected: Enum, catalog: Catalog) -> Answer:
    """An enum with these labels in this order, which is their sort order."""
    wanted = ", ".join(expected.labels)
    labels = catalog.enums.get(expected.name)
    if labels is None:
        return absent(expected.name, wanted, "enum")
    other = "its labels in another order" if set(labels) == set(expected.labels) else "other labels"
    return differing([(f"{expected.name} has {other}", wanted, ", ".join(labels))])


def objects(expected: tuple[str, ...], catalog: Catalog) -> Answer:
    """Nothing in the schemas beyond the declared names and the sequences that columns own."""
    return tuple(_strangers(frozenset(expected), catalog))


def object_(expected: SchemaObject, catalog: Catalog) -> Answer:
    """An object of that kind and name, whatever it is made of."""
    kinds = [kind for kind, name in _named(catalog) if name == expected.name]
    if not kinds:
        return absent(expected.name, expected.form, expected.form)
    if expected.form in kinds:
        return ()
    return differing([(f"{expected.name} is of another kind", expected.form, kinds[0])])


def _strangers(declared: frozenset[str], catalog: Catalog) -> Iterator[Finding]:
    for kind, name in _named(catalog):
        if name not in declared:
            yield undeclared(name, "object", f"{kind} {name}")


def _named(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Kind and name of all that is in the schemas, sequences of columns left out."""
    yield from ((table.kind, table.name) for table in catalog.tables.values())
    yield from (("enum", name) for name in catalog.enums)
    yield from ((function.kind, function.name) for function in catalog.functions)
    yield from (("sequence", s.name) for s in catalog.sequences.values() if not s.owner)
    yield from catalog.others
