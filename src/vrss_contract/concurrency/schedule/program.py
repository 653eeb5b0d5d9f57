"""What is interleaved, and what an interleaving ended in.

Values only; does not know servers.
"""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

COMMIT = "COMMIT"
LOST = "lost"
"""The ending of a session that was neither committed nor refused when a run was given up."""
ENDLESS = "it waits for a lock of a session whose transaction has ended"
"""Why a run is lost that comes to no end however long it is given."""


class Level(enum.StrEnum):
    """An isolation level, by its short name."""

    RC = "rc"
    RR = "rr"
    SER = "ser"

    @property
    def sql(self) -> str:
        """The level's name in SQL, such as ``READ COMMITTED``."""
        return _SQL[self]


_SQL = {Level.RC: "READ COMMITTED", Level.RR: "REPEATABLE READ", Level.SER: "SERIALIZABLE"}


@dataclass(frozen=True, slots=True)
class Script:
    """One session's transaction: its level and its statements; COMMIT follows the last one."""

    level: Level
    statements: tuple[str, ...]
    gives_up: str = ""
    """The condition that it ends with as soon as it would wait for another session: that of a limit
    on locks, or of a statement that is canceled. Nothing where it waits."""

    @property
    def steps(self) -> tuple[str, ...]:
        """The statements and COMMIT, which is a step of its own."""
        return (*self.statements, COMMIT)


Program = tuple[Script, ...]
"""The sessions a, b, c and so on."""


@dataclass(frozen=True, slots=True)
class Event:
    """A step that ended."""

    session: int
    statement: str
    waited: bool
    """Whether a later step was chosen before this one ended, or a deadlock ended it."""
    rows: int
    """How many rows the server says it read or wrote."""
    condition: str
    """The condition's name it failed with; nothing where it was done."""
    message: str


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a program."""

    order: tuple[int, ...]
    """The session chosen for each step."""
    events: tuple[Event, ...]
    """In the order in which steps ended; of those that one choice ended, the chosen one first."""
    endings: tuple[str, ...]
    """For each session: nothing where it was committed, else the condition it failed with, or
    ``LOST``."""
    choices: tuple[tuple[int, ...], ...]
    """The sessions that could have been chosen for each step, ascending."""
    lost: str = ""
    """Why it could not be played to its end."""
    by_server: bool = False
    """Whether that was for the server's limits or faults, which say nothing of the target."""
    steady: bool = True
    """Whether this is how the order always goes: each deadlock had the victim that it always has,
    and where one step let two sessions go on that waited for one lock, and the server decided who
    was first, it went as the prefix wants it."""


def orders(program: Program) -> int:
    """How many interleavings there are where no session waits and none fails."""
    lengths = [len(script.steps) for script in program]
    return math.factorial(sum(lengths)) // math.prod(map(math.factorial, lengths))
