"""Rights and settings that nobody declares: who else may do what, and what sessions begin with."""

from __future__ import annotations

from vrss_contract.checks.table.answer import Answer, Missing, beyond
from vrss_contract.checks.table.functions import named
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Function, Table
from vrss_contract.database.catalog import facts
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.postgres.pinned_settings import OF_ROLE

_HARMLESS = frozenset(
    {"application_name", "client_min_messages", "client_encoding", "work_mem", "jit"}
)
"""What changes no row, no answer and no wait."""


def table(expected: Table, found: facts.CatalogTable, _: Catalog) -> Answer:
    """Its owner alone has rights to the table, its columns and their sequences, and has them all.

    What named roles were given is a matter of the server that they are on.
    """
    return beyond(expected.name, found.rights)


def callable_(expected: Function, catalog: Catalog) -> Answer:
    """Whoever may write a row may call what the row's checks and triggers call."""
    found = named(expected, catalog)
    if found is None:
        return Missing(f"function {expected.name}")
    closed = () if found.public_executes else ("no EXECUTE for public",)
    return beyond(expected.name, (*found.rights, *closed))


def schema(_: tuple[str, ...], catalog: Catalog) -> Answer:
    """Nobody but its owner makes objects in the schema, or has rights to what will be made.

    Nor to a view, or to a function that may be called and does what its owner may.
    """
    return beyond("the schema", catalog.rights)


def settings(_: tuple[str, ...], catalog: Catalog) -> Answer:
    """Sessions of the target's role begin as every session does."""
    return tuple(
        Finding("sessions begin otherwise", "no setting of the role", one)
        for one in catalog.settings
        if not _idle(*one.partition("=")[::2])
    )


def _idle(name: str, value: str) -> bool:
    return OF_ROLE.get(name) == value or name in _HARMLESS or name.startswith("log_")
