"""Every operator that has something to spoil in the library makes a mutant that loads."""

from __future__ import annotations

import psycopg

from vrss_contract.database.catalog.read import read
from vrss_contract.database.scratch import Database
from vrss_contract.mutation.made import made
from vrss_contract.mutation.mutant import Mutant, Schema
from vrss_contract.mutation.operators import OPERATORS


def test_each_operator_makes_a_mutant_that_loads(empty_library: Database) -> None:
    """Whatever an operator makes there, at least one of it is a schema."""
    with empty_library.connect() as session:
        session.execute("SET search_path = library")
        mutants = made(OPERATORS, Schema(read(session, ("library",)))).mutants
        alone = [one for one in mutants if not one.committed]
        loaded = {one.operator for one in alone if _loads(one, session)}
    assert {one.operator for one in alone} - loaded == set()


def _loads(mutant: Mutant, session: psycopg.Connection) -> bool:
    with session.transaction(force_rollback=True):
        try:
            for statement in mutant.ddl:
                session.execute(statement.encode())
        except psycopg.Error:
            return False
    return True
