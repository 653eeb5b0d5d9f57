"""Facts that can't be judged, and facts as verdicts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.catalogs import catalog, clause, column, function, promise, table
from vrss_contract.checks.table import ASPECTS, KIND, Missing, judge_catalog, judge_fact
from vrss_contract.checks.verdict import Finding, Outcome, Verdict
from vrss_contract.contract.model import (
    Check,
    Clause,
    Column,
    Contract,
    FactPromise,
    ForeignKey,
    Function,
    Index,
    Key,
    RowsPromise,
    Table,
    Trigger,
)
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.target import Target

POSTS = Table("posts", 1, "A post.", (Column("id", "bigserial"),), ())
COUNT = Function("count", 1, "Counts.", "trigger", "plpgsql", "BEGIN END", security="definer")
LINK = ForeignKey("posts_user_id_fkey", "user_id", "users", "cascade")
ON_A_TABLE: list[tuple[str, Any]] = [
    *((aspect, POSTS) for aspect in ("columns", "constraints", "indexes", "triggers", "comment")),
    *((aspect, Column("id", "bigint")) for aspect in ("type", "nullability", "default")),
    ("key", Key("posts_pkey", ("id",), primary=True)),
    ("foreign_key", LINK),
    ("delete_index", LINK),
    ("check", Check("posts_id_positive", "id > 0")),
    ("index", Index("idx_posts", ("id",))),
    ("trigger", Trigger("touch", "before", ("update",), "row", "touch")),
]

NO_CONTRACT = Contract({}, {}, {}, ())
NO_TARGET = Target("", ())


def verdict(fact: Any, found: Catalog) -> Verdict:
    (only,) = judge_catalog([clause(fact)], found)
    return only


@pytest.mark.parametrize(("aspect", "expected"), ON_A_TABLE, ids=[a for a, _ in ON_A_TABLE])
def test_a_fact_of_a_table_that_is_not_there_is_not_judged(aspect: str, expected: Any) -> None:
    answer = judge_fact(promise(aspect, expected), catalog(table("users")))

    assert answer == Missing("table posts")


@pytest.mark.parametrize("aspect", ["nullability", "default"])
def test_a_fact_of_a_column_that_is_not_there_is_not_judged(aspect: str) -> None:
    answer = judge_fact(promise(aspect, Column("title", "text")), catalog(table()))

    assert answer == Missing("column posts.title")


def test_the_index_of_a_column_that_is_not_there_is_not_judged() -> None:
    answer = judge_fact(promise("delete_index", LINK), catalog(table()))

    assert answer == Missing("column posts.user_id")


@pytest.mark.parametrize("aspect", ["body", "execute"])
def test_a_fact_of_a_function_that_is_not_there_is_not_judged(aspect: str) -> None:
    assert judge_fact(promise(aspect, COUNT, ""), catalog()) == Missing("function count")


def test_a_missing_table_breaks_its_own_clause() -> None:
    answer = judge_fact(promise("table", POSTS), catalog())

    assert answer == (Finding("posts is not there", "table", "no such table"),)


def test_an_aspect_without_a_comparison_is_an_error() -> None:
    with pytest.raises(KeyError, match="colour"):
        judge_fact(promise("colour", POSTS), catalog(table()))


def test_a_kept_fact_holds() -> None:
    found = catalog(table("posts", column("id")))

    assert verdict(promise("type", POSTS.columns[0]), found) == Verdict(
        id="posts.fact",
        outcome=Outcome.HOLDS,
        level="should",
        kind="table",
        says="It is so.",
        objects=("posts",),
        place="contracts/posts.yaml:3",
        table="posts",
    )


def test_a_differing_fact_is_broken() -> None:
    found = verdict(promise("comment", POSTS), catalog(table(comment="Old.")))

    assert found.outcome is Outcome.BROKEN
    assert found.findings == (Finding("posts is described otherwise", "A post.", "Old."),)


def test_a_fact_of_a_missing_table_is_undecided_and_says_so() -> None:
    found = verdict(promise("comment", POSTS), catalog())

    assert found.outcome is Outcome.UNDECIDED
    assert found.findings == (Finding("what it is about", "table posts", "table posts is missing"),)


def test_clauses_of_another_kind_are_passed_over() -> None:
    other = Clause("posts.rows", "rows", "must", "Rows.", RowsPromise("posts", ()))

    assert list(judge_catalog([other], catalog())) == []


def test_every_aspect_has_a_query_for_people() -> None:
    facts = [clause(promise(aspect, COUNT)) for aspect in sorted(ASPECTS)]

    queries = [KIND.sql(fact, NO_CONTRACT, NO_TARGET) for fact in facts]

    assert all(query.startswith("SELECT ") and query.endswith(";") for query in queries)


def test_a_name_that_needs_quotes_gets_them() -> None:
    query = KIND.sql(clause(promise("enum", COUNT, "")), NO_CONTRACT, NO_TARGET)
    quoted = KIND.sql(clause(promise("comment", COUNT, "Odd'name")), NO_CONTRACT, NO_TARGET)

    assert "'count'::regtype" in query
    assert quoted == """SELECT obj_description('"Odd''name"'::regclass);"""


def test_a_definer_that_public_may_execute_is_exposed_whatever_was_declared() -> None:
    harmless = Function("count", 1, "Counts.", "trigger", "plpgsql", "BEGIN END")
    found = catalog(functions=(function("count", definer=True, public_executes=True),))

    (finding,) = judge_fact(promise("execute", harmless, ""), found)  # type: ignore[misc]

    assert finding == Finding(
        "anybody may attach count to a table of theirs",
        "PUBLIC may not execute it",
        "PUBLIC may execute it",
    )


@pytest.mark.parametrize(
    ("pinned", "shown"),
    [
        ("pg_catalog,  PG_TEMP", "pg_catalog, pg_temp"),
        ('"pg_catalog", pg_temp', "pg_catalog, pg_temp"),
        ('"pg_catalog, pg_temp"', '"pg_catalog, pg_temp"'),
        ('"a""b", "PG_TEMP"', '"a""b", "PG_TEMP"'),
        ('""', '""'),
    ],
)
def test_a_pinned_path_is_a_list_of_names(pinned: str, shown: str) -> None:
    pathless = Function("count", 1, "Counts.", "trigger", "plpgsql", "", security="definer")
    found = catalog(functions=(function("count", settings=(f"search_path={pinned}",)),))

    (finding,) = judge_fact(promise("function", pathless, ""), found)  # type: ignore[misc]

    assert (finding.expected, finding.found) == ("no path of its own", shown)


@pytest.mark.parametrize(
    ("aspect", "expected", "more"),
    [
        ("rights", (), {"rights": ("SELECT on new tables for public",)}),
        ("settings", (), {"settings": ("statement_timeout=1ms",)}),
    ],
)
def test_what_roles_may_do_in_the_schema_and_begin_with_is_a_fact(
    aspect: str, expected: tuple[str, ...], more: dict[str, tuple[str, ...]]
) -> None:
    fact = FactPromise(aspect, "", "public", expected)

    assert judge_fact(fact, catalog(**more))
    assert not judge_fact(fact, catalog(settings=("application_name=nightly",)))
