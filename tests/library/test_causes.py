"""What fell is told by its causes, each with the DDL that mends it, seen to mend it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.library.conftest import FOLDER, SCHEMA, Run
from vrss_contract.causes.candidates import Candidate, candidates, misnamed
from vrss_contract.causes.in_turn import names
from vrss_contract.contract.model import Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.database.catalog.read import read
from vrss_contract.database.naming.naming import Naming
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def contract() -> Contract:
    return read_contract(FOLDER)


def found(database: Database, contract: Contract) -> tuple[Candidate, ...]:
    with database.connect() as session:
        catalog, named = read(session, contract.schemas), names(session, contract, Naming())
        return tuple(named) or misnamed(contract, catalog) or candidates(contract, catalog)


def changed(database: Database, ddl: str) -> None:
    with database.connect() as session:
        for step in sqlfile.parse(ddl, name="change").steps:
            session.execute(step.sql.encode())


CHANGES = {
    'ALTER TABLE library.books RENAME COLUMN deleted_at TO "deletedAt"': (
        "books.deleted_at is called books.deletedAt"
    ),
    "ALTER TABLE library.books DROP COLUMN deleted_at CASCADE": (
        "books.deleted_at is missing: timestamp with time zone"
    ),
    "DROP TABLE library.loans CASCADE": "table loans is missing",
    'ALTER TYPE library.genre RENAME TO "Genre"': "genre is called Genre",
    "ALTER TABLE library.authors ALTER COLUMN born TYPE integer": (
        "authors.born is of another type: integer instead of smallint"
    ),
    "ALTER TABLE library.authors ALTER COLUMN name TYPE varchar(100); CREATE TRIGGER named BEFORE"
    " UPDATE OF name ON library.authors FOR EACH ROW EXECUTE FUNCTION library.touch()": (
        "authors.name is of another length"
    ),
    "ALTER TABLE library.authors ALTER COLUMN name DROP NOT NULL": (
        "authors.name takes NULL: nullable instead of not null"
    ),
    "ALTER TABLE library.authors DROP CONSTRAINT authors_born_range": (
        "authors_born_range is missing"
    ),
    "ALTER TABLE library.authors RENAME CONSTRAINT authors_born_range TO other": (
        "authors_born_range is called other"
    ),
    "DROP INDEX library.books_of_author": "books_of_author is missing",
    "ALTER INDEX library.books_of_author RENAME TO other": "books_of_author is called other",
    "DROP TRIGGER touch_books ON library.books": "touch_books is missing",
    "CREATE UNIQUE INDEX other ON library.books (title)": "books has the unique index other",
    "ALTER TABLE library.books ADD CONSTRAINT other CHECK (title <> 'x')": (
        "books has the constraint other"
    ),
    "ALTER TABLE library.books ADD COLUMN other integer NOT NULL": (
        "column books.other, which is not declared: neither"
    ),
    "COMMENT ON TABLE library.books IS 'Other'": (
        "books is described otherwise: Other instead of What can be read"
    ),
}


@pytest.mark.parametrize("ddl", CHANGES)
def test_a_difference_is_told_and_its_ddl_takes_it_away(
    ddl: str, databases: Databases, empty_library: Database, contract: Contract
) -> None:
    database = databases.create(empty_library)
    changed(database, ddl)

    first, *_ = told = found(database, contract)

    assert CHANGES[ddl] in " ".join(one.says for one in told), [one.says for one in told]
    changed(database, "\n".join(statement for one in told for statement in one.ddl))
    assert found(database, contract) == ()
    databases.drop(database)
    assert first.objects


def test_of_a_schema_that_keeps_the_contract_nothing_is_told(
    empty_library: Database, contract: Contract
) -> None:
    assert found(empty_library, contract) == ()


def test_the_script_of_all_causes_makes_a_wrong_schema_right(judged: Run, tmp_path: Path) -> None:
    schema, script = tmp_path / "wrong.sql", tmp_path / "fix.sql"
    text = SCHEMA.read_text("utf-8")
    schema.write_text(text.replace("name varchar(200) NOT NULL", "name varchar(20)"))
    kinds = ("--kind", "table", "--kind", "rows")

    wrong = judged("verify", schema, *kinds, "--fix", script)
    right = judged("verify", schema, script, *kinds)

    assert wrong.out.startswith("keeps the contract at must: no; 2 causes\n")
    assert f"{schema}:28" in wrong.out
    assert "BROKEN" not in wrong.out
    assert (wrong.code, right.code) == (1, 0), right.out


def test_each_cause_has_the_clauses_that_hold_since_it_is_mended(
    judged: Run, tmp_path: Path
) -> None:
    schema = tmp_path / "wrong.sql"
    text = SCHEMA.read_text("utf-8")
    schema.write_text(text.replace("name varchar(200) NOT NULL", "name varchar(20)"))
    kinds = ("--kind", "table", "--kind", "rows")

    told = json.loads(judged("verify", schema, *kinds, "--causes", "--format", "json").out)

    assert {one["says"].partition(":")[0]: one["clauses"] for one in told["causes"]} == {
        "authors.name is of another length": [
            "authors.name.type",
            "authors.name.length",
            "authors.name.type.exact",
        ],
        "authors.name takes NULL": ["authors.name.not-null", "authors.name.nullability"],
    }


@pytest.fixture
def narrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A schema with one fault, whose causes are told as to a user."""
    monkeypatch.setattr("vrss_contract.cli.explained.unasked", lambda: True)
    schema = tmp_path / "narrow.sql"
    schema.write_text(SCHEMA.read_text("utf-8").replace("name varchar(200)", "name varchar(20)"))
    return schema


@pytest.mark.parametrize("words", [("--no-causes",), ("-x",), ("--shard", "1/1")])
def test_causes_come_first_unless_these_words_are_there(
    words: tuple[str, ...], judged: Run, narrow: Path
) -> None:
    kinds = ("--kind", "table", "--kind", "rows")

    first, each = judged("verify", narrow, *kinds), judged("verify", narrow, *kinds, *words)

    assert first.out.startswith("keeps the contract at must: no; 1 cause\n")
    assert "note: 3 clauses folded beneath causes" in first.out
    assert each.out.startswith("BROKEN  authors.name.type")


def test_a_server_that_is_gone_before_causes_are_found_costs_no_verdict(
    judged: Run, narrow: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise psycopg.OperationalError("server closed the connection")

    monkeypatch.setattr("vrss_contract.causes.confirm.explain", gone)

    ran = judged("verify", narrow, "--kind", "table")

    assert ran.code == 1
    assert "BROKEN  authors.name.type" in ran.out
    assert "note: no causes were looked for to the end: server closed" in ran.out


def test_an_interrupt_while_causes_are_looked_for_costs_no_verdict(
    judged: Run, narrow: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("vrss_contract.causes.confirm.explain", interrupted)

    ran = judged("verify", narrow, "--kind", "table")

    assert ran.code == 130
    assert "BROKEN  authors.name.type" in ran.out


def test_sessions_that_race_are_judged_again_once_all_is_mended(
    judged: Run, wrong: Callable[[str], Path]
) -> None:
    ran = judged("verify", wrong("racy_counter"), "--kind", "schedule", "--causes")

    assert ran.code == 1
    assert "function count_open_loans() does something else" in ran.out


def test_a_waived_clause_is_told_and_breaks_nothing(judged: Run, tmp_path: Path) -> None:
    schema, waivers = tmp_path / "wrong.sql", tmp_path / "waivers.yaml"
    schema.write_text(SCHEMA.read_text("utf-8").replace("name varchar(200)", "name varchar(20)"))
    waivers.write_text("- clauses: authors.name.*\n  because: names are short here\n")
    words = ("verify", schema, "--kind", "table", "--kind", "rows")

    plain = judged(*words, "--format", "json", "--output", tmp_path / "before.json")
    waived = judged(*words, "--waivers", waivers)
    known = judged(*words, "--baseline", tmp_path / "before.json")
    unused = judged(*words[:1], SCHEMA, *words[2:], "--waivers", waivers)
    missing = judged(*words, "--waivers", tmp_path / "none.yaml")
    waivers.write_text("- clauses: authors.slug.*\n  because: all of these hold\n")
    beside = judged(*words, "--waivers", waivers)

    assert (beside.code, "error[unused-waiver]" in beside.err) == (1, True)
    assert (plain.code, waived.code, known.code, unused.code) == (1, 0, 0, 3)
    assert "WAIVED  authors.name.type: names are short here" in waived.out
    assert "0 broken, 0 undecided, 3 waived" in waived.out
    assert "fell in " in known.out
    assert "error[unused-waiver]" in unused.err
    assert "error[unreadable-waivers]" in missing.err
