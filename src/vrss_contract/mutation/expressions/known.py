"""What the words of a query mean to a contract: which columns, labels and parameters there are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from vrss_contract.contract.model import Contract

_LONGEST = 100
"""Characters of an expression that a change is called by."""


def text(tree: exp.Expr, parameters: Sequence[str]) -> str:
    """The SQL of a tree, with the parameters' names."""
    sql: str = tree.sql(dialect="postgres", comments=False, copy=False)
    return re.sub(r"\$(\d+)", lambda found: f":{parameters[int(found[1]) - 1]}", sql)


@dataclass(frozen=True, slots=True)
class KnownWords:
    """A contract, and the parameters of a query."""

    contract: Contract
    parameters: Sequence[str]

    def shown(self, node: exp.Expr) -> str:
        """The node in few words: queries inside of it are left out."""
        copy = node.copy()
        for inner in [*copy.find_all(exp.Subquery, exp.Select)]:
            if inner is not copy and inner.parent is not None:
                inner.replace(exp.var("(...)" if isinstance(inner, exp.Subquery) else "..."))
        words = text(copy, self.parameters)
        return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}..."

    def nullable(self, node: exp.Expr) -> bool:
        """Whether a value may be NULL, as far as is known.

        What a query inside of the query gives is taken for the columns of that name.
        """
        if not isinstance(node, exp.Column):
            return True
        known = [self.contract.tables.get(one.name) for one in node.root().find_all(exp.Table)]
        columns = [one for table in known if table for one in table.columns]
        return any(one.nullable for one in columns if one.name == node.name)

    def siblings(self, column: exp.Column) -> list[str]:
        """The other columns of its table that hold values of its type."""
        for table in _tables(column):
            declared = self._columns(table)
            if column.name in declared:
                type_ = declared[column.name]
                return [
                    name for name, one in declared.items() if one == type_ and name != column.name
                ]
        return []

    def _columns(self, table: str) -> Mapping[str, str]:
        known = self.contract.tables.get(table)
        if known is None:
            return {}
        return {one.name: _family(one.stored_type) for one in known.columns}

    def labels(self, word: str) -> list[str]:
        """The other words that stand where this one may."""
        sets = [enum.labels for enum in self.contract.enums.values()]
        for table in self.contract.tables.values():
            sets += [one.values for one in table.columns if one.values]
        return sorted({other for one in sets if word in one for other in one} - {word})


def _family(type_: str) -> str:
    """Types that stand for each other where nobody looks closely."""
    base = type_.partition("(")[0]
    return "text" if base == "varchar" else base


def _tables(column: exp.Column) -> list[str]:
    """The tables that a column may be of, the innermost query's first."""
    found: list[str] = []
    scope = column.parent_select
    while scope is not None:
        for source in (scope.args.get("from_"), *(scope.args.get("joins") or ())):
            table = source.this if source is not None else None
            if isinstance(table, exp.Table) and column.table in ("", table.alias_or_name):
                found.append(table.name)
        scope = scope.parent_select
    return found
