"""The report as SARIF 2.1.0, for systems that show findings beside the lines of code.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0". A clause is a
rule; what broke is a failure, what could not be judged an open question.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.report.finding import headline, lines
from vrss_contract.report.run_info import RunInfo
from vrss_contract.report.source_location import LocationParts, made_at, place_of
from vrss_contract.report.text import short, visible

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"must": "error", "should": "warning", "may": "note"}
_FINDINGS = 20
"""At most so many findings of one clause."""


def render(run_info: RunInfo, verdicts: Sequence[Verdict]) -> str:
    """The report as one JSON object in ASCII: a rule and a result for each clause that fell."""
    fallen = [one for one in verdicts if one.outcome is not Outcome.HOLDS]
    causes = {id_: short(cause.says) for cause in run_info.causes for id_ in cause.clauses}
    driver = {
        "name": "vrss-contract",
        "version": run_info.version,
        "rules": [_rule(verdict) for verdict in fallen],
    }
    run = {
        "tool": {"driver": driver},
        "results": [
            _result(number, verdict, causes.get(verdict.id, ""))
            for number, verdict in enumerate(fallen)
        ],
        "properties": {
            "target": visible(run_info.target),
            "server": visible(run_info.server),
            "notes": [short(note) for note in run_info.notes],
        },
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(verdict: Verdict) -> dict[str, Any]:
    return {
        "id": visible(verdict.id),
        "shortDescription": {"text": short(verdict.says)},
        "defaultConfiguration": {"level": _LEVELS[verdict.level]},
        "properties": {"level": verdict.level, "kind": visible(verdict.kind)},
    }


def _result(number: int, verdict: Verdict, cause: str) -> dict[str, Any]:
    broken = verdict.outcome is not Outcome.UNDECIDED
    said = [f"cause: {cause}"] if cause else []
    text = "\n".join([headline(verdict), *lines(verdict, _FINDINGS), *said])
    return {
        "ruleId": visible(verdict.id),
        "ruleIndex": number,
        "kind": "fail" if broken else "open",
        "level": _LEVELS[verdict.level] if broken else "none",
        "message": {"text": text},
        "locations": [*_locations([made_at(verdict) or place_of(verdict)])],
        "partialFingerprints": {"clause/v1": visible(verdict.id)},
        **({"suppressions": [_suppression(verdict)]} if verdict.waived else {}),
    }


def _suppression(verdict: Verdict) -> dict[str, str]:
    return {"kind": "external", "justification": short(verdict.waived)}


def _locations(places: Iterable[LocationParts | None]) -> Iterable[dict[str, Any]]:
    for place in places:
        if place:
            region = {"region": {"startLine": place.line}} if place.line else {}
            yield {"physicalLocation": {"artifactLocation": {"uri": _uri(place.file)}, **region}}


def _uri(file: str) -> str:
    path = PurePath(visible(file))
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
