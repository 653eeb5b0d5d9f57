"""The functions and triggers of a schema's file, each with what changes of it are applied by.

Knows the statements that make them; does not know what is inside of a body.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from vrss_contract.contract.model import Contract
from vrss_contract.mutation.bodies import mistakes, statements, statements_of_sql
from vrss_contract.mutation.bodies.code import Code, Edit, Edits
from vrss_contract.mutation.bodies.triggers import MadeTrigger, changed_triggers
from vrss_contract.mutation.bodies.words import Family, changed_words
from vrss_contract.sql import literal, split
from vrss_contract.sql.keywords import KEYWORDS

_REPLACED = re.compile(r"^CREATE")


@dataclass(frozen=True, slots=True)
class BodyChange:
    """An object that is changed in one place."""

    name: str
    ddl: str
    """What makes the change in a database that has the object."""
    diff: str
    of_a_word: bool = False
    """Whether a word, number or sign is another one, and all parts stay."""


@dataclass(frozen=True, slots=True)
class ChangedObject:
    """The object of changes."""

    name: str
    tables: Sequence[str]
    """Those whose statements come to it."""
    triggers: Sequence[str]
    """The names of its triggers."""


@dataclass(frozen=True, slots=True)
class MadeRoutine:
    """A function, its statement and the triggers that call it."""

    name: str
    sql: str
    triggers: Sequence[MadeTrigger] = ()
    revoked: str = ""
    """The statement that takes it from PUBLIC."""

    @property
    def tables(self) -> tuple[str, ...]:
        """Those whose statements call it."""
        return tuple(dict.fromkeys(one.table for one in self.triggers))


@dataclass(slots=True)
class Objects:
    """What a file makes, by name."""

    routines: dict[str, MadeRoutine] = field(default_factory=dict)
    triggers: dict[str, MadeTrigger] = field(default_factory=dict)


def objects(script: str) -> Objects:
    """The functions and triggers of a script."""
    found = Objects()
    texts = [one.text for one in split.statements(script)]
    for sql in texts:
        if (words := Code(sql.partition("$")[0]).words)[:1] != ["create"]:
            continue
        if "trigger" in words[:3]:
            trigger = MadeTrigger.of(sql)
            found.triggers[trigger.name] = trigger
        elif "function" in words[:4]:
            found.routines[_called(words, "function")] = MadeRoutine(
                _called(words, "function"), sql
            )
    for name, routine in found.routines.items():
        found.routines[name] = MadeRoutine(
            name,
            routine.sql,
            [one for one in found.triggers.values() if one.function == name],
            next((one for one in texts if one.startswith("REVOKE") and f" {name}(" in one), ""),
        )
    return found


def changes(script: str, contract: Contract) -> Iterator[tuple[ChangedObject, list[BodyChange]]]:
    """Each object with every change of it."""
    found = objects(script)
    for routine in found.routines.values():
        words = [one.word for one in routine.triggers]
        yield ChangedObject(routine.name, routine.tables, words), of_routine(routine, contract)
    for trigger in found.triggers.values():
        changed = ChangedObject(trigger.name, (trigger.table,), (trigger.word,))
        yield changed, of_trigger(trigger)


def of_trigger(trigger: MadeTrigger) -> list[BodyChange]:
    """Every change of a trigger."""
    remove = f"DROP TRIGGER {trigger.word} ON {trigger.table}"
    made = [BodyChange("dropped", remove, f"-{trigger.sql}")]
    for name, edit, diff in _named(trigger.sql, changed_triggers(trigger)):
        made.append(BodyChange(name, f"{remove};\n{edit.of(trigger.sql)}", diff))
    return made


def of_routine(routine: MadeRoutine, contract: Contract) -> list[BodyChange]:
    """Every change of a function."""
    head = Code(routine.sql)
    code = _body(head)
    parts = dict.fromkeys((*_attributes(head), *_parts(routine, code, contract)), False)
    transitions = dict.fromkeys(name for one in routine.triggers for name in one.transitions)
    words = dict.fromkeys(
        changed_words(Family(contract, code, routine.tables, [*transitions])), True
    )
    of_words = words | parts
    made = [
        BodyChange(
            name, _REPLACED.sub("CREATE OR REPLACE", edit.of(routine.sql)), diff, of_words[edit]
        )
        for name, edit, diff in _named(routine.sql, [*parts, *words])
    ]
    if routine.revoked:
        grant = routine.revoked.replace("REVOKE", "GRANT", 1).replace(" FROM ", " TO ", 1)
        made.append(BodyChange(f"without {routine.revoked}", grant, f"-{routine.revoked}"))
    return made


def of_script(sql: str, contract: Contract) -> list[BodyChange]:
    """Every change of a script's queries, be it a block of PL/pgSQL or SQL alone.

    How it goes from one to the next, and what it tells of it, is left as it is; and so is what an
    error alone leads to, since no clause has one happen to a script that runs by itself.
    """
    head = Code(sql)
    block = any(one.kind == "dollar" for one in head.tokens)
    code = _body(head) if block else head
    edits = [*_of_sql(code), *changed_words(Family(contract, code, ()))]
    wanted, unwanted = [*statements_of_sql.queries(code)], [*statements.handlers(code)]
    own = [one for one in edits if _within(one, wanted) and not _within(one, unwanted)]
    return [BodyChange(name, edit.of(sql), diff) for name, edit, diff in _named(sql, own)]


def _within(edit: Edit, spans: Iterable[tuple[int, int]]) -> bool:
    return any(first <= edit.start < last for first, last in spans)


def _body(head: Code) -> Code:
    """The code between the dollars."""
    body = next(one for one in head.tokens if one.kind == "dollar")
    tag = body.text.index("$", 1) + 1
    return Code(body.text[tag:-tag], body.start + tag)


def _parts(routine: MadeRoutine, code: Code, contract: Contract) -> Edits:
    """Its statements, conditions and clauses."""
    if code.at(0) in {"begin", "declare"}:
        of_rows = any("row" in Code(one.sql).words for one in routine.triggers)
        yield from statements.changed_statements(code, of_rows=of_rows)
        named = [one for one in code.words if one not in KEYWORDS]
        tables = (one for one in named if one in contract.tables)
        spelt = {
            one: literal.qualified(one, contract.schemas[0]) for one in (*routine.tables, *tables)
        }
        yield from mistakes.changed_wholes(code, spelt, of_rows=of_rows)
        for first, last in statements.conditions(code):
            yield from statements_of_sql.changed_junctions(code, first, last)
    yield from _of_sql(code)


def _of_sql(code: Code) -> Edits:
    for _, first, last in statements_of_sql.conditions(code):
        yield from statements_of_sql.changed_junctions(code, first, last)
    for make in statements_of_sql.SQL:
        yield from make(code)


def _attributes(head: Code) -> Edits:
    """Without the rights and the search path that a function runs with."""
    last = next(at for at, one in enumerate(head.tokens) if one.kind == "dollar")
    for place in head.places("security", "definer"):
        yield head.drop(place, place + 2)
    for place in head.places("set"):
        if place < last:
            yield head.drop(place, head.until(place, {"as", "security", "language", "strict"}))


def _named(sql: str, edits: Iterable[Edit]) -> Iterator[tuple[str, Edit, str]]:
    """Each edit that makes another text, under names that differ."""
    called, seen = Counter[str](), {sql}
    for edit in edits:
        changed = edit.of(sql)
        if changed in seen:
            continue
        seen.add(changed)
        called[edit.name] += 1
        times = called[edit.name]
        yield (f"{edit.name} ({times})" if times > 1 else edit.name), edit, _diff(sql, changed)


def _diff(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return "\n".join([*lines][2:])


def _called(words: Sequence[str], after: str) -> str:
    return words[words.index(after) + 1]
