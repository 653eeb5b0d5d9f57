"""Kind ``jsonb``: what a JSONB column takes, refuses, gives back and holds by default."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from vrss_contract.checks import plain_row
from vrss_contract.checks.judged import Judged, lost, untried
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.kind import Kind
from vrss_contract.checks.reproduction import script, shown
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.document_checker import Checker
from vrss_contract.contract.model import Contract, JsonbPromise, Row, Shape
from vrss_contract.data.documents import sql as reading
from vrss_contract.data.documents.draw import conforming, written
from vrss_contract.data.documents.near import nearly
from vrss_contract.data.documents.same import same
from vrss_contract.database.row_factory import CANDIDATE, Factory
from vrss_contract.database.savepoint_probe import Probe, ProbeResult
from vrss_contract.sql.literal import identifier, relation
from vrss_contract.target import Target

GATE, THOROUGH = 40, 1000
"""Documents drawn for a shape, conforming ones and as many that nearly conform."""
_TAKEN, _REFUSED = "taken", "refused with check_violation"
_SHOWN = 5
"""Documents that a clause shows, the shortest of those drawn; of the others it tells how many."""
_WIDTH = 100


@dataclass(frozen=True, slots=True)
class _Trial:
    """A document that is put in, or the column left out where there is none."""

    because: str
    text: str | None
    probe: Probe
    expected: str = _TAKEN


def _judge(
    promises: Mapping[str, JsonbPromise], context: JudgingContext
) -> Iterator[Iterable[Judged]]:
    factory = Factory(context.contract)
    count = THOROUGH if context.thorough else GATE
    trials = [
        context.once("jsonb", id_, partial(_trials, promise, context.contract, factory, count))
        for id_, promise in promises.items()
    ]
    answers = iter(context.ask([trial.probe for group in trials for trial in group]))
    tables = dict.fromkeys(promise.shape.table for promise in promises.values())
    rows = [plain_row.probe(one, factory, context) for one in tables]
    plain = dict(zip(tables, context.ask(rows), strict=True))
    for promise, group in zip(promises.values(), trials, strict=True):
        checker = Checker(promise.shape)
        found = [(trial, next(answers)) for trial in group]
        hidden = _Hidden(promise.shape.table, plain[promise.shape.table], context)
        yield _fewer([_judged(trial, answer, checker, hidden) for trial, answer in found])


def _sql(promise: JsonbPromise, contract: Contract, _: Target) -> str:
    """What a person would run to see the clause judged, a document each."""
    factory = Factory(contract)
    trials = _trials(promise, contract, factory, GATE)
    noted = [(f"{trial.because}: {trial.expected}", trial.probe) for trial in trials]
    return script(factory.baseline(), noted)


def _trials(
    promise: JsonbPromise, contract: Contract, factory: Factory, count: int
) -> tuple[_Trial, ...]:
    maker = _Maker(promise.shape, contract, factory)
    return tuple(_TRIALS[promise.aspect](maker, count))


@dataclass(frozen=True, slots=True)
class _Maker:
    shape: Shape
    contract: Contract
    factory: Factory

    def default(self, _: int) -> Iterator[_Trial]:
        """The column left out, with every label of the columns that its shape depends on."""
        table = self.contract.tables[self.shape.table]
        others = self.shape.columns[:-1]
        labels = (self.contract.enums[table.column(name).type].labels for name in others)
        for combination in itertools.product(*labels):
            row = dict(zip(others, combination, strict=True))
            because = ", ".join(("the column left out", *combination))
            asked = reading.expression(self.shape, "t")
            yield _Trial(because, None, self._probe(row, asked, omits=(self.shape.column,)))

    def accepts(self, _: int) -> Iterator[_Trial]:
        """What is written by hand."""
        for example in self.shape.accepts:
            yield self._kept(example.because, example.document)

    def round_trip(self, count: int) -> Iterator[_Trial]:
        """What is drawn."""
        for document in conforming(self.shape, count):
            yield self._kept(_cut(written(document)), document)

    def agrees(self, count: int) -> Iterator[_Trial]:
        """What is written by hand and what is drawn, the validator saying what is right."""
        by_hand = (*self.shape.accepts, *self.shape.refuses)
        drawn = (*conforming(self.shape, count), *nearly(self.shape, count))
        noted = [(example.because, example.document) for example in by_hand]
        checker = Checker(self.shape)
        for because, document in (*noted, *((_cut(written(one)), one) for one in drawn)):
            text = written(document)
            expected = _TAKEN if checker.holds(text) else _REFUSED
            yield _Trial(because, text, self._probe(self._row(document), None), expected)

    def _kept(self, because: str, document: Any) -> _Trial:
        text = written(document if len(self.shape.columns) == 1 else document[self.shape.column])
        column = f"CAST(t.{identifier(self.shape.column)} AS text)"
        return _Trial(because, text, self._probe(self._row(document), column))

    def _row(self, document: Any) -> Row:
        """The columns' values; JSON goes in as its text, so that JSON null is not SQL NULL."""
        column = self.shape.column
        if len(self.shape.columns) == 1:
            return {column: written(document)}
        return {**document, column: written(document[column])}

    def _probe(self, row: Row, asked: str | None, omits: tuple[str, ...] = ()) -> Probe:
        """What puts the row in, and asks this of it where anything is asked."""
        table = self.shape.table
        whole = {**self._others(), **row}
        insert = self.factory.insert(table, whole, number=CANDIDATE, omits=omits)
        found = self.factory.finds(table, whole, number=CANDIDATE, omits=omits)
        ask = asked and f"SELECT {asked} FROM {relation(table)} AS t WHERE {found}"
        return Probe((insert,), ask, self.factory.needs(table, row))

    def _others(self) -> Row:
        """Documents for the row's other columns, so that what refuses their defaults is not met."""
        shapes = self.contract.shapes.values()
        near = [one for one in shapes if one.table == self.shape.table and one != self.shape]
        chosen = {one.column: _example(one) for one in near if len(one.columns) == 1}
        return {column: example for column, example in chosen.items() if example}


def _example(shape: Shape) -> str:
    """The first document written by hand that is not empty, as text; nothing where none is."""
    return next((written(one.document) for one in shape.accepts if one.document), "")


_TRIALS: Mapping[str, Callable[[_Maker, int], Iterator[_Trial]]] = {
    "default": _Maker.default,
    "accepts": _Maker.accepts,
    "round-trip": _Maker.round_trip,
    "agrees": _Maker.agrees,
}


@dataclass(frozen=True, slots=True)
class _Hidden:
    """Tells what kept a document from being tried."""

    table: str
    plain: ProbeResult
    """What came of a row that says no document."""
    context: JudgingContext

    def by(self, answer: ProbeResult) -> str:
        """Why the document was not tried; nothing where it was."""
        if reason := untried(answer, (), {self.table}, self.context):
            return reason
        if not plain_row.misfits(self.table, answer, self.context):
            return ""
        return plain_row.hides(self.table, answer, self.plain, self.context)


def _judged(trial: _Trial, answer: ProbeResult, checker: Checker, hidden: _Hidden) -> Judged:
    repeat = shown(trial.probe)
    if reason := hidden.by(answer):
        return lost(Finding(trial.because, trial.expected, reason, repeat))
    found = _seen(answer)
    if found != trial.expected:
        by = f" by {answer.constraint}" if answer.constraint else ""
        told = found if answer.done else f"{found}{by}: {answer.message}"
        return Judged((Finding(trial.because, trial.expected, told, repeat),))
    if trial.probe.ask is None:
        return Judged()
    return Judged(tuple(_differences(trial, answer.told, checker, repeat)))


def _seen(answer: ProbeResult) -> str:
    return _TAKEN if answer.done else f"refused with {answer.condition}"


def _differences(
    trial: _Trial, told: str | None, checker: Checker, repeat: str
) -> Iterator[Finding]:
    if trial.text is None:
        faults = checker.faults(told) if told else ()
        if told is None or faults:
            at = f" ({faults[0].rule} at {faults[0].path})" if faults else ""
            found = f"{_cut(told)}{at}" if told else "no document"
            yield Finding(trial.because, "a document that conforms", found, repeat)
    elif told is None:
        yield Finding(trial.because, "taken and then there", "taken and then not there", repeat)
    elif not _returned(trial.text, told):
        yield Finding(trial.because, _cut(trial.text), _cut(told), repeat)


def _returned(text: str, told: str) -> bool:
    try:
        return same(json.loads(text), json.loads(told))
    except ValueError:
        return False


def _fewer(judged: Sequence[Judged]) -> list[Judged]:
    """The first of what was found, and how much more there is."""
    open_ = [one for one in judged if one.undecided]
    found = [one for one in judged if one.findings and not one.undecided]
    kept = [*found[:_SHOWN], *open_[:_SHOWN]]
    if left := len(found) + len(open_) - len(kept):
        more = Finding(f"{left} more documents", "as above", "as above")
        kept.append(Judged((more,), undecided=not found))
    return kept


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."


KIND: Kind[JsonbPromise] = Kind((JsonbPromise,), _judge, _sql)
