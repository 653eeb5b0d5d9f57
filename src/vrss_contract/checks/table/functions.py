"""Functions: what they are called as, what they may do, what they do.

Two bodies are equal if they are the same text but for spelling.
"""

from __future__ import annotations

import re

from vrss_contract.checks.table.answer import (
    Answer,
    Missing,
    absent,
    beyond,
    differing,
    undeclared,
)
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Function
from vrss_contract.database.catalog import facts
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.sql.expression import canonical_body
from vrss_contract.sql.literal import identifier
from vrss_contract.sql.signature import arguments, returned

_PATH = "search_path="
_NO_PATH = "no path of its own"
_NAME = re.compile(r'\s*"(?:[^"]|"")*"\s*|[^,"]+')
_CONTEXT = 6
"""Tokens shown before and after the place where two bodies part."""


def function(expected: Function, catalog: Catalog) -> Answer:
    """The one function of that name, with that signature, language and rights."""
    name = f"{expected.name}({expected.arguments})"
    found = named(expected, catalog)
    if found is None:
        return absent(name, f"returns {expected.returns}, language {expected.language}", "function")
    namesakes = [f for f in catalog.functions if f.name == expected.name and f is not found]
    security = "definer" if found.definer else "invoker"
    parts = [
        (f"{name} is of another kind", "function", found.kind),
        (f"{name} takes other arguments", _folded(expected.arguments), _folded(found.arguments)),
        (f"{name} returns another type", returned(expected.returns), returned(found.returns)),
        (f"{name} is in another language", expected.language.lower(), found.language),
        (f"{name} is of another volatility", expected.volatility.lower(), found.volatility),
        (f"{name} treats NULL otherwise", _strictness(expected), _strictness(found)),
        (f"{name} runs with other rights", f"security {expected.security}", f"security {security}"),
        (f"{name} resolves names otherwise", _path(expected.search_path), _found_path(found)),
        (f"{name} changes settings", "none", _settings(found)),
    ]
    extra = (undeclared(f"{f.name}({f.arguments})", "function", f.arguments) for f in namesakes)
    return (*differing(parts), *extra)


def body(expected: Function, catalog: Catalog) -> Answer:
    """The function's text is the same but for comments, white space and letter case."""
    found = named(expected, catalog)
    if found is None:
        return Missing(f"function {expected.name}")
    wanted, actual = canonical_body(expected.body), canonical_body(found.body)
    if wanted == actual:
        return ()
    return (Finding(f"{expected.name} does something else", *_parting(wanted, actual)),)


def execute(expected: Function, catalog: Catalog) -> Answer:
    """PUBLIC may not execute a function that runs with its owner's rights."""
    found = named(expected, catalog)
    if found is None:
        return Missing(f"function {expected.name}")
    if found.rights:
        return beyond(expected.name, found.rights)
    exposed = found.public_executes and (found.definer or expected.security == "definer")
    because = f"anybody may attach {expected.name} to a table of theirs"
    right = "PUBLIC may execute it" if exposed else "PUBLIC may not execute it"
    return differing([(because, "PUBLIC may not execute it", right)])


def named(expected: Function, catalog: Catalog) -> facts.CatalogFunction | None:
    """The function of that name, the one with those arguments if there are several."""
    found = [one for one in catalog.functions if one.name == expected.name]
    wanted = _folded(expected.arguments)
    exact = (one for one in found if _folded(one.arguments) == wanted)
    return next(exact, found[0] if found else None)


def _folded(text: str) -> str:
    return arguments(text) or "none"


def _strictness(side: Function | facts.CatalogFunction) -> str:
    return "strict" if side.strict else "called on null input"


def _path(path: str) -> str:
    """The schemas in order, one that is no plain name in double quotes."""
    names = (_unquoted(name) for name in _NAME.findall(path))
    return ", ".join(map(identifier, names)) or _NO_PATH


def _unquoted(name: str) -> str:
    """An identifier as the server reads it in a list: quoted as it is, else in lower case."""
    name = name.strip()
    if name.startswith('"'):
        return name[1:-1].replace('""', '"')
    return name.lower()


def _found_path(found: facts.CatalogFunction) -> str:
    pinned = [setting for setting in found.settings if setting.startswith(_PATH)]
    return _path(pinned[0].removeprefix(_PATH)) if pinned else _NO_PATH


def _settings(found: facts.CatalogFunction) -> str:
    others = [setting for setting in found.settings if not setting.startswith(_PATH)]
    return ", ".join(others) or "none"


def _parting(wanted: str, actual: str) -> tuple[str, str]:
    """Both bodies around the first token that differs."""
    one, other = wanted.split(" "), actual.split(" ")
    pairs = zip(one, other, strict=False)
    place = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
    return _around(one, place), _around(other, place)


def _around(tokens: list[str], place: int) -> str:
    first, last = max(0, place - _CONTEXT), place + _CONTEXT + 1
    head, tail = "… " if first else "", " …" if last < len(tokens) else ""
    return head + " ".join(tokens[first:last]) + tail
