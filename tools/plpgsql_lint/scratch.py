"""A database that nobody needs afterwards.

Knows that the harness has servers; the lint step takes the embedded one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from vrss_contract.postgres.choose import choose


@contextmanager
def scratch_connection() -> Iterator[psycopg.Connection]:
    """A superuser's connection to an empty database, which is gone once the context is left.

    Raises:
        TroubleError: no server could be started.
    """
    with (
        choose("embedded") as server,
        psycopg.connect(server.access.admin, autocommit=True, prepare_threshold=None) as connection,
    ):
        yield connection
