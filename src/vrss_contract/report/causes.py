"""Causes as text: what is to be mended, the gravest first, with what hangs on each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vrss_contract.checks.verdict import Cause, Outcome, Tally, Verdict
from vrss_contract.report import summary
from vrss_contract.report.run_info import RunInfo
from vrss_contract.report.text import count, short

SUCH_AS, STATEMENTS, WIDTH = 3, 4, 160
"""At most so many clauses of a cause, statements that mend it, and characters of each."""


def headline(run_info: RunInfo, verdicts: Sequence[Verdict]) -> str:
    """Whether the contract is kept where it matters, and how many causes there are."""
    must = summary.by_level(verdicts)["must"]
    kept = "yes" if must.holds == must.total else "no"
    causes = count(len(run_info.causes), "cause")
    left = Tally.of(unexplained(run_info, verdicts))
    rest = left.broken + left.undecided
    alone = f", and {count(rest, 'clause')} that none explains" if rest else ""
    return f"keeps the contract at must: {kept}; {causes}{alone}"


def blocks(run_info: RunInfo, width: int, most: int) -> Iterator[str]:
    """Each cause as a block of lines, and how many are left out."""
    for cause in run_info.causes[:most]:
        yield "\n".join(lines(cause, width))
    if (over := len(run_info.causes) - most) > 0:
        yield f"... and {count(over, 'more cause')}; --format html and json have every one"


def lines(cause: Cause, width: int, side: str = "") -> Iterator[str]:
    """One cause, in the target of two that ``side`` names."""
    head = f"CAUSE   {short(cause.level)}{side and f', in {short(side)}'}"
    place = short(cause.made)
    yield f"{head}  {place:>{max(0, width - len(head) - 2)}}".rstrip()
    yield f"        {short(cause.says)}"
    yield f"        {hangs(cause)}"
    if cause.refused:
        yield f"        refused   {short(cause.refused)}"
    for number, statement in enumerate(cause.ddl[:STATEMENTS]):
        yield f"        {'' if number else 'mend':<9} {short(' '.join(statement.split()), WIDTH)}"
    if (over := len(cause.ddl) - STATEMENTS) > 0:
        yield f"                  ... {count(over, 'more statement')}; --fix FILE writes all"


def hangs(cause: Cause) -> str:
    """What hangs on it, with the first of these clauses."""
    if not cause.clauses:
        return "what mends it was not run, so that nothing is known to hang on it"
    names = ", ".join(short(one) for one in cause.clauses[:SUCH_AS])
    such = f", such as {names}" if len(cause.clauses) > SUCH_AS else f": {names}"
    holds = "holds" if len(cause.clauses) == 1 else "hold"
    return f"{count(len(cause.clauses), 'clause')} {holds} once it is mended{such}"


def folded(run_info: RunInfo) -> tuple[str, ...]:
    """A note on the clauses that are told beneath causes alone."""
    number = sum(len(cause.clauses) for cause in run_info.causes)
    told = f"{count(number, 'clause')} folded beneath causes; --no-causes, json and html tell each"
    return (told,) if number else ()


def unexplained(run_info: RunInfo, verdicts: Sequence[Verdict]) -> Sequence[Verdict]:
    """The verdicts, those left out that a cause explains."""
    known = {id_ for cause in run_info.causes for id_ in cause.clauses}
    return [one for one in verdicts if one.id not in known or one.outcome is Outcome.HOLDS]
