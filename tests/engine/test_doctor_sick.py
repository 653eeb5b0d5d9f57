"""A database that lacks what its contract declares, or holds what the catalog rules out.

Every fault is planted in a transaction that is undone, and every check looks at it there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import contracts
from tests.engine.doctors import copied, healthy
from tests.engine.runs import Outside
from tests.engine.sick import SICK, TOGETHER
from vrss_contract.contract.model import Contract
from vrss_contract.database.catalog import read as catalog
from vrss_contract.doctor import checks
from vrss_contract.doctor.check import Patient, Signs
from vrss_contract.doctor.exclusions import Excluded, pairs
from vrss_contract.doctor.repair import Repair

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def contract() -> Contract:
    return contracts.canonical()


@pytest.fixture(scope="module")
def session(outside: Outside) -> Iterator[psycopg.Connection]:
    with healthy(outside), copied(outside) as case, case.session() as connection:
        yield connection


def examined(session: psycopg.Connection, contract: Contract, *plant: str) -> dict[str, Signs]:
    """What every check makes of the database with the fault in it, which is then undone."""
    with session.transaction(force_rollback=True):
        for statement in plant:
            session.execute(statement.encode())
        session.execute("RESET session_replication_role")
        session.execute("SET LOCAL search_path = public, pg_temp")
        patient = Patient(session, contract, catalog.read(session), Repair(Path(), ""))
        signs = {}
        for check in checks.of(contract):
            with session.transaction(force_rollback=True):
                signs[check.id] = check.look(patient)
    return signs


def broken(signs: dict[str, Signs]) -> dict[str, list[str]]:
    """Of each check with faults, what they are about."""
    return {id_: [one.because for one in each.faults] for id_, each in signs.items() if each.faults}


def test_every_fault_is_planted_somewhere() -> None:
    assert sorted(name for names in TOGETHER for name in names) == sorted(SICK)


@pytest.mark.parametrize("names", TOGETHER, ids=" ".join)
def test_what_is_sick_is_told_and_nothing_else(
    names: tuple[str, ...], session: psycopg.Connection, contract: Contract
) -> None:
    signs = examined(session, contract, *(one for name in names for one in SICK[name].plant))

    told: dict[str, list[str]] = {}
    for name in names:
        for check, words in SICK[name].told.items():
            told[check] = sorted([*told.get(check, []), *words])
    assert {check: sorted(words) for check, words in broken(signs).items()} == told


def test_a_healthy_database_lacks_nothing(session: psycopg.Connection, contract: Contract) -> None:
    signs = examined(session, contract)

    assert broken(signs) == {}


def test_what_another_name_has_is_advice(session: psycopg.Connection, contract: Contract) -> None:
    signs = examined(
        session,
        contract,
        "ALTER TABLE users RENAME CONSTRAINT users_email_key TO users_email_uniq",
        "ALTER TABLE users DROP CONSTRAINT users_username_key",
        "CREATE UNIQUE INDEX users_username_idx ON users (username)",
        "ALTER TRIGGER update_posts_updated_at ON posts RENAME TO touched",
        "ALTER INDEX idx_posts_user_created RENAME TO posts_by_user",
    )

    assert broken(signs) == {}
    told = {one.found for id_ in signs for one in signs[id_].advice}
    assert {"users_email_uniq", "touched"} <= told
    assert "users_username_idx, a unique index and no constraint" in told


def test_a_trigger_beside_the_declared_is_advice(
    session: psycopg.Connection, contract: Contract
) -> None:
    signs = examined(
        session,
        contract,
        "CREATE TRIGGER audit BEFORE UPDATE ON posts FOR EACH ROW"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    )

    assert broken(signs) == {}
    told = [one.because for one in signs["doctor.tables.undeclared"].advice]
    assert told == ["trigger audit on posts"]


def test_what_one_condition_lacks_hides_no_other(
    session: psycopg.Connection, contract: Contract
) -> None:
    signs = examined(
        session,
        contract,
        "DROP FUNCTION is_blank CASCADE",
        "ALTER TABLE comments ALTER content DROP NOT NULL",
        "UPDATE comments SET content = NULL WHERE id = 1",
    )

    rows = signs["doctor.rows.comments"]
    assert [one.because for one in rows.unasked] == ["CHECK comments_content_not_empty of comments"]
    assert [one.because for one in rows.faults] == ["1 row: NULL in content"]


def test_a_view_in_a_tables_place_is_told(session: psycopg.Connection, contract: Contract) -> None:
    signs = examined(
        session,
        contract,
        "ALTER TABLE user_subscriptions RENAME TO subscriptions",
        "CREATE VIEW user_subscriptions AS SELECT * FROM subscriptions",
    )

    (finding,) = signs["doctor.tables.present"].faults
    assert finding.found == "a view of that name"


def test_numbers_that_another_server_gives_are_not_in_the_way(
    session: psycopg.Connection, contract: Contract
) -> None:
    signs = examined(
        session, contract, "ALTER SEQUENCE users_id_seq INCREMENT BY 2 RESTART 4",
        "DELETE FROM users WHERE id = 4",
    )  # fmt: skip

    assert "doctor.sequences.ahead" not in broken(signs)


def test_rows_that_are_not_apart_are_paired_once(session: psycopg.Connection) -> None:
    excluded = Excluded((("room", "="), ("daterange(a, b)", "&&")), "room > 0")
    with session.transaction(force_rollback=True):
        session.execute("CREATE TEMP TABLE stays (room integer, a date, b date)")
        session.execute(
            "INSERT INTO stays VALUES (1, '2024-01-01', '2024-01-09'), (1, '2024-01-08', NULL),"
            " (2, '2024-01-01', NULL), (0, '2024-01-01', NULL), (0, '2024-01-01', NULL)"
        )
        query = f"SELECT count(*) FROM {pairs(excluded, 'stays')}"

        assert session.execute(query.encode()).fetchone() == (1,)
