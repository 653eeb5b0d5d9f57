"""``--changed BASE``: only the clauses that a change can touch, and what is said of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vrss_contract.checks import KINDS
from vrss_contract.checks.verdict import Listing
from vrss_contract.cli.options import placed
from vrss_contract.contract.model import Contract

if TYPE_CHECKING:
    from vrss_contract.checks.changed.base import Base
    from vrss_contract.checks.changed.choose import Share

CHANGED = click.option(
    "--changed",
    metavar="BASE",
    help="Only the clauses that the change since BASE, a git ref or a .sql file, can touch.",
)
_TOLD = 5
"""Changes that are told by name."""


def base_of(
    word: str | None, target: Sequence[str], contract: Contract, phase: int | None
) -> Base | None:
    """What the change is told against; None where all is judged.

    Raises:
        TroubleError: it is neither a file nor a commit with the target in it.
    """
    if word is None:
        return None
    from vrss_contract.checks.changed.base import read_base  # noqa: PLC0415 - few runs have one

    base = read_base(word, _place(target, contract), contract)
    there = placed(base.contract, contract.manifest.moved)
    return replace(base, target=base.target.up_to(phase), contract=there)


def _place(target: Sequence[str], contract: Contract) -> Path:
    """Where the target is, of which the commit has an earlier one."""
    if not target:
        return contract.manifest.required_schema()
    path = Path(target[0])
    if len(target) > 1 or not path.exists():
        told = "a change is told of one file or folder; name one, or leave --changed out"
        raise click.UsageError(told)
    return path


def told(share: Share | None) -> tuple[str, ...]:
    """What a reader has to know of a share: what it was chosen by, and what is left out."""
    if share is None:
        return ()
    if share.because:
        return (f"changed since {share.base}: {share.because}; so all clauses are judged",)
    judged = f"{len(share.clauses):,} of {share.asked:,} clauses can be touched by it"
    if not share.changes and not share.clauses:
        return (f"nothing changed since {share.base}: no clause can be touched",)
    grown = (
        f"a row of {table} in which no column was NULL takes eight bytes more; for that alone"
        f" {count:,} clauses on plans and blocks are not judged"
        for table, count in sorted(share.grown.items())
    )
    return (f"the change since {share.base} touches {_changes(share)}; {judged}", *grown)


def listed(share: Share | None) -> tuple[Listing, ...]:
    """How many clauses of each kind are judged and left out."""
    if share is None or share.because:
        return ()
    judged = Counter(one.kind for one in share.clauses)
    kinds = [kind for kind in KINDS if judged[kind] or kind in share.left_out]
    rows = tuple((kind, judged[kind], share.left_out.get(kind, 0)) for kind in kinds)
    says = f"clauses by kind that the change since {share.base} can touch, and those left out"
    return (Listing("share", says, ("kind", "judged", "left_out"), rows),)


def _changes(share: Share) -> str:
    first, more = share.changes[:_TOLD], len(share.changes) - _TOLD
    others = f" and {more:,} more" if more > 0 else ""
    return f"{', '.join(first) or 'the order or the comments of statements'}{others}"
