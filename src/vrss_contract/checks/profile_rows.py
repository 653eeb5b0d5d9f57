"""What a profile's rows say, beside what a target has: why they are not taken as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vrss_contract.checks.judged import Judged, beyond, lost
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.reproduction import seeding
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Contract
from vrss_contract.data.dataset import Copied, Offered, Portion, Prepared, Selected
from vrss_contract.data.dataset.profiles import profile
from vrss_contract.database.missing import required
from vrss_contract.sql.literal import parts
from vrss_contract.sql.spoken import words

_TAKEN = "every row is taken"


def unsayable(name: str, context: JudgingContext) -> Judged | None:
    """That rows can't be tried, since they say something that is missing."""
    if not context.missing:
        return None
    said = _said(name, context.contract)
    for one in context.missing:
        table = parts(one.table or one.name)[-1]
        if any(one.named_in(text) and table in words(text) for text in said):
            return lost(Finding(name, _TAKEN, str(one)))
    return None


def unsaid(name: str, context: JudgingContext) -> Iterator[Finding]:
    """The columns that nobody declared and that every row has to say."""
    contract = context.contract
    columns = [*required(contract, context.catalog)]
    said = _said(name, contract) if columns else ()
    for table, column in columns:
        if any(parts(table)[-1] in words(text) for text in said):
            found = beyond(table, column.name)
            yield Finding(f"{name}: {table}", _TAKEN, found, seeding(contract, name))


def _said(name: str, contract: Contract) -> Sequence[str]:
    return [_written(one) for one in profile(name, contract).portions()]


def _written(portion: Portion) -> str:
    """What a part of the rows speaks of."""
    if isinstance(portion, Copied):
        return " ".join((portion.table, *portion.columns))
    if isinstance(portion, Selected | Prepared):
        return portion.statement
    return portion.table if isinstance(portion, Offered) else ""
