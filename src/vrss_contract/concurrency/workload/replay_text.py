"""A trial as one line of text, and back: what a replay is asked for by.

``read(write(trial)) == trial``.

    rc: like 1 1; unlike 1 1 | ser: follow 2 1 | aabab
    schedule.follow.mutual @ rc,rr | aabb
"""

from __future__ import annotations

import difflib
import json
import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from vrss_contract.concurrency.schedule.program import Level
from vrss_contract.concurrency.workload.call import Call, Operations, Value
from vrss_contract.concurrency.workload.errors import (
    REPLAY_FORM,
    REPLAY_LEVEL,
    REPLAY_MISSPELT,
    REPLAY_OPERATION,
    REPLAY_SESSION,
    REPLAY_STEPS,
    REPLAY_VALUES,
)
from vrss_contract.concurrency.workload.trial import Trial, TrialSession

_LETTERS = string.ascii_lowercase
_NOBODY = "-"
"""An order of no steps: whoever can goes first."""
_TYPED: dict[str, Value] = {"null": None, "true": True, "false": False}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_BARE = re.compile(r"[A-Za-z0-9_.+/{},-]+")
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_TOKEN = re.compile(rf"\s*({_QUOTED}|[;|:@]|[^\s;|:@\"]+|\S)")


@dataclass(frozen=True, slots=True)
class Interleaving:
    """An interleaving of a schedule clause: the clause's id, each session's level, the order."""

    clause: str
    levels: tuple[Level, ...]
    order: tuple[int, ...] = ()


def write(trial: Trial | Interleaving) -> str:
    """The text that ``read`` reads as this again."""
    if isinstance(trial, Interleaving):
        return f"{trial.clause} @ {','.join(trial.levels)} | {letters(trial.order)}"
    parts = (f"{session.level}: {_calls(session.calls)}" for session in trial.sessions)
    return " | ".join([*parts, letters(trial.order)])


def letters(order: Sequence[int]) -> str:
    """The order with a letter for each step, ``a`` for the first session."""
    return "".join(_LETTERS[number] for number in order) or _NOBODY


def read(text: str, operations: Operations) -> Trial | Interleaving:
    """What the text says.

    Raises:
        TroubleError: the text is wrong; its code says in which way.
    """
    *parts, last = _split(_TOKEN.findall(text), "|")
    order = _order(text, last)
    if len(parts) == 1 and "@" in parts[0]:
        interleaving = _interleaving(text, parts[0], order)
        _checked(text, order, len(interleaving.levels))
        return interleaving
    if not parts:
        raise REPLAY_FORM(text=text, found="there is no session before the order")
    sessions = tuple(_session(text, part, operations) for part in parts)
    _checked(text, order, len(sessions))
    for number, found in sorted(Counter(order).items()):
        if found > (steps := sessions[number].steps):
            raise REPLAY_STEPS(text=text, letter=_LETTERS[number], given=found, steps=steps)
    return Trial(sessions, order)


def _calls(calls: Sequence[Call]) -> str:
    return "; ".join(" ".join([call.operation, *map(_word, call.values)]) for call in calls)


def _word(value: Value) -> str:
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    plain = _BARE.fullmatch(value) and value not in _TYPED and not _INTEGER.fullmatch(value)
    return value if plain else json.dumps(value)


def _value(text: str, word: str) -> Value:
    if word.startswith('"'):
        try:
            return str(json.loads(word))
        except ValueError as error:
            raise REPLAY_FORM(text=text, found=f"{word} is no text in quotes") from error
    if _INTEGER.fullmatch(word):
        return int(word)
    return _TYPED.get(word, word)


def _split(tokens: Sequence[str], separator: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token == separator:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _order(text: str, part: Sequence[str]) -> tuple[int, ...]:
    word = " ".join(part)
    if word == _NOBODY:
        return ()
    if not word or set(word) - set(_LETTERS):
        raise REPLAY_FORM(
            text=text, found=f"the last part is {word!r}, and no order such as 'aabab'"
        )
    return tuple(map(_LETTERS.index, word))


def _checked(text: str, order: Sequence[int], sessions: int) -> None:
    for number in order:
        if number >= sessions:
            raise REPLAY_SESSION(text=text, letter=_LETTERS[number], last=_LETTERS[sessions - 1])


def _interleaving(text: str, part: Sequence[str], order: tuple[int, ...]) -> Interleaving:
    words = list(part)
    if len(words) != len(["clause", "@", "levels"]) or words[1] != "@":
        raise REPLAY_FORM(
            text=text, found="a schedule's part is its id, '@' and the levels 'rc,rr'"
        )
    return Interleaving(words[0], tuple(_level(text, word) for word in words[2].split(",")), order)


def _session(text: str, part: Sequence[str], operations: Operations) -> TrialSession:
    if len(part) < len(["level", ":"]) or part[1] != ":":
        shown = " ".join(part)
        raise REPLAY_FORM(
            text=text, found=f"the session {shown!r} does not begin with a level and ':'"
        )
    calls = (_call(text, words, operations) for words in _split(part[2:], ";"))
    return TrialSession(_level(text, part[0]), tuple(calls))


def _level(text: str, word: str) -> Level:
    if word not in set(Level):
        raise REPLAY_LEVEL(text=text, level=word, levels=list(Level))
    return Level(word)


def _call(text: str, words: Sequence[str], operations: Operations) -> Call:
    if not words:
        raise REPLAY_FORM(text=text, found="there is no operation between two separators")
    name, *rest = words
    if name not in operations:
        if near := difflib.get_close_matches(name, operations):
            raise REPLAY_MISSPELT(text=text, operation=name, near=near)
        raise REPLAY_OPERATION(text=text, operation=name)
    takes = tuple(operations[name].takes)
    if len(rest) != len(takes):
        got = f"{len(rest)} value{'' if len(rest) == 1 else 's'}"
        call = " ".join([name, *(f"<{one}>" for one in takes)])
        raise REPLAY_VALUES(text=text, operation=name, got=got, takes=len(takes), call=call)
    return Call(name, tuple(_value(text, word) for word in rest))
