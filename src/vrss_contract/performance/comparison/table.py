"""A comparison as text: for a terminal, for a pull request, for machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from vrss_contract import templates
from vrss_contract.performance.comparison.groups import CHANGED, SAYS, WORSE, groups, of
from vrss_contract.performance.comparison.judge import Comparison, Judgement
from vrss_contract.performance.comparison.record import Measured
from vrss_contract.performance.query.latency import Interval, Latency

FORMAT = 2
"""Version of the JSON report's shape; raised when a reader has to change."""
_P50, _P95, _P99 = 0.5, 0.95, 0.99
_NS = 6
"""Digits after the point of a time in ms: no clock tells less than a nanosecond."""
_SHOWN = (WORSE, CHANGED)
"""The groups whose queries a pull request shows without a click."""
_MARKS = {"BROKEN": "❌", "UNDECIDED": "❔", "HOLDS": "✅"}


def headline(comparison: Comparison) -> str:
    """The outcome in one line, what is worse first."""
    return f"{len(comparison.judgements)} compared: {_told(comparison)}"


def _told(comparison: Comparison) -> str:
    found = groups(comparison)
    worse = [] if any(one.name == WORSE for one in found) else [f"0 {SAYS[WORSE]}"]
    return ", ".join([*worse, *map(str, found)])


def circumstances(comparison: Comparison) -> str:
    """What was compared with what, and on what."""
    base, head = comparison.base, comparison.head
    return f"{base.label} → {head.label}; {head.profile} data, PostgreSQL {head.server}"


def terminal(comparison: Comparison) -> str:
    """A line for each query, its reasons below it; what is worse stands next to the outcome."""
    ordered = [one for group in reversed(groups(comparison)) for one in reversed(group.judgements)]
    width = max((len(one.name) for one in ordered), default=0)
    lines = [circumstances(comparison), ""]
    for one in ordered:
        lines.append(f"{one.outcome:<9} {one.name:<{width}} {' '.join(_figures(one))}".rstrip())
        lines += [f"  {reason.slug:<21} {reason.says}" for reason in one.reasons]
    return "\n".join([*lines, "", headline(comparison), ""])


def markdown(comparison: Comparison) -> str:
    """One table fit for a pull request: what is worse or changed; the rest opens on a click."""
    found = groups(comparison)
    return templates.template(__package__, "comparison.md", **FILTERS).render(
        count=len(comparison.judgements),
        told=_told(comparison),
        base=comparison.base.label,
        head=comparison.head.label,
        profile=comparison.head.profile,
        server=comparison.head.server,
        marks=_MARKS,
        shown=[one for group in found if group.name in _SHOWN for one in group.judgements],
        folded=[group for group in found if group.name not in _SHOWN],
    )


def document(comparison: Comparison) -> str:
    """The comparison as JSON, whole: ``kept`` reads it back. Each query stands on one line."""
    head = {
        "format": FORMAT,
        "base": comparison.base.label,
        "head": comparison.head.label,
        "profile": comparison.head.profile,
        "server": comparison.head.server,
        "tally": {one.name: len(one.judgements) for one in groups(comparison)},
    }
    ones = [_json(one) for group in groups(comparison) for one in group.judgements]
    lines = ",\n".join(f"    {json.dumps(one)}" for one in ones)
    told = json.dumps(head, indent=2).removesuffix("\n}")
    return f'{told},\n  "queries": [\n{lines}\n  ]\n}}\n'


def _blocks(judgement: Judgement) -> str:
    """The blocks before and after, or one figure where they are the same."""
    found = [one.buffers for one in (judgement.base, judgement.head) if one]
    told = dict.fromkeys(f"{number:,}" for number in found if number is not None)
    return " → ".join(told)


def _times_before(slowdown: Interval | None) -> str:
    """How many times as slow as before."""
    return f"{slowdown.middle:.2f} ({slowdown.low:.2f} to {slowdown.high:.2f})" if slowdown else ""


def _figures(judgement: Judgement) -> Iterator[str]:
    """The same width for each, so that one can run an eye down them."""
    measured = judgement.head or judgement.base
    if measured is None:
        return
    budget = f"of {measured.budget_ms:g} ms" if measured.budget_ms is not None else ""
    yield f" p50 {_ms(measured, _P50):>10}"
    yield f" p95 {_ms(measured, _P95):>10} {budget:<9}"
    slowdown = f"{_times_before(judgement.slowdown)} times before" if judgement.slowdown else ""
    yield f" {slowdown:>33}"
    if told := _blocks(judgement):
        yield f" {told} blocks"


def _budget(measured: Measured) -> str:
    return f"{measured.budget_ms:g} ms" if measured.budget_ms is not None else ""


def _ms(measured: Measured, part: float) -> str:
    return f"{measured.latency.percentile(part):.2f} ms"


def _json(judgement: Judgement) -> dict[str, Any]:
    slowdown = judgement.slowdown
    return {
        "name": judgement.name,
        "outcome": judgement.outcome.lower(),
        "group": of(judgement),
        "reasons": [{"reason": one.slug, "says": one.says} for one in judgement.reasons],
        "times_before": [slowdown.middle, slowdown.low, slowdown.high] if slowdown else None,
        "plan_changed": judgement.plan_changed,
        "base": _measurement(judgement.base),
        "head": _measurement(judgement.head),
    }


def _measurement(measured: Measured | None) -> dict[str, Any] | None:
    if measured is None:
        return None
    latency = _rounded(measured.latency)
    parts = {"p50_ms": _P50, "p95_ms": _P95, "p99_ms": _P99}
    return {
        **{name: latency.percentile(part) for name, part in parts.items()},
        "samples": len(latency.times),
        "times_calibration": latency.ratio.middle,
        "budget_ms": measured.budget_ms,
        "buffers": measured.buffers,
        "bound": measured.bound,
        "growth": measured.growth,
        "plans": {mode: asdict(plan) for mode, plan in measured.plans.items()},
        "block": latency.block,
        "visits": latency.visits,
        "times_ms": latency.times,
        "calibration_ms": latency.calibration,
    }


def _rounded(latency: Latency) -> Latency:
    """As JSON has it, so that every figure is that of the samples beside it."""
    times, calibration = (
        tuple(round(time, _NS) for time in samples)
        for samples in (latency.times, latency.calibration)
    )
    return replace(latency, times=times, calibration=calibration)


FILTERS: Mapping[str, Callable[..., str]] = {
    "p50": partial(_ms, part=_P50),
    "p95": partial(_ms, part=_P95),
    "p99": partial(_ms, part=_P99),
    "budget": _budget,
    "times_before": _times_before,
    "blocks": _blocks,
}
"""How templates write a measurement or a judgement."""
