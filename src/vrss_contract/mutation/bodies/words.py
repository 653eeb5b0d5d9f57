"""What becomes of code whose writer took one word, number or sign for another of its sort.

Knows what the contract says of names: which tables, columns and labels there are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vrss_contract.contract.model import Contract
from vrss_contract.mutation.bodies.code import Code, Edit, Edits
from vrss_contract.sql import literal
from vrss_contract.sql.keywords import KEYWORDS

_COMPARED: Mapping[str, str] = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
"""Others are turned by NOT, with the whole condition."""
_TURNED: Mapping[str, str] = {"+": "-", "-": "+"}
_OPERANDS = frozenset({"+", "-", "||", "&", "*"})
_CALLED: Mapping[str, Sequence[str]] = {
    "sum": ("max",),
    "clock_timestamp": ("now", "statement_timestamp"),
    "any": ("all",),
    "greatest": ("LEAST",),
    "least": ("GREATEST",),
    "pg_advisory_xact_lock": (
        "pg_advisory_xact_lock_shared",
        "pg_try_advisory_xact_lock",
        "pg_advisory_lock",
    ),
    "pg_advisory_xact_lock_shared": ("pg_advisory_xact_lock", "pg_try_advisory_xact_lock_shared"),
}
_CHOOSING = frozenset({"greatest", "least", "coalesce", "nullif"})
_OPPOSITE: Mapping[str, str] = {
    "new": "OLD",
    "old": "NEW",
    "true": "FALSE",
    "false": "TRUE",
}
_LABELS = (
    ("INSERT", "UPDATE", "DELETE", "TRUNCATE"),
    ("read committed", "repeatable read", "serializable"),
)
"""Words that stand for each other, beside those of the contract."""
_NUMBER = re.compile(r"\d+")
_ESCAPE = re.compile(r"\\u[0-9A-Fa-f]{4}")


@dataclass(frozen=True, slots=True)
class Family:
    """A body's code, and the names that it can use."""

    contract: Contract
    code: Code
    tables: Sequence[str]
    """Those that its triggers are on."""
    transitions: Sequence[str] = ()
    """The names of its transition tables."""

    def near(self) -> list[str]:
        """The declared tables that it can mean, those of its triggers first."""
        named = dict.fromkeys(
            [*self.tables, *(one for one in self.code.words if one not in KEYWORDS)]
        )
        return [one for one in named if one in self.contract.tables]


def changed_words(family: Family) -> Edits:
    """Each word, number and sign for its sibling."""
    code = family.code
    variables = _variables(code)
    body = next(code.places("begin"), -1)
    for place, token in enumerate(code.tokens):
        if token.kind == "number":
            yield from _numbers(code, place)
        elif token.kind == "quoted":
            yield from _texts(family, place)
        elif token.kind == "escaped":
            yield from _escapes(code, place)
        elif token.kind == "mark":
            yield from _signs(code, place)
        elif token.kind == "word" and place > body:
            yield from _words(family, place, variables)


def _around(code: Code, place: int, text: str) -> Edit:
    """Another word there, called by what stands around it."""
    shown = " ".join(filter(None, (code.at(place - 2), code.at(place - 1))))
    after = code.at(place + 1)
    name = f"{code.source(place, place + 1)} -> {text} in {shown} ... {after}"
    return code.put(place, place + 1, text, name)


def _numbers(code: Code, place: int) -> Edits:
    if code.at(place).isdigit():
        for more in (1, -1):
            yield _around(code, place, str(int(code.at(place)) + more))


def _texts(family: Family, place: int) -> Edits:
    code, word = family.code, family.code.at(place)[1:-1]
    if number := _NUMBER.search(word):
        for more in (1, -1):
            other = str(int(number[0]) + more).zfill(len(number[0]))
            changed = _NUMBER.sub(other, word, count=1)
            yield _around(code, place, f"'{changed}'")
        return
    for other in _labels(family.contract, word) or [f"{word}x"]:
        yield _around(code, place, f"'{other}'")


def _labels(contract: Contract, word: str) -> list[str]:
    """The word after this one in the smallest set that holds it."""
    sets: list[Sequence[str]] = [one.labels for one in contract.enums.values()]
    for table in contract.tables.values():
        sets += [one.values for one in table.columns if one.values]
    sets += [*_LABELS]
    held = sorted((one for one in sets if word in one), key=len)
    return _next(word, dict.fromkeys(held[0], "")) if held else []


def _escapes(code: Code, place: int) -> Edits:
    """Without each character of a text that is written by its number."""
    token = code.tokens[place]
    for found in _ESCAPE.finditer(token.text):
        text = token.text[: found.start()] + token.text[found.end() :]
        yield code.put(place, place + 1, text, f"without {found[0]}")


def _signs(code: Code, place: int) -> Edits:
    sign = code.at(place)
    if sign in _COMPARED:
        yield _around(code, place, _COMPARED[sign])
    if sign not in _OPERANDS:
        return
    left, right = _before(code, place), _after(code, place)
    if sign == "-" and left == place:
        yield code.put(place, place + 1, "", f"{code.shown(place, right)} -> its opposite")
        return
    if left == place or right == place + 1:
        return
    whole = code.shown(left, right)
    if sign in _TURNED:
        text = f"{code.source(left, place)} {_TURNED[sign]} {code.source(place + 1, right)}"
        yield code.put(left, right, text)
    yield code.put(place, right, "", f"{whole} -> {code.shown(left, place)}")
    yield code.put(left, place + 1, "", f"{whole} -> {code.shown(place + 1, right)}")


def _before(code: Code, place: int) -> int:
    """Where the operand before the sign begins; the sign's own place where there is none."""
    first = place - 1
    if code.at(first) == ")":
        depth = 0
        while first >= 0:
            depth += {")": 1, "(": -1}.get(code.at(first), 0)
            if depth == 0:
                break
            first -= 1
        return first - 1 if _named(code, first - 1) else first
    if not _named(code, first) and code.tokens[first].kind not in {"number", "quoted"}:
        return place
    return first - 2 if code.at(first - 1) == "." else first


def _after(code: Code, place: int) -> int:
    """Where the operand after the sign ends."""
    last = place + 2
    while code.at(last) == ".":
        last += 2
    if code.at(last) == "(" and _named(code, last - 1):
        return code.closing(last) + 1
    return code.closing(place + 1) + 1 if code.at(place + 1) == "(" else last


_KEYWORDS = frozenset(
    {"select", "union", "all", "then", "else", "in", "where", "and", "or", "not", "by", "return"}
)


def _named(code: Code, place: int) -> bool:
    return 0 <= place < len(code) and (
        code.tokens[place].kind == "word" and code.at(place) not in _KEYWORDS
    )


def _words(family: Family, place: int, variables: Mapping[str, str]) -> Edits:
    code, word = family.code, family.code.at(place)
    if code.at(place + 1) == "(":
        yield from _calls(code, place)
    if code.at(place - 1) == "as" and word not in family.transitions:
        return
    others = [one for one in family.transitions if one != word]
    if word in family.transitions and others:
        yield from (_around(code, place, one) for one in others)
    elif word in {"true", "false"} or (word in {"new", "old"} and code.at(place + 1) == "."):
        yield _around(code, place, _OPPOSITE[word])
    elif code.at(place - 1) == ".":
        yield from _fields(family, place, variables)
    elif word in variables:
        yield from (_around(code, place, one) for one in _next(word, variables))
    elif word in family.contract.tables and code.at(place - 1) in {"from", "join", "update"}:
        yield from (_around(code, place, one) for one in _like(word, family.contract))
    elif word not in KEYWORDS:
        yield from (_around(code, place, one) for one in _columns(family, word))


def _calls(code: Code, place: int) -> Edits:
    """Another function, and each argument of one that chooses."""
    word, end = code.at(place), code.closing(place + 1) + 1
    for other in _CALLED.get(word, ()):
        yield code.put(place, place + 1, other, f"{code.shown(place, end)} -> {other}")
    if word in _CHOOSING:
        for begin, last in code.split(place + 2, end - 1, {","}):
            yield code.put(place, end, code.source(begin, last))
    if word == "sum" and code.at(place + 2) != "distinct":
        inner = code.source(place + 2, end - 1)
        yield code.put(place, end, f"sum(DISTINCT {inner})")


def _fields(family: Family, place: int, variables: Mapping[str, str]) -> Edits:
    """Another field of a record, or another column of a row."""
    code, owner = family.code, family.code.at(place - 2)
    if owner in variables:
        fields = dict.fromkeys(
            (code.at(at + 2) for at in code.places(owner) if code.at(at + 1) == "."), ""
        )
        yield from (_around(code, place, one) for one in _next(code.at(place), fields))
    else:
        yield from (_around(code, place, one) for one in _columns(family, code.at(place)))


def _next(word: str, among: Mapping[str, str]) -> list[str]:
    """The name after this one of those with its value, the first after the last."""
    same = [name for name, value in among.items() if value == among[word]]
    other = same[(same.index(word) + 1) % len(same)]
    return [other] if other != word else []


def _variables(code: Code) -> dict[str, str]:
    """What is declared, with its type."""
    last = next(code.places("begin"), 0)
    found = {}
    for begin, end in code.split(1, last, {";"}) if code.at(0) == "declare" else ():
        if end > begin:
            found[code.at(begin)] = code.source(begin + 1, min(code.until(begin, {":="}), end))
    return found


def _like(table: str, contract: Contract) -> list[str]:
    """The table that has most columns in common with this one."""
    own = {one.name for one in contract.tables[table].columns}
    alike = {
        one.name: len(own & {other.name for other in one.columns})
        for one in contract.tables.values()
        if one.name != table
    }
    return [max(alike, key=alike.__getitem__)] if alike else []


def _columns(family: Family, word: str) -> list[str]:
    """The next column of its table that holds values of its type."""
    for table in family.near():
        types = {
            one.name: one.stored_type.partition("(")[0]
            for one in family.contract.tables[table].columns
        }
        if word in types:
            return [literal.identifier(one) for one in _next(word, types)]
    return []
