"""Plots as SVG text: how times are spread, and how buffers grow with the data.

Colours are CSS classes, so that the page can be read by day and by night.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_WIDTH, _HEIGHT = 360, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 14, 30
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


def latency(
    base: Sequence[float], head: Sequence[float], *, budget: float | None, title: str
) -> str:
    """How the times (milliseconds) are spread: before as an outline, after as an area."""
    every = [*base, *head, *([budget] if budget else [])]
    axis = _axis(every, _LEFT, _WIDTH - _RIGHT)
    parts = [*_grid_x(axis, "ms")]
    densities = {"base": _density(base, axis), "head": _density(head, axis)}
    top = max((max(curve, default=0) for curve in densities.values()), default=0) or 1
    for name, curve in densities.items():
        if any(curve):
            parts.append(f'<path class="{name}" d="{_area(curve, top)}"/>')
    if budget:
        parts += _mark(axis.at(budget), f"budget {budget:g} ms", "budget")
    return _svg(parts, title)


def growth(
    base: Mapping[int, int], head: Mapping[int, int], *, bound: int | None, title: str
) -> str:
    """Blocks touched against the size of the data, both axes logarithmic."""
    sizes = [*base, *head]
    counts = [max(count, 1) for count in (*base.values(), *head.values(), bound or 1)]
    across = _axis(sizes, _LEFT, _WIDTH - _RIGHT)
    up = _axis(counts, _HEIGHT - _BOTTOM, _TOP)
    parts = [*_grid_x(across, "size of the data"), *_grid_y(up)]
    if bound:
        y = up.at(bound)
        parts.append(
            f'<line class="budget" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
    for name, points in (("base", base), ("head", head)):
        drawn = [(across.at(n), up.at(max(count, 1))) for n, count in sorted(points.items())]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in drawn)
        parts.append(f'<polyline class="{name} line" points="{line}"/>')
        parts += [f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in drawn]
    return _svg(parts, title)


def _axis(values: Sequence[float], start: float, end: float) -> _Axis:
    low, high = min(values), max(values)
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
    floor, room = _HEIGHT - _BOTTOM, _HEIGHT - _BOTTOM - _TOP
    step = (_WIDTH - _LEFT - _RIGHT) / len(curve)
    points = [
        f"{_LEFT + (n + 0.5) * step:.1f} {floor - value / top * room:.1f}"
        for n, value in enumerate(curve)
    ]
    return f"M{_LEFT} {floor} L{' L'.join(points)} L{_WIDTH - _RIGHT} {floor} Z"


def _grid_x(axis: _Axis, unit: str) -> Iterator[str]:
    floor = _HEIGHT - _BOTTOM
    yield f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{floor}" y2="{floor}"/>'
    for value in axis.ticks():
        x = axis.at(value)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{floor}"/>'
        yield f'<text x="{x:.1f}" y="{floor + 13}" text-anchor="middle">{_short(value)}</text>'
    yield f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 3}" text-anchor="end">{unit}</text>'


def _grid_y(axis: _Axis) -> Iterator[str]:
    for value in axis.ticks(4):
        y = axis.at(value)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{_LEFT - 4}" y="{y + 4:.1f}" text-anchor="end">{_short(value)}</text>'


def _mark(x: float, label: str, name: str) -> Iterator[str]:
    anchor = "end" if x > _WIDTH / 2 else "start"
    aside = -4 if anchor == "end" else 4
    yield f'<line class="{name}" x1="{x:.1f}" x2="{x:.1f}" y1="4" y2="{_HEIGHT - _BOTTOM}"/>'
    yield f'<text x="{x + aside:.1f}" y="12" text-anchor="{anchor}">{html.escape(label)}</text>'


def _short(value: float) -> str:
    thousand = 1000
    return f"{value / thousand:g}k" if value >= thousand else f"{value:g}"


def _svg(parts: Sequence[str], title: str) -> str:
    inner = "\n".join(parts)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"><title>{html.escape(title)}</title>\n'
        f"{inner}\n</svg>"
    )
