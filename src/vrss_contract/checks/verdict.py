"""What was found out about a clause."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from vrss_contract.errors import BROKEN, UNJUDGED


class Outcome(enum.StrEnum):
    """Whether a clause is kept. Broken and undecided are never mixed."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNDECIDED = "undecided"
    WAIVED = "waived"
    """Broken or undecided, and allowed to be."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing seen that is not as the clause says, or that kept it from being judged."""

    because: str
    expected: str
    found: str
    repeat: str = ""
    """SQL that shows it again, or nothing where the catalog is the witness."""
    repair: str = ""
    """SQL or a command that mends it, for a person to run, where there is one."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome for one clause, with all that a report says of it."""

    id: str
    outcome: Outcome
    level: str
    kind: str
    says: str
    objects: tuple[str, ...] = ()
    table: str = ""
    """The one table that it speaks of, if there is one."""
    place: str = ""
    """Where the clause is written, as ``file:line``."""
    made: str = ""
    """Where the target makes what it is about, as ``file:line``; nothing where none is known."""
    waived: str = ""
    """Why it may fall, where it is waived."""
    findings: tuple[Finding, ...] = ()
    """Of one that holds they are advice."""
    seconds: float = 0.0
    """Its share of the time that the clauses judged with it took."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing to mend, and the clauses that fall for it."""

    says: str
    level: str
    """The gravest of its clauses'."""
    clauses: tuple[str, ...]
    """Ids of those that hold once it is mended, the gravest first."""
    objects: tuple[str, ...]
    made: str = ""
    """Where the target makes the first of its objects, as ``file:line``."""
    ddl: tuple[str, ...] = ()
    """What mends it, in order; run on a copy of the target, after that of the causes before."""
    refused: str = ""
    """What the server said where it would not run."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Facts that are no verdict and that a reader wants whole, as a table."""

    name: str
    """One word for machines."""
    says: str
    columns: tuple[str, ...]
    """Names in lower case, words parted by ``_``."""
    rows: tuple[tuple[str | int | bool, ...], ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many clauses held, broke and could not be judged, and the exit code that means."""

    holds: int
    broken: int
    undecided: int
    waived: int = 0

    @classmethod
    def of(cls, verdicts: Iterable[Verdict]) -> Tally:
        """Count the outcomes."""
        counts = Counter(verdict.outcome for verdict in verdicts)
        return cls(*(counts[outcome] for outcome in Outcome))

    @property
    def total(self) -> int:
        """All clauses judged."""
        return self.holds + self.broken + self.undecided + self.waived

    @property
    def exit_code(self) -> int:
        """0 all held, 1 something broke, 2 something could not be judged and nothing broke."""
        if self.broken:
            return BROKEN
        return UNJUDGED if self.undecided else 0
