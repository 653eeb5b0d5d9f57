"""Facts that are asked for once somebody looks at them.

Equal to what holds the same facts already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeVar, overload

_Fact_co = TypeVar("_Fact_co", covariant=True)


class LaterByName(Mapping[str, _Fact_co]):
    """Facts by name."""

    def __init__(self, ask: Callable[[], Mapping[str, _Fact_co]]) -> None:
        self._ask = ask

    @cached_property
    def _facts(self) -> Mapping[str, _Fact_co]:
        return self._ask()

    def __getitem__(self, name: str) -> _Fact_co:
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


class LaterInOrder(Sequence[_Fact_co]):
    """Facts in an order."""

    def __init__(self, ask: Callable[[], Sequence[_Fact_co]]) -> None:
        self._ask = ask

    @cached_property
    def _facts(self) -> tuple[_Fact_co, ...]:
        return tuple(self._ask())

    @overload
    def __getitem__(self, place: int) -> _Fact_co: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[_Fact_co, ...]: ...
    def __getitem__(self, place: int | slice) -> _Fact_co | tuple[_Fact_co, ...]:
        return self._facts[place]

    def __len__(self) -> int:
        return len(self._facts)

    def __eq__(self, other: object) -> bool:
        return self._facts == (tuple(other) if isinstance(other, Sequence) else other)

    def __hash__(self) -> int:
        return hash(self._facts)
