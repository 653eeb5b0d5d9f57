"""All that can be mended in a database, one after the other: names first.

Whoever takes a candidate runs it before the next one is asked for, which is told by what is there
then: what else differs is often said in the other name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg

from vrss_contract.causes.candidates import Candidate, called, candidates, misnamed
from vrss_contract.contract.model import Contract
from vrss_contract.database.catalog.read import read
from vrss_contract.database.naming.naming import Naming, found, grouped, renaming


def in_turn(session: psycopg.Connection, contract: Contract, naming: Naming) -> Iterator[Candidate]:
    """The candidates, in an order that loads.

    Args:
        session: in the database.
        contract: what should be.
        naming: which names are given; others are causes whether or not they may be assumed.
    """
    yield from names(session, contract, naming)
    yield from misnamed(contract, read(session, contract.schemas))
    yield from candidates(contract, read(session, contract.schemas))


def names(session: psycopg.Connection, contract: Contract, naming: Naming) -> Iterator[Candidate]:
    """Tables, columns, enums and functions of another name."""
    for group in grouped(found(session, contract, replace(naming, assume=True))):
        if ddl := renaming(session, contract, group):
            yield called(group, ddl)
