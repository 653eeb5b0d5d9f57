"""An examination that is disturbed: each failure is told, and is its own check's alone."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.engine.doctors import Case, copied, healthy
from tests.engine.owners import wait_until
from tests.engine.runs import Outside, Ran, started, stopped
from tests.golden import Golden
from vrss_contract import doctor
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract.model import Contract
from vrss_contract.doctor import session
from vrss_contract.doctor.check import DoctorCheck, Patient, Signs
from vrss_contract.postgres import dsn

pytestmark = pytest.mark.once

Run = Callable[..., Ran]


@pytest.fixture(scope="module", autouse=True)
def template(outside: Outside) -> Iterator[None]:
    with healthy(outside):
        yield


@pytest.fixture
def case(outside: Outside) -> Iterator[Case]:
    with copied(outside) as one:
        yield one


def query_session(*queries: str, case: Case, timeout: float = 60) -> tuple[Verdict, ...]:
    """The verdicts on checks that ask these queries and find nothing."""

    def check(query: str) -> DoctorCheck:
        def look(patient: Patient) -> Signs:
            patient.connection.execute(query.encode())
            return Signs()

        return DoctorCheck(query, "rows", "must", "It can be asked.", look)

    contract = Contract(tables={}, enums={}, functions={}, clauses=())
    checks = [check(query) for query in queries]
    order = doctor.Examination(contract, Path(), checks, dsn.read(case.dsn), timeout)
    return doctor.examine(order).verdicts


def test_a_query_that_takes_too_long_is_undecided_alone(case: Case) -> None:
    slow, quick = query_session("SELECT pg_sleep(60)", "SELECT 1", case=case, timeout=1)

    assert slow.outcome is Outcome.UNDECIDED
    assert slow.findings[0].found == "57014 canceling statement due to statement timeout"
    assert quick.outcome is Outcome.HOLDS


def test_a_lost_connection_leaves_the_rest_undecided(case: Case) -> None:
    first, *rest = query_session(
        "SELECT 1", "SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 2", case=case
    )

    assert first.outcome is Outcome.HOLDS
    assert {verdict.outcome for verdict in rest} == {Outcome.UNDECIDED}
    assert {verdict.findings[0].because for verdict in rest} == {"the connection was lost"}
    assert {verdict.findings[0].found for verdict in rest} == {
        "57P01 terminating connection due to administrator command"
    }


def test_nothing_can_be_written(case: Case) -> None:
    (verdict,) = query_session("DELETE FROM reposts", case=case)

    assert verdict.findings[0].found == "25006 cannot execute DELETE in a read-only transaction"
    assert case.value("SELECT count(*) FROM reposts") == 1


def test_the_words_of_an_error_about_a_value_are_not_told(case: Case) -> None:
    (verdict,) = query_session("SELECT 's3cret'::integer", case=case)

    assert verdict.findings[0].found == (
        "22P02 InvalidTextRepresentation, whose words may hold a value"
    )


def test_all_checks_see_one_moment(case: Case) -> None:
    seen: list[object] = []

    def look(patient: Patient) -> Signs:
        seen.append(patient.connection.execute("SELECT count(*) FROM reposts").fetchone())
        case.do("INSERT INTO reposts (user_id, post_id) VALUES (3, 1), (4, 1)")
        return Signs()

    def look_again(patient: Patient) -> Signs:
        seen.append(patient.connection.execute("SELECT count(*) FROM reposts").fetchone())
        return Signs()

    checks = [
        DoctorCheck("first", "rows", "must", "A.", look),
        DoctorCheck("second", "rows", "must", "B.", look_again),
    ]
    contract = Contract(tables={}, enums={}, functions={}, clauses=())
    doctor.examine(doctor.Examination(contract, Path(), checks, dsn.read(case.dsn)))

    assert seen == [(1,), (1,)]


def test_a_table_that_somebody_holds_is_told_with_who_does(
    case: Case, run: Run, golden: Golden
) -> None:
    with case.session() as other, other.transaction():
        other.execute("LOCK TABLE reposts IN ACCESS EXCLUSIVE MODE")

        ran = run("doctor", case.dsn, "--timeout", "0.2")

    assert (ran.code, ran.out) == (2, "")
    golden("errors/held-table.txt", re.sub(r"session \d+", "session PID", ran.err))


def test_writers_go_on_and_changes_of_form_wait(case: Case) -> None:
    with (
        dsn.connect(dsn.read(case.dsn)) as connection,
        session.reading(connection, ["reposts"], 60),
        case.session() as other,
    ):
        other.execute("SET lock_timeout = '100ms'")
        other.execute("DELETE FROM reposts")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute("TRUNCATE reposts")


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_doctor_leaves_no_session(case: Case, way: signal.Signals) -> None:
    sessions = f"FROM pg_stat_activity WHERE datname = '{case.name}'"  # of which we see our own
    with case.session() as other, other.transaction():
        other.execute("LOCK TABLE reposts IN ACCESS EXCLUSIVE MODE")
        process = started("doctor", case.dsn)

        ran = stopped(
            process,
            way,
            when=lambda: case.value(f"SELECT count(*) {sessions} AND wait_event_type = 'Lock'"),
        )

    assert (ran.code, ran.out) == (130, "")
    assert ran.err.strip() == "interrupted; nothing was left behind"
    wait_until(lambda: case.value(f"SELECT count(*) {sessions}") == 1)


def test_a_word_that_is_no_check_is_told(case: Case, run: Run) -> None:
    ran = run("doctor", case.dsn, "--only", "doctor.index.valid")

    assert ran.code == 3
    assert "doctor.indexes.valid" in ran.err


def test_a_dsn_is_needed(run: Run) -> None:
    ran = run("doctor")

    assert ran.code == 3
    assert "DSN" in ran.err.splitlines()[-1]


def test_a_report_may_go_to_a_file(case: Case, run: Run, tmp_path: Path) -> None:
    ran = run("doctor", case.dsn, "--output", tmp_path / "report.txt")

    assert (ran.code, ran.out) == (0, "")
    assert " held, 0 broken, 0 undecided\n" in (tmp_path / "report.txt").read_text("utf-8")
    assert " held, 0 broken, 0 undecided; the report is in " in ran.err
