"""What each index is worth, as text for a terminal and for Markdown, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from vrss_contract import templates
from vrss_contract.performance.ablation.worth import PATIENCE, Effect, Look, Worth

FORMAT = 1
"""Version of the JSON's shape; raised when a reader has to change."""
_MIB = 1024 * 1024


def terminal(worths: Sequence[Worth]) -> str:
    """What is claimed, then an index at a time with the queries that miss it, then the sum."""
    blocks = ["\n".join(_block(worth)) for worth in worths]
    return "\n\n".join([*blocks, "\n".join(_ending(worths))]) + "\n"


def markdown(worths: Sequence[Worth]) -> str:
    """The sum, a table of the claims, and a table of the indexes, a row for each query."""
    return templates.template(
        *(__package__, "ablation.md"),
        look=_look,
        times=_times,
        mib=_mib,
        blocks=_blocks,
        log=_log,
    ).render(
        sum=_sum(worths),
        remarks=_remarks(worths),
        claims=[worth for worth in worths if not worth.table and worth.effects],
        indexes=[worth for worth in worths if worth.table],
    )


def document(worths: Sequence[Worth]) -> str:
    """The same as JSON, without the samples."""
    whole = {"format": FORMAT, "indexes": [_json(worth) for worth in worths]}
    return json.dumps(whole, indent=2) + "\n"


def _sum(worths: Sequence[Worth]) -> str:
    """How many indexes there are, and how many of them some query misses."""
    indexes = [worth for worth in worths if worth.table]
    size = sum(worth.cost.size for worth in indexes if worth.cost) / _MIB
    missed = sum(bool(worth.missed) for worth in indexes)
    return f"{len(indexes)} indexes, {size:,.1f} MiB; some query misses {missed} of them"


def _remarks(worths: Sequence[Worth]) -> list[tuple[str, list[Worth]]]:
    """What is to be said of indexes that nobody would miss, and which they are."""
    indexes = [worth for worth in worths if worth.table]
    found = {
        "redundant": [worth for worth in indexes if worth.redundant],
        "read by no query of the contract": [worth for worth in indexes if not worth.effects],
    }
    return [(word, chosen) for word, chosen in found.items() if chosen]


def _ending(worths: Sequence[Worth]) -> Iterator[str]:
    """The sum and the remarks as lines."""
    yield _sum(worths)
    for word, chosen in _remarks(worths):
        yield f"{word}: {', '.join(f'{worth.name} ({_mib(worth)} MiB)' for worth in chosen)}"


def _block(worth: Worth) -> Iterator[str]:
    yield f"{worth.name} on {worth.table}" if worth.table else worth.name
    if worth.claim:
        yield f"  claimed: {worth.claim}"
    if worth.cost:
        tier = f"tier {worth.tier}, " if worth.tier else ""
        blocks, log = _blocks(worth), _log(worth)
        work = f"; a row inserted costs {blocks} blocks and {log} bytes of log more" if log else ""
        yield f"  {tier}{_mib(worth)} MiB{work}"
        yield f"  {worth.verdict}"
    for effect in worth.missed if worth.table else worth.effects:
        times = f" ({_times(effect)} times)" if _times(effect) else ""
        yield f"  {effect.name}: {_look(effect.having)} → {_look(effect.lacking)}{times}"
        yield from (f"    {reason}" for reason in effect.reasons)
    if worth.spared and worth.table:
        yield f"  as good without: {', '.join(effect.name for effect in worth.spared)}"


def _mib(worth: Worth) -> str:
    return f"{worth.cost.size / _MIB:,.1f}" if worth.cost else ""


def _blocks(worth: Worth) -> str:
    cost = worth.cost
    return "" if cost is None or cost.blocks_a_row is None else f"{cost.blocks_a_row:.1f}"


def _log(worth: Worth) -> str:
    cost = worth.cost
    return "" if cost is None or cost.log_a_row is None else f"{cost.log_a_row:.0f}"


def _look(look: Look | None) -> str:
    if look is None:
        return f"over {PATIENCE * 1000:,.0f} ms"
    return f"{look.plan.buffers:,} blocks, {look.p95:.2f} ms"


def _times(effect: Effect) -> str:
    """How many times as long it takes without; a small change is noise, and not told."""
    if effect.lacking is None or effect.having.p95 == 0:
        return ""
    times = effect.lacking.p95 / effect.having.p95
    return f"{times:,.0f}" if times >= 2 else ""  # noqa: PLR2004 - twice is no noise


def _json(worth: Worth) -> dict[str, object]:
    return {
        "name": worth.name,
        "table": worth.table,
        "tier": worth.tier,
        "claim": worth.claim,
        "cost": asdict(worth.cost) if worth.cost else None,
        "twins": list(worth.twins),
        "verdict": worth.verdict if worth.table else "",
        "queries": [_effect(effect) for effect in worth.effects],
    }


def _effect(effect: Effect) -> dict[str, object]:
    return {
        "name": effect.name,
        "reasons": list(effect.reasons),
        "with": _json_look(effect.having),
        "without": _json_look(effect.lacking),
    }


def _json_look(look: Look | None) -> dict[str, object]:
    if look is None:
        return {"buffers": None, "p95_ms": None, "over_ms": PATIENCE * 1000, "plan": None}
    return {"buffers": look.plan.buffers, "p95_ms": look.p95, "plan": look.plan.shape}
