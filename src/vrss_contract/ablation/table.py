"""What each index is worth, as text for a terminal and for Markdown, and as JSON.

Knows how it is told; does not know how it is measured.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from vrss_contract.ablation import Effect, Look, Worth

FORMAT = 1
"""Version of the JSON's shape; raised when a reader has to change."""
_MIB = 1024 * 1024
_HEAD = "| index | tier | MiB | blocks a row | log a row | query | with | without | |\n"
_RULE = "|---|--:|--:|--:|--:|---|--:|--:|---|\n"


def terminal(worths: Sequence[Worth]) -> str:
    """An index at a time, with the queries that it serves below it."""
    return "\n".join(line for worth in worths for line in _lines(worth)) + "\n"


def markdown(worths: Sequence[Worth]) -> str:
    """One table, a row for each query of each index."""
    return _HEAD + _RULE + "".join(row for worth in worths for row in _rows(worth))


def document(worths: Sequence[Worth]) -> str:
    """The same as JSON, without the samples."""
    whole = {"format": FORMAT, "indexes": [_json(worth) for worth in worths]}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def verdict(worth: Worth) -> str:
    """What a reader should take from it."""
    if worth.missed:
        return "earns its keep"
    if worth.twins:
        return f"redundant: {' and '.join(worth.twins)} has the same columns"
    if not worth.effects:
        return "no query of the contract reads by it"
    return "redundant: another index serves each of its queries as well"


def _lines(worth: Worth) -> Iterator[str]:
    yield f"{worth.name} on {worth.table}" if worth.table else worth.name
    if worth.cost:
        size = f"{worth.cost.size / _MIB:,.1f} MiB"
        rows = f"{worth.cost.blocks_a_row:.1f} blocks and {worth.cost.log_a_row:.0f} bytes of log"
        yield f"  tier {worth.tier}, {size}; a row inserted costs {rows} more"
        yield f"  {verdict(worth)}"
    for effect in worth.effects:
        before, after = effect.having, effect.lacking
        yield (
            f"  {effect.name}: {before.plan.buffers:,} → {after.plan.buffers:,} blocks,"
            f" p95 {before.p95:.2f} → {after.p95:.2f} ms"
        )
        yield from (f"    {reason}" for reason in effect.reasons)


def _rows(worth: Worth) -> Iterator[str]:
    cells = [f"`{worth.name}`", str(worth.tier or ""), *_cost(worth)]
    if not worth.effects:
        yield f"| {' | '.join([*cells, '', '', '', verdict(worth)])} |\n"
    for effect in worth.effects:
        told = "; ".join(effect.reasons) or "as good without"
        yield f"| {' | '.join([*cells, f'`{effect.name}`', *_looks(effect), told])} |\n"
        cells = [""] * len(cells)


def _cost(worth: Worth) -> tuple[str, str, str]:
    if worth.cost is None:
        return ("", "", "")
    cost = worth.cost
    return (f"{cost.size / _MIB:,.1f}", f"{cost.blocks_a_row:.1f}", f"{cost.log_a_row:.0f}")


def _looks(effect: Effect) -> tuple[str, str]:
    told = (
        f"{look.plan.buffers:,} blocks, {look.p95:.2f} ms"
        for look in (effect.having, effect.lacking)
    )
    one, other = told
    return one, other


def _json(worth: Worth) -> dict[str, object]:
    return {
        "name": worth.name,
        "table": worth.table,
        "tier": worth.tier,
        "cost": asdict(worth.cost) if worth.cost else None,
        "twins": list(worth.twins),
        "verdict": verdict(worth),
        "queries": [_effect(effect) for effect in worth.effects],
    }


def _effect(effect: Effect) -> dict[str, object]:
    return {
        "name": effect.name,
        "reasons": list(effect.reasons),
        "with": _look(effect.having),
        "without": _look(effect.lacking),
    }


def _look(look: Look) -> dict[str, object]:
    return {"buffers": look.plan.buffers, "p95_ms": look.p95, "plan": look.plan.shape}
