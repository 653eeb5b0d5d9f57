"""Which mutants are made of a script that repairs something."""

from __future__ import annotations

import pytest

from tests import contracts
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.mutation.bodies.changes import of_script
from vrss_contract.mutation.mutant import Schema
from vrss_contract.mutation.operators.bodies import OPERATORS

pytestmark = pytest.mark.once

BLOCK = """\
DO $$
DECLARE
    last bigint := (SELECT max(id) FROM t WHERE a);
BEGIN
    IF last IS NULL OR last < 1 THEN
        RETURN;
    END IF;
    UPDATE t SET n = 1 WHERE b AND c;
    IF last > 2 THEN
        RAISE NOTICE 'done' USING TABLE = 't';
    END IF;
END;
$$;
"""


def _made(sql: str) -> dict[str, str]:
    return {one.name: one.ddl for one in of_script(sql, contracts.library())}


@pytest.mark.parametrize(
    ("name", "becomes"),
    [
        ("without WHERE a", "(SELECT max(id) FROM t )"),
        ("without b", "WHERE  c;"),
        ("without c", "WHERE b ;"),
        ("NOT (b)", "WHERE NOT (b) AND c;"),
    ],
)
def test_a_condition_of_its_queries_is_changed(name: str, becomes: str) -> None:
    assert becomes in _made(BLOCK)[name]


@pytest.mark.parametrize("word", ["last <", "last >", "NULL", "done", "'t'", "RETURN"])
def test_how_it_goes_from_one_query_to_the_next_is_left_as_it_is(word: str) -> None:
    assert [name for name in _made(BLOCK) if word in name] == []


def test_what_an_error_alone_leads_to_is_left_as_it_is() -> None:
    caught = """\
    EXCEPTION WHEN lock_not_available THEN
        IF NOT FOUND THEN RAISE; END IF;
        UPDATE t SET n = 2 WHERE d AND e;
    END;
    DELETE FROM t WHERE f AND g;
    END;
    """
    made = _made(BLOCK.replace("END;\n$$", f"{caught}$$").replace("BEGIN\n", "BEGIN BEGIN\n", 1))

    assert {"without b", "without f"} <= made.keys()
    assert not {"without d", "without e"} & made.keys()


def test_a_script_may_be_sql_alone() -> None:
    assert _made("UPDATE t SET n = 1 WHERE b AND c")["without b"] == "UPDATE t SET n = 1 WHERE  c"


def test_the_lines_that_are_others_are_told() -> None:
    (told,) = [one.diff for one in of_script(BLOCK, contracts.library()) if one.name == "without b"]

    assert told.splitlines()[1:] == [
        "-    UPDATE t SET n = 1 WHERE b AND c;",
        "+    UPDATE t SET n = 1 WHERE  c;",
    ]


def test_the_mutants_of_a_script_are_called_by_its_path_and_stand_in_its_place() -> None:
    mutants = OPERATORS[0].make(Schema(Catalog(), contract=contracts.library()))

    assert {(one.object, one.instead_of) for one in mutants} == {("repair/open_loans.sql",) * 2}
