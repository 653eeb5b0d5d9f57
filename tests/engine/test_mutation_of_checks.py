"""What may go wrong with checks, and what may be there too much: which mutants, by which DDL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from tests import contracts
from tests.engine.catalogs import Part, catalog, column, constraint, table
from vrss_contract.contract.model import Contract
from vrss_contract.mutation.made import made
from vrss_contract.mutation.mutant import Mutant, Schema
from vrss_contract.mutation.operators import checks, extras

pytestmark = pytest.mark.once

DROP = "ALTER TABLE notes DROP CONSTRAINT few"
ADD = f"{DROP}, ADD CONSTRAINT few "


def _made(expression: str, contract: Contract | None = None, **more: Any) -> Mapping[str, Mutant]:
    """The mutants of a check, by their ids without its name."""
    check = constraint(
        *("few", "check", "n"),
        expression=f"({expression})",
        definition=f"CHECK (({expression}))",
        **more,
    )
    schema = Schema(catalog(table("notes", column("n"), check)), {}, contract)
    return {one.id.replace(":notes.few", ""): one for one in made(checks.OPERATORS, schema).mutants}


def test_a_check_is_spoilt_as_a_whole_in_these_ways_and_no_others() -> None:
    found = {id_: (one.ddl, one.level) for id_, one in _made("n < 5").items()}

    assert found == {
        "check-dropped": ((DROP,), "must"),
        "check-not-valid": ((f"{ADD}CHECK ((n < 5)) NOT VALID",), "should"),
        "check-no-inherit": ((f"{ADD}CHECK ((n < 5)) NO INHERIT",), "should"),
        "check-negated[whole]": ((f"{ADD}CHECK (NOT ((n < 5)))",), "must"),
    }


def test_a_check_bears_on_its_table_and_is_about_its_columns() -> None:
    found = _made("n < 5")["check-dropped"]

    assert (found.tables, found.about) == (("notes",), ("notes.n",))


@pytest.mark.parametrize(
    ("expression", "id_", "becomes"),
    [
        ("n < 5", "check-bound[5 -> 6]", "n < 6"),
        ("n < 5", "check-compared[n < 5 -> n <= 5]", "n <= 5"),
        ("(n < 5) AND (m > 3)", "check-part-dropped[without (m > 3)]", "(n < 5)"),
        (
            *("(n < 5) AND (m > 3)", "check-and-or[OR between ... (n < 5) and (m > 3)]"),
            "((n < 5)) OR ((m > 3))",
        ),
        ("n IS NULL", "check-negated[n IS NULL -> NOT n IS NULL]", "NOT n IS NULL"),
        ("COALESCE(n, 1) > m", "check-null-lost[COALESCE(n, 1) -> n]", "n > m"),
        (
            *("COALESCE(n, 1) > 2", "check-compared[COALESCE(n, 1) > 2 -> COALESCE(n, 1) >= 2]"),
            "COALESCE(n, 1) >= 2",
        ),
        ("n > 'fiction'", "check-text['fiction' -> 'history']", "n > 'history'"),
        ("ok = true", "check-boolean[ok = TRUE: False]", "ok = FALSE"),
        ("n ~ '^a$'", "check-pattern[pattern of n not to the end]", "n ~ '^a'"),
        (
            *("n = ANY (ARRAY['a', 'b'])", "check-list[list without 'a']"),
            "n = ANY(ARRAY['b'])",
        ),
        ("least(n, m) > k", "check-said-otherwise[LEAST(n, m) -> n]", "n > k"),
    ],
)
def test_a_part_of_a_check_is_changed_and_sorted(expression: str, id_: str, becomes: str) -> None:
    found = _made(expression, contracts.library())[id_]

    assert (found.ddl, found.level) == ((f"{ADD}CHECK (({becomes}))",), "must")


def test_a_value_more_in_a_list_is_written_by_nobody_who_does_not_know_of_it() -> None:
    found = _made("n = ANY (ARRAY['a', 'b'])", contracts.library())

    assert found["check-list[list with ax]"].level == "should"


def test_a_check_of_old_rows_and_children_stays_one_of_theirs() -> None:
    found = _made("n < 5", contracts.library(), validated=False, inherited=False)

    assert found["check-bound[5 -> 6]"].ddl == (f"{ADD}CHECK ((n < 6)) NO INHERIT NOT VALID",)
    assert not found.keys() & {"check-not-valid", "check-no-inherit"}


def test_a_check_that_can_not_be_read_is_spoilt_as_a_whole() -> None:
    assert len(_made("n <", contracts.library())) == 4


def test_a_check_that_is_inherited_is_spoilt_where_it_is_declared() -> None:
    check = constraint("few", "check", "n", expression="(n < 5)")
    child = table("notes", column("n"), check, parents=("papers",))

    assert made(checks.OPERATORS, Schema(catalog(child))).mutants == ()


def _extra(*parts: Part) -> list[Mutant]:
    return [*made(extras.OPERATORS, Schema(catalog(table("notes", *parts)))).mutants]


def test_so_much_may_be_there_too_much() -> None:
    found = Counter(one.operator for one in _extra(column("n"), column("b", "text")))

    assert found == {
        "extra-check": 7,
        "extra-unique": 2,
        "extra-unique-index": 2,
        "extra-trigger": 45,
        "extra-rule": 3,
        "extra-exclusion": 1,
        "extra-child": 1,
    }


def test_all_that_is_too_much_deserves_a_must() -> None:
    assert {one.level for one in _extra(column("n"))} == {"must"}


@pytest.mark.parametrize(
    ("id_", "ddl"),
    [
        ("extra-check:notes[length of b]", "CHECK (length(b) <> 7)"),
        ("extra-check:notes[a number of n]", "CHECK (n <> 1234567)"),
        ("extra-check:notes[each hundredth]", "CHECK (hashtext(n::text) % 100 <> 0)"),
        ("extra-unique:notes[b]", "UNIQUE (b)"),
        ("extra-exclusion:notes", "EXCLUDE USING btree (n WITH =)"),
    ],
)
def test_a_constraint_too_many(id_: str, ddl: str) -> None:
    found = {one.id: one.ddl for one in _extra(column("n"), column("b", "text"))}

    assert found[id_] == (f"ALTER TABLE notes ADD CONSTRAINT mutated {ddl}",)


@pytest.mark.parametrize(
    "parts",
    [
        (column("n"), constraint("notes_pkey", "primary key", "n")),
        (column("n"), constraint("notes_n_key", "unique", "n")),
        (column("n", "jsonb"),),
    ],
    ids=["primary-key", "unique", "document"],
)
def test_what_is_unique_already_or_can_not_be_is_not_made_so(parts: tuple[Part, ...]) -> None:
    assert [one for one in _extra(*parts) if one.operator.startswith("extra-unique")] == []


def test_a_number_that_the_server_gives_is_not_refused() -> None:
    assert "a number of n" not in {one.what for one in _extra(column("n", sequence="notes_n_seq"))}


@pytest.mark.parametrize(("event", "row"), [("insert", "NEW"), ("delete", "OLD")])
def test_a_trigger_too_many_lets_go_on_what_it_does_not_refuse(event: str, row: str) -> None:
    found = {one.what: one.ddl for one in _extra(column("n"))}

    function, trigger = found[f"{event} raises always"]
    assert f"RAISE EXCEPTION 'no'; END IF; RETURN {row}; END" in function
    assert trigger.startswith(f"CREATE TRIGGER mutated BEFORE {event.upper()} ON notes")


def test_a_table_without_columns_has_nothing_too_much() -> None:
    assert _extra() == []
