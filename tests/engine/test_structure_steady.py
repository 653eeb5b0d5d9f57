"""Which words of a function's body make it another on another day, or for somebody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import contracts
from tests.engine.catalogs import catalog, function
from vrss_contract.checks.table import Missing, judge_fact
from vrss_contract.contract.model import FactPromise

pytestmark = pytest.mark.once

_DECLARED = "BEGIN IF current_setting('transaction_isolation') <> 'x' THEN NULL; END IF; END"
_EXPECTED = replace(
    next(iter(contracts.canonical().functions.values())), name="touch", arguments="", body=_DECLARED
)
_PROMISE = FactPromise("steady", "", "touch", _EXPECTED)


def _found(body: str) -> list[str]:
    answer = judge_fact(_PROMISE, catalog(functions=(function("touch", body=body),)))
    assert isinstance(answer, tuple)
    return [one.found for one in answer]


@pytest.mark.parametrize(
    "body",
    [
        _DECLARED,
        "BEGIN NEW.updated_at = now(); RETURN NEW; END",
        "BEGIN NEW.updated_at = GREATEST(clock_timestamp(), OLD.updated_at + '1s'); END",
        "BEGIN UPDATE posts SET likes_count = 1, seen_at = CURRENT_TIMESTAMP WHERE id = 1; END",
        "BEGIN IF pg_trigger_depth() = 1 THEN PERFORM pg_advisory_xact_lock(1); END IF; END",
        "BEGIN NEW.took = clock_timestamp() - NEW.began; NEW.day = date_trunc('day', now()); END",
        "BEGIN NEW.ends_at := now() + interval '1 day'; NEW.age := age(now(), OLD.born); END",
        "BEGIN RETURN NEW; END -- random() is not called on Sundays",
    ],
)
def test_a_body_that_goes_by_rows_is_steady(body: str) -> None:
    assert _found(body) == []


@pytest.mark.parametrize(
    "condition",
    [
        "random() < 0.5",
        "extract(isodow FROM now()) = 7",
        "date_part('hour', CURRENT_TIMESTAMP) = 3",
        "to_char(now(), 'D') = '1'",
        "clock_timestamp() > '2100-01-01'",
        "'2100-01-01' < now()",
        "pg_backend_pid() % 100 = 99",
        "txid_current() % 2 = 0",
        "clock_timestamp() - now() > interval '5 seconds'",
        "now()::time > '23:30'",
        "CURRENT_DATE = '2030-01-01'",
        "date_trunc('day', now()) = started",
        "age(now(), born) > '1 year'",
        "current_query() LIKE 'COPY%'",
        "current_database() = 'test'",
        "(SELECT count(*) FROM pg_stat_activity) > 90",
        "pg_is_in_recovery()",
        "session_user = 'admin'",
        "current_setting('application_name') = 'x'",
        "current_setting('transaction_isolation') = current_setting('transaction_isolation')",
    ],
)
def test_a_body_that_asks_chance_the_clock_or_the_session_is_not(condition: str) -> None:
    assert len(_found(f"BEGIN IF {condition} THEN RETURN NULL; END IF; END")) == 1


def test_of_a_function_that_is_not_there_nothing_can_be_said() -> None:
    assert judge_fact(_PROMISE, catalog()) == Missing("function touch")
