"""The development and the reference data in a database, compared as pg_dump has them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests import paths
from vrss_contract.contract.model import Contract
from vrss_contract.data.dataset.fill import fill
from vrss_contract.data.dataset.profiles import profile
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.postgres.binaries import locate
from vrss_contract.target import sqlfile

_PG_DUMP = locate() / "bin" / "pg_dump"
_PSQL = shutil.which("psql") or ""
_PRICES = "SELECT name, price_monthly_cents FROM subscription_tiers ORDER BY id"


@pytest.fixture(scope="module")
def template(databases: Databases) -> Database:
    return databases.load(sqlfile.read(paths.schema()))


@pytest.fixture
def empty(databases: Databases, template: Database) -> Iterator[Database]:
    database = databases.create(template)
    yield database
    databases.drop(database)


@pytest.fixture
def other(databases: Databases, template: Database) -> Iterator[Database]:
    database = databases.create(template)
    yield database
    databases.drop(database)


def _dumped(database: Database) -> str:
    """Its data as SQL; the two lines that hold a token drawn for each dump are left out."""
    command = [str(_PG_DUMP), "--data-only", "--inserts", database.admin]
    dump = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    lines = dump.splitlines()
    return "\n".join(line for line in lines if not line.startswith(("\\restrict", "\\unrestrict")))


def _fill(database: Database, contract: Contract) -> None:
    with database.connect() as connection:
        fill(connection, profile("dev", contract), tuple(contract.tables))


def _run(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(paths.reference().read_bytes())


def test_two_databases_hold_the_same_development_data(
    contract: Contract, empty: Database, other: Database
) -> None:
    _fill(empty, contract)
    _fill(other, contract)

    assert _dumped(empty) == _dumped(other)


@pytest.mark.skipif(not _PSQL, reason="no psql on PATH")
def test_psql_loads_the_same_rows_into_an_empty_schema(
    contract: Contract, empty: Database, other: Database
) -> None:
    _fill(empty, contract)
    files = [paths.reference(), *sorted((paths.fixtures() / "datasets" / "dev").glob("*.sql"))]
    named = [word for file in files for word in ("--file", str(file))]
    words = ["--quiet", "--no-psqlrc", "--single-transaction", "--set", "ON_ERROR_STOP=1"]

    subprocess.run([_PSQL, *words, *named, other.user], check=True, capture_output=True)

    assert _dumped(other) == _dumped(empty)


def test_the_files_leave_triggers_on(empty: Database) -> None:
    files = sorted((paths.fixtures() / "datasets" / "dev").glob("*.sql"))
    with empty.connect() as connection:
        for file in [paths.reference(), *files]:
            connection.execute(file.read_bytes())
        query = "SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'"
        off = connection.execute(query).fetchone()

    assert off == (0,)


def test_the_tiers_of_an_operator_keep_their_age_and_price(
    contract: Contract, empty: Database
) -> None:
    _run(empty)
    with empty.connect() as connection:
        connection.execute("UPDATE subscription_tiers SET price_monthly_cents = 5 WHERE id = 2")
        before = connection.execute("SELECT * FROM subscription_tiers ORDER BY id").fetchall()

    _fill(empty, contract)

    with empty.connect() as connection:
        after = connection.execute("SELECT * FROM subscription_tiers ORDER BY id").fetchall()
    assert after == before


def test_subscriptions_refer_to_tiers_by_name(contract: Contract, empty: Database) -> None:
    with empty.connect() as connection:
        connection.execute(
            "INSERT INTO subscription_tiers (id, name, storage_bytes, price_monthly_cents)"
            " VALUES (70, 'Pro', 1, 1)"
        )

    _fill(empty, contract)

    with empty.connect() as connection:
        query = "SELECT DISTINCT tier_id FROM user_subscriptions ORDER BY 1"
        tiers = [row[0] for row in connection.execute(query)]
    assert tiers == [2, 3, 70]


def test_running_the_reference_data_again_changes_nothing(empty: Database) -> None:
    _run(empty)
    before = _dumped(empty)

    _run(empty)

    assert _dumped(empty) == before


def test_a_tier_that_is_missing_comes_back_and_a_changed_price_stays(empty: Database) -> None:
    _run(empty)
    with empty.connect() as connection:
        connection.execute("UPDATE subscription_tiers SET price_monthly_cents = 7 WHERE id = 1")
        connection.execute("DELETE FROM subscription_tiers WHERE name = 'Pro'")

    _run(empty)

    with empty.connect() as connection:
        prices = connection.execute(_PRICES).fetchall()
    assert prices == [("Free", 7), ("Basic", 499), ("Premium", 1499), ("Pro", 999)]


def test_two_at_once_make_each_tier_once(empty: Database) -> None:
    with empty.connect() as first, empty.connect() as second, ThreadPoolExecutor(1) as pool:
        first.execute("BEGIN")
        first.execute(paths.reference().read_bytes())
        waiting = pool.submit(second.execute, paths.reference().read_bytes())
        with empty.administer() as admin:
            while not waiting.done() and not _blocked(admin, second.info.backend_pid):
                pass
        first.execute("COMMIT")
        waiting.result()

    with empty.connect() as connection:
        names = [row[0] for row in connection.execute(_PRICES)]
    assert sorted(names) == ["Basic", "Free", "Premium", "Pro"]


def _blocked(admin: psycopg.Connection, pid: int) -> bool:
    row = admin.execute("SELECT pg_blocking_pids(%s) <> '{}'", [pid]).fetchone()
    return bool(row and row[0])
