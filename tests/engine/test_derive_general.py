"""Clauses that follow from schemas with other keys and references than a number called id."""

import pytest

from vrss_contract.contract.derive import clauses
from vrss_contract.contract.model import (
    CascadePromise,
    Clause,
    Column,
    Contract,
    ForeignKey,
    Key,
    RowsPromise,
    Table,
)

COUNTRIES = Table(
    "countries", 0, "", (Column("iso", "char(2)"),), (Key("c_pkey", ("iso",), primary=True),)
)
REGIONS = Table(
    "regions",
    0,
    "",
    (Column("country", "char(2)"), Column("code", "varchar(9)")),
    (Key("r_pkey", ("country", "code"), primary=True),),
    (ForeignKey("r_fk", "country", "countries", "cascade", references_columns=("iso",)),),
)
TEAMS = Table(
    "teams",
    0,
    "",
    (
        Column("id", "uuid", default="gen_random_uuid()"),
        Column("country", "char(2)", nullable=True),
        Column("region", "varchar(9)", nullable=True),
        Column("shout", "text", generated="upper(region)", nullable=True),
    ),
    (Key("t_pkey", ("id",), primary=True),),
    (
        ForeignKey(
            "t_fk",
            "country",
            "regions",
            "set null",
            ("country", "region"),
            ("country", "code"),
        ),
    ),
)


@pytest.fixture(scope="module")
def derived() -> dict[str, Clause]:
    tables = {table.name: table for table in (COUNTRIES, REGIONS, TEAMS)}
    return {clause.id: clause for clause in clauses(Contract(tables, {}, {}, ()))}


def _cascade(derived: dict[str, Clause], id_: str) -> CascadePromise:
    promise = derived[id_].promise
    assert isinstance(promise, CascadePromise)
    return promise


def _rows(derived: dict[str, Clause], id_: str) -> RowsPromise:
    promise = derived[id_].promise
    assert isinstance(promise, RowsPromise)
    return promise


def test_a_row_is_named_by_all_columns_of_its_key(derived: dict[str, Clause]) -> None:
    promise = _cascade(derived, "regions.country.on-delete")
    head, child = promise.takes
    assert child.key == {"country": head.where["iso"], "code": "x201"}


def test_a_row_that_loses_its_reference_stays(derived: dict[str, Clause]) -> None:
    promise = _cascade(derived, "teams.country-region.on-delete")
    (changed,) = promise.changes
    assert (promise.takes, changed.gives) == ((), {"country": "NULL", "region": "NULL"})


def test_no_row_says_what_the_server_computes(derived: dict[str, Clause]) -> None:
    assert not {id_ for id_ in derived if id_.startswith("teams.shout.")} - {
        "teams.shout.type",
        "teams.shout.nullability",
        "teams.shout.default",
    }


def test_a_default_that_is_never_the_same_is_not_compared(derived: dict[str, Clause]) -> None:
    (case,) = _rows(derived, "teams.id.omitted").cases
    assert case.gives == {}


def test_an_orphan_says_all_columns_of_the_reference(derived: dict[str, Clause]) -> None:
    (case,) = _rows(derived, "teams.country-region.orphan").cases
    assert case.row.keys() == {"country", "region"}


def test_the_same_key_again_is_refused_whatever_its_type(derived: dict[str, Clause]) -> None:
    (case,) = _rows(derived, "teams.id.unique").cases
    assert case.row == {"id": "10000000-0000-0000-0000-000000000501"}
