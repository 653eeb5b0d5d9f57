"""What is no table: enums, functions, and objects that are declared by name alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from vrss_contract.database.catalog.facts import Catalog, CatalogFunction

_LANGUAGES = frozenset({"sql", "plpgsql"})
_PATH = "search_path="


def enums(catalog: Catalog) -> Iterator[dict[str, Any]]:
    """An entry for each enumerated type."""
    for name, labels in catalog.enums.items():
        says = f"To be written: what {name[:70]} tells apart."
        yield {"id": name, "kind": "enum", "says": says, "labels": list(labels)}


def functions(catalog: Catalog) -> Iterator[dict[str, Any]]:
    """An entry for each function that an entry can describe."""
    for function in catalog.functions:
        if describable(function, catalog):
            yield _function(function)


def others(catalog: Catalog) -> Iterator[dict[str, Any]]:
    """An entry by name for all else that the schema holds."""
    named = [
        *catalog.others,
        *((f.kind, f.name) for f in catalog.functions if not describable(f, catalog)),
        *(("sequence", one.name) for one in catalog.sequences.values() if not one.owner),
    ]
    for kind, name in dict.fromkeys(named):
        says = f"The {kind} {name[:70]} is there."
        yield {"id": name, "kind": "object", "says": says, "is": kind}


def describable(function: CatalogFunction, catalog: Catalog) -> bool:
    """Whether an entry of kind ``function`` can say all of it."""
    namesakes = Counter(one.name for one in catalog.functions)
    return (
        function.kind == "function"
        and function.language in _LANGUAGES
        and namesakes[function.name] == 1
        and all(setting.startswith(_PATH) for setting in function.settings)
        and bool(function.body.strip())
    )


def _function(function: CatalogFunction) -> dict[str, Any]:
    path = next(iter(function.settings), "").removeprefix(_PATH)
    return {
        "id": function.name,
        "kind": "function",
        "says": f"To be written: what {function.name[:70]} does.",
        "arguments": function.arguments,
        "returns": function.returns,
        "language": function.language,
        "volatility": function.volatility,
        "security": "definer" if function.definer else "invoker",
        "strict": function.strict,
        "search_path": path,
        "body": function.body,
    }
