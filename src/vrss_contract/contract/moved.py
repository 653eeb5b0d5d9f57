"""The contract as it speaks of tables that are in another schema than the one it names first.

Names that say no schema need nothing: whoever judges looks them up in the first schema. What names
that schema itself is rewritten: ``public.t`` and ``SCHEMA public`` in SQL, and a
``search_path``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import partial
from typing import Any

from vrss_contract.contract.model import Clause, Contract
from vrss_contract.sql.literal import identifier

_PATH = "search_path"
_WORDS = frozenset({"id", "says", "source", "reason", "place", "because", "erratum"})
"""Fields that hold no SQL."""


def moved(contract: Contract, schema: str) -> Contract:
    """The contract with its first schema in that place."""
    home = contract.schemas[0]
    if schema == home:
        return contract
    name = re.escape(home)
    before = rf"(?<![\w\".@/-]){name}(?=\.[\w\"])"
    after = rf"(?<=\b[Ss][Cc][Hh][Ee][Mm][Aa] ){name}(?![\w\"])"
    qualified = partial(re.compile(f"{before}|{after}").sub, _as(schema))
    pathed = partial(re.compile(rf"(?<![\w\"]){name}(?![\w\"])").sub, _as(schema))
    move = _Move(home, qualified, pathed)
    manifest = replace(contract.manifest, schemas=(schema, *contract.schemas[1:]), moved=schema)
    return replace(
        contract,
        manifest=manifest,
        functions={name: move.value(one) for name, one in contract.functions.items()},
        operations={name: move.value(one) for name, one in contract.operations.items()},
        queries={name: move.value(one) for name, one in contract.queries.items()},
        clauses=tuple(map(move.clause, contract.clauses)),
    )


def _as(schema: str) -> Callable[[re.Match[str]], str]:
    """What puts the schema's name, whatever it has in it, in the place of what is found."""
    return lambda _: identifier(schema)


class _Move:
    """Rewrites values, each as itself where nothing in it names the schema."""

    def __init__(
        self, home: str, qualified: Callable[[str], str], pathed: Callable[[str], str]
    ) -> None:
        self._home = home
        self._qualified = qualified
        self._pathed = pathed

    def clause(self, clause: Clause) -> Clause:
        """The clause, whose promise alone holds SQL."""
        promise = self.value(clause.promise)
        return clause if promise is clause.promise else replace(clause, promise=promise)

    def value(self, value: Any, name: str = "") -> Any:
        """The value of a field of that name."""
        if name in _WORDS:
            return value
        if isinstance(value, str):
            return self._text(value, name)
        if is_dataclass(value) and not isinstance(value, type):
            parts = {one.name: getattr(value, one.name) for one in fields(value) if one.init}
            return self._same_or(value, parts, lambda new: replace(value, **new))
        if isinstance(value, Mapping):
            keys = {key: self.value(key) for key in value}
            parts = {key: self.value(one, str(key)) for key, one in value.items()}
            same = all(keys[key] is key and parts[key] is value[key] for key in value)
            return value if same else {keys[key]: one for key, one in parts.items()}
        if isinstance(value, tuple | list):
            found = [self.value(one, name) for one in value]
            same = all(new is old for new, old in zip(found, value, strict=True))
            return value if same else type(value)(found)
        return value

    def _same_or(
        self, value: Any, parts: Mapping[str, Any], made: Callable[[Mapping[str, Any]], Any]
    ) -> Any:
        found = {name: self.value(one, name) for name, one in parts.items()}
        other = {name: one for name, one in found.items() if one is not parts[name]}
        return made(other) if other else value

    def _text(self, text: str, name: str) -> str:
        if self._home not in text:
            return text
        return self._pathed(text) if name == _PATH else self._qualified(text)
