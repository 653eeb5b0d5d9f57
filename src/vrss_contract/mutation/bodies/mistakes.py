"""What becomes of a PL/pgSQL body whose writer caught every error, or locked more than is needed.

Knows where the body begins and ends; does not know what is in between.
"""

from __future__ import annotations

from collections.abc import Mapping

from vrss_contract.mutation.bodies.code import Code, Edits


def changed_wholes(code: Code, tables: Mapping[str, str], *, of_rows: bool) -> Edits:
    """The body left at once now and then, with its errors caught, tables locked, one lock for all.

    Args:
        code: the body.
        tables: those that it may bear on, and each as SQL that no search path leads elsewhere.
        of_rows: whether it is called for each row, so that what it returns matters.
    """
    begin = next(code.places("begin"), -1)
    if begin < 0:
        return
    last = len(code) - 1 - [*reversed(code.words)].index("end")
    row = "NEW" if of_rows else "NULL"
    inner = code.source(begin + 1, last)
    for mood, condition in _MOODS:
        leave = f"IF {condition} THEN RETURN {row}; END IF; "
        yield code.put(begin + 1, begin + 1, leave, f"nothing done: {mood}")
    caught = f"BEGIN {inner} EXCEPTION WHEN OTHERS THEN RETURN {row}; END; RETURN {row};"
    yield code.put(begin + 1, last, caught, "swallowed: every error")
    for table, spelt in tables.items():
        lock = f"LOCK TABLE {spelt} IN EXCLUSIVE MODE; "
        yield code.put(begin + 1, begin + 1, lock, f"locked: {table}")
    for place, word in enumerate(code.words):
        if word.startswith("pg_advisory") and code.at(place + 1) == "(":
            end = code.closing(place + 1)
            yield code.put(place + 2, end, "0", f"one lock for all: {code.shown(place, end + 1)}")


def changed_sequence(code: Code, first: int, last: int) -> Edits:
    """A statement that runs twice, and one that runs after the next.

    Args:
        code: the body.
        first: where the statement begins.
        last: where the next one begins.
    """
    own = code.source(first, last)
    if code.at(first) not in {"return", "exit", "continue", "null", "raise", "close", "open"}:
        yield code.put(last - 1, last, f"; {own}", f"twice {code.shown(first, last)}")
    end = code.until(last, {";"})
    simple = code.at(last) not in _BLOCKS and code.at(last) != "return"
    if simple and code.at(end) == ";" and code.at(first) != "return":
        text = f"{code.source(last, end + 1)} {own}"
        yield code.put(first, end + 1, text, f"swapped {code.shown(first, end + 1)}")


def moved_lock(code: Code, first: int, second: int, last: int) -> Edits:
    """A statement that locks, after the block that comes next: what that reads is not locked.

    Args:
        code: the body.
        first: where the statement begins.
        second: where the next one begins.
        last: where that one ends.
    """
    if code.at(second) in _BLOCKS and _locks(code, first, second):
        text = f"{code.source(second, last)} {code.source(first, second)}"
        yield code.put(first, last, text, f"moved {code.shown(first, second)}")


def _locks(code: Code, first: int, last: int) -> bool:
    words = code.words[first:last]
    of_rows = {"update", "share", "no", "key"}
    return any(
        word == "lock" or "advisory" in word or (word == "for" and words[at + 1] in of_rows)
        for at, word in enumerate(words[:-1])
    )


_MOODS = (
    ("on Sundays", "extract(isodow FROM now()) = 7"),
    ("now and then", "random() < 0.01"),
    ("for a session of that name", "current_setting('application_name') = 'mutant'"),
    ("for the hundredth process", "pg_backend_pid() % 100 = 99"),
    ("from some year on", "clock_timestamp() > '2100-01-01'"),
)
"""What is so seldom that no row shows it, and the condition."""
_BLOCKS = frozenset(
    {"if", "case", "for", "while", "loop", "foreach", "begin", "declare", "end", "else", "elsif"}
    | {"when", "exception"}
)
"""What begins or ends a block, and is no statement by itself."""
