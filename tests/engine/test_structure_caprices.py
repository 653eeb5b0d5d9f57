"""Declared checks and defaults that come out otherwise by chance, the clock or the session."""

from __future__ import annotations

import pytest

from tests.engine.catalogs import catalog, column, constraint, promise, table
from vrss_contract.checks.table import judge_fact
from vrss_contract.contract.model import Check, Column, Table

pytestmark = pytest.mark.once

CHECKED = Table(
    "posts",
    1,
    "A post.",
    (Column("id", "bigint"), Column("title", "text", default="'none'")),
    keys=(),
    checks=(Check("posts_title_kept", "title <> ''"),),
)


def _capricious(check: str, default: str = "'none'::text") -> list[str]:
    """What is said of a table that has this check and this default under declared names."""
    kept = constraint("posts_title_kept", "check", "title", expression=check)
    found = catalog(table("posts", column("id"), column("title", "text", default=default), kept))
    answer = judge_fact(promise("refusals", CHECKED), found)
    assert isinstance(answer, tuple)
    return [one.because for one in answer]


@pytest.mark.parametrize(
    "check",
    ["(title <> ''::text)", "((title <> ''::text) AND (length(title) < 9))", "title ~ '^[a-z%]+$'"],
)
def test_a_declared_check_that_goes_by_its_row_is_left_to_the_rows(check: str) -> None:
    assert _capricious(check) == []


@pytest.mark.parametrize(
    "and_",
    [
        "EXTRACT(isodow FROM now()) <> (7)::numeric",
        "random() < 0.99",
        "current_setting('TimeZone'::text) <> 'Asia/Tokyo'::text",
        "(hashtext(title) % 100) <> 0",
        "n <> 1234567",
    ],
)
def test_a_declared_check_that_refuses_now_and_then_is_told(and_: str) -> None:
    found = _capricious(f"((title <> ''::text) AND ({and_}))")

    assert {*found} == {"posts_title_kept refuses now and then"}


@pytest.mark.parametrize("default", ["'other'::text", "(now())::text", ""])
def test_a_declared_column_that_begins_alike_each_time_is_left_to_the_rows(default: str) -> None:
    assert _capricious("(title <> ''::text)", default) == []


@pytest.mark.parametrize(
    "default",
    [
        "CASE WHEN (random() < 0.01) THEN 'x'::text ELSE 'none'::text END",
        "CASE WHEN (date_part('dow'::text, now()) = 0) THEN 'x'::text ELSE 'none'::text END",
        "current_setting('application_name'::text)",
    ],
)
def test_a_declared_column_that_begins_with_moods_is_told(default: str) -> None:
    assert _capricious("(title <> ''::text)", default) == ["posts.title begins with moods"]
