"""A count that waits for the commit is told, however each of its triggers is deferred."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests import paths
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.checks.verdict import Outcome
from vrss_contract.contract.model import Contract
from vrss_contract.database.scratch import Databases
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
_LATE = (paths.fixtures() / "implementations" / "late.sql").read_text("utf-8")
_COUNTED = ("likes", "comments", "replies", "reposts", "storage", "friendships")
_AT_THE_END = {f"trigger.{name}.within-one-transaction" for name in _COUNTED}
_GOES_ON = {f"trigger.{name}.goes-on" for name in _COUNTED}
_AT_ONCE = {f"trigger.{name}.before-commit" for name in (*_COUNTED, "updated-at")}
_CHANGES_ALONE = (
    _LATE.replace("AFTER INSERT ON", "AFTER UPDATE OR DELETE ON")
    .replace("AFTER UPDATE OR DELETE ON user_follows", "AFTER UPDATE ON user_follows")
    .replace("_count ON", "_count_update ON")
    .replace("_insert ON", "_update ON")
    .replace("friendship ON", "friendship_update ON")
) + "".join(
    f"DROP TRIGGER {trigger} ON {table};\n"
    for trigger, table in (
        ("trigger_update_post_likes_count_delete", "post_interactions"),
        ("trigger_update_post_comments_count_delete", "comments"),
        ("trigger_update_post_reposts_count_delete", "reposts"),
        ("trigger_update_storage_delete", "post_media"),
    )
)

Broken = Callable[[str], set[str]]


@pytest.fixture
def broken(contract: Contract, databases: Databases) -> Broken:
    """Of the clauses on one transaction, those that the schema with this appendix breaks."""

    def judged(appendix: str) -> set[str]:
        schema = paths.schema().read_text("utf-8")
        target = sqlfile.parse(f"{schema}\n{appendix}", name="late.sql")
        wanted = [one for one in contract.clauses if one.id in _AT_THE_END | _GOES_ON | _AT_ONCE]
        with JudgingContext(contract, target, databases, databases.load(target)) as context:
            verdicts = list(judge(context, wanted))
        assert not [one for one in verdicts if one.outcome is Outcome.UNDECIDED]
        return {one.id for one in verdicts if one.outcome is Outcome.BROKEN}

    return judged


def test_rows_that_are_counted_at_the_commit_break_every_clause_on_one_transaction(
    broken: Broken,
) -> None:
    assert broken(_LATE) == _AT_THE_END | _GOES_ON | _AT_ONCE


def test_changes_and_ends_that_are_counted_at_the_commit_are_told(broken: Broken) -> None:
    assert broken(_CHANGES_ALONE) >= _AT_ONCE


def test_the_same_triggers_break_where_an_application_defers_them_alone(broken: Broken) -> None:
    assert broken(_LATE.replace("INITIALLY DEFERRED", "INITIALLY IMMEDIATE")) == _GOES_ON


def test_the_same_triggers_hold_where_nothing_can_be_deferred(broken: Broken) -> None:
    assert broken(_LATE.replace("DEFERRABLE INITIALLY DEFERRED", "NOT DEFERRABLE")) == set()
