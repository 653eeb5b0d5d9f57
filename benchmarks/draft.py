"""What ``draft`` makes of each schema that we have, and whether ``verify`` then holds whole.

    python -m benchmarks.draft [FILE.sql ...]

Each file is drafted and verified by the commands themselves, each in a process of its own.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests import paths

_WAIVED = re.compile(r"([\d,]+) waived")
_TABLES = re.compile(r"([\d,]+) tables?")
_CLAUSES = re.compile(r"([\d,]+) clauses?")
_HELD = re.compile(r"([\d,]+) held")


@dataclass(frozen=True, slots=True)
class Row:
    """One schema's figures."""

    name: str
    tables: str
    clauses: str
    waived: str
    held: str
    code: int
    draft_seconds: float
    verify_seconds: float


def schemas() -> Iterator[Path]:
    """The canonical schema, the strategy's own, the library, and those with unusual features."""
    fixtures = paths.root() / "fixtures"
    yield (paths.root() / "schema.sql")
    yield fixtures / "implementations" / "strategy_literal.sql"
    library = fixtures / "contracts" / "library" / "schema.sql"
    if library.exists():
        yield library
    yield from sorted((fixtures / "schemas").glob("*.sql"))
    yield from (one for one in sorted((fixtures / "implementations").glob("*.sql")) if _after(one))


def _after(schema: Path) -> bool:
    """Whether the file changes the canonical schema, which is then loaded before it."""
    return "loaded before this" in schema.read_text("utf-8")


def measured(schema: Path) -> Row:
    """Draft the schema, verify it by the draft, and tell both."""
    with tempfile.TemporaryDirectory(prefix="draft-of-contract-") as name:
        folder = Path(name) / "contract"
        target = schema
        if _after(schema):
            target = Path(name) / schema.name
            target.write_bytes((paths.root() / "schema.sql").read_bytes() + schema.read_bytes())
        drafted, draft_seconds = _run("draft", str(target), "-o", str(folder))
        verified, verify_seconds = _run("verify", str(target), "--contract", str(folder))
    return Row(
        name=schema.stem if schema.name != "schema.sql" else f"{schema.parent.name}/{schema.name}",
        tables=_found(_TABLES, drafted.stdout),
        clauses=_found(_CLAUSES, drafted.stdout),
        waived=_found(_WAIVED, drafted.stdout).replace("-", "0"),
        held=_found(_HELD, verified.stdout),
        code=drafted.returncode or verified.returncode,
        draft_seconds=draft_seconds,
        verify_seconds=verify_seconds,
    )


def _run(*words: str) -> tuple[subprocess.CompletedProcess[str], float]:
    began = time.perf_counter()
    command = [sys.executable, "-m", "vrss_contract", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    return done, time.perf_counter() - began


def _found(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else "-"


def table(rows: Sequence[Row]) -> str:
    """The figures as Markdown."""
    lines = [
        "| schema | tables | clauses | waived | held | exit | draft s | verify s |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {row.name} | {row.tables} | {row.clauses} | {row.waived} | {row.held} | {row.code}"
        f" | {row.draft_seconds:.1f} | {row.verify_seconds:.1f} |"
        for row in rows
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Measure the files named, or all."""
    rows = []
    for schema in [Path(one) for one in arguments] or schemas():
        rows.append(measured(schema))
        print(table(rows[-1:]).splitlines()[-1], file=sys.stderr, flush=True)
    print(table(rows))
    return max(row.code for row in rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
