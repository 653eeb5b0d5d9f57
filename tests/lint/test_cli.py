"""The lint step's words and exit codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from tools.plpgsql_lint import __main__ as bodies

from vrss_contract.errors import Trouble

FAULTY = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\nSELECT nope $$;\n"
NOTED = "note: EXECUTE builds its statement at run time; not judged"
DYNAMIC = "DO $$ BEGIN\nEXECUTE 'SELECT 1'; END $$;\n"
UNREADABLE = (
    "CREATE TABLE a (id int);"
    "CREATE FUNCTION f(p a) RETURNS void LANGUAGE plpgsql AS $$ BEGIN p.id := 1; END $$;\n"
)


@pytest.fixture
def run(connection: psycopg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder to run in, with the tests' server for the step's own."""

    @contextmanager
    def open_already() -> Iterator[psycopg.Connection]:
        yield connection

    monkeypatch.setattr(bodies, "scratch_connection", open_already)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "code", "printed"),
    [
        ("SELECT 1;\n", 0, ""),
        (
            DYNAMIC,
            0,
            f"a.sql:2: DO block: {NOTED}\n",
        ),
        (FAULTY, 1, 'a.sql:2: f(): column "nope" does not exist\n'),
        (UNREADABLE, 2, 'a.sql:1: f(a): unjudged: pglast says: "p.id" is not a known variable\n'),
    ],
)
def test_remarks_are_printed_with_file_and_line(
    text: str, code: int, printed: str, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / "a.sql").write_text(text, "utf-8")

    assert bodies.main(["a.sql"]) == code
    assert capsys.readouterr() == (printed, "")


def test_a_fault_in_one_file_outweighs_another_that_does_not_load(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / "a.sql").write_text("SELEC 1;", "utf-8")
    (run / "b.sql").write_text(FAULTY, "utf-8")

    assert bodies.main(["a.sql", "b.sql"]) == 1
    printed = capsys.readouterr()
    assert printed.out == 'b.sql:2: f(): column "nope" does not exist\n'
    assert printed.err.startswith("a.sql: error[lint-unloadable]: the file does not load\n")


def test_a_file_that_does_not_load_is_not_judged(run: Path) -> None:
    (run / "a.sql").write_text("SELEC 1;", "utf-8")

    assert bodies.main(["a.sql"]) == 2


def test_no_server_means_not_judged(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_server() -> None:
        trouble = Trouble("trouble", "", says="no server", tried="to start", found="", do="look")
        raise trouble()

    monkeypatch.setattr(bodies, "scratch_connection", no_server)
    (run / "a.sql").write_text("SELECT 1;", "utf-8")

    assert bodies.main(["a.sql"]) == 2
    assert capsys.readouterr().err.startswith("error[trouble]: no server\n")


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ""),
        (["--help"], ""),
        (["nope.sql"], "[Errno 2] No such file or directory: 'nope.sql'\n"),
    ],
)
def test_wrong_use_tells_the_usage(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bodies.main(arguments) == 3
    assert capsys.readouterr().err == f"{words}usage: python -m tools.plpgsql_lint FILE.sql [...]\n"
