"""``python -m benchmarks.causes``: what becomes of schemas that are wrong in known ways.

Each is judged, its causes are looked for, and then it is judged once more with the script that
``--fix`` writes after it. A row tells how many clauses fell, how many causes explain how many of
them, in what time, and how many fall after the script, at ``must`` and in all.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from tests import paths

from benchmarks import timing
from vrss_contract.causes.confirm import Explanation, explain
from vrss_contract.checks import KINDS
from vrss_contract.checks.run import Verification, verify
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract.model import Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.postgres.choose import choose
from vrss_contract.target import Target, sqlfile

_QUICK = ("table", "rows", "cascade", "trigger", "invariant", "jsonb")
_WHOLE = frozenset({"strategy_literal"})
"""Files that are a whole schema, and not what makes the canonical one wrong."""
_RIGHT = "respelled"
"""A file that is wrong in nothing, and that its test fills in."""
_HEAD = ("schema", "fell", "at must", "causes", "explain", "seconds", "after it", "at must")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.causes", description=__doc__)
    parser.add_argument("names", nargs="*", help="files of fixtures/implementations; all of them")
    parser.add_argument("--kind", action="append", choices=list(KINDS), help="kinds of clauses")
    asked = parser.parse_args(arguments)
    contract, kinds = read_contract(paths.contracts()), asked.kind or _QUICK
    folder = paths.fixtures() / "implementations"
    files = [folder / f"{name}.sql" for name in asked.names] or [
        path for path in sorted(folder.glob("*.sql")) if path.stem != _RIGHT
    ]
    rows = []
    for path in files:
        rows.append(_row(path, contract, kinds))
        print(*rows[-1], file=sys.stderr, flush=True)
    print(f"{timing.machine()}; kinds {', '.join(kinds)}\n")
    print(timing.table(_HEAD, rows))
    return 0


def _row(path: Path, contract: Contract, kinds: Iterable[str]) -> tuple[str, ...]:
    target = _target(path)
    order = Verification(
        contract=contract,
        clauses=[one for one in contract.clauses if one.kind in kinds],
        target=target,
        server=choose("embedded"),
        jobs=2,
    )
    began = time.perf_counter()
    before = _fallen(verify(order).verdicts)
    found = explain(order, before, lambda _: None) if before else Explanation()
    seconds = time.perf_counter() - began
    steps = tuple(
        step for text in found.ddl for step in sqlfile.parse(text, name="what mends it").steps
    )
    mended = replace(target, steps=(*target.steps, *steps))
    after = _fallen(verify(replace(order, target=mended)).verdicts)
    explained = sum(len(cause.clauses) for cause in found.causes)
    counts = (len(before), _musts(before), len(found.causes), explained)
    return (
        path.stem,
        *map(str, counts),
        f"{seconds:.1f}",
        str(len(after)),
        str(_musts(after)),
    )


def _target(path: Path) -> Target:
    if path.stem in _WHOLE:
        return sqlfile.read(path)
    text = f"{paths.schema().read_text('utf-8')}\n{path.read_text('utf-8')}"
    return sqlfile.parse(text, name=path.stem)


def _fallen(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return [one for one in verdicts if one.outcome is not Outcome.HOLDS]


def _musts(verdicts: Iterable[Verdict]) -> int:
    return sum(one.level == "must" for one in verdicts)


if __name__ == "__main__":
    sys.exit(main())
