"""The contract as one JSON document, for other languages.

YAML's differences between parsers can't leak out this way. Rule: contracts/README.md,
"contracts.json".
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from vrss_contract import paths
from vrss_contract.contract import digest, exact_json
from vrss_contract.contract.errors import STALE_EXPORT
from vrss_contract.contract.exported_clause import ExportedClauses
from vrss_contract.contract.exported_files import ExportedFiles
from vrss_contract.contract.model import Contract, Query, WitnessPromise
from vrss_contract.contract.sessions import conditions_named
from vrss_contract.contract.whole_rows import CANDIDATE, FIRST_FREE, WholeRows
from vrss_contract.sql import condition

FORMAT = 2
"""Version of the document's shape; raised when a reader has to change."""
FILE = "contracts.json"
_SCHEMA = "export.schema.json"
_SHOWN = 6


def schema() -> str:
    """The JSON Schema that the document conforms to."""
    return (paths.contracts() / _SCHEMA).read_text("utf-8")


def document(contract: Contract) -> str:
    """The whole contract as JSON text; a line each declaration and clause, so that it diffs.

    Raises:
        TroubleError: a file that the contract names can't be read.
    """
    files = ExportedFiles(contract)
    parts: dict[str, str] = {
        "format": json.dumps(FORMAT),
        "digest": json.dumps(digest.of_contract(contract)),
        "manifest": exact_json.line(exact_json.exact(files.manifest())),
        "profiles": _named(files.profiles),
        "files": _named(files.files()),
        "tables": _declared(contract.tables.values()),
        "enums": _declared(contract.enums.values()),
        "functions": _declared(contract.functions.values()),
        **({"objects": _declared(contract.objects)} if contract.objects else {}),
        # As they are: a document's numbers would be other documents as texts.
        "shapes": _lines(map(digest.meaning, contract.shapes.values())),
        "queries": _declared(_queries(contract)),
        "operations": _declared(contract.operations.values()),
        "baseline": _lines(map(exact_json.exact, _baseline(contract))),
        "plain": _lines(map(exact_json.exact, _plain(contract))),
        "conditions": _named(_conditions(contract)),
        "clauses": _lines(map(exact_json.exact, ExportedClauses(contract))),
        "errata": _declared(contract.errata),
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


def _declared(values: Iterable[Any]) -> str:
    return _lines(exact_json.exact(digest.meaning(value)) for value in values)


def _lines(values: Iterable[Any]) -> str:
    return "[\n" + ",\n".join(map(exact_json.line, values)) + "\n]"


def _named(values: Mapping[str, Any]) -> str:
    texts = (f"{json.dumps(key)}: {exact_json.line(value)}" for key, value in values.items())
    return "{\n" + ",\n".join(texts) + "\n}"


def _queries(contract: Contract) -> Iterator[Query]:
    """The declared ones, then those that only an index's clause asks: the look-up of a key."""
    yield from contract.queries.values()
    derived = {
        clause.promise.query.name: clause.promise.query
        for clause in contract.clauses
        if isinstance(clause.promise, WitnessPromise)
    }
    yield from (query for name, query in derived.items() if name not in contract.queries)


def _conditions(contract: Contract) -> Mapping[str, Sequence[str]]:
    """The conditions that the document names, with the SQLSTATE codes that servers send."""
    named = {name for one in contract.operations.values() for name in one.may}
    for clause in contract.clauses:
        named.update(conditions_named(clause.promise))
    return {name: condition.codes(name) for name in sorted(named)}


def _baseline(contract: Contract) -> Iterator[Mapping[str, Any]]:
    """The rows that are there before any case, table by table, and where sequences stand then."""
    rows = WholeRows(contract)
    for group in rows.groups:
        for table in group:
            yield {
                "table": table,
                "needs": rows.needs(table),
                "rows": rows.baseline(table),
                "sequences": dict.fromkeys(rows.numbered(table), FIRST_FREE),
            }


def _plain(contract: Contract) -> Iterator[Mapping[str, Any]]:
    """A row of each table that says nothing but what it must, as one that is tried."""
    rows = WholeRows(contract)
    for table in contract.tables.values():
        if table.holds_rows:
            whole = rows.filled(table.name, {}, number=CANDIDATE)
            yield {"table": table.name, "needs": rows.needs(table.name), "row": whole}
