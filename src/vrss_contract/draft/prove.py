"""A draft judged on the very database it was made from.

What does not hold there is no promise of the schema's: the table's entry waives it, with the
reason for a person to read.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract.model import Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.draft import folder
from vrss_contract.target import Target

Entry = dict[str, Any]
_ROUNDS = 3
"""What is waived hides no other clause: the second round finds nothing, the third is a reserve."""


@dataclass(frozen=True, slots=True)
class Proven:
    """Entries whose clauses all hold, and what was taken out for that."""

    entries: tuple[Entry, ...]
    contract: Contract
    waived: tuple[Verdict, ...]
    unheld: tuple[Verdict, ...]
    """What no entry can waive; empty, unless the catalog holds what no declaration can say."""


def contract_of(files: Mapping[str, str]) -> Contract:
    """The contract that the files are."""
    # Not named as run folders are: what looks like one of a dead run is swept by the next start.
    with tempfile.TemporaryDirectory(prefix="draft-of-contract-") as name:
        for file, text in files.items():
            (Path(name) / file).write_text(text, "utf-8")
        return read_contract(Path(name))


def proven(
    manifest: Entry,
    entries: Sequence[Entry],
    target: Target,
    databases: Databases,
    database: Database,
) -> Proven:
    """The entries with all that does not hold waived."""
    waived: list[Verdict] = []
    for _ in range(_ROUNDS):
        contract = contract_of(folder.files(manifest, entries))
        with JudgingContext(contract, target, databases, database) as context:
            verdicts = list(judge(context, contract.clauses))
        unheld = [one for one in verdicts if one.outcome is not Outcome.HOLDS]
        entries, found = _waiving(entries, unheld)
        waived.extend(found)
        if not found:
            break
    return Proven(tuple(entries), contract, tuple(waived), tuple(unheld))


def _waiving(
    entries: Sequence[Entry], unheld: Iterable[Verdict]
) -> tuple[list[Entry], list[Verdict]]:
    """The entries with these clauses waived, and those of them that an entry can waive."""
    named = folder.table_files(entry["id"] for entry in entries if entry["kind"] == "table")
    by_file = defaultdict(list)
    for one in unheld:
        by_file[PurePath(one.place.rpartition(":")[0]).name].append(one)
    told: list[Entry] = []
    found: list[Verdict] = []
    for entry in entries:
        prefix = f"{entry['id']}."
        own = by_file[named[entry["id"]]] if entry["kind"] == "table" else []
        if entry["kind"] == "function":
            prefix = f"function.{prefix}"
            rest = {f"{prefix}{aspect}" for aspect in ("body", "callable", "execute")}
            own = [one for one in by_file[folder.FUNCTIONS] if one.id in rest]
        suffixes = [one.id.removeprefix(prefix) for one in own]
        found.extend(own)
        told.append(_with(entry, suffixes) if suffixes else entry)
    return told, found


def _with(entry: Entry, suffixes: Iterable[str]) -> Entry:
    return {**entry, "waives": [*entry.get("waives", ()), *suffixes]}
