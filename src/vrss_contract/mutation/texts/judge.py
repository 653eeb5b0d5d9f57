"""Mutants of a contract's own texts, judged one after another."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Self

from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.query.fixture import Places
from vrss_contract.contract.model import Clause, Contract
from vrss_contract.mutation.mutant import Mutant
from vrss_contract.mutation.texts import known
from vrss_contract.mutation.texts.heard import Heard
from vrss_contract.mutation.texts.queries import QueryJudge
from vrss_contract.mutation.texts.scripts import ScriptJudge
from vrss_contract.mutation.tried import Tried, concluded


class TextJudge:
    """Judges mutants of a contract's queries and scripts, beside one loaded target."""

    def __init__(self, contract: Contract, context: JudgingContext) -> None:
        """A judge.

        Args:
            contract: whose texts are changed.
            context: what judges in the loaded database, and opens filled ones.
        """
        self._contract = contract
        self._context = context
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._open.close()

    def judged(self, mutant: Mutant, because: str = "") -> Tried:
        """What comes of a mutant, of which it may be known why nothing should see it."""
        began = time.perf_counter()
        heard = self._heard(mutant)
        if heard.refused:
            tried = Tried(mutant, "stillborn", says=heard.refused)
        else:
            tried = concluded(mutant, heard.killers, heard.undecided, because)
        alone = len(heard.killers) == 1 and not (heard.undecided or heard.cut)
        milliseconds = round(1000 * (time.perf_counter() - began), 3)
        return replace(tried, alone=alone, milliseconds=milliseconds)

    def _heard(self, mutant: Mutant) -> Heard:
        (changed,) = mutant.ddl
        if (clause := self._answering.get(mutant.instead_of)) is not None:
            query = self._contract.queries[mutant.object]
            return self._queries.heard(query, clause, changed)
        return self._scripts.heard(known.scripts(self._contract)[mutant.instead_of], changed)

    @cached_property
    def _answering(self) -> Mapping[str, Clause]:
        found = known.answering(self._contract)
        return {known.called(name): clause for name, clause in found.items()}

    @cached_property
    def _queries(self) -> QueryJudge:
        return QueryJudge(self._open.enter_context(Places(self._context)))

    @cached_property
    def _scripts(self) -> ScriptJudge:
        return ScriptJudge(self._contract, self._context)
