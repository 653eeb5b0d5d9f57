"""A storm: what is drawn and booked, and what it says of a schema that loses what was committed."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from tests.engine.trials import OPERATIONS
from vrss_contract.concurrency.load_test import LoadTestResult, disarm, storm
from vrss_contract.concurrency.load_test.draw import level, transactions
from vrss_contract.concurrency.load_test.ledger import Lost, accounts, counted, entry, lost
from vrss_contract.concurrency.schedule.program import Level
from vrss_contract.contract.model import Contract, Operation
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.target import Target

pytestmark = pytest.mark.once

_SEND = Operation(
    "send",
    "A user sends a message.",
    "INSERT INTO messages (conversation_id, sender_id, content) VALUES (:conversation, :user, 'x')",
    {"conversation": (1, 2), "user": (1, 2)},
)
_VIEW = Operation(
    "view",
    "A post is seen.",
    "UPDATE posts SET views_count = views_count + 1 WHERE id = :post",
    {"post": (1, 2)},
)
_REPOST = Operation(
    "repost",
    "A user passes a post on.",
    "INSERT INTO reposts (user_id, post_id) VALUES (:user, :post)",
    {"user": (1,), "post": (1,)},
    may=("unique_violation",),
)
KEYS = {"user": range(1, 201), "post": range(1, 301), "message": range(1, 401)}
_FORGETFUL = """
CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql
AS 'BEGIN DELETE FROM messages WHERE id = NEW.id AND id > 400 AND id % 2 = 0; RETURN NULL; END';
CREATE TRIGGER forget AFTER INSERT ON messages FOR EACH ROW EXECUTE FUNCTION forget();
"""


@pytest.fixture
def loaded_database(databases: Databases, target: Target) -> Iterator[Database]:
    """The target in a database of this test alone, where it may be changed."""
    made = databases.load(target)
    yield made
    databases.drop(made)


def _random() -> Random:
    return Random(1)


def _storm(database: Database, contract: Contract, *operations: Operation) -> LoadTestResult:
    named = {operation.name: operation for operation in operations}
    return storm(database, contract, named, connections=3, count=60)


def test_what_is_committed_is_counted_and_there(
    loaded_database: Database, contract: Contract
) -> None:
    result = _storm(loaded_database, contract, _SEND, _VIEW, _REPOST)

    assert result.operations == result.done.total() >= 60
    assert set(result.done) <= {"send", "view", "repost"}
    assert (result.faults, result.lost, result.accounts) == ((), (), 3)


def test_what_a_trigger_takes_back_is_lost(loaded_database: Database, contract: Contract) -> None:
    with loaded_database.connect() as session:
        session.execute(_FORGETFUL)

    result = _storm(loaded_database, contract, _SEND)

    (account,) = result.lost
    assert account.account == "SELECT count(*) FROM messages"
    assert account.found < account.expected == len(KEYS["message"]) + result.operations


def test_without_triggers_nothing_is_taken_back(
    loaded_database: Database, contract: Contract
) -> None:
    with loaded_database.connect() as session:
        session.execute(_FORGETFUL)
    disarm(loaded_database)

    assert _storm(loaded_database, contract, _SEND).lost == ()


def test_a_refusal_that_is_not_allowed_is_a_fault_with_its_sql(
    loaded_database: Database, contract: Contract
) -> None:
    strict = Operation("repost", "A user passes a post on.", _REPOST.sql, _REPOST.takes)
    named = {"repost": strict, "view": _VIEW}

    fault = storm(loaded_database, contract, named, connections=3, count=600).faults[0]

    assert fault.condition == "unique_violation"
    assert "INSERT INTO reposts" in fault.sql
    assert 'unique constraint "reposts_unique"' in fault.message


def test_whoever_watches_is_told_how_far_it_is(
    loaded_database: Database, contract: Contract
) -> None:
    told: list[int] = []

    result = storm(
        loaded_database, contract, {"view": _VIEW}, connections=2, count=20, seen=told.append
    )

    assert told[-1] == result.operations


@pytest.mark.parametrize(
    ("sql", "booked"),
    [
        ("INSERT INTO likes (a) VALUES (1)", ("SELECT count(*) FROM likes", 1)),
        ("WITH a AS (SELECT 1) INSERT INTO likes SELECT 1", ("SELECT count(*) FROM likes", 1)),
        ('INSERT INTO "order" VALUES (1)', ('SELECT count(*) FROM "order"', 1)),
        ('DELETE FROM care."odd ""name"', ('SELECT count(*) FROM care."odd ""name"', -1)),
        ("DELETE FROM likes WHERE a = 1", ("SELECT count(*) FROM likes", -1)),
        ("UPDATE posts SET n = n + 1", ("SELECT COALESCE(sum(n), 0) FROM posts", 1)),
        ('UPDATE a.b SET "N" = "N" + 1', ('SELECT COALESCE(sum("N"), 0) FROM a.b', 1)),
        ("UPDATE posts SET n = m + 1", None),
        ("UPDATE posts SET n = n + 10", None),
        ("UPDATE posts SET n = 1", None),
    ],
)
def test_a_statement_has_its_account(sql: str, booked: tuple[str, int] | None) -> None:
    assert entry(sql) == booked


@pytest.mark.parametrize(
    ("sql", "known"),
    [
        ("DELETE FROM notes WHERE id IN (1, 2)", True),
        ("WITH room AS (SELECT FROM b FOR UPDATE) INSERT INTO notes SELECT 1", True),
        ("INSERT INTO notes VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2", True),
        ("WITH a AS (UPDATE notes SET x = 1 RETURNING id) UPDATE notes SET x = 1", True),
        ("WITH a AS (DELETE FROM notes RETURNING id) DELETE FROM notes WHERE id = 3", False),
    ],
)
def test_rows_of_several_parts_are_not_counted(sql: str, *, known: bool) -> None:
    assert counted(sql) is known


def test_where_a_delete_takes_other_rows_nothing_is_added_up() -> None:
    kept = {name: one for name, one in OPERATIONS.items() if not one.deletes}

    assert accounts(OPERATIONS) == ()
    assert accounts(kept) == ("SELECT count(*) FROM likes",)


def test_an_account_that_does_not_agree_is_lost() -> None:
    found = lost({"likes": 5, "posts": 3}, Counter(likes=2), {"likes": 6, "posts": 3})

    assert list(found) == [Lost("likes", 7, 6)]


def test_a_seed_draws_the_same_transactions() -> None:
    first, second = (transactions(OPERATIONS, KEYS, _random()) for _ in range(2))

    assert list(itertools.islice(first, 100)) == list(itertools.islice(second, 100))


def test_a_row_is_drawn_from_the_few_or_from_all_of_the_world() -> None:
    drawn = itertools.islice(transactions({"view": _VIEW}, KEYS, _random()), 1000)

    posts = Counter(call.values[0] for calls in drawn for call in calls)

    assert set(posts) <= set(KEYS["post"])
    assert posts[1] > 50 < posts[2], "a hundred times as often as others"
    assert len(posts) > 200


def test_what_names_no_row_is_drawn_from_the_few_alone() -> None:
    tag = {"tag": OPERATIONS["tag"]}
    drawn = itertools.islice(transactions(tag, KEYS, _random()), 100)

    assert {call.values for calls in drawn for call in calls} == {("a b",), ("c",)}


def test_deletes_are_few_and_spare_the_rows_that_all_want() -> None:
    delete = Operation("delete", "It goes.", "DELETE", {"post": (1,)}, deletes=True)
    drawn = itertools.islice(transactions({"view": _VIEW, "delete": delete}, KEYS, _random()), 2000)

    deletes = [call for calls in drawn for call in calls if call.operation == "delete"]

    assert 0 < len(deletes) < 200
    assert sum(call.values == (1,) for call in deletes) < 5


def test_all_levels_are_drawn() -> None:
    random = _random()

    assert {level(random) for _ in range(100)} == set(Level)
