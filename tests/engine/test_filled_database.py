"""A world is made once, kept whole, and opened the same way every time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from tests.engine.archives import shelved
from tests.engine.filled_databases import Few
from vrss_contract.contract.model import Contract
from vrss_contract.data import filled_database as filled_databases
from vrss_contract.data.dataset.progress import FillProgress
from vrss_contract.data.filled_database import FilledDatabase, filled_database
from vrss_contract.data.filled_database.origin import traits
from vrss_contract.database.scratch import Databases
from vrss_contract.errors import TroubleError
from vrss_contract.postgres import run_directory
from vrss_contract.target import Statement, Target

pytestmark = pytest.mark.once

STATISTICS = """
SELECT c.relname, c.relpages, c.reltuples, c.relallvisible, c.relfrozenxid::text, s.n_dead_tup
FROM pg_class AS c INNER JOIN pg_stat_user_tables AS s ON c.oid = s.relid ORDER BY c.relname
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's cache that nothing is in yet."""
    folder = tmp_path / "cache"
    folder.mkdir()
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: folder)
    return folder


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's cache that the tests of a kept world share."""
    return tmp_path_factory.mktemp("shelf")


@pytest.fixture
def kept(
    shelf: Path, monkeypatch: pytest.MonkeyPatch, target: Target, contract: Contract
) -> Iterator[FilledDatabase]:
    """A world out of the cache."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: shelf)
    if not list(shelf.glob("filled-*.tar")):
        with filled_database(target, Few(), contract):
            pass
    with filled_database(target, Few(), contract) as opened:
        assert opened.stored
        yield opened


def asked(opened: FilledDatabase, question: str) -> list[tuple[object, ...]]:
    with opened.database.connect() as session:
        return session.execute(question.encode()).fetchall()


def test_a_world_is_made_once(home: Path, target: Target, contract: Contract) -> None:
    said: list[str] = []
    for _ in range(2):
        with filled_database(target, Few(), contract, doing=said.append) as opened:
            assert asked(opened, "SELECT count(*) FROM users") == [(5,)]
    assert said == [
        "opening the filled database few",
        "making the filled database few",
        "keeping the filled database few",
        "opening the filled database few",
    ]
    (archive,) = shelved(home)
    assert archive.match("filled-few-*.tar")


def test_a_world_that_is_made_is_told_from_one_that_was_kept(
    home: Path, target: Target, contract: Contract
) -> None:
    with filled_database(target, Few(), contract) as made:
        assert (made.stored, made.unkept) == (False, "")
    with filled_database(target, Few(), contract) as found:
        assert (found.stored, found.unkept) == (True, "")
    assert home.exists()


def test_what_was_asked_is_known_until_the_world_is_made_anew(
    home: Path, target: Target, contract: Contract
) -> None:
    found = []
    for _ in range(3):
        with filled_database(target, Few(), contract) as opened:
            found.append(opened.known.get("who"))
            opened.known.add("who", [])
        if len(found) == 2:
            next(home.glob("filled-few-*.tar")).unlink()

    assert found == [None, [], None]


@pytest.mark.usefixtures("home")
def test_the_first_opening_finds_the_statistics_that_every_later_one_finds(
    target: Target, contract: Contract
) -> None:
    found = []
    for _ in range(2):
        with filled_database(target, Few(), contract) as opened:
            found.append(asked(opened, STATISTICS))
    assert found[0] == found[1]
    (users,) = [row for row in found[0] if row[0] == "users"]
    assert users[1:4] == (1, 5.0, 1)


def test_its_statistics_are_of_many_rows_and_of_the_usual_number_of_values(
    kept: FilledDatabase,
) -> None:
    targets = """
        SELECT DISTINCT attname = 'id', coalesce(nullif(attstattarget, -1), 100)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0
        ORDER BY 1
    """
    assert asked(kept, targets) == [(False, 100), (True, 1000)]


def test_its_role_is_the_owner_of_all_of_it(kept: FilledDatabase) -> None:
    owners = "SELECT DISTINCT relowner::regrole = current_user::regrole FROM pg_class"
    assert asked(kept, f"{owners} WHERE relnamespace = 'public'::regnamespace") == [(True,)]
    with kept.database.connect() as session:
        session.execute("ALTER TABLE users ADD COLUMN more integer")


def test_its_role_may_act_as_the_stranger(kept: FilledDatabase) -> None:
    with kept.database.connect() as session:
        session.execute(f"SET ROLE {kept.database.stranger}".encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("SELECT id FROM users")


def test_its_role_has_the_rights_in_it_that_it_has_in_any_database(kept: FilledDatabase) -> None:
    made = kept.databases.create()
    rights = (
        "SELECT has_database_privilege(current_database(), 'CREATE'),"
        " has_database_privilege(current_database(), 'TEMPORARY'),"
        " has_schema_privilege('public', 'CREATE')"
    )
    with made.connect() as session:
        assert asked(kept, rights) == session.execute(rights).fetchall() == [(True, True, True)]


def test_nothing_of_an_earlier_run_is_in_it_but_the_rows(kept: FilledDatabase) -> None:
    token = kept.database.name.rsplit("_", 1)[0]
    roles = "SELECT rolname FROM pg_roles WHERE rolname ~ '^vrss_contract_' ORDER BY 1"
    names = "SELECT datname FROM pg_database WHERE datname ~ '^vrss_contract_'"
    admin = ("vrss_contract_admin",)
    assert {*asked(kept, roles)} == {(token,), (kept.database.stranger,), admin}
    assert asked(kept, names) == [(kept.database.name,)]


def test_it_is_a_template_for_others(kept: FilledDatabase) -> None:
    copy = kept.databases.create(kept.database)
    with copy.connect() as session:
        session.execute("DELETE FROM users WHERE id = 1")
        assert session.execute("SELECT count(*) FROM users").fetchone() == (4,)
    kept.databases.drop(copy)
    assert asked(kept, "SELECT count(*) FROM users") == [(5,)]


def test_what_happens_in_it_is_not_kept(
    kept: FilledDatabase, target: Target, contract: Contract
) -> None:
    with kept.database.connect() as session:
        session.execute("DELETE FROM users")
    with filled_database(target, Few(), contract) as again:
        assert asked(again, "SELECT count(*) FROM users") == [(5,)]


@pytest.mark.usefixtures("home")
def test_progress_is_told_of_the_rows(target: Target, contract: Contract) -> None:
    seen: list[FillProgress] = []
    with filled_database(target, Few(), contract, seen=seen.append):
        pass
    assert (seen[-1].rows, seen[-1].share) == (5, 1.0)


def test_a_world_larger_than_the_limit_is_opened_and_not_kept(
    home: Path, target: Target, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRSS_CONTRACT_CACHE_BYTES", "1000")
    said: list[str] = []
    with filled_database(target, Few(), contract, doing=said.append) as opened:
        assert asked(opened, "SELECT count(*) FROM users") == [(5,)]
        assert opened.unkept.endswith("bytes, and VRSS_CONTRACT_CACHE_BYTES allows 1,000")
    assert said[-1] == f"the filled database few is not kept: {opened.unkept}"
    assert shelved(home) == []


def test_a_limit_that_is_no_number_is_told_before_any_work(
    target: Target, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRSS_CONTRACT_CACHE_BYTES", "much")
    monkeypatch.setattr(filled_databases, "EmbeddedServer", lambda **_: pytest.fail("it began"))
    with (
        pytest.raises(TroubleError, match="bad-cache-limit"),
        filled_database(target, Few(), contract),
    ):
        pass


def test_a_damaged_world_is_made_anew(home: Path, target: Target, contract: Contract) -> None:
    with filled_database(target, Few(), contract):
        pass
    (archive,) = shelved(home)
    size = archive.stat().st_size
    os.truncate(archive, size // 2)
    with filled_database(target, Few(), contract) as opened:
        assert not opened.stored
    assert archive.stat().st_size > size // 2


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files of another user")
def test_a_world_of_another_user_is_not_opened(
    home: Path, target: Target, contract: Contract
) -> None:
    """Its settings can run programs."""
    with filled_database(target, Few(), contract):
        pass
    (archive,) = shelved(home)
    os.chown(archive, 12345, 12345)
    with filled_database(target, Few(), contract) as opened:
        assert not opened.stored
    assert archive.stat().st_uid == 0


def test_a_world_that_fails_leaves_nothing(
    home: Path, room: Path, target: Target, contract: Contract
) -> None:
    broken = replace(target, steps=(*target.steps, Statement("SELECT 1/0", 1)))
    with pytest.raises(TroubleError, match="load-failed"), filled_database(broken, Few(), contract):
        pass
    assert shelved(home) == []
    assert list(room.iterdir()) == []


def test_worlds_differ_by_what_is_in_them(target: Target, contract: Contract) -> None:
    other = replace(target, steps=target.steps[:-1])
    made = [
        traits(target, Few(), contract),
        traits(target, Few(users=6), contract),
        traits(target, Few(name="many"), contract),
        traits(other, Few(), contract),
    ]
    assert len(set(made)) == 4


def test_a_target_by_another_name_is_the_same_world(target: Target, contract: Contract) -> None:
    renamed = replace(target, name="copy.sql")
    assert traits(renamed, Few(), contract) == traits(target, Few(), contract)


def test_a_world_too_large_for_the_ram_disk_runs_on_a_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VRSS_CONTRACT_RUN_DIR", raising=False)
    monkeypatch.setattr(run_directory, "RAM_DISK", tmp_path)
    monkeypatch.setattr(run_directory, "_is_ram_disk", lambda _: True)
    monkeypatch.setattr(run_directory, "free", lambda _: 2 << 30)
    needs = filled_databases.room(Few(users=5_000_000))
    assert run_directory.parent(executable=False) == tmp_path
    assert run_directory.parent(executable=False, room=needs) != tmp_path


def test_any_server_can_be_filled(databases: Databases, target: Target, contract: Contract) -> None:
    database = filled_databases.filled(databases, target, Few(), contract)
    with database.connect() as session:
        assert session.execute("SELECT count(*) FROM users").fetchone() == (5,)
    databases.drop(database)
