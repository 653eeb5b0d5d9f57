"""Which texts of a contract mutants are made of, and what each is called.

A query is called ``query.NAME``, a script by its path from the contract's folder.
"""

from __future__ import annotations

from collections.abc import Mapping

from vrss_contract.contract import digest
from vrss_contract.contract.model import Clause, Contract, QueryPromise
from vrss_contract.errors import TroubleError
from vrss_contract.reconcile.script import repairs

_QUERY = "query."


def answering(contract: Contract) -> Mapping[str, Clause]:
    """The clause that compares a query's answers, by the query's name."""
    return {
        clause.promise.query.name: clause
        for clause in contract.clauses
        if isinstance(clause.promise, QueryPromise) and clause.promise.aspect == "answers"
    }


def scripts(contract: Contract) -> Mapping[str, str]:
    """The scripts that repair something, by their paths, as clauses have them."""
    try:
        return {one.name: one.sql.strip() for one in repairs(contract)}
    except TroubleError:  # it has none
        return {}


def called(query: str) -> str:
    """What the text of a query is called."""
    return f"{_QUERY}{query}"


def of_text(name: str, contract: Contract) -> str:
    """Twelve hex digits that change when the text does; nothing where none is called that."""
    query = contract.queries.get(name.removeprefix(_QUERY)) if name.startswith(_QUERY) else None
    text = query.sql if query else scripts(contract).get(name, "")
    return digest.of_values(text) if text else ""
