"""Which references are made again, and what is said of a schema that is not as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.fills import TABLES
from vrss_contract.data.dataset.failing import Failing
from vrss_contract.data.dataset.fidelity import Likeness, differences, likeness
from vrss_contract.data.dataset.progress import Meter, unseen
from vrss_contract.data.dataset.rebuild import Part, Rebuilding, RebuiltReference, movable
from vrss_contract.data.dataset.transaction import whole
from vrss_contract.database.catalog.facts import Catalog, Sequence
from vrss_contract.database.catalog.read import read

pytestmark = pytest.mark.once

NAMES = st.sampled_from("abc")
REFERENCES = st.lists(st.tuples(NAMES, NAMES, st.booleans()), max_size=8)


def references(drawn: list[tuple[str, str, bool]]) -> list[RebuiltReference]:
    parts = (Part("references", table, str(n), "") for n, (table, _, _) in enumerate(drawn))
    return [RebuiltReference(part, *one) for part, one in zip(parts, drawn, strict=True)]


def orders(asked: list[RebuiltReference]) -> Mapping[tuple[str, str], list[str]]:
    """In which order the references of each table are asked, both ways."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in asked:
        for key in (("refers", one.table), ("referred to", one.refers_to)):
            found.setdefault(key, []).append(one.part.drop)
    return found


@given(REFERENCES)
def test_what_is_made_again_is_asked_in_the_same_order(drawn: list[tuple[str, str, bool]]) -> None:
    asked = references(drawn)

    moved = movable(asked)

    after = [one for one in asked if one.part not in moved]
    after += [one for part in moved for one in asked if one.part == part]
    assert orders(after) == orders(asked)


@given(REFERENCES)
def test_what_is_not_ours_stays(drawn: list[tuple[str, str, bool]]) -> None:
    asked = references(drawn)

    assert all(one.ours for one in asked if one.part in movable(asked))


def test_all_of_ours_move_where_nothing_else_is() -> None:
    asked = references([("a", "b", True), ("c", "b", True), ("b", "b", True)])

    assert movable(asked) == [one.part for one in asked]


def test_what_is_older_than_a_strangers_reference_to_the_same_table_stays() -> None:
    asked = references([("a", "b", True), ("stranger", "b", False), ("c", "b", True)])

    assert [part.table for part in movable(asked)] == ["c"]


def test_references_that_were_numbered_across_a_power_of_ten_are_made_once_more(
    fresh_session: psycopg.Connection,
) -> None:
    """PostgreSQL asks 100000 before 99999: with another order before, it has to try again."""
    with whole(fresh_session):
        before = likeness(fresh_session)
        rebuilding = Rebuilding(fresh_session, TABLES)
        rebuilding._order = {}

        rebuilding.make_again({}, Meter(0, unseen, bulk=True), Failing(fresh_session))

        assert differences(before, likeness(fresh_session)) == ()


SEQUENCE = Sequence("a_id_seq", "bigint", 1, 1, 1, 9, cycles=False, owner="a.id")
BEFORE = Likeness(Catalog(sequences={"a_id_seq": SEQUENCE}), {"public.a": "words"}, {})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({}, ()),
        ({"comments": {}}, ("public.a",)),
        ({"order": {"references of a": "b a"}}, ("references of a",)),
        ({"catalog": Catalog()}, ("sequence a_id_seq",)),
        (
            {"catalog": replace(BEFORE.catalog, enums={"e": ("x",)}, others=(("view", "v"),))},
            ("enum e", "others"),
        ),
    ],
)
def test_a_difference_is_named(changes: dict[str, Any], named: tuple[str, ...]) -> None:
    assert differences(BEFORE, replace(BEFORE, **changes)) == named


def test_a_difference_in_a_table_is_named_by_its_part(fresh_session: psycopg.Connection) -> None:
    before = Likeness(read(fresh_session), {}, {})
    fresh_session.execute(
        "ALTER TABLE posts ALTER likes_count DROP DEFAULT; DROP INDEX idx_comments_user_fk;"
        "ALTER TABLE users ENABLE ROW LEVEL SECURITY; DROP TABLE reposts"
    )

    found = differences(before, Likeness(read(fresh_session), {}, {}))

    assert {"column posts.likes_count", "index comments.idx_comments_user_fk"} <= set(found)
    assert "table users" in found
    assert "column reposts.id" in found
