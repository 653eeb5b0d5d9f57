"""The doctor on a real server: planted faults are found, and nothing else; nothing is changed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests import contracts
from tests.engine.doctors import FAULTS, HEALTHY, Case, copied, healthy, of_outcome
from tests.engine.runs import Outside, Ran, found, plain
from tests.golden import Golden
from vrss_contract import report
from vrss_contract.postgres.binaries import locate

pytestmark = pytest.mark.once

Run = Callable[..., Ran]
SCHEMA = Path(report.__file__).parent / "report.schema.json"
_VARIABLE = {
    r"\d+(\.\d+)? m?s\b": "TIME",
    r"contract [0-9a-f]{12}": "contract DIGEST",
    r"\.yaml:\d+": ".yaml:LINE",
    r"at /\S+": "at ADDRESS",
    r"'?host=.* dbname=\w+'?": "ADDRESS",
    r"-f \S+contracts/": "-f contracts/",
    r"  +contracts/": "  contracts/",
}


@pytest.fixture(scope="module", autouse=True)
def template(outside: Outside) -> Iterator[None]:
    with healthy(outside):
        yield


@pytest.fixture
def case(outside: Outside) -> Iterator[Case]:
    with copied(outside) as one:
        yield one


@pytest.fixture
def doctor(run: Run, case: Case) -> Callable[..., Ran]:
    def call(*words: str, dsn: str = "") -> Ran:
        return run("doctor", dsn or case.dsn, "--format", "json", *words)

    return call


Doctor = Callable[..., Ran]


def test_nothing_is_found_in_a_healthy_database(doctor: Doctor) -> None:
    ran = doctor()

    assert (ran.code, ran.err) == (0, "")
    assert of_outcome(ran.out, "broken") | of_outcome(ran.out, "undecided") == set()


def test_where_no_row_is_there_invariants_say_so(case: Case, doctor: Doctor) -> None:
    case.do(f"TRUNCATE {', '.join(contracts.canonical().tables)}")

    ran = doctor("--only", "invariant.*")

    verdicts = json.loads(ran.out)["verdicts"]
    assert ran.code == 0
    assert {one["findings"][0]["because"] for one in verdicts} == {"no row to judge"}


@pytest.mark.parametrize("first", range(4))
def test_planted_faults_are_found_and_nothing_else(first: int, case: Case, doctor: Doctor) -> None:
    planted = list(FAULTS.values())[first::4]
    for fault in planted:
        case.do(fault.plant)

    ran = doctor()

    assert ran.code == 1
    assert of_outcome(ran.out, "broken") == {id_ for one in planted for id_ in one.broken}
    assert of_outcome(ran.out, "undecided") == {id_ for one in planted for id_ in one.undecided}


def test_faults_of_all_kinds_are_found_at_once(case: Case, doctor: Doctor) -> None:
    for fault in FAULTS.values():
        case.do(fault.plant)

    ran = doctor()

    undecided = {id_ for fault in FAULTS.values() for id_ in fault.undecided}
    broken = {id_ for fault in FAULTS.values() for id_ in fault.broken}
    assert of_outcome(ran.out, "undecided") == undecided
    assert of_outcome(ran.out, "broken") == broken - undecided


def test_an_unused_index_is_advice(case: Case, doctor: Doctor) -> None:
    case.do("CREATE INDEX idle ON users (password_hash); SELECT count(*) FROM users")

    ran = doctor("--only", "doctor.indexes.unused")

    assert ran.code == 0
    assert found(ran.out, "doctor.indexes.unused").startswith("idle, 0.0 MiB, not declared\n")


def test_every_kind_of_fault_reads_as_its_golden_file(run: Run, case: Case, golden: Golden) -> None:
    for fault in list(FAULTS.values())[:-1]:
        case.do(fault.plant)

    ran = run("doctor", case.dsn)

    text = re.sub(
        r"The use of every index.*?\n\n", "", plain(ran.out, Path("/nowhere")), flags=re.DOTALL
    )
    for pattern, word in _VARIABLE.items():
        text = re.sub(pattern, word, text)
    golden("doctor/faults.txt", text.replace(case.name, "app"))


@pytest.mark.parametrize(
    ("constraint", "rows"),
    [
        ("CHECK (id > 2) NOT VALID", "2 rows break it"),
        ("CHECK (id > 1) NOT VALID", "1 row breaks it"),
        ("FOREIGN KEY (id) REFERENCES subscription_tiers (id) NOT VALID", "5 rows break it"),
    ],
)
def test_rows_that_break_an_unproven_constraint_are_counted(
    constraint: str, rows: str, case: Case, doctor: Doctor
) -> None:
    case.do(f"ALTER TABLE users ADD CONSTRAINT late {constraint}")

    ran = doctor("--only", "doctor.constraints.valid")

    assert found(ran.out, "doctor.constraints.valid") == f"NOT VALID; {rows}"


def test_a_document_that_is_too_large_to_read_is_undecided(case: Case, doctor: Doctor) -> None:
    case.do(
        "UPDATE custom_feeds SET algorithm_config = algorithm_config"
        " || jsonb_build_object('note', repeat('x', 300000))"
    )

    ran = doctor("--only", "doctor.jsonb.custom_feeds.algorithm_config")

    assert ran.code == 2
    assert found(ran.out, "doctor.jsonb.custom_feeds.algorithm_config") == "custom_feeds 1"


def test_a_report_keeps_its_schema(case: Case, doctor: Doctor) -> None:
    case.do(FAULTS["likes"].plant)

    document = json.loads(doctor().out)

    Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(document)


def test_a_repair_mends_what_it_is_printed_for(case: Case, doctor: Doctor) -> None:
    case.do(FAULTS["likes"].plant)
    (verdict,) = json.loads(doctor("--only", "invariant.posts.likes-count").out)["verdicts"]
    command = verdict["findings"][0]["repair"].splitlines()[0]
    path = f"{locate() / 'bin'}{os.pathsep}{os.environ['PATH']}"

    subprocess.run(["sh", "-c", command], check=True, env=os.environ | {"PATH": path})

    assert doctor().code == 0


def test_reading_the_data_is_all_the_right_it_needs(
    outside: Outside, case: Case, doctor: Doctor
) -> None:
    outside.do("CREATE ROLE doctor_reads LOGIN IN ROLE pg_read_all_data")

    ran = doctor(dsn=outside.url("doctor_reads", case.name))

    outside.do("DROP ROLE doctor_reads")
    assert ran.code == 0


def test_what_may_not_be_read_is_undecided(outside: Outside, case: Case, doctor: Doctor) -> None:
    ran = doctor(dsn=outside.url("reader", case.name))

    assert ran.code == 2
    assert of_outcome(ran.out, "broken") == set()
    assert "permission denied for table" in found(ran.out, "invariant.posts.likes-count")
    assert found(ran.out, "doctor.rows.posts") == "42501 permission denied for table posts"


def test_sequences_take_a_right_of_their_own(outside: Outside, case: Case, doctor: Doctor) -> None:
    case.do("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")

    ran = doctor(dsn=outside.url("reader", case.name))

    assert ran.code == 2
    assert of_outcome(ran.out, "undecided") == {"doctor.sequences.ahead", "doctor.sequences.room"}
    assert "permission denied for sequence" in found(ran.out, "doctor.sequences.ahead")


def test_a_policy_that_hides_rows_is_told(outside: Outside, case: Case, doctor: Doctor) -> None:
    case.do(
        "ALTER TABLE reposts ENABLE ROW LEVEL SECURITY; GRANT SELECT ON reposts, posts TO reader"
    )

    ran = doctor("--only", "invariant.posts.reposts-count", dsn=outside.url("reader", case.name))

    assert ran.code == 2
    assert "row-level security" in found(ran.out, "invariant.posts.reposts-count")


def test_no_transaction_id_is_used(outside: Outside, doctor: Doctor) -> None:
    question = "SELECT pg_snapshot_xmax(pg_current_snapshot())"
    before = outside.ask(question)

    doctor()

    assert outside.ask(question) == before


def test_every_file_of_the_database_stays_as_it_was(
    outside: Outside, case: Case, doctor: Doctor
) -> None:
    before = _files(outside, case)

    doctor()

    assert _files(outside, case) == before


def _files(outside: Outside, case: Case) -> dict[str, str]:
    """The digest of each file, what a new session caches for itself apart."""
    outside.do("CHECKPOINT")
    (oid,) = outside.ask(f"SELECT oid FROM pg_database WHERE datname = '{case.name}'")
    folder = outside.home / "data" / "base" / oid
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "pg_internal.init"
    }


def test_nothing_of_a_document_is_told(case: Case, run: Run) -> None:
    case.do(FAULTS["document"].plant)

    texts = [run("doctor", case.dsn, "--format", form).out for form in report.FORMATS]

    assert [text for text in texts if "s3cret" in text or "hush" in text] == []


def test_a_password_is_never_shown(outside: Outside, case: Case, doctor: Doctor) -> None:
    case.do(FAULTS["likes"].plant)

    ran = doctor(dsn=f"{outside.url(database=case.name)}&password=s3cret")

    assert "posts.sql" in ran.out
    assert "s3cret" not in ran.out + ran.err


def test_a_refused_password_is_never_shown(outside: Outside, doctor: Doctor) -> None:
    ran = doctor(dsn=f"{outside.url('locked', 'locked')}&password=wr0ng")

    assert ran.code == 2
    assert "error[wrong-password]" in ran.err
    assert "wr0ng" not in ran.out + ran.err


def test_a_template_is_a_database_like_others(outside: Outside, doctor: Doctor) -> None:
    home = f"host={outside.home} user=vrss_contract_admin dbname={HEALTHY}"

    assert doctor(dsn=home).code == 0
