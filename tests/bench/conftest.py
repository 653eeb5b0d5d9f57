"""The world that is measured in, opened once."""

from collections.abc import Iterator

import pytest

from tests import contracts, paths
from vrss_contract.contract.model import Contract
from vrss_contract.performance.comparison.measured_side import MeasuredSide, measured_side
from vrss_contract.performance.comparison.side import Side
from vrss_contract.performance.query.benchmark_case import BenchmarkCase, benchmark_cases
from vrss_contract.performance.query.measure import Track
from vrss_contract.target import sqlfile


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("bench")
    group.addoption("--bench-profile", default="scale", help="how much data: small, medium, scale")
    group.addoption("--bench-samples", default=300, type=int, help="calls of each query")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        found = list(benchmark_cases(_contract()))
        metafunc.parametrize("case", found, ids=[one.name for one in found])


@pytest.fixture(scope="session")
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.config.getoption("--bench-profile"))


@pytest.fixture(scope="session")
def samples(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--bench-samples"))


@pytest.fixture(scope="session")
def measured_ground(profile: str) -> Iterator[MeasuredSide]:
    side = Side("working tree", _contract(), sqlfile.read(paths.schema()))
    with measured_side(side, profile, tell=lambda _: None) as opened:
        yield opened


@pytest.fixture
def track(case: BenchmarkCase, measured_ground: MeasuredSide) -> Track:
    """Skips where nobody asks this; the plans are made before any time is taken."""
    measured_ground.plans(case)
    found = measured_ground.track(case)
    if found is None:
        pytest.skip(f"nobody in {measured_ground.profile} data asks this")
    return found


def _contract() -> Contract:
    return contracts.canonical()
