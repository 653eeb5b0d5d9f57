"""The command ``seed``, from words to exit code, and what it says."""

from __future__ import annotations

import re

import pytest
from psycopg.conninfo import make_conninfo

from tests.engine.fills import Few
from tests.engine.runs import Outside, Ran
from vrss_contract import cli
from vrss_contract.data import seeding
from vrss_contract.database.scratch import Database

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeding, "profile", lambda *_: Few())


def seed(capsys: pytest.CaptureFixture[str], *words: str) -> Ran:
    code = cli._main(["seed", *words])
    return Ran(code, *capsys.readouterr())


def test_a_key_value_dsn_is_filled_and_the_rows_are_told(
    fresh: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = seed(capsys, fresh.user)

    assert (ran.code, ran.err) == (0, "")
    assert re.fullmatch(
        r"53 rows in \d+\.\d s, [\d,]+ rows/s \(dev, PostgreSQL \d+\.\d+ at .*:\d+\)\n", ran.out
    )


def test_a_second_run_is_wrong_use(fresh: Database, capsys: pytest.CaptureFixture[str]) -> None:
    seed(capsys, fresh.user)

    ran = seed(capsys, fresh.user)

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("error[not-empty]: 3 tables are not empty\n")


def test_a_url_is_taken_and_missing_tables_are_named(
    outside: Outside, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = seed(capsys, outside.url())

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("error[tables-missing]: 21 tables are missing\n")


def test_a_dsn_that_is_none_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert seed(capsys, "postgresql://a:s3cret@/b@c").code == 3


def test_a_password_is_never_shown(
    outside: Outside, fresh: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "s3cret"  # noqa: S105 - made up here, to be looked for below
    nowhere = make_conninfo(fresh.user, dbname="none", password=secret)

    runs = [seed(capsys, dsn) for dsn in (nowhere, outside.url(password=secret))]

    assert [ran.code for ran in runs] == [2, 3]
    assert secret not in "".join(ran.out + ran.err for ran in runs)


def test_an_unknown_profile_is_wrong_use(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()

    assert seed(capsys, "dbname=a", "--profile", "huge").code == 3
