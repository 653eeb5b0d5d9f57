"""What was measured, as Markdown and as JSON.

Knows medians, ratios and their spread; does not know how a figure was come by. A ratio is taken
round by round, between two runs that followed each other, and is of speeds: above 1 is the faster.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.timing import table
from benchmarks.writepath_run import Figure
from benchmarks.writepath_schemas import BARE, MEANING, OURS, STRATEGY

_SMALL = 10
"""Below this, whole numbers would hide too much."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: what each schema reached, round by round."""

    name: str
    timed: bool
    """Whether it is told in seconds that a statement took; else in what was done a second."""
    figures: Mapping[str, Sequence[Figure]]
    """By schema; the strategy's is among them."""

    def ratios(self, schema: str) -> list[float]:
        """The schema's speed against the strategy's, for each round in which that had any."""
        pairs = zip(self.figures[schema], self.figures[STRATEGY], strict=True)
        return [one.rate / base.rate for one, base in pairs if base.rate]

    def middle(self, schema: str) -> float:
        """The median rate."""
        return median(figure.rate for figure in self.figures[schema])

    def failed(self, schema: str) -> dict[str, int]:
        """Transactions that failed in all rounds together, by SQLSTATE."""
        total: Counter[str] = Counter()
        for figure in self.figures[schema]:
            total.update(figure.failed)
        return {state: count for state, count in total.items() if count}


def markdown(rows: Sequence[Row]) -> str:
    """The table: a row per workload, a column per schema, the single fixes in the last."""
    head = ("workload", "the strategy's", "schema.sql", "without its triggers", "one fix alone")
    return table(head, [_line(row) for row in rows])


def legend(rows: Sequence[Row]) -> str:
    """What the names of the fixes mean, as a Markdown list."""
    used = {schema for row in rows for schema in row.figures}
    return "\n".join(f"- {fix}: {text}." for fix, text in MEANING.items() if fix in used)


def document(rows: Sequence[Row]) -> dict[str, Any]:
    """All figures for machines: rates a second, and speeds against the strategy's."""
    return {row.name: {schema: _entry(row, schema) for schema in row.figures} for row in rows}


def _entry(row: Row, schema: str) -> dict[str, Any]:
    ratios = row.ratios(schema)
    return {
        "rates": [figure.rate for figure in row.figures[schema]],
        "median": row.middle(schema),
        "ratios": ratios,
        "ratio": median(ratios) if ratios else None,
        "failed": row.failed(schema),
    }


def _line(row: Row) -> tuple[str, ...]:
    fixes = [schema for schema in row.figures if schema in MEANING]
    alone = "<br>".join(f"{fix}: {_against(row, fix)}" for fix in fixes)
    own = f"{_absolute(row, STRATEGY)} ({_range(_told(row, STRATEGY), _unit(row))})"
    return (
        row.name,
        own + _failures(row, STRATEGY),
        _against(row, OURS),
        _against(row, BARE),
        alone,
    )


def _against(row: Row, schema: str) -> str:
    """Ratio, its spread, and the absolute figure."""
    ratios = row.ratios(schema)
    ratio = f"{_two(median(ratios))} ({_range(ratios, _two)})" if ratios else "no ratio"
    return f"{ratio}, {_absolute(row, schema)}{_failures(row, schema)}"


def _absolute(row: Row, schema: str) -> str:
    return f"{_unit(row)(median(_told(row, schema)))}{' s' if row.timed else '/s'}"


def _told(row: Row, schema: str) -> list[float]:
    return [1 / figure.rate if row.timed else figure.rate for figure in row.figures[schema]]


def _unit(row: Row) -> Callable[[float], str]:
    return _seconds if row.timed else _rate


def _rate(value: float) -> str:
    return f"{value:,.0f}" if value >= _SMALL else f"{value:.1f}"


def _seconds(value: float) -> str:
    return f"{value:.3f}" if value < 1 else f"{value:.2f}"


def _two(value: float) -> str:
    return f"{value:.2f}" if value < _SMALL else f"{value:,.0f}"


def _range(values: Sequence[float], spelt: Callable[[float], str]) -> str:
    return f"{spelt(min(values))} to {spelt(max(values))}"


def _failures(row: Row, schema: str) -> str:
    return "".join(f", {state}: {count}" for state, count in row.failed(schema).items())
