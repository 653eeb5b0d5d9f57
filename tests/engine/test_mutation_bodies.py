"""What changes of functions and triggers are made of a script, each in one place."""

from __future__ import annotations

import pytest

from vrss_contract.contract.model import Contract
from vrss_contract.mutation.bodies.changes import BodyChange, changes

pytestmark = pytest.mark.once
_BODY = """
DECLARE
    n bigint := 0;
BEGIN
    IF TG_OP = 'INSERT' AND n > 1 THEN
        PERFORM id FROM notes WHERE a = 1 AND b = 2 ORDER BY id FOR UPDATE;
    END IF;
    LOOP
        n := GREATEST(n + 1, 0);
        EXIT WHEN n = 7;
    END LOOP;
    RETURN NULL;
END;
"""
_SCRIPT = f"""
CREATE FUNCTION count_notes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
AS $${_BODY}$$;
REVOKE EXECUTE ON FUNCTION count_notes() FROM PUBLIC;
CREATE TRIGGER counted AFTER UPDATE OF a, b OR DELETE ON notes
REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION count_notes();
"""


@pytest.fixture(scope="module")
def made() -> dict[str, BodyChange]:
    contract = Contract(tables={}, enums={}, functions={}, clauses=())
    return {one.name: one for _, every in changes(_SCRIPT, contract) for one in every}


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("without SECURITY DEFINER", "+LANGUAGE plpgsql "),
        ("without := 0", "+    n bigint ;"),
        ("IF TG_OP = 'INSERT' AND n > 1 -> TRUE", "+    IF TRUE THEN"),
        ("without n > 1", "+    IF TG_OP = 'INSERT'  THEN"),
        ("NOT (n > 1)", "+    IF TG_OP = 'INSERT' AND NOT (n > 1) THEN"),
        ("without EXIT WHEN n = 7;", "+        NULL;"),
        ("IF n = 7 -> FALSE", "+        EXIT WHEN FALSE;"),
        ("n + 1 -> n - 1", "+        n := GREATEST(n - 1, 0);"),
        ("GREATEST(n + 1, 0) -> n + 1", "+        n := n + 1;"),
        (
            "without ORDER BY id",
            "+        PERFORM id FROM notes WHERE a = 1 AND b = 2  FOR UPDATE;",
        ),
        (
            "ORDER BY id as text",
            "+        PERFORM id FROM notes WHERE a = 1 AND b = 2 ORDER BY (id)::text FOR UPDATE;",
        ),
        (
            "FOR UPDATE -> FOR SHARE",
            "+        PERFORM id FROM notes WHERE a = 1 AND b = 2 ORDER BY id FOR SHARE;",
        ),
        ("UPDATE OF without a", "+CREATE TRIGGER counted AFTER UPDATE OF  b OR DELETE ON notes"),
        ("without DELETE", "+CREATE TRIGGER counted AFTER UPDATE OF a, b  ON notes"),
        ("STATEMENT -> ROW", "+FOR EACH ROW EXECUTE FUNCTION count_notes()"),
    ],
)
def test_a_function_or_trigger_is_changed_in_one_place(
    name: str, line: str, made: dict[str, BodyChange]
) -> None:
    assert line in made[name].diff.splitlines()


def test_what_was_revoked_is_granted(made: dict[str, BodyChange]) -> None:
    name = "without REVOKE EXECUTE ON FUNCTION count_notes() FROM PUBLIC"

    assert made[name].ddl == "GRANT EXECUTE ON FUNCTION count_notes() TO PUBLIC"


def test_a_trigger_is_made_anew(made: dict[str, BodyChange]) -> None:
    assert made["dropped"].ddl == "DROP TRIGGER counted ON notes"
    assert made["without DELETE"].ddl.startswith("DROP TRIGGER counted ON notes;\nCREATE TRIGGER")
