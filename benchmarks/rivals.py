"""``python -m benchmarks.rivals``: the same mutants, seen by the contract and by what people write.

Three sides: the whole contract, as ``vrss-contract mutate`` asks it; the strategy's own test plan
(fixtures/contracts/test-plan); a pgTAP suite of what is there (fixtures/pgtap/exists.sql).

The contract is held to the stricter rule: it has killed a mutant where a clause of the level that
the mutant deserves is broken. A rival has killed it where any test fails, or can't be run. Counted
are the mutants of the schema that the server takes and that are not known to change nothing; the
contract's own queries and repairs are spoiled for nobody else.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tests import paths

from benchmarks import exists, timing
from benchmarks.extension import pgtap
from benchmarks.rivals_pgtap import killed_by_pgtap
from vrss_contract.checks.judging import LoadedTarget
from vrss_contract.checks.sharing.processors import processors
from vrss_contract.checks.sharing.work import Came, here
from vrss_contract.contract.model import Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.database.naming.naming import Naming, by_name
from vrss_contract.database.scratch import Databases
from vrss_contract.errors import TroubleError
from vrss_contract.mutation import reviewed
from vrss_contract.mutation.bench import LoadedMutants, MutationJob
from vrss_contract.mutation.made import divided
from vrss_contract.mutation.mutant import Mutant, Operator
from vrss_contract.mutation.operators import OPERATORS
from vrss_contract.mutation.reviewed import Reviewed
from vrss_contract.mutation.run import PART, Mutation, mutate
from vrss_contract.mutation.tried import Ending, Tried
from vrss_contract.postgres.choose import choose
from vrss_contract.target import Target, sqlfile

_LEFT_OUT: frozenset[Ending] = frozenset({"stillborn", "equivalent"})
_RED: frozenset[Ending] = frozenset({"killed", "soft", "undecided"})
"""What a test ends in that fails, or that can't be run."""
_OWN = "plan."
"""How the ids of the plan's tests begin; what is derived besides is none of them."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The ids of the mutants that each side has killed, of those that are counted."""

    counted: Sequence[Mutant]
    contract: frozenset[str]
    plan: frozenset[str]
    pgtap: frozenset[str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 2 where pgTAP or the server can't be had."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rivals", description=__doc__)
    parser.add_argument("--sample", type=int, default=400, help="mutants that are drawn (400)")
    parser.add_argument("--seed", type=int, default=1, help="what they are drawn by (1)")
    given = parser.parse_args(arguments)
    contract, plan = read_contract(paths.contracts()), of_plan()
    try:
        extension, target = pgtap(), sqlfile.read(paths.schema())
        order = Mutation(
            contract,
            target,
            choose("embedded"),
            reviewed.read(contract),
            jobs=processors(),
            sample=given.sample,
            seed=given.seed,
        )
        tried = mutate(order).tried
        sides = _sides(tried, plan, target, extension)
    except TroubleError as trouble:
        print(trouble, file=sys.stderr)
        return trouble.exit_code
    print(f"{timing.machine()}; {len(tried)} mutants drawn by seed {given.seed}\n")
    print(told(sides, groups(OPERATORS)))
    return 0


def of_plan() -> Contract:
    """The test plan, as a contract that has its tests alone."""
    plan = read_contract(paths.fixtures() / "contracts" / "test-plan")
    own = tuple(one for one in plan.clauses if one.id.startswith(_OWN))
    return replace(plan, clauses=own)


def _sides(tried: Sequence[Tried], plan: Contract, target: Target, extension: str) -> Sides:
    """What the rivals say to the mutants that were counted."""
    counted = [
        one.mutant for one in tried if one.ending not in _LEFT_OUT and not one.mutant.instead_of
    ]
    asserted = exists.assertions(exists.file().read_text("utf-8"))
    with choose("embedded") as server, Databases(server.access) as databases:
        return Sides(
            counted,
            frozenset(one.mutant.id for one in tried if one.ending == "killed"),
            frozenset(_killed_by_plan(counted, plan, target, databases)),
            frozenset(killed_by_pgtap(counted, asserted, target, extension, databases)),
        )


def _killed_by_plan(
    mutants: Sequence[Mutant], plan: Contract, target: Target, databases: Databases
) -> Iterator[str]:
    """The mutants that turn a test of the plan red, each judged in a transaction or a copy."""
    database = databases.load(target)
    loaded = LoadedTarget(databases.membership, database, by_name(database, target, plan, Naming()))
    given = LoadedMutants(loaded, divided(mutants, PART), Reviewed())
    with MutationJob(plan).open(given, 1, lambda _: None) as bench:
        for event in here(bench, range(len(given.parts))):
            if isinstance(event, Came) and event.result.ending in _RED:
                yield event.result.mutant.id


def groups(operators: Sequence[Operator]) -> Mapping[str, str]:
    """The group of each operator: the file that it is in, and triggers apart from bodies."""
    return {
        one.name: "triggers"
        if one.name.startswith("trigger-")
        else one.make.__module__.rpartition(".")[2]
        for one in operators
    }


def told(sides: Sides, group_of: Mapping[str, str]) -> str:
    """The scores of all sides, group by group."""
    names = sorted({group_of[one.operator] for one in sides.counted})
    rows = [
        _row(name, [one for one in sides.counted if group_of[one.operator] == name], sides)
        for name in names
    ]
    return timing.table(
        ("mutants of", "counted", "contract", "%", "test plan", "%", "pgTAP", "%"),
        [*rows, _row("all", sides.counted, sides)],
    )


def _row(name: str, mutants: Sequence[Mutant], sides: Sides) -> tuple[object, ...]:
    scores = [
        cell
        for side in (sides.contract, sides.plan, sides.pgtap)
        for cell in _score(sum(one.id in side for one in mutants), len(mutants))
    ]
    return (name, len(mutants), *scores)


def _score(killed: int, of: int) -> tuple[str, str]:
    return str(killed), f"{100 * killed / of:.1f}" if of else ""


if __name__ == "__main__":
    sys.exit(main())
