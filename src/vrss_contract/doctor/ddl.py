"""The SQL that makes what the contract declares, for a live database that lacks it.

For psql, statement by statement, with writers going on where PostgreSQL has a way. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vrss_contract.checks.table.answer import one_line
from vrss_contract.contract.model import (
    SERIALS,
    Check,
    Column,
    Contract,
    Enum,
    Exclusion,
    ForeignKey,
    Function,
    Index,
    Key,
    Table,
    Trigger,
)
from vrss_contract.database.catalog.facts import CatalogTable
from vrss_contract.doctor import ddl_clauses as clauses
from vrss_contract.sql.literal import identifier, named, parts, qualified, text


@dataclass(frozen=True, slots=True)
class Ddl:
    """Writes statements for what a contract declares; names without a schema are in its first."""

    contract: Contract

    @property
    def home(self) -> str:
        """The schema of names that say none."""
        return self.contract.schemas[0]

    def inside(self, *statements: str) -> str:
        """The statements, after a search_path by which what they name is found."""
        path = [] if self.home == "public" else [f"SET search_path = {identifier(self.home)};"]
        return "\n".join([*path, *filter(None, statements)])

    def table(self, table: Table) -> str:
        """An ordinary table with its columns and constraints; nothing for one of another form."""
        if table.form != "table":
            return ""
        entries = [clauses.column(column) for column in table.columns]
        entries += [f"CONSTRAINT {identifier(key.name)} {clauses.key(key)}" for key in table.keys]
        entries += [
            f"CONSTRAINT {identifier(one.name)} {clauses.check(one)}" for one in table.checks
        ]
        entries += [
            f"CONSTRAINT {identifier(key.name)} {self._reference(key)}"
            for key in table.foreign_keys
        ]
        entries += [f"CONSTRAINT {identifier(x.name)} {x.definition}" for x in table.excludes]
        unlogged = "UNLOGGED " if table.persistence == "unlogged" else ""
        body = ",\n    ".join(entries)
        return self.inside(
            f"CREATE {unlogged}TABLE {self._of(table.name)} (\n    {body}\n);",
            *(self._index(index, table.name, "") for index in table.indexes),
            *(self._trigger(trigger, table.name) for trigger in table.triggers),
        )

    def form(self, table: Table, found: CatalogTable) -> str:
        """Durable again, or showing its rows again; other forms are a migration of their own."""
        alter, mends = self._alter(table.name), []
        if found.persistence != table.persistence:
            mends.append(
                f"{alter} SET {'LOGGED' if found.persistence == 'unlogged' else 'UNLOGGED'};"
            )
        if found.row_security and not table.row_security:
            mends.append(f"{alter} DISABLE ROW LEVEL SECURITY;")
        if found.forced_row_security and not table.row_security:
            mends.append(f"{alter} NO FORCE ROW LEVEL SECURITY;")
        if table.row_security and not found.row_security:
            mends.append(f"{alter} ENABLE ROW LEVEL SECURITY;")
        return "\n".join(mends)

    def column(self, column: Column, table: str) -> str:
        """A column added; one that takes no NULL and has no default waits for its values."""
        if not column.required:
            return self.inside(f"{self._alter(table)} ADD COLUMN {clauses.column(column)};")
        loose = clauses.column(column).removesuffix(" NOT NULL")
        return self.inside(
            f"{self._alter(table)} ADD COLUMN {loose};",
            "-- give every row its value, then:",
            self.not_null(column, table),
        )

    def type_(self, column: Column, table: str) -> str:
        """Another type, by the cast that PostgreSQL has."""
        name, wanted = identifier(column.name), column.stored_type + clauses.collation(column)
        text_ = "text::" if column.stored_type in self.contract.enums else ""
        return self.inside(
            "-- may write the table anew, and stops readers meanwhile",
            f"{self._alter(table)} ALTER COLUMN {name} TYPE {wanted}"
            f" USING {name}::{text_}{column.stored_type};",
        )

    def not_null(self, column: Column, table: str) -> str:
        """NOT NULL by way of a CHECK, so that no lock is held while rows are read."""
        name = identifier(column.name)
        proof = identifier(f"{column.name}_is_there")
        alter = self._alter(table)
        if column.nullable:
            return f"{alter} ALTER COLUMN {name} DROP NOT NULL;"
        return "\n".join(
            [
                f"{alter} ADD CONSTRAINT {proof} CHECK ({name} IS NOT NULL) NOT VALID;",
                f"{alter} VALIDATE CONSTRAINT {proof};",
                f"{alter} ALTER COLUMN {name} SET NOT NULL;",
                f"{alter} DROP CONSTRAINT {proof};",
            ]
        )

    def default(self, column: Column, table: str) -> str:
        """The declared default, the sequence of a serial column included."""
        name, alter = identifier(column.name), self._alter(table)
        if column.type in SERIALS:
            return self._serial(column, table)
        if column.identity:
            kind = column.identity.upper()
            return f"{alter} ALTER COLUMN {name} ADD GENERATED {kind} AS IDENTITY;"
        if column.generated:
            return ""
        if column.default is None:
            return f"{alter} ALTER COLUMN {name} DROP DEFAULT;"
        return self.inside(f"{alter} ALTER COLUMN {name} SET DEFAULT {column.default};")

    def key(self, key: Key, table: Table, *, instead: bool = False) -> str:
        """A key over an index that is made while writers go on."""
        alter, name = self._alter(table.name), identifier(key.name)
        away = f"{alter} DROP CONSTRAINT {name};" if instead else ""
        if table.form == "partitioned table":
            return self.inside(away, f"{alter} ADD CONSTRAINT {name} {clauses.key(key)};")
        nulls = "" if key.nulls_distinct else " NULLS NOT DISTINCT"
        kind, waits = "PRIMARY KEY" if key.primary else "UNIQUE", clauses.WAITS[key.deferrable]
        return self.inside(
            away,
            f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {self._of(table.name)}"
            f" ({clauses.listed(key.columns)}){clauses.include(key.include)}{nulls};",
            f"{alter} ADD CONSTRAINT {name} {kind} USING INDEX {name}{waits};",
        )

    def foreign_key(self, key: ForeignKey, table: Table, *, instead: bool = False) -> str:
        """A reference that holds for new rows at once, and for all once they were read."""
        return self._late(key.name, self._reference(key), table, instead=instead)

    def check(self, check: Check, table: Table, *, instead: bool = False) -> str:
        """A CHECK that holds for new rows at once, and for all once they were read."""
        return self._late(check.name, clauses.check(check), table, instead=instead)

    def exclusion(self, one: Exclusion, table: Table, *, instead: bool = False) -> str:
        """An exclusion, which locks writers out while its index is made."""
        alter, name = self._alter(table.name), identifier(one.name)
        away = f"{alter} DROP CONSTRAINT {name};" if instead else ""
        return self.inside(away, f"{alter} ADD CONSTRAINT {name} {one.definition};")

    def index(self, index: Index, table: str, *, instead: bool = False) -> str:
        """An index, made while writers go on."""
        beside = named(*parts(table)[:-1], index.name)
        away = f"DROP INDEX CONCURRENTLY {qualified(beside, self.home)};" if instead else ""
        return self.inside(away, self._index(index, table, " CONCURRENTLY"))

    def delete_index(self, key: ForeignKey, table: str) -> str:
        """An index by which the rows of a deleted parent are found."""
        columns = clauses.listed(key.referring)
        return f"CREATE INDEX CONCURRENTLY ON {self._of(table)} ({columns});"

    def trigger(self, trigger: Trigger, table: str, *, instead: bool = False) -> str:
        """A trigger; one that stands in its place goes in the same transaction."""
        made = self._trigger(trigger, table)
        if not instead:
            return self.inside(made)
        away = f"DROP TRIGGER {identifier(trigger.name)} ON {self._of(table)};"
        return self.inside("BEGIN;", away, made, "COMMIT;")

    def function(self, function: Function) -> str:
        """A function made or put back; PUBLIC may not call one that has its owner's rights."""
        name, body = qualified(function.name, self.home), function.body
        tag = next(t for t in ("$$", "$f$", "$body$", "$contract$") if t not in body)
        options = [
            f"LANGUAGE {function.language.lower()} {function.volatility.upper()}",
            "STRICT" if function.strict else "",
            "SECURITY DEFINER" if function.security == "definer" else "",
            f"SET search_path = {function.search_path}" if function.search_path else "",
        ]
        private = self.private(function) if function.security == "definer" else ""
        return self.inside(
            f"CREATE OR REPLACE FUNCTION {name}({function.arguments}) RETURNS {function.returns}",
            " ".join(filter(None, options)),
            f"AS {tag}{body}{tag};",
            private,
        )

    def private(self, function: Function) -> str:
        """A function that PUBLIC may not call."""
        return f"REVOKE EXECUTE ON FUNCTION {qualified(function.name, self.home)} FROM PUBLIC;"

    def enum(self, enum: Enum, labels: Sequence[str] | None) -> str:
        """The type, or the labels that it lacks; nothing where they stand in another order."""
        name = qualified(enum.name, self.home)
        if labels is None:
            return f"CREATE TYPE {name} AS ENUM ({', '.join(map(text, enum.labels))});"
        there = [label for label in labels if label in enum.labels]
        if there != [label for label in enum.labels if label in labels]:
            return ""
        return "\n".join(clauses.labels(name, enum.labels, labels))

    def _of(self, table: str) -> str:
        return qualified(table, self.home)

    def _alter(self, table: str) -> str:
        return f"ALTER TABLE {self._of(table)}"

    def _late(self, name: str, definition: str, table: Table, *, instead: bool) -> str:
        alter, called = self._alter(table.name), identifier(name)
        away = f"{alter} DROP CONSTRAINT {called};" if instead else ""
        if table.form == "partitioned table":
            return self.inside(away, f"{alter} ADD CONSTRAINT {called} {definition};")
        return self.inside(
            away,
            f"{alter} ADD CONSTRAINT {called} {definition} NOT VALID;",
            f"{alter} VALIDATE CONSTRAINT {called};",
        )

    def _serial(self, column: Column, table: str) -> str:
        *schema, bare = parts(table)
        sequence = qualified(named(*schema, f"{bare}_{column.name}_seq"), self.home)
        name, of, type_ = identifier(column.name), self._of(table), column.stored_type
        counted = f"greatest(coalesce(max({name}), 0), (SELECT last_value FROM {sequence})) + 1"
        return "\n".join(
            [
                f"CREATE SEQUENCE IF NOT EXISTS {sequence} AS {type_} OWNED BY {of}.{name};",
                f"SELECT setval({text(sequence)}, {counted}, FALSE) FROM {of};",
                f"ALTER TABLE {of} ALTER COLUMN {name} SET DEFAULT nextval({text(sequence)});",
            ]
        )

    def _reference(self, key: ForeignKey) -> str:
        waits = clauses.WAITS[key.deferrable]
        match = " MATCH FULL" if key.match == "full" else ""
        delete = "" if key.on_delete == "no action" else f" ON DELETE {key.on_delete.upper()}"
        update = "" if key.on_update == "no action" else f" ON UPDATE {key.on_update.upper()}"
        return (
            f"FOREIGN KEY ({clauses.listed(key.referring)}) REFERENCES {self._of(key.references)}"
            f" ({clauses.listed(key.references_columns)}){match}{delete}{update}{waits}"
        )

    def _index(self, index: Index, table: str, how: str) -> str:
        unique = "UNIQUE " if index.unique else ""
        nulls = "" if index.nulls_distinct else " NULLS NOT DISTINCT"
        options = f" WITH ({', '.join(index.options)})" if index.options else ""
        where = f" WHERE {one_line(index.where)}" if index.where else ""
        using = "" if index.method == "btree" else f" USING {index.method}"
        return (
            f"CREATE {unique}INDEX{how} {identifier(index.name)} ON {self._of(table)}{using}"
            f" ({', '.join(index.columns)}){clauses.include(index.include)}{nulls}{options}{where};"
        )

    def _trigger(self, trigger: Trigger, table: str) -> str:
        waits = clauses.WAITS[trigger.deferrable]
        kind = "CONSTRAINT TRIGGER" if waits else "TRIGGER"
        called = ", ".join(map(text, trigger.arguments))
        names = [
            f"OLD TABLE AS {identifier(trigger.old_table)}" if trigger.old_table else "",
            f"NEW TABLE AS {identifier(trigger.new_table)}" if trigger.new_table else "",
        ]
        seen = " ".join(filter(None, names))
        words = [
            f"CREATE {kind} {identifier(trigger.name)} {trigger.timing.upper()}",
            clauses.events(trigger.events),
            f"ON {self._of(table)}{waits}",
            f"REFERENCING {seen}" if seen else "",
            f"FOR EACH {trigger.each.upper()}",
            f"WHEN ({one_line(trigger.when)})" if trigger.when else "",
            f"EXECUTE FUNCTION {qualified(trigger.function, self.home)}({called});",
        ]
        return " ".join(filter(None, words))
