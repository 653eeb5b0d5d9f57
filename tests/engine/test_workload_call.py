"""How an operation and its values become a statement."""

from __future__ import annotations

import pytest

from vrss_contract.concurrency.workload.call import Call, Value, statement
from vrss_contract.contract.model import Operation
from vrss_contract.contract.parameters import parameters


def _filled(sql: str, **values: Value) -> str:
    operation = Operation("do", "It does.", sql, {name: (value,) for name, value in values.items()})
    return statement(Call("do", tuple(values.values())), {"do": operation})


def test_each_parameter_becomes_a_literal() -> None:
    assert _filled("VALUES (:user, :name)", user=1, name="it's") == "VALUES (1, 'it''s')"


def test_a_cast_is_no_parameter() -> None:
    assert _filled("SELECT :user::bigint, now()::user", user=1) == "SELECT 1::bigint, now()::user"


def test_a_string_constant_holds_no_parameter() -> None:
    assert _filled("SELECT 'it''s :user', :user", user=1) == "SELECT 'it''s :user', 1"


def test_a_longer_name_is_another_parameter() -> None:
    assert _filled("SELECT :user, :user_2", user=1, user_2=2) == "SELECT 1, 2"


def test_no_value_is_null() -> None:
    assert _filled("SET parent = :parent", parent=None) == "SET parent = NULL"


def test_a_value_that_looks_like_a_parameter_is_not_filled_again() -> None:
    assert _filled("SELECT :a, :b", a=":b", b=1) == "SELECT ':b', 1"


def test_too_few_values_are_refused() -> None:
    operation = Operation("do", "It does.", "SELECT :a", {"a": (1,)})

    with pytest.raises(ValueError, match="shorter"):
        statement(Call("do"), {"do": operation})


def test_parameters_are_told_apart_from_casts_and_constants() -> None:
    assert parameters("SELECT :a, :b::text, ':c', x::d") == {"a", "b"}
