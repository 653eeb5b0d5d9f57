"""What becomes of a trigger whose writer forgot an event or a column, or took the other time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vrss_contract.mutation.bodies.code import Code, Edits

_EVENTS = ("insert", "update", "delete", "truncate")
_SIBLINGS = {
    "before": "AFTER",
    "after": "BEFORE",
    "row": "STATEMENT",
    "statement": "ROW",
    "deferred": "IMMEDIATE",
    "immediate": "DEFERRED",
}


@dataclass(frozen=True, slots=True)
class MadeTrigger:
    """A trigger and the statement that makes it."""

    word: str
    table: str
    function: str
    transitions: Sequence[str]
    sql: str

    @property
    def name(self) -> str:
        """What tells it from those of other tables."""
        return f"{self.word} of {self.table}"

    @classmethod
    def of(cls, sql: str) -> MadeTrigger:
        """The trigger of a statement."""
        words = Code(sql).words
        tables = [words[at + 2] for at, one in enumerate(words) if one == "table"]
        return cls(
            words[words.index("trigger") + 1],
            words[words.index("on") + 1],
            words[words.index("execute") + 2],
            tables,
            sql,
        )


def changed_triggers(trigger: MadeTrigger) -> Edits:
    """The trigger with another time, level, event, list of columns or condition."""
    code = Code(trigger.sql)
    begins = next(at for at, one in enumerate(code.words) if one in {"before", "after"})
    ends = code.words.index("on")
    events = code.split(begins + 1, ends, {"or"})
    for at, (first, last) in enumerate(events):
        yield from _event(code, events, at)
        if code.at(first + 1) == "of":
            yield code.drop(first + 1, last)
            yield from _columns(code, first + 2, last)
    yield from _sides(code, ends)
    for place, word in enumerate(code.words):
        if word in _SIBLINGS and (place == begins or place > ends):
            yield code.put(place, place + 1, _SIBLINGS[word])


def _event(code: Code, events: Sequence[tuple[int, int]], at: int) -> Edits:
    """Without an event among others, or with its neighbour in its place where it is alone."""
    first, last = events[at]
    if len(events) > 1:
        left, right = (first, events[1][0]) if at == 0 else (first - 1, last)
        yield code.put(left, right, "", f"without {code.shown(first, last)}")
        return
    for other in _EVENTS:
        if other != code.at(first):
            yield code.put(first, last, other.upper())


def _columns(code: Code, first: int, last: int) -> Edits:
    names = code.split(first, last, {","})
    for at, (begin, end) in enumerate(names):
        if len(names) > 1:
            left, right = (begin, names[1][0]) if at == 0 else (begin - 1, end)
            yield code.put(left, right, "", f"UPDATE OF without {code.shown(begin, end)}")


def _sides(code: Code, after: int) -> Edits:
    """Transition tables that take each other's rows, and WHEN dropped and negated."""
    for place in range(after, len(code)):
        if code.at(place) == "referencing":
            last = code.until(place, {"for"})
            turned = {"old": "NEW", "new": "OLD"}
            text = " ".join(
                turned.get(code.at(at), code.source(at, at + 1)) for at in range(place, last)
            )
            yield code.put(place, last, text)
        if code.at(place) == "when":
            last = code.closing(place + 1)
            yield code.drop(place, last + 1)
            inner = code.source(place + 2, last)
            yield code.put(place + 2, last, f"NOT ({inner})", f"WHEN NOT ({inner})")
