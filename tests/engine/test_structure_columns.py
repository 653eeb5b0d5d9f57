"""Columns against their declarations."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.catalogs import catalog, column, promise, table
from vrss_contract.checks.table import Answer, Missing, judge_fact
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Column
from vrss_contract.database.catalog.facts import CatalogColumn as Fact
from vrss_contract.database.catalog.facts import Sequence
from vrss_contract.sql.type_name import formatted

SERIAL = Column("id", "bigserial")
NEXT = {"default": "nextval('posts_id_seq'::regclass)", "sequence": "posts_id_seq"}


def answer(aspect: str, expected: Column, found: Fact, **more: Any) -> Answer:
    return judge_fact(promise(aspect, expected), catalog(table("posts", found), **more))


def sequence(**more: Any) -> dict[str, Sequence]:
    plain: dict[str, Any] = {"maximum": 2**63 - 1, "increment": 1, "cycles": False}
    name = "posts_id_seq"
    of_id = Sequence(name, "bigint", start=1, minimum=1, owner="posts.id", **(plain | more))
    return {name: of_id}


@pytest.mark.parametrize(
    ("declared", "catalogued"),
    [
        ("bigserial", "bigint"),
        ("int8", "bigint"),
        ("varchar(30)", "character varying(30)"),
        ("VARCHAR (30)", "character varying(30)"),
        ("varchar", "character varying"),
        ("char(2)", "character(2)"),
        ("timestamptz", "timestamp with time zone"),
        ("timestamp", "timestamp without time zone"),
        ("bigint[]", "bigint[]"),
        ("int4[][]", "integer[]"),
        ("numeric(10, 2)", "numeric(10,2)"),
        ("bool", "boolean"),
        ("float8", "double precision"),
        ("post_status", "post_status"),
    ],
)
def test_a_declared_type_is_spelt_as_the_catalog_does(declared: str, catalogued: str) -> None:
    assert formatted(declared) == catalogued


@given(st.text(max_size=20))
def test_a_spelt_type_stays_as_it_is(type_: str) -> None:
    assert formatted(formatted(type_)) == formatted(type_)


@pytest.mark.parametrize(
    ("type_", "found", "because"),
    [
        ("varchar(30)", {"type_": "character varying(29)"}, "posts.x is of another length"),
        ("text", {"type_": "character varying(30)"}, "posts.x is of another type"),
        ("bigint", {"type_": "integer"}, "posts.x is of another type"),
        ("varchar(30)", {"type_": "character(30)"}, "posts.x is of another type"),
        ("integer", {"type_": "numeric"}, "posts.x is of another type"),
        ("timestamptz", {"type_": "timestamp with time zone(3)"}, "posts.x is of another length"),
        ("bigint[]", {"type_": "bigint"}, "posts.x is of another type"),
        ("text", {"type_": "text", "collation": '"C"'}, "posts.x is of another collation"),
    ],
)
def test_another_type_says_in_what(type_: str, found: dict[str, str], because: str) -> None:
    (finding,) = answer("type", Column("x", type_), column("x", **found))  # type: ignore[misc]

    assert finding.because == because


WIDER = [
    ("varchar(30)", "character varying(50)", ()),
    ("varchar(30)", "character varying", ()),
    ("varchar(30)", "text", ()),
    ("smallint", "integer", ()),
    ("integer", "bigint", ()),
    ("varchar(30)", '"Status"', ("on", "off")),
    ("text", '"Status"', ("on", "off")),
    ("status", "text", ("on", "off")),
    ("status", "character varying(3)", ("on", "off")),
]


@pytest.mark.parametrize(("type_", "found", "values"), WIDER)
def test_a_type_that_holds_as_much_breaks_no_more_than_its_name(
    type_: str, found: str, values: tuple[str, ...]
) -> None:
    expected, there = Column("x", type_, values=values), column("x", found)
    enums = {"Status": ("off", "on")}

    (finding,) = answer("type_exact", expected, there, enums=enums)  # type: ignore[misc]

    assert (finding.found, answer("type", expected, there, enums=enums)) == (found, ())


@pytest.mark.parametrize(
    ("type_", "found", "values"),
    [
        ("varchar(30)", '"Status"', ("on", "off", "gone")),
        ("varchar(30)", '"Status"', ()),
        ("status", "character varying(2)", ("on", "off")),
        ("status", "integer", ("on", "off")),
    ],
)
def test_a_type_without_one_of_the_texts_is_another(
    type_: str, found: str, values: tuple[str, ...]
) -> None:
    expected, there = Column("x", type_, values=values), column("x", found)
    enums = {"Status": ("off", "on")}

    assert answer("type", expected, there, enums=enums)
    assert isinstance(answer("type_exact", expected, there, enums=enums), Missing)


def test_a_missing_column_breaks_its_type() -> None:
    found = answer("type", Column("x", "varchar(3)"), column("y"))

    assert found == (Finding("posts.x is not there", "character varying(3)", "no such column"),)


@pytest.mark.parametrize(
    ("type_", "declared", "catalogued"),
    [
        ("character varying(20)", "'active'", "'active'::character varying"),
        ("timestamp with time zone", "now()", "CURRENT_TIMESTAMP"),
        ("jsonb", "'{\"sections\": []}'", "'{\"sections\":[]}'::jsonb"),
        ("bigint[]", "'{}'", "'{}'::bigint[]"),
        ("post_status", "'published'", "'published'::post_status"),
        ("bigint", "5368709120", "'5368709120'::bigint"),
        ("boolean", "FALSE", "false"),
        ("text", None, ""),
    ],
)
def test_a_default_is_kept_in_other_words(
    type_: str, declared: str | None, catalogued: str
) -> None:
    expected = Column("x", type_, default=declared)

    assert answer("default", expected, column("x", type_, default=catalogued)) == ()


@pytest.mark.parametrize(
    ("declared", "found", "shown"),
    [
        ("'active'", {"default": "'Active'::text"}, ("'active'", "'Active'::text")),
        ("'active'", {}, ("'active'", "no default")),
        (None, {"default": "now()"}, ("no default", "now()")),
        (None, {"identity": "by default"}, ("no default", "generated by default as identity")),
        (
            "1",
            {"default": "1", "generated": "stored"},
            ("1", "generated always as (1) stored"),
        ),
    ],
)
def test_another_default_is_shown_as_declared_and_as_found(
    declared: str | None, found: dict[str, str], shown: tuple[str, str]
) -> None:
    expected = Column("x", "text", default=declared)

    answered = answer("default", expected, column("x", "text", **found))

    assert answered == (Finding("posts.x has another default", *shown),)


def test_bigserial_draws_from_a_sequence_that_the_column_owns() -> None:
    assert answer("default", SERIAL, column("id", **NEXT), sequences=sequence()) == ()


def test_bigserial_is_identity_by_default_as_well() -> None:
    found = column("id", identity="by default", sequence="posts_id_seq")

    assert answer("default", SERIAL, found, sequences=sequence()) == ()


@pytest.mark.parametrize(
    "found",
    [
        {},
        {"default": NEXT["default"]},
        {"default": "(nextval('posts_id_seq'::regclass) + 1)", "sequence": "posts_id_seq"},
        {"identity": "always", "sequence": "posts_id_seq"},
    ],
)
def test_bigserial_is_no_other_default(found: dict[str, str]) -> None:
    (finding,) = answer("default", SERIAL, column("id", **found), sequences=sequence())  # type: ignore[misc]

    assert finding.expected == "nextval of a sequence that posts.id owns"


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"maximum": 9}, ("posts_id_seq ends elsewhere", "9223372036854775807", "9")),
        ({"increment": 2}, ("posts_id_seq takes other steps", "1", "2")),
        ({"cycles": True}, ("posts_id_seq begins again", "no cycle", "cycle")),
    ],
)
def test_a_bigserial_counts_by_one_to_the_end_of_bigint(
    change: dict[str, Any], finding: tuple[str, str, str]
) -> None:
    found = answer("default", SERIAL, column("id", **NEXT), sequences=sequence(**change))

    assert found == (Finding(*finding),)
