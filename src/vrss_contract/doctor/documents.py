"""The JSONB documents of a live database, held against the contract's shapes.

Documents are streamed, so that memory does not grow with them; faults are counted by place and
rule. Of a document nothing is told but where it is: values, and names of members that the schema
does not know, are their owner's.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.document_checker import Checker, DocumentFault
from vrss_contract.contract.model import Contract, Shape, Table
from vrss_contract.data.documents.sql import expression, row_key
from vrss_contract.doctor.check import EXAMPLES, DoctorCheck, Patient, Signs, counted, some
from vrss_contract.sql.literal import identifier, relation

LARGEST = 1 << 18
"""Bytes of a document past which it is not fetched: what is in memory at once has a bound."""
_BATCH = 128
"""Rows of a round trip, of which each may be that large."""
_STEP = re.compile(r'\.(?P<plain>[^.\[]+)|\[(?P<quoted>"(?:[^"\\]|\\.)*")\]|\[(?P<number>\d+)\]')
_GROUPS = 1_000
"""Places and rules that are told apart."""


def checks(contract: Contract) -> Iterator[DoctorCheck]:
    """A check for each shape."""
    for name, shape in contract.shapes.items():
        yield DoctorCheck(
            f"doctor.jsonb.{name}",
            "jsonb",
            shape.level,
            f"Every document of {shape.table}.{shape.column} conforms to its schema.",
            partial(_look, shape),
            (f"{shape.table}.{shape.column}",),
            str(shape.place),
        )


@dataclass(slots=True)
class DocumentTally:
    """What was seen of the documents of one column."""

    documents: int = 0
    bad: int = 0
    large: list[str] = field(default_factory=list)
    too_large: int = 0
    groups: Counter[DocumentFault] = field(default_factory=Counter)
    """Documents by fault."""
    examples: defaultdict[DocumentFault, list[str]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """Keys of a few documents of each fault."""


def _look(shape: Shape, patient: Patient) -> Signs:
    tally, checker, known = DocumentTally(), Checker(shape), names(shape.schema)
    with patient.connection.cursor("vrss_contract_documents") as cursor:
        cursor.execute(_query(shape, patient.contract.tables[shape.table]).encode())
        while rows := cursor.fetchmany(_BATCH):
            for key, text in rows:
                _judge(key, text, tally, checker, known)
    return _signs(shape, tally)


def _judge(
    key: str, text: str | None, tally: DocumentTally, checker: Checker, known: frozenset[str]
) -> None:
    tally.documents += 1
    if text is None:
        tally.too_large += 1
        if len(tally.large) < EXAMPLES:
            tally.large.append(key)
    elif not checker.holds(text):
        tally.bad += 1
        for fault in {masked(fault, known) for fault in checker.faults(text)}:
            if fault in tally.groups or len(tally.groups) < _GROUPS:
                tally.groups[fault] += 1
                if len(tally.examples[fault]) < EXAMPLES:
                    tally.examples[fault].append(key)


def _signs(shape: Shape, tally: DocumentTally) -> Signs:
    faults = tuple(_finding(shape, tally, fault) for fault, _ in _ranked(tally.groups))
    if not tally.too_large:
        return Signs(faults)
    finding = Finding(
        because=f"{tally.too_large:,} of {counted(tally.documents, 'document')}",
        expected=f"at most {LARGEST:,} bytes, which is what the doctor reads of one",
        found=some([f"{shape.table} {key}" for key in tally.large], tally.too_large),
    )
    return Signs(faults, (finding,))


def _finding(shape: Shape, tally: DocumentTally, fault: DocumentFault) -> Finding:
    count, seen = tally.groups[fault], counted(tally.documents, "document")
    return Finding(
        because=f"{count:,} of {seen}: {fault.rule} at {fault.path}",
        expected=f"what {shape.place} takes",
        found=some([f"{shape.table} {key}" for key in tally.examples[fault]], count),
    )


def _ranked(groups: Mapping[DocumentFault, int]) -> list[tuple[DocumentFault, int]]:
    return sorted(groups.items(), key=lambda item: (-item[1], item[0]))


def _query(shape: Shape, table: Table) -> str:
    """Keys and documents; a document is made once, and one that is too large stays there."""
    made = (
        f"SELECT CAST({row_key(table)} AS text) AS key, {expression(shape)} AS document"
        f" FROM {relation(shape.table)} WHERE {identifier(shape.column)} IS NOT NULL OFFSET 0"
    )
    fits = f"CASE WHEN octet_length(document) <= {LARGEST} THEN document END"
    return f"SELECT key, {fits} FROM ({made}) AS made"


def masked(fault: DocumentFault, known: frozenset[str]) -> DocumentFault:
    """The fault without an item's number, and without a member's name that the schema has not."""

    def mask(step: re.Match[str]) -> str:
        if step["number"]:
            return "[*]"
        name = step["plain"] or re.sub(r"\\(.)", r"\1", step["quoted"][1:-1])
        return step[0] if name in known else ".*"

    return DocumentFault(_STEP.sub(mask, fault.path), fault.rule)


def names(schema: Any) -> frozenset[str]:
    """Every name that stands in the schema, as a key or in a list of names."""
    if isinstance(schema, Mapping):
        inner = (names(value) for value in schema.values())
        return frozenset(map(str, schema)).union(*inner)
    if isinstance(schema, list | tuple):
        texts = frozenset(item for item in schema if isinstance(item, str))
        return texts.union(*(names(item) for item in schema))
    return frozenset()
