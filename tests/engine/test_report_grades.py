"""Grades: what held of each table and kind, level by level."""

import json

import pytest

from tests.verdicts import SUBJECT, broken, undecided, verdict
from vrss_contract.report import grades, jsondoc, markdown, page

pytestmark = pytest.mark.once
VERDICTS = [
    verdict(id_="posts.title.optional", table="posts"),
    broken("posts.title.length", table="posts"),
    broken("posts.constraint.posts_pkey", table="posts", level="should", kind="table"),
    undecided("trigger.likes.insert", "no such table", kind="trigger"),
    verdict(id_="users.email.type", table="users", kind="table"),
]


def test_what_held_is_counted_for_each_table_and_level() -> None:
    found = {one.name: one.cells for one in grades.by_table(VERDICTS)}

    assert found == {
        "posts": ("1 of 2", "0 of 1", ""),
        "users": ("1 of 1", "", ""),
        grades.NO_TABLE: ("0 of 1", "", ""),
    }


def test_clauses_of_no_one_table_come_last() -> None:
    found = grades.by_table(VERDICTS[::-1])

    assert [one.name for one in found] == ["users", "posts", grades.NO_TABLE]


def test_what_held_is_counted_for_each_kind() -> None:
    found = {one.name: one.cells for one in grades.by_kind(VERDICTS)}

    assert found == {
        "rows": ("1 of 2", "", ""),
        "table": ("1 of 1", "0 of 1", ""),
        "trigger": ("0 of 1", "", ""),
    }


def test_people_are_told_of_those_alone_that_are_not_whole() -> None:
    told = {by: [one.name for one in found] for by, found in grades.fallen(VERDICTS).items()}

    assert told == {"table": ["posts", grades.NO_TABLE], "kind": ["rows", "table", "trigger"]}


def test_nothing_is_told_where_everything_holds() -> None:
    assert grades.fallen([one for one in VERDICTS if one.outcome == "holds"]) == {}


def test_machines_are_told_of_all() -> None:
    told = json.loads(jsondoc.render(SUBJECT, VERDICTS))["grades"]["table"]

    assert [(one["name"], one["levels"]["must"]["grade"]) for one in told] == [
        ("posts", "broken"),
        ("users", "holds"),
        (grades.NO_TABLE, "undecided"),
    ]


def test_a_comment_has_a_row_for_each() -> None:
    assert "| <code>posts</code> | 1 of 2 | 0 of 1 |  |" in markdown.render(SUBJECT, VERDICTS)


def test_a_page_has_a_row_for_each() -> None:
    row = '<tr><th scope="row">posts</th><td class="number">1 of 2</td>'

    assert row in page.render(SUBJECT, VERDICTS)
