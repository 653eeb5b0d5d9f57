"""What becomes of folders in thirteen layouts that are wrong in known ways.

    python -m benchmarks.planted [--layout NAME]... [--screens] [WORDS OF VERIFY]...

Each is made of the canonical schema with the faults of ``tests/planted.py`` and judged as a user
would have it judged. A row tells how many faults are planted, how many are told as causes, how many
causes are told that are none, how many clauses fell, the share of them that causes explain, and
seconds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click
from tests.planted import PLANTS, written

from benchmarks import timing

_VERIFY = (sys.executable, "-m", "vrss_contract", "verify")
_HEAD = ("layout", "planted", "found", "beyond", "fell", "explained", "seconds")


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--layout", "layouts", type=click.Choice([*PLANTS]), multiple=True)
@click.option("--screens", is_flag=True, help="Print each report as it is at a terminal, too.")
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def main(layouts: tuple[str, ...], words: tuple[str, ...], *, screens: bool) -> None:
    """Print the table."""
    rows = []
    for layout in layouts or PLANTS:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(_row(layout, Path(folder), words, screens=screens))
        print(*rows[-1], file=sys.stderr, flush=True)
    print(f"{timing.machine()}\n")
    print(timing.table(_HEAD, rows))


def _row(layout: str, folder: Path, words: tuple[str, ...], *, screens: bool) -> tuple[str, ...]:
    home, report = folder / "target", folder / "report.json"
    home.mkdir()
    planted = written(layout, home)
    began = time.perf_counter()
    ran = subprocess.run(  # noqa: S603 - our own command
        [*_VERIFY, str(home), "--format", f"json={report}", "--format", "terminal", *words],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - began
    if screens:
        print(f"--- {layout}\n{ran.stdout}", flush=True)
    told: dict[str, Any] = json.loads(report.read_text("utf-8"))
    causes = told.get("causes", [])
    found = [fault for fault in planted if any(fault in one["says"] for one in causes)]
    beyond = [one for one in causes if not any(fault in one["says"] for fault in planted)]
    fell = [one for one in told["verdicts"] if one["outcome"] != "holds"]
    explained = {id_ for one in causes for id_ in one["clauses"]}
    share = sum(one["id"] in explained for one in fell) / len(fell) if fell else 1.0
    counts = (len(planted), len(found), len(beyond), len(fell))
    return (layout, *map(str, counts), f"{share:.1%}", f"{seconds:.0f}")


if __name__ == "__main__":
    main()
