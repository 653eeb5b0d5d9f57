"""A statement inside a body, as a question that a server can answer.

The question is the statement under EXPLAIN, in a DO block that declares what the statement sees:
the server itself resolves every name, and nothing is carried out. Knows the form of the question
and where its answer points; knows neither PL/pgSQL's tree nor a server.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

_UNPLACED = re.compile(r'record "(?P<record>[^"]+)" (?:has no field "(?P<field>[^"]+)"|is not)')


class Mode(enum.Enum):
    """What is done with a probe's statement."""

    EXPLAIN = enum.auto()
    RUN = enum.auto()
    """What EXPLAIN does not take is carried out, to be undone with all else."""
    FILL = enum.auto()
    """Gives a record its columns, for the probes that carry it as a filler."""
    NOTE = enum.auto()
    """Nothing: the query is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One question, or one remark where none can be asked."""

    mode: Mode
    index: int
    """Where in the body the query begins."""
    query: str
    """The statement or expression, as long as it is in the body."""
    lead: str = ""
    tail: str = ""
    scopes: tuple[str, ...] = ()
    """The head of each block around it, from the outside."""
    fillers: tuple[str, ...] = ()
    """Statements that give the records in sight their columns."""

    @property
    def statement(self) -> str:
        """What is explained or run."""
        return f"{self.lead}{self.query}{self.tail}"

    def code(self, outermost: str, unusable: set[str]) -> str:
        """The text of a DO block that asks.

        Args:
            outermost: the head of a block around all others.
            unusable: fillers to leave out.
        """
        heads = (outermost, *self.scopes, "DECLARE plan_line record; BEGIN")
        fillers = [filler for filler in self.fillers if filler not in unusable]
        asked = self.statement
        if self.mode is Mode.EXPLAIN:
            asked = f"FOR plan_line IN EXPLAIN {asked}\nLOOP END LOOP"
        within = "".join(f"{each}\n;\n" for each in (*fillers, asked))
        return "\n".join((*heads, within, "END; " * len(heads)))

    def place(self, message: str, asked: str | None, position: int | None) -> int:
        """Where in the body an answer points.

        Args:
            message: the server's words; it gives no position for the field of a record.
            asked: the text that the position counts in, if the server gave one.
            position: a character of that text, from 1.
        """
        if asked is not None and position is not None and self.query in asked:
            inside = position - 1 - asked.index(self.query)
            return self.index + min(max(inside, 0), len(self.query))
        if unplaced := _UNPLACED.search(message):
            record, column = (re.escape(name or "") for name in unplaced.group("record", "field"))
            named = re.search(rf'(?i)\b{record}"?\s*\.\s*"?{column}', self.query)
            return self.index + (named.end() if named else 0)
        return self.index


def quoted(name: str) -> str:
    """An identifier as SQL writes it whatever is in it."""
    return '"' + name.replace('"', '""') + '"'
