"""A folder of migrations is read as the statements that its tool would run."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import paths
from tests.layouts import WRITERS
from vrss_contract.errors import TroubleError
from vrss_contract.target import Target, sqlfile
from vrss_contract.target.layouts import recognise
from vrss_contract.target.read import read

pytestmark = pytest.mark.once
PARTS = [f"CREATE TABLE t{number} (id int);" for number in range(4)]


def written(name: str, folder: Path, parts: Sequence[str] = PARTS) -> Path:
    WRITERS[name](folder, parts)
    return folder


def said(target: Target) -> list[str]:
    wrapping = {"BEGIN", "COMMIT"}
    return [step.sql for step in target.steps if step.sql not in wrapping]


@pytest.mark.parametrize("name", WRITERS)
def test_the_schema_comes_out_of_each_layout_as_it_went_in(name: str, tmp_path: Path) -> None:
    schema = sqlfile.read(paths.schema())
    parts = [";\n".join(one.sql for one in schema.phase(phase)) + ";" for phase in schema.phases]

    found = recognise.read(written(name, tmp_path, parts))

    assert said(found) == [step.sql for step in schema.steps]


@pytest.mark.parametrize("name", WRITERS)
def test_what_the_layout_is_taken_for_is_told(name: str, tmp_path: Path) -> None:
    told = recognise.read(written(name, tmp_path)).notes[0]

    wanted = {"numbered files": "4 files", "Rails": "1 file, Rails's layout"}
    assert wanted.get(name, f", {name}'s layout") in told


@pytest.mark.parametrize("name", WRITERS)
def test_each_statement_names_its_file(name: str, tmp_path: Path) -> None:
    target = recognise.read(written(name, tmp_path))

    for step in target.steps:
        assert step.sql in Path(step.file).read_text("utf-8")


def test_the_folder_is_found_within_a_project(tmp_path: Path) -> None:
    written("Prisma", tmp_path / "prisma" / "migrations")

    target = recognise.read(tmp_path)

    assert said(target) == [part[:-1] for part in PARTS]
    assert target.notes[0].endswith(f", in {tmp_path / 'prisma' / 'migrations'}")


def test_several_tools_in_one_project_are_told_apart_by_the_user(tmp_path: Path) -> None:
    written("Prisma", tmp_path / "prisma" / "migrations")
    written("Supabase", tmp_path / "supabase")

    with pytest.raises(TroubleError, match="several tools") as refused:
        recognise.read(tmp_path)
    assert refused.value.code == "several-layouts"
    assert "Prisma in" in refused.value.found
    assert "Supabase in" in refused.value.found


def test_a_folder_of_no_tool_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("SELECT 1;")
    (tmp_path / "b.sql").write_text("SELECT 1;")

    with pytest.raises(TroubleError, match="no migrations that are known") as refused:
        recognise.read(tmp_path)
    assert refused.value.code == "unknown-layout"


def test_the_way_back_that_is_left_out_is_told(tmp_path: Path) -> None:
    target = recognise.read(written("goose", tmp_path))

    assert sum("they take the schema back" in note for note in target.notes) == len(PARTS)


def test_a_plan_whose_script_is_missing_is_refused(tmp_path: Path) -> None:
    written("Sqitch", tmp_path)
    (tmp_path / "deploy" / "z8.sql").unlink()

    with pytest.raises(TroubleError, match="names z8, which has no script") as refused:
        recognise.read(tmp_path)
    assert refused.value.code == "no-script"


def test_a_reworked_change_has_its_earlier_script_first(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    when = "2025-01-01T00:00:00Z A <a@example.org>"
    (tmp_path / "sqitch.plan").write_text(f"%project=app\n\na {when}\n@v1\na [a@v1] {when}\n")
    (tmp_path / "deploy" / "a.sql").write_text("SELECT 'new';")
    (tmp_path / "deploy" / "a@v1.sql").write_text("SELECT 'old';")

    assert said(recognise.read(tmp_path)) == ["SELECT 'old'", "SELECT 'new'"]


def test_placeholders_of_flyway_are_those_of_its_configuration(tmp_path: Path) -> None:
    (tmp_path / "flyway.conf").write_text("flyway.placeholders.table = t\n")
    (tmp_path / "V1__a.sql").write_text("CREATE TABLE ${table} (id int);")

    assert said(recognise.read(tmp_path)) == ["CREATE TABLE t (id int)"]


def test_the_newest_baseline_of_flyway_stands_for_what_was_before(tmp_path: Path) -> None:
    for name, sql in {
        "V1": "SELECT 1",
        "B2": "SELECT 2",
        "V2": "SELECT 3",
        "V10": "SELECT 4",
    }.items():
        (tmp_path / f"{name}__a.sql").write_text(f"{sql};")

    assert said(recognise.read(tmp_path)) == ["SELECT 2", "SELECT 4"]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("migration_lock.toml", 'provider = "mysql"'),
        ("meta/_journal.json", '{"dialect": "sqlite", "entries": []}'),
    ],
)
def test_migrations_of_another_database_are_refused(file: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "1_a").mkdir()
    (tmp_path / "1_a" / "migration.sql").write_text("SELECT 1;")
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(text)

    with pytest.raises(TroubleError, match="is not of PostgreSQL") as refused:
        recognise.read(tmp_path)
    assert refused.value.code == "other-database"


def test_a_schema_in_ruby_alone_is_refused(tmp_path: Path) -> None:
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "schema.rb").write_text("ActiveRecord::Schema")

    with pytest.raises(TroubleError, match="is Ruby, not SQL") as refused:
        recognise.read(tmp_path)
    assert refused.value.code == "no-sql-schema"


def test_a_change_that_liquibase_alone_can_make_is_refused(tmp_path: Path) -> None:
    change = '<changeSet id="1"><createTable tableName="t"/></changeSet>'
    log = f"<databaseChangeLog>{change}</databaseChangeLog>"
    (tmp_path / "changelog.xml").write_text(log)

    with pytest.raises(TroubleError, match="changes that Liquibase alone can make") as refused:
        recognise.read(tmp_path)
    assert refused.value.code == "not-sql-change"


def test_a_delimiter_of_liquibase_ends_a_statement(tmp_path: Path) -> None:
    text = "--liquibase formatted sql\n--changeset a:1 endDelimiter:/\nSELECT 1\n/\nSELECT 2\n/\n"
    (tmp_path / "a.sql").write_text(text)

    assert said(recognise.read(tmp_path)) == ["SELECT 1", "SELECT 2"]


def test_several_words_are_one_target_in_their_order(tmp_path: Path) -> None:
    second, first = tmp_path / "a.sql", written("numbered files", tmp_path / "folder")
    second.write_text("SELECT 1;")

    target = read([str(first), str(second)])

    assert said(target) == [*(part[:-1] for part in PARTS), "SELECT 1"]
    assert target.steps[-1].file == str(second)


def test_what_no_phase_is_marked_for_belongs_to_the_last_of_the_file_before(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("SELECT 0;\n-- phase 2: more\nSELECT 1;\n")
    (tmp_path / "b.sql").write_text("SELECT 2;\n")

    target = read([str(tmp_path / "a.sql"), str(tmp_path / "b.sql")])

    assert [step.phase for step in target.steps] == [0, 2, 2]


def test_a_commit_that_is_not_there_is_told() -> None:
    with pytest.raises(TroubleError) as refused:
        read(["git:no-such-branch:schema.sql"])
    assert refused.value.code == "no-such-commit"


def test_migrations_in_python_want_their_tool(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "alembic.ini").write_text("[alembic]\n")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(TroubleError, match="can't be made into SQL") as refused:
        recognise.read(tmp_path)
    assert refused.value.code == "no-renderer"
    assert "alembic upgrade head --sql | vrss-contract verify -" in refused.value.remedy


def test_what_the_tool_of_a_project_makes_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "alembic.ini").write_text("[alembic]\n")
    (tmp_path / "alembic").write_text("#!/bin/sh\necho 'BEGIN; SELECT 1; COMMIT;'\n")
    (tmp_path / "alembic").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    target = recognise.read(tmp_path)

    assert said(target) == ["SELECT 1"]
    assert {step.file for step in target.steps} == {"the SQL that Alembic makes"}


def test_what_the_tool_of_a_project_says_where_it_fails_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "alembic.ini").write_text("[alembic]\n")
    (tmp_path / "alembic").write_text("#!/bin/sh\necho no config >&2\nexit 1\n")
    (tmp_path / "alembic").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    with pytest.raises(TroubleError, match="Alembic makes no SQL") as refused:
        recognise.read(tmp_path)
    assert refused.value.code == "not-rendered"
    assert refused.value.found == "no config"


def test_a_django_project_is_told_to_bring_a_database(tmp_path: Path) -> None:
    (tmp_path / "manage.py").write_text("")

    with pytest.raises(TroubleError) as refused:
        recognise.read(tmp_path)
    assert refused.value.code == "needs-database"
