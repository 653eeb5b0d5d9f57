"""One server for all bodies that the tests judge."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from tools.plpgsql_lint.scratch import scratch_connection


@pytest.fixture(scope="session")
def connection() -> Iterator[psycopg.Connection]:
    with scratch_connection() as opened:
        yield opened
