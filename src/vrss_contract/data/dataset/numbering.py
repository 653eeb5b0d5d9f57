"""SQL that writes rows with their numbers, for a database that would make the numbers itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import psycopg

from vrss_contract.sql.overriding import overriding

_ALWAYS = """
SELECT c.relname, a.attname
FROM pg_catalog.pg_attribute AS a
INNER JOIN pg_catalog.pg_class AS c ON a.attrelid = c.oid
WHERE a.attidentity OPERATOR(pg_catalog.=) 'a'
"""


def meant(connection: psycopg.Connection[Any]) -> Callable[[str], str]:
    """What makes SQL say that it means the numbers it gives to columns GENERATED ALWAYS."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for table, column in connection.execute(_ALWAYS):
        found[str(table)].add(str(column))
    known = {f'"{table}"': frozenset(columns) for table, columns in found.items()}
    return (lambda sql: overriding(sql, known)) if known else str
