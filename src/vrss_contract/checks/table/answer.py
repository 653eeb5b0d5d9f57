"""What the comparison of a fact with its declaration can come to.

Findings, or the one case in which there are none to make: the thing that the fact would be about is
not there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vrss_contract.checks.verdict import Finding
from vrss_contract.sql import split


@dataclass(frozen=True, slots=True)
class Missing:
    """What a fact is about and is not there, so that the fact can't be judged."""

    what: str
    """Such as ``table orders``."""


Answer = tuple[Finding, ...] | Missing
Part = tuple[str, str, str]
"""Because, expected, found."""


def differing(parts: Iterable[Part]) -> tuple[Finding, ...]:
    """A finding for every part whose found text is not the expected one."""
    return tuple(
        Finding(because, expected, found) for because, expected, found in parts if expected != found
    )


def absent(what: str, expected: str, kind: str) -> tuple[Finding, ...]:
    """The finding that a declared thing is not there."""
    return (Finding(f"{what} is not there", expected, f"no such {kind}"),)


def undeclared(what: str, kind: str, found: str) -> Finding:
    """The finding that a thing is there which the contract does not declare."""
    return Finding(f"{what} is not in the contract", f"no such {kind}", one_line(found))


def beyond(what: str, rights: Iterable[str]) -> tuple[Finding, ...]:
    """A finding for each right that is not as it is where nobody grants or revokes."""
    because = f"other roles may do other things with {what}"
    return tuple(
        Finding(because, "as nobody had granted or revoked a right", one) for one in rights
    )


def one_line(text: str) -> str:
    """SQL on one line, without comments, quoted texts as they are."""
    shown = (" " if token.silent else token.text for token in split.tokens(text))
    return "".join(shown).strip()
