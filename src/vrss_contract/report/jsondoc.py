"""The report for machines, as JSON.

The document that ``report.schema.json`` describes; nothing is shortened or grouped. Text is as it
was found, save that a surrogate, which no JSON reader has to take, becomes its escape.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from vrss_contract.checks.verdict import Cause, Finding, Tally, Verdict
from vrss_contract.report import grades, summary
from vrss_contract.report.run_info import RunInfo
from vrss_contract.report.source_location import made_at, parts_of, place_of
from vrss_contract.report.text import visible

VERSION = 1
"""Raised when a reader of the document has to change."""
WORDS = ("whole", "noun", "remedy", "findings")
"""What of a run's facts says how a report is worded, and is told where it is not the usual."""
_SURROGATE = re.compile("[\ud800-\udfff]")


def render(run_info: RunInfo, verdicts: Sequence[Verdict]) -> str:
    """The report as one JSON object in ASCII, keys always in the same order."""
    document = {
        "report_version": VERSION,
        "tool": {"name": "vrss-contract", "version": run_info.version},
        "contract": run_info.contract,
        "target": run_info.target,
        "server": run_info.server,
        "seconds": _seconds(run_info.seconds),
        "phases": {name: _seconds(seconds) for name, seconds in run_info.phases.items()},
        "tally": _tally(Tally.of(verdicts)),
        "levels": {level: _level(tally) for level, tally in summary.by_level(verdicts).items()},
        "grades": {by: _grades(give(verdicts)) for by, give in grades.BY.items()},
        "verdicts": [_verdict(verdict) for verdict in verdicts],
        **({"causes": [_cause(one) for one in run_info.causes]} if run_info.causes else {}),
        **({"notes": run_info.notes} if run_info.notes else {}),
        **({"shard": asdict(run_info.shard)} if run_info.shard else {}),
        **({"words": words} if (words := _words(run_info)) else {}),
        **({"listings": _listings(run_info)} if run_info.listings else {}),
    }
    return json.dumps(_well_formed(document), indent=2) + "\n"


def _words(run_info: RunInfo) -> dict[str, str | int]:
    """What the report calls its parts, where a contract's are called otherwise."""
    own = {name: getattr(run_info, name) for name in WORDS}
    usual = {field.name: field.default for field in fields(RunInfo) if field.name in WORDS}
    return own if own != usual else {}


def _seconds(seconds: float) -> float:
    return round(seconds, 6)


def _tally(tally: Tally) -> dict[str, int]:
    return {
        "total": tally.total,
        "holds": tally.holds,
        "broken": tally.broken,
        "undecided": tally.undecided,
        **({"waived": tally.waived} if tally.waived else {}),
    }


def _level(tally: Tally) -> dict[str, int | str | None]:
    return {"grade": summary.grade(tally), **_tally(tally)}


def _grades(found: Sequence[grades.Grade]) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "levels": {level: _level(tally) for level, tally in one.levels.items()},
        }
        for one in found
    ]


def _verdict(verdict: Verdict) -> dict[str, Any]:
    place, made = place_of(verdict), made_at(verdict)
    return {
        "id": verdict.id,
        "outcome": verdict.outcome,
        "level": verdict.level,
        "kind": verdict.kind,
        "says": verdict.says,
        "objects": verdict.objects,
        **({"table": verdict.table} if verdict.table else {}),
        "place": place and place._asdict(),
        **({"made": made._asdict()} if made else {}),
        **({"waived": verdict.waived} if verdict.waived else {}),
        "seconds": _seconds(verdict.seconds),
        "findings": [_finding(finding) for finding in verdict.findings],
    }


def _cause(cause: Cause) -> dict[str, Any]:
    made = parts_of(cause.made)
    return {**asdict(cause), "made": made and made._asdict()}


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "because": finding.because,
        "expected": finding.expected,
        "found": finding.found,
        "repeat": finding.repeat,
        **({"repair": finding.repair} if finding.repair else {}),
    }


def _listings(run_info: RunInfo) -> dict[str, Any]:
    return {
        one.name: {
            "says": one.says,
            "rows": [dict(zip(one.columns, row, strict=True)) for row in one.rows],
        }
        for one in run_info.listings
    }


def _well_formed(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub(lambda match: visible(match[0]), value)
    if isinstance(value, dict):
        return {_well_formed(key): _well_formed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_well_formed(item) for item in value]
    return value
