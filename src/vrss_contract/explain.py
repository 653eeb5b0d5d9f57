"""A clause told in full.

Knows how a clause, the errata that decided it and the SQL it runs are put into words; does not know
a server.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator

from vrss_contract.clause import digest
from vrss_contract.clause.model import Clause, Contract
from vrss_contract.kinds import KINDS
from vrss_contract.target import Target


def explain(clause: Clause, contract: Contract, target: Target) -> str:
    """Sentence, reason, source and SQL of one clause, as lines that end with a newline."""
    return "\n".join(_lines(clause, contract, target)) + "\n"


def _lines(clause: Clause, contract: Contract, target: Target) -> Iterator[str]:
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
    yield ""
    yield "  to see it by hand:"
    yield ""
    script = KINDS[clause.kind].sql(clause, contract, target)
    yield from (f"    {line}".rstrip() for line in script.splitlines())
