"""Clauses of kind dataset: what is said of data that load, have a figure, or keep a promise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine import tiny
from tests.engine.tiny import Few
from vrss_contract import paths
from vrss_contract.checks import dataset
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract.manifest import Manifest, Profile
from vrss_contract.contract.model import Shape
from vrss_contract.data.dataset import Copied
from vrss_contract.data.filled_database import filled
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.errors import Trouble, TroubleError
from vrss_contract.target import Target, sqlfile

pytestmark = pytest.mark.once

_TIERS = """
- id: subscription_tiers
  kind: table
  says: What can be paid for.
  phase: 1
  columns:
    - {name: id, type: bigserial}
    - {name: name, type: varchar(50)}
    - {name: description, type: text, nullable: true}
    - {name: storage_bytes, type: bigint}
    - {name: price_monthly_cents, type: integer}
    - {name: note, type: jsonb, nullable: true}
  keys: [{name: subscription_tiers_pkey, primary: [id]}]
"""
_SCHEMA = (
    tiny.KEEPS
    + """
CREATE TABLE subscription_tiers (
    id bigserial PRIMARY KEY, name varchar(50) NOT NULL UNIQUE, description text,
    storage_bytes bigint NOT NULL, price_monthly_cents integer NOT NULL, note jsonb
);
"""
)
_HEAD = """
- id: dataset.here
  kind: dataset
  level: must
  says: It is so.
  object: counters
  source: here
"""
_QUERY = "SELECT count(*) AS counters, avg(n) AS mean, sum(n) FILTER (WHERE FALSE) AS none"
_ASKS = _HEAD + f"  query: {_QUERY} FROM counters\n"
_NOTES = Shape("tiers.note", "subscription_tiers", ("note",), "must", "A note.", {"type": "object"})
_MANIFEST = Manifest(
    folder=paths.contracts(),
    profiles={name: Profile(name) for name in ("dev", "small", "scale")},
    gate={"dataset": ("dev", "small")},
)
Judge = Callable[..., Verdict]


@pytest.fixture(scope="module")
def context(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[JudgingContext]:
    contract = tiny.contract(tmp_path_factory.mktemp("bench"), _TIERS)
    with tiny.context(contract, databases, _SCHEMA) as made:
        yield made


@pytest.fixture
def judge(context: JudgingContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Judge:
    def call(
        clause: str, *, data: Few | TroubleError | None = None, thorough: bool = False
    ) -> Verdict:
        asked: list[str] = []
        made: list[Database] = []

        def filled_database(name: str) -> Database:
            asked.append(name)
            if isinstance(data, TroubleError):
                raise data
            made.append(filled(context.databases, context.target, data or Few(), context.contract))
            return made[-1]

        contract = replace(
            tiny.contract(tmp_path, _TIERS, clause),
            shapes={_NOTES.name: _NOTES},
            manifest=_MANIFEST,
        )
        monkeypatch.setattr(context, "contract", contract)
        monkeypatch.setattr(context, "thorough", thorough)
        monkeypatch.setattr(context, "filled", filled_database)
        (verdict,) = dataset.KIND.judge([contract.clause("dataset.here")], context)
        assert len(asked) == len(set(asked))
        for database in made:
            context.databases.drop(database)
        return verdict

    return call


def _proves(what: str, profiles: str = "[dev]") -> str:
    return _HEAD + f"  proves: {what}\n  profiles: {profiles}\n"


@pytest.mark.parametrize(
    "expects",
    [
        "{counters: 2}",
        "{mean: 1}",
        "{mean: {least: 0.5}}",
        "{counters: {least: 2, most: 2}, mean: {least: 0.9, most: 1.1}}",
    ],
)
def test_figures_within_their_bounds_hold(judge: Judge, expects: str) -> None:
    verdict = judge(_ASKS + f"  expects: {{dev: {expects}}}\n")

    assert (verdict.outcome, verdict.findings) == (Outcome.HOLDS, ())


@pytest.mark.parametrize(
    ("expects", "expected", "found"),
    [
        ("{counters: 3}", "3", "2"),
        ("{counters: {least: 3}}", "at least 3", "2"),
        ("{mean: {least: 0.1, most: 0.25}}", "0.1 to 0.25", "1"),
        ("{none: {least: 0}}", "at least 0", "NULL"),
    ],
)
def test_a_figure_out_of_its_bounds_is_told(
    judge: Judge, expects: str, expected: str, found: str
) -> None:
    verdict = judge(_ASKS + f"  expects: {{dev: {expects}}}\n")

    assert verdict.outcome is Outcome.BROKEN
    assert tiny.findings(verdict) == [(expected, found)]
    assert verdict.findings[0].because == f"dev: {expects[1:].partition(':')[0]}"
    assert verdict.findings[0].repeat == f"{_QUERY} FROM counters"


def test_one_profile_that_is_not_so_breaks_the_clause(judge: Judge) -> None:
    verdict = judge(_ASKS + "  expects: {dev: {counters: 2}, small: {counters: 20}}\n")

    assert [one.because for one in verdict.findings] == ["small: counters"]


def test_the_largest_profile_is_left_to_a_thorough_run(judge: Judge) -> None:
    clause = _ASKS + "  expects: {dev: {counters: 2}, scale: {counters: 20}}\n"

    assert judge(clause).outcome is Outcome.HOLDS
    assert judge(clause, thorough=True).outcome is Outcome.BROKEN


def test_a_clause_on_nothing_else_is_undecided_until_then(judge: Judge) -> None:
    verdict = judge(_proves("loads", "[scale]"))

    assert verdict.outcome is Outcome.UNDECIDED
    assert tiny.findings(verdict) == [
        ("the data are looked at", "only a thorough run has time for it")
    ]


@pytest.mark.parametrize("what", ["loads", "invariants", "documents"])
def test_data_that_are_right_prove_it(judge: Judge, what: str) -> None:
    assert judge(_proves(what)).outcome is Outcome.HOLDS


def test_a_row_that_is_refused_breaks_what_promises_to_load(judge: Judge) -> None:
    orphan = Copied("marks", ("id", "counter_id"), ((3, 9),))

    verdict = judge(_proves("loads"), data=Few((orphan,)))

    ((expected, found),) = tiny.findings(verdict)
    assert (verdict.outcome, expected) == (Outcome.BROKEN, "every row is taken")
    assert found.startswith("23503 ")
    assert verdict.findings[0].because == "dev: marks"
    assert verdict.findings[0].repeat == "vrss-contract seed DSN --profile dev"


@pytest.mark.parametrize("what", ["invariants", "documents"])
def test_where_a_row_is_refused_nothing_else_can_be_judged(judge: Judge, what: str) -> None:
    orphan = Copied("marks", ("id", "counter_id"), ((3, 9),))

    verdict = judge(_proves(what), data=Few((orphan,)))

    assert verdict.outcome is Outcome.UNDECIDED
    assert tiny.findings(verdict) == [
        ("the data are looked at", "the database refuses the data of marks")
    ]


def test_trouble_that_is_not_the_rows_leaves_it_undecided(judge: Judge) -> None:
    trouble = Trouble(
        "x", "", says="no room", tried="fill", found="the disk is full", do="free some"
    )()

    verdict = judge(_proves("loads"), data=trouble)

    assert verdict.outcome is Outcome.UNDECIDED
    assert tiny.findings(verdict) == [("the data are tried", "the disk is full")]


def test_a_counterexample_in_the_data_is_told(judge: Judge) -> None:
    verdict = judge(_proves("invariants"), data=Few(counts=(1, 5)))

    assert verdict.outcome is Outcome.BROKEN
    ((expected, found),) = tiny.findings(verdict)
    assert expected == "no counter-example"
    assert found == 'invariant.counted: {"id":2,"n":5}; invariant.few: {"id":2}'


def test_a_document_of_another_shape_is_told_by_row_and_rule(judge: Judge) -> None:
    columns = ("id", "name", "storage_bytes", "price_monthly_cents", "note")
    rows = ((n, f"t{n}", 1, 1, note) for n, note in enumerate(("{}", "[1]", None, "2"), start=10))
    tiers = Copied("subscription_tiers", columns, tuple(rows))

    verdict = judge(_proves("documents"), data=Few((tiers,)))

    assert verdict.outcome is Outcome.BROKEN
    assert tiny.findings(verdict) == [
        ("every document conforms", "2 that do not: id 11 $ (type), id 13 $ (type)")
    ]
    assert verdict.findings[0].because == "dev: tiers.note"


def test_a_figure_that_the_query_does_not_return_leaves_it_undecided(judge: Judge) -> None:
    verdict = judge(_ASKS + "  expects: {dev: {counters: 2, nothing: 0}}\n")

    assert verdict.outcome is Outcome.UNDECIDED
    assert tiny.findings(verdict) == [("a row with every figure", "the query returns no 'nothing'")]


def test_a_query_that_fails_leaves_it_undecided(judge: Judge) -> None:
    verdict = judge(_HEAD + "  query: SELECT 1 / 0 AS n\n  expects: {dev: {n: 1}}\n")

    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.findings[0].found.startswith("22012 ")


_UNASKED = {
    "SELECT nothing": "the query of invariant.here fails",
    "SELECT 1 FROM (SELECT 1 WHERE FALSE) AS e": "invariant.here: no row in e: nothing was tried",
}


@pytest.mark.parametrize("query", _UNASKED)
def test_an_invariant_that_is_not_tried_leaves_it_undecided(judge: Judge, query: str) -> None:
    other = _HEAD.replace("dataset", "invariant") + f"  query: {query}\n"
    other += "  attempts: [{because: so, steps: [SELECT 1]}]\n"

    verdict = judge(_proves("invariants") + other)

    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.findings[0].found == _UNASKED[query]


@pytest.mark.parametrize(
    ("clause", "last"),
    [
        (_proves("loads"), "SELECT count(*) FROM marks;"),
        (_proves("invariants"), "SELECT id FROM counters WHERE n > 2;"),
        (_ASKS + "  expects: {dev: {counters: 2}}\n", f"{_QUERY} FROM counters;"),
    ],
)
def test_a_person_is_told_how_to_fill_and_what_to_ask(
    tmp_path: Path, clause: str, last: str
) -> None:
    contract = replace(tiny.contract(tmp_path, clause), manifest=_MANIFEST)

    script = dataset.KIND.sql(contract.clause("dataset.here"), contract, Target("none", ()))

    first, *_, end = script.splitlines()
    assert (first, end) == ("-- vrss-contract seed DSN --profile dev", last)


def test_rows_that_a_target_brings_are_not_looked_at(
    context: JudgingContext, judge: Judge, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = sqlfile.parse(_SCHEMA + "INSERT INTO counters (n) VALUES (5);", name="full")
    full = databases.load(target)
    with JudgingContext(context.contract, target, databases, full) as other:
        monkeypatch.setattr(context, "clone", other.clone)
        verdict = judge(_ASKS + "  expects: {dev: {counters: 2}}\n")
    databases.drop(full)

    assert verdict.outcome is Outcome.HOLDS
