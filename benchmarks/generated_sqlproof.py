"""The rows of SqlProof's bulk generator, offered to one database; run by a Python that has it.

    PYTHON generated_sqlproof.py DSN ROWS SCHEMA...

Each table's rows go in by COPY, which is SqlProof's own way. Where the server refuses them, they go
in one by one, so that one bad row costs no other. Prints JSON: what was refused, and why a table
has none.
"""

from __future__ import annotations

import importlib
import itertools
import json
import random
import sys
import warnings
from collections import Counter
from collections.abc import Sequence
from typing import Any


class Generator:
    """SqlProof on one database; what it filled is remembered for references to it."""

    def __init__(self, dsn: str, rows: int) -> None:
        database = importlib.import_module("sqlproof._database")
        self.connection = database.connect(
            conninfo=dsn, autocommit=True, row_factory=database.dict_row
        )
        self.refused: Counter[str] = Counter()
        self.reasons: dict[str, str] = {}
        self._rows = rows
        self._random = random.Random(0)  # noqa: S311 - no secret
        self._counts: dict[str, int] = {}

    def fill(self, schemas: Sequence[str]) -> None:
        """Rows for each table of the schemas, parents first."""
        read = importlib.import_module("sqlproof.schema.introspect").introspect_schema
        order = importlib.import_module("sqlproof.schema.dependency_graph").resolve_insertion_plan
        try:
            found = [read(self.connection, schema=schema).tables for schema in schemas]
            tables = order(tuple(itertools.chain(*found))).ordered_tables
        except Exception as error:  # noqa: BLE001 - whatever it can't do is what is counted
            self.reasons["every table"] = _line(error)
            return
        for table in tables:
            self._table(table)

    def _table(self, table: Any) -> None:
        bulk = importlib.import_module("sqlproof.generators.bulk").bulk_table_rows
        name = f"{table.schema}.{table.name}"
        try:
            rows = list(bulk(table, count=self._rows, rng=self._random, parent_counts=self._counts))
        except Exception as error:  # noqa: BLE001 - as above
            self.reasons[name] = _line(error)
            return
        try:
            taken = self._copied(table, rows)
        except Exception as error:  # noqa: BLE001 - the driver's and the generator's own
            self.reasons[name] = _line(error)
            taken = self._one_by_one(table, rows)
        if taken:
            self.reasons.pop(name, None)
            self._counts[table.name] = len(rows)

    def _copied(self, table: Any, rows: Sequence[dict[str, Any]]) -> int:
        copy = importlib.import_module("sqlproof.scale.load").copy_table
        return int(copy(self.connection, table, rows, list(rows[0])))

    def _one_by_one(self, table: Any, rows: Sequence[dict[str, Any]]) -> int:
        taken = 0
        for row in rows:
            try:
                taken += self._copied(table, [row])
            except Exception:  # noqa: BLE001 - as above
                self.refused[f"{table.schema}.{table.name}"] += 1
        return taken


def _line(error: Exception) -> str:
    """The first line of what it says."""
    return f"{type(error).__name__}: {error}".splitlines()[0]


def main(dsn: str, rows: str, *schemas: str) -> None:
    """Fill, and print what came of it."""
    warnings.simplefilter("ignore")
    generator = Generator(dsn, int(rows))
    generator.fill(schemas)
    print(json.dumps({"refused": generator.refused.total(), "reasons": generator.reasons}))


if __name__ == "__main__":
    main(*sys.argv[1:])
