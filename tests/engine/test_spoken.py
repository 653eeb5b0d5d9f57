"""What SQL speaks of: names, writes, and rows whose columns it does not name."""

import pytest

from vrss_contract.sql.spoken import Write, spoken, unlisted, whole_rows

pytestmark = pytest.mark.once
NOTES = frozenset({"notes"})
WRITES: dict[str, set[tuple[str, str, frozenset[str] | None]]] = {
    "INSERT INTO notes (id) VALUES (1)": {("insert", "notes", None)},
    "WITH w AS (INSERT INTO public.notes (id) SELECT 1) SELECT 1": {("insert", "notes", None)},
    "UPDATE ONLY notes SET a = 1, (b, c) = (2, 3) WHERE d = 4": {
        ("update", "notes", frozenset({"a", "b", "c"}))
    },
    "UPDATE notes SET a = (SELECT max(x) FROM y WHERE z = 1)": {
        ("update", "notes", frozenset({"a", "z"}))
    },
    "INSERT INTO notes (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 1": {
        ("insert", "notes", None),
        ("update", "notes", None),
    },
    "SELECT 1 FROM notes FOR UPDATE": set(),
    "SELECT 1 FROM notes FOR NO KEY UPDATE": set(),
    'DELETE FROM "My Notes" WHERE id = 1': {("delete", "My Notes", None)},
    "DELETE -- all\nFROM notes": {("delete", "notes", None)},
    "TRUNCATE notes CASCADE": {("truncate", "notes", None)},
}
NAMED = (
    "SELECT id FROM notes",
    "SELECT count(*) FROM notes AS n WHERE n.id = 1",
    "SELECT 2 * id FROM notes",
    "SELECT n.id FROM notes n JOIN other ON other.id = n.id",
    "SELECT title FROM (SELECT * FROM notes WHERE id > 1 OFFSET 0) AS found",
    "INSERT INTO notes (id) VALUES (1)",
    "INSERT INTO notes DEFAULT VALUES",
    "UPDATE notes SET id = 1",
    "SELECT 'notes', id FROM notes",
    "SELECT id FROM other WHERE id = any(:notes)",
    "GRANT SELECT ON other, notes TO somebody",
)
WHOLE = (
    "SELECT * FROM notes",
    "SELECT id, * FROM notes",
    "SELECT n.* FROM notes AS n",
    "SELECT notes.* FROM notes",
    "SELECT to_jsonb(n) FROM notes AS n",
    "SELECT row_to_json(notes) FROM notes",
    "SELECT id FROM other NATURAL JOIN notes",
    "INSERT INTO notes VALUES (1)",
    "INSERT INTO notes SELECT 1",
    "COPY notes FROM STDIN",
    "DELETE FROM notes RETURNING *",
    "TABLE notes",
    "SELECT NULL::notes",
    "SELECT id FROM (SELECT * FROM notes UNION SELECT * FROM other) AS both_of_them",
    "SELECT to_jsonb(found) FROM (SELECT * FROM notes) AS found",
    "CREATE TEMP TABLE copied (LIKE notes)",
)


@pytest.mark.parametrize("text", WRITES)
def test_each_write_is_told_with_its_table(text: str) -> None:
    assert spoken(text).writes == {Write(*one) for one in WRITES[text]}


@pytest.mark.parametrize("text", NAMED)
def test_a_text_that_names_columns_is_not_about_others(text: str) -> None:
    assert not whole_rows(text, NOTES)


@pytest.mark.parametrize("text", WHOLE)
def test_a_text_that_takes_rows_as_they_are_is_about_each_column(text: str) -> None:
    assert whole_rows(text, NOTES)


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        ("RETURN NEW;", False),
        ("IF OLD.* IS DISTINCT FROM NEW.* THEN NULL; END IF;", False),
        ("NEW.a = 1;", False),
        ("INSERT INTO audit (was) VALUES (to_jsonb(OLD));", True),
    ],
)
def test_the_row_of_a_trigger_is_one(body: str, whole: bool) -> None:  # noqa: FBT001 - a case
    assert whole_rows(body, NOTES, routine=True) is whole


def test_sql_that_is_put_together_is_told() -> None:
    assert spoken("BEGIN EXECUTE format('DELETE FROM %I', name); END").dynamic


def test_the_call_of_a_triggers_function_is_not_put_together() -> None:
    assert not spoken("CREATE TRIGGER t AFTER INSERT ON n EXECUTE FUNCTION f()").dynamic


def test_who_asks_the_catalog_is_told() -> None:
    assert spoken("SELECT count(*) FROM pg_catalog.pg_constraint").catalog


def test_rows_without_a_list_of_columns_are_seen_in_a_file() -> None:
    text = "INSERT INTO other (id) VALUES (1);\nINSERT INTO notes\nVALUES (1);"

    assert unlisted(text, "notes")
    assert not unlisted(text, "other")
