"""On a server whose owner has set everything that we pin otherwise, clauses hold as before.

A clause of every kind takes its time: a filled database, and all that the others need. With WHOLE=1
in the environment every clause of the contract is judged, which takes minutes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.engine.runs import Outside, Ran, outcomes
from vrss_contract.contract.model import Clause, Contract
from vrss_contract.postgres.pinned_settings import OF_ROLE, PINNED, names
from vrss_contract.postgres.settings import ADMIN

pytestmark = pytest.mark.once

ALL = PINNED | OF_ROLE
Run = Callable[..., Ran]
SPELT = {
    "client_encoding": "LATIN1",
    "DateStyle": "SQL, DMY",
    "default_text_search_config": "pg_catalog.german",
    "restrict_nonsystem_relation_kind": "view",
    "plpgsql.extra_errors": "all",
    "plpgsql.extra_warnings": "all",
    # Long enough for us to come to say otherwise.
    "idle_in_transaction_session_timeout": "1000",
    "idle_session_timeout": "1000",
    "transaction_timeout": "1000",
    "temp_buffers": "800kB",
    "geqo_threshold": "2",
}
"""What is not the other one of two, nor the least or the most that there may be."""
NONE_OTHER = {
    "default_tablespace": "there is one tablespace",
    "temp_tablespaces": "as above",
    "default_table_access_method": "there is one access method",
    "default_toast_compression": "there is one way to compress",
    "session_preload_libraries": "there is no library to load",
    "local_preload_libraries": "as above",
    "lc_messages": "there is one language",
    "lc_monetary": "a system may have one locale",
    "lc_numeric": "as above",
    "lc_time": "as above",
    "timezone_abbreviations": "there is one set of them",
    "file_copy_method": "a file system may know no other",
}
EVERY = {"rows": 80, "table": 80, "cascade": 40, "trigger": 20, "query": 80, "schedule": 30}
"""Of a kind with many clauses, one of so many is judged; of any other, the first."""


def _otherwise(admin: psycopg.Connection, name: str, value: str) -> str | None:
    """Another value of the setting than the one that is pinned."""
    if name in SPELT:
        return SPELT[name]
    query = "SELECT vartype, min_val, max_val, enumvals, boot_val FROM pg_settings WHERE name = %s"
    row = admin.execute(query, [name]).fetchone()
    if not row:
        return None
    kind, least, most, words, default = row
    if kind == "bool":
        return "off" if value == "on" else "on"
    if kind == "enum":
        return next((word for word in words if word != value), None)
    return str(least if least != default else most)


@pytest.fixture
def hostile(outside: Outside) -> Iterator[int]:
    """A server, a database and a role with all of these set otherwise; how many were."""
    conninfo = make_conninfo(host=str(outside.home), user=ADMIN, dbname="postgres")
    whose = ("ROLE ALL", "DATABASE postgres", f"ROLE {ADMIN}")
    with psycopg.connect(conninfo, autocommit=True) as admin:
        admin.execute("DO $$ BEGIN END $$")
        values = {
            name: other
            for name in names(admin.info.server_version, ALL)
            if name not in NONE_OTHER and (other := _otherwise(admin, name, ALL[name])) is not None
        }
        try:
            for name, other in values.items():
                setting = sql.SQL(".").join(map(sql.Identifier, name.split(".")))
                for one in whose:
                    alter = sql.SQL(f"ALTER {one} SET {{}} = {{}}")
                    admin.execute(alter.format(setting, sql.Literal(other)))
            yield len(values)
        finally:
            for one in whose:
                admin.execute(f"ALTER {one} RESET ALL")


def _share(clauses: Sequence[Clause]) -> Iterator[str]:
    """The ids of some clauses of each kind."""
    kinds = dict.fromkeys(clause.kind for clause in clauses)
    for kind in kinds:
        ids = [clause.id for clause in clauses if clause.kind == kind]
        yield from ids[:: EVERY[kind]] if kind in EVERY else islice(ids, 1)


def test_clauses_of_every_kind_hold_whatever_the_server_is_set_to(
    run: Run, outside: Outside, contract: Contract, hostile: int
) -> None:
    whole = bool(os.environ.get("WHOLE"))
    asked = [one.id for one in contract.clauses] if whole else [*_share(contract.clauses)]
    only = [word for id_ in asked for word in ("--only", id_)]

    ran = run("verify", "--server", outside.url(), *only, "--format", "json")

    assert hostile > 90
    assert {id_: was for id_, was in outcomes(ran.out).items() if was != "holds"} == {}
    assert len(outcomes(ran.out)) == len(asked)
    assert outside.left() == []
