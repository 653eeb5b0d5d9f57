"""What every test can ask for: texts compared with golden files, and an administrator's session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from vrss_contract.database.scratch import Database

pytest.register_assert_rewrite("tests.golden")

from tests.golden import Golden  # noqa: E402 - after the line that makes its assertion show a diff


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-golden",
        action="store_true",
        help="write golden files that differ anew; their tests fail until run without this",
    )


@pytest.fixture
def administered(
    pytestconfig: pytest.Config, database: Database
) -> Iterator[psycopg.Connection[Any]]:
    """An administrator's session in the loaded canonical schema, undone; for no other target.

    Reading another's catalog as superuser would run what it hides built-in functions by.
    """
    if pytestconfig.getoption("--contract-target"):
        pytest.skip("changes the canonical schema as its administrator, and no other target")
    with database.administer() as connection, connection.transaction(force_rollback=True):
        yield connection


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    return Golden(rewrite=request.config.getoption("--rewrite-golden"))
