"""Plots as values: how times are spread, and how buffers grow with the data.

``plot.html`` beside this module writes a plot as SVG. Colours are CSS classes, so that the page can
be read by day and by night.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_LEFT, _RIGHT, _TOP, _FLOOR = 44, 348, 14, 120
FRAME = {"width": 360, "height": 150, "left": _LEFT, "right": _RIGHT, "top": _TOP, "floor": _FLOOR}
"""How large a plot is, and where its axes begin and end."""
_BINS = 72
_SMOOTH = (1, 4, 6, 4, 1)


@dataclass(frozen=True, slots=True)
class _Axis:
    """A logarithmic axis from ``low`` to ``high``, drawn from ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where the value is drawn."""
        span = math.log(self.high / self.low)
        part = math.log(max(value, self.low) / self.low) / span
        return self.start + min(part, 1.0) * (self.end - self.start)

    def ticks(self, most: int = 5) -> list[float]:
        """Round values to be named: 1, 2 and 5 of each ten where there is room, else tens."""
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        for steps in ((1, 2, 5), (1, 3), (1,)):
            every = (step * 10.0**ten for ten in range(first, last + 1) for step in steps)
            found = [value for value in every if self.low <= value <= self.high]
            if len(found) <= most:
                return found
        return found[:: math.ceil(len(found) / most)]

    def named(self, most: int = 5) -> list[tuple[float, str]]:
        """Where the ticks are, and what is written there."""
        return [(self.at(value), _short(value)) for value in self.ticks(most)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """What is drawn; each curve and line is ``base`` or ``head``, which is the class of both."""

    title: str
    unit: str
    across: Sequence[tuple[float, str]]
    """Ticks of the axis from left to right, and what each is called."""
    up: Sequence[tuple[float, str]] = ()
    curves: Mapping[str, str] = field(default_factory=dict)
    """Areas, as paths of SVG."""
    lines: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)
    """Points that a line goes through."""
    bound: float | None = None
    """The height that no point should be above."""
    budget: tuple[float, str] | None = None
    """Where the budget ends, and what it is called."""


def latency(
    base: Sequence[float], head: Sequence[float], *, budget: float | None, title: str
) -> Plot:
    """How the times (milliseconds) are spread: before as an outline, after as an area."""
    axis = _axis([*base, *head, *([budget] if budget else [])], _LEFT, _RIGHT)
    densities = {"base": _density(base, axis), "head": _density(head, axis)}
    top = max((max(curve, default=0) for curve in densities.values()), default=0) or 1
    return Plot(
        title=title,
        unit="ms",
        across=axis.named(),
        curves={name: _area(curve, top) for name, curve in densities.items() if any(curve)},
        budget=(axis.at(budget), f"budget {budget:g} ms") if budget else None,
    )


def growth(
    base: Mapping[int, int], head: Mapping[int, int], *, bound: int | None, title: str
) -> Plot:
    """Blocks touched against the size of the data, both axes logarithmic."""
    counts = [max(count, 1) for count in (*base.values(), *head.values(), bound or 1)]
    across, up = _axis([*base, *head], _LEFT, _RIGHT), _axis(counts, _FLOOR, _TOP)
    return Plot(
        title=title,
        unit="size of the data",
        across=across.named(),
        up=up.named(4),
        lines={
            name: [(across.at(n), up.at(max(count, 1))) for n, count in sorted(points.items())]
            for name, points in (("base", base), ("head", head))
        },
        bound=up.at(bound) if bound else None,
    )


_REACH = 1e-12
"""How much of an axis the least value can take: of less, a logarithm is no number."""


def _axis(values: Sequence[float], start: float, end: float) -> _Axis:
    high = max(values)
    low = max(min(values), high * _REACH)
    return _Axis(low * 0.8, max(high, low * 1.5) * 1.25, start, end)


def _density(times: Sequence[float], axis: _Axis) -> list[float]:
    """How many samples fall where, smoothed, as parts of all of them."""
    bins = [0.0] * _BINS
    width = (axis.end - axis.start) / _BINS
    for time in times:
        place = int((axis.at(time) - axis.start) / width)
        bins[min(place, _BINS - 1)] += 1 / len(times)
    half = len(_SMOOTH) // 2
    padded = [0.0] * half + bins + [0.0] * half
    return [
        sum(w * padded[at + n] for n, w in enumerate(_SMOOTH)) / sum(_SMOOTH) for at in range(_BINS)
    ]


def _area(curve: Sequence[float], top: float) -> str:
    step = (_RIGHT - _LEFT) / len(curve)
    points = [
        f"{_LEFT + (n + 0.5) * step:.1f} {_FLOOR - value / top * (_FLOOR - _TOP):.1f}"
        for n, value in enumerate(curve)
    ]
    return f"M{_LEFT} {_FLOOR} L{' L'.join(points)} L{_RIGHT} {_FLOOR} Z"


def _short(value: float) -> str:
    thousand = 1000
    return f"{value / thousand:g}k" if value >= thousand else f"{value:g}"
