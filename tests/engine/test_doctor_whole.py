"""The doctor's command where the schema is not as it was: moved elsewhere, or half of it gone."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator

import pytest

from tests.engine.doctors import Case, copied, healthy, of_outcome
from tests.engine.runs import Outside, Ran
from vrss_contract.postgres.binaries import locate

pytestmark = pytest.mark.once

Doctor = Callable[..., Ran]
_MOVED = """
ALTER SCHEMA public RENAME TO app; CREATE SCHEMA public;
DO $$ DECLARE f regprocedure; BEGIN
FOR f IN SELECT oid FROM pg_proc WHERE array_to_string(proconfig, ' ') ~ 'public' LOOP
EXECUTE 'ALTER FUNCTION ' || f || ' SET search_path = pg_catalog, app, pg_temp'; END LOOP; END $$
"""
_GONE = """\
DROP TABLE user_subscriptions;
DROP TRIGGER trigger_update_post_comments_count ON comments;
ALTER TABLE reposts DROP CONSTRAINT reposts_pkey, DROP CONSTRAINT reposts_post_id_fkey;
ALTER TABLE users DROP CONSTRAINT users_email_key, DROP CONSTRAINT users_username_format;
ALTER TABLE users ALTER email DROP NOT NULL, ALTER id DROP DEFAULT;
ALTER TABLE comments DROP COLUMN content_html CASCADE;
ALTER TABLE posts ALTER status DROP DEFAULT, ALTER likes_count TYPE bigint;
DROP SEQUENCE users_id_seq;
DROP INDEX idx_posts_user_created, idx_messages_unread;
ALTER FUNCTION update_post_likes_count() RESET search_path;
ALTER TABLE messages SET UNLOGGED, ENABLE ROW LEVEL SECURITY;
ALTER TABLE posts DISABLE TRIGGER ALL
"""


@pytest.fixture(scope="module", autouse=True)
def template(outside: Outside) -> Iterator[None]:
    with healthy(outside):
        yield


@pytest.fixture
def case(outside: Outside) -> Iterator[Case]:
    with copied(outside) as one:
        yield one


@pytest.fixture
def doctor(run: Callable[..., Ran], case: Case) -> Doctor:
    return lambda *words: run("doctor", case.dsn, "--format", "json", *words)


def test_tables_of_another_schema_are_found_by_the_path_or_the_option(
    case: Case, run: Callable[..., Ran], doctor: Doctor
) -> None:
    present = ("--format", "json", "--only", "doctor.tables.present")
    with case.session() as session:
        session.execute(_MOVED)

    ran = doctor()
    asked = doctor("--schema", "app")
    by_dsn = run("doctor", f"{case.dsn}&schema=app", *present)
    case.do(f"ALTER DATABASE {case.name} SET search_path = app")
    by_path = run("doctor", case.dsn, *present)

    assert ran.code == 3
    assert "error[tables-elsewhere]" in ran.err
    assert "do      name it: --schema app" in ran.err
    assert (asked.code, of_outcome(asked.out, "undecided")) == (0, set())
    assert (by_path.code, by_dsn.code) == (0, 0)
    assert "looked in the schema app, which the DSN or the role's" in by_path.out


def test_what_is_printed_mends_what_is_gone(case: Case, doctor: Doctor) -> None:
    with case.session() as session:
        session.execute(_GONE)
    sick = doctor()
    findings = [
        finding
        for verdict in json.loads(sick.out)["verdicts"]
        for finding in (verdict["findings"] if verdict["outcome"] == "broken" else ())
    ]
    repairs = "\n".join(finding.get("repair", "") for finding in findings)

    psql = [str(locate() / "bin" / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", case.dsn]
    subprocess.run(psql, input=repairs, check=True, text=True, stdout=subprocess.DEVNULL)

    assert sick.code == 1
    assert of_outcome(doctor().out, "broken") == set()
