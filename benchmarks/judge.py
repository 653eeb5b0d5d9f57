"""Our side of the comparison with pgTAP: the same promises, on a database that is loaded already.

``python -m benchmarks.judge ADMIN USER STRANGER`` judges them in a process of its own, as psql is
for pgTAP's script, and prints the seconds of its stages. The conninfos hold no password. Ends with
0 if every clause holds.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable

from benchmarks.common import common
from vrss_contract import paths
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.cli import kept_contract
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.postgres import Access
from vrss_contract.target import Target


def main(admin: str, user: str, stranger: str) -> dict[str, float]:
    """Read the contract, then connect, set the world up and judge; the seconds of each stage.

    Raises:
        ValueError: with the first clause that does not hold.
    """
    began = time.perf_counter()
    contract = kept_contract.read(paths.contracts())
    clauses = common(contract)
    read = time.perf_counter()
    with Databases(Access(admin, "", 0, throwaway=True)) as databases:
        open_ = time.perf_counter()
        with JudgingContext(
            contract,
            Target("", ()),
            databases,
            Database("", admin, user, stranger=stranger),
        ) as context:
            _require(judge(context, clauses))
        judged = time.perf_counter()
    return {"contract": read - began, "server": open_ - read, "judge": judged - open_}


def _require(verdicts: Iterable[Verdict]) -> None:
    for verdict in verdicts:
        if verdict.outcome is not Outcome.HOLDS:
            raise ValueError(f"{verdict.id}: {verdict.outcome}, {verdict.findings}")


if __name__ == "__main__":
    json.dump(main(*sys.argv[1:]), sys.stdout)
