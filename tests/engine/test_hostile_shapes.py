"""Targets that load well and are nothing like the contract: every clause gets a verdict."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests import paths
from tests.engine.runs import Ran, found, outcomes
from vrss_contract.checks import KINDS
from vrss_contract.contract.model import Contract

pytestmark = pytest.mark.once

Run = Callable[..., Ran]
JSON = ("--format", "json")
FILLED = {"dataset", "query"}
"""Kinds judged in worlds of data, from which a target's own rows are gone: test_kind_dataset.py."""
IN_DATA = {"nothing", "uuid-keys", "a-rule"}
"""Shapes of which those are asked too: no table, one that fits no row, one that loses its rows."""
USERS = "CREATE TABLE {} (id bigserial PRIMARY KEY, username varchar(30) NOT NULL);\n"
SHAPES = {
    "nothing": "SELECT 1;\n",
    "uuid-keys": "CREATE TABLE users (id uuid PRIMARY KEY, username varchar(30));\n"
    "CREATE TABLE posts (id uuid, user_id uuid REFERENCES users);\n",
    "a-view": "CREATE VIEW users AS SELECT 1::bigint AS id, 'x'::text AS username;\n",
    "a-materialized-view": "CREATE MATERIALIZED VIEW users AS SELECT 1::bigint AS id;\n",
    "another-schema": "CREATE SCHEMA app;\n" + USERS.format("app.users"),
    "another-path": "CREATE SCHEMA app;\nSET search_path = app;\n" + USERS.format("users"),
    "mixed-case": USERS.format('"Users"'),
    "no-columns": "CREATE TABLE users ();\nCREATE TABLE posts ();\n",
    "partitions": "CREATE TABLE users (id bigint, username text) PARTITION BY HASH (id);\n",
    "a-type-of-that-name": "CREATE TYPE users AS (id bigint);\nCREATE TYPE post_type AS (a int);\n",
    "a-sequence-of-that-name": "CREATE SEQUENCE users;\n",
    "a-domain-for-an-enum": "CREATE DOMAIN user_status AS text;\n",
    "no-schema": "DROP TABLE IF EXISTS users;\nCREATE TEMP TABLE pg_class (a int);\n",
    "a-rule": USERS.format("users") + "CREATE RULE r AS ON INSERT TO users DO INSTEAD NOTHING;",
    "strange-names": 'CREATE TABLE "users" ("id; DROP TABLE users" int, "a""b" int, "\u202e" int);',
}


@pytest.mark.parametrize("name", SHAPES)
def test_every_clause_gets_a_verdict(verify: Run, contract: Contract, name: str) -> None:
    unasked = {"phase"} if name in IN_DATA else {"phase", *FILLED}  # no shape marks phases
    kinds = [kind for kind in KINDS if kind not in unasked]

    ran = verify(SHAPES[name], *JSON, *(word for kind in kinds for word in ("--kind", kind)))

    seen = outcomes(ran.out)
    assert list(seen) == [one.id for one in contract.clauses if one.kind in kinds]
    assert seen["posts.likes_count.type"] != "holds"
    assert ran.code == 1
    told = ran.err.splitlines()  # what broke is told as it is found, and nothing else
    assert [line for line in told if not line.startswith(("BROKEN ", "and more, "))] == []


def test_queries_of_what_takes_no_data_are_undecided(verify: Run) -> None:
    ran = verify(SHAPES["nothing"], "--only", "query.login.*", *JSON)

    assert (ran.code, ran.err) == (2, "")
    assert set(outcomes(ran.out).values()) == {"undecided"}
    assert found(ran.out, "query.login.answers") == "table users is missing"


def test_the_report_on_nothing_is_short(verify: Run) -> None:
    ran = verify(SHAPES["nothing"])

    assert ran.code == 1
    assert len(ran.out.splitlines()) < 500
    assert max(map(len, ran.out.splitlines())) < 400


@pytest.mark.parametrize("name", ["another-schema", "another-path", "mixed-case", "a-view"])
def test_a_table_that_is_not_where_it_should_be_is_missing(verify: Run, name: str) -> None:
    ran = verify(SHAPES[name], "--only", "users.table", "--no-assumptions", *JSON)

    assert outcomes(ran.out) == {"users.table": "broken"}


def test_a_row_that_does_not_fit_is_undecided(verify: Run) -> None:
    ran = verify(SHAPES["uuid-keys"], "--only", "users.required-only", *JSON)

    assert outcomes(ran.out) == {"users.required-only": "undecided"}
    assert found(ran.out, "users.required-only") == "column users.email is missing"


ROWS = """
INSERT INTO subscription_tiers (id, name, storage_bytes, price_monthly_cents)
VALUES (1, 'free', 1, 0), (2, 'pro', 2, 1);
INSERT INTO users (id, username, email, password_hash)
VALUES (1, 'first', 'first@example.org', 'x'), (2, 'user2', 'user2@example.org', 'x'),
    (101, 'user101', 'user101@example.org', 'x');
INSERT INTO posts (id, user_id, type, content) VALUES (1, 2, 'text_short', 'x');
INSERT INTO user_subscriptions (user_id, tier_id, status, current_period_start, current_period_end)
VALUES (1, 1, 'active', now(), now());
INSERT INTO user_follows (follower_id, following_id) VALUES (1, 2), (2, 1);
"""


def test_rows_that_a_target_brings_change_no_verdict(verify: Run) -> None:
    # Schedules begin as pairs and workloads do, in a database whose tables were emptied.
    unasked = FILLED | {"schedule"}
    kinds = [word for kind in KINDS if kind not in unasked for word in ("--kind", kind)]

    ran = verify(paths.schema().read_text("utf-8") + ROWS, *JSON, "--timeout", "10", *kinds)

    assert ran.err == ""
    assert {id_: seen for id_, seen in outcomes(ran.out).items() if seen != "holds"} == {}
