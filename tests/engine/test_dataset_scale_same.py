"""The data at scale are the same rows every time, however the work is divided."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from tests.engine.scales import filled, rows
from vrss_contract.contract.model import Contract
from vrss_contract.data.dataset import sized
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.postgres.binaries import locate

pytestmark = pytest.mark.once

_ORDERED = "SELECT md5(string_agg(md5(one::text), '' ORDER BY id)) FROM {} AS one"


@pytest.fixture
def again(databases: Databases, untouched: Database, contract: Contract) -> Iterator[Database]:
    database = filled(databases, untouched, contract)
    yield database
    databases.drop(database)


@pytest.fixture
def crumbled(
    databases: Databases,
    untouched: Database,
    contract: Contract,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Database]:
    """The same rows, written by many small statements."""
    monkeypatch.setattr(sized, "PORTION", 400)
    database = filled(databases, untouched, contract)
    yield database
    databases.drop(database)


def _dumped(database: Database) -> str:
    """Its data as SQL; the two lines that hold a token drawn for each dump are left out."""
    command = [str(locate() / "bin" / "pg_dump"), "--data-only", database.admin]
    dump = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    lines = dump.splitlines()
    return "\n".join(line for line in lines if not line.startswith(("\\restrict", "\\unrestrict")))


def test_two_databases_hold_the_same_rows_byte_for_byte(tiny: Database, again: Database) -> None:
    assert _dumped(tiny) == _dumped(again)


def test_rows_do_not_depend_on_how_the_work_is_divided(
    tiny: Database, crumbled: Database, contract: Contract
) -> None:
    for table in contract.tables:
        query = _ORDERED.format(table)
        assert rows(tiny, query) == rows(crumbled, query), table
