"""A password that a DSN holds stands in no output, error, traceback or list of arguments."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.runs import Outside, Ran

pytestmark = pytest.mark.once

Run = Callable[..., Ran]
SECRET = "s3cret-Yq7"  # noqa: S105 - not a real one
AT = "127.0.0.1"
URL = f"postgresql://me:{SECRET}@{AT}:1/app"
DSNS = (
    URL,
    f"postgresql+psycopg://me:{SECRET}@{AT}:1/app?schema=public",
    f"jdbc:postgresql://{AT}:1/app?user=me&password={SECRET}",
    f"host={AT} port=1 user=me dbname=app password={SECRET}",
)
AS_FILE = [
    ("draft", "a.sql", "-o", "DSN"),
    ("compare", "DSN", "HEAD"),
    ("compare", "a.json", "DSN"),
    ("verify", "--output", "DSN"),
    ("export", "--contract", "DSN"),
    ("list", "--contract", "DSN"),
]
ELSEWHERE = [
    ("verify", "DSN"),
    ("draft", "DSN", "-o", "drafted"),
    ("replay", "schedule.follow.mutual @ rc,rr | abab", "DSN"),
    ("search", "DSN"),
    ("storm", "DSN"),
    ("ablate", "DSN"),
    ("DSN",),
    ("explain", "DSN"),
    ("replay", "DSN"),
    ("list", "--only", "DSN"),
    ("list", "--level", "DSN"),
    ("verify", "--kind", "DSN"),
    ("verify", "--timeout", "DSN"),
    ("verify", "a.sql", "DSN"),
    ("clean", "DSN"),
    ("cache", "DSN"),
    ("verify", "--server", "DSN"),
    ("verify", "--server", "container:DSN"),
    ("doctor", "DSN"),
    ("doctor", "DSN", "DSN"),
    ("reconcile", "DSN", "--run"),
    ("reconcile", "DSN", "DSN"),
    ("seed", "DSN"),
    ("seed", "DSN", "--profile", "DSN"),
]
_ARGUMENTS: list[str] = []


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"subprocess.Popen", "os.exec", "os.posix_spawn"}:
        _ARGUMENTS.append(str(arguments[:2]))


@pytest.fixture(scope="module", autouse=True)
def hearing() -> None:
    sys.addaudithook(_heard)  # which nobody can take away again


@pytest.fixture
def reticent(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line in an empty folder; it says the secret nowhere, and leaves no file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")

    def call(*words: str) -> Ran:
        ran = run(*words)
        assert SECRET not in ran.out + ran.err + str(_ARGUMENTS)
        assert [*tmp_path.iterdir()] == []
        return ran

    return call


@pytest.mark.parametrize("words", AS_FILE, ids=" ".join)
def test_a_dsn_is_not_taken_for_a_file(reticent: Run, words: tuple[str, ...]) -> None:
    for dsn in DSNS:
        ran = reticent(*(word.replace("DSN", dsn) for word in words))
        assert (ran.code, ran.out) == (3, "")
        assert ran.err.startswith("error[dsn-as-file]: a DSN stands where a file is due\n")


@pytest.mark.parametrize("words", ELSEWHERE, ids=" ".join)
def test_a_dsn_anywhere_else_is_not_shown(reticent: Run, words: tuple[str, ...]) -> None:
    for dsn in DSNS:
        ran = reticent(*(word.replace("DSN", dsn) for word in words))
        assert ran.code in {2, 3}


def test_a_traceback_shows_no_password(reticent: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def surprise(**given: object) -> None:
        raise ValueError(given, SECRET)

    monkeypatch.setattr("vrss_contract.postgres.dsn_text.make_conninfo", surprise)
    monkeypatch.setenv("PGPASSWORD", SECRET)

    for dsn in DSNS:
        assert "Traceback" in reticent("doctor", dsn, "--debug").err


@pytest.fixture
def locked(outside: Outside) -> Iterator[None]:
    """A role that is let in with the secret alone."""
    outside.do(f"ALTER ROLE locked PASSWORD '{SECRET}'")
    yield
    outside.clear()
    outside.do("ALTER ROLE locked PASSWORD 's3cret'")


@pytest.mark.usefixtures("locked")
@pytest.mark.parametrize("way", ["url", "PGPASSWORD", "PGPASSFILE"])
def test_a_password_that_lets_us_in_is_told_nowhere(
    run: Run,
    outside: Outside,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
) -> None:
    passwords = tmp_path / "passwords"
    passwords.write_text(f"*:*:*:*:{SECRET}\n", "utf-8")
    passwords.chmod(0o600)
    if way != "url":
        monkeypatch.setenv(way, SECRET if way == "PGPASSWORD" else str(passwords))
    url = outside.url("locked", password=SECRET if way == "url" else "")
    target = tmp_path / "target.sql"
    target.write_text("SELECT 1/0", "utf-8")

    judged = run("verify", target, "--server", url, "--debug")
    kept = run("verify", "--server", url, "--only", "users.table", "--keep")

    assert (judged.code, kept.code) == (2, 0)
    assert SECRET not in judged.out + judged.err + kept.out + kept.err + str(_ARGUMENTS)
