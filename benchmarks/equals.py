"""A reviewed list of changes that nothing can show, each with its reason.

What is seen after all, or is made no more, is a fault of the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

Pair = tuple[str, str]
"""What is changed, and the name of a change of it."""


@dataclass(frozen=True, slots=True)
class Equal:
    """Changes that show nowhere, and why."""

    reason: str
    subjects: Sequence[str]
    """What is changed."""
    changes: Sequence[str]
    """Their names; ``*`` stands for anything, here and in what is changed."""

    @classmethod
    def of(cls, entry: Mapping[str, object], reason: str, subjects: str) -> Equal:
        """An entry of a list, in which these are the keys of its reason and of what is changed."""
        texts = ([*_texts(entry[key])] for key in (subjects, "changes"))
        return cls(str(entry[reason]), *texts)

    def speaks_of(self, subject: str, name: str) -> bool:
        """Whether it is about this change of this subject."""
        return _some(self.subjects, subject) and _some(self.changes, name)

    def idle(self, tried: Iterable[Pair]) -> list[str]:
        """What it lists and nothing was tried of; none where a subject of it was left out."""
        own = [one for one in tried if _some(self.subjects, one[0])]
        asked = {subject for subject, _ in own}
        if not all(any(_like(one, subject) for subject in asked) for one in self.subjects):
            return []
        matched = {subject for subject, name in own if self.speaks_of(subject, name)}
        strange = [one for one in self.subjects if not any(_like(one, name) for name in matched)]
        lost = [one for one in self.changes if not any(_like(one, name) for _, name in own)]
        return [*strange, *lost]


def _some(patterns: Iterable[str], name: str) -> bool:
    return any(_like(one, name) for one in patterns)


def _like(pattern: str, name: str) -> bool:
    return bool(re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), name))


def _texts(value: object) -> Iterator[str]:
    yield from map(str, value) if isinstance(value, list) else (str(value),)
