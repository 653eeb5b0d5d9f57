"""Records of benchmark runs, made up for the tests of what compares them."""

import random
import statistics
from collections.abc import Mapping
from typing import Any

from vrss_contract.performance.comparison.record import Measured, Record, extra_info
from vrss_contract.performance.query.latency import Latency
from vrss_contract.performance.query.plan import Summary

INDEXED = Summary("Index Scan using posts_pkey on posts", 4, 1, {"posts": 1}, 0)
SCANNED = Summary("Seq Scan on posts", 900, 1, {"posts": 3}, 0)


def latency(middle: float, seed: int = 0, spread: float = 0.1, count: int = 600) -> Latency:
    """Samples about ``middle`` ms beside samples of the calibration query about 0.1 ms."""
    draw = random.Random(seed)
    times, beside = (
        tuple(m * draw.lognormvariate(0, spread) for _ in range(count)) for m in (middle, 0.1)
    )
    return Latency(times, beside)


def measured(name: str = "profile-feed", middle: float = 1.0, **other: Any) -> Measured:
    """One query, served by an index unless said otherwise."""
    seed = other.pop("seed", 0)
    spread = other.pop("spread", 0.1)
    plan = other.pop("plan", INDEXED)
    fields: dict[str, Any] = {"bound": 20, "budget_ms": 30.0, "growth": {10_000: 4, 100_000: 5}}
    plans = {"custom": plan, "generic": plan}
    return Measured(name, latency(middle, seed, spread), plans, **{**fields, **other})


def record(*ones: Measured, label: str = "base", **other: str) -> Record:
    """A run with these measurements."""
    fields: dict[str, Any] = {"profile": "scale", "server": "16", **other}
    return Record(label, measured={one.name: one for one in ones}, **fields)


def document(*ones: Measured, commit: str | None = None) -> Mapping[str, Any]:
    """The same as pytest-benchmark writes it."""
    return {
        "machine_info": {
            "system": "Linux",
            "machine": "x86_64",
            "processor": "x86_64",
            "python_implementation": "CPython",
            "python_version": "3.11.7",
            "cpu": {"brand_raw": "Xeon", "count": 4},
        },
        "commit_info": {"id": commit} if commit else {},
        "benchmarks": [
            {
                "stats": _stats([time / 1000 for time in one.latency.times]),
                "extra_info": extra_info(one, profile="scale", server="16", basis="0123456789ab"),
            }
            for one in ones
        ],
    }


def _stats(data: list[float]) -> Mapping[str, Any]:
    low, middle, high = statistics.quantiles(data)
    figures = {"min": min(data), "max": max(data), "q1": low, "median": middle, "q3": high}
    mean = statistics.fmean(data)
    figures |= {"mean": mean, "ops": 1 / mean, "total": sum(data), "iqr": high - low}
    return {"data": data, "rounds": len(data), "stddev": statistics.stdev(data), **figures}
