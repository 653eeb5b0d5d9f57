"""What a benchmark run measured of each query or write, as values.

pytest-benchmark's JSON, and what our suite puts beside its figures (``extra_info``). Rule:
contracts/README.md, "Measurements".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from vrss_contract.performance.comparison.errors import FOREIGN_RECORD, UNREADABLE_RECORD
from vrss_contract.performance.query.latency import Latency
from vrss_contract.performance.query.plan import Summary

FORMAT = 1
"""Version of what stands in ``extra_info``; raised when a reader has to change."""
_MS = 1000


@dataclass(frozen=True, slots=True)
class Measured:
    """One query case, or one write, as one run found it."""

    name: str
    latency: Latency
    plans: Mapping[str, Summary]
    """The plan's mode (``generic``, ``custom``) to the plan; a write has none."""
    bound: int | None = None
    """Blocks that it may touch at this size, after the contract."""
    budget_ms: float | None = None
    growth: Mapping[int, int] | None = None
    """Size of the data to the blocks that were touched."""

    @property
    def buffers(self) -> int | None:
        """The blocks of the costlier plan; None where there is no plan."""
        return max((plan.buffers for plan in self.plans.values()), default=None)


@dataclass(frozen=True, slots=True)
class Record:
    """One run: what it was taken on, and what it measured, by name."""

    label: str
    """What people call it: a file's name, a commit."""
    profile: str
    server: str
    measured: Mapping[str, Measured]
    failed: Mapping[str, str] = field(default_factory=dict)
    """What could not be run, by name, and what the server said."""


def extra_info(one: Measured, *, profile: str, server: str) -> dict[str, Any]:
    """What stands beside pytest-benchmark's own figures, all of it JSON."""
    return {
        "format": FORMAT,
        "name": one.name,
        "profile": profile,
        "server": server,
        "budget_ms": one.budget_ms,
        "bound": one.bound,
        "plans": {mode: asdict(plan) for mode, plan in one.plans.items()},
        "growth": one.growth,
        "calibration_ms": list(one.latency.calibration),
    }


def read(path: Path) -> Record:
    """The record in a file of pytest-benchmark's.

    Raises:
        TroubleError: it can't be read, is no JSON, or was not written by this version of the suite.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UNREADABLE_RECORD(path=str(path), found=error.strerror or str(error)) from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise UNREADABLE_RECORD(path=str(path), found=str(error)) from error
    try:
        return record(document, path.name)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise FOREIGN_RECORD(path=str(path), found=f"{type(error).__name__}: {error}") from error


def record(document: Mapping[str, Any], label: str) -> Record:
    """The record out of pytest-benchmark's document.

    Raises:
        KeyError, TypeError, AttributeError, ValueError: it has another shape.
    """
    benchmarks = document["benchmarks"]
    infos = [one["extra_info"] for one in benchmarks]
    if not infos or any(info["format"] != FORMAT for info in infos):
        raise ValueError(f"extra_info of format {FORMAT} was expected in every benchmark")
    commit = str((document.get("commit_info") or {}).get("id") or "")[:12]
    found = [_measured(one["stats"]["data"], one["extra_info"]) for one in benchmarks]
    return Record(
        label=commit or label,
        profile=str(infos[0]["profile"]),
        server=str(infos[0]["server"]),
        measured={one.name: one for one in found},
    )


def _measured(data: list[float], info: Mapping[str, Any]) -> Measured:
    times = tuple(seconds * _MS for seconds in data)
    calibration = tuple(map(float, info["calibration_ms"]))
    if len(times) != len(calibration) or not times:
        raise ValueError(f"{info['name']}: each sample needs one of the calibration query")
    growth = info["growth"]
    return Measured(
        name=str(info["name"]),
        latency=Latency(times, calibration),
        plans={mode: Summary(**plan) for mode, plan in info["plans"].items()},
        bound=info["bound"],
        budget_ms=info["budget_ms"],
        growth={int(size): blocks for size, blocks in growth.items()} if growth else None,
    )
