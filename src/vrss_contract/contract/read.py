"""The contract's files as one Contract.

Ids are unique, and whatever an entry names is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NoReturn

from vrss_contract import paths
from vrss_contract.contract import build, derive, files, read_manifest, restored, sessions, strict
from vrss_contract.contract.entry import Entry
from vrss_contract.contract.errors import CLAUSE_FAULT, NO_CONTRACT
from vrss_contract.contract.json_schema import JsonSchema
from vrss_contract.contract.manifest import FILE
from vrss_contract.contract.model import Clause, Contract, Erratum, Operation, SourceLocation
from vrss_contract.sql import condition

ERRATA = "errata.yaml"
_SCHEMA = "clause.schema.json"


def read_contract(folder: Path) -> Contract:
    """Read every clause file of the folder, and derive what follows.

    Raises:
        TroubleError: no contract there, or a fault in a file, with its line.
    """
    clause_files = [path for path in files.yaml_files(folder) if path.name not in (ERRATA, FILE)]
    if not clause_files:
        raise NO_CONTRACT(folder=folder)
    manifest = read_manifest.read_manifest(folder)
    schema = _schema(folder)
    entries = [entry for path in clause_files for entry in _entries(path, schema)]
    _refuse_twins(entries)
    declared = build.declarations(entries)
    written = tuple(_clauses(entries))
    declarations = (declared.tables, declared.enums, declared.functions)
    contract = Contract(
        *declarations,
        (),
        shapes=declared.shapes,
        queries=declared.queries,
        operations=declared.operations,
        objects=declared.objects,
        manifest=manifest,
    )
    _refuse_undeclared_parents(contract)
    clauses = (*derive.clauses(contract), *written, *derive.names(written))
    _refuse_same_id(clauses)
    _refuse_unknown(written, contract)
    _refuse_dangling(written, declared.operations)
    errata = _errata(folder / ERRATA, schema)
    _refuse_unknown_errata(written, errata)
    whole = replace(contract, clauses=clauses, errata=errata)
    read_manifest.refuse_dangling(whole)
    read_manifest.refuse_unknown_profiles(whole)
    return whole


def _schema(folder: Path) -> Path:
    """The form of an entry: the folder's own, or the one that ships with this tool."""
    own = folder / _SCHEMA
    schema = own if files.there(own) else paths.contracts() / _SCHEMA
    files.rely_on(schema)
    return schema


def _errata(path: Path, schema: Path) -> tuple[Erratum, ...]:
    """The decisions on the sources' contradictions, in the order of the file."""
    if not files.there(path):
        return ()
    form, shown = _schemas(schema)["erratum"], _shown(path)
    entries = [Entry(SourceLocation(shown, line), raw) for line, raw in strict.read(path, shown)]
    for entry in entries:
        _refuse_misshapen(entry, form, "an erratum")
    return tuple(build.erratum(entry.raw) for entry in entries)


def _entries(path: Path, schema: Path) -> Iterator[Entry]:
    shown = _shown(path)
    for line, raw in strict.read(path, shown):
        entry = Entry(SourceLocation(shown, line), raw, path.parent)
        kind = str(raw.get("kind"))
        form = _schemas(schema).get(kind)
        if form is None or kind == "erratum":
            known = ", ".join(sorted(_schemas(schema).keys() - {"erratum"}))
            raise CLAUSE_FAULT(
                place=entry.place, found=f"there is no kind {kind!r}", do=f"use one of: {known}"
            )
        _refuse_misshapen(entry, form, f"an entry of kind {kind}")
        yield entry


def _refuse_misshapen(entry: Entry, schema: JsonSchema, what: str) -> None:
    fault = schema.fault(entry.raw)
    if fault is not None:
        remedy = f"contracts/README.md says what {what} holds"
        raise CLAUSE_FAULT(place=entry.place, found=str(fault), do=remedy)


@cache
def _schemas(path: Path) -> Mapping[str, JsonSchema]:
    """One schema a kind: quicker than the choice among all, and its words are to the point."""
    whole = json.loads(path.read_text("utf-8"))
    common = {"required": whole["required"], "properties": whole["properties"]}
    parts = {kind: [common] for kind in whole["properties"]["kind"]["enum"]} | {"erratum": []}
    return {
        name: JsonSchema({"allOf": [*part, {"$ref": f"#/$defs/{name}"}], "$defs": whole["$defs"]})
        for name, part in parts.items()
    }


def _clauses(entries: Iterable[Entry]) -> Iterator[Clause]:
    for entry in entries:
        maker = build.CLAUSES.get(entry.raw["kind"])
        if maker is not None:
            yield from maker(entry)


def _refuse_twins(entries: Iterable[Entry]) -> None:
    seen: dict[tuple[str, str], SourceLocation] = {}
    for entry in entries:
        id_, kind = entry.raw["id"], entry.raw["kind"]
        # What PostgreSQL lets have one name may have it here: a table and a function, say.
        named = (id_, entry.raw.get("is", kind) if kind in build.NAMED_BY_SCHEMA else "clause")
        if named in seen:
            remedy = f"give one of them another id; the other stands at {seen[named]}"
            raise CLAUSE_FAULT(place=entry.place, found=f"the id {id_!r} is given twice", do=remedy)
        seen[named] = entry.place


def _refuse_undeclared_parents(contract: Contract) -> None:
    """Refuse a foreign key to a table, or to columns of one, that no file declares."""
    for table in contract.tables.values():
        for key in table.foreign_keys:
            parent = contract.tables.get(key.references)
            if parent is None:
                found = f"{key.name} references {key.references!r}, which is no declared table"
                remedy = f"declare the table {key.references}, or leave the foreign key out"
                raise CLAUSE_FAULT(place=table.place, found=found, do=remedy)
            known = {column.name for column in parent.columns}
            if strange := [name for name in key.references_columns if name not in known]:
                found = f"{key.name} references {strange[0]!r}, which {parent.name} does not have"
                remedy = f"use one of: {', '.join(sorted(known))}"
                raise CLAUSE_FAULT(place=table.place, found=found, do=remedy)


def _refuse_same_id(clauses: Iterable[Clause]) -> None:
    """Refuse a written clause that has the id of a derived one."""
    seen: set[str] = set()
    for clause in clauses:
        if clause.id in seen:
            found = f"the id {clause.id!r} is that of a clause derived from a declaration"
            raise CLAUSE_FAULT(place=clause.place, found=found, do="give it another id")
        seen.add(clause.id)


def _refuse_unknown(written: Iterable[Clause], contract: Contract) -> None:
    """Refuse a row whose table, column or error condition does not exist."""
    for clause in written:
        for table, columns, error in build.mentions(clause.promise):
            if table not in contract.tables:
                remedy = "name a table that the contract declares"
                raise CLAUSE_FAULT(
                    place=clause.place, found=f"there is no table {table!r}", do=remedy
                )
            known = {column.name for column in contract.tables[table].columns}
            if strange := sorted(set(columns) - known):
                found = f"{table} has no column {strange[0]!r}"
                remedy = f"use one of: {', '.join(sorted(known))}"
                raise CLAUSE_FAULT(place=clause.place, found=found, do=remedy)
            _refuse_condition(error, clause.place)


def _refuse_dangling(written: Iterable[Clause], operations: Mapping[str, Operation]) -> None:
    """Refuse a name of an invariant, operation, clause or error condition that is not there."""
    clauses = list(written)
    invariants = {clause.id for clause in clauses if clause.kind == "invariant"}
    pairs = {clause.id for clause in clauses if clause.kind == "pairs"}
    for operation in operations.values():
        for name in operation.may:
            _refuse_condition(name, operation.place)
    for clause in clauses:
        for name in sessions.conditions_named(clause.promise):
            _refuse_condition(name, clause.place)
        for name in set(sessions.invariants_named(clause.promise)) - invariants:
            _refuse_name(clause, "invariant", name)
        for name in set(sessions.operations_named(clause.promise)) - operations.keys():
            _refuse_name(clause, "operation", name)
        for name in set(restored.pairs_named(clause.promise)) - pairs:
            _refuse_name(clause, "pairs", name)
        for name in sessions.idle_values(clause.promise, operations):
            found = f"none of its operations has a parameter {name!r}"
            remedy = "give a value to a parameter of one of them, for it alone as `operation.name`"
            raise CLAUSE_FAULT(place=clause.place, found=found, do=remedy)


def _refuse_unknown_errata(written: Iterable[Clause], errata: Iterable[Erratum]) -> None:
    """Refuse an exception that no decision stands behind."""
    known = {erratum.id for erratum in errata}
    for clause in written:
        for name in set(sessions.errata_named(clause.promise)) - known:
            remedy = f"name a decision of {ERRATA}"
            raise CLAUSE_FAULT(place=clause.place, found=f"there is no erratum {name!r}", do=remedy)


def _refuse_name(clause: Clause, what: str, name: str) -> NoReturn:
    remedy = f"name one of the contract's entries of kind {what}"
    raise CLAUSE_FAULT(place=clause.place, found=f"there is no {what} {name!r}", do=remedy)


def _refuse_condition(error: str | None, place: SourceLocation) -> None:
    if error and not condition.known(error):
        remedy = "use a condition name of the PostgreSQL manual, Appendix A"
        raise CLAUSE_FAULT(place=place, found=f"there is no error {error!r}", do=remedy)


def _shown(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
