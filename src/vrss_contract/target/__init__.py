"""What is verified.

A name, and statements with their lines and phases. A new kind of target is one module that returns
a Target.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a target: where it stands and the phase it belongs to (0: none marked)."""

    sql: str
    line: int
    phase: int = 0
    fault: int = 0
    """How many lines below its first one the server saw a fault."""
    file: str = ""
    """The file that it stands in, where the target has several; else the target's name says it."""
    rows: str | None = None
    """What stands below a COPY from standard input, as psql sends it to the server."""

    @property
    def fault_line(self) -> int:
        """The line of the file at which the server saw a fault."""
        return self.line + self.fault


@dataclass(frozen=True, slots=True)
class Rename:
    """A thing of the target's that the contract knows by another name."""

    sort: str
    """``table``, ``column``, ``enum`` or ``function``."""
    wanted: str
    """What the contract calls it: of a column, without its table."""
    found: str
    """What the target calls it."""
    table: str = ""
    """The contract's name of a column's table."""
    given: bool = False
    """Whether somebody said so, and it is no guess."""

    @property
    def full(self) -> str:
        """The contract's name of it, with its table."""
        return f"{self.table}.{self.wanted}" if self.table else self.wanted

    def __str__(self) -> str:
        """What is assumed, in words."""
        called = f"{self.table}.{self.found}" if self.table else self.found
        return f"{called} is {self.wanted}"


@dataclass(frozen=True, slots=True)
class Target:
    """A schema to be judged, as the statements that make it."""

    name: str
    """As people call it, such as ``tables.sql``."""
    steps: tuple[Statement, ...]
    canonical: bool = False
    """Whether it is the contract's own, which is judged where no other is named."""
    notes: tuple[str, ...] = ()
    """What a reader has to know of how it was read."""
    words: tuple[str, ...] = ()
    """What names it on a command line; none for the contract's own."""
    live: bool = False
    """Whether it was read from a database that lives."""
    schema: str = ""
    """Where its tables are, if that was found where it comes from."""
    renames: tuple[Rename, ...] = ()
    """What is renamed when it is loaded, so that it can be judged by the contract's names."""
    naming: tuple[Statement, ...] = ()
    """The statements that do it, after all others."""

    @property
    def phases(self) -> tuple[int, ...]:
        """The marked phases, in the order in which they stand."""
        return tuple(dict.fromkeys(step.phase for step in self.steps if step.phase))

    def up_to(self, number: int | None) -> Target:
        """The target as far as that phase, with what stands before the first; all for None."""
        if number is None:
            return self
        return replace(self, steps=tuple(step for step in self.steps if step.phase <= number))

    def phase(self, number: int) -> tuple[Statement, ...]:
        """The steps of one phase."""
        return tuple(step for step in self.steps if step.phase == number)
