"""A clause told in full.

Its sentence, its reason, the errata that decided it and the SQL it runs.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator

from vrss_contract.checks import KINDS
from vrss_contract.contract import digest
from vrss_contract.contract.model import Clause, Contract
from vrss_contract.target import Target


def explain(clause: Clause, contract: Contract, target: Target) -> str:
    """Sentence, reason and source of one clause, then the SQL that shows it: a script for psql."""
    script = KINDS[clause.kind].sql(clause, contract, target)
    head = (f"-- {line}".rstrip() for line in _head(clause, contract))
    return "\n".join([*head, "", script.rstrip(), ""])


def _head(clause: Clause, contract: Contract) -> Iterator[str]:
    yield clause.id
    yield f"  {clause.says}"
    yield ""
    origin = "derived from the declaration at" if clause.derived else "written at"
    facts = {
        "level": clause.level,
        "kind": clause.kind,
        "objects": ", ".join(clause.objects),
        "source": clause.source,
        "reason": clause.reason,
        "place": f"{origin} {clause.place}" if clause.place.file else "the contract as a whole",
        "digest": digest.of_clause(clause),
    }
    yield from (f"  {name:<9} {text}" for name, text in facts.items() if text)
    for erratum in contract.errata:
        if any(fnmatch.fnmatchcase(clause.id, pattern) for pattern in erratum.clauses):
            yield f"  {'erratum':<9} {erratum.id}: {erratum.decided}"
