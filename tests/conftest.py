"""What every test can ask for: texts compared with golden files."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.golden")

from tests.golden import Golden  # noqa: E402 - after the line that makes its assertion show a diff


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-golden",
        action="store_true",
        help="write golden files that differ anew; their tests fail until run without this",
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    return Golden(rewrite=request.config.getoption("--rewrite-golden"))
