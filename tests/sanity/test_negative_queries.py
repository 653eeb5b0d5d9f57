"""No clause on a query is believed that never refused one: each is broken where indexes are gone.

The worlds are the canonical ones, copied, and then without any index and key. A promise that bare
tables keep is about something else, and is broken by a query that is wrong in one point.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import psycopg
import pytest

from tests import paths
from vrss_contract.checks import query as kind
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.query import fixture
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract.model import (
    Clause,
    Contract,
    Query,
    QueryCase,
    QueryPromise,
    WitnessPromise,
)
from vrss_contract.data.dataset.profiles import profile
from vrss_contract.data.filled_database import filled_database
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.performance.query.statement import Values, draws
from vrss_contract.sql.literal import identifier, text
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
_BARE = paths.fixtures() / "implementations" / "bare.sql"
_PROFILES = ("untidy", "tiny", "small")
_DERIVED = "parent"
"""What the case of a look-up is called that follows from a foreign key; its readers are few."""
_TIMEOUT = 0.3
"""Seconds: a query without indexes may take for ever, and has shown enough by then."""
_LACKS_A_ROW = "SELECT * FROM (\n{}\n) AS whole OFFSET 1"
_READS_TOO_OFTEN = """
SELECT whole.* FROM (
{}
) AS whole
WHERE 0 < (
    SELECT count(*)
    FROM generate_series(1, (SELECT 2 ^ (count(*) / 700) FROM users)::integer) AS times (n)
    CROSS JOIN LATERAL (SELECT FROM users WHERE id >= n % 1000 ORDER BY id LIMIT 1) AS again
)
"""
"""16 look-ups in the tiny world, 16,384 in the small one."""


_KEPT_BY_BARE_TABLES = frozenset(
    {
        # So much is theirs to read that whole tables of the small world are no more.
        "query.custom-feed-followed.follows-1000.buffers",
        "query.friends-of-friends.friends-100.buffers",
        "query.mutual-follow.popular.buffers",
        # The larger world gives a reader more rows, and the table is shared among them.
        "query.are-friends.any.grows",
        "query.comment-thread.deep.grows",
        "query.current-subscription.any.grows",
        "query.custom-feed-followed.follows-100.grows",
        "query.custom-feed-followed.follows-1000.grows",
        "query.custom-feed.week-liked.grows",
        "query.friends-of-friends.friends-100.grows",
        "query.friends.many-deep.grows",
        "query.friends.many.grows",
        "query.gallery.any.grows",
        "query.home-feed.follows-1000-deep.grows",
        "query.home-feed.follows-1000.grows",
        "query.home-feed.follows-5000.grows",
        "query.likers.deep.grows",
        "query.message-thread.any.grows",
        "query.mutual-follow.any.grows",
        "query.mutual-follow.popular.grows",
        "query.notification-list.any.grows",
        "query.own-bin.prolific.grows",
        "query.own-posts-by-status.any.grows",
        "query.own-posts.deep.grows",
        "query.profile-feed.deep.grows",
        "query.reposts-of-post.busy.grows",
        "query.reposts-of-post.deep.grows",
        "query.reposts-of-post.tied.grows",
    }
)


class _Filled(JudgingContext):
    """A bench at worlds of our own."""

    filled_databases: Mapping[str, Database]

    def filled(self, name: str) -> Database:
        return self.filled_databases[name]


@pytest.fixture(scope="module")
def broken(contract: Contract, databases: Databases, database: Database) -> set[str]:
    """The ids of the clauses that are broken."""
    found: set[str] = set()
    with contextlib.ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        # Judged as if all tables were large: a small one is rightly read from end to end.
        patch.setattr(fixture, "_FEW_BLOCKS", 0)
        patch.setattr(fixture, "_DRAWS", 1)  # one reader shows it
        pairs = {name: stack.enter_context(_worlds(contract, name)) for name in _PROFILES}
        clauses = [_seated(one) for one in _queries(contract)]
        bare = [one for one in clauses if _on_bare(one)]
        others = [_wrong(one) for one in clauses if not _on_bare(one)]
        for which, group in ((1, bare), (0, others)):
            context = _Filled(contract, sqlfile.read(paths.schema()), databases, database)
            context.filled_databases = {name: pair[which] for name, pair in pairs.items()}
            with context:
                verdicts = [*kind.KIND.judge(group, context)]
            found |= {one.id for one in verdicts if _refused(one)}
    return found


def test_every_clause_on_a_query_is_broken_by_something_wrong(
    contract: Contract, broken: set[str]
) -> None:
    unbroken = [clause.id for clause in _queries(contract) if clause.id not in broken]
    assert not unbroken, unbroken


def _refused(verdict: Verdict) -> bool:
    """Whether what is promised is broken, and not a statement that nobody can run."""
    ran = all(finding.expected != "it can be run" for finding in verdict.findings)
    return verdict.outcome is Outcome.BROKEN and ran


def _queries(contract: Contract) -> list[Clause]:
    return [clause for clause in contract.clauses if clause.kind == "query"]


@contextlib.contextmanager
def _worlds(contract: Contract, name: str) -> Iterator[tuple[Database, Database]]:
    """A world with each case's readers in a table, and a copy without any index."""
    schema = sqlfile.read(paths.schema())
    with filled_database(schema, profile(name, contract), contract) as opened:
        with psycopg.connect(opened.database.user, autocommit=True) as session:
            for query in contract.queries.values():
                _draw(session, query)
        copy = opened.databases.create(opened.database)
        with psycopg.connect(copy.user, autocommit=True) as session:
            session.execute(_BARE.read_bytes())
        yield opened.database, replace(copy, timeout=_TIMEOUT)


def _draw(session: psycopg.Connection, query: Query) -> None:
    """Put a few readers of each case into a table, where there are none those of another."""
    few = "SELECT * FROM ({}) AS drawn LIMIT 12"
    found = [draws(session, few.format(one.draws.strip().rstrip(";"))) for one in query.cases]
    some = next(readers for readers in (*found, _at_edges(session, query)) if readers)
    for case, readers in zip(query.cases, found, strict=True):
        rows = " UNION ALL ".join(map(_row, readers or some))
        session.execute(f"CREATE TABLE {identifier(_table(query, case))} AS {rows}".encode())


def _at_edges(session: psycopg.Connection, query: Query) -> Sequence[Values]:
    return draws(session, f"SELECT * FROM ({query.edges}) AS drawn LIMIT 1") if query.edges else []


def _row(reader: Values) -> str:
    told = (f"{text(str(value))}::text AS {identifier(key)}" for key, value in reader.items())
    return f"SELECT {', '.join(told)}"


def _table(query: Query, case: QueryCase) -> str:
    return f"draws {query.name} {case.name}"


def _on_bare(clause: Clause) -> bool:
    """Whether tables without indexes are what breaks it."""
    promise = clause.promise
    if isinstance(promise, WitnessPromise):
        return True
    assert isinstance(promise, QueryPromise)
    linear = promise.case is not None and promise.case.grows == "linear"
    return not (
        promise.aspect in ("answers", "budget") or linear or clause.id in _KEPT_BY_BARE_TABLES
    )


def _seated(clause: Clause) -> Clause:
    """The clause about readers out of a table."""
    promise = clause.promise
    assert isinstance(promise, QueryPromise | WitnessPromise)
    query, case = promise.query, promise.case
    if case is None:
        cases = tuple(_of_table(query, one) for one in query.cases)
        return replace(clause, promise=replace(promise, query=replace(query, cases=cases)))
    if case.name == _DERIVED:
        return clause
    return replace(clause, promise=replace(promise, case=_of_table(query, case)))


def _wrong(clause: Clause) -> Clause:
    """The clause, about a query that is wrong in one point."""
    promise = clause.promise
    assert isinstance(promise, QueryPromise)
    query, case = promise.query, promise.case
    if case is None:
        query = replace(query, sql=_LACKS_A_ROW.format(query.sql))
    elif promise.aspect == "budget":
        case = replace(case, budget_ms=0)
    else:
        query = replace(query, sql=_READS_TOO_OFTEN.format(query.sql))
    return replace(clause, promise=replace(promise, query=query, case=case))


def _of_table(query: Query, case: QueryCase) -> QueryCase:
    return replace(case, draws=f"SELECT * FROM {identifier(_table(query, case))}")
