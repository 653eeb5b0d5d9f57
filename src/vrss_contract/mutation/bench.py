"""The parts of a list of mutants, and what each process judges them with."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from vrss_contract.checks import KINDS
from vrss_contract.checks.judging import LoadedTarget, told
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.contract.model import Contract
from vrss_contract.database.scratch import Databases
from vrss_contract.mutation.asked import ALONE, TOGETHER, AskedClauses
from vrss_contract.mutation.judge import MutantJudge
from vrss_contract.mutation.mutant import Mutant
from vrss_contract.mutation.reviewed import Reviewed
from vrss_contract.mutation.texts.judge import TextJudge
from vrss_contract.mutation.tried import Tried


@dataclass(frozen=True, slots=True)
class LoadedMutants:
    """What is known as soon as the target is loaded, and its mutants are made."""

    loaded: LoadedTarget
    parts: Sequence[Sequence[Mutant]]
    reviewed: Reviewed


@dataclass(frozen=True, slots=True)
class MutationBench:
    """Parts of the list, and what one process judges them with."""

    parts: Sequence[Sequence[Mutant]]
    judge: MutantJudge
    texts: TextJudge
    context: JudgingContext
    reviewed: Reviewed

    def work(self, number: int) -> Iterator[Tried]:
        """What came of the mutants of one part, as it comes."""
        if not self.parts[number][0].instead_of:  # those of a text need no copy of the database
            self.judge.begin()
        for one in self.parts[number]:
            mutant = replace(one, level="should") if self.reviewed.is_unfelt(one.id) else one
            if mutant.instead_of:
                yield self.texts.judged(mutant, self.reviewed.because(one.id))
            else:
                first, listed = self.reviewed.first(one.id), self.reviewed.equivalent(one.id)
                yield self.judge.judged(mutant, first, listed)

    def interrupt(self) -> None:
        """End every session that judges."""
        self.context.databases.interrupt()


@dataclass(frozen=True, slots=True)
class MutationJob:
    """What the processes of one run are for."""

    contract: Contract

    def prepare(self) -> None:
        """Import what judges, while the server starts and the target loads."""
        for kind in (*ALONE, *TOGETHER):
            KINDS[kind]

    @contextlib.contextmanager
    def open(
        self, given: LoadedMutants, place: int, doing: Callable[[str], None]
    ) -> Iterator[MutationBench]:
        """The bench of one process, with a database of its own."""
        loaded = given.loaded
        with (
            told(loaded.membership.access, f"to judge mutants of {loaded.target.name}"),
            Databases.joined(loaded.membership, place) as databases,
            JudgingContext(
                self.contract,
                loaded.target,
                databases,
                databases.create(loaded.database),
                template=loaded.database,
                brief=True,
                doing=doing,
            ) as context,
            TextJudge(self.contract, context) as texts,
        ):
            asked = AskedClauses(self.contract, context.catalog)
            judge = MutantJudge(asked, context)
            yield MutationBench(given.parts, judge, texts, context, given.reviewed)
