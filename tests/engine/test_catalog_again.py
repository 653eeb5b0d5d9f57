"""The catalog read again: the same as read anew, and asked for no more than is looked at."""

from __future__ import annotations

from typing import Any, LiteralString

import psycopg
import pytest

from tests.engine.test_catalog_read import CHANGES
from vrss_contract.database.catalog.again import CatalogAgain
from vrss_contract.database.catalog.read import read

Connection = psycopg.Connection[Any]
PREPARED = "SELECT name FROM pg_prepared_statements ORDER BY name"


def _again(session: Connection, change: LiteralString, **more: Any) -> CatalogAgain:
    known = read(session)
    session.execute(change)
    return CatalogAgain(session, ("public",), known, {"users"}, **more)


def _prepared(session: Connection) -> list[str]:
    return [name for (name,) in session.execute(PREPARED)]


@pytest.mark.parametrize("change", [*CHANGES, "DROP TABLE users CASCADE", "CREATE TABLE more ()"])
def test_a_changed_schema_reads_as_if_it_were_read_anew(
    loaded: Connection, change: LiteralString
) -> None:
    again = _again(loaded, change)

    # A schema's other tables may have lost what the cascade took.
    whole = read(loaded)
    assert again.catalog.tables.keys() == whole.tables.keys()
    assert again.catalog.tables.get("users") == whole.tables.get("users")
    assert again.catalog.enums == whole.enums
    assert again.catalog.functions == whole.functions
    assert again.catalog.sequences == whole.sequences
    assert again.catalog.others == whole.others


def test_what_nobody_looks_at_is_not_asked_for(loaded: Connection) -> None:
    again = _again(loaded, "ALTER TABLE users ADD COLUMN phone text")

    assert "phone" in again.catalog.tables["users"].columns

    assert again.looked == {"shared_names", "tables", "columns"}
    assert _prepared(loaded) == [f"vrss_contract_{one}" for one in sorted(again.looked)]


def test_what_will_be_looked_at_is_asked_for_with_the_first(loaded: Connection) -> None:
    again = _again(loaded, "DROP INDEX idx_users_email", ahead=("indexes",))

    assert "users" in again.catalog.tables

    assert again.looked == {"shared_names", "tables"}
    assert "vrss_contract_indexes" in _prepared(loaded)


def test_a_session_is_asked_by_what_it_has_prepared(loaded: Connection) -> None:
    first = _again(loaded, "ALTER TABLE users ADD COLUMN phone text")
    assert "phone" in first.catalog.tables["users"].columns

    second = CatalogAgain(loaded, ("public",), first.catalog, {"users"})

    assert second.catalog.tables["users"] == first.catalog.tables["users"]


def test_what_was_not_changed_is_as_it_was_known(loaded: Connection) -> None:
    known = read(loaded)
    loaded.execute("ALTER TABLE posts ADD COLUMN phone text")

    again = CatalogAgain(loaded, ("public",), known, {"users"})

    assert again.catalog.tables["posts"] is known.tables["posts"]
