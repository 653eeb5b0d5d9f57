"""What a benchmark run measured of each query or write, as values.

pytest-benchmark's JSON, and what our suite puts beside its figures (``extra_info``). A file may
have come from anywhere: record.schema.json says what each figure may be. Rule: contracts/README.md,
"Measurements".
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from vrss_contract.contract import strict_json
from vrss_contract.contract.json_schema import JsonSchema
from vrss_contract.contract.strict_json import ForeignJsonError, require_once
from vrss_contract.performance.comparison.errors import FOREIGN_RECORD, UNREADABLE_RECORD
from vrss_contract.performance.comparison.machine import Machine, machine
from vrss_contract.performance.query.latency import Latency
from vrss_contract.performance.query.plan import Summary

FORMAT = 1
"""Version of what stands in ``extra_info``; raised when a reader has to change."""
_MS = 1000
_SHOWN = 200
"""Characters of a fault that are told: it may name a whole list."""


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
    text: str = ""
    """A digest of the schema, the statement, its parameters and the data; empty if not told."""

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
    machine: Machine = field(default_factory=dict)
    basis: str = ""
    """A digest of the data and of the calibration query; empty where it is not told."""


def extra_info(one: Measured, *, profile: str, server: str, basis: str) -> dict[str, Any]:
    """What stands beside pytest-benchmark's own figures, all of it JSON."""
    return {
        "format": FORMAT,
        "name": one.name,
        "profile": profile,
        "server": server,
        "basis": basis,
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
        return record(strict_json.read(path), path.name)
    except OSError as error:
        raise UNREADABLE_RECORD(path=str(path), found=error.strerror or str(error)) from error
    except ForeignJsonError as error:
        raise FOREIGN_RECORD(path=str(path), found=str(error)[:_SHOWN]) from error
    except (ValueError, RecursionError) as error:
        raise UNREADABLE_RECORD(path=str(path), found=str(error)[:_SHOWN]) from error


def record(document: Mapping[str, Any], label: str) -> Record:
    """The record out of pytest-benchmark's document.

    Raises:
        ValueError: it has another shape, or figures that are none.
    """
    if fault := _schema().fault(document):
        raise ForeignJsonError(str(fault))
    benchmarks = document["benchmarks"]
    infos = [one["extra_info"] for one in benchmarks]
    require_once((info["name"] for info in infos), "measured twice")
    commit = str((document.get("commit_info") or {}).get("id") or "")[:12]
    return Record(
        label=commit or label,
        profile=_common("profile", infos),
        server=_common("server", infos),
        measured={one.name: one for one in map(_measured, benchmarks)},
        machine=machine(document["machine_info"]),
        basis=_common("basis", infos),
    )


@cache
def _schema() -> JsonSchema:
    return JsonSchema(json.loads(Path(__file__).with_name("record.schema.json").read_text("utf-8")))


def _common(name: str, infos: Sequence[Mapping[str, Any]]) -> str:
    """What all benchmarks of one run say alike."""
    said = {info.get(name, "") for info in infos}
    if len(said) > 1:
        raise ForeignJsonError(f"measured with several of {name}: {', '.join(sorted(said))}")
    return str(said.pop())


def _measured(benchmark: Mapping[str, Any]) -> Measured:
    stats, info = benchmark["stats"], benchmark["extra_info"]
    times = tuple(seconds * _MS for seconds in stats["data"])
    calibration = tuple(map(float, info["calibration_ms"]))
    if len(times) != len(calibration):
        raise ForeignJsonError(f"{info['name']}: each sample needs one of the calibration query")
    _agreeing(info["name"], stats)
    growth = info["growth"]
    return Measured(
        name=str(info["name"]),
        latency=Latency(times, calibration),
        plans={mode: summary(plan) for mode, plan in info["plans"].items()},
        bound=info["bound"],
        budget_ms=info["budget_ms"],
        growth={int(size): blocks for size, blocks in growth.items()} if growth else None,
    )


def summary(plan: Mapping[str, Any]) -> Summary:
    """A plan as JSON has it; its 2.0 is an integer as well."""
    scans = {table: int(rank) for table, rank in plan["scans"].items()}
    buffers, rows, sorts = (int(plan[name]) for name in ("buffers", "rows", "sorts"))
    return Summary(plan["shape"], buffers, rows, scans, sorts)


def _agreeing(name: str, stats: Mapping[str, Any]) -> None:
    """See that the summary is that of the samples: of other units, or cut, it is not."""
    data = stats["data"]
    figures = {
        "rounds": len(data),
        "min": min(data),
        "max": max(data),
        "mean": math.fsum(data) / len(data),
        "median": statistics.median(data),
        "total": math.fsum(data),
    }
    for figure, found in figures.items():
        if not math.isclose(stats.get(figure, found), found, rel_tol=1e-6):
            raise ForeignJsonError(f"{name}: {figure} {stats[figure]}, and {found} of its samples")
