"""A query's promises, judged in worlds of a few rows: what is refused, to the exact words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from tests.engine import questions
from vrss_contract.checks import query as kind
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.query import fixture, times
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract.model import Clause, QueryPromise
from vrss_contract.database.scratch import Databases
from vrss_contract.performance.query.drop_indexes import indexes
from vrss_contract.performance.query.latency import Latency
from vrss_contract.performance.query.measure import Track, measure, timed
from vrss_contract.target import Target

pytestmark = pytest.mark.once
ALL = {
    f"query.notes-of.{aspect}"
    for aspect in ("answers", "any.can", "any.served", "any.buffers", "any.grows", "any.budget")
} | {"index.notes_author.witness"}
_OTHER = questions.SCHEMA + "CREATE INDEX other ON notes (author_id, id DESC);"


def seen(verdict: Verdict) -> list[tuple[str, str, str]]:
    return [(one.because, one.expected, one.found) for one in verdict.findings]


def broken(verdicts: list[Verdict]) -> set[str]:
    return {one.id for one in verdicts if one.outcome is Outcome.BROKEN}


def only(
    path: Path, databases: Databases, id_: str, schema: str = questions.SCHEMA, /, **changed: str
) -> Verdict:
    sql = changed.pop("sql", questions.SQL)
    with questions.context(questions.contract(path, sql, **changed), databases, schema) as context:
        (verdict,) = questions.judged(context, id_)
    return verdict


def test_a_schema_with_the_index_keeps_every_promise_and_is_left_as_it_was(
    tmp_path: Path, databases: Databases
) -> None:
    with questions.context(questions.contract(tmp_path), databases) as context:
        with context.filled_databases["small"].connect() as session:
            before = indexes(session)
        verdicts = questions.judged(context)
        with context.filled_databases["small"].connect() as session:
            after = indexes(session)

    assert {one.id for one in verdicts} == ALL
    assert [seen(one) for one in verdicts if one.outcome is not Outcome.HOLDS] == []
    assert before == after


def test_a_schema_without_the_index_breaks_all_but_answer_and_budget(
    tmp_path: Path, databases: Databases
) -> None:
    with questions.context(questions.contract(tmp_path), databases, questions.BARE) as context:
        verdicts = {one.id: one for one in questions.judged(context)}

    assert broken([*verdicts.values()]) == ALL - {
        "query.notes-of.answers",
        "query.notes-of.any.budget",
    }
    told = {id_.rpartition(".")[2]: seen(one)[0] for id_, one in verdicts.items() if one.findings}
    end_to_end = ("by notes_author", "by no index; notes from end to end")
    because = "small data, generic plan, author = 1"
    assert told["served"] == (because, *end_to_end)
    assert told["can"][0] == f"with no other index to choose, {because}"
    assert told["buffers"][1] == "at most 9 blocks"
    assert told["grows"][:2] == (
        "more users",
        "constant: by the 0.75th power of the users at most",
    )
    assert told["witness"] == ("small data, notes-of.any", "by notes_author", "by no index")


def test_an_index_of_another_name_keeps_every_promise(tmp_path: Path, databases: Databases) -> None:
    renamed = questions.SCHEMA.replace("INDEX notes_author", "INDEX renamed")
    with questions.context(questions.contract(tmp_path), databases, renamed) as context:
        assert broken(questions.judged(context)) == set()


def test_a_small_table_is_rightly_read_from_end_to_end(
    tmp_path: Path, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fixture, "_FEW_BLOCKS", 10_000)
    with questions.context(questions.contract(tmp_path), databases, questions.BARE) as context:
        found = broken(questions.judged(context))

    assert found == {f"query.notes-of.any.{one}" for one in ("can", "buffers", "grows")}


@pytest.mark.parametrize(
    ("sql", "expected", "found"),
    [
        (questions.SQL.replace("DESC", "ASC"), "row 1 is (3999, 400)", "row 1 is (399, 400)"),
        (questions.SQL.replace("LIMIT 5", "LIMIT 4"), "5 rows", "4 rows"),
        (questions.SQL.replace("5", "6"), "5 rows", "6 rows"),
    ],
    ids=["order", "a row too few", "a row too many"],
)
def test_another_answer_is_told_by_its_first_difference(
    tmp_path: Path, databases: Databases, sql: str, expected: str, found: str
) -> None:
    verdict = only(
        tmp_path, databases, "query.notes-of.answers", sql=sql, draws="SELECT 400 AS author"
    )

    assert seen(verdict) == [("any: author = 400", expected, found)]


def test_where_order_is_no_part_of_the_answer_rows_are_counted(
    tmp_path: Path, databases: Databases
) -> None:
    sql = "SELECT DISTINCT 7::bigint AS id, author_id FROM notes WHERE author_id = :author"
    draws = "SELECT 400 AS author"
    contract = questions.contract(tmp_path, sql, draws=draws)
    clause = contract.clause("query.notes-of.answers")
    promise = clause.promise
    assert isinstance(promise, QueryPromise)
    query = replace(promise.query, ordered=False)
    unordered = replace(clause, promise=replace(promise, query=query))
    with questions.context(contract, databases) as context:
        (verdict,) = kind.KIND.judge([unordered], context)

    (finding,) = seen(verdict)
    assert finding[1].startswith("5 rows, (3999, 400); (3599, 400) among them")
    assert finding[2] == "(7, 400) instead"


def test_a_budget_that_is_exceeded_three_times_is_broken(
    tmp_path: Path, databases: Databases
) -> None:
    verdict = only(tmp_path, databases, "query.notes-of.any.budget", budget_ms="0.0001")

    ((because, expected, found),) = seen(verdict)
    assert because == "small data, 60 samples, each the best of 3 measurements"
    assert expected == "p95 of at most 0.0001 ms"
    assert found.endswith(" ms")


@pytest.mark.parametrize(("budget", "calls"), [("1000", [1, 1, 1]), ("0.0001", [1, 60, 60, 60])])
def test_a_budget_that_is_met_by_far_takes_few_calls(
    tmp_path: Path,
    databases: Databases,
    monkeypatch: pytest.MonkeyPatch,
    budget: str,
    calls: list[int],
) -> None:
    taken: list[int] = []

    def measured(*tracks: Track, samples: int) -> tuple[Latency, ...]:
        taken.append(samples)
        return measure(*tracks, samples=samples)

    def called(run: Callable[[Sequence[bytes]], int], values: Sequence[bytes]) -> float:
        taken.append(1)
        return timed(run, values)

    monkeypatch.setattr(times, "measure", measured)
    monkeypatch.setattr(times, "timed", called)
    only(
        tmp_path,
        databases,
        "query.notes-of.any.budget",
        draws="SELECT 400 AS author",
        budget_ms=budget,
    )

    assert taken == calls


def test_an_index_that_another_replaces_is_not_missed(tmp_path: Path, databases: Databases) -> None:
    verdict = only(tmp_path, databases, "index.notes_author.witness", _OTHER)
    # The planner takes either of two that are as good.
    assert verdict.outcome is Outcome.BROKEN
    assert verdict.findings[0].found in ("it is as good: by other", "by other")


@pytest.mark.parametrize(
    ("draws", "why"),
    [
        ("SELECT 1 / 0 AS author", "22012 division by zero"),
        ("SELECT id AS author FROM authors", '42P01 relation "authors" does not exist'),
        ("SELECT pg_sleep(60) AS author", "57014 canceling statement due to statement timeout"),
    ],
    ids=["fails", "is gone", "does not end"],
)
def test_readers_that_can_not_be_drawn_leave_a_clause_undecided(
    tmp_path: Path, databases: Databases, draws: str, why: str
) -> None:
    with questions.context(questions.contract(tmp_path, draws=draws), databases) as context:
        hurry(context)
        (verdict,) = questions.judged(context, "query.notes-of.any.served")

    assert verdict.outcome is Outcome.UNDECIDED
    assert seen(verdict) == [("its readers are drawn", "they can be", why)]


def hurry(context: JudgingContext) -> None:
    assert isinstance(context, questions.Filled)
    context.filled_databases = {
        name: replace(one, timeout=0.2) for name, one in context.filled_databases.items()
    }


def test_a_query_that_does_not_end_is_broken(tmp_path: Path, databases: Databases) -> None:
    sql = f"SELECT * FROM ({questions.SQL}) AS q WHERE pg_sleep(60) IS NOT NULL"
    with questions.context(questions.contract(tmp_path, sql), databases) as context:
        hurry(context)
        (verdict,) = questions.judged(context, "query.notes-of.any.served")

    assert verdict.outcome is Outcome.BROKEN
    found = "57014 canceling statement due to statement timeout"
    assert seen(verdict) == [("the query is run", "it ends", found)]


def test_a_query_that_can_not_be_run_is_broken(tmp_path: Path, databases: Databases) -> None:
    sql = questions.SQL.replace("id, author_id", "id, mood")
    verdict = only(tmp_path, databases, "query.notes-of.any.served", sql=sql)

    assert verdict.outcome is Outcome.BROKEN
    found = '42703 column "mood" does not exist'
    assert seen(verdict) == [("the query is run", "it can be run", found)]


def test_a_query_of_what_the_target_lacks_is_undecided(
    tmp_path: Path, databases: Databases
) -> None:
    sql = questions.SQL.replace("id, author_id", "id, words")
    with questions.context(questions.contract(tmp_path, sql), databases) as context:
        for filled_database in context.filled_databases.values():
            with psycopg.connect(filled_database.user, autocommit=True) as session:
                session.execute("ALTER TABLE notes DROP COLUMN words")
        (verdict,) = questions.judged(context, "query.notes-of.any.served")

    assert verdict.outcome is Outcome.UNDECIDED


def test_where_nobody_is_drawn_answers_are_undecided_and_a_case_promises_nothing(
    tmp_path: Path, databases: Databases
) -> None:
    nobody = "SELECT id AS author FROM users WHERE id < 0"
    with questions.context(questions.contract(tmp_path, draws=nobody), databases) as context:
        verdicts = {one.id: one for one in questions.judged(context)}

    open_ = {id_ for id_, one in verdicts.items() if one.outcome is not Outcome.HOLDS}
    assert open_ == {"index.notes_author.witness", "query.notes-of.answers"}
    assert {verdicts[id_].outcome for id_ in open_} == {Outcome.UNDECIDED}
    assert seen(verdicts["query.notes-of.answers"]) == [
        ("small data", "somebody to ask it", "no parameter set")
    ]
    assert seen(verdicts["index.notes_author.witness"]) == [
        ("small data, notes-of.any", "by notes_author", "no reader")
    ]


def test_the_script_asks_for_readers_and_for_the_plan(tmp_path: Path) -> None:
    contract = questions.contract(tmp_path)
    words = f"--profile scale --contract {tmp_path / 'contracts'}"

    def script(clause: Clause) -> str:
        return kind.KIND.sql(clause, contract, Target("none", ()))

    assert script(contract.clause("index.notes_author.witness")) == (
        f"-- psql, in a database filled by: vrss-contract seed DSN {words}\n"
        "-- with and without notes_author\n"
        "-- a reader\n"
        "SELECT * FROM (SELECT id AS author FROM users ORDER BY id LIMIT 20) AS drawn LIMIT 1"
        " \\gset\n"
        "SET plan_cache_mode = force_generic_plan;\n"
        "PREPARE asked AS\n"
        "SELECT id, author_id FROM notes WHERE author_id = $1 ORDER BY id DESC LIMIT 5;\n"
        "EXPLAIN (ANALYZE, BUFFERS) EXECUTE asked(:'author');"
    )
    assert script(contract.clause("query.notes-of.answers")).endswith(
        "-- the same rows, however slow\n"
        "SELECT id, author_id FROM notes WHERE :'author' = author_id ORDER BY id DESC LIMIT 5;"
    )
