"""Shapes for tests: the contract's own, and one of any schema."""

from __future__ import annotations

from typing import Any

from vrss_contract import paths
from vrss_contract.contract.model import Shape
from vrss_contract.contract.read import read_contract

SHAPES = tuple(read_contract(paths.contracts()).shapes.values())


def shape(schema: Any, *columns: str, name: str = "notes.doc") -> Shape:
    """A shape of that schema, of notes.doc where no columns are named."""
    return Shape(name, "notes", columns or ("doc",), "must", "It is so.", schema)


def named(one: Shape) -> str:
    """What a test calls it."""
    return one.name
