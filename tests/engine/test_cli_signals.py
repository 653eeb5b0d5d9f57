"""Runs that are interrupted or killed: they end at once, and nothing of them is left."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests import paths
from tests.engine.owners import wait_until
from tests.engine.runs import Outside, Ran, empty, ended, inside, postmasters, started, stopped

pytestmark = pytest.mark.once

Run = Callable[..., Ran]
LOADING = "CREATE TABLE users ();\nSELECT pg_sleep(3600);\n"
JUDGING = """
CREATE FUNCTION hang() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_sleep(3600); RETURN NEW; END $$;
CREATE TRIGGER a_hang BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION hang();
"""
SAID = "interrupted; nothing was left behind\n"
LONG = ("--timeout", "3600")


@pytest.fixture
def loading(tmp_path: Path) -> Path:
    path = tmp_path / "loading.sql"
    path.write_text(LOADING)
    return path


@pytest.fixture(params=["comments", "users"])
def judging(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A target that hangs on a row of a clause, or on one of the world."""
    path = tmp_path / "judging.sql"
    path.write_text(paths.schema().read_text("utf-8") + JUDGING.format(request.param))
    return path


def test_an_interrupted_load_leaves_nothing_outside(outside: Outside, loading: Path) -> None:
    run = started("verify", loading, "--server", outside.url(), *LONG)

    ran = stopped(run, signal.SIGINT, when=outside.sleeps)

    assert (ran.code, ran.out, ran.err.lstrip()) == (130, "", SAID)
    assert outside.left() == []


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_load_ends_its_own_server(
    room: Path, loading: Path, way: signal.Signals
) -> None:
    run = started("verify", loading, *LONG)

    ran = stopped(run, way, when=lambda: any(server.sleeps() for server in inside(room)))

    assert (ran.code, ran.out, ran.err.lstrip()) == (130, "", SAID)
    assert empty(room)


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_interrupted_judging_leaves_nothing(outside: Outside, judging: Path, jobs: str) -> None:
    words = ("--server", outside.url(), "--jobs", jobs, *LONG)
    run = started("verify", judging, *words, "--kind", "rows", "--kind", "trigger")

    ran = stopped(run, signal.SIGINT, when=outside.sleeps)

    assert (ran.code, ran.err.endswith(SAID)) == (130, True)
    assert outside.left() == []


def test_an_interrupt_prints_what_was_found_until_then(outside: Outside, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    judging = tmp_path / "judging.sql"
    judging.write_text(paths.schema().read_text("utf-8") + JUDGING.format("comments"))
    words = ("--kind", "table", "--kind", "rows", "--format", f"json={report}")
    run = started("verify", judging, "--server", outside.url(), *words, *LONG, "--only", "comm*")

    ran = stopped(run, signal.SIGINT, when=outside.sleeps)

    kept = json.loads(report.read_text())
    assert ran.code == 130
    assert {verdict["kind"] for verdict in kept["verdicts"]} == {"table"}
    assert kept["notes"][-1].startswith("interrupted: ")
    assert "BROKEN  comments.triggers" in ran.out


@pytest.mark.parametrize("whom", ["the first", "another"])
def test_judging_of_which_a_process_is_killed_leaves_nothing(
    room: Path, judging: Path, whom: str
) -> None:
    words = ("--kind", "rows", "--kind", "cascade", "--kind", "trigger", "--jobs", "2")
    run = started("verify", judging, *words, *LONG)
    wait_until(lambda: any(server.sleeps() for server in inside(room)))
    members = [one for one in psutil.Process(run.pid).children() if "python" in one.name()]

    if whom == "the first":
        run.kill()
    else:
        members[0].kill()
    ran = ended(run)

    assert len(members) == 2
    assert (ran.code, "error[process-died]: " in ran.err) in {(-signal.SIGKILL, False), (2, True)}
    wait_until(lambda: empty(room) and not any(one.is_running() for one in members))


def test_an_interrupted_run_keeps_nothing_though_it_was_asked_to(room: Path, loading: Path) -> None:
    run = started("verify", loading, "--keep", *LONG)

    ran = stopped(run, signal.SIGINT, when=lambda: any(server.sleeps() for server in inside(room)))

    assert (ran.code, ran.err.lstrip()) == (130, SAID)
    assert empty(room)


def test_a_killed_run_is_tidied_up_by_its_keeper(room: Path, loading: Path) -> None:
    run = started("verify", loading, *LONG)

    ran = stopped(run, signal.SIGKILL, when=lambda: any(server.sleeps() for server in inside(room)))

    assert ran.code == -signal.SIGKILL
    wait_until(lambda: empty(room))


def test_what_even_the_keeper_could_not_do_the_next_run_does(
    run: Run, room: Path, loading: Path
) -> None:
    killed = started("verify", loading, *LONG)
    wait_until(lambda: any(server.sleeps() for server in inside(room)))
    for child in psutil.Process(killed.pid).children():
        if child.name() != "postgres":
            child.kill()
    killed.kill()
    ended(killed)
    assert postmasters(room)

    ran = run("verify", "--only", "users.table")  # which sees to it that nothing is left

    assert ran.code == 0


def test_the_next_run_outside_tidies_up_after_a_killed_one(
    run: Run, outside: Outside, loading: Path
) -> None:
    killed = started("verify", loading, "--server", outside.url(database="template1"), *LONG)
    stopped(killed, signal.SIGKILL, when=outside.sleeps)
    wait_until(lambda: not outside.ask("SELECT pid FROM pg_locks WHERE locktype = 'advisory'"))
    assert outside.left() != []

    ran = run("verify", "--only", "users.table", "--server", outside.url())

    assert ran.code == 0
    assert outside.left() == []


def test_a_run_that_lives_is_not_tidied_up(run: Run, outside: Outside, loading: Path) -> None:
    """It came in by another database, where advisory locks are others."""
    living = started("verify", loading, "--server", outside.url(database="template1"), *LONG)
    wait_until(outside.sleeps)

    run("verify", "--only", "users.table", "--server", outside.url())

    assert len(outside.left()) == len(["database", "role", "stranger"])
    assert stopped(living, signal.SIGINT, when=lambda: True).code == 130
    assert outside.left() == []


def test_what_is_kept_on_purpose_can_be_looked_at_and_cleaned_away(
    run: Run, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")  # containers of this machine stay out
    kept = ended(started("verify", "--only", "users.table", "--keep"))

    assert kept.code == 0
    (server,) = inside(room)
    assert f"host={server.home}" in kept.err
    assert "vrss-contract clean" in kept.err
    assert server.left() != []
    assert run("clean") == Ran(0, "removed 1 leftover\n", "")
