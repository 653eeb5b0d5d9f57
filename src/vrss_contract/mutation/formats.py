"""What came of mutants, as text: for people, for machines, and as a page with a matrix."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from vrss_contract import templates
from vrss_contract.mutation.mutant import Mutant
from vrss_contract.mutation.run import MutationResult
from vrss_contract.mutation.summary import MutationSummary, Score
from vrss_contract.mutation.tried import ENDINGS, Tried
from vrss_contract.report.text import count, duration, short, visible

VERSION = 1
"""Raised when a reader of the JSON document has to change."""
_SHOWN = 10
"""Idle clauses, and expired arguments, that a person is shown by name."""
_CALLED = {"soft": "heard too softly"}


@dataclass(frozen=True, slots=True)
class MutationReport:
    """A run, and what it comes to."""

    target: str
    """As a command line names it."""
    contract: str
    result: MutationResult
    summary: MutationSummary
    operators: Mapping[str, str]
    """What each operator does, in a sentence."""
    name: str = ""
    """What the target is called, where a command line need not name it."""
    options: str = ""
    """What a command needs besides the target to judge the same, such as ``--contract DIR``."""


def headline(report: MutationReport) -> str:
    """All of it in a few words."""
    all_ = report.summary.all
    counts = all_.counts
    others = [one for one in ENDINGS if one != "killed" and counts[one]]
    more = [f"{counts[one]:,} {_called(one)}" for one in others]
    killed = f"{counts['killed']:,} of {all_.counted:,} mutants killed ({_percent(all_)})"
    return ", ".join([killed, *more])


def terminal(report: MutationReport) -> str:
    """For a person."""
    summary, result = report.summary, report.result
    lines = [
        f"{short(report.target or report.name)}: {headline(report)}",
        *_circumstances(report),
        "",
    ]
    lines += _table(summary.operators, "operator")
    for one in summary.faults:
        lines += ["", *_fault(one, report)]
    lines += ["", *_idle(summary)]
    for place, why in result.expired[:_SHOWN]:
        lines.append(f"expired: {short(place)}: {short(why)}")
    return "\n".join(lines) + "\n"


def _circumstances(report: MutationReport) -> Iterator[str]:
    result, all_ = report.result, report.summary.all
    resumed = f", {result.resumed:,} of them by a run that was cut off" if result.resumed else ""
    alone = report.summary.undone
    undone = f", {alone:.1f} of those that one transaction showed" if alone else ""
    parts = (
        f"{count(all_.made, 'mutant')} judged{resumed}",
        f"{count(len(result.duplicates), 'duplicate')} left out",
        duration(result.seconds),
        f"{all_.milliseconds:.1f} ms a mutant in the median{undone}",
        short(result.server),
    )
    yield "; ".join(parts)
    if fallen := report.summary.fallen:
        more = f" and {len(fallen) - _SHOWN:,} more" if len(fallen) > _SHOWN else ""
        named = f"{', '.join(fallen[:_SHOWN])}{more}"
        yield f"note: what the target breaks as it is hears no mutant: {named}"


def _table(scores: tuple[Score, ...], what: str) -> Iterator[str]:
    width = max([len(what), *(len(one.name) for one in scores)])
    yield f"{what:<{width}}  {'  '.join(['made', *ENDINGS, 'ms'])}"
    for one in scores:
        cells = [f"{one.counts[key]:>{len(key)},}" for key in ENDINGS]
        told = "  ".join([f"{one.made:>4,}", *cells])
        yield f"{one.name:<{width}}  {told}  {one.milliseconds:.1f}"


def _fault(one: Tried, report: MutationReport) -> Iterator[str]:
    mutant = one.mutant
    if one.listed:
        yield f"LISTED AND KILLED {short(mutant.id)}"
        yield f"  listed   {short(one.listed)}"
    else:
        yield f"{_called(one.ending).upper()} {short(mutant.id)}"
    yield f"  deserves {mutant.level}"
    if one.killers:
        heard = ", ".join(f"{killer.clause} ({killer.level})" for killer in one.killers)
        yield f"  heard by {short(heard)}"
    yield from (f"  ddl      {line}" for text in mutant.shown for line in _lines(text))
    yield f"  see it   {visible(command(mutant, report.target, report.options))}"


def _lines(text: str) -> list[str]:
    return [visible(line) for line in text.strip().splitlines()]


def command(mutant: Mutant, target: str, options: str = "") -> str:
    """The command that judges a mutant alone, and shows it."""
    words = filter(None, ("vrss-contract mutate", target, options, "--only"))
    # What can't be seen can't be copied either.
    pasted = "".join(one if one.isprintable() else "*" for one in mutant.id)
    return " ".join([*words, shlex.quote(pasted)])


def _idle(summary: MutationSummary) -> Iterator[str]:
    alone = sum(1 for one in summary.clauses if one.sole)
    told = f"{count(alone, 'clause')} killed a mutant that no other did"
    if summary.idle is None:
        yield f"{told}; a part of the mutants says of no clause that it kills none"
        return
    unsaid = [one for one in summary.idle if not one.stays]
    yield (
        f"{told}; {len(summary.idle):,} killed none alone,"
        f" {len(unsaid):,} of these without a reason"
    )
    for one in unsaid[:_SHOWN]:
        yield f"  {one.clause}: first to kill {one.first:,}"
    if len(unsaid) > _SHOWN:
        yield f"  and {len(unsaid) - _SHOWN:,} more; --format json has every one"


def _called(ending: str) -> str:
    return _CALLED.get(ending, ending)


def _percent(score: Score) -> str:
    return f"{int(score.percent * 10) / 10:.1f} %"  # 99.96 is not all


def markdown(report: MutationReport) -> str:
    """For a comment on a pull request."""
    return _rendered("mutants.md", report=report, headline=headline(report))


def page(report: MutationReport) -> str:
    """One HTML page that needs nothing beside itself: the matrix, and what was not killed."""
    tables = sorted({table for _, table in report.summary.matrix})
    return _rendered(
        "page.html",
        report=report,
        headline=headline(report),
        tables=tables,
        circumstances=_circumstances(report),
    )


def _rendered(name: str, **values: object) -> str:
    return templates.template(
        *(__package__, name), short=short, percent=_percent, called=_called
    ).render(values)


def document(report: MutationReport) -> str:
    """For machines: one JSON object in ASCII."""
    result, summary = report.result, report.summary
    whole: dict[str, Any] = {
        "mutation_version": VERSION,
        "target": report.target,
        "contract": report.contract,
        "server": result.server,
        "seconds": round(result.seconds, 3),
        "score": {**summary.all.counts, "percent": round(summary.all.percent, 4)},
        "milliseconds": summary.all.milliseconds,
        "milliseconds_undone": summary.undone,
        "operators": [
            {"name": one.name, "says": report.operators.get(one.name, ""), **one.counts}
            for one in summary.operators
        ],
        "objects": [{"name": one.name, **one.counts} for one in summary.objects],
        "clauses": [asdict(one) for one in summary.clauses],
        "idle": None if summary.idle is None else [asdict(one) for one in summary.idle],
        "fallen": summary.fallen,
        "mutants": [_mutant(one) for one in result.tried],
        "duplicates": [{"mutant": one, "of": other} for one, other in result.duplicates],
        "expired": [{"place": place, "why": why} for place, why in result.expired],
    }
    return json.dumps(whole, indent=2) + "\n"


def _mutant(one: Tried) -> dict[str, Any]:
    mutant = one.mutant
    return {
        "id": mutant.id,
        "operator": mutant.operator,
        "object": mutant.object,
        "what": mutant.what,
        "level": mutant.level,
        "ddl": mutant.ddl,
        "ending": one.ending,
        "killers": [asdict(killer) for killer in one.killers],
        "first": one.first,
        "sole": one.sole,
        "says": one.says,
        "listed": one.listed,
        "milliseconds": one.milliseconds,
        "undone": one.undone,
    }


FORMATS: Mapping[str, Any] = MappingProxyType(
    {"terminal": terminal, "markdown": markdown, "json": document, "html": page}
)
"""Each format by the word that ``--format`` takes."""
