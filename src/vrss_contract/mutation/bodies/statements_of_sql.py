"""What becomes of SQL whose writer forgot a condition, an order, a lock, a column or a part of it.

Knows SQL's clauses by their words; does not know what tables and columns there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from vrss_contract.mutation.bodies.code import Code, Edits

_ENDS = frozenset(
    {
        *("where", "join", "inner", "left", "cross", "group", "having", "order", "limit"),
        *("for", "on", "union", "except", "intersect", "returning", "loop", "then", "do", ";"),
    }
)
"""What ends a clause of a statement, if not its parenthesis."""
_BOUNDS = frozenset({";", "begin", "loop", "then", "declare"})
"""What statements stand between."""
_ROWS = frozenset({"from", "update", "into"})
_STRENGTHS = ("UPDATE", "NO KEY UPDATE", "SHARE", "KEY SHARE")
_WAITS = ("NOWAIT", "SKIP LOCKED")
_MODES = (
    *("ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE"),
    *("SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"),
)
"""Of locks of tables, the weakest first."""


def conditions(code: Code) -> Iterator[tuple[str, int, int]]:
    """What WHERE, HAVING, ON and WHEN ask: the word, and from where to where."""
    for place, word in enumerate(code.words):
        if word in {"where", "having"} or (word == "on" and code.at(place + 1) != "conflict"):
            yield word, place + 1, code.until(place + 1, _ENDS)
        elif word == "when" and code.at(place - 1) not in {"exit", "continue", "exception"}:
            last = code.until(place + 1, {"then"})
            if last > place + 2:  # not the value that CASE compares with
                yield word, place + 1, last


def queries(code: Code) -> Iterator[tuple[int, int]]:
    """Where each statement stands in the text that is about rows of a table."""
    begin = 0
    for place in range(len(code) + 1):
        if place == len(code) or code.at(place) in _BOUNDS:
            if not _ROWS.isdisjoint(code.words[begin:place]):
                yield code.span(begin, place)
            begin = place + 1


def changed_conditions(code: Code) -> Edits:
    """No condition where there is a single one."""
    for word, first, last in conditions(code):
        if word in {"where", "having"} and len(code.split(first, last, {"and", "or"})) == 1:
            yield code.drop(first - 1, last)


def changed_junctions(code: Code, first: int, last: int) -> Edits:
    """Each part of AND and OR dropped and negated, also inside of parentheses."""
    signs = "or" if len(code.split(first, last, {"or"})) > 1 else "and"
    parts = code.split(first, last, {signs})
    for at, (begin, end) in enumerate(parts):
        if len(parts) > 1:
            left, right = (begin, parts[1][0]) if at == 0 else (begin - 1, end)
            yield code.put(left, right, "", f"without {code.shown(begin, end)}")
        whole = code.source(begin, end)
        yield code.put(begin, end, f"NOT ({whole})", f"NOT ({code.shown(begin, end)})")
        if code.at(begin) == "(" and code.closing(begin) == end - 1:
            yield from changed_junctions(code, begin + 1, end - 1)
        elif len(parts) > 1 and len(code.split(begin, end, {"and"})) > 1:
            yield from changed_junctions(code, begin, end)


def changed_orders(code: Code) -> Edits:
    """Without an ORDER BY, with each key turned or as a text, and without each of several."""
    for place in code.places("order", "by"):
        last = code.until(place, _ENDS - {"order"})
        keys = code.split(place + 2, last, {","})
        yield code.drop(place, last)
        for at, (begin, end) in enumerate(keys):
            yield from _changed_key(code, begin, end)
            yield from _without_part(code, keys, at, "ORDER BY")
    for place in code.places("group", "by"):
        yield from _changed_groups(code, place)


def _changed_key(code: Code, begin: int, end: int) -> Edits:
    """The other direction, NULLs at the other end, and the order of texts."""
    shown = f"ORDER BY {code.shown(begin, end)}"
    if code.at(end - 2) == "nulls":
        last = "FIRST" if code.at(end - 1) == "last" else "LAST"
        yield code.put(end - 1, end, last, f"{shown} -> NULLS {last}")
        end -= 2
    if code.at(end - 1) in {"desc", "asc"}:
        other = "ASC" if code.at(end - 1) == "desc" else "DESC"
        yield code.put(end - 1, end, other, f"{shown} -> {other}")
    else:
        yield code.put(begin, end, f"{code.source(begin, end)} DESC", f"{shown} -> DESC")
    key = end - 1 if code.at(end - 1) in {"desc", "asc"} else end
    yield code.put(begin, key, f"({code.source(begin, key)})::text", f"{shown} as text")


def _changed_groups(code: Code, place: int) -> Edits:
    first, last = place + 2, code.until(place + 2, _ENDS)
    if code.at(first) == "grouping":
        first, last = first + 3, last - 1
    keys = code.split(first, last, {","})
    for at in range(len(keys)):
        yield from _without_part(code, keys, at, "GROUP BY")


def changed_limits(code: Code) -> Edits:
    """Without a bound on the rows; one more or less is a number that is changed."""
    for place, word in enumerate(code.words):
        if word in {"limit", "offset"} and code.at(place + 1) not in {".", "(", "="}:
            yield code.drop(place, code.until(place + 1, _ENDS | {"offset"}))


def changed_locks(code: Code) -> Edits:
    """Without a lock of rows, with another strength, without waiting."""
    for place in code.places("for"):
        strength = next(
            (one for one in _STRENGTHS if _stands(code, place + 1, one.lower().split())), ""
        )
        if strength:
            end = place + 1 + len(strength.split())
            tail = code.until(end, _ENDS)
            yield code.drop(place, tail)
            for other in _STRENGTHS:
                if other != strength:
                    yield code.put(place, end, f"FOR {other}")
            for wait in _WAITS:
                yield code.put(place, end, f"FOR {strength} {wait}")
    for place in code.places("lock", "table"):
        yield from _changed_table_lock(code, place)


def _changed_table_lock(code: Code, place: int) -> Edits:
    """The next stronger and the next weaker mode, and no waiting."""
    first, last = code.until(place, {"in", ";"}) + 1, code.until(place, {"mode", ";"})
    if code.at(last) != "mode":
        return
    own = _MODES.index(" ".join(code.words[first:last]).upper())
    for other in {own - 1, own + 1} & {*range(len(_MODES))}:
        yield code.put(first, last, _MODES[other])
    yield code.put(last, last + 1, "MODE NOWAIT", f"{code.shown(place, last + 1)} NOWAIT")


def changed_conflicts(code: Code) -> Edits:
    """Without ON CONFLICT, with nothing done there, and at any conflict."""
    for place in code.places("on", "conflict"):
        last = code.until(place, {"returning", ";"})
        yield code.drop(place, last)
        do = code.until(place, {"do"})
        if code.at(do + 1) == "update":
            yield code.put(do, last, "DO NOTHING", f"ON CONFLICT {code.shown(do, last)}: nothing")
        elif do > place + 2:
            yield code.drop(place + 2, do)


def changed_unions(code: Code) -> Edits:
    """Each side of UNION and EXCEPT alone, and the word for its sibling."""
    for place, word in enumerate(code.words):
        if word not in {"union", "except"}:
            continue
        every = code.at(place + 1) == "all"
        after = place + 1 + every
        left = _left(code, place)
        right = code.until(after, {"union", "except", "order", "loop", ";"})
        yield code.put(left, after, "", f"{word.upper()} without {code.shown(left, place)}")
        yield code.put(place, right, "", f"{word.upper()} without {code.shown(after, right)}")
        own, other = code.shown(place, after), "UNION" if every else "UNION ALL"
        around = code.shown(after, right)
        yield code.put(place, after, other, f"{own} -> {other} before {around}")


def changed_lists(code: Code) -> Edits:
    """Without each column of INSERT, each item of SET, each part of a comparison of rows."""
    for place in code.places("insert", "into"):
        yield from _inserted(code, code.until(place, {"("}))
    for place, word in enumerate(code.words):
        if word == "set" and "=" in code.words[place : code.until(place, _ENDS)]:
            items = code.split(place + 1, code.until(place + 1, _ENDS | {"from"}), {","})
            for at in range(len(items)):
                yield from _without_part(code, items, at, "SET")
        if word in {"=", "<>", "<", ">"} and code.at(place - 1) == ")" == code.at(
            _closed(code, place)
        ):
            yield from _compared_rows(code, place)
        if word == "in" and code.at(place + 1) == "(" and code.at(place + 2) != "select":
            items = code.split(place + 2, code.closing(place + 1), {","})
            for at in range(len(items)):
                yield from _without_part(code, items, at, f"{code.shown(place - 1, place)} IN")
        if word == "distinct" and code.at(place + 1) != "from":
            yield code.put(
                place, place + 1, "", f"without DISTINCT before {code.shown(place + 1, place + 6)}"
            )


def _without_part(code: Code, parts: Sequence[tuple[int, int]], at: int, what: str) -> Edits:
    if len(parts) > 1:
        begin, end = parts[at]
        left, right = (begin, parts[1][0]) if at == 0 else (begin - 1, end)
        yield code.put(left, right, "", f"{what} without {code.shown(begin, end)}")


def _closed(code: Code, place: int) -> int:
    return code.closing(place + 1) if code.at(place + 1) == "(" else len(code)


def _inserted(code: Code, opening: int) -> Edits:
    """Without a column and what it is given."""
    columns = code.split(opening + 1, code.closing(opening), {","})
    after = code.closing(opening) + 1
    if code.at(after) == "values":
        given = code.split(after + 2, code.closing(after + 1), {","})
    else:
        given = code.split(after + 1, code.until(after, {"from", *_ENDS}), {","})
    yield from _without_both(code, columns, given, "INSERT")


def _compared_rows(code: Code, place: int) -> Edits:
    opening = _opening(code, place - 1)
    left = code.split(opening + 1, place - 1, {","})
    right = code.split(place + 2, code.closing(place + 1), {","})
    yield from _without_both(code, left, right, "a row")


def _without_both(
    code: Code, left: Sequence[tuple[int, int]], right: Sequence[tuple[int, int]], what: str
) -> Edits:
    """Without what stands at the same place of two lists, as one edit."""
    if len(left) != len(right) or len(left) == 1:
        return
    first, last = left[0][0], right[-1][1]
    for gone, (begin, end) in enumerate(left):
        kept = (
            ", ".join(code.source(*part) for at, part in enumerate(parts) if at != gone)
            for parts in (left, right)
        )
        between = code.source(left[-1][1], right[0][0])
        text = f" {between} ".join(kept)
        yield code.put(first, last, text, f"{what} without {code.shown(begin, end)}")


def _opening(code: Code, place: int) -> int:
    """Where the parenthesis opens that closes there."""
    depth = 0
    while place >= 0:
        depth += {")": 1, "(": -1}.get(code.at(place), 0)
        if depth == 0:
            return place
        place -= 1
    return 0


def _left(code: Code, place: int) -> int:
    """Where the part before UNION begins: after what came before, or where the query does."""
    depth, begin = 0, place
    while place > 0:
        place -= 1
        word = code.at(place)
        depth += {")": 1, "(": -1}.get(word, 0)
        if depth < 0 or (depth == 0 and word in {"union", "except", ";", "in", "loop"}):
            break
        if depth == 0 and word == "select":
            begin = place
    return begin


def _stands(code: Code, place: int, words: Sequence[str]) -> bool:
    return list(code.words[place : place + len(words)]) == list(words)


SQL: Sequence[Callable[[Code], Edits]] = (
    changed_conditions,
    changed_orders,
    changed_limits,
    changed_locks,
    changed_conflicts,
    changed_unions,
    changed_lists,
)
