"""What was measured, as Markdown and as JSON.

Knows medians, ratios and their spread; does not know how a figure was come by. A ratio is taken
round by round, between two runs that followed each other, and is of speeds: above 1 is the faster.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.schemas import OURS
from benchmarks.timing import table
from benchmarks.writepath_run import Figure

_SMALL = 10
"""Below this, whole numbers would hide too much."""
_PERCENTILES = (50, 99)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: what each schema reached, round by round."""

    name: str
    figures: Mapping[str, Sequence[Figure]]
    """By schema; ours is among them."""
    timed: bool = False
    """Whether it is told in seconds that a statement took; else in what was done a second."""
    mixed: bool = False
    """Whether latencies are told."""

    @property
    def others(self) -> list[str]:
        """The schemas that ours is compared with."""
        return [schema for schema in self.figures if schema != OURS]

    def ratios(self, schema: str) -> list[float]:
        """The speed of ours against the schema's, for each round in which that had any."""
        pairs = zip(self.figures[OURS], self.figures[schema], strict=True)
        return [one.rate / other.rate for one, other in pairs if other.rate]

    def latency(self, schema: str, percent: int) -> float:
        """The percentile of the latency in milliseconds, the median of all rounds."""
        return median(figure.percentile(percent) for figure in self.figures[schema])


def whole(rows: Sequence[Row]) -> list[str]:
    """The tables of a comparison with other schemas."""
    return [speeds(rows), *([latencies(rows)] if any(row.mixed for row in rows) else [])]


def speeds(rows: Sequence[Row]) -> str:
    """A row for each workload: each schema's own figure, and ours against each of the others."""
    names = list(dict.fromkeys(schema for row in rows for schema in row.figures))
    others = [name for name in names if name != OURS]
    head = ("workload", *names, *(f"{OURS} : {name}" for name in others))
    return table(head, [_line(row, names, others) for row in rows])


def latencies(rows: Sequence[Row]) -> str:
    """Milliseconds in each mix that an operation took which deletes nothing for good."""
    mixed = [row for row in rows if row.mixed]
    names = list(dict.fromkeys(schema for row in mixed for schema in row.figures))
    head = ("p50, p99 in ms", *names)
    return table(head, [(row.name, *(_percentiles(row, name) for name in names)) for row in mixed])


def prices(rows: Sequence[Row]) -> str:
    """A row for each workload and decision: the speed of ours against ours without it."""
    head = ("what it costs", "workload", "without", "with", "speed")
    lines = [
        (other, row.name, _figure(row, other), _figure(row, OURS), _ratio(row, other))
        for row in rows
        for other in row.others
    ]
    return table(head, sorted(lines))


def document(rows: Sequence[Row]) -> dict[str, Any]:
    """All figures for machines."""
    return {row.name: {schema: _entry(row, schema) for schema in row.figures} for row in rows}


def _entry(row: Row, schema: str) -> dict[str, Any]:
    figures = row.figures[schema]
    ratios = row.ratios(schema)
    return {
        "rates": [figure.rate for figure in figures],
        "speed of ours": ratios,
        "median": median(ratios) if ratios else None,
        "done": sum(figure.done for figure in figures),
        "retries": sum(figure.retries for figure in figures),
        "failed": sum(figure.failed for figure in figures),
        **{f"p{one}": [figure.percentile(one) for figure in figures] for one in _PERCENTILES},
    }


def _line(row: Row, names: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    return (
        row.name,
        *(_figure(row, name) if name in row.figures else "" for name in names),
        *(_ratio(row, name) if name in row.figures else "" for name in others),
    )


def _figure(row: Row, schema: str) -> str:
    """The median, its spread, and what had to be tried again."""
    figures = row.figures[schema]
    told = [1 / figure.rate if row.timed else figure.rate for figure in figures]
    unit, spelt = (" s", _seconds) if row.timed else ("/s", _rate)
    again = {
        "retries": sum(figure.retries for figure in figures),
        "failed": sum(figure.failed for figure in figures),
        "of": sum(figure.done for figure in figures),
    }
    worth = again["retries"] or again["failed"]
    notes = "".join(
        f", {count:,} {word}" for word, count in again.items() if count and word != "of"
    )
    return f"{spelt(median(told))}{unit} ({_range(told, spelt)}){notes}" + (
        f" of {again['of']:,}" if worth else ""
    )


def _ratio(row: Row, schema: str) -> str:
    ratios = row.ratios(schema)
    return f"{_two(median(ratios))} ({_range(ratios, _two)})" if ratios else "no ratio"


def _percentiles(row: Row, schema: str) -> str:
    return ", ".join(f"{row.latency(schema, percent):.1f}" for percent in _PERCENTILES)


def _rate(value: float) -> str:
    return f"{value:,.0f}" if value >= _SMALL else f"{value:.1f}"


def _seconds(value: float) -> str:
    return f"{value:.3f}" if value < 1 else f"{value:.2f}"


def _two(value: float) -> str:
    return f"{value:.2f}" if value < _SMALL else f"{value:,.0f}"


def _range(values: Sequence[float], spelt: Callable[[float], str]) -> str:
    return f"{spelt(min(values))} to {spelt(max(values))}"
