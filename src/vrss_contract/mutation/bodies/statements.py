"""What becomes of a PL/pgSQL body whose writer forgot a statement, turned a condition or a branch.

Knows the statements of PL/pgSQL; does not know SQL.
"""

from __future__ import annotations

from collections.abc import Iterator

from vrss_contract.mutation.bodies.code import Code, Edits
from vrss_contract.mutation.bodies.mistakes import changed_sequence, moved_lock

_ENDS = frozenset({"end", "else", "elsif", "elseif", "exception", "when"})
_BLOCKS = frozenset({"begin", "if", "case", "loop"})
_ROWS = ("null", "new", "old")


def changed_statements(code: Code, *, of_rows: bool) -> Edits:
    """Every statement dropped; conditions turned, always and never; branches, loops and results.

    What a trigger returns matters where it is called for each row.
    """
    yield from _declarations(code)
    place = next(code.places("begin"), len(code)) + 1
    yield from _Body(code, of_rows=of_rows).statements(place)


def conditions(code: Code) -> Iterator[tuple[int, int]]:
    """What IF, ELSIF, WHILE and WHEN ask."""
    for place, word in enumerate(code.words):
        ending = code.at(place - 1) == "end"
        if word in {"if", "elsif", "elseif"} and not ending:
            yield place + 1, code.until(place + 1, {"then"})
        elif word == "when" and code.at(place - 1) in {"exit", "continue"}:
            yield place + 1, code.until(place + 1, {";"})


def handlers(code: Code) -> Iterator[tuple[int, int]]:
    """Where each part stands in the text that an error alone leads to."""
    for place in code.places("exception"):
        end, depth = place + 1, 0
        while end < len(code) and depth >= 0:
            word, ends = code.at(end), code.at(end - 1) == "end"
            depth += (word in _BLOCKS and not ends) - (word == "end")
            end += 1
        yield code.span(place, end)


def _declarations(code: Code) -> Edits:
    """Without what variables begin as."""
    last = next(code.places("begin"), 0)
    for place in range(last):
        if code.at(place) == ":=":
            end = code.until(place, {";"})
            yield code.drop(place, end)


class _Body:
    """One pass over statements; each method goes on to what follows its statement."""

    def __init__(self, code: Code, *, of_rows: bool) -> None:
        self._code = code
        self._of_rows = of_rows
        self._place = 0

    def statements(self, place: int) -> Edits:
        """Those from here to the end of their block."""
        self._place, before = place, place
        while self._place < len(self._code) and self._code.at(self._place) not in _ENDS:
            first = self._place
            yield from self._statement()
            yield from moved_lock(self._code, before, first, self._place)
            before = first

    def _statement(self) -> Edits:
        code, first = self._code, self._place
        word = code.at(first)
        if word == "if":
            yield from self._branches()
        elif word == "case":
            yield from self._cases()
        elif word in {"for", "while", "loop", "foreach"}:
            yield from self._loop()
        elif word in {"begin", "declare"}:
            yield from self._block()
        else:
            self._place = code.until(first, {";"}) + 1
            if word == "return" and self._of_rows:
                yield from _result(code, first)
            if code.at(first + 1) == "when":
                yield from _asked(code, first + 2, self._place - 1)
            yield from changed_sequence(code, first, self._place)
        if word != "null":
            yield code.drop(first, self._place, "NULL;")

    def _branches(self) -> Edits:
        code = self._code
        while code.at(self._place) != "end":
            first = self._place
            if code.at(first) != "else":
                then = code.until(first + 1, {"then"})
                yield from _asked(code, first + 1, then)
                yield from self.statements(then + 1)
            else:
                yield from self.statements(first + 1)
            if code.at(first) != "if":
                branch = code.shown(first, self._place)
                yield code.put(first, self._place, "", f"without the branch {branch}")
        self._place += len(("end", "if", ";"))

    def _cases(self) -> Edits:
        code = self._code
        self._place = code.until(self._place + 1, {"when"})
        while code.at(self._place) != "end":
            first = self._place
            then = first if code.at(first) == "else" else code.until(first, {"then"})
            yield from self.statements(then + 1)
            branch = code.shown(first, self._place)
            yield code.put(first, self._place, "", f"without the branch {branch}")
        self._place += len(("end", "case", ";"))

    def _loop(self) -> Edits:
        code, first = self._code, self._place
        begins = code.until(first, {"loop"})
        if code.at(first) == "while":
            yield from _asked(code, first + 1, begins)
        yield from self.statements(begins + 1)
        end = self._place
        shown = code.shown(first, begins) or code.shown(begins + 1, end)
        yield code.put(end, end, "EXIT; ", f"once: {shown}")
        self._place += len(("end", "loop", ";"))

    def _block(self) -> Edits:
        code = self._code
        begins = code.until(self._place, {"begin"})
        yield from self.statements(begins + 1)
        if code.at(self._place) == "exception":
            first = self._place
            self._place += 1
            while code.at(self._place) == "when":
                then = code.until(self._place, {"then"})
                yield from self.statements(then + 1)
            yield code.drop(first, self._place)
        self._place += len(("end", ";"))


def _asked(code: Code, first: int, last: int) -> Edits:
    condition = code.shown(first, last)
    for become in ("TRUE", "FALSE"):
        yield code.put(first, last, become, f"IF {condition} -> {become}")
    yield code.put(first, last, f"NOT ({code.source(first, last)})", f"IF NOT ({condition})")


def _result(code: Code, first: int) -> Edits:
    """Another row for the one that a trigger returns."""
    for row in _ROWS:
        if code.at(first + 1) in _ROWS and row != code.at(first + 1):
            yield code.put(first, first + 2, f"RETURN {row.upper()}")
