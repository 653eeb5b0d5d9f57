"""What each index is worth, as text for a terminal and for Markdown, and as JSON.

Knows how it is told; does not know how it is measured.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from vrss_contract.performance.ablation.worth import PATIENCE, Effect, Look, Worth

FORMAT = 1
"""Version of the JSON's shape; raised when a reader has to change."""
_MIB = 1024 * 1024
_CLAIMS = (
    "| gone together | the contract's claim | query | with | without |\n|---|---|---|--:|--:|\n"
)
_HEAD = (
    "| index | tier | MiB | blocks a row | log a row | query | with | without | what is worse |\n"
    "|---|--:|--:|--:|--:|---|--:|--:|---|\n"
)


def terminal(worths: Sequence[Worth]) -> str:
    """What is claimed, then an index at a time with the queries that miss it, then the sum."""
    blocks = ["\n".join(_block(worth)) for worth in worths]
    return "\n\n".join([*blocks, "\n".join(_sum(worths))]) + "\n"


def markdown(worths: Sequence[Worth]) -> str:
    """The sum, a table of the claims, and a table of the indexes, a row for each query."""
    claims = "".join(row for worth in worths if not worth.table for row in _claimed(worth))
    rows = "".join(row for worth in worths if worth.table for row in _rows(worth))
    told = [f"- {line}\n" for line in _sum(worths)]
    parts = ["".join(told), f"{_CLAIMS}{claims}" if claims else "", f"{_HEAD}{rows}"]
    return "\n".join(part for part in parts if part)


def document(worths: Sequence[Worth]) -> str:
    """The same as JSON, without the samples."""
    whole = {"format": FORMAT, "indexes": [_json(worth) for worth in worths]}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _sum(worths: Sequence[Worth]) -> Iterator[str]:
    """How many indexes there are, and which of them nobody would miss."""
    indexes = [worth for worth in worths if worth.table]
    size = sum(worth.cost.size for worth in indexes if worth.cost) / _MIB
    missed = sum(bool(worth.missed) for worth in indexes)
    yield f"{len(indexes)} indexes, {size:,.1f} MiB; some query misses {missed} of them"
    for word, chosen in {
        "redundant": [worth for worth in indexes if worth.redundant],
        "read by no query of the contract": [worth for worth in indexes if not worth.effects],
    }.items():
        if chosen:
            yield f"{word}: {', '.join(f'{worth.name} ({_mib(worth)} MiB)' for worth in chosen)}"


def _block(worth: Worth) -> Iterator[str]:
    yield f"{worth.name} on {worth.table}" if worth.table else worth.name
    if worth.claim:
        yield f"  claimed: {worth.claim}"
    if worth.cost:
        tier = f"tier {worth.tier}, " if worth.tier else ""
        blocks, log = _work(worth)
        work = f"; a row inserted costs {blocks} blocks and {log} bytes of log more" if log else ""
        yield f"  {tier}{_mib(worth)} MiB{work}"
        yield f"  {worth.verdict}"
    for effect in worth.missed if worth.table else worth.effects:
        yield f"  {effect.name}: {_look(effect.having)} → {_look(effect.lacking)}{_times(effect)}"
        yield from (f"    {reason}" for reason in effect.reasons)
    if worth.spared and worth.table:
        yield f"  as good without: {', '.join(effect.name for effect in worth.spared)}"


def _rows(worth: Worth) -> Iterator[str]:
    cells = [f"`{worth.name}`", str(worth.tier or ""), _mib(worth), *_work(worth)]
    if not worth.missed:
        spared = ", ".join(f"`{effect.name}`" for effect in worth.spared)
        yield f"| {' | '.join([*cells, spared, '', '', worth.verdict])} |\n"
    for effect in worth.missed:
        looks = (_look(effect.having), _look(effect.lacking) + _times(effect))
        told = "; ".join(effect.reasons)
        yield f"| {' | '.join([*cells, f'`{effect.name}`', *looks, told])} |\n"
        cells = [""] * len(cells)


def _claimed(worth: Worth) -> Iterator[str]:
    cells = [worth.name, worth.claim]
    for effect in worth.effects:
        looks = (_look(effect.having), _look(effect.lacking) + _times(effect))
        yield f"| {' | '.join([*cells, f'`{effect.name}`', *looks])} |\n"
        cells = ["", ""]


def _mib(worth: Worth) -> str:
    return f"{worth.cost.size / _MIB:,.1f}" if worth.cost else ""


def _work(worth: Worth) -> tuple[str, str]:
    cost = worth.cost
    if cost is None or cost.blocks_a_row is None or cost.log_a_row is None:
        return ("", "")
    return (f"{cost.blocks_a_row:.1f}", f"{cost.log_a_row:.0f}")


def _look(look: Look | None) -> str:
    if look is None:
        return f"over {PATIENCE * 1000:,.0f} ms"
    return f"{look.plan.buffers:,} blocks, {look.p95:.2f} ms"


def _times(effect: Effect) -> str:
    """How many times as long it takes without; a small change is noise, and not told."""
    if effect.lacking is None or effect.having.p95 == 0:
        return ""
    times = effect.lacking.p95 / effect.having.p95
    return f" ({times:,.0f} times)" if times >= 2 else ""  # noqa: PLR2004 - twice is no noise


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
