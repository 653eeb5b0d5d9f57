"""What a person runs to see again what was judged: scripts for psql, and our own command."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from vrss_contract.contract.model import Contract
from vrss_contract.database.savepoint_probe import Baseline, Probe
from vrss_contract.database.session import TIME_ZONE
from vrss_contract.target import Target


def shown(probe: Probe) -> str:
    """The probe as SQL that a person can run, in a transaction that is undone."""
    steps = [*probe.steps, "SET CONSTRAINTS ALL IMMEDIATE", *([probe.ask] if probe.ask else [])]
    return "".join(f"{step};\n" for step in steps).rstrip()


def script(baseline: Baseline, cases: Sequence[tuple[str, Probe]]) -> str:
    """Probes with what is expected of each, as one script for psql that leaves nothing behind."""
    needed = {table for _, probe in cases for table in probe.needs}
    lines = ["-- for a scratch database, such as the one that `verify --keep` leaves", "BEGIN;"]
    lines.append(f"SET LOCAL TimeZone = '{TIME_ZONE}';")
    for table, statements in baseline.items():
        lines.extend(f"{statement};" for statement in statements if table in needed)
    for note, probe in cases:
        lines += ["", f"-- {note}", "SAVEPOINT one;", shown(probe), "ROLLBACK TO one;"]
    return "\n".join([*lines, "", "ROLLBACK;"])


def replay_command(text: str, target: Target, contract: Contract) -> str:
    """What a person types to have an interleaving played again."""
    words = () if target.canonical else target.words or (target.name,)
    moved = contract.manifest.moved
    there = ("--schema", moved) if moved else ()
    return shlex.join(("vrss-contract", "replay", text, *words, *contract.manifest.words, *there))


def seeding(contract: Contract, profile: str) -> str:
    """What a person types to have a database of their own filled with a profile's rows."""
    words = shlex.join(("--profile", profile, *contract.manifest.words))
    return f"vrss-contract seed DSN {words}"
