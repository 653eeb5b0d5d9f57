"""The queries of a comparison in the order in which a reviewer wants to look at them."""

from __future__ import annotations

from dataclasses import dataclass

from vrss_contract.performance.comparison.judge import (
    BUDGET_EXCEEDED,
    BUFFERS_OVER_BASELINE,
    BUFFERS_OVER_BOUND,
    FAILS,
    GONE,
    NO_BASELINE,
    PLAN_WORSE,
    SLOWER,
    SLOWER_THAN_BASE,
    TOO_NOISY,
    Comparison,
    Judgement,
)

_ALONE = frozenset({NO_BASELINE, GONE})
_SEVERITY = (
    *(FAILS, PLAN_WORSE, BUFFERS_OVER_BOUND, BUDGET_EXCEEDED, BUFFERS_OVER_BASELINE),
    *(SLOWER_THAN_BASE, NO_BASELINE, GONE),
)
WORSE, ONE_SIDED, UNTOLD, NOISY = "worse", "one-sided", "untold", "noisy"
CHANGED, SAME = "changed", "same"
SAYS = {
    WORSE: "worse",
    ONE_SIDED: "on one side alone",
    UNTOLD: "not comparable",
    NOISY: "too noisy to tell",
    CHANGED: "changed but no worse",
    SAME: "as before",
}
"""Each group, and how its queries are spoken of; what matters most stands first."""


@dataclass(frozen=True, slots=True)
class Group:
    """Queries of which the same is to be said, the worst of them first."""

    name: str
    judgements: tuple[Judgement, ...]

    def __str__(self) -> str:
        return f"{len(self.judgements)} {SAYS[self.name]}"


def groups(comparison: Comparison) -> tuple[Group, ...]:
    """Every query in its group; a group of none is left out."""
    found: dict[str, list[Judgement]] = {name: [] for name in SAYS}
    for judgement in comparison.judgements:
        found[of(judgement)].append(judgement)
    return tuple(
        Group(name, tuple(sorted(ones, key=_rank))) for name, ones in found.items() if ones
    )


def of(judgement: Judgement) -> str:
    """The name of the group that it belongs to."""
    if judgement.broken:
        slugs = {reason.slug for reason in judgement.reasons}
        return ONE_SIDED if slugs <= _ALONE else WORSE
    if judgement.undecided:
        return NOISY if {one.slug for one in judgement.reasons} == {TOO_NOISY} else UNTOLD
    return CHANGED if _changed(judgement) else SAME


def _changed(judgement: Judgement) -> bool:
    """Whether it has another plan, touches another number of blocks, or is surely faster."""
    base, head, slowdown = judgement.base, judgement.head, judgement.slowdown
    touched = {one.buffers for one in (base, head) if one}
    faster = slowdown is not None and slowdown.high < 1 / SLOWER
    return judgement.plan_changed or len(touched) > 1 or faster


def _rank(judgement: Judgement) -> tuple[int, float]:
    """The gravest reason first, then what became slowest."""
    gravest = min(
        (_SEVERITY.index(one.slug) for one in judgement.reasons if one.slug in _SEVERITY),
        default=len(_SEVERITY),
    )
    return gravest, -judgement.slowdown.middle if judgement.slowdown else 0.0
