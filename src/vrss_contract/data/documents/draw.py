"""Documents that conform to a shape, drawn at random and the same ones every time.

It covers the keywords of JSON Schema that the contract uses, and only what jsonb can hold. A text
with a pattern is drawn from its ``examples``, with a character or two of it changed. Whatever is
drawn is put to the validator, so that a keyword that is unknown here costs documents, never truth.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import jsonschema_rs

from vrss_contract.contract.declared import Shape
from vrss_contract.contract.document_checker import Checker

ODD = (
    *"\n\t \"'\\/<>{}[]#:@%&?=\u0001\u007f\u0085\u00a0\u200b\u2028\ufeff",
    "é",
    "\u0130",  # a capital whose small letter is two characters
    "\u0661",  # a digit to \d in some dialects
    "\uff26",  # a wide F
    "\U0001f600",  # two units of UTF-16, one character
)
"""Characters that one dialect of regular expressions or of JSON may take otherwise than another."""
_PLAIN = "abcxyzABCFGXYZ0123456789-_.~"
_ANY: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    2.5,
    "",
    "x",
    [],
    [1, "a", None],
    {},
    {"a": {"b": []}},
)
_NUMBERS: tuple[float, ...] = (0, 1, -1, 2, 7, 0.5, -2.25, 1e-7, 2**31, 2**53 - 1, 1e21)
_OFTEN, _SELDOM = 0.6, 0.15
_TRIES = 20
"""Draws for each document that is wanted, before fewer are given."""
_MORE_ITEMS = 3
_DRAWN: dict[tuple[int, int], tuple[Shape, tuple[Any, ...]]] = {}
"""What was drawn for a shape: several clauses want the same. The shape keeps its identity taken."""


def conforming(shape: Shape, count: int) -> tuple[Any, ...]:
    """That many different documents of the shape, the shortest first; fewer if it has no more."""
    known = _DRAWN.get((id(shape), count))
    if known is None:
        known = _DRAWN[id(shape), count] = shape, _drawn(shape, count)
    return known[1]


def _drawn(shape: Shape, count: int) -> tuple[Any, ...]:
    random = Random(shape.name)  # noqa: S311 - the same documents every time, no secret
    checker, draw = Checker(shape), _Draw(shape.schema, random)
    found: dict[str, Any] = {}
    for _ in range(count * _TRIES):
        document = draw.value(shape.schema)
        text = written(document)
        if checker.holds(text):
            found.setdefault(text, document)
        if len(found) == count:
            break
    return shortest_first(found)


def shortest_first(found: Mapping[str, Any]) -> tuple[Any, ...]:
    """The documents, given by their texts, in the order of their length."""
    return tuple(found[text] for text in sorted(found, key=len))


def written(document: Any) -> str:
    """The document as JSON text."""
    return json.dumps(document, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class _Draw:
    root: Mapping[str, Any]
    random: Random
    conditions: dict[int, jsonschema_rs.Draft202012Validator] = field(default_factory=dict)
    """What judges each ``if`` of the schema, by the identity of the condition."""
    asked: dict[tuple[int, ...], tuple[dict[str, Any], set[str]]] = field(default_factory=dict)
    """What is asked of members by the schema's parts that apply, by their identities."""

    def value(self, schema: Any) -> Any:
        """A value that the schema is likely to take."""
        known = self._resolved(schema)
        if "enum" in known:
            return self.random.choice(known["enum"])
        if "anyOf" in known:
            return self.value(self.random.choice(known["anyOf"]))
        maker = _MAKERS.get(known.get("type", ""))
        return maker(self, known) if maker else self.random.choice(_ANY)

    def object(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Members one by one, since what is asked of one may depend on those before."""
        members: dict[str, Any] = {}
        seen: set[str] = set()
        while True:
            properties, required = self._asked(schema, members)
            name = next((name for name in properties if name not in seen), None)
            if name is None:
                break
            seen.add(name)
            if name in required or self.random.random() < _OFTEN:
                members[name] = self.value(properties[name])
        if self.random.random() < _SELDOM:
            # As often as not null, which is easily lost.
            value = self.random.choice((None, self.random.choice(_ANY)))
            members[self.random.choice(("other", "Type", ""))] = value
        return members

    def array(self, schema: Mapping[str, Any]) -> list[Any]:
        """As many items as it needs, and a few more."""
        size = schema.get("minItems", 0) + self.random.randrange(_MORE_ITEMS)
        return [self.value(schema["items"]) for _ in range(size)]

    def text(self, schema: Mapping[str, Any]) -> str:
        """A text of its own, or an example in which something is changed."""
        if "pattern" in schema:
            return self._varied(self.random.choice(schema["examples"]))
        most = schema.get("maxLength", 100)
        size = self.random.choice((0, 1, self.random.randint(0, 12), most))
        fill = "".join(self.random.choices((*_PLAIN, *ODD), k=min(size, 12)))
        return fill + "x" * (size - len(fill))

    def number(self, schema: Mapping[str, Any]) -> float:
        """An end of the range, or a number that is easily kept wrong."""
        ends: list[float] = [schema[end] for end in ("minimum", "maximum") if end in schema]
        return self.random.choice((*ends, *_NUMBERS, self.random.randint(-1000, 1000)))

    def integer(self, schema: Mapping[str, Any]) -> float:
        """A whole number, now and then written with a fraction of nothing."""
        low: int = schema.get("minimum", -1000)
        whole = self.random.choice((low, self.random.randint(low, schema.get("maximum", 10**9))))
        return float(whole) if self.random.random() < _SELDOM else whole

    def boolean(self, _: Mapping[str, Any]) -> bool:
        """One of the two."""
        return self.random.random() < 0.5  # noqa: PLR2004 - evenly

    def _varied(self, example: str) -> str:
        letters = list(example)
        for _ in range(self.random.randrange(4)):
            place = self.random.randrange(len(letters))
            letters[place] = self.random.choice((*_PLAIN, *_PLAIN, *ODD))
        tail = self.random.choices((*_PLAIN, *ODD), k=self.random.choice((0, 0, 1, 3)))
        return "".join([*letters, *tail])

    def _resolved(self, schema: Any) -> Mapping[str, Any]:
        if not isinstance(schema, Mapping):
            return {}
        if "$ref" in schema:
            return self._resolved(self.root["$defs"][schema["$ref"].rpartition("/")[2]])
        return schema

    def _asked(
        self, schema: Mapping[str, Any], members: Mapping[str, Any]
    ) -> tuple[dict[str, Any], set[str]]:
        """What is asked of the members by now: a schema each, and which are required."""
        parts = tuple(self._parts(schema, members))
        key = tuple(map(id, parts))
        if key not in self.asked:
            self.asked[key] = self._together(parts)
        return self.asked[key]

    def _together(self, parts: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], set[str]]:
        properties: dict[str, Any] = {}
        required: set[str] = set()
        for part in parts:
            required |= set(part.get("required", ()))
            for name, more in part.get("properties", {}).items():
                before = properties.get(name, {})
                properties[name] = {**self._resolved(before), **self._resolved(more)}
        return properties, required

    def _parts(
        self, schema: Mapping[str, Any], members: Mapping[str, Any]
    ) -> Iterator[Mapping[str, Any]]:
        yield schema
        if "if" in schema and self._is(schema["if"], members):
            yield from self._parts(schema["then"], members)
        for part in schema.get("allOf", ()):
            yield from self._parts(part, members)

    def _is(self, condition: Mapping[str, Any], members: Mapping[str, Any]) -> bool:
        if id(condition) not in self.conditions:
            self.conditions[id(condition)] = jsonschema_rs.Draft202012Validator(dict(condition))
        return self.conditions[id(condition)].is_valid(members)


_MAKERS = {
    "object": _Draw.object,
    "array": _Draw.array,
    "string": _Draw.text,
    "number": _Draw.number,
    "integer": _Draw.integer,
    "boolean": _Draw.boolean,
}
