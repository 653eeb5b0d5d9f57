"""Clauses on documents: what a shape promises of its column."""

from __future__ import annotations

from collections.abc import Iterator

from vrss_contract.contract.model import Clause, Contract, JsonbPromise, Level, Shape


def of_shape(shape: Shape, contract: Contract) -> Iterator[Clause]:
    """Every clause that the shape implies; ids are ``jsonb.<shape>.<aspect>``."""
    name = f"{shape.table}.{shape.column}"
    if contract.tables[shape.table].column(shape.column).default is not None:
        yield _clause(shape, "default", shape.level, f"The default of {name} conforms.")
    if shape.accepts:
        says = f"{name} takes each document that its shape accepts, and holds it unchanged."
        yield _clause(shape, "accepts", shape.level, says)
    says = f"Documents drawn from the shape of {name} come back as they were put in."
    yield _clause(shape, "round-trip", shape.level, says)
    if shape.enforced:
        # The sources call such checks optional.
        says = f"The database refuses in {name} what its shape refuses, and takes the rest."
        yield _clause(shape, "agrees", "may", says)


def _clause(shape: Shape, aspect: str, level: Level, says: str) -> Clause:
    return Clause(
        id=f"jsonb.{shape.name}.{aspect}",
        kind="jsonb",
        level=level,
        says=says,
        promise=JsonbPromise(aspect, shape),
        objects=(f"{shape.table}.{shape.column}",),
        source=shape.source,
        place=shape.place,
        derived=True,
    )
