"""The contract as one JSON document, for other languages.

YAML's differences between parsers can't leak out this way. Rule: contracts/README.md, "The export".
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from vrss_contract.contract import digest
from vrss_contract.contract.errors import STALE_EXPORT
from vrss_contract.contract.model import (
    Clause,
    Contract,
    FactPromise,
    JsonbPromise,
    QueryPromise,
    WitnessPromise,
)

FORMAT = 1
"""Version of the document's shape; raised when a reader has to change."""
FILE = "contracts.json"
_SHOWN = 6


def document(contract: Contract) -> str:
    """The whole contract as JSON text; a line each declaration and clause, so that it diffs."""
    parts: dict[str, str] = {
        "format": json.dumps(FORMAT),
        "digest": json.dumps(digest.of_contract(contract)),
        "tables": _lines(contract.tables.values()),
        "enums": _lines(contract.enums.values()),
        "functions": _lines(contract.functions.values()),
        **({"objects": _lines(contract.objects)} if contract.objects else {}),
        "shapes": _lines(contract.shapes.values()),
        "queries": _lines(contract.queries.values()),
        "clauses": _lines(map(_clause, contract.clauses)),
        "errata": _lines(contract.errata),
    }
    return "{\n" + ",\n".join(f'"{name}": {text}' for name, text in parts.items()) + "\n}\n"


def require_fresh(contract: Contract, path: Path) -> None:
    """Raise TroubleError, with the first lines that differ, where the file is old."""
    old = path.read_text("utf-8").splitlines() if path.exists() else []
    new = document(contract).splitlines()
    if old == new:
        return
    if not old:
        raise STALE_EXPORT(path=path, difference="no such file")
    changes = difflib.unified_diff(old, new, "as it is", "as it should be", lineterm="", n=0)
    shown = [line for line in changes if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    raise STALE_EXPORT(path=path, difference="\n".join(shown[:_SHOWN]))


def _lines(values: Iterable[Any]) -> str:
    texts = [_json(digest.meaning(value)) for value in values]
    return "[\n" + ",\n".join(texts) + "\n]"


def _json(value: Any) -> str:
    """JSON on one line, in which what nobody sees is an escape."""
    text = json.dumps(value, ensure_ascii=False)
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in text)


def _clause(clause: Clause) -> dict[str, Any]:
    fields: dict[str, Any] = digest.meaning(clause)
    if isinstance(clause.promise, FactPromise):
        # What is expected stands under tables, enums or functions.
        del fields["promise"]["expected"]
    if isinstance(clause.promise, JsonbPromise):
        fields["promise"]["shape"] = clause.promise.shape.name
    if isinstance(clause.promise, QueryPromise | WitnessPromise):
        fields["promise"]["query"] = clause.promise.query.name
        fields["promise"]["case"] = clause.promise.case.name if clause.promise.case else None
    written = str(clause.place) if clause.place.file else ""
    return {**fields, "written": written, "digest": digest.of_clause(clause)}
