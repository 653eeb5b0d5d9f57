"""A JSON report that was kept, as the run and the verdicts that it tells of.

The file may have come from anywhere: report.schema.json says what each part may be. What comes back
is written the same again, in any format.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from vrss_contract.checks.verdict import Cause, Finding, Listing, Outcome, Verdict
from vrss_contract.contract import strict_json
from vrss_contract.contract.json_schema import JsonSchema
from vrss_contract.contract.strict_json import ForeignJsonError
from vrss_contract.report.errors import FOREIGN_REPORT, OTHER_REPORT_VERSION, UNREADABLE_REPORT
from vrss_contract.report.jsondoc import VERSION
from vrss_contract.report.run_info import RunInfo, Shard

VERSION_OF = "report_version"
"""The key by which a report of verdicts is known, and the version of its format."""
_SHOWN = 200
"""Characters of a fault that are told."""


@dataclass(frozen=True, slots=True)
class KeptReport:
    """What ``jsondoc.render`` was given."""

    run_info: RunInfo
    verdicts: tuple[Verdict, ...]


def read(path: Path) -> KeptReport:
    """The report in the file.

    Raises:
        TroubleError: it can't be read, is none, or is of another version.
    """
    return report(document(path), path)


def document(path: Path) -> Any:
    """The file as JSON, whatever it holds. Raises TroubleError."""
    try:
        return strict_json.read(path)
    except OSError as error:
        found = error.strerror or str(error)
    except (ValueError, RecursionError) as error:
        found = str(error)[:_SHOWN]
    raise UNREADABLE_REPORT(path=str(path), found=found)


def require_version(found: object, known: int, path: Path) -> None:
    """See that a document is of the version that is read here. Raises TroubleError."""
    if found != known:
        raise OTHER_REPORT_VERSION(path=str(path), version=str(found)[:_SHOWN], known=known)


def foreign(path: Path, found: object) -> Exception:
    """The error to raise where a document is no report, and why."""
    return FOREIGN_REPORT(path=str(path), found=str(found)[:_SHOWN])


def report(whole: Any, path: Path) -> KeptReport:
    """The report that the document is. Raises TroubleError, in which it is called ``path``."""
    if not isinstance(whole, dict) or VERSION_OF not in whole:
        raise foreign(path, f"no {VERSION_OF}")
    require_version(whole[VERSION_OF], VERSION, path)
    if fault := _schema().fault(whole):
        raise foreign(path, fault)
    verdicts = tuple(map(_verdict, whole["verdicts"]))
    try:
        strict_json.require_once((one.id for one in verdicts), "judged twice")
    except ForeignJsonError as error:
        raise foreign(path, error) from error
    run_info = _run_info(whole)
    if run_info.shard and len(run_info.shard.positions) != len(verdicts):
        raise foreign(path, "a shard with another number of positions than of verdicts")
    return KeptReport(run_info, verdicts)


@cache
def _schema() -> JsonSchema:
    return JsonSchema(json.loads(Path(__file__).with_name("report.schema.json").read_text("utf-8")))


def _run_info(whole: Mapping[str, Any]) -> RunInfo:
    return RunInfo(
        target=whole["target"],
        server=whole["server"],
        contract=whole["contract"],
        version=whole["tool"]["version"],
        seconds=whole["seconds"],
        phases=whole["phases"],
        notes=tuple(whole.get("notes", ())),
        listings=tuple(_listing(name, one) for name, one in whole.get("listings", {}).items()),
        causes=tuple(map(_cause, whole.get("causes", ()))),
        shard=_shard(whole.get("shard")),
        **whole.get("words", {}),
    )


def _shard(told: Mapping[str, Any] | None) -> Shard | None:
    return Shard(**{**told, "positions": tuple(told["positions"])}) if told else None


def _listing(name: str, one: Mapping[str, Any]) -> Listing:
    columns = tuple(one["rows"][0]) if one["rows"] else ()
    rows = (tuple(row.get(column, "") for column in columns) for row in one["rows"])
    return Listing(name, one["says"], columns, tuple(rows))


def _verdict(one: Mapping[str, Any]) -> Verdict:
    return Verdict(
        id=one["id"],
        outcome=Outcome(one["outcome"]),
        level=one["level"],
        kind=one["kind"],
        says=one["says"],
        objects=tuple(one["objects"]),
        table=one.get("table", ""),
        place=_place(one["place"]),
        made=_place(one.get("made")),
        waived=one.get("waived", ""),
        findings=tuple(Finding(**finding) for finding in one["findings"]),
        seconds=one["seconds"],
    )


def _cause(one: Mapping[str, Any]) -> Cause:
    return Cause(
        says=one["says"],
        level=one["level"],
        clauses=tuple(one["clauses"]),
        objects=tuple(one["objects"]),
        made=_place(one["made"]),
        ddl=tuple(one["ddl"]),
        refused=one["refused"],
    )


def _place(place: Mapping[str, Any] | None) -> str:
    if place is None:
        return ""
    line = place["line"]
    return place["file"] if line is None else f"{place['file']}:{line}"
