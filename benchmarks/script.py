"""The whole psql script that has pgTAP judge a contract.

Knows the frame (one transaction that is rolled back, the world's rows once, plan and finish) and
how many assertions go into a statement; does not know what they assert.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.assertions import UNDO, UNDONE, assertions
from vrss_contract.contract.model import Clause, Contract
from vrss_contract.database.row_factory import Factory

SCHEMA = "tap"
"""Where pgTAP's functions are."""
AT_ONCE = 100
"""Assertions in one statement. One each is slower by half; from 50 to 500, and with a savepoint or
a transaction around each hundred, the times are alike."""
_HEAD = f"""\
\\set ON_ERROR_STOP 1
SET search_path = public, {SCHEMA};
BEGIN;
CREATE FUNCTION {UNDO} RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION SQLSTATE '{UNDONE}';
END;
$$;
"""


def made(contract: Contract, clauses: Sequence[Clause]) -> list[str]:
    """Every assertion on the clauses, in their order."""
    return [one for clause in clauses for one in assertions(clause, contract)]


def script(contract: Contract, asserted: Sequence[str], *, at_once: int = 1) -> str:
    """A file for psql; ``at_once`` assertions stand in one statement."""
    return _HEAD + "\n".join(_body(contract, asserted, at_once)) + "\n"


def _body(contract: Contract, asserted: Sequence[str], at_once: int) -> Iterator[str]:
    yield f"SELECT plan({len(asserted)});"
    for statements in Factory(contract).baseline().values():
        yield from (f"{statement};" for statement in statements)
    if at_once == 1:
        yield from (f"SELECT {one};" for one in asserted)
    else:
        for start in range(0, len(asserted), at_once):
            listed = ",\n".join(asserted[start : start + at_once])
            yield f"SELECT unnest(ARRAY[\n{listed}\n]);"
    yield "SELECT * FROM finish();"
    yield "ROLLBACK;"
