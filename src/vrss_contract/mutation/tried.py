"""What came of a mutant, and of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vrss_contract.contract.model import LEVELS, Level
from vrss_contract.mutation.mutant import Mutant

Ending = Literal["killed", "soft", "survived", "undecided", "stillborn", "equivalent"]
ENDINGS: Sequence[Ending] = ("killed", "soft", "survived", "undecided", "stillborn", "equivalent")
"""``killed``: a clause of the level that it deserves, or of a stricter one, is broken. ``soft``:
only a clause of a laxer level is. ``survived``: none is. ``undecided``: none is, and clauses could
not be judged, which ``verify`` ends in exit code 2 for. ``stillborn``: the server refuses its DDL.
``equivalent``: nothing that happens is another, by the catalog or by a reviewed argument."""


@dataclass(frozen=True, slots=True)
class Killer:
    """A clause that a mutant breaks."""

    clause: str
    level: Level


@dataclass(frozen=True, slots=True)
class Tried:
    """A mutant, and what came of it."""

    mutant: Mutant
    ending: Ending
    killers: tuple[Killer, ...] = ()
    """The first clauses that broke: no more were asked once it was killed by two."""
    says: str = ""
    """What the server said to its DDL, why it is equivalent, or what could not be judged."""
    listed: str = ""
    """Why it was listed as equivalent, where it was killed all the same."""
    milliseconds: float = 0.0
    alone: bool = False
    """Whether it has one killer, and every other clause about its object was asked. They are not of
    a mutant whose killer alone has killed another of the same part of the list."""
    undone: bool = False
    """Whether all of it was judged in one transaction, which was undone."""
    fallen: tuple[str, ...] = ()
    """Clauses that broke, and were found to be broken without it: they hear none after it."""

    @property
    def first(self) -> str:
        """The first clause that killed it at the level that it deserves; nothing if none did."""
        return next((one.clause for one in self.killers if reaches(one, self.mutant)), "")

    @property
    def sole(self) -> str:
        """The clause that alone killed it; nothing where others were not asked."""
        return self.killers[0].clause if self.alone else ""

    @property
    def fault(self) -> bool:
        """Whether the contract has to be mended for it, or the list of equivalents."""
        return self.ending in {"soft", "survived"} or bool(self.listed)


def reaches(killer: Killer, mutant: Mutant) -> bool:
    """Whether a killer is as strict as its mutant deserves."""
    return LEVELS.index(killer.level) <= LEVELS.index(mutant.level)


def concluded(
    mutant: Mutant, killers: Sequence[Killer], undecided: str = "", because: str = ""
) -> Tried:
    """What came of a mutant that the server took.

    Args:
        mutant: the mutant.
        killers: the clauses that broke.
        undecided: what could not be judged.
        because: why nothing should see it.
    """
    if because and not any(reaches(one, mutant) for one in killers):
        return Tried(mutant, "equivalent", says=because)  # a text that differs means nothing
    ending = ended(mutant, killers, undecided)
    return Tried(mutant, ending, tuple(killers), says=undecided, listed=because)


def ended(mutant: Mutant, killers: Sequence[Killer], undecided: str = "") -> Ending:
    """How a mutant ended by what killed it."""
    if any(reaches(one, mutant) for one in killers):
        return "killed"
    if killers:
        return "soft"
    return "undecided" if undecided else "survived"
