"""Shapes for tests: the contract's own, and one of any schema."""

from __future__ import annotations

from typing import Any

from tests import contracts
from vrss_contract.contract.model import Shape

SHAPES = tuple(contracts.canonical().shapes.values())


def shape(schema: Any, *columns: str, name: str = "notes.doc") -> Shape:
    """A shape of that schema, of notes.doc where no columns are named."""
    return Shape(name, "notes", columns or ("doc",), "must", "It is so.", schema)


def named(one: Shape) -> str:
    """What a test calls it."""
    return one.name
