"""Mutants of a contract's own texts: a query in a filled database, a repair within clauses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from tests import contracts
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.contract.model import Contract
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.database.scratch import DEFAULT_TIMEOUT, Databases
from vrss_contract.mutation.mutant import Mutant, Schema
from vrss_contract.mutation.operators.queries import OPERATORS
from vrss_contract.mutation.reviewed import Equivalent, Reviewed, expired
from vrss_contract.mutation.texts import scripts as room
from vrss_contract.mutation.texts.judge import TextJudge
from vrss_contract.mutation.texts.known import of_text, scripts
from vrss_contract.mutation.tried import Tried
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once

LIBRARY = contracts.library()
ANSWERS = "query.copy-out.answers"
COPY_OUT = LIBRARY.queries["copy-out"].sql
REPAIR = "repair/open_loans.sql"
SCRIPT = scripts(LIBRARY)[REPAIR]


@contextmanager
def _judging(
    contract: Contract, databases: Databases, timeout: float = DEFAULT_TIMEOUT
) -> Iterator[TextJudge]:
    target = sqlfile.read(contract.manifest.required_schema())
    with Databases(databases.access, timeout=timeout, schemas=contract.schemas) as own:
        loaded = own.load(target)
        with (
            JudgingContext(contract, target, own, own.create(loaded), template=loaded) as context,
            TextJudge(contract, context) as judge,
        ):
            yield judge


@pytest.fixture(scope="module")
def judge(databases: Databases) -> Iterator[TextJudge]:
    with _judging(LIBRARY, databases) as made:
        yield made


def _query(sql: str) -> Mutant:
    return Mutant("query-spoilt", "copy-out", "", (sql,), instead_of="query.copy-out")


def _script(sql: str) -> Mutant:
    return Mutant("script-spoilt", REPAIR, "", (sql,), instead_of=REPAIR)


def _heard(tried: Tried) -> list[str]:
    return [one.clause for one in tried.killers]


def test_a_query_with_other_answers_breaks_the_clause_about_them(judge: TextJudge) -> None:
    tried = judge.judged(_query(COPY_OUT.replace("IS NULL", "IS NOT NULL")))

    assert (tried.ending, _heard(tried)) == ("killed", [ANSWERS])


def test_a_query_that_fails_when_it_is_asked_has_no_answer(judge: TextJudge) -> None:
    tried = judge.judged(_query(f"SELECT * FROM ({COPY_OUT}) AS a WHERE random() / 0 < 1"))

    assert (tried.ending, _heard(tried)) == ("killed", [ANSWERS])


def test_a_query_that_the_server_refuses_is_stillborn_with_what_it_said(judge: TextJudge) -> None:
    tried = judge.judged(_query("SELECT FROM nowhere"))

    assert (tried.ending, tried.says) == ("stillborn", '42P01 relation "nowhere" does not exist')


def test_a_query_with_the_same_answers_survives(judge: TextJudge) -> None:
    assert judge.judged(_query(f"SELECT * FROM ({COPY_OUT}) AS a")).ending == "survived"


def test_what_is_listed_and_has_the_same_answers_is_equivalent(judge: TextJudge) -> None:
    tried = judge.judged(_query(f"SELECT * FROM ({COPY_OUT}) AS a"), "It is the same.")

    assert (tried.ending, tried.says) == ("equivalent", "It is the same.")


def test_what_is_listed_and_has_other_answers_is_told_with_the_reason_given(
    judge: TextJudge,
) -> None:
    sql = COPY_OUT.replace("IS NULL", "IS NOT NULL")

    assert judge.judged(_query(sql), "It is the same.").listed == "It is the same."


def test_how_long_it_took_is_told(judge: TextJudge) -> None:
    assert judge.judged(_query(COPY_OUT)).milliseconds > 0


def test_where_no_database_can_be_filled_queries_are_undecided(databases: Databases) -> None:
    bare = replace(LIBRARY, manifest=replace(LIBRARY.manifest, profiles={}, gate={}))

    with _judging(bare, databases) as judge:
        tried = judge.judged(_query(COPY_OUT))

    assert (tried.ending, tried.says) == ("undecided", "no profiles")


def test_a_query_that_is_wrong_without_a_change_is_undecided(databases: Databases) -> None:
    wrong = replace(LIBRARY.queries["copy-out"], plain="SELECT NULL::bigint LIMIT 0")
    queries = {**LIBRARY.queries, "copy-out": wrong}

    with _judging(replace(LIBRARY, queries=queries), databases) as judge:
        tried = judge.judged(_query(COPY_OUT))

    assert (tried.ending, tried.says) == ("undecided", "its answers are wrong without a change")


def test_a_repair_that_mends_less_breaks_the_clause_that_runs_it(judge: TextJudge) -> None:
    tried = judge.judged(_script(SCRIPT.replace("= counted.loans\n", "= open_loans\n")))

    assert tried.ending == "killed"
    assert _heard(tried)[0].startswith("trigger.")


def test_what_one_session_does_not_show_of_a_repair_sessions_at_once_do(
    databases: Databases,
) -> None:
    at_once = tuple(one for one in LIBRARY.clauses if one.kind in {"invariant", "schedule"})
    wrong = SCRIPT.replace("END;", "UPDATE library.members SET open_loans = 7; END;")

    with _judging(replace(LIBRARY, clauses=at_once), databases) as judge:
        tried = judge.judged(_script(wrong))

    assert (tried.ending, _heard(tried)) == ("killed", ["schedule.repair.against-borrow"])


def test_a_repair_that_does_the_same_survives(judge: TextJudge) -> None:
    assert judge.judged(_script(f"{SCRIPT} -- nothing more")).ending == "survived"


@pytest.mark.parametrize("sql", ["DO $$ BEGIN; END $$", "DO $$ BEGIN PERFORM FROM nowhere; END $$"])
def test_a_repair_that_the_server_refuses_is_stillborn(sql: str, judge: TextJudge) -> None:
    tried = judge.judged(_script(sql))

    assert (tried.ending, tried.says[:2]) == ("stillborn", "42")


def test_a_repair_that_comes_to_no_end_is_undecided_with_the_clause(
    databases: Databases,
) -> None:
    with _judging(LIBRARY, databases, timeout=0.5) as judge:
        tried = judge.judged(_script("DO $$ BEGIN LOOP END LOOP; END $$"))

    assert tried.ending == "undecided"
    assert tried.says.startswith("trigger.")


def test_after_a_clause_that_took_long_to_break_no_other_is_asked(
    judge: TextJudge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_LONG", 0.0)

    tried = judge.judged(_script(SCRIPT.replace("= counted.loans\n", "= open_loans\n")))

    assert (len(tried.killers), tried.alone) == (1, False)


def test_a_mutant_of_a_query_is_of_the_level_of_the_clause_about_its_answers() -> None:
    lax = tuple(
        replace(one, level="should" if one.id == ANSWERS else "must") for one in LIBRARY.clauses
    )
    schema = Schema(Catalog(), contract=replace(LIBRARY, clauses=lax))

    made = {one.object: one.level for one in OPERATORS[0].make(schema)}

    assert (made["copy-out"], made["catalogue"]) == ("should", "must")


@pytest.mark.parametrize("name", ["query.copy-out", REPAIR])
def test_a_text_of_the_contract_has_a_digest(name: str) -> None:
    assert len(of_text(name, LIBRARY)) == 12


@pytest.mark.parametrize("name", ["copy-out", "query.none", "repair/none.sql"])
def test_what_is_no_text_of_the_contract_has_none(name: str) -> None:
    assert of_text(name, LIBRARY) == ""


def test_an_argument_about_a_query_expires_when_its_text_is_another() -> None:
    known = {"query.copy-out": of_text("query.copy-out", LIBRARY)}
    listed = Reviewed((Equivalent(("*",), "It is the same.", known, "list.yaml:1"),))
    other = replace(LIBRARY.queries["copy-out"], sql="SELECT 1")
    changed = replace(LIBRARY, queries={**LIBRARY.queries, "copy-out": other})

    assert list(expired(listed, LIBRARY, {})) == []
    assert [place for place, _ in expired(listed, changed, {})] == ["list.yaml:1"]
