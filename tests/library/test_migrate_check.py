"""What migrations do to tables with rows: each planted hazard is told, and what is none is not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests import paths
from tests.library.conftest import FOLDER, SCHEMA, Run
from vrss_contract.cli.options import contract_of
from vrss_contract.database.scratch import Databases
from vrss_contract.migrating.check import MigrationCheck, checked
from vrss_contract.migrating.findings import MigrationReport, MigrationsReport
from vrss_contract.migrating.formats import FORMATS
from vrss_contract.postgres.choose import choose
from vrss_contract.target import migrations, sqlfile

pytestmark = pytest.mark.once
MIGRATIONS = paths.fixtures() / "migrations"
PROFILE = "branch"
PLANTED = {
    "01_rewrite": ("rewrite", "loans", "ACCESS EXCLUSIVE"),
    "02_index_without_concurrently": ("index-without-concurrently", "copies", "SHARE"),
    "03_not_null_without_default": ("not-null-without-default", "members", "ACCESS EXCLUSIVE"),
    "04_foreign_key_validated": ("foreign-key-validated", "loans", "SHARE ROW EXCLUSIVE"),
    "05_type_change": ("type-change", "books", "ACCESS EXCLUSIVE"),
    "06_enum_label_used": ("enum-label-used", "", ""),
    "07_data_loss": ("data-loss", "copies", "ACCESS EXCLUSIVE"),
    "08_back_loses_data": ("back-loses-data", "order", ""),
    "09_lock_queue": ("lock-queue", "members", "ACCESS EXCLUSIVE"),
    "10_timeout": ("timeout", "members", "ACCESS EXCLUSIVE"),
}
"""The hazard of each migration, its table, and the lock that was seen."""


OTHERS = {
    "check-validated": "ALTER TABLE library.copies ADD CONSTRAINT dear CHECK (price >= 0);",
    "set-not-null": "ALTER TABLE library.copies ALTER COLUMN shelf SET NOT NULL;",
    "in-transaction": "CREATE INDEX CONCURRENTLY copies_price ON library.copies (price);",
    "index-without-concurrently": "ALTER TABLE library.copies ADD UNIQUE (isbn, number, shelf);",
    "back-differs": "CREATE TABLE library.a (id int); -- +goose Down\nSELECT 1;",
    "back-fails": "CREATE TABLE library.b (id int); -- +goose Down\nDROP TABLE nowhere;",
    "backfill": "UPDATE library.loans SET due_on = due_on + 1;",
    "lock-queue": "ALTER TABLE library.loans ADD a int; UPDATE library.loans SET a = 1;",
    "rewrite": "-- +goose NO TRANSACTION\nVACUUM FULL library.authors;",
    "fails-on-rows": "ALTER TABLE library.copies ADD CHECK (price > 1000);",
}
"""A migration for each other finding."""


def report_of(databases: Databases, words: Sequence[Path]) -> MigrationsReport:
    contract = contract_of(FOLDER)
    order = MigrationCheck(
        contract=contract,
        migrations=migrations.of_words([str(word) for word in words]),
        server=choose("embedded"),
        profile=PROFILE,
        timeout=30,
        base=sqlfile.read(SCHEMA),
    )
    with Databases(databases.access, timeout=30, schemas=contract.schemas) as made:
        return checked(order, made, lambda _: None)


@pytest.fixture(scope="module")
def hazards(databases: Databases) -> Mapping[str, MigrationReport]:
    return {one.name: one for one in report_of(databases, [MIGRATIONS / "hazards"]).each}


@pytest.fixture(scope="module")
def harmless(databases: Databases) -> MigrationsReport:
    return report_of(databases, [MIGRATIONS / "harmless"])


@pytest.fixture(scope="module")
def others(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> MigrationsReport:
    folder = tmp_path_factory.mktemp("goose")
    for number, (code, text) in enumerate(OTHERS.items(), start=1):
        sql = text.replace("; -- ", ";\n-- ")
        path = folder / f"{number}_{code}.sql"
        path.write_text(f"-- +goose Up\nSET lock_timeout = '1s';\n{sql}\n", "utf-8")
    return report_of(databases, [folder])


@pytest.mark.parametrize("code", OTHERS)
def test_each_other_finding_is_told_of_its_migration_alone(
    code: str, others: MigrationsReport
) -> None:
    (one,) = (one for one in others.each if one.name.endswith(f"_{code}"))

    assert [found.code for found in one.findings] == [code]


def test_what_waits_without_a_limit_is_told_once(databases: Databases, tmp_path: Path) -> None:
    for number in (1, 2):
        sql = f"ALTER TABLE library.books ADD COLUMN c{number} text;"
        (tmp_path / f"{number}_a.sql").write_text(sql, "utf-8")

    found = report_of(databases, [tmp_path])

    assert [(one.code, one.level) for one in found.all_findings] == [("no-lock-timeout", "note")]


def test_a_table_that_the_contract_lacks_gets_rows_that_are_drawn(
    databases: Databases, tmp_path: Path
) -> None:
    (tmp_path / "1_a.sql").write_text("CREATE TABLE a (id int, what text NOT NULL);", "utf-8")
    (tmp_path / "2_b.sql").write_text("CREATE INDEX b ON a (what);", "utf-8")

    found = report_of(databases, [tmp_path])

    assert [one.code for one in found.hazards] == ["index-without-concurrently"]
    assert "the contract has no rows that fit library.a: theirs were drawn" in found.notes


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_hazard_is_told_and_no_other(
    name: str, hazards: Mapping[str, MigrationReport]
) -> None:
    found = [
        (one.code, one.table, one.lock.mode if one.lock else "") for one in hazards[name].findings
    ]

    assert found == [PLANTED[name]]


@pytest.mark.parametrize("name", [name for name, planted in PLANTED.items() if planted[2]])
def test_a_lock_is_told_with_its_time_and_with_who_waited(
    name: str, hazards: Mapping[str, MigrationReport]
) -> None:
    (found,) = hazards[name].findings

    assert found.lock is not None
    assert found.lock.ms > 0
    assert "writer" in found.lock.blocked


def test_a_lock_for_its_own_sake_is_seen_to_wait(hazards: Mapping[str, MigrationReport]) -> None:
    (found,) = hazards["10_timeout"].findings

    assert "waited for a writer who was there first, as one did who came later" in found.seen


def test_nothing_is_told_of_harmless_migrations(harmless: MigrationsReport) -> None:
    assert harmless.all_findings == ()
    assert len(harmless.each) == 10


def test_an_index_that_is_built_concurrently_is_seen_to_stop_no_writer(
    harmless: MigrationsReport,
) -> None:
    (one,) = (one for one in harmless.each if one.name == "03_index_concurrently")

    (lock,) = one.locks
    assert (lock.mode, lock.blocked, lock.passed) == ("SHARE UPDATE EXCLUSIVE", (), ("writer",))


def test_a_way_back_is_gone(harmless: MigrationsReport) -> None:
    assert [one.back for one in harmless.each].count("same") == 4


def test_a_machine_reads_what_people_read(harmless: MigrationsReport) -> None:
    told = json.loads(FORMATS["json"](harmless))

    assert told["migrations_version"] == 1
    assert [one["name"] for one in told["migrations"]] == [one.name for one in harmless.each]


def test_a_migration_that_never_runs_is_no_hazard(judged: Run, tmp_path: Path) -> None:
    (tmp_path / "1_a.sql").write_text("ALTER TABLE nowhere ADD COLUMN a integer;\n", "utf-8")

    ran = judged("migrate-check", tmp_path, "--profile", "shelf")

    assert ran.code == 2
    assert "error[migration-failed]" in ran.err


def test_what_was_found_before_a_migration_that_never_runs_is_told(
    databases: Databases, tmp_path: Path
) -> None:
    (tmp_path / "1_a.sql").write_text("CREATE INDEX a ON library.books (title);", "utf-8")
    (tmp_path / "2_b.sql").write_text("ALTER TABLE nowhere ADD COLUMN a integer;", "utf-8")
    (tmp_path / "3_c.sql").write_text("SELECT 1;", "utf-8")

    found = report_of(databases, [tmp_path])

    assert [one.code for one in found.hazards] == ["index-without-concurrently"]
    assert "2_b.sql:1 does not run" in found.stopped
    assert found.stopped.endswith("2 of 3 migrations were not checked")


def test_a_migration_that_is_not_there_is_told(judged: Run, tmp_path: Path) -> None:
    (tmp_path / "1_a.sql").write_text("SELECT 1;\n", "utf-8")

    ran = judged("migrate-check", tmp_path, "--since", "2_b")

    assert ran.code == 3
    assert "error[no-such-migration]" in ran.err
