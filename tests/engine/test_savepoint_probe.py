"""SQL is tried and undone; what hangs or ends the session costs its own answer alone."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from vrss_contract.database.savepoint_probe import Baseline, Probe, Prober
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.target.sqlfile import parse

SCHEMA = """
CREATE TABLE t (id bigserial PRIMARY KEY, a integer CONSTRAINT a_positive CHECK (a > 0) NOT NULL);
CREATE FUNCTION hang() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN IF NEW.a = 66 THEN PERFORM pg_sleep(60); END IF;
IF NEW.a = 99 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NEW; END $$;
CREATE TRIGGER hang BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION hang();
CREATE TABLE late (a integer UNIQUE DEFERRABLE INITIALLY DEFERRED);
"""
WORLD: Baseline = {"t": ("INSERT INTO t VALUES (1, 1)",)}
FINE = Probe(("INSERT INTO t VALUES (2, 2)",), "SELECT count(*) FROM t", ("t",))
HANGS = Probe(("INSERT INTO t VALUES (2, 66)",))
ENDS = Probe(("INSERT INTO t VALUES (2, 99)",))


@pytest.fixture(scope="module")
def scratch(databases: Databases) -> Database:
    return replace(databases.load(parse(SCHEMA, name="t.sql")), timeout=0.3)


@pytest.fixture
def prober(scratch: Database) -> Iterator[Prober]:
    with Prober(scratch, WORLD) as made:
        yield made


def test_each_probe_sees_the_world_and_no_other_probe(prober: Prober) -> None:
    assert [answer.told for answer in prober.ask([FINE, FINE])] == ["2", "2"]


def test_nothing_is_left(scratch: Database, prober: Prober) -> None:
    prober.ask([FINE])
    with scratch.connect() as other:
        assert other.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_a_refusal_names_condition_constraint_and_step(prober: Prober) -> None:
    bad = Probe(("INSERT INTO t VALUES (2, 2)", "INSERT INTO t VALUES (3, 0)"))
    (answer,) = prober.ask([bad])
    assert (answer.done, answer.failed_at) == (False, 1)
    assert (answer.condition, answer.constraint) == ("check_violation", "a_positive")


def test_a_missing_value_names_its_column(prober: Prober) -> None:
    (answer,) = prober.ask([Probe(("INSERT INTO t (id) VALUES (2)",))])
    assert (answer.condition, answer.column) == ("not_null_violation", "a")


def test_a_deferred_constraint_speaks_before_the_answer(prober: Prober) -> None:
    (answer,) = prober.ask([Probe(("INSERT INTO late VALUES (1), (1)",))])
    assert answer.condition == "unique_violation"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (HANGS, "it did not end in its time and was cancelled"),
        (ENDS, "terminating connection due to administrator command"),
    ],
)
def test_what_hangs_or_ends_the_session_is_lost_alone(
    prober: Prober, bad: Probe, reason: str
) -> None:
    first, lost, last = prober.ask([FINE, bad, FINE])
    assert (first.told, last.told) == ("2", "2")
    assert reason in lost.lost


def test_after_three_that_hang_no_row_like_them_is_tried(prober: Prober) -> None:
    other = Probe(("INSERT INTO late VALUES (1)",))
    *_, like, unlike = prober.ask([HANGS, HANGS, HANGS, FINE, other])
    assert like.lost == "not tried: rows like it hung, ended the session or took too long"
    assert unlike.done


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("INSERT INTO t VALUES (1, 0)", "violates check constraint"),
        ("INSERT INTO t VALUES (1, 66)", "did not end in its time"),
        ("INSERT INTO t VALUES (1, 99)", "terminating connection"),
    ],
)
def test_without_the_worlds_row_who_needs_it_is_lost(
    scratch: Database, statement: str, reason: str
) -> None:
    with Prober(scratch, {"t": (statement,)}) as prober:
        needy, free = prober.ask([FINE, Probe((), "SELECT 1")])
    assert needy.lost.startswith("the baseline row of t could not be made: ")
    assert reason in needy.lost
    assert free.told == "1"


def test_a_question_that_fails_is_no_refusal(prober: Prober) -> None:
    (answer,) = prober.ask([Probe(FINE.steps, "SELECT b FROM t")])

    assert answer.lost.startswith("it was done, and can't be looked at: undefined_column")
