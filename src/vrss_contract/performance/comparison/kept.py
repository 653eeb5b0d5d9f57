"""A comparison out of the JSON that was kept of it, as it was told then: nothing is judged again.

The document may have come from anywhere: comparison.schema.json says what each part may be.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from vrss_contract.contract.json_schema import JsonSchema
from vrss_contract.contract.strict_json import ForeignJsonError, require_once
from vrss_contract.performance.comparison.judge import Comparison, Judgement, Reason
from vrss_contract.performance.comparison.record import Measured, Record, summary
from vrss_contract.performance.query.latency import Interval, Latency

VERSION_OF = "format"
"""The key of the version of the format."""


def known(document: Any) -> bool:
    """Whether it looks like a comparison, of whatever version."""
    return isinstance(document, dict) and {VERSION_OF, "base", "head", "queries"} <= document.keys()


def comparison(document: Mapping[str, Any]) -> Comparison:
    """The comparison that the document is, of the version that ``table.document`` writes.

    Raises:
        ForeignJsonError: it has another shape.
    """
    if fault := _schema().fault(document):
        raise ForeignJsonError(str(fault))
    require_once((one["name"] for one in document["queries"]), "compared twice")
    judgements = tuple(map(_judgement, document["queries"]))
    base, head = (
        Record(
            document[side],
            document["profile"],
            document["server"],
            {one.name: its for one in judgements if (its := getattr(one, side))},
        )
        for side in ("base", "head")
    )
    return Comparison(base, head, judgements)


@cache
def _schema() -> JsonSchema:
    path = Path(__file__).with_name("comparison.schema.json")
    return JsonSchema(json.loads(path.read_text("utf-8")))


def _judgement(one: Mapping[str, Any]) -> Judgement:
    return Judgement(
        name=one["name"],
        base=_measured(one["name"], one["base"]),
        head=_measured(one["name"], one["head"]),
        reasons=tuple(Reason(reason["reason"], reason["says"]) for reason in one["reasons"]),
        slowdown=Interval(*one["times_before"]) if one["times_before"] else None,
    )


def _measured(name: str, side: Mapping[str, Any] | None) -> Measured | None:
    if side is None:
        return None
    times, calibration = map(tuple, (side["times_ms"], side["calibration_ms"]))
    if len(times) != len(calibration) or len(times) < side["block"]:
        raise ForeignJsonError(f"{name}: {len(times)} times, {len(calibration)} of the calibration")
    growth = side["growth"]
    return Measured(
        name=name,
        latency=Latency(times, calibration, side["block"], side["visits"]),
        plans={mode: summary(plan) for mode, plan in side["plans"].items()},
        bound=side["bound"],
        budget_ms=side["budget_ms"],
        growth=growth and {int(size): blocks for size, blocks in growth.items()},
    )
