"""Each line of schema.sql's functions and triggers is seen to matter, or is listed with the reason.

A function or trigger is changed in one place, mechanically, and a clause of behaviour must break.
What is tried is in benchmarks/function_changes*.py; here are the statements, conditions, clauses
and triggers, as far as one session shows them. `python -m benchmarks.function_changes` tries words,
numbers and signs too, and what only sessions at once show.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from benchmarks import function_changes
from benchmarks.function_changes_judge import Judge

from tests import contracts, paths
from vrss_contract.database.scratch import Databases
from vrss_contract.mutation.bodies.changes import BodyChange, ChangedObject, changes
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
_CONTRACT = contracts.canonical()
_MADE = [*changes(paths.schema().read_text("utf-8"), _CONTRACT)]
_KNOWN = function_changes.listed(_CONTRACT.manifest.name)
_NAMES = [(changed.name, one.name) for changed, made in _MADE for one in made]


@pytest.fixture(scope="module")
def judge(databases: Databases) -> Iterator[Judge]:
    """A database of its own for all changes, which are undone one after another."""
    target = sqlfile.read(paths.schema())
    database = databases.load(target)
    one = Judge(_CONTRACT, target, databases, database)
    yield one
    one.close()
    databases.drop(database)


@pytest.mark.parametrize(
    ("changed", "made"), _MADE, ids=[changed.name.replace(" ", "-") for changed, _ in _MADE]
)
def test_a_change_of_a_function_or_trigger_breaks_a_clause(
    changed: ChangedObject, made: list[BodyChange], judge: Judge
) -> None:
    alone = [one for one in made if not one.of_a_word and not _KNOWN.knows(changed.name, one.name)]
    found = [
        function_changes.Tried(changed.name, one, judge.seen(changed, one, by="alone"))
        for one in alone
    ]

    assert len(made) > 3
    assert [fault for one in found if (fault := function_changes.fault(one, _KNOWN))] == []


def test_what_is_listed_is_a_change() -> None:
    assert _KNOWN.idle(_NAMES) == []


def test_what_sessions_at_once_show_is_listed_for_a_clause() -> None:
    clauses = {one.id for one in _CONTRACT.clauses}

    assert [one.reason for one in _KNOWN.together if one.reason not in clauses] == []
