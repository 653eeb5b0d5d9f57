"""``python -m benchmarks.jsonb``: documents drawn and judged for each shape; what checks cost.

The first table tells how many documents were drawn, how many of the nearly conforming ones conform
after all, and how long the clauses of the shape took, the validator's part told apart. Then the
price: every profile of a table is updated in one statement, with and without the three checks, in
turns, each update undone and vacuumed away.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from tests import paths

from benchmarks import timing
from vrss_contract.checks import jsonb
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Outcome
from vrss_contract.contract.document_checker import Checker
from vrss_contract.contract.model import Contract, Shape
from vrss_contract.contract.read import read_contract
from vrss_contract.data.documents.draw import conforming, written
from vrss_contract.data.documents.near import nearly
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.errors import TroubleError
from vrss_contract.postgres.choose import choose
from vrss_contract.target import sqlfile

_PATIENCE = 120.0
"""Seconds that one statement may take."""
CHECKED, BARE = "with the checks", "without"
_CHECKS = ("background", "music", "style")
_USERS = """
INSERT INTO users (username, email, password_hash)
SELECT 'user_' || n, 'user_' || n || '@example.org', 'x' FROM generate_series(1, {users}) AS n
"""
_PROFILES = """
INSERT INTO user_profiles (user_id, background_config, music_config, style_config)
SELECT
    id,
    '{"type": "image", "value": "https://media.example/backgrounds/1.png", "position": "cover"}',
    '{"url": "https://music.example/songs/1.mp3", "autoplay": false, "volume": 40}',
    '{"font": "Inter", "primaryColor": "#1a2b3c", "customCSS": "a { color: red }"}'
FROM users
"""
_UPDATE = "UPDATE user_profiles SET bio = 'changed'"


@dataclass(frozen=True, slots=True)
class Figures:
    """What one shape's documents came to."""

    shape: str
    enforced: bool
    conforming: int
    nearly: int
    nearly_conform: int
    """Of the nearly conforming ones, those that conform after all."""
    holds: bool
    """Whether all clauses of the shape held."""
    seconds: float
    """What its clauses took, drawing and the server included."""
    validating: float
    """Microseconds that the validator takes for a document, its text parsed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 2 where the server can't be had."""
    asked = _asked(arguments)
    contract = read_contract(paths.contracts())
    try:
        with choose("embedded") as server, Databases(server.access, timeout=_PATIENCE) as made:
            figures = judged(contract, made)
            prices = priced(made, users=asked.users, rounds=asked.rounds)
    except TroubleError as trouble:
        print(trouble, file=sys.stderr)
        return trouble.exit_code
    if asked.json:
        whole = {"machine": timing.machine(), "shapes": [asdict(one) for one in figures]}
        text = json.dumps({**whole, "microseconds": prices}, indent=2)
        asked.json.write_text(f"{text}\n", "utf-8")
    print(f"{timing.machine()}\n\n{markdown(figures)}\n\n{price(prices, asked.users)}")
    return 0


def judged(contract: Contract, databases: Databases) -> list[Figures]:
    """The clauses of each shape, as thoroughly as can be."""
    target = sqlfile.read(paths.schema())
    database = databases.load(target)
    with JudgingContext(contract, target, databases, database, thorough=True) as context:
        return [_figures(shape, context) for shape in contract.shapes.values()]


def _figures(shape: Shape, context: JudgingContext) -> Figures:
    clauses = [c for c in context.contract.clauses if c.id.startswith(f"jsonb.{shape.name}.")]
    began = time.perf_counter()
    verdicts = list(jsonb.KIND.judge(clauses, context))
    seconds = time.perf_counter() - began
    good = [written(one) for one in conforming(shape, jsonb.THOROUGH)]
    near = [written(one) for one in nearly(shape, jsonb.THOROUGH)]
    checker = Checker(shape)
    began = time.perf_counter()
    held = [checker.holds(text) for text in (*good, *near)]
    validating = (time.perf_counter() - began) / len(held) * 1e6
    return Figures(
        shape=shape.name,
        enforced=shape.enforced,
        conforming=len(good),
        nearly=len(near),
        nearly_conform=sum(held[len(good) :]),
        holds=all(verdict.outcome is Outcome.HOLDS for verdict in verdicts),
        seconds=seconds,
        validating=validating,
    )


def priced(databases: Databases, *, users: int, rounds: int) -> dict[str, list[float]]:
    """Microseconds of an update a profile, round by round, with the checks and without."""
    sides = {CHECKED: _filled(databases, users), BARE: _filled(databases, users)}
    with sides[BARE].connect() as session:
        for name in _CHECKS:
            check = f"user_profiles_{name}_config_valid"
            session.execute(f"ALTER TABLE user_profiles DROP CONSTRAINT {check}")
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for round_ in range(rounds + 1):
        for name in list(sides)[:: 1 if round_ % 2 else -1]:
            seconds = _updated(sides[name])
            if round_:
                taken[name].append(seconds / users * 1e6)
    return taken


def _filled(databases: Databases, users: int) -> Database:
    database = databases.load(sqlfile.read(paths.schema()))
    with database.connect() as session:
        session.execute(_USERS.format(users=users))
        session.execute(_PROFILES)
        session.execute("VACUUM ANALYZE user_profiles")
    return database


def _updated(database: Database) -> float:
    with database.connect() as session:
        session.execute("BEGIN")
        began = time.perf_counter()
        session.execute(_UPDATE)
        seconds = time.perf_counter() - began
        session.execute("ROLLBACK")
        session.execute("VACUUM user_profiles")
    return seconds


def markdown(figures: Sequence[Figures]) -> str:
    """A row a shape."""
    head = (
        "| shape | conforming | nearly (conform) | database agrees | clauses | validator |\n"
        "|---|---:|---:|---|---:|---:|"
    )
    rows = (
        f"| {one.shape} | {one.conforming} | {one.nearly} ({one.nearly_conform})"
        f" | {_agreed(one)} | {one.seconds:.2f} s | {one.validating:.1f} µs |"
        for one in figures
    )
    return "\n".join([head, *rows])


def price(taken: Mapping[str, Sequence[float]], users: int) -> str:
    """What an update of a profile costs, in one line."""
    sides = (
        f"{median(all_):.1f} µs {name} ({min(all_):.1f} to {max(all_):.1f})"
        for name, all_ in taken.items()
    )
    return f"An update of a profile, {users} in one statement: {', '.join(sides)}"


def _agreed(one: Figures) -> str:
    if not one.enforced:
        return "not checked"
    return "yes" if one.holds else "NO"


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.jsonb", description=__doc__)
    parser.add_argument("--users", type=int, default=20_000, help="profiles updated (20000)")
    parser.add_argument("--rounds", type=int, default=5, help="updates of each (5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="all figures, beside the table")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
