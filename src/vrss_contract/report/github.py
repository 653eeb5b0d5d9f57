"""The report as GitHub's workflow commands: annotations at the lines of a pull request.

Source: GitHub's documentation, "Workflow commands for GitHub Actions": how a message is escaped,
and that an annotation has a file and a line. GitHub shows ten of each sort for a step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vrss_contract.checks.verdict import Cause, Outcome, Verdict
from vrss_contract.report import causes
from vrss_contract.report.finding import headline
from vrss_contract.report.run_info import RunInfo
from vrss_contract.report.source_location import LocationParts, made_at, parts_of, place_of
from vrss_contract.report.text import count, short, visible

_COMMANDS = {"must": "error", "should": "warning", "may": "notice"}
_ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTIES = {**_ESCAPES, ":": "%3A", ",": "%2C"}


def render(run_info: RunInfo, verdicts: Sequence[Verdict]) -> str:
    """A line for each cause, each broken clause that none explains, and what is to be known."""
    told = causes.unexplained(run_info, verdicts)
    broken = [one for one in told if one.outcome is Outcome.BROKEN]
    undecided = [one for one in told if one.outcome is Outcome.UNDECIDED]
    found = [_cause(one) for one in run_info.causes]
    found += [
        _line(verdict) for verdict in sorted(broken, key=lambda one: [*_COMMANDS].index(one.level))
    ]
    if undecided:
        first = short(undecided[0].id)
        text = f"{count(len(undecided), run_info.noun)} could not be judged: {first}"
        found.append(annotation("warning", {"title": "undecided"}, text))
    number = sum(one.outcome is Outcome.BROKEN for one in verdicts)
    tally = f"{count(len(verdicts), run_info.noun)} judged, {number:,} broken"
    text = "\n".join([tally, *map(short, run_info.notes)])
    found.append(f"::notice title=vrss-contract::{_escaped(text, _ESCAPES)}")
    return "".join(f"{line}\n" for line in found)


def _cause(cause: Cause) -> str:
    given = {**_where(parts_of(cause.made)), "title": f"cause ({cause.level})"}
    mends = [short(statement) for statement in cause.ddl[: causes.STATEMENTS]]
    return annotation(
        _COMMANDS[cause.level], given, "\n".join([short(cause.says), causes.hangs(cause), *mends])
    )


def _where(place: LocationParts | None) -> dict[str, str]:
    return {"file": place.file, "line": str(place.line or 1)} if place else {}


def _line(verdict: Verdict) -> str:
    given = {
        **_where(made_at(verdict) or place_of(verdict)),
        "title": f"{verdict.id} ({verdict.level})",
    }
    return annotation(
        _COMMANDS[verdict.level], given, f"{short(verdict.says)}\n{headline(verdict)}"
    )


def annotation(command: str, given: Mapping[str, str], message: str) -> str:
    """One command, such as ``error``, with its properties and what it says."""
    properties = ",".join(
        f"{name}={_escaped(visible(value), _IN_PROPERTIES)}" for name, value in given.items()
    )
    return f"::{command} {properties}::{_escaped(message, _ESCAPES)}"


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(character, character) for character in text)
