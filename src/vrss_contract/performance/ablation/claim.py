"""What the strategy claims of its tiers, measured: the queries with all of a tier and without.

Knows which queries a claim is about; does not know how it is measured. The claim of the first tier
is about the home feed, which is asked in the contract's form and in the strategy's own.
Source: strategy, Index Implementation Strategy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from vrss_contract import paths
from vrss_contract.contract.model import Contract
from vrss_contract.performance.ablation import Ablation, Pair
from vrss_contract.performance.ablation.tiers import TIERS
from vrss_contract.performance.ablation.worth import Worth

FEED = "home-feed"
_OWN = "home-feed.document.sql"
"""The strategy's own form of the feed."""


def of(ablation: Ablation, contract: Contract) -> Iterator[Worth]:
    """The queries without each tier at once, and the feed without every index that is no key's.

    Raises:
        psycopg.Error: an index is not there, or a query can't be run.
    """
    feed = [*feeds(contract)]
    declared = [index.name for table in contract.tables.values() for index in table.indexes]
    for tier in TIERS:
        names = [name for name in tier.indexes if name in declared]
        pairs = feed if tier.number == 1 else ablation.reading(names)
        if names and pairs:
            yield ablation.together(f"without tier {tier.number}", names, pairs, tier.claim)
    if feed:
        claim = TIERS[0].claim
        yield ablation.together("without any index but the keys'", declared, feed, claim)


def feeds(contract: Contract) -> Iterator[Pair]:
    """The first page of the home feed for each kind of reader, in both forms."""
    if FEED not in contract.queries:
        return
    query = contract.queries[FEED]
    own = (paths.fixtures() / "queries" / _OWN).read_text("utf-8")
    for form in (query, replace(query, name=f"{FEED}-document", sql=own)):
        for case in query.cases:
            if not case.name.endswith("-deep"):
                yield form, case
