"""Settings, rights and tables: which mutants, by which DDL, and what they deserve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.engine.catalogs import (
    Part,
    catalog,
    column,
    constraint,
    foreign_key,
    function,
    index,
    table,
    trigger,
)
from vrss_contract.database.catalog import facts
from vrss_contract.mutation.made import made
from vrss_contract.mutation.mutant import Mutant, Operator, Schema
from vrss_contract.mutation.operators import rights, settings, tables

pytestmark = pytest.mark.once


def _made(operators: Sequence[Operator], *tables_: facts.CatalogTable, **more: Any) -> Made:
    found = made(operators, Schema(catalog(*tables_, **more))).mutants
    return {one.id: one for one in found}


Made = Mapping[str, Mutant]


def _of(operator: str, found: Made) -> dict[str, tuple[tuple[str, ...], str]]:
    """What an operator makes: what is another, its DDL and its level."""
    own = [one for one in found.values() if one.operator == operator]
    return {one.what: (one.ddl, one.level) for one in own}


def _functions(**more: Any) -> Made:
    return _made(settings.OPERATORS, functions=(function("f", **more),))


@pytest.mark.parametrize(
    ("definer", "without"), [(True, "must"), (False, "should")], ids=["definer", "invoker"]
)
def test_a_path_is_lost_shortened_and_turned(without: str, *, definer: bool) -> None:
    found = _functions(settings=("search_path=app, pg_temp",), definer=definer)

    path = "ALTER FUNCTION f SET search_path ="
    assert _of("function-path", found) == {
        "lost": (("ALTER FUNCTION f RESET search_path",), "must"),
        "without app": ((f"{path} pg_temp",), "must"),
        "without pg_temp": ((f"{path} app",), without),
        "pg_temp first": ((f"{path} pg_temp, app",), without),
        "the owner's schema first": ((f'{path} "$user", app, pg_temp',), "should"),
    }


def test_the_only_schema_of_a_path_is_not_left_out() -> None:
    found = _functions(settings=("search_path=app",))

    assert {*_of("function-path", found)} == {"lost", "the owner's schema first"}


def test_a_function_without_a_path_has_none_to_lose() -> None:
    assert _of("function-path", _functions(settings=())) == {}


def test_a_setting_that_a_function_has_is_left_alone() -> None:
    found = _of("function-setting", _functions(settings=("timezone=UTC",)))

    assert ("TimeZone" in found, "DateStyle" in found) == (False, True)


@pytest.mark.parametrize(
    ("body", "level"),
    [("BEGIN UPDATE t SET a = 1; END", "must"), ("BEGIN RETURN NULL; END", "should")],
)
def test_a_short_patience_for_locks_is_felt_of_a_function_that_writes(
    body: str, level: str
) -> None:
    assert _of("function-setting", _functions(body=body))["lock_timeout"][1] == level


@pytest.mark.parametrize(
    ("more", "others"),
    [
        ({}, {"strict": "STRICT", "immutable": "IMMUTABLE", "stable": "STABLE"}),
        (
            {"strict": True, "volatility": "stable"},
            {
                "strict": "CALLED ON NULL INPUT",
                "immutable": "IMMUTABLE",
                "volatile": "VOLATILE",
            },
        ),
    ],
)
def test_a_function_is_said_to_be_otherwise(
    more: Mapping[str, Any], others: Mapping[str, str]
) -> None:
    found = _of("function-property", _functions(**more))

    assert found == {
        what: ((f"ALTER FUNCTION f {clause}",), "should") for what, clause in others.items()
    }


def test_functions_of_one_name_are_left_alone() -> None:
    pair = (function("f", arguments="a text"), function("f"))

    assert _made((*settings.OPERATORS, *rights.OPERATORS), functions=pair) == {}


@pytest.mark.parametrize("kind", ["foreign table", "partitioned table"])
def test_a_table_without_rows_of_its_own_is_kept_nowhere(kind: str) -> None:
    assert _of("table-option", _made(settings.OPERATORS, table("t", kind=kind))) == {}


def test_an_option_that_a_table_has_is_left_alone() -> None:
    found = _of("table-option", _made(settings.OPERATORS, table("t", options=("fillfactor=70",))))

    assert "fillfactor = 50" not in found
    assert found["replica identity full"] == (("ALTER TABLE t REPLICA IDENTITY FULL",), "should")


def test_a_table_to_which_another_refers_can_not_be_unlogged() -> None:
    own = table("t", column("id"), foreign_key("again", "id", "t"))
    other = table("u", column("id"), foreign_key("up", "id", "t"))

    assert [one for one in _made(settings.OPERATORS, own, other) if "unlogged" in one] == [
        "table-unlogged:u"
    ]


def test_a_table_that_refers_to_itself_can_be_unlogged() -> None:
    own = table("t", column("id"), foreign_key("again", "id", "t"))

    found = _of("table-unlogged", _made(settings.OPERATORS, own))

    assert found == {"": (("ALTER TABLE t SET UNLOGGED",), "must")}


@pytest.mark.parametrize(
    "more", [{"kind": "partition"}, {"persistence": "unlogged"}], ids=["partition", "unlogged"]
)
def test_what_can_not_be_published_is_not(more: Mapping[str, Any]) -> None:
    assert _of("table-published", _made(settings.OPERATORS, table("t", **more))) == {}


def test_a_child_shows_its_rows_in_a_table() -> None:
    assert _of("table-child", _made(settings.OPERATORS, table("t"))) == {
        "": (("CREATE TABLE t_mutant () INHERITS (t)",), "must")
    }


@pytest.mark.parametrize("odd", [table("Odd"), table("t", kind="partition")], ids=str)
def test_a_table_whose_child_would_need_quotes_or_can_not_have_one_has_none(
    odd: facts.CatalogTable,
) -> None:
    assert _of("table-child", _made(settings.OPERATORS, odd)) == {}


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (index("i", "a"), {"deduplicate_items = off"}),
        (index("i", "a", method="gin"), {"fastupdate = off"}),
        (index("i", "a", method="gist"), set()),
        (index("i", "a", options=("fillfactor=70",)), set()),
        (index("i", "a", constraint="i"), set()),
    ],
    ids=["btree", "gin", "gist", "has-options", "of-a-constraint"],
)
def test_an_index_is_kept_otherwise(part: Part, expected: set[str]) -> None:
    found = _of("index-option", _made(settings.OPERATORS, table("care.t", part)))

    assert found == {one: ((f"ALTER INDEX care.i SET ({one})",), "may") for one in expected}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, {"enabled", "forced"}),
        ({"row_security": True}, {"forced", "no longer"}),
        ({"row_security": True, "forced_row_security": True}, {"no longer"}),
    ],
    ids=["without", "enabled", "forced"],
)
def test_rows_are_hidden_or_shown(more: Mapping[str, Any], expected: set[str]) -> None:
    assert {*_of("table-rows-hidden", _made(rights.OPERATORS, table("t", **more)))} == expected


@pytest.mark.parametrize(("hidden", "level"), [(True, "must"), (False, "should")])
def test_a_policy_is_felt_where_policies_decide(level: str, *, hidden: bool) -> None:
    found = _of("policy-added", _made(rights.OPERATORS, table("t", row_security=hidden)))

    assert {one for _, one in found.values()} == {level}


@pytest.mark.parametrize(
    ("returns", "level"), [("trigger", "should"), ("bigint", "must")], ids=["trigger", "called"]
)
def test_that_nobody_may_call_a_function_is_felt_of_one_that_is_called(
    returns: str, level: str
) -> None:
    open_ = function("f", returns=returns, public_executes=True)

    found = _of("function-revoked", _made(rights.OPERATORS, functions=(open_,)))

    assert found == {
        "from public": (("REVOKE EXECUTE ON FUNCTION f FROM PUBLIC",), level),
        "from everybody": (("REVOKE EXECUTE ON FUNCTION f FROM CURRENT_USER, PUBLIC",), level),
    }


def test_a_function_bears_on_the_tables_whose_triggers_call_it() -> None:
    tables_ = (table("t", trigger("fired", function="f")), table("u", trigger("other")))

    found = _made(rights.OPERATORS, *tables_, functions=(function("f"),))

    assert found["function-security:f[invoker]"].tables == ("t",)


def test_a_schema_without_tables_has_no_rights_to_give_and_no_sessions() -> None:
    assert _made((*rights.OPERATORS, *settings.OPERATORS)) == {}


def test_a_partition_is_spoilt_with_the_table_that_it_is_of() -> None:
    part = table("t", constraint("few", "check", "id"), kind="partition")

    assert _made(tables.OPERATORS, part) == {}


def test_a_table_without_a_comment_has_none_to_lose() -> None:
    assert {*_made(tables.OPERATORS, table("t"))} == {
        *("table-dropped:t", "table-renamed:t", "table-view:t")
    }
