"""``python -m benchmarks.homefeed``: the home feed's forms beside the canonical one, in one run.

For readers who follow 10, 100, 1,000 and 5,000 accounts, the first page: each call of a form stands
beside a call of every other, with the same readers. A ratio is of the medians of blocks of calls,
with its interval. The lower bound is a table with a row for each reader and post (``fan-out``),
which is made for the readers asked. What a form touches stands beside the rows that it returns.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from tests import paths

from benchmarks import timing
from vrss_contract.contract.model import QueryCase
from vrss_contract.contract.read import read_contract
from vrss_contract.contract.read_manifest import read_manifest
from vrss_contract.data.dataset.profiles import profile
from vrss_contract.data.filled_database import filled_database
from vrss_contract.errors import TroubleError
from vrss_contract.performance.query.latency import Interval, Latency
from vrss_contract.performance.query.measure import Calibration, Track, measure
from vrss_contract.performance.query.plan import Plan
from vrss_contract.performance.query.statement import MODES, PreparedStatement, Values, draws
from vrss_contract.target import sqlfile

OURS = "canonical"
FEED = "home-feed"
_INTERRUPTED = 130
_READERS = 10
_TABLE = """
CREATE TABLE feed_items (
    reader_id bigint, created_at timestamptz, post_id bigint,
    PRIMARY KEY (reader_id, created_at, post_id)
)
"""
_VISIBLE = """
UPDATE users SET status = 'active' WHERE status <> 'active';
UPDATE user_profiles SET visibility = 'public' WHERE visibility = 'private';
"""
"""The other forms don't ask who is hidden, so nobody is; the canonical one asks all the same."""
_ITEMS = """
INSERT INTO feed_items
SELECT %s, posts.created_at, posts.id
FROM posts
INNER JOIN user_follows ON user_follows.following_id = posts.user_id
WHERE
    user_follows.follower_id = %s AND posts.status = 'published' AND posts.deleted_at IS NULL
ORDER BY posts.created_at DESC, posts.id DESC
LIMIT 1000
ON CONFLICT DO NOTHING
"""
_HEAD = ("followed, form", "p50 ms", "p95 ms", "p99 ms", "of canonical", "blocks", "blocks a row")


@dataclass(frozen=True, slots=True)
class Figure:
    """One form for one kind of reader."""

    case: str
    form: str
    latency: Latency
    blocks: int
    rows: int
    ratio: Interval
    """How many times as long as the canonical form it takes."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 2 where the server can't be had, 130 where the run was interrupted."""
    asked = _asked(arguments)
    contract = read_contract(paths.contracts())
    target, rows = sqlfile.read(paths.schema()), profile(asked.profile, contract)
    query = contract.queries[FEED]
    cases = [case for case in query.cases if not case.name.endswith("-deep")]
    texts = {OURS: query.sql, **forms(paths.fixtures() / "queries")}
    try:
        with (
            filled_database(target, rows, contract) as opened,
            opened.database.administer() as session,
        ):
            prepare(session, cases)
            figures = [
                figure
                for case in cases
                for figure in compared(session, case, texts, samples=asked.samples)
            ]
    except TroubleError as trouble:
        print(trouble, file=sys.stderr)
        return trouble.exit_code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _INTERRUPTED
    print(f"{timing.machine()}; profile {asked.profile}, {asked.samples} calls each\n")
    print(timing.table(_HEAD, [row(figure) for figure in figures]))
    return 0


def forms(folder: Path) -> dict[str, str]:
    """The other forms that give the same page, by what their file calls them.

    Pages by number are left out: they take other parameters.
    """
    paths = sorted(folder.glob(f"{FEED}.*.sql"))
    found = {path.suffixes[0].removeprefix("."): path.read_text("utf-8") for path in paths}
    return {name: sql for name, sql in found.items() if ":skipped" not in sql}


def prepare(session: psycopg.Connection, cases: Sequence[QueryCase]) -> None:
    """Make the table of the fan-out, full for the readers that are asked for; hide nobody."""
    session.execute(_TABLE)
    for case in cases:
        for values in readers(session, case):
            session.execute(_ITEMS, [values["reader"], values["reader"]])
    session.execute(_VISIBLE)
    session.execute("SET statement_timeout = 0")  # scale takes long to sweep on a busy machine
    for table in ("feed_items", "users", "user_profiles"):
        session.execute(f"VACUUM (ANALYZE) {table}".encode())


def readers(session: psycopg.Connection, case: QueryCase) -> Sequence[Values]:
    """The readers of a case that are asked for."""
    return draws(session, case.draws)[:_READERS]


def compared(
    session: psycopg.Connection,
    case: QueryCase,
    texts: Mapping[str, str],
    *,
    samples: int,
) -> Iterator[Figure]:
    """Every form for one kind of reader, the canonical one first; nothing without such readers.

    Raises:
        psycopg.Error: a form can't be run.
        ValueError: a form gives another page than the canonical one.
    """
    asked = readers(session, case)
    if not asked:
        return
    query = read_manifest(paths.contracts()).required_calibration()
    calibration = Calibration(session, query, f"calibration {case.name}")
    prepared = {
        form: PreparedStatement.of(session, f"{case.name} {form}", sql)
        for form, sql in texts.items()
    }
    _require_same(prepared, asked)
    plans = {form: costliest(one, asked) for form, one in prepared.items()}
    session.execute("SET plan_cache_mode = auto")
    tracks = [
        Track(one, [one.bound(values) for values in asked], calibration)
        for one in prepared.values()
    ]
    taken = dict(zip(prepared, measure(*tracks, samples=samples), strict=True))
    for form, latency in taken.items():
        ratio = Latency(latency.times, taken[OURS].times).ratio
        yield Figure(case.name, form, latency, plans[form].buffers, plans[form].rows, ratio)


def costliest(prepared: PreparedStatement, asked: Sequence[Values]) -> Plan:
    """The plan that touches most, generic or custom, for any of the readers."""
    seen = (prepared.plan(values, mode) for mode in MODES for values in asked)
    return max(seen, key=lambda plan: plan.buffers)


def _require_same(prepared: Mapping[str, PreparedStatement], asked: Sequence[Values]) -> None:
    for values in asked:
        page = prepared[OURS].rows(values)
        for form, one in prepared.items():
            if one.rows(values) != page:
                raise ValueError(f"{form} gives another page for {dict(values)}")


def row(figure: Figure) -> tuple[str, ...]:
    """The figure as a row of the table."""
    times = (f"{figure.latency.percentile(part):.2f}" for part in (0.5, 0.95, 0.99))
    return (
        f"{figure.case.removeprefix('follows-')}, {figure.form}",
        *times,
        "1" if figure.form == OURS else str(figure.ratio),
        f"{figure.blocks:,}",
        f"{figure.blocks / max(figure.rows, 1):,.1f}",
    )


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.homefeed", description=__doc__)
    parser.add_argument("--profile", default="scale", choices=["small", "medium", "scale"])
    parser.add_argument("--samples", type=int, default=120, help="calls of each form (120)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
