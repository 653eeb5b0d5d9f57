"""Each unusual feature of a schema holds where it is, and its clause breaks where it is changed."""

from __future__ import annotations

import pytest

from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.checks.verdict import Outcome
from vrss_contract.contract.model import Contract
from vrss_contract.database.scratch import Databases
from vrss_contract.draft import folder, prove
from vrss_contract.draft.drafting import draft
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once

RIGHT = """
CREATE TABLE shops (
    town text NOT NULL,
    street text NOT NULL,
    id uuid NOT NULL UNIQUE,
    PRIMARY KEY (town, street)
);
CREATE TABLE sales (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    town text,
    street text,
    other text,
    net integer NOT NULL,
    gross integer GENERATED ALWAYS AS (net / 5 * 6) STORED,
    code text,
    CONSTRAINT sales_shop FOREIGN KEY (town, street)
    REFERENCES shops (town, street) ON DELETE SET NULL,
    CONSTRAINT sales_code UNIQUE NULLS NOT DISTINCT (code) DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE bookings (
    room integer NOT NULL,
    during int4range NOT NULL,
    CONSTRAINT bookings_apart EXCLUDE USING gist (during WITH &&)
);
CREATE TABLE events (at integer NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_all PARTITION OF events DEFAULT;
ALTER TABLE shops ENABLE ROW LEVEL SECURITY;
CREATE VIEW totals AS SELECT town, sum(gross) AS gross FROM sales GROUP BY town;
CREATE DOMAIN cents AS bigint;
"""
CHANGES = {
    "composite reference": ("FOREIGN KEY (town, street)", "FOREIGN KEY (town, other)"),
    "set null": (" ON DELETE SET NULL", ""),
    "identity": ("GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "PRIMARY KEY"),
    "uuid key": ("id uuid", "id text"),
    "generated column": ("gross integer GENERATED ALWAYS AS (net / 5 * 6) STORED", "gross integer"),
    "nulls not distinct": ("UNIQUE NULLS NOT DISTINCT", "UNIQUE"),
    "deferrable": (" DEFERRABLE INITIALLY DEFERRED", ""),
    "partition": ("CREATE TABLE events_all PARTITION OF events DEFAULT;", ""),
    "exclusion": (
        "NOT NULL,\n    CONSTRAINT bookings_apart EXCLUDE USING gist (during WITH &&)",
        "NOT NULL",
    ),
    "row security": ("ALTER TABLE shops ENABLE ROW LEVEL SECURITY;", ""),
    "view": (
        "CREATE VIEW totals AS SELECT town, sum(gross) AS gross FROM sales GROUP BY town;",
        "",
    ),
    "view of another kind": ("CREATE VIEW totals", "CREATE MATERIALIZED VIEW totals"),
    "domain": ("CREATE DOMAIN cents AS bigint;", ""),
}
BREAKS = {
    "composite reference": "sales.town-street.orphan",
    "set null": "sales.constraint.sales_shop",
    "identity": "sales.id.omitted",
    "uuid key": "shops.id.type",
    "generated column": "sales.gross.default",
    "nulls not distinct": "sales.constraint.sales_code",
    "deferrable": "sales.constraint.sales_code",
    "partition": "events_all.table",
    "exclusion": "bookings.constraint.bookings_apart",
    "row security": "shops.table",
    "view": "object.view.totals",
    "view of another kind": "object.view.totals",
    "domain": "object.domain.cents",
}


@pytest.fixture(scope="module")
def drafted_contract(databases: Databases) -> Contract:
    """What is drafted from the right schema."""
    drafted = draft(sqlfile.parse(RIGHT, name="right.sql"), databases, {"name": "unusual"})
    return prove.contract_of({n: text for n, text in drafted.files.items() if n != folder.NOTES})


def _broken(contract: Contract, databases: Databases, script: str) -> set[str]:
    target = sqlfile.parse(script, name="tried.sql")
    database = databases.load(target)
    with JudgingContext(contract, target, databases, database) as context:
        verdicts = list(judge(context, contract.clauses))
    databases.drop(database)
    return {one.id for one in verdicts if one.outcome is Outcome.BROKEN}


def test_every_feature_holds_where_it_is(drafted_contract: Contract, databases: Databases) -> None:
    assert _broken(drafted_contract, databases, RIGHT) == set()


@pytest.mark.parametrize("feature", CHANGES)
def test_a_changed_feature_breaks_its_clause(
    feature: str, drafted_contract: Contract, databases: Databases
) -> None:
    old, new = CHANGES[feature]
    assert RIGHT.count(old) == 1
    broken = _broken(drafted_contract, databases, RIGHT.replace(old, new))
    assert BREAKS[feature] in broken
