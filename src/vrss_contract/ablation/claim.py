"""What the strategy claims of its tiers, measured: the home feed with them and without.

Knows the claim ("> 500 ms without, < 50 ms with"); does not know how it is measured.
Source: strategy, Index Strategy, tier 1.
"""

from __future__ import annotations

from collections.abc import Iterator

from vrss_contract.ablation import TIERS, Ablation, Worth
from vrss_contract.clause.model import Contract

FEED = "home-feed"


def of(ablation: Ablation, contract: Contract) -> Iterator[Worth]:
    """The feed without each tier at once, and without every index that no key needs.

    Raises:
        psycopg.Error: an index is not there, or the feed can't be run.
    """
    if FEED not in contract.queries:
        return
    cases = [f"{FEED}.{case.name}" for case in contract.queries[FEED].cases]
    by_tier = {
        f"without tier {tier}": [
            index.name
            for table in contract.tables.values()
            for index in table.indexes
            if index.level == level
        ]
        for level, tier in TIERS.items()
    }
    every = [name for names in by_tier.values() for name in names]
    for title, names in {**by_tier, "without any but the keys'": every}.items():
        if names:
            yield ablation.together(title, names, cases)
