"""Comment lines that divide a script: where a phase begins, and the way back of a migration."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator

from vrss_contract.sql.split import LineCounter, tokens

_PHASE = re.compile(r"--\s*phase\s+(\d+)\s*:\s*\S", re.IGNORECASE)
_TOOLS = r"\+\s*(?:goose|migrate|micrate)\s+{0}\b|migrate:{0}\b|rambler\s+{0}\b|{0}\s+migration\s*$"
_DOWN = re.compile(
    rf"--\s*(?:{_TOOLS.format('down')}|//\s*@undo\b|-+\s*create above / drop below)", re.IGNORECASE
)
"""What goose, sql-migrate, micrate, dbmate, Rambler, node-pg-migrate, MyBatis and tern write before
the statements that take a migration back."""
_UP = re.compile(rf"--\s*(?:{_TOOLS.format('up')})", re.IGNORECASE)
_ANY = re.compile(f"{_PHASE.pattern}|{_DOWN.pattern}|{_UP.pattern}", re.IGNORECASE | re.MULTILINE)


class Markers:
    """What holds at each line of a script, asked in ascending order."""

    def __init__(self, script: str, phase: int = 0) -> None:
        self._following = deque(_markers(script))
        self.phase = phase
        """The number of the phase; the given one, that of a script before it, before the first."""
        self.down = ""
        """The marker, where the line is one of a way back."""

    def at(self, line: int) -> None:
        """Go on to that line."""
        while self._following and self._following[0][0] <= line:
            self._pass(self._following.popleft()[1])

    def _pass(self, comment: str) -> None:
        if phase := _PHASE.match(comment):
            self.phase = int(phase[1])
        else:
            self.down = comment.strip() if _DOWN.match(comment) else ""


def _markers(script: str) -> Iterator[tuple[int, str]]:
    """Line and text of each marker: a comment that has its line to itself, in no body or text."""
    if not _ANY.search(script):
        return  # most scripts have none, and a search is faster than tokens
    lines = LineCounter(script)
    for token in tokens(script):
        if token.kind == "comment" and _ANY.match(token.text) and _alone(script, token.start):
            yield lines.of(token.start), token.text


def _alone(script: str, start: int) -> bool:
    return not script[
        max(script.rfind("\n", 0, start), script.rfind("\r", 0, start)) + 1 : start
    ].strip()
