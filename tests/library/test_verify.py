"""The command ``verify`` on the library: its schema keeps every clause, wrong ones break theirs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.runs import outcomes
from tests.library.conftest import SCHEMA, Run
from vrss_contract.checks import KINDS

pytestmark = pytest.mark.once
_QUICK = ("table", "rows", "cascade", "invariant", "trigger", "schedule")


def _words(kinds: tuple[str, ...]) -> list[str]:
    return [word for kind in kinds for word in ("--kind", kind)]


BROKEN = {
    "lost_trigger": {
        "loans.trigger.loans_counted",
        "trigger.open-loans.lend-and-return",
        "invariant.open-loans",
        "invariant.limit",
        "schedule.borrow.last-that-may-be",
    },
    "lost_key": {
        "loans.index.loans_copy_out",
        "loans.copy-out-once",
        "loans.member_id.on-delete",
        "order.member_id-isbn-fulfilled_at.unique",
        "order.constraint.order_once",
        "invariant.copy-out-once",
        "schedule.borrow.same-copy",
    },
    "racy_counter": {
        "function.count_open_loans.body",
        "schedule.borrow.two-copies",
        "schedule.borrow.last-that-may-be",
    },
    "late_counter": {
        "loans.trigger.loans_counted",
        "trigger.open-loans.within-one-transaction",
        "trigger.open-loans.before-commit",
    },
}
"""Of each wrong schema, clauses that it breaks."""


def test_the_schema_keeps_every_clause_of_every_kind(judged: Run) -> None:
    ran = judged("verify", "--format", "json")

    assert set(outcomes(ran.out).values()) == {"holds"}
    assert {verdict["kind"] for verdict in json.loads(ran.out)["verdicts"]} == set(KINDS)
    assert ran.code == 0


@pytest.mark.parametrize("name", BROKEN)
def test_a_wrong_schema_breaks_the_clauses_that_are_about_it(
    judged: Run, wrong: Callable[[str], Path], name: str
) -> None:
    ran = judged("verify", wrong(name), *_words(_QUICK), "--format", "json")

    broken = {id_ for id_, outcome in outcomes(ran.out).items() if outcome == "broken"}
    assert broken >= BROKEN[name]
    assert ran.code == 1


def test_one_desk_at_a_time_is_broken_where_others_wait(
    judged: Run, wrong: Callable[[str], Path]
) -> None:
    ran = judged("verify", wrong("one_desk"), "--kind", "strangers")

    assert ran.code == 1
    assert "wait for advisory lock (1): `borrow`, `borrow-if-free`, `return`" in ran.out


def test_a_count_that_only_sessions_at_once_get_wrong_is_right_for_one(
    judged: Run, wrong: Callable[[str], Path]
) -> None:
    ran = judged("verify", wrong("racy_counter"), "--kind", "trigger", "--kind", "invariant")

    assert ran.code == 0


def test_a_row_that_a_rival_constraint_refuses_first_is_refused(
    judged: Run, tmp_path: Path
) -> None:
    schema = tmp_path / "later_key.sql"
    later = "ALTER TABLE library.closures DROP CONSTRAINT closures_pkey, ADD PRIMARY KEY (days);\n"
    schema.write_text(f"{SCHEMA.read_text('utf-8')}\n{later}", "utf-8")

    ran = judged("verify", schema, "--only", "closures.days.unique")

    assert ran.code == 0, ran.out
