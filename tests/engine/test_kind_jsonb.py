"""Clauses of kind jsonb: what a column takes, refuses, gives back and holds by default."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.engine import tiny
from vrss_contract.checks import jsonb
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract.model import Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.database.scratch import Databases
from vrss_contract.postgres.binaries import locate
from vrss_contract.target import Target

_PSQL = locate() / "bin" / "psql"
_NOTES = """
- id: mood
  kind: enum
  phase: 1
  says: How somebody is.
  labels: [calm, cross]
- id: notes
  kind: table
  says: What somebody noted.
  phase: 1
  columns:
    - {name: id, type: bigserial}
    - {name: doc, type: jsonb, default: "'{}'"}
    - {name: mood, type: mood, default: "'calm'"}
    - {name: more, type: jsonb, default: "'{}'"}
  keys: [{name: notes_pkey, primary: [id]}]
- id: notes.doc
  kind: jsonb
  level: must
  says: It is an object with a number of at most five.
  source: here
  table: notes
  columns: [doc]
  schema: doc.schema.json
  enforced: true
  accepts: [{because: five, document: {n: 5}}]
  refuses: [{because: six, document: {n: 6}}, {because: no number, document: {n: null}}]
- id: notes.more
  kind: jsonb
  level: must
  says: It is an object.
  source: here
  table: notes
  columns: [mood, more]
  schema: more.schema.json
"""
_DOC = {"type": "object", "properties": {"n": {"type": "number", "maximum": 5}}}
_MORE = {
    "type": "object",
    "required": ["mood", "more"],
    "properties": {"mood": {"enum": ["calm", "cross"]}, "more": {"type": "object"}},
    "allOf": [
        {
            "if": {"properties": {"mood": {"const": "cross"}}},
            "then": {"properties": {"more": {"required": ["why"], "properties": {"why": True}}}},
        }
    ],
}
_TABLE = """
CREATE TYPE mood AS ENUM ('calm', 'cross');
CREATE TABLE notes (
    id bigserial PRIMARY KEY,
    doc jsonb NOT NULL DEFAULT '{}' CHECK (TRUE),
    mood mood NOT NULL DEFAULT 'calm',
    more jsonb NOT NULL DEFAULT '{}'
);
"""
_CHECK = """coalesce(jsonb_typeof(doc) = 'object' AND (
    doc -> 'n' IS NULL OR (jsonb_typeof(doc -> 'n') = 'number' AND doc -> 'n' <= '5')
), FALSE)"""
_KEEPS = _TABLE.replace("TRUE", _CHECK)
_CHANGES = """
CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    {};
END $$;
CREATE TRIGGER change BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION change();
"""
_STRIPS = _CHANGES.format("NEW.doc := jsonb_strip_nulls(NEW.doc); RETURN NEW")
_SWALLOWS = _CHANGES.format("RETURN NULL")
Judge = Callable[..., Verdict]


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    folder = tiny.folder(tmp_path_factory.mktemp("notes"))
    (folder / "tiny.yaml").write_text(_NOTES, "utf-8")
    (folder / "doc.schema.json").write_text(json.dumps(_DOC))
    (folder / "more.schema.json").write_text(json.dumps(_MORE))
    return read_contract(folder)


@pytest.fixture
def judge(contract: Contract, databases: Databases) -> Judge:
    def call(id_: str, schema: str) -> Verdict:
        with tiny.context(contract, databases, schema) as context:
            (verdict,) = jsonb.KIND.judge([contract.clause(id_)], context)
        return verdict

    return call


@contextmanager
def together(contract: Contract, databases: Databases) -> Iterator[JudgingContext]:
    with tiny.context(contract, databases, _KEEPS) as context:
        yield context


def seen(verdict: Verdict) -> list[tuple[str, str, str]]:
    return [(one.because, one.expected, one.found) for one in verdict.findings]


def test_a_schema_that_keeps_the_shapes_keeps_all_but_the_default_of_a_cross_note(
    contract: Contract, databases: Databases
) -> None:
    clauses = [clause for clause in contract.clauses if clause.kind == "jsonb"]

    with together(contract, databases) as context:
        broken = [v for v in jsonb.KIND.judge(clauses, context) if v.outcome is not Outcome.HOLDS]

    assert [(verdict.id, seen(verdict)) for verdict in broken] == [
        (
            "jsonb.notes.more.default",
            [
                (
                    "the column left out, cross",
                    "a document that conforms",
                    '{"mood": "cross", "more": {}} (required at $.more.why)',
                )
            ],
        )
    ]


def test_a_default_that_does_not_conform_is_broken(judge: Judge) -> None:
    verdict = judge("jsonb.notes.doc.default", _TABLE.replace("'{}' CHECK", "'[]' CHECK"))

    assert seen(verdict) == [("the column left out", "a document that conforms", "[] (type at $)")]


def test_a_default_that_is_gone_is_no_document(judge: Judge) -> None:
    verdict = judge(
        "jsonb.notes.doc.default", _TABLE.replace("NOT NULL DEFAULT '{}' CHECK", "CHECK")
    )

    assert seen(verdict) == [("the column left out", "a document that conforms", "no document")]


def test_a_document_that_is_refused_is_broken(judge: Judge) -> None:
    verdict = judge("jsonb.notes.doc.accepts", _TABLE.replace("TRUE", "doc = '{}'"))

    assert (verdict.outcome, [one[:2] for one in seen(verdict)]) == (
        Outcome.BROKEN,
        [("five", "taken")],
    )
    assert verdict.findings[0].found.startswith(
        "refused with check_violation by notes_doc_check: new row"
    )
    assert verdict.findings[0].repeat == (
        """INSERT INTO notes (id, doc) OVERRIDING SYSTEM VALUE VALUES (101, '{"n": 5}');\n"""
        "SET CONSTRAINTS ALL IMMEDIATE;\n"
        "SELECT CAST(t.doc AS text) FROM notes AS t WHERE t.id = 101;"
    )


def test_a_document_that_is_changed_is_broken(judge: Judge) -> None:
    verdict = judge("jsonb.notes.doc.round-trip", _KEEPS + _STRIPS)

    assert verdict.outcome is Outcome.BROKEN
    assert seen(verdict)[0] == ('{"": null}', '{"": null}', "{}")


def test_a_document_that_is_swallowed_is_broken(judge: Judge) -> None:
    verdict = judge("jsonb.notes.doc.accepts", _KEEPS + _SWALLOWS)

    assert seen(verdict) == [("five", "taken and then there", "taken and then not there")]


@pytest.mark.parametrize(
    ("check", "because", "expected"),
    [
        ("TRUE", "six", "refused with check_violation"),
        ("doc ->> 'n' IS NULL OR doc ->> 'n' < '6'", "no number", "refused with check_violation"),
        (f"{_CHECK} AND doc <> '{{}}'", "{}", "taken"),
    ],
    ids=["nothing is checked", "NULL takes the row", "more is checked"],
)
def test_a_database_that_disagrees_is_told_by_the_plainest_document(
    judge: Judge, check: str, because: str, expected: str
) -> None:
    verdict = judge("jsonb.notes.doc.agrees", _TABLE.replace("TRUE", check))

    assert (verdict.outcome, seen(verdict)[0][:2]) == (Outcome.BROKEN, (because, expected))


def test_a_refusal_for_another_reason_is_none(judge: Judge) -> None:
    raises = _CHANGES.format("IF NEW.doc ->> 'n' = '6' THEN RAISE 'six'; END IF; RETURN NEW")

    verdict = judge("jsonb.notes.doc.agrees", _KEEPS + raises)

    assert ("six", "refused with check_violation", "refused with raise_exception: six") in (
        seen(verdict)
    )


def test_of_many_documents_a_few_are_shown_and_the_others_counted(judge: Judge) -> None:
    verdict = judge("jsonb.notes.doc.agrees", _TABLE)

    assert len(verdict.findings) == 6
    because, *rest = seen(verdict)[5]
    assert (because.partition(" ")[2], rest) == ("more documents", ["as above", "as above"])


def test_a_table_that_is_missing_leaves_all_undecided(judge: Judge) -> None:
    verdict = judge("jsonb.notes.doc.round-trip", "CREATE TYPE mood AS ENUM ('calm', 'cross');")

    assert (verdict.outcome, len(verdict.findings)) == (Outcome.UNDECIDED, 6)
    assert seen(verdict)[0][2] == "table notes is missing"


def test_the_script_shows_each_document_to_a_person(
    contract: Contract, databases: Databases
) -> None:
    script = jsonb.KIND.sql(contract.clause("jsonb.notes.doc.agrees"), contract, Target("none", ()))

    with together(contract, databases) as context, context.clone() as copy:
        command = [str(_PSQL), "-qXAt", copy.admin, "-f", "-"]
        done = subprocess.run(
            command, check=True, capture_output=True, input=script, encoding="utf-8"
        )

    assert "-- six: refused with check_violation\n" in script
    assert "-- five: taken\n" in script
    assert "notes_doc_check" in done.stderr
