"""A dataset drawn from a contract: so many rows for each table, the same ones for a seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from vrss_contract.contract.model import Contract
from vrss_contract.data.dataset import Looked, Offered, Portion, PortionOutcome
from vrss_contract.data.dataset.reference import reference_rows
from vrss_contract.data.generated import statements
from vrss_contract.data.generated.drawing import Drawing, UndrawableError, refer
from vrss_contract.data.generated.keys import Row
from vrss_contract.data.generated.limits import constant
from vrss_contract.data.generated.plan import Step
from vrss_contract.data.generated.report import FilledTables
from vrss_contract.data.generated.rows import RowDraw
from vrss_contract.data.generated.types import Facts

NAME = "generated"
_BATCH = 500
_PATIENCE = 300
"""Candidates that are refused one after the other before a table is given up."""
_TRIES = 20
"""Candidates for each row that is wanted, at most."""
_OFTEN = 0.8
"""How many of the references that had to wait get a row in the end."""


class GeneratedDataset:
    """Rows for every table of a contract, for one database that is filled once."""

    name = NAME
    bulk = False
    triggers = True
    """What triggers count is right because they see every row come."""

    def __init__(self, contract: Contract, facts: Facts, rows: int, seed: int = 0) -> None:
        self.reference = reference_rows(contract.manifest)
        self.tallies: dict[str, FilledTables] = {}
        """Table by table, what came of it; complete when the last portion is written."""
        self._drawing = Drawing(contract, facts)
        self._facts = facts
        self._wanted = rows
        self._seed = seed
        self._drawn_from = repr((contract.tables, facts, rows, seed))

    @property
    def rows(self) -> int:
        """So many rows for each table that can be filled."""
        return self._wanted * len(self._drawing.plan.steps)

    @property
    def digest(self) -> str:
        """Changes when a row would, whatever is there already aside."""
        return hashlib.sha256(self._drawn_from.encode()).hexdigest()

    def portions(self) -> Iterator[Portion]:
        """Batch after batch, parents first; what the database answers decides how it goes on."""
        plan = self._drawing.plan
        for table, reason in plan.left_out.items():
            wanted = 0 if table in plan.fed_otherwise else self._wanted
            self.tallies[table] = FilledTables(table, wanted, reason=reason)
        for step in plan.steps:
            yield from self._table(step)
        for step in plan.steps:
            yield from self._later(step)

    def _random(self, *names: str) -> Random:
        return Random(":".join((str(self._seed), *names)))  # noqa: S311 - rows, no secret

    def _table(self, step: Step) -> Iterator[Portion]:
        name = step.table.name
        tally = self.tallies[name] = FilledTables(name, self._wanted)
        try:
            draw = self._drawing.of(step, self._random(name))
        except UndrawableError as error:
            tally.reason = str(error)
            return
        yield self._looked(step, draw, tally)
        yield from self._offers(step, draw, tally)

    def _looked(self, step: Step, draw: RowDraw, tally: FilledTables) -> Looked:
        """What reference data and triggers have put there already."""
        name, keys = step.table.name, self._drawing.keys(step)
        named = tuple(dict.fromkeys((*keys, *draw.keyed)))

        def answer(rows: Sequence[tuple[Any, ...]]) -> None:
            there = [self._read(step, named, values) for values in rows]
            self._drawing.pools[name].add(there)
            for row in there:
                draw.taken.add(row)
            if name in self.reference.tables:
                tally.taken = tally.wanted = len(there)

        return Looked(statements.select(self._facts.spelling(name), named), answer)

    def _offers(self, step: Step, draw: RowDraw, tally: FilledTables) -> Iterator[Portion]:
        """Few rows at first, since rows may refer to those before; more while they are taken."""
        size, vain, tried = 1, 0, 0
        while tally.taken < tally.wanted:
            plain = vain % 2 == 1  # where others were tried in vain
            batch = _candidates(draw, min(size, tally.wanted - tally.taken), plain=plain)
            if not batch:
                tally.reason = draw.refused
                return
            before = tally.taken
            yield self._offered(step, batch, draw, tally)
            came = tally.taken - before
            tried += len(batch)
            vain = 0 if came else vain + len(batch)
            size = min(size * 2, _BATCH) if came == len(batch) else max(1, size // 2)
            if vain >= _PATIENCE or tried >= _PATIENCE + _TRIES * tally.wanted:
                tally.reason = "the database took too few of the rows that were tried"
                return

    def _offered(self, step: Step, batch: list[Row], draw: RowDraw, tally: FilledTables) -> Offered:
        name, keys = step.table.name, self._drawing.keys(step)
        spelling = self._facts.spelling(name)

        def write(rows: Sequence[Row]) -> str:
            return statements.insert(spelling, draw.columns, keys, rows)

        def answer(outcomes: Sequence[PortionOutcome]) -> None:
            for row, outcome in zip(batch, outcomes, strict=True):
                if outcome.refusal:
                    draw.taken.remove(row)
                tally.add(outcome.refusal)
            returned = [values for outcome in outcomes for values in outcome.returned]
            self._drawing.pools[name].add([self._read(step, keys, values) for values in returned])

        return Offered(name, batch, write, answer)

    def _later(self, step: Step) -> Iterator[Portion]:
        """References in a circle, now that the rows are there that they are to."""
        table, pools = step.table, self._drawing.pools
        random, spelling = self._random(table.name, "later"), self._facts.spelling(table.name)

        def write(changes: Sequence[tuple[Row, Row]]) -> str:
            return statements.update(spelling, table.primary, changes)

        for key in step.later if table.primary else ():
            parents = pools[key.references].rows
            rows = [row for row in pools[table.name].rows if parents and random.random() < _OFTEN]
            changes = [(row, refer(key, random.choice(parents))) for row in rows]
            for start in range(0, len(changes), _BATCH):
                yield Offered(table.name, changes[start : start + _BATCH], write, _unheard)

    def _read(self, step: Step, names: Sequence[str], values: Sequence[str | None]) -> Row:
        """Texts from the server as values that compare as the server's do."""
        return {
            name: None if value is None else self._value(step.table.column(name).stored_type, value)
            for name, value in zip(names, values, strict=False)
        }

    def _value(self, type_: str, value: str) -> Any:
        read = constant(self._drawing.values.family(type_), value)
        return value if read is None else read


def _candidates(draw: RowDraw, size: int, *, plain: bool) -> list[Row]:
    found = (draw.candidate(plain=plain) for _ in range(size))
    return [row for row in found if row is not None]


def _unheard(_: Sequence[PortionOutcome]) -> None:
    """A reference that is refused stays NULL, which is what it may be."""
