"""Entries of kind ``jsonb`` as shapes, believed only where their own examples bear them out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from vrss_contract.contract.document_checker import Checker
from vrss_contract.contract.entry import Entry, tuples
from vrss_contract.contract.errors import CLAUSE_FAULT
from vrss_contract.contract.model import Document, Shape, Table


def shape(entry: Entry) -> Shape:
    """What a JSONB column may hold.

    Raises:
        TroubleError: the schema is none, or does not say of an example what the entry says.
    """
    fields = {key: value for key, value in tuples(entry.raw).items() if key not in ("id", "kind")}
    fields["schema"] = _schema(entry)
    for list_ in ("accepts", "refuses"):
        fields[list_] = tuple(Document(**raw) for raw in entry.raw.get(list_, ()))
    made = Shape(name=entry.raw["id"], place=entry.place, **fields)
    for fault in _contradictions(made, _checker(made)):
        raise CLAUSE_FAULT(
            place=entry.place, found=fault, do="change the example, or the schema's file"
        )
    return made


def require_column(shape: Shape, tables: Mapping[str, Table]) -> None:
    """Raise TroubleError unless the shape speaks of a declared JSONB column."""
    table = tables.get(shape.table)
    types = {column.name: column.type for column in table.columns} if table else {}
    for name in shape.columns:
        if name not in types:
            found = f"there is no column {shape.table}.{name}"
            raise CLAUSE_FAULT(
                place=shape.place, found=found, do="name columns that the contract declares"
            )
    if types[shape.column] != "jsonb":
        found = f"{shape.table}.{shape.column} is of type {types[shape.column]}"
        raise CLAUSE_FAULT(place=shape.place, found=found, do="name a column of type jsonb last")


def _schema(entry: Entry) -> Any:
    name = entry.raw["schema"]
    try:
        return json.loads(entry.file(name))
    except ValueError as error:
        found = f"{name} is no JSON: {error}"
        raise CLAUSE_FAULT(
            place=entry.place, found=found, do="write a JSON Schema there"
        ) from error


def _checker(made: Shape) -> Checker:
    try:
        return Checker(made)
    except ValueError as error:
        found = f"its schema is no JSON Schema of 2020-12: {str(error).splitlines()[0]}"
        raise CLAUSE_FAULT(place=made.place, found=found, do="correct the schema's file") from error


def _contradictions(made: Shape, checker: Checker) -> Iterator[str]:
    for example in made.accepts:
        if faults := checker.faults(json.dumps(example.document)):
            yield (
                f"{example.because!r} is to be accepted, and its schema refuses it:"
                f" {faults[0].rule} at {faults[0].path}"
            )
    for example in made.refuses:
        if checker.holds(json.dumps(example.document)):
            yield f"{example.because!r} is to be refused, and its schema takes it"
