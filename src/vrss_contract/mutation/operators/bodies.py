"""What may go wrong inside of functions, of scripts, and with the triggers that call functions.

Each change of a text is called by what it does to the code, and sorted by that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from vrss_contract.database.catalog.facts import CatalogFunction
from vrss_contract.mutation.bodies.changes import (
    MadeRoutine,
    of_routine,
    of_script,
    of_trigger,
)
from vrss_contract.mutation.bodies.triggers import MadeTrigger
from vrss_contract.mutation.mutant import Mutant, Operator, Schema
from vrss_contract.mutation.texts.known import scripts
from vrss_contract.sql import literal

_OF_RIGHTS = re.compile(r"^without (SECURITY|SET) ")
"""What a function runs with is no part of its body."""
_CONDITION = (
    r"^without (?!:=)(?!.*(;|\.\.\.)( \(\d+\))?$)"  # a statement ends so, or is cut off
    r"|^without (?i:where|having|\w+ (=|<|>|is|not)|exists|\()"
)
_LANGUAGES = frozenset({"plpgsql", "sql"})
_SORTS: Sequence[tuple[str, str, str]] = (
    ("condition-always", "A condition is taken for true.", r"^IF .* -> TRUE$"),
    ("condition-never", "A condition is taken for false.", r"^IF .* -> FALSE$"),
    ("condition-negated", "A branch is taken where it should not be.", r"^IF NOT "),
    ("conjunct-negated", "A part of a condition is turned.", r"^NOT \("),
    ("branch-removed", "A branch is not there.", r"^without the branch "),
    ("loop-once", "A loop ends after its first round.", r"^once: "),
    ("return-exchanged", "A trigger returns another row.", r"^RETURN "),
    ("seldom-skipped", "A function does nothing now and then.", r"^nothing done: "),
    ("exception-swallowed", "Any error is caught, and nothing comes of it.", r"^swallowed"),
    ("lock-added", "The table is locked against everybody else.", r"^locked"),
    ("lock-of-all", "One advisory lock stands for all.", r"^one lock for all"),
    ("statement-doubled", "A statement runs twice.", r"^twice "),
    ("lock-moved", "A lock is taken after what it is for.", r"^moved "),
    ("limit-removed", "More rows come than there should.", r"^without (?i:limit|offset) "),
    ("statements-swapped", "Two statements stand in the other order.", r"^swapped "),
    ("order-removed", "Rows come in any order.", r"^without ORDER BY "),
    ("order-key-dropped", "A key of an order is left out.", r"^ORDER BY without "),
    ("group-key-dropped", "A key of a group is left out.", r"^GROUP BY without "),
    ("order-nulls", "NULLs come at the other end.", r"^ORDER BY .* NULLS \w+$"),
    (
        "order-as-text",
        "Numbers come in the order of their texts.",
        r"^ORDER BY .* as text( \(\d+\))?$",
    ),
    ("order-reversed", "Rows come in the opposite order.", r"^ORDER BY "),
    ("lock-without-waiting", "A lock is not waited for.", r"(NOWAIT|SKIP LOCKED)( \(\d+\))?$"),
    ("row-lock-removed", "Rows are not locked.", r"^without FOR "),
    ("row-lock-strength", "Rows are locked in another mode.", r"^FOR "),
    ("table-lock-removed", "A table is not locked.", r"^without LOCK "),
    ("table-lock-mode", "A table is locked in another mode.", r"SHARE|EXCLUSIVE"),
    ("on-conflict-removed", "What stands in the way is an error.", r"^without ON CONFLICT "),
    (
        "on-conflict-changed",
        "What stands in the way is dealt with otherwise.",
        r"^ON CONFLICT |^without \(\w+(, \w+)*\)( \(\d+\))?$",
    ),
    ("union-side-dropped", "One side of a union is left out.", r"^(UNION|EXCEPT).* without "),
    (
        "union-exchanged",
        "Rows that are alike count once, or as often as they come.",
        r"^UNION|^EXCEPT",
    ),
    ("insert-column-dropped", "A column is not filled.", r"^INSERT without "),
    ("set-item-dropped", "A column is not set.", r"^SET without "),
    ("row-part-dropped", "A part of a compared row is left out.", r"^a row without "),
    ("list-item-dropped", "An item of a list is left out.", r" IN without "),
    ("distinct-removed", "Rows that are alike count as often as they come.", r"^without DISTINCT "),
    ("sign-changed", "A number has the opposite sign.", r"its opposite"),
    ("constant-changed", "A number is one more or less.", r"^-?\d+ -> "),
    ("text-changed", "A text is another one.", r"^'.*' -> |^without \\u"),
    ("new-for-old", "The row before is taken for the row after.", r"^(new|old|NEW|OLD) -> "),
    ("comparison-exchanged", "A comparison takes its bound in, or leaves it out.", r"^[<>]=? -> "),
    ("boolean-exchanged", "True is false.", r"^(true|false|TRUE|FALSE) -> "),
    (
        "choice-removed",
        "Of several values always the same is taken.",
        r"^(?i:greatest|least|coalesce|nullif) ?\(",
    ),
    ("function-exchanged", "Another function is called.", r"^\w+\s*\(.* -> "),
    ("operator-exchanged", "A value is calculated otherwise.", r".*[-+*|&].* -> "),
    ("name-exchanged", "A sibling of a column, table or variable is taken.", r" -> "),
    (
        "conjunct-dropped",
        "A condition, or a part of one, is left out.",
        _CONDITION,
    ),
    ("statement-dropped", "A statement, or a part of one, is left out.", r""),
)
_OF_SCRIPTS = frozenset(
    {
        *("conjunct-dropped", "conjunct-negated", "comparison-exchanged"),
        *("row-part-dropped", "list-item-dropped", "choice-removed", "on-conflict-removed"),
        *("set-item-dropped", "insert-column-dropped", "row-lock-removed"),
    }
)
"""What is tried of a script: which rows it mends, and of what. How it goes about it, row after row
and batch after batch, is its own."""
_SINGLE = frozenset({"trigger-dropped", "trigger-disabled", "trigger-replica"})
_TRIGGER_SORTS: Sequence[tuple[str, str, str]] = (
    ("trigger-dropped", "A trigger is not there.", r"^dropped$"),
    ("trigger-disabled", "A trigger does not fire.", r"^disabled$"),
    ("trigger-replica", "A trigger fires for a replica alone.", r"^replica$"),
    ("trigger-when", "A trigger's condition is lost or turned.", r"^(WHEN|without WHEN)"),
    ("trigger-column-dropped", "A trigger does not fire for a column.", r"^UPDATE OF without "),
    ("trigger-event-dropped", "A trigger does not fire for an event.", r"^without "),
    ("trigger-transition", "Transition tables are exchanged.", r"^REFERENCING"),
    ("trigger-timing", "A trigger fires before or after.", r"(?i)^(before|after) -> "),
    ("trigger-level", "A trigger fires for each row or statement.", r"(?i)^(row|statement) -> "),
    ("trigger-event", "A trigger fires for another event.", r""),
)


def _bodies(schema: Schema) -> Iterator[Mutant]:
    yield from _scripts(schema)
    if schema.contract is None:
        return
    for function in schema.catalog.functions:
        if function.language not in _LANGUAGES or function.kind != "function":
            continue
        routine = MadeRoutine(function.name, _statement(function), _triggers(schema, function.name))
        triggers = tuple(one.word for one in routine.triggers)
        for change in of_routine(routine, schema.contract):
            if not _OF_RIGHTS.match(change.name):
                yield Mutant(
                    _sort(change.name, _SORTS),
                    function.name,
                    change.name,
                    (change.ddl,),
                    tables=routine.tables,
                    about=triggers,
                    meets=True,
                )


def _scripts(schema: Schema) -> Iterator[Mutant]:
    if schema.contract is None:
        return
    for name, sql in scripts(schema.contract).items():
        for change in of_script(sql, schema.contract):
            sort = _sort(change.name, _SORTS)
            if sort not in _OF_SCRIPTS:
                continue
            yield Mutant(sort, name, change.name, (change.ddl,), instead_of=name, diff=change.diff)


def _of_triggers(schema: Schema) -> Iterator[Mutant]:
    for table in schema.catalog.tables.values():
        for trigger in table.triggers.values():
            word, own = literal.identifier(trigger.name), literal.relation(table.name)
            made = replace(MadeTrigger.of(trigger.definition), word=word, table=own)
            states = (("DISABLE", "disabled"), ("ENABLE REPLICA", "replica"))
            found = [(one.name, one.ddl) for one in of_trigger(made)]
            found += [(name, f"ALTER TABLE {own} {do} TRIGGER {word}") for do, name in states]
            for name, ddl in found:
                yield Mutant(
                    sort := _sort(name, _TRIGGER_SORTS),
                    f"{table.name}.{trigger.name}",
                    name if sort not in _SINGLE else "",
                    (ddl,),
                    tables=(table.name,),
                    about=(trigger.name, trigger.function),
                    meets=True,
                )


def _sort(name: str, sorts: Sequence[tuple[str, str, str]]) -> str:
    return next(sort for sort, _, pattern in sorts if re.search(pattern, name))


def _triggers(schema: Schema, function: str) -> list[MadeTrigger]:
    return [
        MadeTrigger.of(one.definition)
        for table in schema.catalog.tables.values()
        for one in table.triggers.values()
        if one.function == function
    ]


def _statement(function: CatalogFunction) -> str:
    """The statement that makes a function, as CREATE spells it."""
    words = [
        f"CREATE FUNCTION {literal.identifier(function.name)}({function.arguments})",
        f"RETURNS {function.returns}",
        f"LANGUAGE {function.language} {function.volatility.upper()}",
        "STRICT" if function.strict else "",
        "SECURITY DEFINER" if function.definer else "",
        f"PARALLEL {function.parallel.upper()}",
        *(f"SET {one.replace('=', ' = ', 1)}" for one in function.settings),
        f"AS $body${function.body}$body$",
    ]
    return "\n".join(filter(None, words))


OPERATORS = (
    *(Operator(name, says, _bodies) for name, says, _ in _SORTS),
    *(Operator(name, says, _of_triggers) for name, says, _ in _TRIGGER_SORTS),
)
"""Operators of functions and triggers."""
