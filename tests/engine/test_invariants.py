"""Invariants are asked of rows; what never falls is followed from look to look."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.engine import tiny
from vrss_contract.contract.model import Contract
from vrss_contract.database.invariants import Counterexample, Invariants, differences, told
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.target import sqlfile

_OTHERS = """
- id: invariant.elsewhere
  kind: invariant
  level: must
  says: Nothing is elsewhere.
  object: counters
  source: here
  query: SELECT id FROM elsewhere
  attempts: [{because: so, steps: [SELECT 1]}]
"""


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    return tiny.contract(tmp_path_factory.mktemp("known"), _OTHERS)


@pytest.fixture(scope="module")
def forgetful(databases: Databases) -> Database:
    """Nothing is counted, so that each mark is a counter-example; ``n`` may be null."""
    schema = tiny.FORGETS.replace("n integer NOT NULL", "n integer")
    return databases.load(sqlfile.parse(schema, name="tiny.sql"))


@pytest.fixture
def session(forgetful: Database) -> Iterator[psycopg.Connection]:
    with forgetful.connect() as opened, opened.transaction(force_rollback=True):
        opened.execute("INSERT INTO counters SELECT generate_series(1, 5)")
        yield opened


def test_what_the_query_returns_is_a_counterexample(
    session: psycopg.Connection, known: Contract
) -> None:
    session.execute("INSERT INTO marks (counter_id) VALUES (1)")

    (one,) = Invariants(known, session).counterexamples()

    assert str(one) == 'invariant.counted: {"id":1,"n":0}'


def test_where_nothing_is_broken_nothing_is_found(
    session: psycopg.Connection, known: Contract
) -> None:
    assert Invariants(known, session).counterexamples() == []


def test_what_holds_by_protocol_is_not_asked(session: psycopg.Connection, known: Contract) -> None:
    session.execute("INSERT INTO counters VALUES (10, 3)")

    found = Invariants(known, session).counterexamples()

    assert [one.invariant for one in found] == ["invariant.counted"]


def test_what_holds_by_protocol_is_asked_where_it_is_named(
    session: psycopg.Connection, known: Contract
) -> None:
    session.execute("INSERT INTO counters VALUES (10, 3)")

    found = Invariants(known, session).counterexamples(["invariant.few"])

    assert [one.invariant for one in found] == ["invariant.counted", "invariant.few"]


def test_a_counterexample_is_not_hidden_by_those_before(
    session: psycopg.Connection, known: Contract
) -> None:
    invariants = Invariants(known, session)
    session.execute("INSERT INTO marks (counter_id) VALUES (1), (2), (3)")
    before = set(invariants.counterexamples())

    session.execute("INSERT INTO marks (counter_id) VALUES (4)")

    new = [one.row for one in invariants.counterexamples() if one not in before]
    assert new == ['{"id":4,"n":0}']


def test_what_can_not_be_asked_is_left_out(session: psycopg.Connection, known: Contract) -> None:
    invariants = Invariants(known, session)

    assert not invariants.knows("invariant.elsewhere")
    assert invariants.knows("invariant.counted")


def test_asking_what_can_not_be_asked_leaves_the_transaction_whole(
    session: psycopg.Connection, known: Contract
) -> None:
    Invariants(known, session)

    assert session.execute("SELECT 1").fetchone() == (1,)


def test_a_value_that_falls_is_told_with_its_key(
    session: psycopg.Connection, known: Contract
) -> None:
    invariants = Invariants(known, session)
    session.execute("UPDATE counters SET n = 7 WHERE id = 2")
    invariants.fallen()
    session.execute("UPDATE counters SET n = 6 WHERE id = 2")

    (one,) = invariants.fallen()

    assert str(one) == "invariant.never-less: [2]: 7 became 6"


def test_a_value_that_goes_has_fallen(session: psycopg.Connection, known: Contract) -> None:
    invariants = Invariants(known, session)
    invariants.fallen()
    session.execute("UPDATE counters SET n = NULL WHERE id = 2")

    (one,) = invariants.fallen()

    assert str(one) == "invariant.never-less: [2]: 0 became None"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE counters SET n = n",
        "UPDATE counters SET n = n + 1",
        "INSERT INTO counters VALUES (10, -1)",
        "DELETE FROM counters WHERE id = 2",
    ],
)
def test_what_stays_or_rises_or_comes_or_goes_has_not_fallen(
    session: psycopg.Connection, known: Contract, change: str
) -> None:
    invariants = Invariants(known, session)
    invariants.fallen()

    session.execute(change)

    assert invariants.fallen() == []


def test_a_key_that_goes_is_forgotten(session: psycopg.Connection, known: Contract) -> None:
    invariants = Invariants(known, session)
    for change in ("UPDATE counters SET n = 7", "DELETE FROM counters"):
        session.execute(change)
        invariants.fallen()

    session.execute("INSERT INTO counters VALUES (2, 0)")

    assert invariants.fallen() == []


def test_a_fall_is_told_once(session: psycopg.Connection, known: Contract) -> None:
    invariants = Invariants(known, session)
    invariants.fallen()
    session.execute("UPDATE counters SET n = -1")

    assert [len(invariants.fallen()) for _ in range(2)] == [5, 0]


def test_what_was_seen_can_be_forgotten(session: psycopg.Connection, known: Contract) -> None:
    invariants = Invariants(known, session)
    invariants.fallen()
    session.execute("UPDATE counters SET n = -1")

    invariants.forget()

    assert invariants.fallen() == []


def test_a_time_that_falls_by_less_than_a_zone_is_seen(
    session: psycopg.Connection, known: Contract
) -> None:
    """As the server writes them, times of one zone sort as they come."""
    Invariants(known, session)
    query = "SELECT '2025-01-01 10:00:00+00'::timestamptz, '2025-01-01 10:00:00.5+00'::timestamptz"

    earlier, later = session.execute(query).fetchone() or ("", "")

    assert (earlier, later) == ("2025-01-01 15:45:00+05:45", "2025-01-01 15:45:00.5+05:45")


def test_expressions_that_are_the_same_make_no_difference(session: psycopg.Connection) -> None:
    gives = {"1 + 1": "2", "NULL::int": "NULL", "count(*)": "1"}

    assert list(differences(session, gives)) == []


def test_what_differs_is_told_as_it_was_wanted_and_as_it_is(session: psycopg.Connection) -> None:
    assert list(differences(session, {"1 + 1": "3", "2": "2"})) == [("1 + 1 = 3", "1 + 1 = 2")]


def test_a_null_is_no_value(session: psycopg.Connection) -> None:
    assert list(differences(session, {"NULL::int": "0"})) == [("NULL::int = 0", "NULL::int = None")]


def test_of_nothing_nothing_is_asked(session: psycopg.Connection) -> None:
    session.close()

    assert list(differences(session, {})) == []


def test_three_counterexamples_are_told_of_many() -> None:
    many = [Counterexample("invariant.x", str(number)) for number in range(5)]

    assert told(many) == "invariant.x: 0; invariant.x: 1; invariant.x: 2"
