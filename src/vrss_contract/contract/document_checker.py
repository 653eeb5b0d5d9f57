"""Whether a JSON text conforms to a shape, for a million texts as well as for one.

By a validator of JSON Schema 2020-12 that is written in Rust. A fault tells where and by which
rule, never what stands there: it may be somebody's own words.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from vrss_contract.contract.declared import Shape

_WHOLE = "$"
_UNREADABLE = "depth"
"""The rule that a document breaks which is nested deeper than can be read."""


@dataclass(frozen=True, slots=True, order=True)
class DocumentFault:
    """One thing in a document that is not as its shape says."""

    path: str
    """Where: ``$`` is the document, ``$.filters[0].type`` a part. A member that is missing is
    named as if it were there."""
    rule: str
    """The keyword of JSON Schema that refuses it, such as ``enum`` or ``required``."""


class Checker:
    """Judges documents by one shape.

    Numbers with a fraction are compared as doubles hold them. One that no double can hold is taken
    for no number, unless it is whole and of some hundred digits.

    Args:
        shape: whose schema is a valid one; the contract's reader has seen to that.
    """

    def __init__(self, shape: Shape) -> None:
        self._validator = jsonschema_rs.Draft202012Validator(dict(shape.schema))

    def holds(self, text: str) -> bool:
        """Whether the JSON text conforms; about two microseconds."""
        try:
            return self._validator.is_valid(_parsed(text))
        except RecursionError:
            return False

    def each_holds(self, texts: Sequence[str]) -> list[bool]:
        """Whether each of them conforms: read together, which is half the time for short ones."""
        try:
            found = [*map(self._validator.is_valid, json.loads(f"[{','.join(texts)}]"))]
        except (ValueError, RecursionError):
            found = []
        return found if len(found) == len(texts) else [*map(self.holds, texts)]

    def faults(self, text: str) -> tuple[DocumentFault, ...]:
        """Each fault once, in the order of paths; none where the JSON text conforms."""
        try:
            document = _parsed(text)
        except RecursionError:
            return (DocumentFault(_WHOLE, _UNREADABLE),)
        return tuple(sorted({_fault(error) for error in self._validator.iter_errors(document)}))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        # Thousands of digits, which Python does not turn into a whole number.
        return json.loads(text, parse_int=float)


def _fault(error: jsonschema_rs.ValidationError) -> DocumentFault:
    kind = error.kind
    missing = (
        [kind.property] if isinstance(kind, jsonschema_rs.ValidationErrorKind.Required) else []
    )
    return DocumentFault(_path([*error.instance_path, *missing]), kind.name)


def _path(parts: Sequence[str | int]) -> str:
    return _WHOLE + "".join(map(_step, parts))


def _step(part: str | int) -> str:
    if isinstance(part, str) and part.isidentifier():
        return f".{part}"
    return f"[{json.dumps(part, ensure_ascii=False)}]"
