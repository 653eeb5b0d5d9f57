"""The rows that a query for counter-examples speaks of, read from the query alone."""

from __future__ import annotations

import pytest

from vrss_contract.sql.population import no_row, populations

pytestmark = pytest.mark.once
_UNION = "SELECT id FROM a WHERE x < 0 UNION ALL SELECT id FROM b WHERE x < 0"
_CASES = {
    "SELECT id FROM a WHERE x < 0 ORDER BY id LIMIT 3": ["SELECT 1 FROM a"],
    "SELECT x FROM a GROUP BY x HAVING count(*) > 1": ["SELECT 1 FROM a"],
    "SELECT DISTINCT x FROM a": ["SELECT 1 FROM a"],
    "TABLE a": ["SELECT 1 FROM a"],
    'SELECT 1 FROM "My Schema"."A" WHERE x': ['SELECT 1 FROM "My Schema"."A"'],
    "SELECT a.id FROM a JOIN b ON b.id = a.b WHERE a.x > b.x": [
        "SELECT 1 FROM a JOIN b ON b.id = a.b"
    ],
    "SELECT a.id FROM a LEFT JOIN b ON b.id = a.b WHERE b.id IS NULL": ["SELECT 1 FROM a"],
    "SELECT a.id FROM a LEFT JOIN b ON TRUE JOIN c ON c.b = b.id": [
        "SELECT 1 FROM a LEFT JOIN b ON TRUE JOIN c ON c.b = b.id"
    ],
    "SELECT a.id FROM a, b WHERE a.id = b.a AND a.x <> b.x": ["SELECT 1 FROM a, b"],
    _UNION: ["SELECT 1 FROM a", "SELECT 1 FROM b"],
    "SELECT id FROM a UNION SELECT id FROM a WHERE x": ["SELECT 1 FROM a"],
    "(SELECT id FROM a) EXCEPT SELECT id FROM b": ["SELECT 1 FROM a"],
    "WITH c AS (SELECT id FROM a WHERE x) SELECT id FROM c WHERE id < 0": [
        "WITH c AS (SELECT id FROM a WHERE x) SELECT 1 FROM c"
    ],
    "SELECT i FROM generate_series(1, 3) AS g (i) WHERE i > 5": [
        "SELECT 1 FROM GENERATE_SERIES(1, 3) AS g(i)"
    ],
    "SELECT 1 WHERE NOT EXISTS (SELECT FROM a)": [],
    "no ( query": [],
    "SELECT 1; SELECT 2": [],
    "DELETE FROM a": [],
}


@pytest.mark.parametrize("query", _CASES)
def test_it_is_what_the_query_reads_from(query: str) -> None:
    assert [one.query for one in populations(query)] == _CASES[query]


def test_what_has_no_row_is_told_by_its_tables() -> None:
    told = no_row(populations(f"{_UNION} UNION SELECT c.id FROM c JOIN d ON TRUE"))

    assert told == "no row in a, b, c with d: nothing was tried"
