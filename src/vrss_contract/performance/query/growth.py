"""How what a query touches grows with the data.

An exponent is fitted to figures at several sizes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import psycopg

from vrss_contract.contract.manifest import Manifest
from vrss_contract.sql.literal import relation

ALLOWED = {"constant": 0.2, "log": 0.35, "linear": 1.15}
"""The largest exponent that each way to grow may show; noise of a few blocks is in it."""
ROUGHLY = 0.75
"""The largest exponent that is told from that of a table read from end to end, where two small
sizes are all there is: pages are not full there, and the readers are not the same."""
_FEW = 1.0
"""Added to every figure: one more level of an index is no growth worth a name."""


def size_of(connection: psycopg.Connection, manifest: Manifest) -> int:
    """The size of the data in a database: the rows of the manifest's table, 0 where it has none.

    Raises:
        psycopg.Error: they can't be counted.
    """
    if not manifest.size:
        return 0
    question = f"SELECT count(*) FROM {relation(manifest.size)}"
    (rows,) = connection.execute(question.encode()).fetchone() or (0,)
    return int(rows)


def exponent(figures: Mapping[int, float]) -> float:
    """The power of the size that the figures grow with: 0 not at all, 1 as the size itself.

    A least-squares line through the logarithms.

    Raises:
        ValueError: there are fewer than two sizes.
    """
    if len(figures) < 2:  # noqa: PLR2004 - a line needs two points
        raise ValueError("an exponent needs figures at two sizes")
    points = [(math.log(size), math.log(figure + _FEW)) for size, figure in figures.items()]
    middle_x = sum(x for x, _ in points) / len(points)
    middle_y = sum(y for _, y in points) / len(points)
    spread = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / spread
