"""``python -m tools.plpgsql_lint FILE.sql [...]``: faults inside functions and DO blocks.

sqlfluff takes a body for one string; this reads it. Knows the words for people and the exit codes:
0 no fault, 1 faults, 2 could not judge, 3 wrong use.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import psycopg

from tools.plpgsql_lint.judge import Kind, judge
from tools.plpgsql_lint.scratch import scratch_connection
from vrss_contract.errors import BROKEN, MISUSED, UNJUDGED, TroubleError

USAGE = "usage: python -m tools.plpgsql_lint FILE.sql [...]"


def main(arguments: Sequence[str]) -> int:
    """Judge files; remarks go to standard output, trouble to standard error."""
    if not arguments or any(argument.startswith("-") for argument in arguments):
        return _say(USAGE, MISUSED)
    try:
        texts = {name: Path(name).read_bytes().decode() for name in arguments}
    except (OSError, UnicodeDecodeError) as error:
        return _say(f"{error}\n{USAGE}", MISUSED)
    try:
        with scratch_connection() as connection:
            codes = {_judged(connection, name, text) for name, text in texts.items()}
    except (TroubleError, psycopg.OperationalError) as error:
        return _say(str(error), UNJUDGED)
    return next((code for code in (BROKEN, UNJUDGED) if code in codes), 0)


def _judged(connection: psycopg.Connection, name: str, text: str) -> int:
    """Print what is to be said of one file; the exit code it asks for."""
    try:
        remarks = judge(connection, text)
    except TroubleError as trouble:
        return _say(f"{name}: {trouble}", UNJUDGED)
    for remark in remarks:
        kind = "" if remark.kind is Kind.FAULT else f"{remark.kind}: "
        print(f"{name}:{remark.line}: {remark.label}: {kind}{remark.words}")  # noqa: T201 - its report
    kinds = Counter(remark.kind for remark in remarks)
    if kinds[Kind.FAULT]:
        return BROKEN
    return UNJUDGED if kinds[Kind.UNJUDGED] else 0


def _say(words: str, code: int) -> int:
    print(words, file=sys.stderr)  # noqa: T201 - what keeps it from judging goes to standard error
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
