"""A world whose statistics are those of the first few rows, as where nobody has analysed since.

Knows how statistics pass from one table to another; does not know who is misled by them. The world
is a copy that is thrown away, so nothing is put back.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from vrss_contract.data.dataset.profiles import profile as dataset
from vrss_contract.data.filled_database import filled_database
from vrss_contract.performance.comparison.measured_side import MeasuredSide
from vrss_contract.performance.comparison.side import Side
from vrss_contract.performance.query.measure import Calibration
from vrss_contract.performance.query.session import QuerySession
from vrss_contract.postgres.choose import MAJOR

_PART = 0.02
"""So much of each table was there when it was analysed."""
_DRAWS = 12
_SLOTS = ("stakind", "staop", "stacoll", "stanumbers", "stavalues")
_FACTS = ("staattnum", "stainherit", "stanullfrac", "stawidth", "stadistinct")

_STATEMENTS = (
    """CREATE TABLE {young} AS
    SELECT * FROM {table} WHERE id <= (SELECT max(id) FROM {table}) * {part}""",
    "ANALYZE {young}",
    "DELETE FROM pg_catalog.pg_statistic WHERE starelid = {table_name}::regclass",
    """INSERT INTO pg_catalog.pg_statistic (starelid, {facts})
    SELECT {table_name}::regclass, {facts} FROM pg_catalog.pg_statistic
    WHERE starelid = {young_name}::regclass""",
    "DROP TABLE {young}",
)


@contextlib.contextmanager
def aged(side: Side, profile: str) -> Iterator[MeasuredSide]:
    """The side's world with old statistics; smaller worlds are left out."""
    rows = dataset(profile, side.contract)
    with filled_database(side.target, rows, side.contract) as opened:
        with opened.database.administer() as admin:
            for table in side.contract.tables:
                _age(admin, table)
        with opened.database.connect() as session:
            query_session = QuerySession(session, most=_DRAWS)
            calibration = Calibration(session, side.contract.manifest.required_calibration())
            yield MeasuredSide(side, profile, query_session, calibration, {}, 0, str(MAJOR))


def _age(admin: psycopg.Connection, table: str) -> None:
    young = f"young_{table}"
    words = {
        "table": Identifier("public", table),
        "young": Identifier("public", young),
        "table_name": f"public.{table}",
        "young_name": f"public.{young}",
        "part": _PART,
        "facts": _facts(),
    }
    for statement in _STATEMENTS:
        admin.execute(SQL(statement).format(**words))


def _facts() -> Composed:
    slots = (f"{slot}{number}" for slot in _SLOTS for number in range(1, 6))
    return SQL(", ").join(map(Identifier, (*_FACTS, *slots)))
