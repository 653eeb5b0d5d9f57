"""What a contract claims of its tiers of indexes, measured with all of a tier and without."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from vrss_contract.contract.manifest import IndexTier
from vrss_contract.contract.model import Contract
from vrss_contract.performance.ablation import Ablation, Pair
from vrss_contract.performance.ablation.worth import Worth


def of(ablation: Ablation, contract: Contract) -> Iterator[Worth]:
    """The queries without each tier at once, and some without every index that is no key's.

    Raises:
        psycopg.Error: an index is not there, or a query can't be run.
    """
    tiers = contract.manifest.index_tiers
    declared = [index.name for table in contract.tables.values() for index in table.indexes]
    for tier in tiers:
        names = [name for name in tier.indexes if name in declared]
        pairs = [*asked(tier, contract)] if tier.cases else ablation.reading(names)
        if names and pairs:
            yield ablation.together(f"without tier {tier.number}", names, pairs, tier.claim)
    for tier in tiers:
        if tier.alone and (pairs := [*asked(tier, contract)]):
            yield ablation.together("without any index but the keys'", declared, pairs, tier.claim)


def asked(tier: IndexTier, contract: Contract) -> Iterator[Pair]:
    """The cases that a claim is about, in the contract's form and in each other one."""
    cases = [
        (query, case)
        for query in contract.queries.values()
        for case in query.cases
        if f"{query.name}.{case.name}" in tier.cases
    ]
    yield from cases
    for form in tier.forms:
        sql = form.file.read_text("utf-8")
        for query, case in cases:
            if query.name == form.query:
                yield replace(query, name=form.name, sql=sql), case
