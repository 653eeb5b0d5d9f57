"""A comparison as one HTML page that needs nothing beside itself.

What a reviewer looks at first comes first: what is worse, then the distribution of times against
the budget, buffers against the size of the data, and the two plans. What did not change is folded
up. No script, no font, no link out. ``page.html`` beside this module lays the page out.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from vrss_contract import templates
from vrss_contract.performance.comparison import plot
from vrss_contract.performance.comparison.groups import CHANGED, WORSE, groups
from vrss_contract.performance.comparison.judge import Comparison, Judgement
from vrss_contract.performance.comparison.table import FILTERS, circumstances, headline

_UNFOLDED = (WORSE, CHANGED)
"""The groups that a reviewer finds unfolded."""
_KINDS = {"-": "del", "+": "ins"}


@dataclass(frozen=True, slots=True)
class _PlanText:
    """The plan of some modes before and after, line by line."""

    modes: tuple[str, ...]
    changed: bool
    lines: tuple[tuple[str, str], ...]
    """Each after the element that it stands in: ``del``, ``ins``, or none."""


def render(comparison: Comparison) -> str:
    """The whole page."""
    return templates.template(
        *(__package__, "page.html"), **FILTERS, place="{:.1f}".format, plots=_plots, plans=_plans
    ).render(
        label=comparison.head.label,
        headline=headline(comparison),
        circumstances=circumstances(comparison),
        groups=groups(comparison),
        unfolded=_UNFOLDED,
        frame=plot.FRAME,
    )


def _plots(judgement: Judgement) -> Iterator[tuple[plot.Plot, str]]:
    """Each plot and what stands below it."""
    base, head = judgement.base, judgement.head
    measured = head or base
    if measured is None:
        return
    times = [one.latency.times if one else () for one in (base, head)]
    title = f"How the times of {judgement.name} are spread"
    samples, ratio = len(measured.latency.times), measured.latency.ratio.middle
    yield (
        plot.latency(*times, budget=measured.budget_ms, title=title),
        f"Time of one call, {samples:,} samples, {ratio:.1f} times the calibration's",
    )
    before, after = (one.growth or {} if one else {} for one in (base, head))
    if before or after:
        title = f"Blocks that {judgement.name} touches against the size of the data"
        drawn = plot.growth(before, after, bound=measured.bound, title=title)
        yield drawn, "Blocks touched, by size"


def _plans(judgement: Judgement) -> Iterator[_PlanText]:
    """The plans before and after, those of both modes in one where they are the same."""
    base, head = (one.plans if one else {} for one in (judgement.base, judgement.head))
    modes: dict[tuple[str, ...], list[str]] = {}
    for mode in sorted({*head, *base}):
        shapes = (plans[mode].shape if mode in plans else "" for plans in (base, head))
        modes.setdefault(tuple(shapes), []).append(mode)
    for (before, after), names in modes.items():
        changed = bool(before and after and before != after)
        lines = _difference(before, after) if changed else [("", after or before)]
        yield _PlanText(tuple(names), changed, tuple(lines))


def _difference(before: str, after: str) -> Iterator[tuple[str, str]]:
    for line in difflib.ndiff(before.splitlines(), after.splitlines()):
        if not line.startswith("?"):
            yield _KINDS.get(line[0], ""), line
