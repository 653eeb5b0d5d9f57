"""Clauses of kind restored: what pg_dump and pg_restore bring back is what was there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine import tiny
from vrss_contract.checks import restored
from vrss_contract.checks.run import judge
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.database.scratch import Databases
from vrss_contract.postgres import Access, CopyOutcome, DumpPrograms
from vrss_contract.postgres.errors import NO_DUMP_PROGRAMS

pytestmark = pytest.mark.once
_ENTRY = """
- id: restored.{0}
  kind: restored
  level: must
  says: It is restored.
  object: counters
  source: here
  way: {0}
  given: [{{table: marks, row: {{counter_id: 1}}}}]
"""
WAYS = "".join(map(_ENTRY.format, ("schema-only", "whole", "data-only")))


def _judged(folder: Path, databases: Databases, schema: str, *more: str) -> dict[str, Verdict]:
    known = tiny.contract(folder, *more or (WAYS,))
    wanted = [clause for clause in known.clauses if clause.kind == "restored"]
    with tiny.context(known, databases, schema) as context:
        return {verdict.id: verdict for verdict in judge(context, wanted)}


def _broken(verdicts: dict[str, Verdict]) -> set[str]:
    return {id_ for id_, one in verdicts.items() if one.outcome is Outcome.BROKEN}


def test_a_schema_that_keeps_its_rows_is_restored_in_every_way(
    tmp_path: Path, databases: Databases
) -> None:
    verdicts = _judged(tmp_path, databases, tiny.KEEPS)

    assert {one.outcome for one in verdicts.values()} == {Outcome.HOLDS}
    assert len(verdicts) == 7


@pytest.mark.parametrize("state", ["ALWAYS", "REPLICA"])
def test_a_trigger_that_is_at_work_without_triggers_counts_twice(
    tmp_path: Path, databases: Databases, state: str
) -> None:
    schema = f"{tiny.KEEPS}; ALTER TABLE marks ENABLE {state} TRIGGER mark;"

    verdicts = _judged(tmp_path, databases, schema)

    assert "restored.data-only.rows" in _broken(verdicts)


def test_a_table_that_a_check_reads_by_the_search_path_is_lost(
    tmp_path: Path, databases: Databases
) -> None:
    schema = tiny.KEEPS + (
        "CREATE FUNCTION there(i bigint) RETURNS boolean LANGUAGE plpgsql AS"
        " $$ BEGIN RETURN EXISTS (SELECT FROM counters WHERE id = i); END $$;"
        "ALTER TABLE marks ADD CHECK (there(counter_id));"
    )

    verdicts = _judged(tmp_path, databases, schema)

    assert _broken(verdicts) == {
        f"restored.{way}.{aspect}" for way in ("whole", "data-only") for aspect in ("loads", "rows")
    }
    assert (
        'relation "counters" does not exist' in verdicts["restored.whole.loads"].findings[0].found
    )


def test_an_invariant_that_a_restore_breaks_is_told(tmp_path: Path, databases: Databases) -> None:
    schema = f"{tiny.KEEPS}; ALTER TABLE marks ENABLE ALWAYS TRIGGER mark;"

    verdicts = _judged(tmp_path, databases, schema)

    assert any(
        found.startswith("invariant.counted:")
        for _, found in tiny.findings(verdicts["restored.data-only.rows"])
    )


def test_rows_that_a_target_refuses_leave_what_is_said_of_rows_undecided(
    tmp_path: Path, databases: Databases
) -> None:
    schema = f"{tiny.KEEPS}; ALTER TABLE marks ADD CHECK (id < 0);"

    verdicts = _judged(tmp_path, databases, schema)

    undecided = {id_ for id_, one in verdicts.items() if one.outcome is Outcome.UNDECIDED}
    assert undecided == {
        id_ for id_ in verdicts if "schema-only" not in id_ and "catalog" not in id_
    }


class _Fails:
    """Programs that can't dump."""

    def copy(self, source: str, goal: str, *flags: str) -> CopyOutcome:
        assert source != goal, flags
        return CopyOutcome(dump="pg_dump: error: no way in")


class _IsEnded:
    """Programs whose session somebody ends."""

    def copy(self, source: str, goal: str, *flags: str) -> CopyOutcome:
        assert source != goal, flags
        return CopyOutcome(restore="pg_restore: error: server closed the connection unexpectedly")


@pytest.mark.parametrize("tools", [_Fails(), _IsEnded()])
def test_what_could_not_be_copied_is_undecided(
    tmp_path: Path, databases: Databases, monkeypatch: pytest.MonkeyPatch, tools: DumpPrograms
) -> None:
    monkeypatch.setattr(restored, "programs", lambda _: tools)

    verdicts = _judged(tmp_path, databases, tiny.KEEPS)

    assert {one.outcome for one in verdicts.values()} == {Outcome.UNDECIDED}


def test_without_the_programs_every_clause_is_undecided_and_says_what_to_do(
    tmp_path: Path, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(_: Access) -> DumpPrograms:
        raise NO_DUMP_PROGRAMS(major=16, found=["none"])

    monkeypatch.setattr(restored, "programs", none)

    verdicts = _judged(tmp_path, databases, tiny.KEEPS)

    assert {one.outcome for one in verdicts.values()} == {Outcome.UNDECIDED}
    assert "put their folder on PATH" in verdicts["restored.whole.loads"].findings[0].expected
