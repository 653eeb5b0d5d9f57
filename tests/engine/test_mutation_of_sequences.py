"""The numbers that columns take from sequences: which mutants, by which DDL, what they deserve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.engine.catalogs import catalog, column, table
from vrss_contract.database.catalog import facts
from vrss_contract.mutation.made import made
from vrss_contract.mutation.mutant import Schema
from vrss_contract.mutation.operators import sequences

pytestmark = pytest.mark.once

Made = dict[str, tuple[tuple[str, ...], str]]


def _numbered(**more: Any) -> facts.CatalogTable:
    return table("t", column("id", sequence="t_id_seq", **more))


def _sequence(name: str = "t_id_seq", **more: Any) -> facts.Sequence:
    plain = {"type": "bigint", "start": 1, "increment": 1, "minimum": 1, "maximum": 9}
    given = {**plain, "cycles": False, "owner": "t.id", **more}
    return facts.Sequence(name=name, **given)


def _of(operator: str, *found: facts.Sequence, tables_: Sequence[facts.CatalogTable] = ()) -> Made:
    """What an operator makes: what is another, its DDL and its level."""
    given = {one.name: one for one in found}
    schema = Schema(catalog(*(tables_ or (_numbered(),)), sequences=given))
    every = made(sequences.OPERATORS, schema).mutants
    return {one.what: (one.ddl, one.level) for one in every if one.operator == operator}


@pytest.mark.parametrize(
    ("type_", "narrower"),
    [("bigint", "AS integer"), ("integer", "AS smallint"), ("smallint", None)],
)
def test_a_sequence_is_narrower_where_it_can_be(type_: str, narrower: str | None) -> None:
    found = _of("sequence-property", _sequence(type=type_))

    ddl = f"ALTER SEQUENCE t_id_seq {narrower}"
    assert found.get("narrower") == (((ddl,), "must") if narrower else None)


@pytest.mark.parametrize(("cycles", "clause"), [(True, "NO CYCLE"), (False, "CYCLE")])
def test_a_sequence_begins_again_or_no_more(clause: str, *, cycles: bool) -> None:
    found = _of("sequence-property", _sequence(cycles=cycles))

    assert found["begins again"] == ((f"ALTER SEQUENCE t_id_seq {clause}",), "must")


def test_steps_are_twice_as_wide() -> None:
    found = _of("sequence-property", _sequence(increment=5))

    assert found["steps of two"] == (("ALTER SEQUENCE t_id_seq INCREMENT 10",), "should")


def test_a_sequence_that_no_column_owns_is_left_alone() -> None:
    assert _of("sequence-property", _sequence(owner="")) == {}


def test_a_sequence_that_its_column_reads_belongs_to_none() -> None:
    assert _of("sequence-disowned", _sequence()) == {
        "": (("ALTER SEQUENCE t_id_seq OWNED BY NONE",), "should")
    }


@pytest.mark.parametrize(
    "other", [_numbered(identity="always"), table("t", column("id"))], ids=["identity", "not-read"]
)
def test_a_sequence_that_can_not_be_parted_stays(other: facts.CatalogTable) -> None:
    both = (_sequence(), _sequence("a_seq"))

    assert _of("sequence-disowned", *both, tables_=(other,)) == {}
    assert _of("sequence-exchanged", *both, tables_=(other,)) == {}


def test_a_column_takes_the_numbers_of_the_next_sequence() -> None:
    other = _sequence("u_id_seq", owner="u.id")

    assert _of("sequence-exchanged", _sequence(), other) == {
        "u_id_seq": (("ALTER TABLE t ALTER id SET DEFAULT nextval('u_id_seq')",), "should")
    }


def test_the_only_sequence_is_exchanged_for_none() -> None:
    assert _of("sequence-exchanged", _sequence()) == {}


def test_a_sequence_begins_at_its_end() -> None:
    assert _of("sequence-moved", _sequence()) == {
        "to its end": (("ALTER SEQUENCE t_id_seq START 9 RESTART",), "must")
    }
