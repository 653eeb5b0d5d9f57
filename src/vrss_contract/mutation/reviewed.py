"""A contract's reviewed list: mutants that nothing can show, and clauses that kill none alone.

Every line has its argument. One that is about an object or a clause which is another by now has
expired. Rule: contracts/README.md, "Mutants".
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from vrss_contract.contract import digest, strict
from vrss_contract.contract.model import Contract, SourceLocation
from vrss_contract.database.catalog.every_object import Facts, Item
from vrss_contract.database.scratch import PREFIX
from vrss_contract.mutation.errors import REVIEWED_FAULT
from vrss_contract.mutation.texts.known import of_text

_ROLE = re.compile(rf"{PREFIX}[0-9a-f]+(?:_\w+)?")
"""The roles that own a loaded target, which are called otherwise in each run."""
_KEYS = {
    "equivalent": frozenset({"equivalent", "because", "of"}),
    "seen": frozenset({"seen", "by"}),
    "unfelt": frozenset({"unfelt", "because"}),
    "stays": frozenset({"stays", "because"}),
}


@dataclass(frozen=True, slots=True)
class Equivalent:
    """Mutants that change nothing that happens, and why."""

    patterns: tuple[str, ...]
    """Globs of ids, in which brackets stand for themselves."""
    because: str
    of: Mapping[str, str]
    """Objects and clauses, with their digests when the argument was reviewed."""
    place: str = ""

    def about(self, id_: str) -> bool:
        """Whether it is about the mutant."""
        return any(like(id_, pattern) for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class Stays:
    """Clauses that kill no mutant alone, and why they stay."""

    patterns: tuple[str, ...]
    because: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The whole list."""

    equivalents: tuple[Equivalent, ...] = ()
    seen: tuple[tuple[tuple[str, ...], str], ...] = ()
    """Mutants, and the clause that sees them; it is asked first."""
    stays: tuple[Stays, ...] = ()
    unfelt: tuple[Stays, ...] = ()
    """Mutants that no application feels, and why: it is enough that a ``should`` sees them."""

    def equivalent(self, id_: str) -> Equivalent | None:
        """What is said of a mutant."""
        return next((one for one in self.equivalents if one.about(id_)), None)

    def because(self, id_: str) -> str:
        """Why nothing that happens is another for a mutant; nothing where nobody has said."""
        listed = self.equivalent(id_)
        return listed.because if listed else ""

    def first(self, id_: str) -> tuple[str, ...]:
        """The clauses that are known to see it."""
        return tuple(
            clause for patterns, clause in self.seen if any(like(id_, one) for one in patterns)
        )

    def is_unfelt(self, id_: str) -> bool:
        """Whether it is enough that a clause at should sees the mutant."""
        return any(like(id_, pattern) for one in self.unfelt for pattern in one.patterns)

    def stay(self, clause: str) -> str:
        """Why a clause stays that kills nothing alone."""
        return next(
            (one.because for one in self.stays if any(like(clause, p) for p in one.patterns)), ""
        )

    def without(self, expired: Iterable[str]) -> Reviewed:
        """The list without those arguments, which are named by their places."""
        gone = {*expired}
        kept = tuple(one for one in self.equivalents if one.place not in gone)
        return replace(self, equivalents=kept)


def read(contract: Contract) -> Reviewed:
    """The list of a contract; an empty one where its folder has none.

    Raises:
        TroubleError: a fault in the file, with its line.
    """
    path = contract.manifest.mutants
    if path is None:
        return Reviewed()
    unfelt = list[Stays]()
    equivalents, seen, stays = (
        list[Equivalent](),
        list[tuple[tuple[str, ...], str]](),
        list[Stays](),
    )
    for line, entry in strict.read(path, str(path)):
        place = SourceLocation(path.name, line)
        kind = next((one for one in _KEYS if one in entry), "")
        if not kind or entry.keys() - _KEYS[kind]:
            raise REVIEWED_FAULT(place=place, found=f"the keys {', '.join(entry)}")
        patterns = _texts(entry[kind], place)
        why = _text(entry.get("by" if kind == "seen" else "because"), place)
        if kind == "equivalent":
            equivalents.append(Equivalent(patterns, why, _digests(entry, place), str(place)))
        elif kind == "seen":
            seen.append((patterns, why))
        elif kind == "unfelt":
            unfelt.append(Stays(patterns, why, str(place)))
        else:
            stays.append(Stays(patterns, why, str(place)))
    return Reviewed(tuple(equivalents), tuple(seen), tuple(stays), tuple(unfelt))


def expired(
    reviewed: Reviewed, contract: Contract, objects: Mapping[Item, Facts]
) -> Iterator[tuple[str, str]]:
    """The arguments about something that is another by now: their places, and what that is."""
    clauses = {one.id: one for one in contract.clauses}
    for one in reviewed.equivalents:
        for name, known in one.of.items():
            clause = clauses.get(name)
            thing = of_object(name, objects) or of_text(name, contract)
            now = digest.of_clause(clause) if clause else thing
            if now != known:
                yield one.place, f"{name} is another: {now or 'it is not there'}, was {known}"
                break


def of_object(name: str, objects: Mapping[Item, Facts]) -> str:
    """Twelve hex digits that change when an object does; nothing where none is called that.

    Args:
        name: ``table``, ``table.part``, or the name of a function, type or sequence.
        objects: all that there are.
    """
    table, _, part = name.rpartition(".")
    found = [
        [item.kind, json.dumps(_without_owner(facts), sort_keys=True, default=str)]
        for item, facts in objects.items()
        if (item.table == table and item.name == part)
        or (not table and name in {item.table, item.name, item.name.partition("(")[0]})
    ]
    if not found:
        return ""
    told = _ROLE.sub("role", json.dumps(sorted(found)))
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def _without_owner(facts: Facts) -> Facts:
    """The facts but for the owner's number, which is another one on each server."""
    return {key: value for key, value in facts.items() if not key.endswith("owner")}


def like(name: str, pattern: str) -> bool:
    """Whether a name is like a glob; only ``*`` means something in it."""
    return name == pattern or fnmatchcase(
        name, pattern.replace("[", "\x00").replace("?", "[?]").replace("\x00", "[[]")
    )


def _texts(value: Any, place: SourceLocation) -> tuple[str, ...]:
    given: Sequence[Any] = value if isinstance(value, list) else [value]
    return tuple(_text(one, place) for one in given)


def _text(value: Any, place: SourceLocation) -> str:
    if not isinstance(value, str) or not value.strip():
        raise REVIEWED_FAULT(place=place, found=f"{value!r} where a text is wanted")
    return value.strip()


def _digests(entry: Mapping[str, Any], place: SourceLocation) -> Mapping[str, str]:
    of = entry.get("of", {})
    if not isinstance(of, dict) or not all(isinstance(one, str) for one in of.values()):
        raise REVIEWED_FAULT(place=place, found="no mapping of names to digests as `of`")
    return of
