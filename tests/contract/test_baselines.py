"""Every query's plans and blocks on the small data, as they were when somebody last looked at them.

The files are fixtures/baselines/<major version>/<profile>/<query>.txt; ``--rewrite-golden`` writes
those anew that differ. What grew worse shows in the diff of the change that made it so.
"""

from collections.abc import Iterator, Sequence

import pytest

from tests import contracts, paths
from tests.golden import Golden
from vrss_contract.contract.model import Contract, Query
from vrss_contract.data.dataset.profiles import profile
from vrss_contract.data.filled_database import filled_database
from vrss_contract.performance.query.session import QuerySession, Seen
from vrss_contract.postgres.choose import MAJOR
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
PROFILE = "small"
QUERIES = contracts.canonical().queries
FOLDER = paths.fixtures() / "baselines" / str(MAJOR) / PROFILE


@pytest.fixture(scope="module")
def query_session(contract: Contract) -> Iterator[QuerySession]:
    target = sqlfile.read(paths.schema())
    with (
        filled_database(target, profile(PROFILE, contract), contract) as opened,
        opened.database.connect() as session,
    ):
        yield QuerySession(session, most=3)


@pytest.fixture
def baseline(request: pytest.FixtureRequest) -> Golden:
    return Golden(rewrite=request.config.getoption("--rewrite-golden"), folder=FOLDER)


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_is_served_as_it_was(
    query: Query, query_session: QuerySession, baseline: Golden
) -> None:
    parts = [told(case.name, query_session.plans(query, case)) for case in query.cases]
    baseline(f"{query.name}.txt", "\n".join(parts))


def test_there_is_no_baseline_of_a_query_that_is_gone() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} <= QUERIES.keys()


def told(case: str, seen: Sequence[Seen]) -> str:
    """The plan that touches most of each mode; one text where both are the same."""
    plans: dict[str, list[str]] = {}
    for mode in dict.fromkeys(one.mode for one in seen):
        plan = max((one.plan for one in seen if one.mode == mode), key=lambda plan: plan.buffers)
        text = f"{plan.buffers:,} blocks, {plan.rows:,} rows\n{plan.shape}\n"
        plans.setdefault(text, []).append(mode)
    return "\n".join(f"{case}, {' and '.join(modes)}: {text}" for text, modes in plans.items())
