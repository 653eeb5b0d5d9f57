"""The numbers that columns take from sequences."""

from __future__ import annotations

from collections.abc import Iterator

from vrss_contract.contract.model import Level
from vrss_contract.database.catalog.facts import CatalogTable, Sequence
from vrss_contract.mutation.mutant import Mutant, Operator, Schema
from vrss_contract.sql.literal import identifier, relation, text

_BYTES = {"smallint": 2, "integer": 4, "bigint": 8}


def _altered(schema: Schema) -> Iterator[Mutant]:
    for name, sequence in _owned(schema):
        for what, clause, level in _clauses(sequence):
            ddl = f"ALTER SEQUENCE {relation(name)} {clause}"
            yield _mutant("sequence-property", name, what, ddl, sequence, level)


def _clauses(sequence: Sequence) -> Iterator[tuple[str, str, Level]]:
    """What ALTER SEQUENCE may say of it, in a word, as SQL, and what it deserves."""
    yield "falls", "INCREMENT -1", "must"
    yield "steps of two", f"INCREMENT {2 * sequence.increment}", "should"
    yield "ends early", "MAXVALUE 1000", "must"
    yield "begins again", "NO CYCLE" if sequence.cycles else "CYCLE", "must"
    yield "numbers ahead", "CACHE 1000", "should"
    if _BYTES.get(sequence.type, 0) > _BYTES["integer"]:
        yield "narrower", "AS integer", "must"
    elif sequence.type == "integer":
        yield "narrower", "AS smallint", "must"


def _moved(schema: Schema) -> Iterator[Mutant]:
    for name, sequence in _owned(schema):
        ddl = f"ALTER SEQUENCE {relation(name)} START {sequence.maximum} RESTART"
        yield _mutant("sequence-moved", name, "to its end", ddl, sequence, "must")


def _disowned(schema: Schema) -> Iterator[Mutant]:
    for name, sequence in _owned(schema):
        column = _column(sequence, schema)
        if column and not column[0].columns[column[1]].identity:
            ddl = f"ALTER SEQUENCE {relation(name)} OWNED BY NONE"
            yield _mutant("sequence-disowned", name, "", ddl, sequence, "should")


def _shared(schema: Schema) -> Iterator[Mutant]:
    """A column numbered by the sequence of another table, the next by name."""
    names = [name for name, _ in _owned(schema)]
    for place, (name, sequence) in enumerate(_owned(schema)):
        column = _column(sequence, schema)
        other = names[(place + 1) % len(names)]
        if not column or other == name or column[0].columns[column[1]].identity:
            continue
        table, owner = column
        ddl = (
            f"ALTER TABLE {relation(table.name)} ALTER {identifier(owner)}"
            f" SET DEFAULT nextval({text(relation(other))})"
        )
        yield _mutant("sequence-exchanged", name, other, ddl, sequence, "should")


def _owned(schema: Schema) -> list[tuple[str, Sequence]]:
    return [(name, one) for name, one in sorted(schema.catalog.sequences.items()) if one.owner]


def _column(sequence: Sequence, schema: Schema) -> tuple[CatalogTable, str] | None:
    """The table and the column that own it, where that column reads it."""
    for table in schema.catalog.tables.values():
        for column in table.columns.values():
            if column.sequence == sequence.name:
                return table, column.name
    return None


def _mutant(  # noqa: PLR0913, PLR0917 - what a mutant is made of
    operator: str, name: str, what: str, ddl: str, sequence: Sequence, level: Level
) -> Mutant:
    table = sequence.owner.rpartition(".")[0]
    return Mutant(operator, name, what, (ddl,), level, (table,), (sequence.owner,))


OPERATORS = (
    Operator("sequence-property", "The sequence gives other numbers.", _altered),
    Operator("sequence-moved", "The sequence begins elsewhere.", _moved),
    Operator("sequence-disowned", "The sequence belongs to no column.", _disowned),
    Operator("sequence-exchanged", "The column takes another's numbers.", _shared),
)
"""One operator a thing that a sequence is."""
