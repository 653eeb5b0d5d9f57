"""What may go wrong with keys and foreign keys: which mutants, by which DDL, what they deserve."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.engine.catalogs import Part, catalog, column, constraint, foreign_key, table
from vrss_contract.database.catalog.facts import CatalogTable, Constraint
from vrss_contract.mutation.made import made
from vrss_contract.mutation.mutant import Mutant, Schema
from vrss_contract.mutation.operators import keys

pytestmark = pytest.mark.once

DROP = "ALTER TABLE notes DROP CONSTRAINT k"
ADD = "ALTER TABLE notes ADD CONSTRAINT k "
COLUMNS = (column("a"), column("b", "text"), column("c", nullable=True))
USERS = table("users", column("id"), constraint("users_pkey", "primary key", "id"))
REFERENCES = "FOREIGN KEY (a) REFERENCES users(id) ON DELETE CASCADE"


def _made(*parts: Part, others: tuple[CatalogTable, ...] = ()) -> Mapping[str, Mutant]:
    """The mutants of the constraint ``k`` of a table, by their ids without its name."""
    schema = Schema(catalog(table("notes", *COLUMNS, *parts), *others))
    found = made(keys.OPERATORS, schema).mutants
    return {one.id.replace(":notes.k", ""): one for one in found if one.object == "notes.k"}


def _key(kind: str, *columns: str, definition: str = "") -> Constraint:
    return constraint(
        *("k", kind, *columns),
        definition=definition or f"{kind.upper()} ({', '.join(columns)})",
        deferrable="DEFERRABLE" in definition,
        deferred="DEFERRED" in definition,
    )


def _refers(definition: str = REFERENCES, **more: object) -> Constraint:
    return foreign_key("k", "a", "users", definition=definition, **more)


def test_a_primary_key_is_spoilt_in_these_ways_and_no_others() -> None:
    found = {id_: (one.ddl, one.level) for id_, one in _made(_key("primary key", "a")).items()}

    gone = f"{DROP} CASCADE"
    assert found == {
        "key-dropped": ((gone,), "must"),
        "key-deferrable": ((gone, f"{ADD}PRIMARY KEY (a) DEFERRABLE"), "should"),
        "key-deferrable[deferred]": (
            (gone, f"{ADD}PRIMARY KEY (a) DEFERRABLE INITIALLY DEFERRED"),
            "must",
        ),
        "key-columns[with b]": ((gone, f"{ADD}PRIMARY KEY (a, b)"), "must"),
        "key-columns[a -> c]": ((gone, f"{ADD}PRIMARY KEY (c)"), "must"),
    }


@pytest.mark.parametrize(
    ("id_", "ddl", "level"),
    [
        ("key-columns[without a]", f"{ADD}UNIQUE (b)", "must"),
        ("key-columns[without b]", f"{ADD}UNIQUE (a)", "must"),
        ("key-columns[turned]", f"{ADD}UNIQUE (b, a)", "should"),
        ("key-columns[a -> c]", f"{ADD}UNIQUE (c, b)", "must"),
        ("key-nulls", f"{ADD}UNIQUE NULLS NOT DISTINCT (a, b)", "should"),
        ("key-index-alone", "CREATE UNIQUE INDEX k ON notes (a, b)", "should"),
        ("key-partial[none]", "CREATE UNIQUE INDEX k ON notes (a, b) WHERE a IS NULL", "must"),
        (
            "key-partial[even]",
            "CREATE UNIQUE INDEX k ON notes (a, b) WHERE hashtext(a::text) % 2 = 0",
            "must",
        ),
    ],
)
def test_a_unique_key_of_two_columns_is_spoilt(id_: str, ddl: str, level: str) -> None:
    found = _made(_key("unique", "a", "b"))[id_]

    assert (found.ddl[-1], found.level) == (ddl, level)


def test_it_is_felt_that_nulls_are_alike_where_there_may_be_some() -> None:
    assert _made(_key("unique", "c"))["key-nulls"].level == "must"


@pytest.mark.parametrize(
    ("id_", "ddl"),
    [
        ("key-nulls", f"{ADD}UNIQUE (a, c) INCLUDE (b)"),
        ("key-columns[without a]", f"{ADD}UNIQUE NULLS NOT DISTINCT (c) INCLUDE (b)"),
        (
            "key-index-alone",
            "CREATE UNIQUE INDEX k ON notes (a, c) INCLUDE (b) NULLS NOT DISTINCT",
        ),
    ],
)
def test_what_else_is_said_of_a_key_stays(id_: str, ddl: str) -> None:
    key = _key("unique", "a", "c", definition="UNIQUE NULLS NOT DISTINCT (a, c) INCLUDE (b)")

    assert _made(key)[id_].ddl[-1] == ddl


@pytest.mark.parametrize(
    ("definition", "others"),
    [
        ("UNIQUE (a)", {"": "should", "deferred": "must"}),
        ("UNIQUE (a) DEFERRABLE", {"at once": "should", "deferred": "must"}),
        ("UNIQUE (a) DEFERRABLE INITIALLY DEFERRED", {"at once": "must", "": "must"}),
    ],
)
def test_a_key_is_held_against_rows_at_another_time(
    definition: str, others: dict[str, str]
) -> None:
    found = _made(_key("unique", "a", definition=definition)).values()

    assert {one.what: one.level for one in found if one.operator == "key-deferrable"} == others


def test_a_key_that_may_wait_for_the_commit_does_so_of_other_columns() -> None:
    key = _key("unique", "a", definition="UNIQUE (a) DEFERRABLE INITIALLY DEFERRED")

    ddl = _made(key)["key-columns[a -> c]"].ddl[-1]

    assert ddl == f"{ADD}UNIQUE (c) DEFERRABLE INITIALLY DEFERRED"


def test_an_exclusion_is_dropped() -> None:
    assert {id_: one.ddl for id_, one in _made(_key("exclude", "a")).items()} == {
        "exclusion-dropped": (DROP,)
    }


def test_a_check_is_no_key() -> None:
    assert _made(_key("check", "a")) == {}


TO = "REFERENCES users (id)"


@pytest.mark.parametrize(
    ("id_", "definition", "level"),
    [
        ("foreign-key-not-valid", f"{REFERENCES} NOT VALID", "should"),
        ("foreign-key-deferrable[deferrable]", f"{REFERENCES} DEFERRABLE", "should"),
        (
            "foreign-key-deferrable[deferrable initially deferred]",
            f"{REFERENCES} DEFERRABLE INITIALLY DEFERRED",
            "must",
        ),
        (
            "foreign-key-on-delete[on delete set null]",
            f"FOREIGN KEY (a) {TO} ON DELETE SET NULL ON UPDATE NO ACTION",
            "must",
        ),
        (
            "foreign-key-on-update[on update cascade]",
            f"FOREIGN KEY (a) {TO} ON DELETE CASCADE ON UPDATE CASCADE",
            "should",
        ),
        (
            "foreign-key-columns[c]",
            f"FOREIGN KEY (c) {TO} ON DELETE CASCADE ON UPDATE NO ACTION",
            "must",
        ),
        (
            "foreign-key-target[people]",
            "FOREIGN KEY (a) REFERENCES people (n) ON DELETE CASCADE ON UPDATE NO ACTION",
            "must",
        ),
    ],
)
def test_a_foreign_key_is_spoilt(id_: str, definition: str, level: str) -> None:
    people = table("people", column("n"), constraint("people_pkey", "primary key", "n"))

    found = _made(_refers(), others=(USERS, people))[id_]

    assert (found.ddl, found.level) == ((DROP, f"{ADD}{definition}"), level)


def test_a_foreign_key_is_dropped_and_nothing_with_it() -> None:
    assert _made(_refers())["foreign-key-dropped"].ddl == (DROP,)


def test_a_foreign_key_bears_on_both_tables_and_its_column() -> None:
    found = _made(_refers())["foreign-key-dropped"]

    assert (found.tables, found.about) == (("notes", "users"), ("notes.a",))


def test_a_delete_does_all_else_that_it_could_do() -> None:
    found = _made(_refers()).values()

    assert {one.what for one in found if one.operator == "foreign-key-on-delete"} == {
        f"on delete {action}" for action in ("no action", "restrict", "set null", "set default")
    }


def test_restrict_for_no_action_is_not_felt() -> None:
    found = _made(_refers(on_delete="no action"))["foreign-key-on-delete[on delete restrict]"]

    assert found.level == "should"


def test_a_foreign_key_that_old_rows_may_break_is_not_made_so_again() -> None:
    old = _refers(f"{REFERENCES} NOT VALID", validated=False)

    assert "foreign-key-not-valid" not in _made(old)


def test_what_else_is_said_of_a_foreign_key_stays() -> None:
    whole = "FOREIGN KEY (a) REFERENCES users(id) MATCH FULL DEFERRABLE INITIALLY DEFERRED"
    key = _refers(whole, match="full", deferrable=True, deferred=True)

    assert _made(key)["foreign-key-on-delete[on delete restrict]"].ddl[-1] == (
        f"{ADD}FOREIGN KEY (a) {TO} MATCH FULL"
        " ON DELETE RESTRICT ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED"
    )


@pytest.mark.parametrize(
    "other",
    [
        table("people", column("n", "text"), constraint("people_pkey", "primary key", "n")),
        table("people", column("n"), constraint("people_key", "unique", "n")),
        table("people", column("n")),
    ],
    ids=["of-another-type", "unique-alone", "without-a-key"],
)
def test_a_table_that_a_key_can_not_refer_to_is_no_target(other: CatalogTable) -> None:
    found = _made(_refers(), others=(USERS, other)).values()

    assert [one for one in found if one.operator == "foreign-key-target"] == []


def test_a_foreign_key_of_two_columns_is_not_of_another_one() -> None:
    key = constraint(
        *("k", "foreign key", "a", "b"),
        references="users",
        references_columns=("id", "name"),
        on_delete="cascade",
        on_update="no action",
    )

    assert [one for one in _made(key).values() if one.operator == "foreign-key-columns"] == []
