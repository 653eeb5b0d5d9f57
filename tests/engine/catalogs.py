"""Handmade facts and clauses that the tests of structure share.

Knows how a small table looks in the catalog and in the contract; does not judge.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vrss_contract.contract import model
from vrss_contract.contract.model import Clause, FactPromise
from vrss_contract.database.catalog import facts


def column(name: str, type_: str = "bigint", **more: Any) -> facts.CatalogColumn:
    nothing: dict[str, Any] = dict.fromkeys(
        ("default", "identity", "generated", "collation", "sequence"), ""
    )
    plain = facts.CatalogColumn(name=name, type=type_, nullable=False, **nothing)
    return replace(plain, **more)


def constraint(name: str, kind: str, *columns: str, **more: Any) -> facts.Constraint:
    plain = facts.Constraint(
        name=name,
        kind=kind,
        definition=f"{kind.upper()} ({', '.join(columns)})",
        columns=columns,
        validated=True,
        enforced=True,
        deferrable=False,
        deferred=False,
        inherited=True,
        references="",
        references_columns=(),
        on_delete="",
        on_update="",
        match="",
        expression="",
        index="",
    )
    return replace(plain, **more)


def foreign_key(name: str, of: str, to: str, **more: Any) -> facts.Constraint:
    actions = {"on_delete": "cascade", "on_update": "no action", "match": "simple"}
    target = {"references": to, "references_columns": ("id",)}
    return constraint(name, "foreign key", of, **(actions | target | more))


def index_column(name: str, **more: Any) -> facts.IndexColumn:
    plain = facts.IndexColumn(name, name, "", "", descending=False, nulls_first=False)
    return replace(plain, **more)


def index(name: str, *columns: str, **more: Any) -> facts.CatalogIndex:
    plain = facts.CatalogIndex(
        name=name,
        definition=f"CREATE INDEX {name} ON posts USING btree ({', '.join(columns)})",
        method="btree",
        columns=tuple(map(index_column, columns)),
        include=(),
        predicate="",
        unique=False,
        nulls_distinct=True,
        valid=True,
        ready=True,
        constraint="",
        options=(),
    )
    return replace(plain, **more)


def trigger(name: str, **more: Any) -> facts.CatalogTrigger:
    plain = facts.CatalogTrigger(
        name=name,
        definition=f"CREATE TRIGGER {name} AFTER INSERT ON posts",
        timing="after",
        events=("insert",),
        columns=(),
        each="statement",
        when="",
        function="count",
        arguments=(),
        deferred=False,
        enabled="enabled",
        deferrable=False,
        old_table="",
        new_table="",
    )
    return replace(plain, **more)


def function(name: str, **more: Any) -> facts.CatalogFunction:
    plain = facts.CatalogFunction(
        name=name,
        kind="function",
        arguments="",
        returns="trigger",
        language="plpgsql",
        volatility="volatile",
        parallel="unsafe",
        strict=False,
        definer=True,
        settings=("search_path=pg_catalog, public",),
        body="BEGIN RETURN NULL; END",
        public_executes=False,
    )
    return replace(plain, **more)


Part = facts.CatalogColumn | facts.Constraint | facts.CatalogIndex | facts.CatalogTrigger


def table(name: str = "posts", *parts: Part, **more: Any) -> facts.CatalogTable:
    def of(kind: type) -> dict[str, Any]:
        return {part.name: part for part in parts if isinstance(part, kind)}

    plain = facts.CatalogTable(
        name=name,
        kind="table",
        persistence="permanent",
        comment="",
        row_security=False,
        forced_row_security=False,
        options=(),
        rules=(),
        policies=(),
        children=(),
        outer_references=(),
        parents=(),
        partition_by="",
        bounds="",
        columns=of(facts.CatalogColumn),
        constraints=of(facts.Constraint),
        indexes=of(facts.CatalogIndex),
        triggers=of(facts.CatalogTrigger),
    )
    return replace(plain, **more)


def catalog(*tables: facts.CatalogTable, **more: Any) -> facts.Catalog:
    return facts.Catalog(tables={each.name: each for each in tables}, **more)


def promise(aspect: str, expected: Any, of: str = "posts") -> FactPromise:
    return FactPromise(aspect, of, getattr(expected, "name", of), expected)


def clause(fact: FactPromise, id_: str = "posts.fact") -> Clause:
    place = model.SourceLocation("contracts/posts.yaml", 3)
    return Clause(id_, "table", "should", "It is so.", fact, ("posts",), place=place)
