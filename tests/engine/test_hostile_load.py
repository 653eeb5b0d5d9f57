"""Targets that do not load: where, why, and in few words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine.runs import Ran

pytestmark = pytest.mark.once

Run = Callable[..., Ran]
Told = Callable[[str, Ran], None]
SCRIPTS = {
    "load-syntax": "CREATE TABLE a ();\nCREATE TABEL b ();\n",
    "load-line-inside": """-- phase 1: foundation

CREATE TABLE users (
    id bigint,
    -- a comment with a ; in it
    mood moood NOT NULL,
    name text
);
""",
    "load-phase": "SELECT 1;\n-- phase 2: content\nALTER TABLE posts\n    ADD COLUMN x int;\n",
    "load-body": """CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    RETRUN 1;
END;
$$;
""",
    "load-constraint": "CREATE TABLE a (b int CHECK (b > 0));\nINSERT INTO a\nVALUES (0);\n",
    "load-extension": 'CREATE EXTENSION IF NOT EXISTS "no_such_extension";\n',
    "load-unclosed": "CREATE FUNCTION f() RETURNS int AS $$ SELECT 1;\n\nCREATE TABLE a ();\n",
    "load-raises": "DO $$ BEGIN RAISE 'first\nsecond' USING DETAIL = 'why', HINT = 'do'; END $$;\n",
    "load-escapes": "DO $$ BEGIN RAISE E'\\x1b[2J\\x07'; END $$;\n",
    "load-long": "DO $$ BEGIN RAISE '%', repeat('x', 3000000); END $$;\n" + "-- y\n",
    "load-long-statement": f"SELECT '{'y' * 100_000}'\n\n\n\nFROM nowhere;\n",
    "open-transaction": "BEGIN;\nCREATE TABLE users ();\n",
}
DUMP = """--
-- PostgreSQL database dump
--

-- Dumped from database version 16.11
-- Dumped by pg_dump version 16.11

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = '{encoding}';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE TABLE public.users (
    id bigint NOT NULL,
    price text DEFAULT '1 €'
);
COMMENT ON TABLE public.users IS 'Each pays 1 €.';
"""


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_does_not_load_is_told(verify: Run, told: Told, name: str) -> None:
    ran = verify(SCRIPTS[name])

    assert ran.code == 2
    told(name, ran)


def test_a_transaction_that_is_closed_is_kept(verify: Run) -> None:
    ran = verify("BEGIN;\nCREATE TABLE users ();\nCOMMIT;\n", "--only", "users.table")

    assert ran.code == 0


def test_statements_may_return_rows_or_none(verify: Run) -> None:
    script = "CREATE TABLE users ();\nSELECT 1;\nVALUES (1), (2);\nWITH a AS (SELECT 1) TABLE a;\n"

    assert verify(script, "--only", "users.table").code == 0


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_dump_that_names_another_encoding_is_still_read_as_text(
    verify: Run, encoding: str
) -> None:
    script = DUMP.format(encoding=encoding)

    assert (verify(script, "--only", "users.table").err) == ""


def test_per_cent_signs_are_no_parameters(verify: Run) -> None:
    assert verify("CREATE TABLE users ();\nSELECT 5 % 3, '%s';", "--only", "users.table").code == 0
