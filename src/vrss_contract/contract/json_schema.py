"""What a JSON Schema says of a value: the one fault that tells a reader most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

_CHOICES = ValidationErrorKind.AnyOf | ValidationErrorKind.OneOfNotValid
"""Faults that stand for those of each of several schemas."""


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """Where a value is not what its schema says, as a path of keys, and how."""

    path: tuple[str, ...]
    message: str

    def __str__(self) -> str:
        """The fault in one line."""
        return f"{'/'.join(self.path)}: {self.message}" if self.path else self.message


class JsonSchema:
    """A schema that values are held against."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._validator = Draft202012Validator(dict(schema))

    def fault(self, value: Any) -> SchemaFault | None:
        """The nearest fault of the value; of a choice, that of the schema which fits it best."""
        if self._validator.is_valid(value):
            return None
        fault = min(self._validator.iter_errors(value), key=_distance)
        while deeper := _nearest(fault):
            fault = deeper
        return SchemaFault(tuple(str(part) for part in fault.instance_path), fault.message)


def _distance(fault: ValidationError) -> tuple[int, bool]:
    """Few steps from the value's root first, and what is no choice."""
    return len(fault.instance_path), isinstance(fault.kind, _CHOICES)


def _nearest(choice: ValidationError) -> ValidationError | None:
    """The fault that keeps the best schema of a choice from fitting; none where several tie.

    The best fits deepest, so that a value of another type altogether says nothing.
    """
    if not isinstance(choice.kind, _CHOICES):
        return None
    firsts = [min(faults, key=_distance) for faults in choice.kind.context if faults]
    deepest = max((_fit(fault) for fault in firsts), default=0)
    best = [fault for fault in firsts if _fit(fault) == deepest]
    return best[0] if len(best) == 1 else None


def _fit(fault: ValidationError) -> tuple[int, bool]:
    return len(fault.instance_path), not isinstance(fault.kind, ValidationErrorKind.Type)
