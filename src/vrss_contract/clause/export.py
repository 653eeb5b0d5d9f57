"""The contract as one JSON document, for other languages.

Knows the shape of contracts.json; does not know who reads it. YAML's differences between parsers
can't leak out this way. Rule: contracts/README.md, "The export".
"""

from __future__ import annotations

import difflib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from vrss_contract.clause import digest
from vrss_contract.clause.errors import StaleExportError
from vrss_contract.clause.model import Clause, Contract

FORMAT = 1
"""Version of the document's shape; raised when a reader has to change."""
FILE = "contracts.json"
_SHOWN = 6


def document(contract: Contract) -> str:
    """The whole contract as JSON text, the same for the same contract, ending in a newline."""
    whole = {
        "format": FORMAT,
        "digest": digest.of_contract(contract),
        "tables": _declared(contract.tables),
        "enums": _declared(contract.enums),
        "functions": _declared(contract.functions),
        "clauses": [_clause(clause) for clause in contract.clauses],
        "errata": [asdict(erratum) for erratum in contract.errata],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def write(contract: Contract, path: Path) -> None:
    """Write the document."""
    path.write_text(document(contract), "utf-8")


def require_fresh(contract: Contract, path: Path) -> None:
    """Raise StaleExportError, with the first lines that differ, where the file is old."""
    old = path.read_text("utf-8").splitlines() if path.exists() else []
    new = document(contract).splitlines()
    if old == new:
        return
    if not old:
        raise StaleExportError(path, "no such file")
    changes = difflib.unified_diff(old, new, "as it is", "as it should be", lineterm="", n=0)
    shown = [line for line in changes if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    raise StaleExportError(path, "\n".join(shown[:_SHOWN]))


def _declared(declarations: Any) -> dict[str, Any]:
    return {name: _plain(asdict(value)) for name, value in declarations.items()}


def _clause(clause: Clause) -> dict[str, Any]:
    plain: dict[str, Any] = _plain(asdict(clause))
    promise = clause.promise
    if clause.kind == "table":
        # The declaration itself stands under tables, enums or functions.
        plain["promise"].pop("expected")
    plain["place"] = str(clause.place) if clause.place.file else ""
    return {**plain, "promise_kind": type(promise).__name__, "digest": digest.of_clause(clause)}


def _plain(value: dict[str, Any]) -> Any:
    return {key: part for key, part in value.items() if key != "place"}
