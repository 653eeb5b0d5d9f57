"""Documents that almost conform: a conforming one with one thing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from vrss_contract.contract.declared import Shape
from vrss_contract.data.documents.draw import ODD, conforming, shortest_first, written

_BOUNDS = ("minimum", "maximum", "minItems")
_STRANGERS: tuple[Any, ...] = (None, True, 0, "", "x", [], {}, "null")
_GONE = object()
_TRIES = 20
Path = tuple[str | int, ...]


def nearly(shape: Shape, count: int) -> tuple[Any, ...]:
    """That many different documents one change away from a conforming one, the shortest first."""
    random = Random(f"near {shape.name}")  # noqa: S311 - the same documents every time, no secret
    good = conforming(shape, count)
    kept = {written(document) for document in good}
    texts, numbers = tuple(_texts(shape.schema)), tuple(_numbers(shape.schema))
    found: dict[str, Any] = {}
    for turn in range(count * _TRIES):
        document = good[turn % len(good)]
        path = random.choice(list(_paths(document)))
        own = _others(_at(document, path), random)
        groups = (own, own, _STRANGERS, texts, numbers)
        group = random.choice([group for group in groups if group])
        other = random.choice((*group, _GONE) if path else group)
        changed = _put(document, path, other)
        if written(changed) not in kept:
            found.setdefault(written(changed), changed)
        if len(found) == count:
            break
    return shortest_first(found)


def _others(value: Any, random: Random) -> Sequence[Any]:
    """What somebody might have written for this value."""
    return (*_OF[type(value)](value, random), [value], {"value": value}, written(value))


def _of_text(value: str, random: Random) -> Sequence[Any]:
    odd, place = random.choice(ODD), random.randint(0, len(value))
    swapped = value[:place] + odd + value[place + 1 :]
    ends = (f"{value}\n", f"\n{value}", f"{value} ", value[:-1], value + odd, value + value[-1:])
    return (*ends, swapped, swapped, value.upper(), value.swapcase())


def _of_number(value: float, _: Random) -> Sequence[Any]:
    return -value, value + 1, value - 1, value + 0.5, str(value)


def _of_object(value: Mapping[str, Any], random: Random) -> Sequence[Any]:
    if not value:
        return ({"other": None},)
    name = random.choice(list(value))
    rest = {other: value[other] for other in value if other != name}
    renamed = ({**rest, name.upper(): value[name]}, {**rest, f"{name} ": value[name]})
    return (*renamed, rest, {**value, "other": None}, list(value), [value, value])


def _of_array(value: Sequence[Any], _: Random) -> Sequence[Any]:
    return [*value, *value[:1]], [*value, None], [*value, []], list(value[:-1]), [list(value)]


def _of_other(_: Any, __: Random) -> Sequence[Any]:
    return "true", "false", 1


_OF: Mapping[type, Callable[[Any, Random], Sequence[Any]]] = {
    str: _of_text,
    int: _of_number,
    float: _of_number,
    dict: _of_object,
    list: _of_array,
    bool: _of_other,
    type(None): _of_other,
}


def _texts(schema: Any) -> Iterator[str]:
    """The schema's own words, which belong elsewhere, and texts one too long."""
    if isinstance(schema, Mapping):
        yield from (one for one in schema.get("enum", ()) if isinstance(one, str))
        yield from schema.get("examples", ())
        if "maxLength" in schema:
            yield "é" * schema["maxLength"]
            yield "é" * (schema["maxLength"] + 1)
    for part in _inner(schema):
        yield from _texts(part)


def _numbers(schema: Any) -> Iterator[float]:
    """Each bound, and what lies just beyond it on either side."""
    if isinstance(schema, Mapping):
        for bound in (schema[name] for name in _BOUNDS if name in schema):
            yield from (bound, bound - 1, bound + 1, bound - 0.001, bound + 0.001)
    for part in _inner(schema):
        yield from _numbers(part)


def _inner(schema: Any) -> Sequence[Any]:
    if isinstance(schema, Mapping):
        return tuple(schema.values())
    return schema if isinstance(schema, list | tuple) else ()


def _paths(value: Any) -> Iterator[Path]:
    """The way to every value in it, itself first."""
    yield ()
    items: Sequence[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        items = tuple(value.items())
    elif isinstance(value, list):
        items = tuple(enumerate(value))
    for key, part in items:
        yield from ((key, *rest) for rest in _paths(part))


def _at(value: Any, path: Path) -> Any:
    return _at(value[path[0]], path[1:]) if path else value


def _put(value: Any, path: Path, other: Any) -> Any:
    """A copy with another value there, or with nothing."""
    if not path:
        return other
    keys = list(value) if isinstance(value, dict) else range(len(value))
    kept = [
        (key, _put(value[key], path[1:], other) if key == path[0] else value[key])
        for key in keys
        if not (key == path[0] and path[1:] == () and other is _GONE)
    ]
    return dict(kept) if isinstance(value, dict) else [part for _, part in kept]
