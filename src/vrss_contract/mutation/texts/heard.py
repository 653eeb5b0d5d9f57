"""What clauses say to a text that is wrong in one place."""

from __future__ import annotations

from dataclasses import dataclass

from vrss_contract.mutation.tried import Killer


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of asking them."""

    killers: tuple[Killer, ...] = ()
    undecided: str = ""
    """What kept a clause from being judged."""
    refused: str = ""
    """What the server said where it can't understand the text."""
    cut: bool = False
    """Whether others were not asked that may hear it as well."""
