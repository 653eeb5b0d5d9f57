"""What may go wrong with keys: primary keys, unique and foreign keys, and exclusions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from vrss_contract.contract.model import Level
from vrss_contract.database.catalog.facts import Catalog, CatalogTable, Constraint
from vrss_contract.mutation.bodies.code import Code
from vrss_contract.mutation.mutant import Mutant, Operator, Schema
from vrss_contract.sql.literal import identifier, relation

_KEYS = frozenset({"primary key", "unique"})
_TURNED = "turned"
"""The same rows are refused."""
_TIMES = (
    ("", " DEFERRABLE"),
    ("deferred", " DEFERRABLE INITIALLY DEFERRED"),
    ("at once", ""),
)
"""When a key is held against rows, in a word and as SQL."""
_ACTIONS = ("no action", "restrict", "cascade", "set null", "set default")


def _keys(schema: Schema) -> Iterator[Mutant]:
    for table in schema.catalog.tables.values():
        for key in table.constraints.values():
            if key.kind in _KEYS:
                yield from _unique(table, key)
            elif key.kind == "foreign key":
                yield from _foreign(table, key, schema.catalog)
            elif key.kind == "exclude":
                yield _mutant("exclusion-dropped", table, key, "", "")


def _unique(table: CatalogTable, key: Constraint) -> Iterator[Mutant]:
    spelt = _Spelt.of(key)
    yield _mutant("key-dropped", table, key, "", "")
    for what, level, definition in _deferred(key):
        yield replace(_mutant("key-deferrable", table, key, what, definition), level=level)
    for what, columns in _other_columns(table, key):
        mutant = _mutant("key-columns", table, key, what, spelt.over(columns))
        yield replace(mutant, level="should") if what == _TURNED else mutant
    if key.kind == "unique":
        other = replace(spelt, words="UNIQUE" if spelt.strict else "UNIQUE NULLS NOT DISTINCT")
        nullable = any(table.columns[one].nullable for one in key.columns)
        mutant = _mutant("key-nulls", table, key, "", other.over(key.columns))
        yield replace(mutant, level="must" if nullable else "should")
        yield from _indexes(table, key, spelt)


@dataclass(frozen=True, slots=True)
class _Spelt:
    """A key's definition, around its columns."""

    words: str
    rest: str

    @classmethod
    def of(cls, key: Constraint) -> _Spelt:
        code = Code(key.definition)
        first = code.words.index("(")
        last = code.tokens[code.closing(first)].start + 1
        return cls(key.definition[: code.tokens[first].start].strip(), key.definition[last:])

    @property
    def strict(self) -> bool:
        """Whether rows are alike in which there is NULL."""
        return self.words.endswith("NULLS NOT DISTINCT")

    def over(self, columns: Sequence[str]) -> str:
        """The same of these columns."""
        return f"{self.words} ({_list(columns)}){self.rest}"


def _deferred(key: Constraint) -> Iterator[tuple[str, Level, str]]:
    """Definitions that are held against rows at other times, each in words."""
    plain, can, begins = key.definition.removesuffix(" NOT VALID").partition(" DEFERRABLE")
    for what, words in _TIMES:
        if words != can + begins:
            level: Level = "must" if key.deferred or what == "deferred" else "should"
            yield what, level, plain + words


def _indexes(table: CatalogTable, key: Constraint, spelt: _Spelt) -> Iterator[Mutant]:
    """An index in the place of the constraint: of all rows, and of some."""
    own, name = relation(table.name), identifier(key.name)
    include = spelt.rest.partition(" DEFERRABLE")[0]
    nulls = " NULLS NOT DISTINCT" if spelt.strict else ""
    index = f"CREATE UNIQUE INDEX {name} ON {own} ({_list(key.columns)}){include}{nulls}"
    drop = f"ALTER TABLE {own} DROP CONSTRAINT {name}"
    first = identifier(key.columns[0])
    whole = _mutant("key-index-alone", table, key, "", "")
    yield replace(whole, ddl=(drop, index), level="should")
    for what, some in (("even", f"hashtext({first}::text) % 2 = 0"), ("none", f"{first} IS NULL")):
        part = _mutant("key-partial", table, key, what, "")
        yield replace(part, ddl=(drop, f"{index} WHERE {some}"))


def _other_columns(table: CatalogTable, key: Constraint) -> Iterator[tuple[str, Sequence[str]]]:
    """Without each column, with each other one, with a sibling in its place, and turned."""
    columns = key.columns
    for gone in columns:
        if len(columns) > 1:
            yield f"without {gone}", [one for one in columns if one != gone]
    if len(columns) > 1:
        yield _TURNED, [*reversed(columns)]
    for more in table.columns.values():
        if more.name not in columns and more.type not in {"jsonb", "json"} and not more.nullable:
            yield f"with {more.name}", [*columns, more.name]
    for at, one in enumerate(columns):
        for other in table.columns.values():
            same = other.type == table.columns[one].type and other.name not in columns
            if same:
                yield f"{one} -> {other.name}", [*columns[:at], other.name, *columns[at + 1 :]]


def _foreign(table: CatalogTable, key: Constraint, catalog: Catalog) -> Iterator[Mutant]:
    yield _mutant("foreign-key-dropped", table, key, "", "")
    if key.validated:
        old = _mutant("foreign-key-not-valid", table, key, "", f"{key.definition} NOT VALID")
        yield replace(old, level="should")
    for what, level, definition in _deferred(key):
        called = {"": "deferrable", "deferred": "deferrable initially deferred"}.get(what, what)
        mutant = _mutant("foreign-key-deferrable", table, key, called, definition)
        yield replace(mutant, level=level)
    for event, own in (("DELETE", key.on_delete), ("UPDATE", key.on_update)):
        for action in _ACTIONS:
            if action != own:
                actions = {"DELETE": key.on_delete, "UPDATE": key.on_update, event: action}
                what = f"on {event.lower()} {action}"
                operator = f"foreign-key-on-{event.lower()}"
                definition = _definition(key.columns, key, actions)
                mutant = _mutant(operator, table, key, what, definition)
                yield replace(mutant, level=_felt(event, {own, action}))
    actions = {"DELETE": key.on_delete, "UPDATE": key.on_update}
    for other in table.columns.values():
        if (
            len(key.columns) == 1
            and other.name not in key.columns
            and _fits(other.type, table, key)
        ):
            definition = _definition((other.name,), key, actions)
            yield _mutant("foreign-key-columns", table, key, other.name, definition)
    yield from _elsewhere(table, key, catalog, actions)


def _elsewhere(
    table: CatalogTable, key: Constraint, catalog: Catalog, actions: dict[str, str]
) -> Iterator[Mutant]:
    """To the first other table whose primary key is of the same types."""
    types = [table.types[one] for one in key.columns]
    for other in catalog.tables.values():
        if other.name not in {key.references, table.name}:
            for primary in other.constraints.values():
                same = [other.types[one] for one in primary.columns] == types
                if primary.kind == "primary key" and same:
                    to = replace(key, references=other.name, references_columns=primary.columns)
                    definition = _definition(key.columns, to, actions)
                    yield _mutant("foreign-key-target", table, key, other.name, definition)
                    return


def _felt(event: str, actions: set[str]) -> Level:
    """Keys are seldom changed, and RESTRICT refuses what NO ACTION does, only earlier."""
    return "should" if event == "UPDATE" or actions == {"no action", "restrict"} else "must"


def _fits(type_: str, table: CatalogTable, key: Constraint) -> bool:
    return len(key.columns) == 1 and type_ == table.columns[key.columns[0]].type


def _definition(columns: Sequence[str], key: Constraint, actions: dict[str, str]) -> str:
    to = f"{relation(key.references)} ({_list(key.references_columns)})"
    events = " ".join(f"ON {event} {action.upper()}" for event, action in actions.items())
    match = " MATCH FULL" if key.match == "full" else ""
    _, can, begins = key.definition.partition(" DEFERRABLE")
    return f"FOREIGN KEY ({_list(columns)}) REFERENCES {to}{match} {events}{can}{begins}"


def _list(columns: Sequence[str]) -> str:
    return ", ".join(map(identifier, columns))


def _mutant(
    operator: str, table: CatalogTable, key: Constraint, what: str, definition: str
) -> Mutant:
    own, name = relation(table.name), identifier(key.name)
    drop = f"ALTER TABLE {own} DROP CONSTRAINT {name}"
    cascade = " CASCADE" if key.kind in _KEYS else ""
    add = f"ALTER TABLE {own} ADD CONSTRAINT {name} {definition}"
    return Mutant(
        operator,
        f"{table.name}.{key.name}",
        what,
        (drop + cascade, add) if definition else (drop + cascade,),
        tables=(table.name, key.references) if key.references else (table.name,),
        about=tuple(f"{table.name}.{one}" for one in key.columns),
    )


OPERATORS = (
    Operator("key-dropped", "A primary or unique key is not there.", _keys),
    Operator("key-columns", "A key is of other columns.", _keys),
    Operator("key-deferrable", "A key may be held against rows at the end.", _keys),
    Operator("key-nulls", "Two rows with NULL in a key are alike.", _keys),
    Operator("key-partial", "A key is held against some rows alone.", _keys),
    Operator("key-index-alone", "A unique index stands for a constraint.", _keys),
    Operator("exclusion-dropped", "An exclusion constraint is not there.", _keys),
    Operator("foreign-key-dropped", "A foreign key is not there.", _keys),
    Operator("foreign-key-not-valid", "A foreign key was not held against old rows.", _keys),
    Operator("foreign-key-deferrable", "A foreign key may be held at the end.", _keys),
    Operator("foreign-key-on-delete", "A delete does something else to rows that refer.", _keys),
    Operator("foreign-key-on-update", "A new key does something else to rows that refer.", _keys),
    Operator("foreign-key-columns", "A foreign key is of another column.", _keys),
    Operator("foreign-key-target", "A foreign key is to another table.", _keys),
)
"""Operators of keys."""
