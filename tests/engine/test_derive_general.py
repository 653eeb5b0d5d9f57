"""Clauses that follow from schemas with other keys and references than a number called id."""

from dataclasses import replace

import pytest

from vrss_contract.contract.derive import clauses
from vrss_contract.contract.model import (
    CascadePromise,
    Clause,
    Column,
    Contract,
    ForeignKey,
    Index,
    Key,
    RowsPromise,
    Table,
)
from vrss_contract.contract.row_values import RowValues

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
        "teams.shout.type.exact",
        "teams.shout.nullability",
        "teams.shout.default",
        "teams.shout.named",
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


PEOPLE = Table(
    "people", 0, "", (Column("id", "bigint"),), (Key("people_pkey", ("id",), primary=True),)
)
VISITS = Table(
    "visits",
    0,
    "",
    (Column("id", "bigint"), Column("doctor", "bigint"), Column("patient", "bigint")),
    (Key("visits_pkey", ("id",), primary=True),),
    (ForeignKey("v_p", "patient", "people"), ForeignKey("v_d", "doctor", "people")),
)
VISIT_NOTES = Table(
    "visit_notes", 0, "", (Column("visit", "bigint"),), (), (ForeignKey("n_v", "visit", "visits"),)
)


def _values(*tables: Table) -> RowValues:
    return RowValues(Contract({table.name: table for table in tables}, {}, {}, ()))


@pytest.mark.parametrize("number", [1, 2, 3, 101])
def test_two_references_to_one_table_are_to_two_rows(number: int) -> None:
    values = _values(PEOPLE, VISITS, VISIT_NOTES)
    patient, doctor = (values.row_referred(VISITS, key, number) for key in VISITS.foreign_keys)
    assert (patient, doctor) == (doctor + 1, 1 if number > 3 else number)


def test_there_are_rows_enough_for_all_references_of_the_baseline() -> None:
    assert _values(PEOPLE, VISITS, VISIT_NOTES).baseline_rows("people") == 4


def test_a_row_holds_what_its_second_reference_is_to() -> None:
    assert _values(PEOPLE, VISITS, VISIT_NOTES).of_row(VISITS, "patient", 3) == 4


def test_nobodys_value_fits_a_short_column() -> None:
    short = Table("short", 0, "", (Column("code", "varchar(5)", example="x{n}"),), ())
    key = ForeignKey("s", "code", "short", references_columns=("code",))
    child = Table("child", 0, "", (Column("code", "varchar(5)"),), (), (key,))
    tables = {"short": short, "child": child}
    found = {one.id: one for one in clauses(Contract(tables, {}, {}, ()))}
    assert _rows(found, "child.code.orphan").cases[0].row == {"code": "x999"}


def test_columns_of_a_full_match_are_null_together() -> None:
    (key,) = TEAMS.foreign_keys
    teams = replace(TEAMS, foreign_keys=(replace(key, match="full"),))
    tables = {table.name: table for table in (COUNTRIES, REGIONS, teams)}
    found = {one.id: one for one in clauses(Contract(tables, {}, {}, ()))}
    assert _rows(found, "teams.region.optional").cases[0].row == {"country": None, "region": None}


@pytest.mark.parametrize(
    ("by", "bounds", "said"),
    [
        ("RANGE (at)", "FOR VALUES FROM (1) TO (9)", False),
        ("LIST (at)", "DEFAULT", True),
        ("HASH (at)", "FOR VALUES WITH (MODULUS 1, REMAINDER 0)", True),
    ],
)
def test_no_null_is_tried_that_no_partition_takes(by: str, bounds: str, *, said: bool) -> None:
    whole = Table(
        "whole", 0, "", (Column("at", "integer"),), (), form="partitioned table", partition_by=by
    )
    part = Table(
        "part", 0, "", whole.columns, (), form="partition", parents=("whole",), bounds=bounds
    )
    found = {one.id for one in clauses(Contract({"whole": whole, "part": part}, {}, {}, ()))}
    assert ("whole.at.not-null" in found) is said


def test_the_least_of_a_key_that_is_taken_is_of_another_row() -> None:
    book = Table("book", 0, "", (Column("id", "bigint"),), (Key("b", ("id",), primary=True),))
    copy = Table(
        "copy",
        0,
        "",
        (Column("book", "bigint"), Column("n", "integer", minimum=1)),
        (Key("c", ("book", "n"), primary=True),),
        (ForeignKey("c_b", "book", "book"),),
    )
    found = {one.id: one for one in clauses(Contract({"book": book, "copy": copy}, {}, {}, ()))}
    assert _rows(found, "copy.n.range").cases[0].row == {"book": 2, "n": 1}


def test_two_chains_do_not_share_what_a_unique_index_tells_apart() -> None:
    key = Index("one_visit", ("doctor",), unique=True, where="patient IS NULL")
    visits = replace(VISITS, indexes=(key,))
    found = {
        one.id: one for one in clauses(Contract({"people": PEOPLE, "visits": visits}, {}, {}, ()))
    }
    promise = _cascade(found, "visits.patient.on-delete")
    doctors = [given.row["doctor"] for given in promise.given if given.table == "visits"]
    assert len({*doctors}) == 2
